"""One record of each room, as the cast leaves them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models.functions import Now

from careteam.checkins.services import add_event, check_in
from careteam.conditions.services import add_condition
from careteam.corrections.services import propose_correction
from careteam.goals.services import add_goal
from careteam.measures.services import begin, save_answers, send
from careteam.notes.services import draft_clinical_note, reply, sign_note
from careteam.procedures.services import add_level, add_procedure
from careteam.safety.services import write_plan
from careteam.summaries.models import Digest, Kind
from careteam.summaries.weeks import monday_of
from careteam.treatments.services import add_medicine
from careteam.visits.calls import ask_for_call
from careteam.visits.services import add_plan, add_question, add_visit
from tests.conftest import Clinician, Maren, as_owner

CALM = dict.fromkeys(range(1, 10), 1) | {9: 0}


@dataclass(frozen=True)
class World:
    """Ids of what there is."""

    patient: UUID
    goal: UUID
    note: UUID
    reply: UUID
    own_note: UUID
    signed: UUID
    draft: UUID
    measure: UUID
    medicine: UUID
    visit: UUID
    question: UUID
    plan: UUID
    call: UUID
    procedure: UUID
    level: UUID
    condition: UUID
    hard_days: UUID
    check_in: UUID
    event: UUID
    correction: UUID
    member: UUID
    digest: UUID


def answered(patient: Maren, answers: dict[int, int] = CALM) -> UUID:
    """A PHQ-9, filled in and sent."""
    response: UUID = patient.does(begin)
    patient.does(save_answers, response, answers)
    patient.does(send, response)
    return response


def drafted(author: Clinician, text: str = "Sleep a little better.", *, sign: bool = False) -> UUID:
    """A clinician's note about the patient."""
    note: UUID = author.does(draft_clinical_note, author.patient.id, text=text)
    if sign:
        author.does(sign_note, author.patient.id, note)
    return note


def week_of(user: UUID, kind: Kind, references: list[list[str | int]], monday: date | None = None) -> UUID:
    """A weekly summary, as the worker would have left it; of the week in hand when no Monday is said."""
    start = monday or monday_of(datetime.now(UTC).date())
    with as_owner():
        row = Digest(user_id=user, kind=kind, period_start=start, zone="UTC", references=references, made_at=Now())
        row.save(force_insert=True)
    return row.id


def world_of(patient: Maren, psychiatrist: Clinician) -> World:
    """Everything shared with its category, but for one note of her own."""
    goal = patient.does(add_goal, words="Walk to the lake", why="It clears my head")
    note = patient.writes_note("slept badly", shared=True)
    medicine = patient.does(add_medicine, name="Lithium", start="2025-03")
    proposal = {"text": "Was it not 2024?", "expected": 1}
    return World(
        patient=patient.id,
        goal=goal,
        note=note,
        reply=patient.does(reply, note, text="and the night after"),
        own_note=patient.writes_note("for me alone"),
        signed=drafted(psychiatrist, sign=True),
        draft=drafted(psychiatrist, "Not finished."),
        measure=answered(patient),
        medicine=medicine,
        visit=patient.does(add_visit, start=datetime.combine(date(2150, 6, 1), time(10)), place="room 2"),
        question=patient.does(add_question, words="May I drive?"),
        plan=patient.does(add_plan, practitioner=psychiatrist.id, weeks=2),
        call=patient.does(ask_for_call, words="Thursday", named=[psychiatrist.member.id]),
        procedure=patient.does(add_procedure, code="rtms", start="2025-03", session_count=30),
        level=patient.does(add_level, substance="Lithium", value="0.60", unit="mmol/L", on="2025-04"),
        condition=patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2025"),
        hard_days=patient.does(write_plan, parts=[{"heading": "Mornings", "words": "Open the window."}]),
        check_in=patient.does(check_in, mood="low"),
        event=patient.does(add_event, words="Moved", on="2025-03"),
        correction=psychiatrist.does(propose_correction, patient.id, "medicine", medicine, **proposal),
        member=psychiatrist.member.id,
        digest=week_of(patient.id, Kind.PATIENT_WEEK, [["goals", str(patient.id), str(goal), 1]]),
    )
