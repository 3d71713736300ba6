"""When the next form of a plan is expected. Pure: days on the patient's calendar come in, a day goes out."""

from __future__ import annotations

from datetime import date, timedelta

OVERDUE_DAYS = 7  # rule.md, "Needs a look": measure overdue by 7 days


def next_due(began: date, weeks: int, last: date | None) -> date:
    """The day on which the next form is expected: so many weeks after the last one, and never before the plan began.

    Without a last form it is the day the plan began: the first one is wanted then.
    """
    return began if last is None else max(began, last + timedelta(weeks=weeks))


def overdue_days(due: date, today: date) -> int:
    """How many days late a form is that was expected on `due`; 0 while it is less than seven."""
    late = (today - due).days
    return late if late >= OVERDUE_DAYS else 0
