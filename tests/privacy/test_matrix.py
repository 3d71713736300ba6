"""Every class of records × every state of sharing × every surface: the surfaces must give one answer, the rule's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.checkins import queries as checkins
from careteam.checkins.models import CheckIn, LifeEvent
from careteam.checkins.services import add_event, check_in
from careteam.conditions import queries as conditions
from careteam.conditions.models import Condition
from careteam.conditions.services import add_condition
from careteam.goals import queries as goals
from careteam.goals.models import Goal
from careteam.goals.services import add_goal
from careteam.measures import queries as measures
from careteam.measures import services as measure_services
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import queries as notes
from careteam.notes import services as note_services
from careteam.notes.models import ClinicalNote, ProgressNote
from careteam.procedures import queries as procedures
from careteam.procedures.models import Observation, Procedure
from careteam.procedures.services import add_level, add_procedure
from careteam.safety import queries as safety
from careteam.safety.models import HardDaysPlan
from careteam.safety.services import write_plan
from careteam.sharing.codes import DRAFTS, Category
from careteam.sharing.errors import NotFound
from careteam.sharing.models import CareTeamMember, Consent, Pause, RecordAudience
from careteam.sharing.records import Record
from careteam.sharing.services import set_audience
from careteam.treatments import queries as treatments
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import add_medicine
from careteam.visits import queries as visits
from careteam.visits import services as visit_services
from careteam.visits.calls import ask_for_call
from careteam.visits.models import CommunicationRequest, Encounter, Question, TrackingPlan
from tests.conftest import Clinician, Maren, as_owner
from tests.stage import stage


def a_goal(patient: Maren, _: Clinician) -> UUID:
    goal: UUID = patient.does(add_goal, words="Agrimony")
    return goal


def a_note(patient: Maren, _: Clinician) -> UUID:
    return patient.writes_note("Betony", title="Betony", shared=True)


def a_clinical_note(patient: Maren, therapist: Clinician) -> UUID:
    note: UUID = therapist.does(note_services.draft_clinical_note, patient.id, title="Campion", text="Campion")
    therapist.does(note_services.sign_note, patient.id, note)
    return note


def a_medicine(patient: Maren, _: Clinician) -> UUID:
    medicine: UUID = patient.does(add_medicine, name="Dittander")
    return medicine


def a_procedure(patient: Maren, _: Clinician) -> UUID:
    procedure: UUID = patient.does(add_procedure, code="other", name="Eyebright")
    return procedure


def a_level(patient: Maren, _: Clinician) -> UUID:
    level: UUID = patient.does(add_level, substance="Fennel", value="0.60", unit="mmol/L", on="2025")
    return level


def a_condition(patient: Maren, _: Clinician) -> UUID:
    condition: UUID = patient.does(add_condition, name="Gentian", holds_episode=True)
    return condition


def a_hard_days_plan(patient: Maren, _: Clinician) -> UUID:
    plan: UUID = patient.does(write_plan, parts=[{"heading": "Nightshade", "words": "Nightshade"}])
    return plan


def a_measure(patient: Maren, _: Clinician) -> UUID:
    response: UUID = patient.does(measure_services.begin)
    patient.does(measure_services.save_answers, response, dict.fromkeys(range(1, 10), 3))
    patient.does(measure_services.send, response)
    return response


def a_visit(patient: Maren, _: Clinician) -> UUID:
    start = datetime.combine(patient.viewer.today + timedelta(days=3), time(10))
    visit: UUID = patient.does(visit_services.add_visit, start=start, with_words="Harebell")
    return visit


def a_question(patient: Maren, _: Clinician) -> UUID:
    question: UUID = patient.does(visit_services.add_question, words="Ironwort")
    return question


def a_plan(patient: Maren, therapist: Clinician) -> UUID:
    """Made for everybody, as the other classes are; each state then says who sees it."""
    plan: UUID = patient.does(visit_services.add_plan, practitioner=therapist.id, weeks=2, better="Juniper")
    patient.does(set_audience, TrackingPlan, plan, audience="category")
    return plan


def a_call(patient: Maren, _: Clinician) -> UUID:
    call: UUID = patient.does(ask_for_call, words="Knapweed", audience="category")
    return call


def a_check_in(patient: Maren, _: Clinician) -> UUID:
    one: UUID = patient.does(check_in, mood="low", words="Lovage")
    return one


def an_event(patient: Maren, _: Clinician) -> UUID:
    event: UUID = patient.does(add_event, words="Madder", on=patient.viewer.today.isoformat())
    return event


# class -> (make one, list query, single query, page of the list, page of the one, part of the API's address)
ROOMS: dict[type[Record], tuple[Any, ...]] = {
    Goal: (a_goal, goals.goals, goals.goal, "goals/", None, "goals"),
    ProgressNote: (a_note, notes.progress_notes, notes.progress_note, "notes/", "notes/{}/", "notes"),
    ClinicalNote: (a_clinical_note, notes.progress_notes, notes.progress_note, "notes/", "notes/{}/", "notes"),
    MedicationStatement: (a_medicine, treatments.medicines, treatments.medicine, "medicines/", None, "treatments"),
    Procedure: (a_procedure, procedures.procedures, procedures.procedure, "procedures/", None, "procedures"),
    Observation: (a_level, procedures.levels, procedures.level, "levels/", None, "levels"),
    Condition: (a_condition, conditions.conditions, conditions.condition, "conditions/", None, "conditions"),
    HardDaysPlan: (a_hard_days_plan, safety.plans, safety.plan, "hard-days/", None, "hard-days"),
    CheckIn: (a_check_in, checkins.check_ins, checkins.check_in, "check-ins/", None, "check-ins"),
    LifeEvent: (an_event, checkins.events, checkins.event, "check-ins/", None, "events"),
    QuestionnaireResponse: (a_measure, measures.measures, measures.measure, "measures/", "measures/{}/", "measures"),
    Encounter: (a_visit, visits.visits, visits.visit, "visits/", None, "visits"),
    Question: (a_question, visits.questions, visits.question, "visits/", None, "questions"),
    TrackingPlan: (a_plan, visits.plans, visits.plan, "visits/", None, "plans"),
    CommunicationRequest: (a_call, visits.calls, visits.call, "visits/", None, "calls"),
}
WORDS: dict[type[Record], str] = {
    Goal: "Agrimony",
    ProgressNote: "Betony",
    ClinicalNote: "Campion",
    MedicationStatement: "Dittander",
    Procedure: "Eyebright",
    Observation: "Fennel",
    Condition: "Gentian",
    HardDaysPlan: "Nightshade",
    CheckIn: "Lovage",
    LifeEvent: "Madder",
    QuestionnaireResponse: "27, severe",
    Encounter: "Harebell",
    Question: "Ironwort",
    TrackingPlan: "Juniper",
    CommunicationRequest: "Knapweed",
}


DRAFT: dict[type[Record], dict[str, Any]] = {
    Goal: {"status": "pending"},
    ProgressNote: {"status": "draft"},
    ClinicalNote: {"status": "draft"},
    MedicationStatement: {"status": "pending"},
    CheckIn: {"status": "pending"},
    LifeEvent: {"status": "pending"},
    QuestionnaireResponse: {"status": "in-progress", "sent_at": None},
    Encounter: {"status": "pending"},
    Question: {"status": "pending"},
    TrackingPlan: {"status": "pending"},
    CommunicationRequest: {"status": "pending"},
}


def consents(lee: Clinician, **fields: Any) -> None:
    """The member's consents, as the owner would find them later: rows are never changed, so they are made anew."""
    kept = list(Consent.objects.filter(user_id=lee.id))
    Consent.objects.filter(user_id=lee.id, ended_at=None).update(ended_at=Now(), ended_by=lee.patient.id)
    for row in kept:
        row.id = new_id()
        for name, value in fields.items():
            setattr(row, name, value)
    Consent.objects.bulk_create(kept)


def member(lee: Clinician, **fields: Any) -> None:
    CareTeamMember.objects.filter(user_id=lee.id).update(**fields)


def consent_off(lee: Clinician, category: str) -> None:
    Consent.objects.filter(user_id=lee.id, code=category, ended_at=None).update(ended_at=Now(), ended_by=lee.patient.id)


def comes_back(lee: Clinician) -> None:
    """Ended and accepted anew; the patient has not confirmed, and the old consents were left open by mistake."""
    member(lee, ended_at=Now())
    CareTeamMember(patient_id=lee.patient.id, user_id=lee.id, role="Psychiatrist", invited_at=Now()).save()


def record(model: type[Record], one: UUID, **fields: Any) -> None:
    assert model.unscoped("a test of the rule").filter(pk=one).update(**fields) == 1


def named(lee: Clinician, one: UUID) -> None:
    row = CareTeamMember.objects.get(user_id=lee.id)
    RecordAudience(record_id=one, member=row, patient_id=row.patient_id, user_id=row.user_id).save(force_insert=True)


def label_on(lee: Clinician) -> None:
    row = CareTeamMember.objects.get(user_id=lee.id)
    Consent(
        member=row,
        patient_id=row.patient_id,
        user_id=row.user_id,
        kind="label",
        code="violence",
        starts_at=Now(),
        ends_at=Now() + timedelta(days=1),
        created_by=row.patient_id,
    ).save(force_insert=True)


Step = Callable[[type[Record], UUID, Clinician, Clinician], object]
Change = Callable[[Clinician], object]


def labelled(*labels: str) -> Step:
    return lambda model, one, lee, other: record(model, one, labels=list(labels))


def audience(kind: str) -> Step:
    return lambda model, one, lee, other: record(model, one, audience=kind)


name_her: Step = lambda model, one, lee, other: named(lee, one)  # noqa: E731 - a step among steps
name_other: Step = lambda model, one, lee, other: named(other, one)  # noqa: E731 - a step among steps
withdrawn: Step = lambda model, one, lee, other: record(model, one, withdrawn_at=Now())  # noqa: E731 - as above
draft: Step = lambda model, one, lee, other: record(model, one, **DRAFT[model])  # noqa: E731 - as above
paused: Change = lambda lee: Pause(patient_id=lee.patient.id).save(force_insert=True)  # noqa: E731 - as above
paused_once: Change = lambda lee: Pause(patient_id=lee.patient.id, ended_at=Now()).save(  # noqa: E731 - as above
    force_insert=True
)

# state -> (what happens to each record, what happens to the team, whether Dr Lee then sees the record)
STATES: dict[str, tuple[list[Step], list[Change], bool]] = {
    "consent is on": ([], [], True),
    "labelled, label off": ([labelled("violence")], [], False),
    "labelled, label on": ([labelled("violence")], [label_on], True),
    "two labels, one on": ([labelled("trauma", "violence")], [label_on], False),
    "only me": ([audience("only_me")], [], False),
    "named": ([audience("named"), name_her], [], True),
    "somebody else is named": ([audience("named"), name_other], [], False),
    "named, but audience is only me": ([audience("only_me"), name_her], [], False),
    "withdrawn": ([withdrawn], [], False),
    "a draft": ([draft], [], False),
    "consent off": ([lambda model, one, lee, other: consent_off(lee, model.category)], [], False),
    "expired": ([], [lambda lee: consents(lee, ends_at=Now() - timedelta(seconds=1))], False),
    "not begun": ([], [lambda lee: consents(lee, starts_at=Now() + timedelta(hours=1))], False),
    "paused": ([], [paused], False),
    "paused once, not now": ([], [paused_once], True),
    "invited again, not confirmed": ([], [comes_back], False),
    "ended": ([], [lambda lee: member(lee, ended_at=Now())], False),
}


@stage.fixture
def one_of_each(patient: Maren, psychiatrist: Clinician, therapist: Clinician) -> dict[type[Record], UUID]:
    """One record of each class, shared with its category."""
    return {model: make(patient, therapist) for model, (make, *_) in ROOMS.items()}


@pytest.mark.parametrize("model", [model for model in ROOMS if model not in DRAFT])
def test_a_class_without_drafts_can_hold_none(one_of_each: dict[type[Record], UUID], model: type[Record]) -> None:
    for status in DRAFTS:
        with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            record(model, one_of_each[model], status=status)


@pytest.mark.parametrize("state", STATES)
def test_all_surfaces_answer_as_the_rule_does(
    state: str,
    one_of_each: dict[type[Record], UUID],
    patient: Maren,
    psychiatrist: Clinician,
    therapist: Clinician,
) -> None:
    to_each, to_the_team, expected = STATES[state]
    asked = {model: one for model, one in one_of_each.items() if state != "a draft" or model in DRAFT}
    with as_owner():
        for model, one in asked.items():
            for step in to_each:
                step(model, one, psychiatrist, therapist)
        for change in to_the_team:
            change(psychiatrist)
    browser, chart = psychiatrist.browser, f"/patients/{patient.id}/"
    pages = {path: browser.get(chart + path).content.decode() for path in {"", *(room[3] for room in ROOMS.values())}}
    found: dict[tuple[str, str], bool] = {}
    for model, one in asked.items():
        _, many, single, list_page, single_page, part = ROOMS[model]
        api = f"/api/v1/patients/{patient.id}/{part}/"
        answers = {
            "list": _listed(psychiatrist, many, patient, one),
            "single": not psychiatrist.refused(single, patient.id, one),
            "wall": _behind_the_wall(psychiatrist, model, one),
            "page of the list": WORDS[model] in pages[list_page],
            "dashboard": WORDS[model] in pages[""] or (model is QuestionnaireResponse and "PHQ-9 27" in pages[""]),
            "API list": str(one) in browser.get(api).content.decode(),
            "API single": browser.get(f"{api}{one}/").status_code == 200,
        }
        if model is HardDaysPlan:  # it joins no dashboard
            assert not answers.pop("dashboard")
        if single_page:
            answers["page"] = browser.get(chart + single_page.format(one)).status_code == 200
        found |= {(model.__name__, surface): answer for surface, answer in answers.items()}
    assert {asked: answer for asked, answer in found.items() if answer != expected} == {}


def _listed(viewer: Clinician, many: Callable[..., Any], patient: Maren, one: UUID) -> bool:
    try:
        return one in {view.id for view in viewer.does(many, patient.id).items}
    except NotFound:
        return False


def _behind_the_wall(viewer: Clinician, model: type[Record], one: UUID) -> bool:
    with viewer.acting():
        return model.unscoped("a test of the wall itself").filter(pk=one).exists()


def test_every_class_of_records_is_in_the_matrix() -> None:
    assert {model for model in apps.get_models() if issubclass(model, Record)} == set(ROOMS)
    assert {model.category for model in ROOMS} | {Category.CARE_TEAM} == set(Category)
