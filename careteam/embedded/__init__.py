"""The two private servers of a checkout (PostgreSQL and Valkey on unix sockets) and the process tree of `make run`.

Standard library only, and nothing of careteam: it must work before the rest can be imported.
"""

from __future__ import annotations


class Trouble(Exception):
    """Something the person at the keyboard can put right; its text is one line for them."""
