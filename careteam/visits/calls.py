"""Asking for a call: the patient asks and withdraws; a clinician who sees it marks it as done, in a row below it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import record_act
from careteam.sharing import queries as sharing
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.pictures import listed, who_can_see
from careteam.sharing.records import one_visible
from careteam.sharing.services import clean_audience, clean_labels, clean_text, created, withdraw
from careteam.visits.codes import ACTIVE
from careteam.visits.models import NAME_MOST, CallDone, CommunicationRequest
from careteam.visits.services import own_record


@transaction.atomic
def ask_for_call(
    viewer: Viewer,
    *,
    words: str = "",
    audience: str = Audience.NAMED,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Ask people of one's team for a call, with a few words (200 characters). It is no promise: nobody watches it.

    Raises Invalid (nobody named; somebody has an open one already), NotFound.
    """
    patient = own_record(viewer)
    call = CommunicationRequest(
        patient_id=patient,
        author_id=viewer.user,
        words=clean_text(words, "words", NAME_MOST, required=False),
        status=ACTIVE,
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
    )
    if call.audience == Audience.ONLY_ME:
        raise Invalid(audience="Choose who can see that you ask.")
    Patient.objects.select_for_update(no_key=True).get(pk=patient)
    asked = _asked(viewer, patient)
    again = [name for member, name in _reached(viewer, call, frozenset(named)) if member in asked]
    if again:
        raise Invalid(named=f"You have asked {listed(again)} already, and that stays open until it is done.")
    return created(viewer, call, named)


def withdraw_call(viewer: Viewer, call: UUID) -> None:
    """Withdraw that one asked for a call."""
    withdraw(viewer, CommunicationRequest, call)


@transaction.atomic
def mark_done(viewer: Viewer, patient: UUID, call: UUID) -> None:
    """For a clinician who sees it: say that a call was seen to. Said twice, it is said once. Raises NotFound."""
    found = one_visible(CommunicationRequest, viewer, call, lock=False)
    if found.patient_id != patient or viewer.patient == patient or found.withdrawn_at:
        raise NotFound
    if CallDone.below(viewer, [call], purpose=Purpose.CHECK):
        return
    CallDone(patient_id=patient, author_id=viewer.user, about_id=call, recorded_at=Now(), changed_at=Now()).save(
        force_insert=True
    )
    record_act(viewer, "done", patient, category=found.category, records=[(call, found.version)])


def _reached(viewer: Viewer, call: CommunicationRequest, named: frozenset[UUID]) -> list[tuple[UUID, str]]:
    """(member, name) of those whom a call is meant for: the named ones, or whoever sees visits."""
    seen = sharing.sight(viewer, call.patient_id)
    if call.audience == Audience.NAMED:
        return [(member.id, member.name) for member in seen.members if member.id in named]
    return [(one.id, one.name) for one in who_can_see(seen, call.category, call.labels, call.audience, named)]


def _asked(viewer: Viewer, patient: UUID) -> set[UUID]:
    """Members who have an open call already."""
    rows = list(CommunicationRequest.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None))
    done = {row.about_id for row in CallDone.below(viewer, [row.id for row in rows], purpose=Purpose.CHECK)}
    left = [row for row in rows if row.id not in done]
    people = sharing.context(viewer, patient, [row.id for row in left])
    return {member for row in left for member, _ in _reached(viewer, row, people.named.get(row.id, frozenset()))}
