"""Measurements by hand, of which `make test` runs none; and how fast the machine is on which something is measured."""

from __future__ import annotations

import time

ROUNDS = 10_000
REFERENCE = 0.4  # milliseconds that so many rounds take where the bounds were set


def pace() -> float:
    """How many times slower than that machine this one is at this moment; never less than one.

    A machine that is slowed down is so in turns: ask just before and after what is measured, not once for all.
    """
    begin, total = time.thread_time(), 0
    for number in range(ROUNDS):
        total += number
    return max(1.0, (time.thread_time() - begin) * 1000 / REFERENCE)
