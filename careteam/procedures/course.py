"""The course of a treatment, pure: where it stands, when it was, and its sessions. It judges nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from careteam.procedures.codes import Status
from careteam.sharing.errors import Invalid
from careteam.sharing.partial import MONTHS, PartialDate, order_problem, span_words

SESSIONS_MOST = 500
ECHO_MOST = 40
WRITTEN = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,})\.?,?\s+(\d{4})", re.ASCII)
HOW = "Write each date on its own line, such as 14 March 2025, March 2025 or 2025-03-14."


# -- Where it stands ---------------------------------------------------------------------------------------------------
def status_on(status: str, start: PartialDate | None, end: PartialDate | None, today: date) -> str:
    """A stored status as it reads today: a planned start that has come is under way, an end that is gone is over."""
    if status not in (Status.ACTIVE, Status.PLANNED):
        return status
    if end and end.latest < today:
        return Status.COMPLETED
    if start and start.earliest > today:
        return Status.PLANNED
    return Status.ACTIVE if start else status


def status_of(
    wanted: str, start: PartialDate | None, end: PartialDate | None, today: date, *, stopped: bool = False
) -> str:
    """The status to store: where the dates decide, they do; else what was chosen, or "under way".

    `stopped` says that a reason for stopping was given. Raises Invalid where dates and words disagree.
    """
    if wanted not in ("", *Status.values):
        raise Invalid(status="Choose how it stands with this.")
    over = wanted in (Status.STOPPED, Status.COMPLETED) or (stopped and not wanted)
    if stopped and not over and wanted != Status.NOT_DONE:
        raise Invalid(status="There is a reason for stopping here. Choose “Stopped”, or take the reason out.")
    if wanted in (Status.UNKNOWN, Status.NOT_DONE):
        return wanted
    if over and start and start.earliest > today:
        raise Invalid(start="This start is in the future, and it is marked as ended. Please check both.")
    if over and end and end.earliest > today:
        raise Invalid(end="This end is in the future. Leave it empty, or choose that it is under way.")
    if over:
        return Status.STOPPED if stopped and not wanted else wanted
    return status_on(wanted or Status.ACTIVE, start, end, today)


def when_words(start: PartialDate | None, end: PartialDate | None, status: str) -> str:
    """When it is or was: `since 14 March 2025`, `2019, end not known`, `planned from March 2027`."""
    span = span_words(start, end)
    if status == Status.NOT_DONE:
        return "did not happen"
    if status == Status.PLANNED:
        return f"planned for {span}" if start and end else f"planned from {start.words}" if start else "planned"
    if end:
        return span if start else f"{span}, start not known"
    if status == Status.ACTIVE:
        return span or "start not known"
    return f"{start.words}, end not known" if start else "dates not known"


# -- Sessions ----------------------------------------------------------------------------------------------------------
def session_date(text: str) -> PartialDate:
    """One date as typed: `2025-03-14`, `14 March 2025`, `mar 2025`, `2025`. Raises Invalid (sessions) in words."""
    typed = " ".join(text.split())
    how = f"“{typed}”: {HOW}" if typed.isprintable() and len(typed) <= ECHO_MOST else HOW
    if found := WRITTEN.fullmatch(typed):
        day, word, year = found.groups()
        months = [number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(word.lower())]
        if len(months) != 1:
            raise Invalid(sessions=how)
        typed = f"{year}-{months[0]:02}" + (f"-{int(day):02}" if day else "")
    try:
        return PartialDate(typed)
    except ValueError as error:
        raise Invalid(sessions=how) from error


def sessions_on(
    texts: Sequence[str], start: PartialDate | None, end: PartialDate | None, today: date
) -> tuple[PartialDate, ...]:
    """The dates of sessions in order, whatever the order they were typed in; two on one day are two.

    Raises Invalid (sessions) for no date, one to come, one certainly outside the treatment's own time, or over 500.
    """
    dates = sorted((session_date(text) for text in texts), key=lambda one: (one.earliest, one.latest))
    if len(dates) > SESSIONS_MOST:
        raise Invalid(sessions=f"{SESSIONS_MOST} dates fit here.")
    for one in dates:
        if one.earliest > today:
            raise Invalid(sessions=f"{one.words} is in the future. This list is for sessions that took place.")
        if order_problem(start, one):
            raise Invalid(sessions=f"{one.words} is before the treatment began. Please check both.")
        if order_problem(one, end):
            raise Invalid(sessions=f"{one.words} is after the treatment ended. Please check both.")
    return tuple(dates)


def clean_count(count: int | None, dates: Sequence[PartialDate]) -> int | None:
    """How many sessions in all, None when that is not known; never fewer than have a date."""
    if count is None:
        return None
    if not 1 <= count <= SESSIONS_MOST:
        raise Invalid(session_count=f"Write a number from 1 to {SESSIONS_MOST}, or leave it empty.")
    if count < len(dates):
        raise Invalid(session_count=f"{len(dates)} sessions have a date below. Please check both.")
    return count


def sessions_words(count: int | None, dates: Sequence[PartialDate]) -> str:
    """`8 sessions`, `8 sessions, 3 with a date`, `3 sessions with a date`: no total is made up."""
    dated = f"{len(dates)} with a date"
    if count is None:
        return f"{_sessions(len(dates))} with a date" if dates else ""
    return f"{_sessions(count)}, {dated}" if 0 < len(dates) < count else _sessions(count)


def _sessions(number: int) -> str:
    return f"{number} session{'' if number == 1 else 's'}"
