"""Which questionnaires are there when she wants them: by her plans, or two weeks after the last PHQ-9. Hers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from careteam.accounts.viewer import Viewer, database_now
from careteam.measures import queries as measures
from careteam.measures.instruments.catalogue import INSTRUMENTS, PHQ9
from careteam.summaries.expected import expected, last_of
from careteam.visits import queries as visits


@dataclass(frozen=True, slots=True)
class Reminder:
    """One questionnaire: from which day it is offered again, whether that has come, and with whom it was agreed.

    `with_name` is empty for the PHQ-9's own two weeks, which are nobody's plan.
    """

    questionnaire: str
    name: str
    on: date
    due: bool
    with_name: str


def reminders(viewer: Viewer, *, before: datetime | None = None) -> tuple[Reminder, ...]:
    """What the viewer's own pages remind her of, soonest first; nothing of what she paused (three statements).

    With `before`, what was due at that moment: what she has sent since is not spoken of. Incomplete forms count as
    sent: nobody is asked twice.
    """
    if viewer.patient is None:
        return ()
    at = before or database_now()
    today = viewer.local(at).date()
    patient = viewer.patient
    planned = visits.planned_forms(viewer, [patient])
    sent = measures.sent_for(viewer, [patient], before=before)
    paused = measures.paused_reminders(viewer)
    wanted = {one.questionnaire: (one.on, one.plan.with_name) for one in expected(planned, sent, at).get(patient, ())}
    if PHQ9.name not in wanted:
        last = last_of(sent, patient, PHQ9.name)
        again = viewer.local(last).date() + timedelta(days=PHQ9.looks_back_days) if last else today
        wanted[PHQ9.name] = (again, "")
    return tuple(
        Reminder(code, INSTRUMENTS[code].short, on, on <= today, with_name)
        for code, (on, with_name) in sorted(wanted.items(), key=lambda one: one[1])
        if code not in paused and not ((since := sent.get((patient, code))) and since.later)
    )
