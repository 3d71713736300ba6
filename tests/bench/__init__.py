"""Measurements by hand, of which `make test` runs none; and how fast the machine is on which something is measured."""

from __future__ import annotations

import time

ROUNDS = 100_000
REFERENCE = 10.0  # milliseconds that so many rounds take where the bounds were set


def pace() -> float:
    """How many times slower than that machine this one is now, by the best of twenty; never less than one."""
    best = min(_rounds() for _ in range(20))
    return max(1.0, best / REFERENCE)


def _rounds() -> float:
    begin, total = time.thread_time(), 0
    for number in range(ROUNDS):
        total += number
    return (time.thread_time() - begin) * 1000
