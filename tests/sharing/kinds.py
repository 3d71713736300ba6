"""One valid row of every class of records there is, for worlds that are written by the thousand.

Rows are made past the services, as the owner of the tables; what they say is such as the services would have kept, so
that every page can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from careteam.accounts.models import Role
from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.checkins.models import CheckIn, LifeEvent
from careteam.conditions.models import Condition
from careteam.corrections.models import CorrectionSettled, ProposedCorrection
from careteam.goals.codes import Acceptance, Achievement
from careteam.goals.models import Goal, GoalAcceptance
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS
from careteam.measures.models import Acknowledged, QuestionnaireResponse
from careteam.notes.models import ClinicalNote, NoteReply, ProgressNote
from careteam.procedures.codes import What
from careteam.procedures.models import Observation, Procedure
from careteam.safety.models import HardDaysPlan
from careteam.sharing.outcomes import Helped
from careteam.sharing.records import Record, Reply
from careteam.treatments.models import JudgeAgreed, MedicationStatement, TakenDays
from careteam.visits.codes import Mode
from careteam.visits.models import CallDone, CommunicationRequest, Encounter, Question, TrackingPlan

WORDS = (
    *("harbour", "lantern", "meadow", "orchard", "pebble", "quilt", "ribbon", "saddle", "thimble", "umbrella"),
    *("velvet", "willow", "anchor", "basket", "candle", "drawer", "engine", "feather", "garden", "hammer"),
)


@dataclass(frozen=True)
class Facts:
    """What a row has to agree with: its number among its patient's rows of that class, its state, when it happened.

    `others` are accounts that a visit or a plan may be with; no two plans of a patient are with the same one.
    """

    nth: int
    status: str
    at: datetime
    patient: UUID
    others: Sequence[UUID]
    visits: Sequence[UUID] = ()

    @property
    def day(self) -> date:
        return self.at.date()


Columns = dict[str, Any]
Fill = Callable[[Random, Facts], Columns]


def words(pick: Random, most: int = 3) -> str:
    return " ".join(pick.choices(WORDS, k=pick.randint(1, most)))


def partial(pick: Random, day: date) -> str:
    return day.isoformat()[: pick.choice((4, 7, 10))]


def goal(pick: Random, facts: Facts) -> Columns:
    steps = [{"text": words(pick), "done": pick.random() < 0.5} for _ in range(pick.randint(0, 2))]
    most = min(2, len(facts.others))
    asked = pick.sample(list(facts.others), pick.randint(0 if facts.status != "proposed" else 1, most))
    scale = {"levels": [words(pick, 2) for _ in range(5)], "start": -1, "importance": 2, "difficulty": 1}
    scaled = pick.random() < 0.4
    return {
        "words": words(pick),
        "reason": words(pick),
        "exactly": words(pick),
        "measured": words(pick),
        "realistic": "",
        "agree_with": [] if facts.status == "active" else [str(one) for one in asked],
        "scale": {**scale, "counts": pick.random() < 0.5} if scaled else {},
        "level": pick.choice((None, -2, 0, 1)) if scaled else None,
        "steps": steps,
        "achievement": pick.choice(Achievement.values),
        "target": "",
        "accepts_as": "active" if facts.status == "pending" else "",
    }


def note(pick: Random, facts: Facts) -> Columns:
    return {"title": words(pick), "text": words(pick, 9)}


def clinical_note(pick: Random, facts: Facts) -> Columns:
    return {**note(pick, facts), "error_reason": words(pick) if facts.status == "entered-in-error" else ""}


def medicine(pick: Random, facts: Facts) -> Columns:
    dose = {"amount": pick.choice(("50", "100", "37.5")), "unit": "mg", "times": "", "start": None, "end": None}
    over = facts.status == "stopped"
    return {
        "name": words(pick, 1).title(),
        "purpose": words(pick),
        "route_form": "",
        "as_needed": False,
        "periods": [dose] if pick.random() < 0.7 else [],
        "start": partial(pick, facts.day),
        "end": partial(pick, facts.day + timedelta(days=1)) if over else "",
        "stop_reason": "side-effects" if over else "",
        "stopped_why": "",
        "helped": pick.choice(Helped.values),
        "best": pick.choice((None, 0, 40, 80)),
        "side_effects": words(pick),
        "ingredient": pick.choice(("", "sertraline", "lithium")),
        "judge_by": pick.choice((None, facts.day)),
        "codes": [],
        "accepts_as": "active" if facts.status == "pending" else "",
    }


def procedure(pick: Random, facts: Facts) -> Columns:
    return {
        "code": pick.choice(What.values),
        "name": words(pick, 1).title(),
        "purpose": words(pick),
        "start": partial(pick, facts.day),
        "end": "",
        "sessions": [],
        "session_count": pick.choice((None, 12)),
        "stop_reason": "",
        "stopped_why": "",
        "helped": "",
        "side_effects": "",
    }


def level(pick: Random, facts: Facts) -> Columns:
    return {
        "substance": words(pick, 1).title(),
        "value": pick.choice(("0.60", "0.8", "41")),
        "unit": "mmol/L",
        "on": partial(pick, facts.day),
        "hours": pick.choice(("", "12")),
        "words": words(pick),
    }


def condition(pick: Random, facts: Facts) -> Columns:
    return {
        "name": words(pick, 1).title(),
        "onset": partial(pick, facts.day),
        "abatement": "",
        "stated_by": words(pick, 1),
        "words": words(pick),
        "holds_episode": facts.nth == 0,  # at most one that is not withdrawn
        "episode_start": partial(pick, facts.day) if facts.nth == 0 else "",
    }


def hard_days(pick: Random, facts: Facts) -> Columns:
    return {
        "parts": [{"heading": words(pick), "words": words(pick, 9)}],
        "contacts": [{"name": words(pick, 1).title(), "phone": "555 0123", "words": words(pick)}],
        "reviewed_on": facts.day,
    }


def response(pick: Random, facts: Facts) -> Columns:
    of = INSTRUMENTS[pick.choice((*INSTRUMENTS,))]
    asked = [item for item in of.scored if facts.status == "completed" or pick.random() < 0.7]
    answers = {item: pick.randint(0, 3) for item in (asked if facts.status != "stopped" else asked[:-1])}
    found = of.score(answers)
    return {
        "questionnaire": of.name,
        "answers": {str(item): given for item, given in answers.items()},
        "total": found.total,
        "band": found.band or "",
        "item9": answers.get(phq9.SAFETY_ITEM),
        "sent_at": None if facts.status == "in-progress" else facts.at,
    }


def check_in(pick: Random, facts: Facts) -> Columns:
    return {
        "day": facts.day,
        "mood": pick.choice(Mood.values),
        "sleep": pick.choice(("", *Sleep.values)),
        "energy": pick.choice(("", *Energy.values)),
        "medicines": pick.choice(("", *Medicines.values)),
        "words": words(pick),
    }


def event(pick: Random, facts: Facts) -> Columns:
    return {"words": words(pick), "on": partial(pick, facts.day)}


def visit(pick: Random, facts: Facts) -> Columns:
    somebody = pick.choice((None, *facts.others))
    return {
        "minutes": pick.choice((None, 50)),
        "practitioner_id": somebody,
        "with_words": "" if somebody else words(pick, 1),
        "mode": pick.choice(Mode.values),
        "place": words(pick, 2),
        "decisions": words(pick) if facts.status == "finished" else "",
    }


def question(pick: Random, facts: Facts) -> Columns:
    return {
        "words": words(pick),
        "priority": facts.nth,
        "encounter_id": pick.choice((None, *facts.visits)),
        "answer": words(pick) if facts.status == "answered" else "",
    }


def plan(pick: Random, facts: Facts) -> Columns:
    return {
        "practitioner_id": facts.others[facts.nth],
        "measures": ["phq-9"],
        "weeks": pick.randint(1, 12),
        "better": words(pick),
        "review": partial(pick, facts.day),
    }


def call(pick: Random, facts: Facts) -> Columns:
    return {"words": words(pick)}


@dataclass(frozen=True)
class Made:
    """How to make rows of a class: the states others may be shown, the states of a draft, and its own columns.

    `at_once`: how many rows in one of these states a patient may have.
    """

    shown: Sequence[str]
    drafts: Sequence[str]
    fill: Fill
    drafts_at_once: int = 99


KINDS: Mapping[type[Record], Made] = {
    Goal: Made(
        ("active", "on-hold", "proposed", "planned", "completed", "cancelled", "rejected", "entered-in-error"),
        ("pending",),
        goal,
    ),
    ProgressNote: Made(("final",), ("draft",), note),
    ClinicalNote: Made(("final", "final", "entered-in-error"), ("draft",), clinical_note),
    MedicationStatement: Made(("active", "active", "intended", "stopped"), ("pending",), medicine),
    Procedure: Made(("active", "completed"), (), procedure),
    Observation: Made(("final",), (), level),
    Condition: Made(("active", "remission"), (), condition),
    HardDaysPlan: Made(("active",), (), hard_days),
    QuestionnaireResponse: Made(("completed", "completed", "stopped"), ("in-progress",), response, drafts_at_once=1),
    CheckIn: Made(("final",), ("pending",), check_in),
    LifeEvent: Made(("final",), ("pending",), event),
    Encounter: Made(("planned", "finished", "cancelled"), ("pending",), visit),
    Question: Made(("open", "answered"), ("pending",), question),
    TrackingPlan: Made(("active",), ("pending",), plan),
    CommunicationRequest: Made(("active",), ("pending",), call),
}
CLINICAL = tuple(model for model in KINDS if model.written_by == Role.PRACTITIONER)
# What may stand below which class, with the columns of its own.
BELOW: Mapping[type[Reply], Callable[[Random], Columns]] = {
    NoteReply: lambda pick: {"kind": "reply", "text": words(pick, 5)},
    CallDone: lambda pick: {},
    TakenDays: lambda pick: {"on": date(2026, pick.randint(1, 12), 1), "days": pick.randint(0, 7)},
    JudgeAgreed: lambda pick: {"about_version": 1},
    GoalAcceptance: lambda pick: {
        "answer": pick.choice(Acceptance.values),
        "comment": words(pick, 5),
        "about_version": 1,
    },
    Acknowledged: lambda pick: {"about_version": 1},
    ProposedCorrection: lambda pick: {"text": words(pick, 5), "about_version": 1, "about_kind": "medicine"},
    CorrectionSettled: lambda pick: {"correction_id": UUID(int=pick.getrandbits(128), version=4), "about_version": 1},
}


def below(model: type[Record]) -> tuple[type[Reply], ...]:
    """The classes of replies that may stand below a class of records."""
    return tuple(reply for reply in BELOW if model in reply.parents())
