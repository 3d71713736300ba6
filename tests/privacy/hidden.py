"""Canary words (of a bird no page speaks of): one record of each class behind each wall there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from pypdf import PdfReader

from careteam.checkins import services as checkins
from careteam.checkins.models import CheckIn, LifeEvent
from careteam.conditions.models import Condition
from careteam.conditions.services import add_condition
from careteam.corrections.models import ProposedCorrection
from careteam.goals.agreeing import answer_goal
from careteam.goals.models import Goal
from careteam.goals.services import add_goal, rate_level, set_scale
from careteam.measures import services as measures
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import services as notes
from careteam.notes.models import ProgressNote
from careteam.procedures.models import Observation, Procedure
from careteam.procedures.services import add_level, add_procedure
from careteam.safety.models import HardDaysPlan
from careteam.safety.services import write_plan
from careteam.sharing import services as sharing
from careteam.sharing.records import Record
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import add_imported_medicine, add_medicine
from careteam.visits import services as visits
from careteam.visits.calls import ask_for_call
from careteam.visits.models import CommunicationRequest, Encounter, Question, TrackingPlan
from tests.conftest import Clinician, Maren, as_owner

CANARY = "kittiwake"
LEES = "kittiwakelee"  # in a draft of Dr Lee's own
ANSWERS = "27, severe"  # what a hidden form would say
WALLS = ("only_me", "label", "withdrawn", "draft", "pending")
CLASSES: dict[str, type[Record]] = {
    "note": ProgressNote,
    "goal": Goal,
    "medicine": MedicationStatement,
    "procedure": Procedure,
    "level": Observation,
    "condition": Condition,
    "hard_days": HardDaysPlan,
    "check_in": CheckIn,
    "event": LifeEvent,
    "measure": QuestionnaireResponse,
    "visit": Encounter,
    "question": Question,
    "plan": TrackingPlan,
    "call": CommunicationRequest,
}


def words_of(content: bytes, kind: str) -> str:
    """What an answer says, whatever it is drawn as."""
    if kind.startswith("application/pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode(errors="replace")


def hides(patient: Maren, member: Clinician, *, episode: bool = False) -> dict[str, list[UUID]]:
    """The ids by class; every word in them is a canary. The plan is with this member of hers.

    `episode`: the hidden conditions hold the current episode, which nothing shown may hold already.
    """
    hidden: dict[str, list[UUID]] = {name: [] for name in CLASSES}
    for number, wall in enumerate(WALLS):
        word = f"{CANARY}{number}{wall}"
        for name, one in _behind(patient, wall, word, number, member, episode=episode):
            hidden[name].append(one)
            if wall == "withdrawn":
                patient.does(sharing.withdraw, CLASSES[name], one)
    for of, most in (("phq-9", 9), ("gad-7", 7)):
        response = patient.does(measures.begin, of)
        patient.does(measures.save_answers, response, dict.fromkeys(range(1, most + 1), 3))
        patient.does(measures.send, response)
        patient.does(sharing.set_audience, QuestionnaireResponse, response, audience="only_me")
        hidden["measure"].append(response)
    plan = patient.does(visits.add_plan, practitioner=member.id, weeks=2, better=f"{CANARY}plan")
    patient.does(sharing.set_audience, TrackingPlan, plan, audience="only_me")
    hidden["plan"].append(plan)
    hidden["correction"] = list(_proposed(patient, member, hidden))
    return hidden


def _proposed(patient: Maren, member: Clinician, hidden: dict[str, list[UUID]]) -> Iterator[UUID]:
    """Below each hidden entry that takes one, a correction that this member proposed while she saw it."""
    with as_owner():
        for name, model in CLASSES.items():
            for record in hidden[name] if model.correctable else ():
                yield ProposedCorrection.objects.create(
                    patient_id=patient.id,
                    author_id=member.id,
                    about_id=record,
                    about_kind=model.kind,
                    about_version=1,
                    text=f"{CANARY}proposed",
                    recorded_at=Now(),
                    changed_at=Now(),
                ).id


def _goal(patient: Maren, member: Clinician, word: str, seen: dict[str, Any]) -> UUID:
    """A goal that asks this member to agree, with a scale and a remark below it."""
    smart = {"why": word, "exactly": word, "measured": word, "realistic": word, "agree_with": [member.id]}
    goal: UUID = patient.does(add_goal, words=word, **smart, **seen)
    patient.does(set_scale, goal, levels=[word] * 5, counts=True, expected=1)
    patient.does(rate_level, goal, level=1, expected=2)
    patient.does(answer_goal, patient.id, goal, answer="pending", comment=word)
    return goal


def _behind(
    patient: Maren, wall: str, word: str, number: int, member: Clinician, *, episode: bool
) -> list[tuple[str, UUID]]:
    """One of each class that has such a wall: drafts are of notes, what waits is a medicine; the rest is hers alone."""
    seen: dict[str, Any] = {
        "audience": "category" if wall in {"label", "withdrawn"} else "only_me",
        "labels": ["violence"] if wall == "label" else [],
    }
    today = patient.viewer.today
    day = today - timedelta(days=number + 1)  # today there may be one that is shown
    made = [
        ("note", patient.does(notes.add_note, title=word, text=word, draft=wall == "draft", **seen)),
        ("goal", _goal(patient, member, word, seen)),
        (
            "medicine",
            patient.does(add_imported_medicine, name=word, import_key=word)
            if wall == "pending"
            else patient.does(add_medicine, name=word, purpose=word, side_effects=word, **seen),
        ),
        ("check_in", patient.does(checkins.check_in, day=day, mood="low", words=word, **seen)),
        ("event", patient.does(checkins.add_event, words=word, on=day.isoformat(), **seen)),
    ]
    for days, more in ((-3, {"decisions": word}), (3, {})):
        start = datetime.combine(today + timedelta(days=days), time(10))
        made.append(("visit", patient.does(visits.add_visit, start=start, with_words=word, place=word, **seen, **more)))
    made.append(("question", patient.does(visits.add_question, words=word, **seen)))
    patient.does(visits.answer_question, made[-1][1], answer=word, expected=1)
    if wall in {"draft", "pending"}:
        return made
    if wall == "label":  # one is open at a time
        named = {"named": [member.member.id], "labels": seen["labels"]}
        made.append(("call", patient.does(ask_for_call, words=word, **named)))
    procedure = {"name": word, "purpose": word, "stopped_why": word, "side_effects": word}
    made.append(("procedure", patient.does(add_procedure, code="other", **procedure, **seen)))
    level = {"substance": word, "value": "0.6", "unit": word, "on": "2025", "words": word}
    made.append(("level", patient.does(add_level, **level, **seen)))
    condition = {"name": word, "stated_by": word, "words": word, "holds_episode": episode}
    plan = {
        "parts": [{"heading": word, "words": word}],
        "contacts": [{"name": word, "phone": "5550123", "words": word}],
    }
    made.append(("hard_days", patient.does(write_plan, **plan, **seen)))
    made.append(("condition", patient.does(add_condition, **condition, **seen)))
    return made
