"""Days of a calendar and instants of a clock: which day a tap belongs to, and when a day written later stands. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS_BACK = 7
GAP_DAYS = 3
NOON = time(12)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant where she lives."""
    return at.astimezone(zone).date()


def noon_of(day: date, zone: ZoneInfo) -> datetime:
    """Noon of a day where she lives: no clock is put forward or back at noon, so it is there once on every day."""
    return datetime.combine(day, NOON, zone)


def days_open(today: date) -> tuple[date, ...]:
    """The days that may be written about: today first, then the seven before."""
    return tuple(today - timedelta(days=back) for back in range(DAYS_BACK + 1))


def after_a_gap(last: date | None, today: date) -> bool:
    """Whether three days or more between the last check-in and today stayed blank."""
    return last is not None and (today - last).days > GAP_DAYS
