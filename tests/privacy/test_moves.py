"""What a patient does with what somebody may not see moves nothing on that person's pages, lists and answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import User
from careteam.audit.models import AuditEvent
from careteam.checkins.services import add_event, check_in, withdraw_event
from careteam.conditions.models import Condition
from careteam.conditions.queries import condition, current_episode
from careteam.conditions.services import add_condition, withdraw_condition
from careteam.procedures.services import add_level, add_procedure
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid
from careteam.sharing.services import set_audience
from careteam.treatments.services import add_medicine
from careteam.visits.calls import ask_for_call, mark_done
from careteam.visits.services import (
    add_plan,
    add_question,
    add_visit,
    answer_question,
    edit_question,
    finish_visit,
    move_question,
    withdraw_visit,
)
from tests.api.world import World, world_of
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner

PAGES = (
    "caseload/",
    "patients/{}/",
    "patients/{}/notes/",
    "patients/{}/goals/",
    "patients/{}/measures/",
    "patients/{}/check-ins/",
    "patients/{}/medicines/",
    "patients/{}/procedures/",
    "patients/{}/levels/",
    "patients/{}/conditions/",
    "patients/{}/hard-days/",
    "patients/{}/visits/",
    "patients/{}/timeline/?range=everything",
    "patients/{}/summary/",
)
ANSWERS = (
    "overview/",
    "timeline/",
    "visit-summary/",
    "check-ins/",
    "events/",
    "visits/",
    "questions/",
    "plans/",
    "calls/",
    "procedures/",
    "levels/",
    "conditions/",
    "hard-days/",
)
WITHOUT_MARK = ("overview/", "timeline/", "visit-summary/")  # composed answers have no ETag
ONCE = re.compile(r'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"|nonce="[^"]*"|\d{1,2}:\d\d [ap]m')
MADE = re.compile(r'"made_at": ?"[^"]*"')
HIDDEN: dict[str, Any] = {"audience": Audience.ONLY_ME}


def seen(whom: Clinician) -> dict[str, str]:
    """Everything this clinician's program and browser are given about the patient, without marks of one request."""
    browser, patient = whom.browser, whom.patient.id
    found = {}
    for page in PAGES:
        answer = browser.get("/" + page.format(patient))
        assert answer.status_code == 200, page
        found[page] = ONCE.sub("", answer.content.decode())
    for part in ANSWERS:
        answer = browser.get(f"/api/v1/patients/{patient}/{part}")
        assert answer.status_code == 200, part
        found[part] = MADE.sub("", answer.content.decode()) + ("" if part in WITHOUT_MARK else answer["ETag"])
    return found


def tomorrow(patient: Maren, hour: int = 9) -> datetime:
    return datetime.combine(patient.viewer.today + timedelta(days=1), time(hour))


def a_hidden_visit_and_a_question_for_it(patient: Maren, world: World, _: Clinician) -> None:
    visit: UUID = patient.does(add_visit, start=tomorrow(patient), with_words="Somebody", **HIDDEN)
    patient.does(edit_question, world.question, words="May I drive?", visit=visit, expected=1)
    patient.does(edit_question, world.question, words="May I drive?", visit=None, expected=1)


def a_hidden_visit_of_yesterday(patient: Maren, _: World, __: Clinician) -> None:
    start = tomorrow(patient) - timedelta(days=2)
    visit: UUID = patient.does(add_visit, start=start, with_words="Somebody", **HIDDEN)
    patient.does(finish_visit, visit, decisions="Lower the dose", expected=1)
    patient.does(withdraw_visit, visit)


def hidden_questions_in_another_order(patient: Maren, world: World, _: Clinician) -> None:
    question: UUID = patient.does(add_question, words="Hidden", **HIDDEN)
    patient.does(move_question, question, up=True)
    patient.does(answer_question, question, answer="yes", expected=1)


def a_hidden_condition_that_comes_and_goes(patient: Maren, _: World, __: Clinician) -> None:
    hidden: UUID = patient.does(add_condition, name="Hidden", **HIDDEN)
    with pytest.raises(Invalid, match="invalid") as refused:
        patient.does(add_condition, name="Hidden", holds_episode=True, **HIDDEN)
    assert "Dr Sun-hee Lee and " in refused.value.fields["holds_episode"]
    patient.does(withdraw_condition, hidden)


def a_plan_with_somebody_else(patient: Maren, _: World, other: Clinician) -> None:
    patient.does(add_plan, practitioner=other.id, weeks=1)


def a_call_from_somebody_else_that_is_done(patient: Maren, _: World, other: Clinician) -> None:
    call: UUID = patient.does(ask_for_call, words="Hidden", named=[other.member.id])
    other.does(mark_done, patient.id, call)


def hidden_days_and_events(patient: Maren, _: World, __: Clinician) -> None:
    day = patient.viewer.today - timedelta(days=1)
    patient.does(check_in, mood="good", medicines="not-today", day=day, **HIDDEN)
    event: UUID = patient.does(add_event, words="Hidden", on=day.isoformat(), **HIDDEN)
    patient.does(withdraw_event, event)


def hidden_treatments(patient: Maren, _: World, __: Clinician) -> None:
    patient.does(add_procedure, code="ect", start="2026", **HIDDEN)
    patient.does(add_level, substance="Hidden", value="1", unit="mg", on="2026", **HIDDEN)
    patient.does(add_medicine, name="Hidden", start="2026-11", **HIDDEN)


def labelled_ones(patient: Maren, _: World, __: Clinician) -> None:
    labels = ["trauma"]
    patient.does(add_visit, start=tomorrow(patient), labels=labels)
    patient.does(add_question, words="Hidden", labels=labels)
    patient.does(add_event, words="Hidden", on="2026", labels=labels)
    patient.does(add_condition, name="Hidden", labels=labels)


ACTS: tuple[Callable[[Maren, World, Clinician], None], ...] = (
    a_hidden_visit_and_a_question_for_it,
    a_hidden_visit_of_yesterday,
    hidden_questions_in_another_order,
    a_hidden_condition_that_comes_and_goes,
    a_plan_with_somebody_else,
    a_call_from_somebody_else_that_is_done,
    hidden_days_and_events,
    hidden_treatments,
    labelled_ones,
)


@pytest.fixture
def world(patient: Maren, psychiatrist: Clinician) -> World:
    """Everything shared, and looked at two days ago, so that what moves now would be marked as new."""
    made = world_of(patient, psychiatrist)
    with as_owner():
        AuditEvent.objects.create(
            patient_id=patient.id,
            actor_id=psychiatrist.id,
            actor_role="practitioner",
            action="overview",
            request_id=new_id(),
            at=Now() - timedelta(days=2),
        )
    return made


def test_what_is_hidden_moves_nothing(
    patient: Maren, psychiatrist: Clinician, invite: Callable[..., Clinician], world: World
) -> None:
    nurse = invite("Nurse", sees=EVERYTHING)
    seen(psychiatrist)  # the first look begins a visit
    before = seen(psychiatrist)
    for act in ACTS:
        act(patient, world, nurse)
    after = seen(psychiatrist)
    assert [place for place in before if before[place] != after[place]] == []


def test_where_she_lives_changes_nothing_that_is_written_the_same_again(
    patient: Maren, psychiatrist: Clinician, world: World
) -> None:
    """A new version would tell her team that she moved, and mark as new what is not."""
    ids = {"treatments": world.medicine} | {
        kind: getattr(world, kind[:-1]) for kind in ("procedures", "levels", "conditions", "events")
    }
    browser = patient.browser
    with as_owner():
        User.objects.filter(pk=patient.id).update(zone="Pacific/Chatham")
    for kind, record in ids.items():
        place = f"/api/v1/patients/{patient.id}/{kind}/{record}/"
        mark = browser.get(place)["ETag"]
        answer = browser.patch(place, {}, content_type="application/json", headers={"If-Match": mark})
        assert (answer.status_code, answer.json()["version"]) == (200, 1), kind
    assert psychiatrist.does(condition, patient.id, world.condition).changed_at is None


def test_the_episode_moves_between_what_the_same_people_see(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, world: World
) -> None:
    """A wider or equal circle takes it as ever; for a narrower one the patient takes it out herself first."""
    for seen_by in ({"labels": ["trauma"]}, {"audience": Audience.NAMED, "named": [gp.member.id]}):
        with pytest.raises(Invalid):
            patient.does(add_condition, name="Narrower", holds_episode=True, **seen_by)
    own = {"audience": Audience.NAMED, "named": [psychiatrist.member.id]}
    named: UUID = patient.does(add_condition, name="For her", holds_episode=True, **own)
    assert patient.does(current_episode, patient.id).condition == named
    patient.pauses()
    with pytest.raises(Invalid):
        patient.does(add_condition, name="Hidden", holds_episode=True, **HIDDEN)
    patient.does(set_audience, Condition, named, audience=Audience.ONLY_ME)
    hidden: UUID = patient.does(add_condition, name="Hidden", holds_episode=True, **HIDDEN)
    assert patient.does(current_episode, patient.id).condition == hidden
    assert not patient.does(condition, patient.id, world.condition).holds_episode
