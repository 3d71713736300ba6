"""Why somebody stands under "needs a look": rule.md's reasons in its order, each with a sentence. Pure.

None of them measures risk or urgency; the order is the order of the list and says nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from careteam.measures.pictures import CaseloadScore
from careteam.measures.seen import Unseen
from careteam.sharing.partial import MONTHS
from careteam.treatments.judging import Reached
from careteam.visits.pictures import OpenCall


class Reason(StrEnum):
    """rule.md, "Numbers behind words": needs a look. The first that applies places a person."""

    ITEM_9 = "item-9"
    UP = "up"
    OVERDUE = "overdue"
    TRIAL = "trial"
    CALL = "call"


SHORT = {
    Reason.ITEM_9: "Question 9",
    Reason.UP: "Up 5 or more",
    Reason.OVERDUE: "Questionnaire overdue",
    Reason.TRIAL: "Day to judge a medicine",
    Reason.CALL: "Asked for a call",
}
ORDER = tuple(Reason)
TOLD = ". You were to be told of it"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, by its code, in a sentence."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Late:
    """By how many days which questionnaire is overdue."""

    days: int
    name: str


def reasons(
    score: CaseloadScore | None,
    late: Late | None,
    call: OpenCall | None,
    trial: Reached | None = None,
    unseen: Unseen | None = None,
) -> tuple[Why, ...]:
    """Every reason that these give, in rule.md's order; none for somebody who shows nothing.

    An answer above "Not at all" to question 9 (`unseen`) stands until this clinician has marked it as seen, whatever a
    later form says.
    """
    found = []
    if unseen:
        found.append(Why(Reason.ITEM_9, unseen.answer.sentence + (TOLD if unseen.told else "")))
    if score and score.worsening and score.since_previous and score.previous:
        at = score.previous.at
        words = f"{score.since_previous.words.capitalize()} since {_day(at, score.newest.at if score.newest else at)}"
        found.append(Why(Reason.UP, words))
    if late:
        found.append(Why(Reason.OVERDUE, f"{late.name} overdue by {late.days} days"))
    if trial:
        found.append(Why(Reason.TRIAL, f"{trial.name}: you both agreed to judge it by {_date(trial.on)}"))
    if call:
        said = f": {call.words}" if call.words else ""
        found.append(Why(Reason.CALL, f"Asked for a call on {_day(call.at, call.at)}{said}"))
    return tuple(found)


def place(whys: tuple[Why, ...]) -> int:
    """Where the first reason places somebody; behind all of them when there is none."""
    return ORDER.index(Reason(whys[0].reason)) if whys else len(ORDER)


def _date(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1][:3]} {on.year}"


def _day(at: datetime, beside: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1][:3]}" + (f" {at.year}" if at.year != beside.year else "")
