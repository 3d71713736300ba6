"""Which weekly summaries are due: pure, on the wall clock of each person's own zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CATCH_UP = 3
SEND_AT = time(7)
WEEK = timedelta(days=7)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def due_at(period_start: date, zone: str) -> datetime:
    """When the summary of the week that began at `period_start` is due: the next Monday, 07:00 local."""
    return datetime.combine(period_start + WEEK, SEND_AT, ZoneInfo(zone))


def due_weeks(now: datetime, zone: str, joined: datetime) -> list[date]:
    """The local Mondays of the weeks whose summary is due by `now`, oldest first, at most the last three.

    A week that ended before the person joined is never due.
    """
    tz = ZoneInfo(zone)
    last = monday_of(now.astimezone(tz).date()) - WEEK
    if now < due_at(last, zone):
        last -= WEEK
    weeks = [last - WEEK * back for back in reversed(range(CATCH_UP))]
    joined_on = joined.astimezone(tz).date()
    return [week for week in weeks if joined_on < week + WEEK]
