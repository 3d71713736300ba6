"""When a visit is: what was typed on a clock becomes an instant, an instant becomes words. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from careteam.sharing.errors import Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2199
NOON = 12
WEEK = 7
USUAL_MINUTES = 60
GAP = "On this day the clocks go forward, and this time does not exist. Please choose another."


def instant(typed: datetime, zone: str) -> datetime:
    """The instant, in UTC, that a time without an offset is on the clock of `zone`.

    A time that comes twice when clocks go back is the first one; one that clocks going forward leave out is refused
    (Invalid, field `start`), as is a year outside 1900 to 2199. A time with an offset is taken as it is.
    """
    if not FIRST_YEAR <= typed.year <= LAST_YEAR:
        raise Invalid(start=f"Choose a day between {FIRST_YEAR} and {LAST_YEAR}.")
    if typed.tzinfo is not None:
        return typed.astimezone(UTC)
    tz = ZoneInfo(zone)
    at = typed.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if at.astimezone(tz).replace(tzinfo=None) != typed:
        raise Invalid(start=GAP)
    return at


def is_over(start: datetime, minutes: int | None, now: datetime) -> bool:
    """Whether a visit that begins at `start` has ended by `now`; one without a length is given an hour."""
    return now >= start + timedelta(minutes=minutes or USUAL_MINUTES)


def countdown(start: datetime, now: datetime) -> str:
    """`in 3 days, Tuesday 10:00 am`, on the clock that both instants carry; "" once it has begun.

    Days are calendar days: at 11 pm, a visit at 8 am is tomorrow. From a week on the date is named.
    """
    if now >= start:
        return ""
    days = (start.date() - now.date()).days
    if days == 0:
        return f"today at {clock(start)}"
    soon = "tomorrow" if days == 1 else f"in {days} days"
    if days < WEEK:
        return f"{soon}, {start:%A} {clock(start)}"
    year = "" if start.year == now.year else f" {start.year}"
    return f"{soon}, {start:%A} {start.day} {start:%B}{year}, {clock(start)}"


def clock(at: datetime) -> str:
    """`2:20 pm`."""
    return f"{at.hour % NOON or NOON}:{at:%M} {'am' if at.hour < NOON else 'pm'}"


def clock_of(zone: str) -> str:
    """Whose clock a time is on: `New York time`."""
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
