"""What stands below a note: the patient changes and withdraws her own, and nobody changes anybody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from careteam.accounts.viewer import acting_as
from careteam.audit.models import BELOW, AuditEvent
from careteam.notes import queries, services
from careteam.notes.models import NoteReply, ProgressNote
from careteam.sharing import policy
from careteam.sharing import services as sharing
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.sharing.records import Records
from careteam.summaries import log
from tests.conftest import Clinician, Maren, Person, as_owner


def signed(author: Clinician) -> UUID:
    note: UUID = author.does(services.draft_clinical_note, author.patient.id, title="Visit", text="Plan.")
    author.does(services.sign_note, author.patient.id, note)
    return note


def below(who: Person, patient: Maren, note: UUID) -> tuple[queries.ReplyView, ...]:
    found: queries.NoteView = who.does(queries.progress_note, patient.id, note)
    return found.replies


def changed(who: Person, statement: str, *values: Any) -> int:
    """How many rows a statement of the role that serves changed; 0 when it was refused."""
    try:
        with acting_as(who.viewer), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    except DatabaseError:
        return 0


def test_a_changed_reply_is_shown_as_it_is_now_and_marked(patient: Maren, psychiatrist: Clinician) -> None:
    note = signed(psychiatrist)
    reply = patient.does(services.add_statement, note, text="I said tired.")
    assert patient.does(services.edit_reply, reply, text="I said worn out.", expected=1) == 2
    for who in (patient, psychiatrist):
        (shown,) = below(who, patient, note)
        assert (shown.text, shown.version, shown.changed_at is not None) == ("I said worn out.", 2, True)
    assert [(old.version, old.text) for old in patient.does(queries.reply_versions, patient.id, [reply])[reply]] == [
        (1, "I said tired.")
    ]
    assert psychiatrist.refused(queries.reply_versions, patient.id, [reply])


def test_saying_the_same_again_is_no_new_version(patient: Maren) -> None:
    note = patient.writes_note("a week")
    reply = patient.does(services.reply, note, text="and a day")
    assert patient.does(services.edit_reply, reply, text=" and a day\n") == 1
    assert below(patient, patient, note)[0].changed_at is None


def test_a_change_of_a_reply_that_met_another_is_refused(patient: Maren) -> None:
    reply = patient.does(services.reply, patient.writes_note("a week"), text="first")
    patient.does(services.edit_reply, reply, text="second", expected=1)
    with pytest.raises(Conflict):
        patient.does(services.edit_reply, reply, text="third", expected=1)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4_001])
def test_a_reply_is_not_changed_to_what_cannot_be_kept(patient: Maren, text: str) -> None:
    note = patient.writes_note("a week")
    reply = patient.does(services.reply, note, text="first")
    with pytest.raises(Invalid):
        patient.does(services.edit_reply, reply, text=text)
    assert below(patient, patient, note)[0].text == "first"


def test_a_withdrawn_reply_stays_hers_and_leaves_no_trace_for_others(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("a week", shared=True)
    reply = patient.does(services.reply, note, text="too much")
    assert len(below(psychiatrist, patient, note)) == 1
    patient.does(services.withdraw_reply, reply)
    assert below(psychiatrist, patient, note) == ()
    (kept,) = below(patient, patient, note)
    assert kept.withdrawn_at is not None
    assert psychiatrist.does(withdrawals, patient.id, "note") == ()
    assert patient.refused(services.withdraw_reply, reply)
    assert patient.refused(services.edit_reply, reply, text="again")


def test_below_a_withdrawn_note_nothing_is_changed(patient: Maren) -> None:
    note = patient.writes_note("a week")
    reply = patient.does(services.reply, note, text="words")
    patient.does(services.withdraw_note, note)
    assert patient.refused(services.edit_reply, reply, text="other")
    assert patient.refused(services.withdraw_reply, reply)


def test_nobody_changes_what_somebody_else_wrote_below_a_note(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = signed(psychiatrist)
    hers = patient.does(services.reply, note, text="hers")
    addendum = psychiatrist.does(services.add_addendum, note, text="Level 0.7.")
    answer = therapist.does(services.reply, note, text="Noted.")
    for who in (patient, other_patient, psychiatrist, therapist):
        for reply in (hers, addendum, answer):
            if (who, reply) != (patient, hers):
                assert who.refused(services.edit_reply, reply, text="other")
                assert who.refused(services.withdraw_reply, reply)
    assert [one.text for one in below(patient, patient, note)] == ["hers", "Level 0.7.", "Noted."]


def test_the_wall_lets_the_patient_alone_change_the_words_of_her_own_reply(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = signed(psychiatrist)
    elsewhere = patient.writes_note("elsewhere", shared=True)
    hers = patient.does(services.reply, note, text="hers")
    addendum = psychiatrist.does(services.add_addendum, note, text="Level 0.7.")
    answer = therapist.does(services.reply, note, text="Noted.")
    words = "UPDATE notes_notereply SET text = 'other' WHERE id = %s"
    for who in (patient, other_patient, psychiatrist, therapist):
        for reply in (hers, addendum, answer):
            assert changed(who, words, reply) == int((who, reply) == (patient, hers)), who
    for column, value in (
        ("id", elsewhere),
        ("about_id", elsewhere),
        ("kind", "addendum"),
        ("author_id", psychiatrist.id),
        ("patient_id", other_patient.id),
        ("recorded_at", "2001-01-01"),
    ):
        statement = f"UPDATE notes_notereply SET {column} = %s WHERE id = %s"  # noqa: S608 - a column of the list above
        assert not changed(patient, statement, value, hers)
    assert not changed(patient, "DELETE FROM notes_notereply")
    assert changed(patient, "UPDATE notes_notereply SET withdrawn_at = now() WHERE id = %s", hers)
    assert not changed(patient, "UPDATE notes_notereply SET withdrawn_at = NULL WHERE id = %s", hers)


def test_the_guard_holds_even_where_a_policy_would_let_it_pass(patient: Maren, psychiatrist: Clinician) -> None:
    note = signed(psychiatrist)
    addendum = psychiatrist.does(services.add_addendum, note, text="Level 0.7.")
    hers = patient.does(services.reply, note, text="hers")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON notes_notereply TO careteam_app")
        cursor.execute("CREATE POLICY too_wide ON notes_notereply FOR UPDATE TO careteam_app USING (true)")
    assert not changed(patient, "UPDATE notes_notereply SET text = 'other' WHERE id = %s", addendum)
    assert not changed(patient, "UPDATE notes_notereply SET kind = 'statement' WHERE id = %s", hers)
    assert changed(patient, "UPDATE notes_notereply SET text = 'other' WHERE id = %s", hers)


def test_rule_and_wall_agree_about_replies_in_every_state(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    shared = patient.writes_note("shared", shared=True)
    notes = [shared, patient.writes_note("hers"), patient.writes_note("named", for_=[therapist]), signed(psychiatrist)]
    replies = [patient.does(services.reply, note, text="words") for note in notes]
    taken_back = patient.does(services.reply, shared, text="words")
    patient.does(services.edit_reply, replies[0], text="other words")
    patient.does(services.withdraw_reply, taken_back)

    def seen(who: Person) -> set[UUID]:
        with who.acting() as viewer:
            rows: Records[Any] = Records(NoteReply)
            rule = {row.id for row in policy.visible_replies(rows, viewer).scoped()}
            wall = {row.id for row in NoteReply.unscoped("a test of the wall itself")}
        assert rule == wall
        return rule

    assert seen(patient) == {*replies, taken_back}
    assert seen(psychiatrist) == {replies[0], replies[3]}
    assert seen(therapist) == {replies[0], replies[2], replies[3]}
    assert seen(gp) == set()
    patient.does(sharing.set_audience, ProgressNote, shared, audience="only_me")
    assert seen(psychiatrist) == {replies[3]}
    patient.pauses()
    assert seen(psychiatrist) == set()


def test_what_was_shown_below_a_note_is_in_the_log_with_its_version(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("a week", title="Week", shared=True)
    reply = patient.does(services.reply, note, text="first")
    assert psychiatrist.reads(note)
    patient.does(services.edit_reply, reply, text="second")
    assert psychiatrist.reads(note)
    with patient.acting() as viewer:
        rows = AuditEvent.objects.filter(patient_id=patient.id, category=BELOW).order_by("at")
        assert [(row.record_ids, row.versions) for row in rows] == [([reply], [1]), ([reply], [2])]
        told = [one.words for day in log.access_log(viewer).days for one in day.told]
    assert told == [
        "Dr Sun-hee Lee opened the note “Week”.",
        "You changed a reply to the note “Week”.",
        "Dr Sun-hee Lee opened the note “Week”.",
        "You replied to the note “Week”.",
        "You added the note “Week”.",
    ]


def test_what_she_did_to_her_replies_is_told_in_words(patient: Maren, psychiatrist: Clinician) -> None:
    note = signed(psychiatrist)
    reply = patient.does(services.reply, note, text="a")
    statement = patient.does(services.add_statement, note, text="a")
    patient.does(services.edit_reply, statement, text="b")
    patient.does(services.withdraw_reply, statement)
    patient.does(services.withdraw_reply, reply)
    with patient.acting() as viewer:
        told = [one.words for day in log.access_log(viewer).days for one in day.told]
    assert told[:3] == [
        "You withdrew a reply to the note “Visit”.",
        "You withdrew a statement below the note “Visit”.",
        "You changed a statement below the note “Visit”.",
    ]
