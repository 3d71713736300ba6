"""Goals: the patient's own words, kept with their history, seen by the rule."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.audit.models import AuditEvent, Purpose
from careteam.goals.codes import Achievement
from careteam.goals.models import Goal
from careteam.goals.queries import (
    GoalView,
    goal,
    goal_versions,
    goals,
    lines,
    newer,
    pending_goals,
    references,
)
from careteam.goals.services import (
    accept_goal,
    add_goal,
    add_imported_goal,
    decline_goal,
    edit_goal,
    rate,
    set_status,
    tick_step,
    withdraw_goal,
)
from careteam.goals.steps import Step
from careteam.sharing.codes import Audience, Category
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.queries import withdrawals
from careteam.sharing.records import Page
from careteam.sharing.services import set_audience
from tests.conftest import Clinician, Maren, as_owner

WALK = "Walk to the library and back, three days a week"


def walks(patient: Maren, **more: Any) -> UUID:
    goal_: UUID = patient.does(add_goal, **{"words": WALK, "steps": [Step("shoes by the door"), Step("once")], **more})
    return goal_


def sees(person: Maren | Clinician, id_: UUID) -> GoalView:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    view: GoalView = person.does(goal, patient, id_)
    return view


def acts(patient: Maren, record: UUID) -> list[str]:
    with patient.acting():
        found = AuditEvent.objects.filter(record_ids__contains=[record], actor_id=patient.id)
        return list(found.order_by("at", "id").values_list("action", flat=True))


# -- Setting and changing ----------------------------------------------------------------------------------------------
def test_a_goal_is_active_at_once_and_says_what_she_said(patient: Maren) -> None:
    view = sees(
        patient, walks(patient, why="  The rain counts for something. ", target="2025-03", achievement="improving")
    )
    assert (view.words, view.why) == (WALK, "The rain counts for something.")
    assert view.steps == (Step("shoes by the door"), Step("once"))
    assert (view.status, view.status_words) == ("active", "Working on it")
    assert (view.achievement, view.achievement_words) == ("improving", "Getting there")
    assert (view.target, view.target_words) == ("2025-03", "March 2025")
    assert (view.version, view.changed_at, view.mine) == (1, None, True)


def test_a_change_keeps_the_words_before_for_her_alone(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = walks(patient)
    new = {"words": "Walk to the park", "why": "", "steps": [Step("once", True)], "target": None}
    assert patient.does(edit_goal, id_, **new, expected=1) == 2
    view = sees(psychiatrist, id_)
    assert (view.words, view.steps, view.version) == ("Walk to the park", (Step("once", True),), 2)
    assert view.changed_at is not None
    (old,) = patient.does(goal_versions, patient.id, id_)
    assert (old.version, old.words, old.status_words) == (1, WALK, "Working on it")
    assert old.steps == (Step("shoes by the door"), Step("once"))
    assert psychiatrist.refused(goal_versions, patient.id, id_)


def test_an_edit_of_another_version_is_a_conflict_and_nothing_is_lost(patient: Maren) -> None:
    id_ = walks(patient)
    patient.does(tick_step, id_, index=0, done=True, expected=1)
    for act, facts in (
        (tick_step, {"index": 1, "done": True}),
        (rate, {"achievement": "improving"}),
        (set_status, {"status": "completed"}),
        (edit_goal, {"words": "x", "why": "", "steps": [], "target": ""}),
    ):
        with pytest.raises(Conflict) as refused:
            patient.does(act, id_, **facts, expected=1)
        assert refused.value.now == 2
    view = sees(patient, id_)
    assert (view.version, view.words, [step.done for step in view.steps]) == (2, WALK, [True, False])


def test_ticking_rating_and_status_are_each_one_version(patient: Maren) -> None:
    id_ = walks(patient)
    assert patient.does(tick_step, id_, index=1, done=True, expected=1) == 2
    assert patient.does(tick_step, id_, index=1, done=False, expected=2) == 3
    assert patient.does(rate, id_, achievement="achieved", expected=3) == 4
    assert patient.does(set_status, id_, status="completed", expected=4) == 5
    view = sees(patient, id_)
    assert (view.achievement_words, view.status_words) == ("Got there", "Finished")
    olds = patient.does(goal_versions, patient.id, id_)
    assert [old.version for old in olds] == [4, 3, 2, 1]
    assert [old.achievement_words for old in olds] == ["Got there", "", "", ""]
    assert acts(patient, id_) == ["create", "revise", "revise", "revise", "revise"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "x" * 501}, "words"),
        ({"why": "x" * 501}, "why"),
        ({"steps": [Step("x" * 201)]}, "steps"),
        ({"steps": [Step("x")] * 31}, "steps"),
        ({"target": "soon"}, "target"),
        ({"target": "2023-02-30"}, "target"),
        ({"achievement": "great"}, "achievement"),
        ({"audience": "everybody"}, "audience"),
        ({"labels": ["weather"]}, "labels"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        walks(patient, **facts)
    assert list(refused.value.fields) == [field]


def test_empty_lines_are_no_steps_and_the_limits_fit(patient: Maren) -> None:
    id_ = walks(patient, words="x" * 500, why="y" * 500, steps=[Step(" "), *[Step("z" * 200)] * 30, Step("")])
    assert len(sees(patient, id_).steps) == 30


@pytest.mark.parametrize("status", ["", "pending", "draft", "proposed", "accepted"])
def test_a_status_that_is_not_hers_to_set_is_refused(patient: Maren, status: str) -> None:
    id_ = walks(patient)
    with pytest.raises(Invalid) as refused:
        patient.does(set_status, id_, status=status, expected=1)
    assert list(refused.value.fields) == ["status"]


def test_the_database_holds_no_other_status(patient: Maren) -> None:
    walks(patient)
    with as_owner():
        assert Goal._base_manager.filter(status__in=["active"]).count() == 1
        constraint = "SELECT count(*) FROM pg_constraint WHERE conname = 'goal_status'"
        with connection.cursor() as cursor:
            cursor.execute(constraint)
            assert cursor.fetchone() == (1,)


def test_no_answer_to_how_it_goes_is_a_word_of_blame() -> None:
    words = " ".join(str(label).lower() for label in Achievement.labels)
    assert not any(word in words for word in ("fail", "only", "just", "should", "great", "well done"))


# -- Who may -----------------------------------------------------------------------------------------------------------
def test_clinicians_read_goals_and_change_none(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = walks(patient)
    assert sees(psychiatrist, id_).words == WALK
    whole = {"words": "x", "why": "", "steps": [], "target": ""}
    assert psychiatrist.refused(add_goal, words="x")
    assert psychiatrist.refused(edit_goal, id_, **whole, expected=1)
    assert psychiatrist.refused(tick_step, id_, index=0, done=True, expected=1)
    assert psychiatrist.refused(set_status, id_, status="completed", expected=1)
    assert psychiatrist.refused(rate, id_, achievement="achieved", expected=1)
    assert psychiatrist.refused(withdraw_goal, id_)
    assert sees(patient, id_).version == 1


def test_another_patient_finds_nothing(patient: Maren, other_patient: Maren, stranger: Clinician) -> None:
    id_ = walks(patient)
    for person in (other_patient, stranger):
        assert person.refused(goal, patient.id, id_)
        assert person.refused(goals, patient.id)
        assert person.refused(goal_versions, patient.id, id_)
        assert person.refused(tick_step, id_, index=0, done=True, expected=1)
    assert other_patient.refused(goal, other_patient.id, id_)
    assert other_patient.refused(goal_versions, other_patient.id, id_)


def test_a_goal_for_named_people_or_nobody_leaves_no_trace_for_others(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    named = walks(patient, audience=Audience.NAMED, named=[gp.member.id])
    alone = walks(patient, audience=Audience.ONLY_ME)
    assert [view.id for view in gp.does(goals, patient.id).items] == [named]
    assert psychiatrist.does(goals, patient.id).items == ()
    assert psychiatrist.refused(goal, patient.id, named)
    assert gp.refused(goal, patient.id, alone)
    assert sees(patient, named).see.words == "Dr Amina Yusuf can see this"
    assert sees(patient, alone).see.words == "Only you can see this"
    assert sees(gp, named).audience == Audience.CATEGORY  # who else is in or out is hers to tell


def test_a_labelled_goal_needs_the_label_as_well(patient: Maren, psychiatrist: Clinician, therapist: Clinician) -> None:
    id_ = walks(patient, labels=["trauma"])
    assert psychiatrist.refused(goal, patient.id, id_)
    assert sees(therapist, id_).labels == ("trauma",)


def test_what_a_clinician_opens_is_written_to_the_log_and_her_own_reads_are_not(
    patient: Maren, psychiatrist: Clinician
) -> None:
    id_ = walks(patient)
    sees(patient, id_)
    sees(psychiatrist, id_)
    psychiatrist.does(goals, patient.id, purpose=Purpose.OVERVIEW)
    psychiatrist.does(goals, patient.id, purpose=Purpose.PREVIEW)
    with patient.acting():
        rows = list(AuditEvent.objects.filter(actor_id=psychiatrist.id).order_by("at", "id"))
    assert [(row.action, row.category, row.record_ids, row.versions) for row in rows] == [
        ("read", Category.GOALS, [id_], [1]),
        ("overview", Category.GOALS, [id_], [1]),
    ]


# -- Withdrawing -------------------------------------------------------------------------------------------------------
def test_a_withdrawn_goal_is_a_stub_for_who_opened_it_and_cannot_be_changed(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    id_ = walks(patient)
    sees(psychiatrist, id_)
    patient.does(withdraw_goal, id_)
    assert psychiatrist.refused(goal, patient.id, id_)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "goal")] == [id_]
    assert gp.does(withdrawals, patient.id, "goal") == ()
    assert psychiatrist.does(lines, [id_], purpose=Purpose.DIGEST) == []
    assert sees(patient, id_).withdrawn_at is not None
    assert patient.refused(tick_step, id_, index=0, done=True, expected=1)


# -- Imports -----------------------------------------------------------------------------------------------------------
def brought(patient: Maren, **more: Any) -> UUID:
    goal_: UUID = patient.does(add_imported_goal, **{"words": "Sleep by eleven", "import_key": "k" * 64, **more})
    return goal_


def test_an_imported_goal_waits_for_her_yes_and_is_hers_alone(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = brought(patient)
    (view,) = patient.does(pending_goals)
    assert (view.id, view.status, view.source, view.see.kind) == (id_, "pending", "import", "draft")
    assert patient.does(goals, patient.id).items == ()
    assert psychiatrist.refused(goal, patient.id, id_)
    assert patient.refused(tick_step, id_, index=0, done=True, expected=1)
    with pytest.raises(NotFound):
        psychiatrist.does(pending_goals)


def test_an_accepted_goal_stays_hers_alone_until_she_widens_it(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = brought(patient)
    patient.does(accept_goal, id_)
    view = sees(patient, id_)
    assert (view.status, view.audience, view.version) == ("active", Audience.ONLY_ME, 1)
    assert psychiatrist.refused(goal, patient.id, id_)
    patient.does(set_audience, Goal, id_, audience=Audience.CATEGORY)
    assert sees(psychiatrist, id_).words == "Sleep by eleven"
    assert patient.refused(accept_goal, id_)
    assert patient.refused(decline_goal, id_)
    assert acts(patient, id_) == ["import", "accept", "audience"]


def test_an_imported_goal_becomes_what_the_file_said(patient: Maren) -> None:
    id_ = brought(patient, status="completed", achievement="achieved")
    patient.does(accept_goal, id_)
    assert sees(patient, id_).status_words == "Finished"


def test_a_declined_goal_is_gone_and_may_come_again(patient: Maren) -> None:
    id_ = brought(patient)
    patient.does(decline_goal, id_)
    assert patient.refused(goal, patient.id, id_)
    assert patient.does(pending_goals) == ()
    assert acts(patient, id_) == ["import", "decline"]
    assert brought(patient) != id_


def test_the_same_entry_twice_adds_nothing(patient: Maren, other_patient: Maren) -> None:
    id_ = brought(patient)
    assert brought(patient) is None
    patient.does(accept_goal, id_)
    assert brought(patient) is None
    assert brought(other_patient) is not None


def test_two_imports_of_one_file_at_once_add_one_entry(patient: Maren, commits: None) -> None:
    at_once = Barrier(4)

    def load(_: int) -> bool:
        try:
            at_once.wait(10)
            return brought(patient) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as devices:
        assert sorted(devices.map(load, range(4))) == [False, False, False, True]
    assert len(patient.does(pending_goals)) == 1


def test_nobody_else_accepts_or_declines(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    id_ = brought(patient)
    for person in (other_patient, psychiatrist):
        assert person.refused(accept_goal, id_)
        assert person.refused(decline_goal, id_)
    assert psychiatrist.refused(add_imported_goal, words="x", import_key="k")
    assert len(patient.does(pending_goals)) == 1


# -- Lists and digests -------------------------------------------------------------------------------------------------
def test_goals_come_newest_first_in_pages_with_a_steady_number_of_statements(
    patient: Maren, psychiatrist: Clinician
) -> None:
    ids = [walks(patient, words=f"goal {number}") for number in range(3)]
    with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as few:
        assert [view.id for view in goals(viewer, patient.id).items] == ids[::-1]
    ids += [walks(patient, words=f"goal {number}") for number in range(3, 9)]
    with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as many:
        first = goals(viewer, patient.id, page=Page(size=5))
    assert len(many) == len(few)
    assert [view.id for view in first.items] == ids[:3:-1]
    assert first.next


def test_references_hold_what_was_written_or_changed_in_the_days_asked_for(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    old, changed, hidden = walks(patient), walks(patient), walks(patient, audience=Audience.ONLY_ME)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE goals_goal SET recorded_at = '2023-01-01', changed_at = '2023-01-01'")
    patient.does(tick_step, changed, index=0, done=True, expected=1)
    today = patient.viewer.today
    assert psychiatrist.does(references, [patient.id], today, today) == [(patient.id, changed, 2)]
    whole = psychiatrist.does(references, [patient.id], date(2022, 1, 1), today)
    assert {id_ for _, id_, _ in whole} == {old, changed}
    assert hidden in {id_ for _, id_, _ in patient.does(references, [patient.id], date(2022, 1, 1), today)}
    with patient.acting():
        assert not AuditEvent.objects.filter(actor_id=psychiatrist.id).exists()  # selecting discloses nothing
    assert psychiatrist.does(newer, {patient.id: None}) == {patient.id: 2}


def test_a_goal_is_new_on_the_day_she_accepts_it_and_none_when_withdrawn(patient: Maren) -> None:
    id_ = brought(patient)
    today = patient.viewer.today
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE goals_goal SET changed_at = '2023-01-01'")
    assert patient.does(references, [patient.id], today, today) == []
    patient.does(accept_goal, id_)
    assert patient.does(references, [patient.id], today, today) == [(patient.id, id_, 1)]
    patient.does(withdraw_goal, id_)
    assert patient.does(references, [patient.id], today, today) == []


def test_lines_pass_through_the_rule_again_at_each_opening(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = walks(patient)
    (line,) = psychiatrist.does(lines, [id_, uuid4()], purpose=Purpose.DIGEST)
    assert (line.id, line.words, line.category) == (id_, WALK, Category.GOALS)
    patient.does(set_audience, Goal, id_, audience=Audience.ONLY_ME)
    assert psychiatrist.does(lines, [id_], purpose=Purpose.DIGEST) == []
