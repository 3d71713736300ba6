"""Frozen pictures of visits, questions, plans and calls, and their sentences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from careteam.sharing.partial import partial
from careteam.sharing.pictures import RecordView
from careteam.visits.codes import Measure, Mode, Status
from careteam.visits.moments import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView(RecordView):
    """A visit on the viewer's clock (`clock_of` names it); it begins at `effective_at`.

    `countdown` is said of one to come; `over` when it lies in the past; `to_decide` when it then still waits for what
    was decided.
    """

    minutes: int | None
    practitioner: UUID | None
    with_name: str
    with_you: bool
    mode: str
    mode_words: str
    place: str
    decisions: str
    status_words: str
    countdown: str
    over: bool
    to_decide: bool
    clock_of: str

    @property
    def title(self) -> str:
        """`Visit with Dr Lee`."""
        return visit_words(self.with_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView(RecordView):
    """A question and its answer. Its visit is named where the viewer may see that too; `priority` is the patient's."""

    words: str
    answer: str
    answered: bool
    priority: int | None
    visit: UUID | None
    visit_words: str

    @property
    def title(self) -> str:
        """The question itself."""
        return self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView(RecordView):
    """How progress is checked with one clinician; both see the same."""

    practitioner: UUID
    with_name: str
    with_you: bool
    measures: tuple[str, ...]
    weeks: int
    often: str
    better: str
    review: str | None
    review_words: str

    @property
    def title(self) -> str:
        """`PHQ-9 every 2 weeks, with Dr Lee`."""
        return f"{self.often}, with {self.with_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView(RecordView):
    """Somebody asked for a call. `done_by` names who has marked it as done."""

    words: str
    open: bool
    done_at: datetime | None
    done_by: str

    @property
    def title(self) -> str:
        """Her words, or what she did."""
        return self.words or "You asked for a call."


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a record was before, until when, and who changed it, as (label, words)."""

    version: int
    until: datetime
    changed_by: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VisitStub:
    """What is left of something one had opened, withdrawn since: what it was, and when."""

    id: UUID
    withdrawn_at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class OpenCall:
    """The newest call that one patient asks for, as a caseload tells it."""

    id: UUID
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """When one patient is next seen, on the viewer's clock: by the viewer herself, or by whom."""

    id: UUID
    at: datetime
    mode: str
    mode_words: str
    with_name: str
    with_you: bool


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """A plan as the calendar needs it: which forms, since when, how often, on whose clock."""

    plan: UUID
    version: int
    patient: UUID
    with_name: str
    measures: tuple[str, ...]
    began: date
    weeks: int
    zone: str


def visit_words(with_name: str) -> str:
    """`Visit with Dr Lee`, or `Visit`."""
    return f"Visit with {with_name}" if with_name else "Visit"


def often_words(measures: tuple[str, ...], weeks: int) -> str:
    """`PHQ-9 every 2 weeks`."""
    forms = " and ".join(str(Measure(code).label) for code in measures)
    return f"{forms} every {'week' if weeks == 1 else f'{weeks} weeks'}"


def earlier_facts(kind: str, was: Mapping[str, Any], zone: str) -> tuple[tuple[str, str], ...]:
    """An earlier version as (label, words), without what was empty."""
    match kind:
        case "visit":
            at = datetime.fromisoformat(was["effective_at"]).astimezone(ZoneInfo(zone))
            facts = [
                ("When", f"{at:%A} {at.day} {at:%B} {at.year}, {clock(at)}"),
                ("How long", f"{was['minutes']} minutes" if was["minutes"] else ""),
                ("With", was["with_words"]),
                ("How", str(Mode(was["mode"]).label) if was["mode"] else ""),
                ("Where", was["place"]),
                ("What was decided", was["decisions"]),
                ("Stood at", str(Status(was["status"]).label)),
            ]
        case "question":
            facts = [("Question", was["words"]), ("Answer", was["answer"])]
        case "plan":
            day = partial(was["review"])
            facts = [
                ("How often", often_words(tuple(was["measures"]), was["weeks"])),
                ("What counts as better", was["better"]),
                ("Next review", day.words if day else ""),
            ]
        case _:
            facts = [("A few words", was["words"])]
    return tuple((label, words) for label, words in facts if words)
