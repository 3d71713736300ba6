"""Proposing a correction, and answering one. Neither touches the entry: that is the patient's to change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import record_act
from careteam.corrections.models import WORDS_MOST, CorrectionSettled, ProposedCorrection, correctable
from careteam.corrections.queries import answered, own_correction
from careteam.sharing.errors import Conflict, NotFound
from careteam.sharing.records import one_visible
from careteam.sharing.services import clean_text


@dataclass(frozen=True, slots=True)
class Settled:
    """The entry of which a proposed correction was answered; `left`: it is still as it was when that was written."""

    kind: str
    record: UUID
    left: bool


@transaction.atomic
def propose_correction(viewer: Viewer, patient: UUID, kind: str, record: UUID, *, text: str, expected: int) -> UUID:
    """For a clinician who sees an entry of the patient's: say below it what it should say. The entry stays as it is.

    Returns the row's id. Raises NotFound (also for a kind that takes none), Invalid (text empty or over 4,000
    characters), Conflict when the entry is no longer version `expected`.
    """
    if kind not in correctable():
        raise NotFound
    found = one_visible(correctable()[kind], viewer, record, lock=False)
    if found.patient_id != patient or not viewer.is_clinician or found.withdrawn_at or found.is_draft:
        raise NotFound
    words = clean_text(text, "text", WORDS_MOST)
    if found.version != expected:
        raise Conflict(found.version)
    row = ProposedCorrection(
        patient_id=patient,
        author_id=viewer.user,
        about_id=found.id,
        about_kind=kind,
        about_version=found.version,
        text=words,
        recorded_at=Now(),
        changed_at=Now(),
    )
    row.save(force_insert=True)
    record_act(viewer, "correction", patient, category=found.category, records=[(found.id, found.version)])
    return row.id


@transaction.atomic
def settle_correction(viewer: Viewer, correction: UUID) -> Settled:
    """Answer a proposed correction of one's own entry: it was corrected since, or it is left as it is.

    Said twice, it is said once. Raises NotFound.
    """
    row = own_correction(viewer, correction)
    found = one_visible(correctable()[row.about_kind], viewer, row.about_id)
    if found.withdrawn_at:
        raise NotFound
    if row.id not in answered(viewer, [found.id], purpose=Purpose.CHECK, among=[type(found)]):
        CorrectionSettled(
            patient_id=found.patient_id,
            author_id=viewer.user,
            about_id=found.id,
            about_version=found.version,
            correction_id=row.id,
            recorded_at=Now(),
            changed_at=Now(),
        ).save(force_insert=True)
        told = [(found.id, found.version)]
        record_act(viewer, "correction-answer", found.patient_id, category=found.category, records=told)
    return Settled(row.about_kind, found.id, left=found.version == row.about_version)


@transaction.atomic
def settle_those(viewer: Viewer, record: UUID, corrections: Collection[UUID]) -> None:
    """The same for those that stood beside the form in which an entry was just corrected. Raises NotFound."""
    for correction in corrections:
        if settle_correction(viewer, correction).record != record:
            raise NotFound
