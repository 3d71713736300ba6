"""Canary words (of a bird no page speaks of): written where nobody may look, searched for wherever anybody can."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from django.urls import URLPattern
from pypdf import PdfReader

from careteam.accounts.models import User
from careteam.checkins import services as checkins
from careteam.conditions.models import Condition
from careteam.conditions.services import add_condition
from careteam.goals.models import Goal
from careteam.goals.services import add_goal
from careteam.measures import services as measures
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import services as notes
from careteam.procedures.models import Observation, Procedure
from careteam.procedures.services import add_level, add_procedure
from careteam.sharing import services as sharing
from careteam.sharing.records import Owned, Record
from careteam.summaries import services as summaries
from careteam.summaries.models import Digest, Outbox
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import add_imported_medicine, add_medicine
from careteam.visits import services as visits
from careteam.visits.calls import ask_for_call
from careteam.visits.models import CommunicationRequest, Encounter, Question, TrackingPlan
from tests.conftest import Clinician, Maren, as_owner
from tests.privacy.test_locks import every_address
from tests.stage import stage

# What an address may be asked for, by the name of its part. A part without an entry fails the test.
PARTS = {
    "category": ["my_notes", "goals", "treatments", "measures", "check_ins", "visits"],
    "room": ["notes", "goals"],
    "item": [1],
    "answer": ["accept"],
}
# Parts that mean a class which is hidden under another name.
OF = dict.fromkeys(("question", "plan", "call"), "visit") | {"reply": "note", "measure": "response"}
KEPT = {"schema"}  # the same for everybody; a browser may keep it
NOT_ASKED = {"account_logout", "account_reauthenticate"}


@stage.fixture
def hidden(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, stranger: Clinician, other_patient: Maren
) -> dict[str, list[UUID]]:
    """One record of each kind behind each wall there is, before the eyes of all these; every word is a canary."""
    rooms = ("note", "goal", "medicine", "response", "check_in", "event", "visit", "other")
    hidden: dict[str, list[UUID]] = {room: [] for room in rooms}
    today = patient.viewer.today
    for number, wall in enumerate(("only_me", "label", "withdrawn", "draft", "pending")):
        word = f"kittiwake{number}{wall}"
        labels = ["violence"] if wall == "label" else []
        audience = "only_me" if wall in {"only_me", "pending"} else "category"
        note = patient.does(
            notes.add_note, title=word, text=word, audience=audience, labels=labels, draft=wall == "draft"
        )
        hidden["note"].append(note)
        goal = patient.does(add_goal, words=word, why=word, audience=audience, labels=labels)
        hidden["goal"].append(goal)
        if wall == "pending":
            medicine = patient.does(add_imported_medicine, name=word, import_key=word)
        else:
            medicine = patient.does(
                add_medicine, name=word, purpose=word, side_effects=word, audience=audience, labels=labels
            )
        hidden["medicine"].append(medicine)
        if wall not in {"draft", "pending"}:  # they have none
            others = entries(patient, word, audience=audience, labels=labels)
            hidden["other"] += [one for _, one in others]
            for model, one in others if wall == "withdrawn" else ():
                patient.does(sharing.withdraw, model, one)
        shown = "only_me" if wall == "draft" else audience
        day = today - timedelta(days=number)
        check_in = patient.does(checkins.check_in, day=day, mood="low", words=word, audience=shown, labels=labels)
        event = patient.does(checkins.add_event, words=word, on=day.isoformat(), audience=shown, labels=labels)
        hidden["check_in"].append(check_in)
        hidden["event"].append(event)
        if wall == "withdrawn":
            patient.does(checkins.withdraw_check_in, check_in)
            patient.does(checkins.withdraw_event, event)
            patient.does(notes.withdraw_note, note)
            patient.does(lambda viewer, one=goal: sharing.withdraw(viewer, Goal, one))
            patient.does(lambda viewer, one=medicine: sharing.withdraw(viewer, MedicationStatement, one))
        if wall == "draft":
            patient.does(sharing.set_audience, Goal, goal, audience="only_me")
            patient.does(sharing.set_audience, MedicationStatement, medicine, audience="only_me")
        _hide_visits(patient, hidden, word, audience, labels, wall)
    response = patient.does(measures.begin)
    patient.does(measures.save_answers, response, dict.fromkeys(range(1, 10), 3))
    patient.does(measures.send, response)
    patient.does(sharing.set_audience, QuestionnaireResponse, response, audience="only_me")
    hidden["response"].append(response)
    plan = patient.does(visits.add_plan, practitioner=psychiatrist.id, weeks=2, better="kittiwakeplan")
    patient.does(sharing.set_audience, TrackingPlan, plan, audience="only_me")
    hidden["visit"].append(plan)
    draft = psychiatrist.does(notes.draft_clinical_note, patient.id, title="kittiwakelee", text="kittiwakelee")
    hidden["note"].append(draft)
    return hidden


def _hide_visits(
    patient: Maren, hidden: dict[str, list[UUID]], word: str, audience: str, labels: list[str], wall: str
) -> None:
    """A visit that was, one to come, a question and a call, as far behind the wall as the rest."""
    today = patient.viewer.today
    asked = {"audience": audience, "labels": labels}
    if wall in {"draft", "pending"}:  # nobody drafts these; they are hers alone instead
        asked["audience"] = "only_me"
    made: list[tuple[type[Any], UUID]] = []
    for days, more in ((-3, {"decisions": word}), (3, {})):
        start = datetime.combine(today + timedelta(days=days), time(10))
        visit = patient.does(visits.add_visit, start=start, with_words=word, place=word, **asked, **more)
        made.append((Encounter, visit))
    made.append((Question, patient.does(visits.add_question, words=word, **asked)))
    patient.does(visits.answer_question, made[-1][1], answer=word, expected=1)
    made.append((Question, patient.does(visits.add_question, words=word, **asked)))
    if asked["audience"] != "only_me":
        made.append((CommunicationRequest, patient.does(ask_for_call, words=word, **asked)))
    if wall == "withdrawn":
        for model, one in made:
            patient.does(lambda viewer, model=model, one=one: sharing.withdraw(viewer, model, one))
    hidden["visit"].append(made[len(hidden["visit"]) % len(made)][1])  # another kind behind each wall


def entries(patient: Maren, word: str, **seen: Any) -> list[tuple[type[Record], UUID]]:
    """An other treatment, a level and a condition, each with the word wherever words go."""
    procedure = patient.does(
        add_procedure, code="other", name=word, purpose=word, stopped_why=word, side_effects=word, **seen
    )
    level = patient.does(add_level, substance=word, value="0.6", unit=word, on="2025", words=word, **seen)
    condition = patient.does(add_condition, name=word, stated_by=word, words=word, holds_episode=True, **seen)
    return [(Procedure, procedure), (Observation, level), (Condition, condition)]


def addresses(
    pattern: URLPattern, number: int, patient: Maren, hidden: dict[str, list[UUID]]
) -> Iterator[dict[str, object]]:
    """The ways to fill the parts of an address, the `number`th of all, with hidden things.

    A part named after a class gets all of that class and one of another, in turn; any other part a quarter of
    everything, another quarter at the next address.
    """
    parts = list(pattern.pattern.converters)
    if not parts:
        yield {}
        return
    own = next((hidden[OF.get(part, part)] for part in parts if OF.get(part, part) in hidden), None)
    everything = [one for some in hidden.values() for one in some]
    records = everything[number % 4 :: 4] if own is None else [*own, everything[number % len(everything)]]
    for record in records if len(parts) > 1 or parts != ["patient"] else [patient.id]:
        filled: dict[str, object] = {}
        for part in parts:
            if part == "patient":
                filled[part] = patient.id
            elif part in PARTS:
                filled[part] = PARTS[part]
            elif part in {"token", "uidb36", "key", "path", "rest", "pk", "provider"}:
                filled[part] = str(record) if part not in {"pk"} else 1
            else:
                filled[part] = record
        yield filled


def words_of(content: bytes, kind: str) -> str:
    if kind.startswith("application/pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode(errors="replace")


@pytest.mark.parametrize("who", ["psychiatrist", "gp", "stranger", "other_patient", "nobody"])
def test_no_hidden_word_is_in_any_answer_mail_log_or_message(
    who: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    patient: Maren,
    hidden: dict[str, list[UUID]],
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Client() if who == "nobody" else request.getfixturevalue(who).browser
    browser.raise_request_exception = True
    allowed = "kittiwakelee" if who == "psychiatrist" else ""  # her own draft is hers
    asked = opened = 0
    for number, pattern in enumerate(every_address()):
        name = pattern.name or ""
        if name in NOT_ASKED:
            continue
        for parts in addresses(pattern, number, patient, hidden):
            path = _path(pattern, name, parts)
            if path is None:
                continue
            answer: Any = browser.get(path)
            body = words_of(
                b"".join(answer.streaming_content) if answer.streaming else answer.content,
                answer.get("Content-Type", ""),
            )
            assert "no-store" in answer["Cache-Control"] or name in KEPT, (who, path)
            asked += 1
            opened += answer.status_code == 200
            found = body.lower().replace(allowed, "") if allowed else body.lower()
            assert "kittiwake" not in found, (who, path)
            assert "27, severe" not in body, (who, path)
            assert answer.status_code < 500, (who, path)
    assert asked > 60
    assert opened > 5
    assert "kittiwake" not in caplog.text
    _the_background(who)


def _path(pattern: URLPattern, name: str, parts: dict[str, object]) -> str | None:
    from django.urls import NoReverseMatch, reverse  # noqa: PLC0415 - after the resolver is ready

    for full in (name, f"account_{name}"):
        try:
            return reverse(full, kwargs=parts)
        except NoReverseMatch:
            continue
    return None


def _the_background(who: str) -> None:
    """The week's summaries of everybody: what is stored and mailed holds no word either."""
    with as_owner():
        User.objects.update(joined_at=Now() - timedelta(days=9), weekly_mail=True)
    summaries.plan()
    for outbox in summaries.waiting():
        summaries.work(outbox)
    with as_owner():
        stored = [str(one.references) for one in Digest.objects.all()]
        stored += [str(list(one.values())) for one in Outbox.objects.values()]
    assert stored
    assert mail.outbox
    for text in (*stored, *(str(message.message()) for message in mail.outbox)):
        assert "kittiwake" not in text.lower()


def test_every_kind_of_record_hides_a_canary() -> None:
    """A new class of records must be added to `hidden` above."""
    from django.apps import apps  # noqa: PLC0415 - needs settings

    kinds = {model.__name__ for model in apps.get_models() if issubclass(model, Owned)}
    assert kinds == {
        "ProgressNote",
        "ClinicalNote",
        "NoteReply",
        "Goal",
        "CheckIn",
        "LifeEvent",
        "MedicationStatement",
        "Procedure",
        "Observation",
        "Condition",
        "QuestionnaireResponse",
        "Encounter",
        "Question",
        "TrackingPlan",
        "CommunicationRequest",
        "CallDone",
        "TakenDays",
        "JudgeAgreed",
    }
