"""Dates as people remember them: FHIR partial dates, a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal

from careteam.sharing.errors import Invalid

SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
FIRST_YEAR = 1900
MONTHS = tuple(calendar.month_name[1:])


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """`2025`, `2025-03` or `2025-03-14`. Orders by text, so a bare year comes before its months; nothing is invented.

    Raises ValueError, in words for a page, when the text is no such date or lies before 1900.
    """

    text: str

    def __post_init__(self) -> None:
        found = SHAPE.fullmatch(self.text)
        if not found:
            raise ValueError("Write a year (2025), a month (2025-03) or a day (2025-03-14).")
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            date(year or 0, month or 1, day or 1)
        except ValueError as error:
            raise ValueError("There is no such day. Please check it; a month and a year are enough.") from error
        if (year or 0) < FIRST_YEAR:
            raise ValueError(f"This date is before {FIRST_YEAR}.")

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How exactly the date is known."""
        return ("year", "month", "day")[self.text.count("-")]

    @property
    def earliest(self) -> date:
        """The first day it can mean."""
        return _first_day(self.text)

    @property
    def latest(self) -> date:
        """The last day it can mean."""
        first, precision = self.earliest, self.precision
        if precision == "day":
            return first
        if precision == "year":
            return first.replace(month=12, day=31)
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])

    def touches(self, since: date, until: date) -> bool:
        """Whether it counts for these days: a month that touches them does, a bare year only when it lies in them."""
        if self.precision == "year":
            return since <= self.earliest and self.latest <= until
        return since <= self.latest and self.earliest <= until

    @property
    def words(self) -> str:
        """As a page says it: `2025`, `March 2025`, `14 March 2025`."""
        first = self.earliest
        if self.precision == "year":
            return str(first.year)
        month = f"{MONTHS[first.month - 1]} {first.year}"
        return month if self.precision == "month" else f"{first.day} {month}"


@lru_cache(maxsize=4096)
def _first_day(text: str) -> date:
    return date.fromisoformat(f"{text}-01-01"[: len("2025-01-01")])


def partial(text: str | None) -> PartialDate | None:
    """The date, or None for an empty text (unknown)."""
    return PartialDate(text.strip()) if text and text.strip() else None


def clean_date(text: str | None, field: str) -> PartialDate | None:
    """A partial date as typed, None when it is empty; raises Invalid beside `field`."""
    try:
        return partial(text)
    except ValueError as error:
        raise Invalid(**{field: str(error)}) from error


def order_problem(start: PartialDate | None, end: PartialDate | None) -> str:
    """Words when the end certainly lies before the start, else an empty text (equal dates are one day)."""
    if start and end and end.latest < start.earliest:
        return "The end is before the start. Please check both."
    return ""


def span_words(start: PartialDate | None, end: PartialDate | None) -> str:
    """`March to May 2025`, `since 14 March 2025`, `until 2019`, or nothing; no more is said than is known."""
    if start is None or end is None:
        return f"since {start.words}" if start else f"until {end.words}" if end else ""
    if start == end:
        return start.words
    first = start.words
    if start.precision == end.precision != "year" and start.earliest.year == end.earliest.year:
        first = first.removesuffix(f" {start.earliest.year}")
        if start.precision == "day" and start.earliest.month == end.earliest.month:
            first = str(start.earliest.day)
    return f"{first} to {end.words}"


def on_words(when: PartialDate) -> str:
    """`on 14 March 2025`, `in March 2025`, `in 2025`."""
    return f"{'on' if when.precision == 'day' else 'in'} {when.words}"


def first_instant(when: PartialDate | None, tz: tzinfo) -> datetime | None:
    """The earliest it can mean, for order alone: nobody is shown it."""
    return datetime.combine(when.earliest, time(), tz) if when else None
