"""The day to judge a medicine by: she sets it, a clinician who sees the medicine agrees to it as it stands then.

Any change of the medicine makes a new version, and what was agreed to is no longer what there is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import record_act
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.records import disclosed, one_visible
from careteam.sharing.services import keep, own_at
from careteam.treatments.codes import Status
from careteam.treatments.doses import is_current
from careteam.treatments.models import JudgeAgreed, MedicationStatement
from careteam.treatments.queries import patient_days

MONTHS_AHEAD = 24
DAYS_OF_A_MONTH = 31


@dataclass(frozen=True, slots=True)
class JudgeDay:
    """The day to judge a medicine by (None: none is set), and who agreed to it as the medicine stands now.

    `agreed`: this viewer did. `may_agree`: she is a clinician and has not. `reached`: the day has come.
    """

    on: date | None
    agreed_by: tuple[str, ...]
    agreed: bool
    may_agree: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A medicine whose day has come, as the caseload says it."""

    name: str
    on: date


@transaction.atomic
def set_judge_by(viewer: Viewer, medicine: UUID, *, on: date | None, expected: int) -> int:
    """Set the day to judge a medicine of one's own by, or take it out (None). Who agreed before is asked anew.

    Returns the new version. Raises Invalid (on: before today or before it begins, more than two years ahead, or ""
    for one that has ended), NotFound, Conflict.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    if on is not None:
        if found.status not in (Status.ACTIVE, Status.INTENDED, Status.ON_HOLD):
            raise Invalid(**{"": "This medicine is marked as ended, so no day lies ahead of it."})
        if on < viewer.today:
            raise Invalid(on="This day is over. Choose one that lies ahead.")
        if found.began and on < found.began.earliest:
            raise Invalid(on="This day is before the medicine begins. Please check both.")
        if (on - viewer.today).days > MONTHS_AHEAD * DAYS_OF_A_MONTH:
            raise Invalid(on="This day is more than two years ahead. Choose an earlier one.")
    return keep(viewer, found, judge_by=on)


@transaction.atomic
def agree_to_judge_by(viewer: Viewer, patient: UUID, medicine: UUID, *, expected: int) -> None:
    """For a clinician who sees it: agree to the day of a medicine as it stands. Said twice, it is said once.

    Raises NotFound, Conflict when the medicine was changed meanwhile, Invalid ("") when no day is set.
    """
    found = one_visible(MedicationStatement, viewer, medicine, lock=False)
    if found.patient_id != patient or not viewer.is_clinician or found.withdrawn_at or found.is_draft:
        raise NotFound
    if found.version != expected:
        raise Conflict(found.version)
    if found.judge_by is None:
        raise Invalid(**{"": "There is no day to agree to."})
    if _agreed(viewer, [found.id], Purpose.CHECK, author_id=viewer.user):
        return
    JudgeAgreed(
        patient_id=patient,
        author_id=viewer.user,
        about_id=found.id,
        about_version=found.version,
        recorded_at=Now(),
        changed_at=Now(),
    ).save(force_insert=True)
    record_act(viewer, "agree", patient, category=found.category, records=[(found.id, found.version)])


def judge_days(
    viewer: Viewer, rows: Sequence[MedicationStatement], today: date, purpose: Purpose
) -> dict[UUID, JudgeDay]:
    """The day of each of these medicines, which were disclosed already; one statement, and one for the log."""
    agreed: dict[UUID, list[JudgeAgreed]] = {}
    for row in _agreed(viewer, [row.id for row in rows if row.judge_by], purpose):
        agreed.setdefault(row.about_id, []).append(row)
    found = {}
    for medicine in rows:
        those = agreed.get(medicine.id, [])
        mine = any(one.author_id == viewer.user for one in those)
        found[medicine.id] = JudgeDay(
            on=medicine.judge_by,
            agreed_by=tuple(dict.fromkeys(one.author.name for one in those)),
            agreed=mine,
            may_agree=medicine.judge_by is not None and viewer.is_clinician and not mine,
            reached=medicine.judge_by is not None and medicine.judge_by <= today,
        )
    return found


def reached_for(
    viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD
) -> dict[UUID, Reached]:
    """Of each of these patients, the medicine whose day, agreed by both, came first: a reason on the caseload.

    "Both" are the patient and this viewer. As far as she may see it, while it is taken; three statements and one for
    the log.
    """
    rows = MedicationStatement.objects.filter(patient_id__among=patients, judge_by__isnull=False, withdrawn_at=None)
    rows = rows.filter(status__in=[Status.ACTIVE, Status.INTENDED]).visible_to(viewer).order_by("judge_by", "id")
    listed = list(rows)
    if not listed:
        return {}
    days = patient_days(viewer, {row.patient_id for row in listed})
    due = [row for row in listed if _has_come(row, days[row.patient_id])]
    hers = {row.about_id for row in _agreed(viewer, [row.id for row in due], purpose, author_id=viewer.user)}
    first: dict[UUID, MedicationStatement] = {}
    for row in due:
        if row.id in hers:
            first.setdefault(row.patient_id, row)
    disclosed(list(first.values()), viewer, purpose)
    return {patient: Reached(row.name, row.judge_by) for patient, row in first.items() if row.judge_by}


def _has_come(row: MedicationStatement, today: date) -> bool:
    """Whether its day is here while it is taken."""
    return row.judge_by is not None and row.judge_by <= today and is_current(row.status, row.began, row.ended, today)


def _agreed(viewer: Viewer, medicines: Collection[UUID], purpose: Purpose, **only: Any) -> list[JudgeAgreed]:
    """Who agreed to these medicines as they stand now."""
    stands = MedicationStatement.unscoped("which version an agreement was to").filter(pk=OuterRef("about_id"))
    now = Subquery(stands.values("version"))
    return JudgeAgreed.below(viewer, medicines, purpose=purpose, about_version=now, **only)
