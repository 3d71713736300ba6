"""When the next form is expected, from the plans and the last form a viewer may see: of many people at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.measures import queries as measures
from careteam.sharing.codes import Category
from careteam.visits import queries as visits
from careteam.visits.due import next_due, overdue_days
from careteam.visits.pictures import PlannedForm


@dataclass(frozen=True, slots=True)
class Expected:
    """The next PHQ-9 of one patient: the day, on her own calendar, by the plan that wants it first."""

    on: date
    days_late: int
    plan: PlannedForm


def due(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, Expected]:
    """When each of these patients' next PHQ-9 is expected, in two statements; whoever has no visible plan is absent.

    Nothing is disclosed: whoever shows it says so.
    """
    planned = visits.planned_forms(viewer, patients)
    if not planned:
        return {}
    last = measures.last_sent_for(viewer, {one.patient for one in planned})
    now = datetime.now(UTC)
    found: dict[UUID, Expected] = {}
    for one in planned:
        tz = ZoneInfo(one.zone)
        sent = last.get(one.patient)
        on = next_due(one.began, one.weeks, sent.astimezone(tz).date() if sent else None)
        if one.patient not in found or on < found[one.patient].on:
            found[one.patient] = Expected(on, overdue_days(on, now.astimezone(tz).date()), one)
    return found


def overdue_for(viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD) -> dict[UUID, int]:
    """By how many days the PHQ-9 of each of these patients is overdue, from seven on: a reason on the caseload.

    Two statements, and one for the log, which names the plans that are told. A form this viewer may not see counts
    for nothing, as if it were not there.
    """
    late = {patient: one for patient, one in due(viewer, patients).items() if one.days_late}
    if late and not is_silent(viewer, purpose):
        record_disclosures(
            disclosure(viewer, purpose, patient, Category.VISITS, [(one.plan.plan, one.plan.version)])
            for patient, one in late.items()
            if patient != viewer.patient
        )
    return {patient: one.days_late for patient, one in late.items()}
