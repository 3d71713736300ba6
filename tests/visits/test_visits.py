"""Visits, questions and plans: what their patient may do, what others see of it, and what is kept."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from careteam.audit.models import AuditEvent
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.services import set_audience
from careteam.visits import queries, services
from careteam.visits.models import Encounter, Question
from tests.conftest import Clinician, Maren, as_owner


def day(patient: Maren, days: int, hour: int = 10) -> datetime:
    """So many days from now, on the patient's clock."""
    return datetime.combine(patient.viewer.today + timedelta(days=days), time(hour))


def planned(patient: Maren, days: int, **more: Any) -> UUID:
    visit: UUID = patient.does(services.add_visit, start=day(patient, days), **more)
    return visit


def said(who: Maren | Clinician, what: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        who.does(what, *args, **kwargs)
    return refused.value.fields


# -- Visits ------------------------------------------------------------------------------------------------------------
def test_the_next_visit_is_counted_down_and_a_past_one_waits_for_what_was_decided(
    patient: Maren, psychiatrist: Clinician
) -> None:
    planned(patient, 9)
    soon = planned(patient, 3, practitioner=psychiatrist.id, mode="video", minutes=30)
    planned(patient, -40, decisions="Keep the dose.")
    found = psychiatrist.does(queries.next_visit, patient.id)
    assert (found.id, found.with_you, found.with_name, found.mode_words) == (soon, True, "Dr Sun-hee Lee", "By video")
    assert found.countdown.startswith("in 3 days, ")
    assert patient.does(queries.visit_to_decide) is None  # what was written down late is not asked about


def moved_back(patient: Maren, visit: UUID, days: int) -> int:
    now = patient.does(queries.visit, patient.id, visit)
    version: int = patient.does(
        services.edit_visit,
        visit,
        start=day(patient, -days),
        minutes=None,
        practitioner=now.practitioner,
        with_words="",
        mode="",
        place="",
        expected=now.version,
    )
    return version


def test_what_was_decided_is_asked_once(patient: Maren) -> None:
    visit = planned(patient, 2)
    version = moved_back(patient, visit, 1)
    assert patient.does(queries.visit_to_decide).id == visit
    patient.does(services.finish_visit, visit, decisions="", expected=version)
    assert patient.does(queries.visit_to_decide) is None
    assert patient.does(queries.visit, patient.id, visit).status_words == "Took place"


def test_a_visit_ahead_has_decided_nothing_and_one_that_took_place_is_not_cancelled(patient: Maren) -> None:
    assert set(said(patient, services.add_visit, start=day(patient, 2), decisions="x")) == {"decisions"}
    ahead = planned(patient, 2)
    assert set(said(patient, services.finish_visit, ahead, decisions="x", expected=1)) == {"decisions"}
    past = planned(patient, -2)
    assert set(said(patient, services.cancel_visit, past, expected=1)) == {"status"}
    patient.does(services.cancel_visit, ahead, expected=1)
    assert patient.does(queries.next_visit, patient.id) is None


def test_a_cancelled_visit_that_is_moved_ahead_is_planned_again(patient: Maren) -> None:
    visit = planned(patient, 2)
    version = patient.does(services.cancel_visit, visit, expected=1)
    words = {"minutes": None, "practitioner": None, "with_words": "", "mode": "", "place": ""}
    patient.does(services.edit_visit, visit, start=day(patient, 5), **words, expected=version)
    assert patient.does(queries.next_visit, patient.id).id == visit
    with pytest.raises(Conflict):
        patient.does(services.cancel_visit, visit, expected=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mode": "by pigeon"}, "mode"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"place": "x" * 201}, "place"),
        ({"with_words": "x" * 201}, "with_words"),
        ({"decisions": "x" * 4001}, "decisions"),
        ({"audience": "named"}, "audience"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(patient: Maren, wrong: dict[str, Any], field: str) -> None:
    assert set(said(patient, services.add_visit, start=day(patient, -2), **wrong)) == {field}


def test_whom_a_visit_is_with_is_on_the_team_and_stays_when_she_leaves(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    assert set(said(patient, services.add_visit, start=day(patient, 2), practitioner=stranger.id)) == {"practitioner"}
    visit = planned(patient, 2, practitioner=psychiatrist.id)
    patient.stops(psychiatrist)
    assert moved_back(patient, visit, 3) == 2
    assert patient.does(queries.visit, patient.id, visit).with_name == "Dr Sun-hee Lee"


def test_the_last_visit_is_a_clinicians_own_first_else_the_newest(
    patient: Maren, psychiatrist: Clinician, invite: Any
) -> None:
    other = invite("Nurse", sees=["visits"])
    own = planned(patient, -30, practitioner=psychiatrist.id)
    newest = planned(patient, -5, with_words="the pharmacist")
    gone = planned(patient, -1)
    patient.does(services.withdraw_visit, gone)
    hidden = planned(patient, -2, practitioner=psychiatrist.id, audience="only_me")
    assert psychiatrist.does(queries.last_visit, patient.id).id == own
    assert other.does(queries.last_visit, patient.id).id == newest
    assert patient.does(queries.last_visit, patient.id).id == hidden


def test_how_it_was_before_is_told_to_the_patient_alone(patient: Maren, psychiatrist: Clinician) -> None:
    visit = planned(patient, 2, practitioner=psychiatrist.id)
    moved_back(patient, visit, 3)
    facts = dict(patient.does(queries.earlier, patient.id, "visit", visit)[0].facts)
    assert (facts["With"], facts["Stood at"]) == ("Dr Sun-hee Lee", "Planned")
    assert psychiatrist.refused(queries.earlier, patient.id, "visit", visit)


def test_nobody_else_writes_here(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    visit = planned(patient, -2)
    question = patient.does(services.add_question, words="May I drive?")
    plan = patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=2)
    for who in (psychiatrist, other_patient):
        assert who.refused(services.finish_visit, visit, decisions="x", expected=1)
        assert who.refused(services.cancel_visit, visit, expected=1)
        assert who.refused(services.withdraw_visit, visit)
        assert who.refused(services.answer_question, question, answer="x", expected=1)
        assert who.refused(services.move_question, question, up=True)
        assert who.refused(services.edit_plan, plan, weeks=3, measures=["phq-9"], better="", review=None, expected=1)
        assert who.refused(services.withdraw_plan, plan)
    assert psychiatrist.refused(services.add_visit, start=day(patient, 2))
    assert psychiatrist.refused(services.add_question, words="x")


def test_a_withdrawn_visit_leaves_a_stub_to_whom_it_was_shown(patient: Maren, psychiatrist: Clinician) -> None:
    visit, unseen = planned(patient, 2), planned(patient, 3)
    psychiatrist.does(queries.visit, patient.id, visit)
    for one in (visit, unseen):
        patient.does(services.withdraw_visit, one)
    stubs = psychiatrist.does(queries.visit_stubs, patient.id)
    assert [(stub.id, stub.what) for stub in stubs] == [(visit, "visit")]


# -- Questions ---------------------------------------------------------------------------------------------------------
def asked(who: Maren | Clinician, patient: Maren) -> list[str]:
    return [one.words for one in who.does(queries.open_questions, patient.id)]


def test_the_first_three_open_questions_are_in_her_own_order(patient: Maren, psychiatrist: Clinician) -> None:
    ids = [patient.does(services.add_question, words=words) for words in "abcde"]
    assert asked(psychiatrist, patient) == ["a", "b", "c"]
    patient.does(services.move_question, ids[3], up=True)
    patient.does(services.move_question, ids[0], up=True)  # the first stays the first
    patient.does(services.move_question, ids[0], up=False)
    assert asked(psychiatrist, patient) == ["b", "a", "d"]
    patient.does(services.answer_question, ids[1], answer="Yes.", expected=1)
    assert asked(psychiatrist, patient) == ["a", "d", "c"]
    patient.does(services.answer_question, ids[1], answer="", expected=2)
    assert asked(patient, patient) == ["b", "a", "d"]
    assert patient.does(queries.question, patient.id, ids[0]).version == 1  # an order is no change of words
    assert psychiatrist.does(queries.question, patient.id, ids[0]).priority is None


def test_a_question_is_put_first_in_one_step_and_the_others_keep_their_order(
    patient: Maren, psychiatrist: Clinician
) -> None:
    ids = [patient.does(services.add_question, words=words) for words in "abcde"]
    patient.does(services.put_question_first, ids[4])
    patient.does(services.put_question_first, ids[4])  # it is there already
    assert asked(patient, patient) == ["e", "a", "b"]
    patient.does(services.put_question_first, ids[3])
    patient.does(services.move_question, ids[4], up=True)
    assert asked(psychiatrist, patient) == ["e", "d", "a"]
    assert patient.does(queries.question, patient.id, ids[4]).version == 1
    assert psychiatrist.refused(services.put_question_first, ids[0])
    with as_owner():
        assert AuditEvent.objects.filter(action="move").count() == 3


def test_a_question_names_its_visit_where_that_is_shown_too(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    visit = planned(patient, 2, with_words="the pharmacist")
    question = patient.does(services.add_question, words="May I drive?", visit=visit)
    assert "the pharmacist" in psychiatrist.does(queries.question, patient.id, question).visit_words
    with as_owner():
        assert {one for row in AuditEvent.objects.filter(action="read") for one in row.record_ids} == {question, visit}
    patient.does(set_audience, Encounter, visit, audience="only_me")
    hidden = psychiatrist.does(queries.question, patient.id, question)
    assert (hidden.visit, hidden.visit_words) == (None, "")
    assert other_patient.refused(services.add_question, words="x", visit=visit)


def test_which_visit_a_question_is_for_is_no_change_of_its_words(patient: Maren, psychiatrist: Clinician) -> None:
    visit = planned(patient, 2, audience="only_me")
    question = patient.does(services.add_question, words="May I drive?")
    with as_owner():
        before = Question.unscoped("a test").get().changed_at
    assert patient.does(services.edit_question, question, words="May I drive?", visit=visit, expected=1) == 1
    assert patient.does(queries.question, patient.id, question).visit == visit
    found = psychiatrist.does(queries.question, patient.id, question)
    assert (found.version, found.changed_at, found.visit) == (1, None, None)
    with as_owner():
        assert Question.unscoped("a test").get().changed_at == before  # it counts as new nowhere
        assert AuditEvent.objects.filter(action="revise").count() == 1
    assert patient.does(services.edit_question, question, words="May I cycle?", visit=None, expected=1) == 2
    with as_owner():
        assert AuditEvent.objects.filter(action="revise").count() == 2


# -- Plans -------------------------------------------------------------------------------------------------------------
def test_a_plan_is_seen_alike_by_the_two_it_is_between_and_by_nobody_else(
    patient: Maren, psychiatrist: Clinician, invite: Any
) -> None:
    other = invite("Nurse", sees=["visits"])
    plan = patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=2, better="under 10", review="2027-01")
    hers, lees = (who.does(queries.plan, patient.id, plan) for who in (patient, psychiatrist))
    for name in ("often", "better", "review_words", "with_name", "measures", "weeks"):
        assert getattr(hers, name) == getattr(lees, name)
    assert (lees.often, lees.review_words, lees.with_you) == ("PHQ-9 every 2 weeks", "January 2027", True)
    assert hers.see.names == ("Dr Sun-hee Lee",)
    assert other.refused(queries.plan, patient.id, plan)


def test_there_is_one_plan_with_each_person(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    plan = patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=2)
    assert set(said(patient, services.add_plan, practitioner=psychiatrist.id, weeks=4)) == {"practitioner"}
    patient.does(services.add_plan, practitioner=gp.id, weeks=4)
    patient.does(services.withdraw_plan, plan)
    patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=4)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weeks": 0}, "weeks"),
        ({"weeks": 13}, "weeks"),
        ({"measures": []}, "measures"),
        ({"measures": ["madrs"]}, "measures"),
        ({"review": "soon"}, "review"),
        ({"better": "x" * 501}, "better"),
    ],
)
def test_a_plan_that_cannot_be_kept_says_why(
    patient: Maren, psychiatrist: Clinician, wrong: dict[str, Any], field: str
) -> None:
    given = {"practitioner": psychiatrist.id, "weeks": 2} | wrong
    assert set(said(patient, services.add_plan, **given)) == {field}
