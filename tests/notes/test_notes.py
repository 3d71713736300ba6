"""Notes: who finds them, what stays of them, and what nobody ever finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from careteam.audit.models import AuditEvent, Purpose
from careteam.notes import queries, services
from careteam.notes.models import ClinicalNote, ProgressNote
from careteam.sharing import services as sharing
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.models import RecordAudience
from careteam.sharing.queries import withdrawals
from careteam.sharing.records import Page, UnscopedRead
from tests.conftest import Clinician, Maren, as_owner


def test_a_new_note_is_for_herself_unless_she_says_otherwise(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly")
    assert not psychiatrist.reads(note)
    assert patient.does(queries.progress_note, patient.id, note).see.kind == "me"


def test_a_note_for_named_people_stays_hidden_from_those_who_join_later(
    patient: Maren, psychiatrist: Clinician, invite: Callable[..., Clinician]
) -> None:
    note = patient.writes_note("slept badly", for_=[psychiatrist])
    newcomer = invite("Family doctor", sees=[Category.MY_NOTES])
    assert psychiatrist.reads(note)
    assert not newcomer.reads(note)


def test_naming_narrows_and_never_widens(patient: Maren, gp: Clinician) -> None:
    note = patient.writes_note("for the doctor who does not see notes", for_=[gp])
    assert not gp.reads(note)
    assert patient.does(queries.progress_note, patient.id, note).see.kind == "me"


def test_a_label_hides_until_it_is_switched_on_for_that_person(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("about then", shared=True, labels=["trauma"])
    assert therapist.reads(note)
    assert not psychiatrist.reads(note)
    patient.shares(psychiatrist, *Category, labels=["trauma"])
    assert psychiatrist.reads(note)


def test_pausing_hides_everything_at_once_and_resuming_brings_it_back(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("a week", shared=True)
    patient.pauses()
    assert not psychiatrist.reads(note)
    assert psychiatrist.does(queries.progress_notes, patient.id).items == ()
    patient.resumes()
    assert psychiatrist.reads(note)


def test_stopping_closes_chart_and_notes(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("a week", shared=True)
    patient.stops(psychiatrist)
    assert psychiatrist.refused(queries.progress_notes, patient.id)
    assert psychiatrist.refused(queries.progress_note, patient.id, note)


def test_a_stranger_and_another_patient_find_nothing(patient: Maren, other_patient: Maren, stranger: Clinician) -> None:
    note = patient.writes_note("a week", shared=True)
    assert stranger.refused(queries.progress_note, patient.id, note)
    assert other_patient.refused(queries.progress_note, patient.id, note)
    assert other_patient.refused(queries.progress_note, other_patient.id, note)


def test_a_clinical_draft_is_its_authors_alone_and_signing_shows_it_to_the_patient_at_once(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, text="Sleep a little better.")
    assert patient.does(queries.progress_notes, patient.id).items == ()
    assert patient.refused(queries.progress_note, patient.id, draft)
    assert therapist.does(queries.drafts, patient.id) == ()
    assert [one.text for one in psychiatrist.does(queries.drafts, patient.id)] == ["Sleep a little better."]
    psychiatrist.does(services.sign_note, patient.id, draft)
    assert patient.does(queries.progress_note, patient.id, draft).text == "Sleep a little better."
    assert therapist.reads(draft)
    assert psychiatrist.does(queries.drafts, patient.id) == ()


def test_a_clinician_writes_and_signs_while_sharing_is_paused_without_noticing(
    patient: Maren, psychiatrist: Clinician
) -> None:
    patient.pauses()
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, text="We spoke on the phone.")
    psychiatrist.does(services.sign_note, patient.id, draft)
    assert psychiatrist.does(queries.progress_notes, patient.id).items == ()
    assert patient.does(queries.progress_note, patient.id, draft).author_name == "Dr Sun-hee Lee"


def test_the_author_keeps_the_exact_text_she_signed_and_nothing_else(patient: Maren, psychiatrist: Clinician) -> None:
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, title="Visit", text="First words.")
    psychiatrist.does(services.sign_note, patient.id, draft)
    psychiatrist.does(services.mark_entered_in_error, draft, reason="other person's visit")
    patient.writes_note("for everybody", shared=True)
    patient.stops(psychiatrist)
    archive = psychiatrist.does(queries.signed_notes).items
    assert [(one.title, one.text) for one in archive] == [("Visit", "First words.")]
    assert psychiatrist.refused(queries.progress_note, patient.id, draft)


def test_a_patient_hides_a_clinical_note_from_others_but_cannot_delete_or_change_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, text="Plan.")
    psychiatrist.does(services.sign_note, patient.id, draft)
    patient.does(sharing.set_audience, ClinicalNote, draft, audience="named", named=[psychiatrist.member.id])
    assert not therapist.reads(draft)
    assert psychiatrist.reads(draft)
    assert patient.refused(services.withdraw_note, draft)
    assert patient.refused(services.edit_note, draft, text="other words")
    assert patient.refused(services.discard_draft, draft)


def test_replies_statement_and_addendum_are_seen_by_whoever_sees_the_note(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    draft = psychiatrist.does(services.draft_clinical_note, patient.id, text="Plan.")
    psychiatrist.does(services.sign_note, patient.id, draft)
    patient.does(services.add_statement, draft, text="I see it otherwise.")
    therapist.does(services.reply, draft, text="Noted for Tuesday.")
    psychiatrist.does(services.add_addendum, draft, text="Level 0.7.")
    seen = therapist.does(queries.progress_note, patient.id, draft)
    assert [(one.kind, one.text) for one in seen.replies] == [
        ("statement", "I see it otherwise."),
        ("reply", "Noted for Tuesday."),
        ("addendum", "Level 0.7."),
    ]
    assert gp.refused(services.reply, draft, text="I do not see it")
    assert therapist.refused(services.add_addendum, draft, text="not mine")
    assert therapist.refused(services.add_statement, draft, text="not the patient")


def test_edits_keep_every_version_and_a_stale_edit_loses_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("first", shared=True)
    patient.does(services.edit_note, note, text="second", expected=1)
    with pytest.raises(Conflict):
        patient.does(services.edit_note, note, text="from the other phone", expected=1)
    now = patient.does(queries.progress_note, patient.id, note)
    assert (now.text, now.version, now.changed_at is not None) == ("second", 2, True)
    assert [(old.version, old.text) for old in patient.does(queries.note_versions, patient.id, note)] == [(1, "first")]
    assert psychiatrist.refused(queries.note_versions, patient.id, note)
    assert psychiatrist.does(queries.progress_note, patient.id, note).text == "second"


def test_e41_a_withdrawn_note_leaves_a_stub_only_to_those_who_opened_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("too much", shared=True)
    assert psychiatrist.reads(note)
    patient.does(services.withdraw_note, note)
    assert not psychiatrist.reads(note)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "note")] == [note]
    assert therapist.does(withdrawals, patient.id, "note") == ()
    patient.pauses()
    assert psychiatrist.does(withdrawals, patient.id, "note") == ()


def test_hiding_after_reading_leaves_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("too much", shared=True)
    assert psychiatrist.reads(note)
    patient.does(sharing.set_audience, ProgressNote, note, audience="only_me")
    assert not psychiatrist.reads(note)
    assert psychiatrist.does(withdrawals, patient.id, "note") == ()


def test_a_patients_draft_is_kept_alone_and_finished_with_its_audience(patient: Maren, psychiatrist: Clinician) -> None:
    draft = patient.does(services.add_note, text="", draft=True)
    patient.does(services.edit_note, draft, text="half a thought", expected=1)
    assert patient.does(queries.progress_notes, patient.id).items == ()
    assert not psychiatrist.reads(draft)
    note = patient.does(services.finish_note, draft, audience="category")
    assert psychiatrist.reads(note)
    assert patient.does(queries.note_versions, patient.id, note) == ()


def test_a_finished_note_does_not_tell_when_its_draft_was_begun(patient: Maren, psychiatrist: Clinician) -> None:
    draft = patient.does(services.add_note, text="half", draft=True, audience="named", named=[psychiatrist.member.id])
    note = patient.does(services.finish_note, draft, audience="named", named=[psychiatrist.member.id])
    shown = psychiatrist.does(queries.progress_note, patient.id, note)
    written_at = datetime.fromtimestamp((note.int >> 80) / 1000, UTC)  # uuid7 begins with its milliseconds
    assert note != draft
    assert abs(shown.recorded_at - written_at) < timedelta(seconds=5)
    assert patient.refused(queries.progress_note, patient.id, draft)
    assert patient.does(queries.drafts, patient.id) == ()
    with as_owner():
        assert [row.record_id for row in RecordAudience.objects.all()] == [note]


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "nul\0here", "lone \ud800 surrogate"])
def test_text_that_cannot_be_kept_is_refused_in_words_and_nothing_is_saved(patient: Maren, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        patient.does(services.add_note, text=text)
    assert "text" in refusal.value.fields
    assert patient.does(queries.progress_notes, patient.id).items == ()


def test_naming_somebody_who_is_not_on_the_team_saves_nothing(patient: Maren, other_patient: Maren) -> None:
    with pytest.raises(NotFound):
        patient.does(services.add_note, text="words", audience="named", named=[other_patient.id])
    assert patient.does(queries.progress_notes, patient.id).items == ()


def test_every_disclosure_is_in_the_log_with_the_version_and_own_reads_are_not(
    patient: Maren, psychiatrist: Clinician
) -> None:
    note = patient.writes_note("words", shared=True)
    patient.does(queries.progress_note, patient.id, note)
    assert psychiatrist.reads(note)
    with patient.acting():
        read = AuditEvent.objects.filter(patient_id=patient.id, action=Purpose.READ)
        assert [(one.actor_id, one.record_ids, one.versions) for one in read] == [(psychiatrist.id, [note], [1])]


def test_pages_of_notes_join_without_gap_or_repeat(patient: Maren, psychiatrist: Clinician) -> None:
    written = [patient.writes_note(f"note {number}", shared=number % 3 != 0) for number in range(9)]
    seen: list[str] = []
    page, cursor = Page(2), True
    while cursor:
        with psychiatrist.acting() as viewer:
            found = queries.progress_notes(viewer, patient.id, page=page)
        seen += [one.text for one in found.items]
        cursor = bool(found.next)
        if cursor:
            last = found.items[-1]
            page = Page(2, (last.effective_at, last.id))
    assert seen == [f"note {number}" for number in reversed(range(len(written))) if number % 3 != 0]


def test_an_unscoped_read_is_loud(patient: Maren) -> None:
    patient.writes_note("words")
    with pytest.raises(UnscopedRead):
        list(ClinicalNote.objects.all())
    with pytest.raises(UnscopedRead):
        ClinicalNote.objects.count()


def test_the_owner_alone_sees_past_the_wall_in_tests(patient: Maren) -> None:
    patient.writes_note("words")
    rows = ProgressNote.unscoped("a test of the wall itself")
    assert rows.count() == 0
    with as_owner():
        assert rows.count() == 1
