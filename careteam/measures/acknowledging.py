"""Saying that one has seen an answer above "Not at all" to question 9. A row below the form; it hides nothing.

Each clinician says it for herself: that somebody else has seen an answer takes it off nobody's list but hers.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.measures.models import Acknowledged, QuestionnaireResponse
from careteam.measures.seen import marked_by
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.records import one_visible


@transaction.atomic
def acknowledge(viewer: Viewer, patient: UUID, response: UUID, *, expected: int) -> UUID:
    """For a clinician who sees a form: say that one has seen its answer to question 9. Said twice, it is said once.

    Returns the row's id. Raises NotFound, Conflict when the form is no longer version `expected`, Invalid ("") when
    question 9 is not answered above "Not at all".
    """
    found = one_visible(QuestionnaireResponse, viewer, response, lock=False)
    if found.patient_id != patient or not viewer.is_clinician or found.withdrawn_at or found.is_draft:
        raise NotFound
    if found.version != expected:
        raise Conflict(found.version)
    if not found.item9:
        raise Invalid(**{"": "This form has no answer above “Not at all” to question 9."})
    if (said := marked_by(viewer, {found.id: found.item9_since})).get(found.id):
        return said[found.id]
    row = Acknowledged(
        patient_id=patient,
        author_id=viewer.user,
        about_id=found.id,
        about_version=found.version,
        recorded_at=Now(),
        changed_at=Now(),
    )
    row.save(force_insert=True)
    record_act(viewer, "acknowledge", patient, category=found.category, records=[(found.id, found.version)])
    return row.id


@transaction.atomic
def acknowledge_all(viewer: Viewer, patient: UUID, responses: Mapping[UUID, int]) -> None:
    """The same for several forms with the versions she was shown; all or none. Raises as `acknowledge`."""
    for response, version in responses.items():
        acknowledge(viewer, patient, response, expected=version)
