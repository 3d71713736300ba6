"""The author of a signed note adds a label, even one that hides it from her; only the patient removes one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from careteam.accounts.viewer import acting_as, labelling
from careteam.notes import queries, services
from careteam.notes.models import ClinicalNote, NoteReply, ProgressNote
from careteam.sharing import services as sharing
from careteam.sharing.errors import Invalid
from careteam.sharing.records import Record
from careteam.summaries import log
from tests.conftest import Clinician, Maren, Person


def signed(author: Clinician, *labels: str) -> UUID:
    note: UUID = author.does(
        services.draft_clinical_note, author.patient.id, title="Visit", text="Plan.", labels=labels
    )
    author.does(services.sign_note, author.patient.id, note)
    return note


def labels_of(patient: Maren, note: UUID) -> tuple[str, ...]:
    found: queries.NoteView = patient.does(queries.progress_note, patient.id, note)
    return found.labels


def behind_the_wall(who: Person, model: type[Record]) -> set[UUID]:
    with who.acting():
        return {row.id for row in model.unscoped("a test of the wall itself")}


def test_the_author_adds_a_label_that_hides_the_note_from_her(patient: Maren, psychiatrist: Clinician) -> None:
    note = signed(psychiatrist)
    psychiatrist.does(services.add_labels, note, labels=["violence"])
    assert labels_of(patient, note) == ("violence",)
    assert not psychiatrist.reads(note)
    assert behind_the_wall(psychiatrist, ClinicalNote) == set()
    assert [one.text for one in psychiatrist.does(queries.signed_notes).items] == ["Plan."]
    assert patient.does(queries.progress_note, patient.id, note).version == 1


def test_a_label_that_she_is_shown_hides_it_from_others_alone(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = signed(therapist)
    therapist.does(services.add_labels, note, labels=["trauma"])
    assert therapist.reads(note)
    assert not psychiatrist.reads(note)


def test_adding_takes_none_away_and_the_same_again_is_not_told(patient: Maren, therapist: Clinician) -> None:
    note = signed(therapist, "trauma")
    therapist.does(services.add_labels, note, labels=["trauma"])
    therapist.does(services.add_labels, note, labels=["violence"])
    assert labels_of(patient, note) == ("trauma", "violence")
    with patient.acting() as viewer:
        told = [one.words for day in log.access_log(viewer).days for one in day.told]
    assert told == [
        "Tomás Rivera marked the note “Visit” with a sensitive topic.",
        "Tomás Rivera signed the note “Visit”.",
    ]
    patient.does(sharing.set_labels, ClinicalNote, note, labels=[])
    assert labels_of(patient, note) == ()


@pytest.mark.parametrize("labels", [[], ["weather"]])
def test_no_label_and_an_unknown_one_are_refused(psychiatrist: Clinician, labels: list[str]) -> None:
    note = signed(psychiatrist)
    with pytest.raises(Invalid):
        psychiatrist.does(services.add_labels, note, labels=labels)


def test_nobody_else_labels_a_signed_note_this_way(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    note = signed(psychiatrist)
    hers = patient.writes_note("hers", shared=True)
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, text="not yet")
    for who, one in ((therapist, note), (stranger, note), (patient, note), (psychiatrist, hers), (psychiatrist, draft)):
        assert who.refused(services.add_labels, one, labels=["trauma"])
    patient.does(sharing.set_audience, ClinicalNote, note, audience="only_me")
    assert psychiatrist.refused(services.add_labels, note, labels=["trauma"])  # hidden from her: not there
    patient.does(sharing.set_audience, ClinicalNote, note, audience="category")
    patient.stops(psychiatrist)
    assert psychiatrist.refused(services.add_labels, note, labels=["trauma"])
    assert labels_of(patient, note) == ()


def test_the_setting_shows_the_author_her_own_signed_note_and_nothing_else(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    own = signed(psychiatrist, "violence")
    other = signed(psychiatrist, "violence")
    anothers = signed(therapist, "violence")
    hers = patient.writes_note("hers")
    draft = therapist.does(services.draft_clinical_note, patient.id, text="not yet")
    patient.does(services.reply, own, text="below it")
    assert behind_the_wall(psychiatrist, ClinicalNote) == set()
    for named, seen in ((own, {own}), (other, {other}), (anothers, set()), (hers, set()), (draft, set())):
        with psychiatrist.acting(), labelling(named):
            assert {row.id for row in ClinicalNote.unscoped("a test of the wall itself")} == seen
            for model in (ProgressNote, NoteReply):
                assert not model.unscoped("a test of the wall itself").exists()
    with therapist.acting(), labelling(own):
        assert {row.id for row in ClinicalNote.unscoped("a test of the wall itself")} == {draft}
    with psychiatrist.acting(), labelling(own):
        pass
    assert behind_the_wall(psychiatrist, ClinicalNote) == set()


def test_nothing_is_left_of_the_setting_when_labelling_breaks_off(patient: Maren, psychiatrist: Clinician) -> None:
    own = signed(psychiatrist, "violence")
    with psychiatrist.acting():
        with pytest.raises(RuntimeError), labelling(own):
            raise RuntimeError
        assert not ClinicalNote.unscoped("a test of the wall itself").exists()


def test_the_guard_lets_an_author_add_labels_and_change_nothing_else(patient: Maren, psychiatrist: Clinician) -> None:
    note = signed(psychiatrist, "violence")

    def changed(what: str, *values: Any) -> int:
        try:
            with acting_as(psychiatrist.viewer), labelling(note), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE notes_clinicalnote SET {what} WHERE id = %s", [*values, note])  # noqa: S608 - below
                return int(cursor.rowcount)
        except DatabaseError:
            return 0

    for what in (
        "labels = '{}'",
        "labels = '{trauma}'",
        "audience = 'named'",
        "text = 'other'",
        "withdrawn_at = now()",
        "labels = '{violence,trauma}', audience = 'only_me'",
        "recorded_at = '2001-01-01'",
        "effective_at = '2001-01-01'",
    ):
        assert not changed(what), what
    assert changed("labels = '{violence,trauma}'")
    assert labels_of(patient, note) == ("violence", "trauma")
