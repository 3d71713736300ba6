"""On how many of the last seven days a medicine was taken as planned: asked without blame, skipped without a trace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import record_act
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.records import one_visible
from careteam.treatments.doses import is_current
from careteam.treatments.models import WEEK, MedicationStatement, TakenDays
from careteam.treatments.tried import Taken

SEVEN = WEEK
QUESTION = "In the last 7 days, on how many days did you take this medicine as planned?"


@dataclass(frozen=True, slots=True)
class TakenView:
    """One answer: so many of the seven days up to `on`."""

    on: date
    days: int


@transaction.atomic
def say_taken(viewer: Viewer, medicine: UUID, *, days: int) -> None:
    """Answer for the seven days up to today, about a medicine of one's own that is taken now. The last answer of a day
    counts. The medicine itself stays as it is.

    Raises Invalid (days), NotFound.
    """
    if not 0 <= days <= WEEK:
        raise Invalid(days=f"Choose 0 to {WEEK} days.")
    found = one_visible(MedicationStatement, viewer, medicine)
    today = viewer.today
    mine = found.patient_id == viewer.patient and not found.is_draft and not found.withdrawn_at
    if not mine or not is_current(found.status, found.began, found.ended, today):
        raise NotFound
    TakenDays(
        patient_id=found.patient_id,
        author_id=viewer.user,
        about_id=found.id,
        on=today,
        days=days,
        recorded_at=Now(),
        changed_at=Now(),
    ).save(force_insert=True)
    record_act(viewer, "taken", found.patient_id, category=found.category, records=[(found.id, found.version)])


def taken_below(viewer: Viewer, medicines: Collection[UUID], purpose: Purpose) -> dict[UUID, tuple[TakenView, ...]]:
    """What was answered about each of these medicines, oldest first, one a day; one statement, and one for the log."""
    found: dict[UUID, dict[date, int]] = {}
    for row in TakenDays.below(viewer, medicines, purpose=purpose, withdrawn_at=None):
        found.setdefault(row.about_id, {})[row.on] = row.days
    return {
        medicine: tuple(TakenView(on, days) for on, days in sorted(answers.items()))
        for medicine, answers in found.items()
    }


def as_taken(answers: Collection[TakenView]) -> tuple[Taken, ...]:
    """The same, as the ledger reads it."""
    return tuple(Taken(one.on, one.days) for one in answers)
