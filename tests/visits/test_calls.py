"""Asking for a call: hers to ask and withdraw, anybody's who sees it to mark as done, in both walls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError
from django.db.models.functions import Now

from careteam.audit.models import BELOW, AuditEvent
from careteam.sharing.errors import Invalid
from careteam.visits import queries
from careteam.visits.calls import ask_for_call, mark_done, withdraw_call
from careteam.visits.models import CallDone, CommunicationRequest
from tests.conftest import Clinician, Maren, as_owner


def asks(patient: Maren, *whom: Clinician, words: str = "") -> UUID:
    call: UUID = patient.does(ask_for_call, words=words, named=[one.member.id for one in whom])
    return call


def open_for(who: Clinician | Maren, patient: Maren) -> set[UUID]:
    return {one.id for one in who.does(queries.open_calls, patient.id)}


def test_whoever_is_asked_sees_it_and_nobody_else(patient: Maren, psychiatrist: Clinician, invite: Any) -> None:
    other = invite("Nurse", sees=["visits"])
    call = asks(patient, psychiatrist, words="Thursday after four")
    assert open_for(psychiatrist, patient) == {call}
    assert open_for(other, patient) == set()
    found = psychiatrist.does(queries.open_calls_for, [patient.id])[patient.id]
    assert (found.id, found.words) == (call, "Thursday after four")
    with as_owner():
        listed = AuditEvent.objects.get(action="caseload")
        assert (listed.category, listed.record_ids) == ("visits", [call])


def test_she_takes_it_back(patient: Maren, psychiatrist: Clinician) -> None:
    call = asks(patient, psychiatrist)
    patient.does(withdraw_call, call)
    assert open_for(psychiatrist, patient) == set()
    assert psychiatrist.does(queries.open_calls_for, [patient.id]) == {}
    assert psychiatrist.refused(mark_done, patient.id, call)


def test_one_who_sees_it_marks_it_as_done_below_and_her_row_stays(
    patient: Maren, psychiatrist: Clinician, invite: Any
) -> None:
    other = invite("Nurse", sees=["visits"])
    call = asks(patient, psychiatrist, other)
    other.does(mark_done, patient.id, call)
    psychiatrist.does(mark_done, patient.id, call)  # said twice, it is said once
    for who in (patient, psychiatrist, other):
        found = who.does(queries.call, patient.id, call)
        assert (found.open, found.done_by, found.version, found.status) == (False, "Dr Guest 0", 1, "active")
        assert open_for(who, patient) == set()
    with as_owner():
        assert CallDone.unscoped("a test").count() == 1
        assert AuditEvent.objects.get(action="done").actor_id == other.id
        below = AuditEvent.objects.filter(category=BELOW, actor_id=psychiatrist.id)
        assert [row.record_ids for row in below] == [[CallDone.unscoped("a test").get().id]]  # whose mark she was shown


def test_who_does_not_see_a_call_marks_nothing(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician, stranger: Clinician, invite: Any
) -> None:
    other = invite("Nurse", sees=["visits"])
    call = asks(patient, psychiatrist)
    for who in (gp, other, stranger, other_patient, patient):
        assert who.refused(mark_done, patient.id, call)
    assert psychiatrist.refused(mark_done, other_patient.id, call)
    assert open_for(psychiatrist, patient) == {call}
    patient.pauses()
    assert psychiatrist.refused(mark_done, patient.id, call)


def below(who: Clinician | Maren, patient: Maren, call: UUID, author: UUID | None = None) -> CallDone:
    return CallDone(
        patient_id=patient.id, author_id=author or who.id, about_id=call, recorded_at=Now(), changed_at=Now()
    )


def test_the_database_refuses_the_row_of_one_who_does_not_see_the_call(
    patient: Maren, psychiatrist: Clinician, other_patient: Maren, invite: Any
) -> None:
    other = invite("Nurse", sees=["visits"])
    call = asks(patient, psychiatrist)
    for who, row in (
        (other, below(other, patient, call)),
        (other_patient, below(other_patient, patient, call)),
        (psychiatrist, below(psychiatrist, patient, call, author=other.id)),
        (psychiatrist, below(psychiatrist, other_patient, call)),
    ):
        with pytest.raises(ProgrammingError), who.acting():
            row.save(force_insert=True)
    with psychiatrist.acting():
        below(psychiatrist, patient, call).save(force_insert=True)
    with other.acting():
        assert not CallDone.unscoped("a test of the wall itself").exists()


def test_a_clinician_cannot_touch_the_patients_row(patient: Maren, psychiatrist: Clinician) -> None:
    call = asks(patient, psychiatrist)
    with psychiatrist.acting():
        rows = CommunicationRequest.unscoped("a test of the wall itself").filter(pk=call)
        assert rows.exists()
        assert rows.update(withdrawn_at=Now()) == 0
    with psychiatrist.acting(), pytest.raises(ProgrammingError):
        CommunicationRequest(
            patient_id=patient.id,
            author_id=psychiatrist.id,
            status="active",
            effective_at=Now(),
            recorded_at=Now(),
            changed_at=Now(),
        ).save(force_insert=True)


def test_each_person_has_at_most_one_open_call(patient: Maren, psychiatrist: Clinician, invite: Any) -> None:
    other = invite("Nurse", sees=["visits"])
    call = asks(patient, psychiatrist)
    with pytest.raises(Invalid) as refused:
        asks(patient, psychiatrist, other)
    assert "Dr Sun-hee Lee" in refused.value.fields["named"]
    asks(patient, other)
    psychiatrist.does(mark_done, patient.id, call)
    again = asks(patient, psychiatrist)
    assert open_for(psychiatrist, patient) == {again}
    with pytest.raises(Invalid):
        patient.does(ask_for_call, audience="category")
    patient.does(withdraw_call, again)


def test_a_call_is_asked_of_somebody_and_in_few_words(patient: Maren, psychiatrist: Clinician) -> None:
    for wrong, field in (
        ({"audience": "only_me"}, "audience"),
        ({"named": []}, "audience"),
        ({"named": [psychiatrist.member.id], "words": "x" * 201}, "words"),
    ):
        with pytest.raises(Invalid) as refused:
            patient.does(ask_for_call, **wrong)
        assert set(refused.value.fields) == {field}
    assert psychiatrist.refused(ask_for_call, named=[psychiatrist.member.id])
