"""Whom to tell of an answer to question 9, asked when it is sent and again when the mail is about to go."""

from __future__ import annotations

from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.measures.models import QuestionnaireResponse, Status
from careteam.measures.seen import marked_by
from careteam.sharing.records import one_visible
from careteam.sharing.telling import asked_to_tell, to_be_told


def whom_to_tell(viewer: Viewer, response: UUID) -> tuple[UUID, ...]:
    """Accounts of those whom the patient, before she sent or changed it, wanted told of this form of hers."""
    found = one_visible(QuestionnaireResponse, viewer, response, lock=False)
    if found.is_draft or not found.item9 or found.withdrawn_at:
        return ()
    return to_be_told(viewer, found, found.changed_at)


def is_to_be_told(viewer: Viewer, response: UUID) -> bool:
    """Whether this clinician is to be told now: she sees the form, it stands, is not marked as seen, and she is meant.

    It decides alone and shows nothing.
    """
    rows = QuestionnaireResponse.objects.filter(pk=response, item9__gt=0, withdrawn_at=None)
    rows = rows.exclude(status=Status.IN_PROGRESS).visible_to(viewer)
    for patient, since, changed_at in rows.values_list("patient_id", "item9_since", "changed_at"):
        asked = asked_to_tell(viewer, [patient]).get(patient)
        return asked is not None and asked <= changed_at and response not in marked_by(viewer, {response: since})
    return False
