"""The three ways a service refuses, by the name the rooms above know them; the lowest room refuses with them too."""

from careteam.accounts.errors import Conflict, Invalid, NotFound

__all__ = ["Conflict", "Invalid", "NotFound"]
