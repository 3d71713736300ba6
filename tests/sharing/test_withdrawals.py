"""What a withdrawn record leaves: "withdrawn on …", for who opened it and would still be allowed it, no more."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from careteam.audit.models import Purpose
from careteam.notes import queries as notes
from careteam.notes.models import ProgressNote
from careteam.notes.services import add_note, withdraw_note
from careteam.sharing import services
from careteam.sharing.codes import Category
from careteam.sharing.queries import withdrawals
from tests.conftest import Clinician, Maren, Person, as_owner, joins


def stubs(who: Person, patient: Maren) -> list[UUID]:
    """What the query answers; the wall alone must answer the same."""
    found = [stub.id for stub in who.does(withdrawals, patient.id, "note")]
    with who.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT record_id FROM sharing_withdrawal WHERE user_id = %s", [who.id])
        assert {row[0] for row in cursor.fetchall()} == set(found)
    return found


def gone(patient: Maren, *openers: Clinician, labels: tuple[str, ...] = (), for_: tuple[Clinician, ...] = ()) -> UUID:
    """A note that these opened and the patient took back."""
    note = patient.writes_note("too much", shared=not for_, labels=labels, for_=for_)
    for one in openers:
        assert one.reads(note)
    patient.does(withdraw_note, note)
    return note


def test_it_is_for_those_who_had_opened_it(patient: Maren, psychiatrist: Clinician, therapist: Clinician) -> None:
    first, second = gone(patient, psychiatrist), gone(patient, psychiatrist, therapist)
    assert stubs(psychiatrist, patient) == [second, first]
    assert stubs(therapist, patient) == [second]
    assert not psychiatrist.reads(first)
    [stub, _] = psychiatrist.does(withdrawals, patient.id, "note")
    hers = patient.does(notes.progress_note, patient.id, second)
    assert stub.withdrawn_at == hers.withdrawn_at


def test_a_weekly_summary_opened_counts_and_a_line_in_a_list_does_not(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("too much", shared=True)
    psychiatrist.does(notes.progress_note, patient.id, note, purpose=Purpose.DIGEST)
    therapist.does(notes.progress_note, patient.id, note, purpose=Purpose.CASELOAD)
    patient.does(withdraw_note, note)
    assert stubs(psychiatrist, patient) == [note]
    assert stubs(therapist, patient) == []


def test_a_pause_hides_it_for_as_long_as_it_lasts(patient: Maren, psychiatrist: Clinician) -> None:
    note = gone(patient, psychiatrist)
    patient.pauses()
    assert stubs(psychiatrist, patient) == []
    patient.resumes()
    assert stubs(psychiatrist, patient) == [note]


def test_it_follows_the_topic_that_is_shared_now(patient: Maren, psychiatrist: Clinician) -> None:
    note = gone(patient, psychiatrist)
    patient.shares(psychiatrist, Category.GOALS)
    assert stubs(psychiatrist, patient) == []
    patient.shares(psychiatrist, Category.MY_NOTES)
    assert stubs(psychiatrist, patient) == [note]


def test_it_follows_the_sensitive_topics_that_are_on_now(patient: Maren, psychiatrist: Clinician) -> None:
    patient.shares(psychiatrist, Category.MY_NOTES, labels=["violence"])
    note = gone(patient, psychiatrist, labels=("violence",))
    assert stubs(psychiatrist, patient) == [note]
    patient.shares(psychiatrist, Category.MY_NOTES)
    assert stubs(psychiatrist, patient) == []


def test_it_ends_with_the_membership_and_names_end_with_it(patient: Maren, psychiatrist: Clinician) -> None:
    named, shared = gone(patient, psychiatrist, for_=(psychiatrist,)), gone(patient, psychiatrist)
    assert stubs(psychiatrist, patient) == [shared, named]
    patient.stops(psychiatrist)
    assert psychiatrist.refused(withdrawals, patient.id, "note")
    with as_owner():
        joins(patient, psychiatrist.user, "Psychiatrist", [Category.MY_NOTES])
    assert stubs(psychiatrist, patient) == [shared]


def test_what_was_hidden_after_it_was_opened_leaves_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("too much", shared=True)
    assert psychiatrist.reads(note)
    patient.does(services.set_audience, ProgressNote, note, audience="only_me")
    patient.does(withdraw_note, note)
    assert stubs(psychiatrist, patient) == []


def test_who_would_see_it_is_decided_no_more(patient: Maren, psychiatrist: Clinician) -> None:
    note = gone(patient, psychiatrist)
    assert patient.refused(services.set_audience, ProgressNote, note, audience="only_me")
    assert patient.refused(services.set_labels, ProgressNote, note, labels=["violence"])
    assert stubs(psychiatrist, patient) == [note]


def test_withdrawn_twice_is_withdrawn_once(patient: Maren, psychiatrist: Clinician) -> None:
    note = gone(patient, psychiatrist)
    patient.does(withdraw_note, note)
    assert stubs(psychiatrist, patient) == [note]


@pytest.mark.parametrize("opened", [True, False])
def test_its_page_and_its_list_say_when_and_nothing_else(patient: Maren, psychiatrist: Clinician, opened: bool) -> None:
    note: UUID = patient.does(add_note, text="Quillwort", title="Quillwort", audience="category")
    if opened:
        assert psychiatrist.reads(note)
    patient.does(withdraw_note, note)
    browser = psychiatrist.browser
    one = browser.get(reverse("chart_note", args=[patient.id, note]))
    many = browser.get(reverse("chart_notes", args=[patient.id])).content.decode()
    assert one.status_code == (200 if opened else 404)
    assert ("This note was withdrawn on" in one.content.decode()) is opened
    assert ("A note that was here was withdrawn on" in many) is opened
    assert "Quillwort" not in one.content.decode() + many
