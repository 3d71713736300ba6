"""Goals that both agree on: proposed, answered, voided by an edit, rated on a scale; and what the wall refuses."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from careteam.accounts.viewer import acting_as
from careteam.audit.models import AuditEvent
from careteam.goals.agreeing import Agreement, answer_goal, propose_goal, withdraw_proposal
from careteam.goals.models import Goal
from careteam.goals.queries import GoalView, figure, goal, goal_versions, goals
from careteam.goals.services import (
    add_goal,
    edit_goal,
    rate,
    rate_level,
    set_scale,
    set_status,
    tick_step,
    withdraw_goal,
)
from careteam.goals.steps import Step
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.sharing.services import set_audience, set_labels
from tests.conftest import Clinician, Maren, Person

WALK = "Walk to the library"
LEVELS = ("Stay in", "To the door", "To the corner", "To the library", "Around the lake")
INSERT = (
    "INSERT INTO goals_goalacceptance (id, patient_id, author_id, version, recorded_at, changed_at, about_id,"
    " answer, comment, about_version) VALUES (gen_random_uuid(), %s, %s, 1, now(), now(), %s, 'agree', '', 1)"
)
PROPOSE = (
    "INSERT INTO goals_goal (id, patient_id, author_id, version, recorded_at, changed_at, effective_at, labels,"
    " audience, status, source, import_key, words, reason, exactly, measured, realistic, steps, achievement, target,"
    " accepts_as, agree_with, wording, scale) VALUES (gen_random_uuid(), %s, %s, 1, now(), now(), now(), '{{}}',"
    " 'category', '{status}', 'typed', '', 'w', '', '', '', '', '[]', '', '', '', '{asked}', 1, '{{}}')"
)


def asks(patient: Maren, *who: Clinician, **more: Any) -> UUID:
    made: UUID = patient.does(add_goal, **{"words": WALK, "agree_with": [one.id for one in who], **more})
    return made


def sees(person: Maren | Clinician, patient: Maren, id_: UUID) -> GoalView:
    found: GoalView = person.does(goal, patient.id, id_)
    return found


def stands(patient: Maren, id_: UUID) -> Agreement:
    found = sees(patient, patient, id_).agreement
    assert found
    return found


def says(person: Maren | Clinician, patient: Maren, id_: UUID, answer: str = "agree", **more: Any) -> None:
    person.does(answer_goal, patient.id, id_, answer=answer, **more)


def acts(patient: Maren, id_: UUID) -> list[str]:
    with patient.acting():
        rows = AuditEvent.objects.filter(record_ids__contains=[id_]).exclude(action__in=["read", "overview"])
        return list(rows.order_by("at", "id").values_list("action", flat=True))


# -- Agreeing ----------------------------------------------------------------------------------------------------------
def test_her_own_goal_is_active_when_she_says_so(patient: Maren, psychiatrist: Clinician) -> None:
    own = patient.does(add_goal, words=WALK)
    assert (sees(psychiatrist, patient, own).status, sees(patient, patient, own).agreement) == ("active", None)
    later = patient.does(add_goal, words=WALK, later=True)
    assert sees(patient, patient, later).status == "planned"
    patient.does(set_status, later, status="active", expected=1)
    assert sees(patient, patient, later).status == "active"
    for person in (patient, psychiatrist):
        assert person.refused(answer_goal, patient.id, own, answer="agree")  # nobody is asked


def test_e47_an_edit_voids_what_both_agreed_to_and_asks_both_anew(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = asks(patient, psychiatrist, steps=[Step("Find the shoes")])
    assert sees(psychiatrist, patient, id_).status == "proposed"
    assert stands(patient, id_).words == "Agreed by you. Waiting for Dr Sun-hee Lee."
    says(psychiatrist, patient, id_, wording=1)
    agreed = sees(patient, patient, id_)
    assert (agreed.status, agreed.said, agreed.version) == ("active", "active", 1)
    assert agreed.agreement
    assert (agreed.agreement.reached, agreed.agreement.words) == (True, "Agreed by you and Dr Sun-hee Lee.")
    # Ticks, how it goes, a hold and who sees it change no word.
    patient.does(tick_step, id_, index=0, done=True, expected=1)
    patient.does(rate, id_, achievement="improving", expected=2)
    patient.does(set_status, id_, status="on-hold", expected=3)
    patient.does(set_status, id_, status="active", expected=4)
    patient.does(set_labels, Goal, id_, labels=[])
    assert sees(psychiatrist, patient, id_).status == "active"
    patient.does(
        edit_goal, id_, words="Walk anywhere", why="", steps=[Step("Find the shoes", True)], target="", expected=5
    )
    edited = sees(psychiatrist, patient, id_)
    assert (edited.status, edited.wording, edited.agreement and edited.agreement.reached) == ("proposed", 6, False)
    assert [one.answer for one in stands(patient, id_).parties] == ["", ""]
    assert stands(patient, id_).words == "Waiting for you and Dr Sun-hee Lee."
    with pytest.raises(Conflict):
        psychiatrist.does(answer_goal, patient.id, id_, answer="agree", wording=1)  # of words that are gone
    says(psychiatrist, patient, id_, wording=6)
    assert sees(patient, patient, id_).status == "proposed"
    says(patient, patient, id_)
    assert sees(psychiatrist, patient, id_).status == "active"
    assert [one.earlier for one in stands(patient, id_).remarks] == [True, False, False]
    assert acts(patient, id_)[:2] == ["create", "goal-agree"]


def test_e48_of_two_named_one_agrees_one_declines_and_the_no_stays_visible(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    id_ = asks(patient, psychiatrist, gp)
    says(gp, patient, id_, "disagree", comment="Too far for now, I think.")
    assert sees(patient, patient, id_).status == "proposed"
    says(psychiatrist, patient, id_)
    for person in (patient, psychiatrist, gp):
        shown = sees(person, patient, id_)
        assert shown.status == "active"
        assert shown.agreement
        assert [(one.name, one.answer) for one in shown.agreement.parties] == [
            ("Maren Holt", "agree"),
            ("Dr Sun-hee Lee", "agree"),
            ("Dr Amina Yusuf", "disagree"),
        ]
        assert shown.agreement.parties[2].comment == "Too far for now, I think."
    assert stands(patient, id_).words == "Agreed by you and Dr Sun-hee Lee. Dr Amina Yusuf would rather not."


def test_what_was_said_is_kept_said_once_and_the_last_counts(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = asks(patient, psychiatrist)
    for answer in ("agree", "agree", "pending", "agree"):
        says(psychiatrist, patient, id_, answer)
    assert [one.answer for one in stands(patient, id_).remarks] == ["agree", "pending", "agree"]
    says(patient, patient, id_, "pending", comment="May we talk about how far?")
    assert sees(psychiatrist, patient, id_).status == "proposed"
    assert stands(patient, id_).words == "Agreed by Dr Sun-hee Lee. To talk about, with you."
    for given, field in (({"answer": "yes"}, "answer"), ({"answer": "agree", "comment": "x" * 4001}, "comment")):
        with pytest.raises(Invalid) as refused:
            psychiatrist.does(answer_goal, patient.id, id_, **given)
        assert refused.value.fields.keys() == {field}
    patient.does(set_status, id_, status="completed", expected=1)
    with pytest.raises(Invalid):
        psychiatrist.does(answer_goal, patient.id, id_, answer="agree")
    assert not stands(patient, id_).may_answer


def test_whom_a_goal_asks_is_hers_to_change_and_who_begins_to_ask_agrees(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, stranger: Clinician
) -> None:
    id_ = patient.does(add_goal, words="Walk")
    words = {"words": WALK, "why": "", "steps": [], "target": ""}
    patient.does(edit_goal, id_, **words, expected=1)
    patient.does(edit_goal, id_, **words, agree_with=[psychiatrist.id], expected=2)
    assert stands(patient, id_).words == "Agreed by you. Waiting for Dr Sun-hee Lee."
    says(psychiatrist, patient, id_)
    patient.does(edit_goal, id_, **words, agree_with=[psychiatrist.id, gp.id], expected=3)
    assert stands(patient, id_).reached  # asking one more takes nothing back
    patient.does(edit_goal, id_, **words, agree_with=[gp.id], expected=4)
    assert sees(patient, patient, id_).status == "proposed"
    assert psychiatrist.refused(answer_goal, patient.id, id_, answer="agree")  # she sees it and is not asked
    patient.does(edit_goal, id_, **words, agree_with=[], expected=5)
    assert (sees(patient, patient, id_).status, sees(patient, patient, id_).agreement) == ("active", None)
    with pytest.raises(Invalid) as refused:
        patient.does(edit_goal, id_, **words, agree_with=[stranger.id], expected=6)
    assert refused.value.fields.keys() == {"agree_with"}
    assert [old.status for old in patient.does(goal_versions, patient.id, id_)] == ["active"] * 5


def test_who_cannot_see_it_cannot_answer_and_she_is_told_why_it_waits(
    patient: Maren, psychiatrist: Clinician, other_patient: Maren, therapist: Clinician, stranger: Clinician
) -> None:
    id_ = asks(patient, psychiatrist)
    for person in (other_patient, therapist, stranger):
        assert person.refused(answer_goal, patient.id, id_, answer="agree")
    assert other_patient.refused(answer_goal, other_patient.id, id_, answer="agree")
    patient.does(set_audience, Goal, id_, audience="only_me")
    assert psychiatrist.refused(answer_goal, patient.id, id_, answer="agree")
    assert stands(patient, id_).parties[1].away == "Cannot see this goal now."
    patient.does(set_audience, Goal, id_, audience="category")
    assert stands(patient, id_).parties[1].away == ""
    says(psychiatrist, patient, id_)
    hers = sees(psychiatrist, patient, id_).agreement
    assert hers
    assert {one.away for one in hers.parties} == {""}


def test_what_a_clinician_is_shown_of_it_is_in_the_log(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    id_ = asks(patient, psychiatrist, gp)
    says(gp, patient, id_)
    sees(psychiatrist, patient, id_)
    with patient.acting():
        rows = AuditEvent.objects.filter(actor_id=psychiatrist.id, action="read").order_by("category")
        assert [(row.category, len(row.record_ids)) for row in rows] == [("below", 1), ("goals", 1)]


# -- A clinician proposes ----------------------------------------------------------------------------------------------
def test_a_clinician_proposes_and_its_patient_takes_it_up_changes_it_or_does_not(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    id_ = psychiatrist.does(propose_goal, patient.id, words=WALK, steps=[Step("Find the shoes")])
    shown = sees(patient, patient, id_)
    assert (shown.status, shown.proposed, shown.mine, shown.author_name) == ("proposed", True, False, "Dr Sun-hee Lee")
    assert stands(patient, id_).words == "Agreed by Dr Sun-hee Lee. Waiting for you."
    says(patient, patient, id_, "disagree", comment="Not this month.")
    assert sees(gp, patient, id_).status == "rejected"
    with pytest.raises(Invalid):
        psychiatrist.does(answer_goal, patient.id, id_, answer="agree")
    says(patient, patient, id_)  # she thinks again
    assert sees(gp, patient, id_).status == "active"
    version = sees(patient, patient, id_).version
    patient.does(tick_step, id_, index=0, done=True, expected=version)
    patient.does(edit_goal, id_, words="Walk anywhere", why="", steps=[], target="", expected=version + 1)
    assert sees(gp, patient, id_).status == "proposed"
    for change, given in (
        (edit_goal, {"words": "x", "why": "", "steps": [], "target": "", "expected": version + 2}),
        (set_status, {"status": "active", "expected": version + 2}),
        (set_scale, {"levels": LEVELS, "expected": version + 2}),
        (rate_level, {"level": 0, "expected": version + 2}),
    ):
        assert psychiatrist.refused(change, id_, **given)
    assert psychiatrist.refused(withdraw_goal, id_)
    patient.does(withdraw_goal, id_)
    assert psychiatrist.refused(goal, patient.id, id_)
    assert [one.id for one in gp.does(withdrawals, patient.id, "goal")] == [id_]
    assert acts(patient, id_)[0] == "propose"


def test_proposing_works_while_sharing_is_paused_and_shows_nothing(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    patient.pauses()
    id_ = psychiatrist.does(propose_goal, patient.id, words=WALK, labels=["alcohol_drugs"])
    assert psychiatrist.refused(goal, patient.id, id_)
    assert sees(patient, patient, id_).labels == ("alcohol_drugs",)
    assert stranger.refused(propose_goal, patient.id, words=WALK)
    assert patient.refused(propose_goal, patient.id, words=WALK)
    with pytest.raises(Invalid) as refused:
        psychiatrist.does(propose_goal, patient.id, words=" ")
    assert refused.value.fields.keys() == {"words"}


def test_she_withdraws_what_nobody_has_answered_and_its_patient_may_take_it_up_all_the_same(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    id_ = psychiatrist.does(propose_goal, patient.id, words=WALK)
    assert stands(patient, id_).waits_for_you
    assert offers(psychiatrist, patient, id_)
    assert not offers(patient, patient, id_)
    assert not offers(gp, patient, id_)
    psychiatrist.does(withdraw_proposal, patient.id, id_)
    psychiatrist.does(withdraw_proposal, patient.id, id_)  # said twice, it is said once
    for reader, by in ((patient, "Dr Sun-hee Lee"), (gp, "Dr Sun-hee Lee"), (psychiatrist, "you")):
        shown = sees(reader, patient, id_)
        assert (shown.status, shown.status_words, shown.words, shown.version) == ("cancelled", "Withdrawn", WALK, 1)
        assert shown.agreement is not None
        assert shown.agreement.words == f"Withdrawn by {by}."
        assert reader.does(goals, patient.id, open_only=True).items == ()
        assert [one.id for one in reader.does(goals, patient.id).items] == [id_]  # what was proposed stays to be read
    assert not stands(patient, id_).waits_for_you
    assert not offers(psychiatrist, patient, id_)
    assert acts(patient, id_) == ["propose", "withdraw-proposal"]
    says(patient, patient, id_)  # it is hers from the beginning
    assert sees(psychiatrist, patient, id_).status == "proposed"
    assert stands(patient, id_).words == "Agreed by you. To talk about, with Dr Sun-hee Lee."
    assert [one.id for one in patient.does(goals, patient.id, open_only=True).items] == [id_]
    says(psychiatrist, patient, id_)
    assert sees(gp, patient, id_).status == "active"


def offers(person: Maren | Clinician, patient: Maren, id_: UUID) -> bool:
    found = sees(person, patient, id_).agreement
    return bool(found and found.may_withdraw)


def test_what_its_patient_has_answered_or_changed_is_not_withdrawn_any_more(
    patient: Maren, psychiatrist: Clinician
) -> None:
    proposal = {"words": WALK, "steps": [Step("Find the shoes")]}
    answered, ticked, asked = (psychiatrist.does(propose_goal, patient.id, **proposal) for _ in range(3))
    says(patient, patient, answered, "pending", comment="how far?")
    patient.does(tick_step, ticked, index=0, done=True, expected=1)
    for id_ in (answered, ticked):
        assert not offers(psychiatrist, patient, id_)
        with pytest.raises(Invalid):
            psychiatrist.does(withdraw_proposal, patient.id, id_)
    psychiatrist.does(withdraw_proposal, patient.id, asked)
    patient.does(edit_goal, asked, words="Walk anywhere", why="", steps=[], target="", expected=1)
    assert sees(psychiatrist, patient, asked).status == "proposed"  # other words: everybody is asked anew
    with pytest.raises(Invalid):
        psychiatrist.does(withdraw_proposal, patient.id, asked)


def test_two_who_withdraw_and_agree_at_the_same_moment_need_not_wait_for_one_another(
    patient: Maren, psychiatrist: Clinician
) -> None:
    """What each said is kept, and how it stands is made of both."""
    id_ = psychiatrist.does(propose_goal, patient.id, words=WALK)
    psychiatrist.does(withdraw_proposal, patient.id, id_)
    says(patient, patient, id_)
    with pytest.raises(Invalid):
        psychiatrist.does(withdraw_proposal, patient.id, id_)
    assert stands(patient, id_).words == "Agreed by you. To talk about, with Dr Sun-hee Lee."


def test_only_who_proposed_it_and_sees_it_withdraws_it(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician, stranger: Clinician
) -> None:
    id_ = psychiatrist.does(propose_goal, patient.id, words=WALK)
    own = asks(patient, psychiatrist)
    for who in (patient, other_patient, gp, stranger):
        assert who.refused(withdraw_proposal, patient.id, id_)
    assert psychiatrist.refused(withdraw_proposal, patient.id, own)  # the patient's own
    assert psychiatrist.refused(withdraw_proposal, other_patient.id, id_)
    patient.pauses()
    assert psychiatrist.refused(withdraw_proposal, patient.id, id_)
    patient.resumes()
    patient.does(withdraw_goal, id_)
    assert psychiatrist.refused(withdraw_proposal, patient.id, id_)


def test_the_wall_lets_nobody_agree_for_another_or_propose_what_is_agreed(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    id_ = asks(patient, psychiatrist)
    assert not writes(psychiatrist, INSERT, [patient.id, patient.id, id_])
    assert not writes(patient, INSERT, [patient.id, psychiatrist.id, id_])
    assert writes(psychiatrist, INSERT, [patient.id, psychiatrist.id, id_])
    patient.shares(psychiatrist, Category.MY_NOTES)
    assert not writes(psychiatrist, INSERT, [patient.id, psychiatrist.id, id_])
    hers = [patient.id, psychiatrist.id]
    for status, asked, may in (("active", "[]", False), ("proposed", "[]", False), ("proposed", '["x"]', True)):
        assert writes(psychiatrist, PROPOSE.format(status=status, asked=asked), hers) == may, (status, asked)
    assert not writes(stranger, PROPOSE.format(status="proposed", asked='["x"]'), [patient.id, stranger.id])
    assert not writes(psychiatrist, PROPOSE.format(status="proposed", asked='["x"]'), [patient.id, patient.id])
    assert not writes(psychiatrist, "UPDATE goals_goal SET status = 'active' RETURNING 1 / 0", [])


def writes(who: Person, statement: str, values: list[UUID]) -> bool:
    try:
        with acting_as(who.viewer), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount > 0)
    except DatabaseError:
        return False


# -- The scale and the figure ------------------------------------------------------------------------------------------
def test_levels_come_first_ratings_are_versions_and_other_levels_begin_anew(
    patient: Maren, psychiatrist: Clinician
) -> None:
    id_ = asks(patient, psychiatrist)
    says(psychiatrist, patient, id_)
    with pytest.raises(Invalid):
        patient.does(rate_level, id_, level=0, expected=1)
    patient.does(set_scale, id_, levels=LEVELS, expected=1)
    assert sees(patient, patient, id_).status == "proposed"  # what is hoped for is part of what both agree to
    says(patient, patient, id_)
    says(psychiatrist, patient, id_)
    patient.does(rate_level, id_, level=-2, expected=2)
    patient.does(rate_level, id_, level=1, expected=3)
    shown = sees(psychiatrist, patient, id_)
    assert shown.status == "active"  # a rating is no word
    assert shown.scale
    assert (shown.scale.level, shown.scale.level_words, shown.scale.achievement) == (1, "To the library", "achieved")
    assert [one.words for one in shown.scale.levels] == [*reversed(LEVELS)]
    assert [old.level_words for old in patient.does(goal_versions, patient.id, id_)] == ["Stay in", "", ""]
    patient.does(set_scale, id_, levels=LEVELS, importance=3, difficulty=2, start=-2, counts=True, expected=4)
    assert sees(patient, patient, id_).status == "active"  # neither is what it weighs
    patient.does(set_scale, id_, levels=[*LEVELS[:4], "To the sea"], counts=True, expected=5)
    again = sees(patient, patient, id_)
    assert again.scale
    assert (again.scale.level, again.status) == (None, "proposed")
    for level in (3, -3):
        with pytest.raises(Invalid):
            patient.does(rate_level, id_, level=level, expected=6)
    patient.does(set_scale, id_, levels=[""] * 5, expected=6)
    assert sees(patient, patient, id_).scale is None


def test_e49_there_is_a_figure_only_where_she_turned_it_on_and_of_zero_weights_there_is_none(
    patient: Maren, psychiatrist: Clinician
) -> None:
    rated = {}
    for name, more in {
        "off": {},
        "on": {"counts": True},
        "unrated": {"counts": True},
        "hidden": {"counts": True},
    }.items():
        rated[name] = patient.does(add_goal, words=name, audience="only_me" if name == "hidden" else "category")
        patient.does(set_scale, rated[name], levels=LEVELS, expected=1, **more)
        assert (psychiatrist.does(figure, patient.id) is None) == (name == "off")
        if name != "unrated":
            patient.does(rate_level, rated[name], level=1, expected=2)
    found = psychiatrist.does(figure, patient.id)
    assert (found.t, found.counted, found.left_out) == ("60.0", 1, 1)
    assert found.words == "60.0, from 1 goal, 1 not rated"
    patient.does(set_scale, rated["on"], levels=LEVELS, importance=0, difficulty=3, counts=True, expected=3)
    found = psychiatrist.does(figure, patient.id)
    assert (found.t, found.words) == (None, "No figure: every goal that is rated has a weight of 0.")
    patient.does(rate_level, rated["on"], level=None, expected=4)
    assert psychiatrist.does(figure, patient.id).words == "No figure: none of these goals is rated yet."
    with patient.acting():
        rows = AuditEvent.objects.filter(actor_id=psychiatrist.id, action="read")
        told = {one for row in rows for one in row.record_ids}
    assert told == {rated["on"], rated["unrated"]}


def test_the_five_prompts_are_optional_and_stay_her_words(patient: Maren, psychiatrist: Clinician) -> None:
    prompts = {
        "exactly": "To the one on Elm Street",
        "measured": "A tick in my diary",
        "realistic": "Twice, this month",
    }
    id_ = patient.does(add_goal, words=WALK, why="The light there", target="2027-03", **prompts)
    shown = sees(psychiatrist, patient, id_)
    assert {name: getattr(shown, name) for name in prompts} == prompts
    patient.does(edit_goal, id_, words=WALK, why="", steps=[], target="", measured="", expected=1)
    after = sees(patient, patient, id_)
    assert (after.exactly, after.measured) == (prompts["exactly"], "")
    (old,) = patient.does(goal_versions, patient.id, id_)
    assert (old.exactly, old.measured, old.realistic) == tuple(prompts.values())
    for name in prompts:
        with pytest.raises(Invalid) as refused:
            patient.does(add_goal, words=WALK, **{name: "x" * 501})
        assert refused.value.fields.keys() == {name}


def test_statements_do_not_grow_with_goals_or_answers(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    counted = []
    for _ in range(2):
        for _ in range(3):
            id_ = asks(patient, psychiatrist, gp)
            says(gp, patient, id_, "pending", comment="How far?")
        with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as asked:
            goals(viewer, patient.id)
        counted.append(len(asked))
    assert counted[0] == counted[1]
