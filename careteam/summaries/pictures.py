"""The frozen pictures that pages, PDF and API draw: what was disclosed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from careteam.sharing.codes import NONE_SHARED as NONE_SHARED  # noqa: PLC0414 - said again beside its sister
from careteam.summaries.timeline_pictures import TimelinePicture

INCOMPLETE = (
    "People choose what they share in careteam, so no list here is complete. If it matters for a decision, ask."
)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One completed form: its total, its band and the local day it was answered. PHQ-9: 0-27; GAD-7: 0-21."""

    total: int
    band: str
    on: date


@dataclass(frozen=True, slots=True)
class Item9Line:
    """The newest answer to question 9, in the form's own words; None when it was left blank."""

    words: str | None
    value: int | None
    on: date


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """A medicine as it is (or was) taken, in words: dose, since or from-to, why stopped, did it help, side effects."""

    name: str
    dose: str
    when: str
    purpose: str
    helped: str
    why_stopped: str
    side_effects: str


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A treatment beside medicines, in words: when, how many sessions, did it help, why stopped, side effects."""

    name: str
    when: str
    sessions: str
    purpose: str
    helped: str
    why_stopped: str
    side_effects: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    """A level as the laboratory gave it, when it was measured, and how long after a dose ("" is not known)."""

    substance: str
    amount: str
    when: str
    after_dose: str
    words: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition by its own name; `episode` says since when the current episode is ("" for none of it)."""

    name: str
    status: str
    when: str
    episode: str
    stated_by: str


@dataclass(frozen=True, slots=True)
class TakenLine:
    """Medicines by check-ins in the `days` days to `last`: as planned on so many, answered on so many."""

    planned: int
    answered: int
    days: int
    last: date


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in the patient's own words, how it stands, and its steps as (text, done)."""

    words: str
    status: str
    achievement: str
    steps: tuple[tuple[str, bool], ...]
    target: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note in full: title, who wrote it, the local day, the text, and what stands below it as (who, kind, text)."""

    title: str
    author: str
    on: date
    text: str
    replies: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in a summary: the local day, the whole moment in words, with whom, and what was decided."""

    on: date
    when: str
    with_name: str
    decisions: str


@dataclass(frozen=True, slots=True)
class SinceLine:
    """What changed since the last visit this reader may see: its day, with whom, and the sentences."""

    on: date
    with_name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriedLine:
    """One trial: which medicine, at what dose, when, whether that was enough to judge it, and what it did."""

    title: str
    dose: str
    when: str
    enough: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TriedLines:
    """What was tried, trial by trial: the count in a sentence ("" while none can be told), and what holds for all."""

    count: str
    trials: tuple[TriedLine, ...]
    sentence: str
    unverified: str
    versions: str


@dataclass(frozen=True, slots=True)
class VisitSummary:
    """One picture of a visit, from which page, print and PDF are drawn; it holds only what its reader may see.

    `audience` chooses the order of the sections (domain reference, visit summary): the clinician's is answer first,
    the patient's is short sentences. Empty tuples and None print `NONE_SHARED` to a clinician; `anxiety`, the last one
    or two completed GAD-7s, oldest first, is not spoken of without one; `tried` is for clinicians alone. `timeline`
    looks back two years from the day the summary was made, whatever its own days are.
    """

    audience: Literal["patient", "clinician"]
    patient_name: str
    birth_date: date
    age: int
    start: date
    end: date
    recipient: str
    made_by: str
    made_at: datetime
    zone: str
    item9: Item9Line | None
    now: ScoreLine | None
    previous: ScoreLine | None
    baseline: ScoreLine | None
    scores: tuple[ScoreLine, ...]
    incomplete_forms: int
    medicines_now: tuple[MedicineLine, ...]
    taken: TakenLine | None
    medicines_before: tuple[MedicineLine, ...]
    procedures: tuple[ProcedureLine, ...]
    levels: tuple[LevelLine, ...]
    conditions: tuple[ConditionLine, ...]
    changes: tuple[str, ...]
    goals: tuple[GoalLine, ...]
    notes: tuple[NoteLine, ...]
    sources: tuple[str, ...]
    questions: tuple[str, ...] = ()
    since_visit: SinceLine | None = None
    decided: tuple[VisitLine, ...] = ()
    next_visit: VisitLine | None = None
    timeline: TimelinePicture | None = None
    anxiety: tuple[ScoreLine, ...] = ()
    tried: TriedLines | None = None
