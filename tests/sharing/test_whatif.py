"""What would change before a consent is saved: the counts of the rule itself, and no trace of the asking."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent
from careteam.goals.services import add_goal
from careteam.notes import services as notes
from careteam.sharing import team, whatif
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.models import CareTeamMember, Consent, Pause
from careteam.sharing.whatif import Count, Shift
from tests.conftest import Clinician, Maren, as_owner, person


def shift(adds: dict[str, int], hides: dict[str, int]) -> Shift:
    return Shift(*(tuple(Count(kind, count) for kind, count in found.items()) for found in (adds, hides)))


def asks(patient: Maren, who: Clinician, *categories: str, labels: tuple[str, ...] = ()) -> Shift:
    until = patient.viewer.today + timedelta(days=30)
    found: Shift = patient.does(whatif.would_change, who.member.id, categories=categories, labels=labels, until=until)
    return found


@pytest.fixture
def record(patient: Maren, gp: Clinician, psychiatrist: Clinician) -> None:
    """Three shared notes, one of them labelled; one for the psychiatrist, one for herself, a draft; and two goals."""
    for text in ("one", "two"):
        patient.writes_note(text, shared=True)
    patient.writes_note("three", shared=True, labels=["trauma"])
    patient.writes_note("for her", for_=[psychiatrist])
    patient.writes_note("mine")
    patient.does(notes.add_note, text="unfinished", audience="category", draft=True)
    for words in ("Walk", "Read"):
        patient.does(add_goal, words=words)


@pytest.mark.usefixtures("record")
def test_it_counts_what_would_be_added_and_hidden(patient: Maren, gp: Clinician, psychiatrist: Clinician) -> None:
    assert asks(patient, gp, "goals", "treatments") == shift({}, {})
    assert asks(patient, gp, "my_notes") == shift({"note": 2}, {"goal": 2})
    assert asks(patient, gp, "my_notes", "goals", labels=("trauma",)) == shift({"note": 3}, {})
    assert asks(patient, psychiatrist, "goals") == shift({}, {"note": 3})
    assert asks(patient, psychiatrist) == shift({}, {"goal": 2, "note": 3})


@pytest.mark.usefixtures("record")
def test_it_tells_what_saving_then_does(patient: Maren, gp: Clinician) -> None:
    with gp.acting() as viewer:
        before = whatif._seen_by(viewer, patient.id)
    told = asks(patient, gp, "my_notes", labels=("trauma",))
    patient.shares(gp, "my_notes", labels=["trauma"])
    with gp.acting() as viewer:
        after = whatif._seen_by(viewer, patient.id)
    assert told == Shift(whatif._by_kind(after - before), whatif._by_kind(before - after))
    assert asks(patient, gp, "my_notes", labels=("trauma",)) == shift({}, {})


@pytest.mark.usefixtures("record")
def test_asking_leaves_nothing_behind(patient: Maren, gp: Clinician) -> None:
    def all_there_is() -> list[list[tuple[object, ...]]]:
        with as_owner():
            return [
                sorted(model.objects.values_list(), key=str) for model in (AuditEvent, Consent, CareTeamMember, Pause)
            ]

    patient.pauses()
    before = all_there_is()
    assert asks(patient, gp, "my_notes") == shift({"note": 2}, {"goal": 2})
    assert patient.does(whatif.would_hide, gp.member.id) == shift({}, {"goal": 2})
    assert all_there_is() == before


@pytest.mark.usefixtures("record")
def test_somebody_who_waits_is_asked_about_as_if_confirmed(patient: Maren, gp: Clinician) -> None:
    with as_owner():
        newcomer = Clinician(person("new@example.org", "Dr New", Role.PRACTITIONER), patient)
        CareTeamMember(patient_id=patient.id, user=newcomer.user, role="Nurse", invited_at=Now()).save()
    assert asks(patient, newcomer, "goals") == shift({"goal": 2}, {})
    assert patient.does(whatif.would_hide, newcomer.member.id) == shift({}, {})
    with as_owner():
        assert CareTeamMember.objects.get(user=newcomer.user).confirmed_at is None


def test_it_is_refused_as_saving_is(patient: Maren, other_patient: Maren, gp: Clinician) -> None:
    today = patient.viewer.today
    with pytest.raises(Invalid):
        patient.does(whatif.would_change, gp.member.id, categories=["goals"], until=today - timedelta(days=1))
    with pytest.raises(Invalid):
        patient.does(whatif.would_change, gp.member.id, categories=["nonsense"], until=today)
    for who in (other_patient, gp):
        with pytest.raises(NotFound):
            who.does(whatif.would_change, gp.member.id, categories=["goals"], until=today)
    with pytest.raises(NotFound):
        patient.does(whatif.would_change, uuid4(), categories=["goals"], until=today)
    patient.does(team.stop, gp.member.id)
    assert patient.refused(whatif.would_change, gp.member.id, categories=["goals"], until=today)
