"""The picture of a visit: its days, its reader, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.audit.models import AuditEvent
from careteam.checkins import services as checkins
from careteam.goals import services as goals
from careteam.notes import services as notes
from careteam.sharing.errors import Invalid, NotFound
from careteam.summaries.pictures import TakenLine, VisitSummary
from careteam.summaries.queries import downloaded_summary, visit_summary
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import TWELVE, at, sends
from tests.treatments.words import takes

START, END = date(2026, 3, 1), date(2026, 3, 31)


def made(person: Maren | Clinician, start: date = START, end: date = END, **more: Any) -> VisitSummary:
    """The summary as this person makes it."""
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    found: VisitSummary = person.does(visit_summary, patient, start, end, **more)
    return found


def today(person: Maren) -> tuple[date, date]:
    return person.viewer.today, person.viewer.today


def test_scores_and_blank_forms_are_those_of_the_days_and_now_is_now(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWELVE, at(2))
    sends(patient, TWELVE, at(20))
    sends(patient, (1, None, 0, 0, 0, 0, 0, 0, 0), at(21))
    sends(patient, (1, None, 0, 0, 0, 0, 0, 0, 0), at(2, month=4))
    sends(patient, (3, 3, 3, 3, 0, 0, 0, 0, 0), at(9, month=4))
    found = made(psychiatrist)
    assert [(score.total, score.on) for score in found.scores] == [(12, date(2026, 3, 2)), (12, date(2026, 3, 20))]
    assert found.incomplete_forms == 1
    assert found.now is not None
    assert (found.now.total, found.now.on) == (12, date(2026, 4, 9))


def test_notes_are_those_of_the_days_both_included_and_withdrawn_ones_are_not_there(patient: Maren) -> None:
    kept = patient.writes_note("kept", shared=True)
    gone = patient.writes_note("gone", shared=True)
    patient.does(notes.withdraw_note, gone)
    assert kept
    assert [note.text for note in made(patient, *today(patient)).notes] == ["kept"]
    before = patient.viewer.today - timedelta(days=1)
    assert made(patient, before, before).notes == ()


def test_a_note_marked_as_a_mistake_says_so(patient: Maren, psychiatrist: Clinician) -> None:
    draft = psychiatrist.does(notes.draft_clinical_note, patient.id, text="Plan.")
    psychiatrist.does(notes.sign_note, patient.id, draft)
    psychiatrist.does(notes.mark_entered_in_error, draft, reason="another person")
    (note,) = made(patient, *today(patient)).notes
    assert note.text == "Marked as written in error: another person\n\nPlan."


def test_her_own_holds_only_me_when_she_says_so(patient: Maren) -> None:
    patient.writes_note("mine")
    patient.does(goals.add_goal, words="Walk", audience="only_me")
    without, with_ = made(patient, *today(patient)), made(patient, *today(patient), with_only_me=True)
    assert (without.notes, without.goals) == ((), ())
    assert [len(part) for part in (with_.notes, with_.goals)] == [1, 1]
    assert without.audience == "patient"


def test_for_a_member_it_is_what_that_member_gets_herself(patient: Maren, therapist: Clinician, gp: Clinician) -> None:
    sends(patient, TWELVE)
    takes(patient, "Lithium", start="2025")
    takes(patient, "Hidden", start="2025", audience="only_me")
    patient.writes_note("about then", shared=True, labels=["trauma"])
    patient.writes_note("for one", for_=[therapist])
    patient.does(goals.add_goal, words="Walk")
    for member in (therapist, gp):
        for paused in (False, True):
            if paused:
                patient.pauses()
            theirs = made(member, *today(patient))
            hers = made(patient, *today(patient), recipient=member.member.id, with_only_me=True)
            assert hers.recipient == member.user.name
            assert hers.audience == "clinician"
            assert replace(hers, recipient="", made_by=theirs.made_by, made_at=theirs.made_at) == theirs
        patient.resumes()


def test_a_paper_she_makes_is_no_disclosure_and_a_clinicians_is(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(goals.add_goal, words="Walk")
    made(patient, recipient=psychiatrist.member.id)
    made(patient)
    with as_owner():
        assert not AuditEvent.objects.exclude(action="create").exists()
    made(psychiatrist)
    psychiatrist.does(downloaded_summary, patient.id, START, END)
    with as_owner():
        told = AuditEvent.objects.filter(actor_id=psychiatrist.id).order_by("at").values_list("action", flat=True)
        assert list(told) == ["read", "export"]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (END, START, "end"),
        (START, date(2999, 1, 1), "end"),
        (date(2010, 1, 1), END, "start"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(patient: Maren, start: date, end: date, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(patient, start, end)
    assert list(refused.value.fields) == [field]


def test_nobody_else_chooses_a_reader(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    with pytest.raises(Invalid):
        made(psychiatrist, recipient=gp.member.id)
    with pytest.raises(NotFound):
        made(other_patient, recipient=gp.member.id)
    member = gp.member.id
    patient.stops(gp)
    with pytest.raises(NotFound):
        made(patient, recipient=member)


def test_a_summary_of_somebody_else_is_not_there(patient: Maren, other_patient: Maren, stranger: Clinician) -> None:
    for who in (other_patient, stranger):
        assert who.refused(visit_summary, patient.id, START, END)


def test_it_takes_as_many_statements_whatever_is_in_it(patient: Maren, psychiatrist: Clinician) -> None:
    def statements(person: Maren | Clinician) -> int:
        with person.acting() as viewer, CaptureQueriesContext(connection) as found:
            visit_summary(viewer, patient.id, *today(patient))
        return len(found)

    def things() -> None:
        sends(patient, TWELVE)
        takes(patient, "Lithium", start=str(patient.viewer.today))
        takes(patient, "Sertraline", start="2023", end="2024")
        patient.does(goals.add_goal, words="Walk")
        note = patient.writes_note("x", shared=True)
        psychiatrist.does(notes.reply, note, text="Thank you.")
        draft = psychiatrist.does(notes.draft_clinical_note, patient.id, text="Plan.")
        psychiatrist.does(notes.sign_note, patient.id, draft)
        sends(patient, (1, None, 0, 0, 0, 0, 0, 0, 0))

    things()
    few = statements(patient), statements(psychiatrist)
    for _ in range(3):
        things()
    assert (statements(patient), statements(psychiatrist)) == few


# -- Check-ins and life events -----------------------------------------------------------------------------------------
def test_taken_as_planned_is_of_seven_days_and_of_what_its_reader_may_see(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    day = patient.viewer.today
    patient.does(checkins.check_in, medicines="as-planned")
    patient.does(checkins.check_in, day=day - timedelta(days=1), medicines="not-today")
    patient.does(checkins.check_in, day=day - timedelta(days=2), mood="low")
    patient.does(checkins.check_in, day=day - timedelta(days=3), medicines="not-today", audience="only_me")
    assert made(psychiatrist, day, day).taken == TakenLine(1, 2, 7, day)
    assert made(gp, day, day).taken is None
    assert made(patient, day, day, recipient=gp.member.id).taken is None
    before = day - timedelta(days=1)
    assert made(psychiatrist, before, before).taken == TakenLine(0, 1, 7, before)


def test_what_happened_stands_among_the_changes_in_order(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    takes(patient, "Lithium", start="2026-03-10")
    for words, on in (("Moved", "2026-03"), ("New job", "2026-03-20"), ("Before", "2026-02"), ("Some time", "2026")):
        patient.does(checkins.add_event, words=words, on=on)
    patient.does(checkins.add_event, words="Mine alone", on="2026-03-11", audience="only_me")
    said = [
        "Life event in March 2026: Moved",
        "Started Lithium on 10 March 2026",
        "Life event on 20 March 2026: New job",
    ]
    with as_owner():
        AuditEvent.objects.all().delete()
    assert list(made(psychiatrist).changes) == said
    with as_owner():
        rows = AuditEvent.objects.filter(actor_id=psychiatrist.id, category="check_ins")
        told = sorted(len(row.record_ids) for row in rows)
        assert told == [2, 4], "what is not told is not disclosed; the timeline has a row of its own"
    assert list(made(gp).changes) == said[1:2]


def test_what_is_still_to_come_has_not_happened(patient: Maren) -> None:
    day = patient.viewer.today
    patient.does(checkins.add_event, words="Will move", on=(day + timedelta(days=2)).isoformat())
    assert made(patient, day - timedelta(days=1), day).changes == ()
