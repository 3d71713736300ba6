"""Days covered by what was fetched from a pharmacy, pure: PDC and MPR as the literature defines them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

CONVENTIONAL = Fraction(4, 5)  # from here on taken "as planned" by convention; a number to talk about and no verdict


@dataclass(frozen=True, slots=True)
class Fill:
    """A supply for so many days, fetched on a day."""

    on: date
    days: int


def covered_days(fills: Iterable[Fill], first: date, last: date) -> int:
    """How many days of the window (both ends in it) are covered. Each counts once; an early refill is used up later.

    Raises ValueError for a window that ends before it begins, or a supply of no days.
    """
    begin, end = _window(first, last)
    covered, next_free = 0, 0
    for fill in sorted(fills, key=lambda one: (one.on, one.days)):
        if fill.days < 1:
            raise ValueError("a supply lasts one day at least")
        start = max(fill.on.toordinal(), next_free)
        next_free = start + fill.days
        covered += max(0, min(end, next_free - 1) - max(begin, start) + 1)
    return covered


def pdc(fills: Iterable[Fill], first: date, last: date) -> Fraction:
    """The proportion of days covered, from 0 to 1."""
    begin, end = _window(first, last)
    return Fraction(covered_days(fills, first, last), end - begin + 1)


def mpr(fills: Iterable[Fill], first: date, last: date) -> Fraction:
    """Days supplied in the window by the days of the window; it may be more than 1."""
    begin, end = _window(first, last)
    supplied = sum(fill.days for fill in fills if begin <= fill.on.toordinal() <= end)
    return Fraction(supplied, end - begin + 1)


def _window(first: date, last: date) -> tuple[int, int]:
    if last < first:
        raise ValueError("the window ends before it begins")
    return first.toordinal(), last.toordinal()
