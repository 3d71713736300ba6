"""When the next form is expected, from the plans and the last form a viewer may see: of many people at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.measures import queries as measures
from careteam.sharing.codes import Category
from careteam.summaries.expected import Expected, expected
from careteam.summaries.reasons import Late
from careteam.visits import queries as visits


def due(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, tuple[Expected, ...]]:
    """When each of these patients' next forms are expected, soonest first, one of each questionnaire that a plan names.

    Two statements; whoever has no visible plan is absent. Nothing is disclosed: whoever shows it says so.
    """
    planned = visits.planned_forms(viewer, patients)
    if not planned:
        return {}
    return expected(planned, measures.sent_for(viewer, {one.patient for one in planned}), datetime.now(UTC))


def overdue_for(viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD) -> dict[UUID, Late]:
    """Which form of each of these patients is overdue, the latest, from seven days on: a reason on the caseload.

    Two statements, and one for the log, which names the plans that are told. A form this viewer may not see counts
    for nothing, as if it were not there.
    """
    late: dict[UUID, Expected] = {}
    for patient, forms in due(viewer, patients).items():
        latest = max(forms, key=lambda one: one.days_late)
        if latest.days_late:
            late[patient] = latest
    if late and not is_silent(viewer, purpose):
        record_disclosures(
            disclosure(viewer, purpose, patient, Category.VISITS, [(one.plan.plan, one.plan.version)])
            for patient, one in late.items()
            if patient != viewer.patient
        )
    return {patient: Late(one.days_late, one.name) for patient, one in late.items()}
