"""The patient's log: who opened what in sentences, her own changes, refused attempts; hers alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import careteam
from careteam.accounts.ids import new_id
from careteam.audit.models import AuditEvent, Purpose
from careteam.audit.services import record_refusal
from careteam.goals import queries as goals
from careteam.goals import services as goal_services
from careteam.measures import queries as measures
from careteam.measures import services as measure_services
from careteam.notes import queries as notes
from careteam.notes import services as note_services
from careteam.notes.models import ProgressNote
from careteam.sharing import services as sharing
from careteam.sharing import team
from careteam.sharing.codes import Category
from careteam.sharing.errors import Invalid, NotFound
from careteam.summaries import log, log_words, queries
from careteam.summaries.caseload import caseload
from careteam.summaries.weeks import monday_of
from careteam.treatments import services as treatment_services
from tests.conftest import Clinician, Maren, as_owner


def told(patient: Maren) -> list[str]:
    """Every sentence of the first page, newest first."""
    return [one.words for day in patient.does(log.access_log).days for one in day.told]


def scored(patient: Maren, total: int = 9) -> UUID:
    """A PHQ-9 sent with this total."""
    form: UUID = patient.does(measure_services.begin)
    answers = dict.fromkeys(range(1, 10), 0)
    for point in range(total):
        answers[1 + point % 9] += 1
    patient.does(measure_services.save_answers, form, answers)
    patient.does(measure_services.send, form)
    return form


# -- What others opened ------------------------------------------------------------------------------------------------
def test_one_note_is_told_by_its_title(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week at work", shared=True)
    psychiatrist.reads(note)
    assert told(patient)[0] == "Dr Sun-hee Lee opened the note “Hard week at work”."


def test_a_note_without_a_title_is_a_note_and_its_text_is_not_in_the_log(
    patient: Maren, psychiatrist: Clinician
) -> None:
    psychiatrist.reads(patient.writes_note("Two meetings.", shared=True))
    assert told(patient)[0] == "Dr Sun-hee Lee opened a note."
    assert "Two meetings" not in str(patient.does(log.access_log))


def test_everything_of_one_request_is_one_sentence(patient: Maren, psychiatrist: Clinician) -> None:
    for words in ("Walk", "Read"):
        patient.does(goal_services.add_goal, words=words)
    for text in ("one", "two"):
        patient.writes_note(text, shared=True)
    scored(patient)
    psychiatrist.does(queries.overview, patient.id)
    today = patient.viewer.today
    assert told(patient)[0] == (f"Dr Sun-hee Lee opened your goals, 2 notes and your PHQ-9 of {today.day} {today:%B}.")


def test_a_page_that_showed_nothing_says_so(patient: Maren, psychiatrist: Clinician) -> None:
    patient.pauses()
    psychiatrist.does(queries.overview, patient.id)
    assert told(patient) == [
        "Dr Sun-hee Lee opened your page. Nothing was shown.",
        "You paused sharing.",
    ]


def test_a_download_is_told_as_one(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(goal_services.add_goal, words="Walk to the library")
    today = psychiatrist.viewer.today
    psychiatrist.does(queries.visit_summary, patient.id, today, today, purpose=Purpose.EXPORT)
    assert told(patient)[0] == "Dr Sun-hee Lee downloaded a visit summary with the goal “Walk to the library”."


def test_what_was_opened_before_a_change_is_marked_as_the_earlier_version(
    patient: Maren, psychiatrist: Clinician
) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    psychiatrist.reads(note)
    patient.does(note_services.edit_note, note, text="Three meetings.", title="Hard week", expected=1)
    assert told(patient)[:2] == [
        "You changed the note “Hard week”.",
        "Dr Sun-hee Lee opened the note “Hard week” (an earlier version).",
    ]


def test_nobody_is_said_to_have_read_anything(patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.reads(patient.writes_note("Two meetings.", shared=True))
    psychiatrist.does(queries.overview, patient.id)
    assert not re.search(r"\bread\b", " ".join(told(patient)))


def test_lists_are_told_once_for_a_week_in_days_and_never_per_hit(patient: Maren, psychiatrist: Clinician) -> None:
    scored(patient)
    patient.does(treatment_services.add_medicine, name="Lithium", start="2025")
    for _ in range(5):
        psychiatrist.does(caseload)
    lists = [words for words in told(patient) if "list" in words]
    assert lists == ["Dr Sun-hee Lee’s list showed your latest score and your medicines on 1 day this week."]


def test_an_earlier_week_of_lists_is_named_by_its_monday_and_counts_its_own_days(
    patient: Maren, psychiatrist: Clinician
) -> None:
    scored(patient)
    monday = datetime.combine(monday_of(patient.viewer.today), datetime.min.time(), patient.viewer.tz)
    with as_owner():
        AuditEvent.objects.bulk_create(
            AuditEvent(
                patient_id=patient.id,
                actor_id=psychiatrist.id,
                actor_role="practitioner",
                action=Purpose.CASELOAD,
                category=category,
                request_id=new_id(),
                at=monday + timedelta(days=day, hours=hour),
            )
            for day, hour, category in (
                (-7, 9, "measures"),
                (-7, 10, "measures"),
                (-5, 9, "measures"),
                (-4, 9, "treatments"),
                (-21, 9, "measures"),
            )
        )
    lists = [words for words in told(patient) if "list" in words]
    before = monday.date() - timedelta(days=21)
    year = f" {before.year}" if before.year != patient.viewer.today.year else ""
    assert lists == [
        "Dr Sun-hee Lee’s list showed your latest score on 2 days and your medicines on 1 day last week.",
        f"Dr Sun-hee Lee’s list showed your latest score on 1 day in the week from {before.day} {before:%B}{year}.",
    ]


def test_a_clinicians_draft_leaves_no_trace_and_the_signed_note_does(patient: Maren, psychiatrist: Clinician) -> None:
    draft = psychiatrist.does(note_services.draft_clinical_note, patient.id, title="Visit", text="Level 0.7.")
    assert told(patient) == []
    psychiatrist.does(note_services.sign_note, patient.id, draft)
    assert told(patient) == ["Dr Sun-hee Lee signed the note “Visit”."]


# -- What she did herself ----------------------------------------------------------------------------------------------
def test_her_own_changes_are_marked_and_her_own_openings_are_not_told(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week")
    patient.does(notes.progress_note, patient.id, note)
    patient.does(queries.overview, patient.id)
    (day,) = patient.does(log.access_log).days
    assert [(one.words, one.mine) for one in day.told] == [("You added the note “Hard week”.", True)]


def test_switches_of_one_save_are_one_sentence_for_each_direction(patient: Maren, gp: Clinician) -> None:
    patient.shares(gp, Category.GOALS, Category.MY_NOTES, Category.MEASURES, labels=["trauma"])
    assert sorted(told(patient)) == [
        "You began to show what is marked “Trauma” to Dr Amina Yusuf.",
        "You began to show your notes and your questionnaires to Dr Amina Yusuf.",
        "You changed until when Dr Amina Yusuf sees what you show.",
        "You stopped showing your medicines and other treatments to Dr Amina Yusuf.",
    ]


def test_the_story_of_a_team_is_told_in_sentences(patient: Maren, stranger: Clinician) -> None:
    invitation = patient.does(team.invite, email="nobody@example.org", role="Therapist")
    _, token = patient.does(team.new_token, invitation)
    stranger.does(team.accept, team.hash_of(token))
    patient.does(team.confirm, stranger.member.id, categories=["goals"], until=patient.viewer.today)
    patient.pauses()
    patient.resumes()
    patient.stops(stranger)
    assert told(patient) == [
        "You ended sharing with Dr Nobody.",
        "You ended the pause in sharing.",
        "You paused sharing.",
        "You began to show your goals to Dr Nobody.",
        "You confirmed Dr Nobody as part of your team.",
        "Dr Nobody accepted your invitation.",
        "You sent an invitation.",
    ]


def test_leaving_is_told_with_the_name(patient: Maren, gp: Clinician) -> None:
    gp.does(team.leave, patient.id)
    assert told(patient) == ["Dr Amina Yusuf left your team."]


def test_records_that_were_changed_are_told_by_what_they_are(patient: Maren, psychiatrist: Clinician) -> None:
    goal = patient.does(goal_services.add_goal, words="Walk")
    patient.does(treatment_services.add_medicine, name="Lithium", start="2025")
    form = scored(patient)
    note = patient.writes_note("x", title="Hard week", shared=True)
    psychiatrist.does(note_services.reply, note, text="Thank you.")
    patient.does(sharing.set_audience, ProgressNote, note, audience="only_me")
    patient.does(sharing.set_labels, ProgressNote, note, labels=["trauma"])
    patient.does(goal_services.withdraw_goal, goal)
    sent = patient.does(measures.measure, patient.id, form).effective_at
    assert told(patient) == [
        "You withdrew a goal.",
        "You changed the sensitive topics of the note “Hard week”.",
        "You changed who can see the note “Hard week”.",
        "Dr Sun-hee Lee replied to the note “Hard week”.",
        "You added the note “Hard week”.",
        f"You sent your PHQ-9 of {sent.day} {sent:%B}.",
        "You added the medicine Lithium.",
        "You added a goal.",
    ]


def test_every_act_that_is_logged_has_its_words() -> None:
    source = "\n".join(path.read_text() for path in Path(careteam.__file__).parent.rglob("*.py"))
    acts = set(re.findall(r'record_act\(\s*viewer,\s*"([\w-]+)"', source))
    acts |= set(re.findall(r'\baction(?:: str = |=)"([\w-]+)"', source)) - {"store_true", "draft"}
    acts |= set(re.findall(r'_end\(viewer, found, "([\w-]+)"', source))
    below = re.findall(r'_told\(viewer, found, note, "([\w-]+)"', source)
    acts |= {f"{kind}-{did}" for kind in ("reply", "statement") for did in below}
    assert {"create", "sign", "send", "stop", "leave", "label-add", "reply-revise", "statement-withdraw"} <= acts
    assert acts <= log_words.DID.keys() | log_words.TEAM.keys()
    assert {category.value for category in Category} == log_words.SHOWN.keys()


# -- Attempts that were refused ----------------------------------------------------------------------------------------
def test_attempts_by_people_of_the_team_are_told_and_by_strangers_not(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    for who in (psychiatrist, stranger):
        who.does(record_refusal, patient.id, "chart_note")
    assert told(patient) == ["Dr Sun-hee Lee tried to open something here that is not shown. Nothing was opened."]


def test_many_attempts_of_a_day_are_one_sentence(patient: Maren, psychiatrist: Clinician) -> None:
    for _ in range(12):
        psychiatrist.does(record_refusal, patient.id, "chart_note")
    assert told(patient) == [
        "Dr Sun-hee Lee tried 12 times to open something here that is not shown. Nothing was opened."
    ]


# -- Whose it is, and how it is paged ----------------------------------------------------------------------------------
def test_the_log_is_the_patients_alone(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.reads(patient.writes_note("x", title="Hard week", shared=True))
    with pytest.raises(NotFound):
        psychiatrist.does(log.access_log)
    assert other_patient.does(log.access_log).days == ()


def test_pages_follow_on_without_a_gap_or_a_double(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    for number in range(7):
        note = patient.writes_note("x", title=f"Note {number}", shared=True)
        psychiatrist.reads(note)
        therapist.reads(note)
        psychiatrist.does(caseload)
    therapist.does(record_refusal, patient.id, "chart")
    scored(patient)
    psychiatrist.does(caseload)
    whole = [one.words for day in patient.does(log.whole_log).days for one in day.told]
    paged: list[str] = []
    cursor = ""
    while True:
        page = patient.does(log.access_log, cursor, size=4)
        paged += [one.words for day in page.days for one in day.told]
        cursor = page.next
        if not cursor:
            break
    assert paged == whole
    assert len(set(whole)) == len(whole) == 7 * 3 + 3


def test_the_whole_log_is_whole(patient: Maren, psychiatrist: Clinician, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        psychiatrist.reads(patient.writes_note("x", title=f"Note {number}", shared=True))
    monkeypatch.setattr(log, "AT_ONCE", 3)
    (day,) = patient.does(log.whole_log).days
    assert len(day.told) == 10


def test_a_marker_that_is_not_ours_is_refused(patient: Maren) -> None:
    with pytest.raises(Invalid):
        patient.does(log.access_log, "no-such-marker")


def test_a_sentence_stands_on_its_own_local_day(patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.reads(patient.writes_note("x", title="Late", shared=True))
    with as_owner():
        AuditEvent.objects.all().update(at=datetime(2026, 3, 8, 4, 30, tzinfo=UTC))  # 23:30 on 7 March in New York
    (day,) = patient.does(log.access_log).days
    assert (day.on.isoformat(), day.told[0].at.hour) == ("2026-03-07", 23)


def test_a_page_takes_as_many_statements_whatever_is_in_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    def statements() -> int:
        with patient.acting() as viewer, CaptureQueriesContext(connection) as found:
            log.access_log(viewer)
        return len(found)

    def things() -> None:
        note = patient.writes_note("x", title="One", shared=True)
        goal = patient.does(goal_services.add_goal, words="Walk")
        patient.does(treatment_services.add_medicine, name="Lithium", start="2025")
        form = scored(patient)
        for who in (psychiatrist, therapist):
            who.reads(note)
            who.does(goals.goal, patient.id, goal)
            who.does(measures.measure, patient.id, form)
            who.does(caseload)
            who.does(record_refusal, patient.id, "chart")

    things()
    few = statements()
    for _ in range(3):
        things()
    assert statements() == few <= 15


def test_what_others_did_is_told_apart_from_what_she_did(patient: Maren, psychiatrist: Clinician) -> None:
    for number in range(5):
        psychiatrist.reads(patient.writes_note("x", title=f"Note {number}", shared=True))
    for number in range(10):
        patient.writes_note("x", title=f"Mine {number}")
    psychiatrist.does(caseload)
    psychiatrist.does(record_refusal, patient.id, "chart")
    found = patient.does(log.what_others_did, 4)
    assert [one.mine for one in found] == [False] * 4
    theirs = [words for words in told(patient) if not words.startswith("You ")]
    assert [one.words for one in found] == theirs[:4]
