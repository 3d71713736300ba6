"""The timeline of one patient for one viewer: scores, treatments and events, and what drawing them discloses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.checkins import queries as checkins
from careteam.checkins.pictures import EventMark
from careteam.measures import queries as measures
from careteam.measures.instruments import gad7, phq9
from careteam.measures.pictures import Given
from careteam.procedures import queries as procedures
from careteam.sharing.codes import NONE_SHARED, Category
from careteam.sharing.pictures import Course
from careteam.sharing.queries import must_be_open
from careteam.summaries.beginnings import anchor
from careteam.summaries.timeline_pictures import (
    NONE_OF_ONES_OWN,
    AnxietyPoint,
    Bar,
    DoseStep,
    Event,
    Kind,
    ScorePoint,
    Span,
    TimelinePicture,
    earliest,
    holds_bar,
    holds_event,
    holds_score,
    window,
)
from careteam.treatments import queries as treatments
from careteam.treatments.queries import MedicineCourse

D = TypeVar("D")
Source = Given | Course | EventMark


@dataclass(frozen=True, slots=True)
class Drawn(Generic[D]):
    """A mark, and the version of the record it stands for."""

    mark: D
    record: tuple[UUID, int]


def timeline(viewer: Viewer, patient: UUID, span: Span, *, purpose: Purpose = Purpose.READ) -> TimelinePicture:
    """Scores, medicines, other treatments and life events of a span, as far as this viewer may see them.

    The picture holds what is drawn and nothing else, and that is what the log names: one row for each category. The
    baseline is drawn whenever it was. Today is the later of the patient's day and the viewer's, so that nothing either
    of them has written down today lies outside. A constant number of statements.
    """
    must_be_open(viewer, patient)
    today = max(viewer.today, checkins.today(viewer, patient))
    given, baseline = measures.given(viewer, patient, anchor(viewer, patient))
    scores = _drawn(_score, (one for one in given if one.questionnaire == phq9.NAME))
    anxiety = _drawn(_anxiety, (one for one in given if one.questionnaire == gad7.NAME))
    medicines = _drawn(_medicine, treatments.courses(viewer, patient))
    others = _drawn(_bar, procedures.courses(viewer, patient))
    events = _drawn(_event, checkins.marks(viewer, patient))
    begins = earliest((*_marks(scores), *_marks(anxiety)), _marks(medicines) + _marks(others), _marks(events))
    shown = window(span, today, begins)
    scores_in = tuple(one for one in scores if holds_score(shown, one.mark))
    anxiety_in = tuple(one for one in anxiety if holds_score(shown, one.mark))
    medicines_in, others_in = (
        tuple(one for one in bars if holds_bar(shown, one.mark, today)) for bars in (medicines, others)
    )
    events_in = tuple(one for one in events if holds_event(shown, one.mark))
    told = {
        Category.MEASURES: {one.record for one in scores_in}
        | {one.record for one in anxiety_in}
        | {(one.id, one.version) for one in (baseline,) if one},
        Category.TREATMENTS: {one.record for one in (*medicines_in, *others_in)},
        Category.CHECK_INS: {one.record for one in events_in},
    }
    _tell(viewer, patient, purpose, told)
    more: dict[Kind, int] = {
        "scores": len(scores) - len(scores_in),
        "anxiety": len(anxiety) - len(anxiety_in),
        "medicines": len(medicines) - len(medicines_in),
        "treatments": len(others) - len(others_in),
        "events": len(events) - len(events_in),
    }
    return TimelinePicture(
        shown,
        today,
        scores=_marks(scores_in),
        anxiety=_marks(anxiety_in),
        baseline=_score(baseline) if baseline else None,
        medicines=_marks(medicines_in),
        treatments=_marks(others_in),
        events=_marks(events_in),
        none=NONE_OF_ONES_OWN if viewer.patient == patient else NONE_SHARED,
        at_other_times=frozenset(kind for kind, count in more.items() if count),
    )


def half_year(viewer: Viewer, patient: UUID) -> TimelinePicture:
    """The timeline that stands on the overview."""
    return timeline(viewer, patient, Span.HALF_YEAR, purpose=Purpose.OVERVIEW)


def _tell(
    viewer: Viewer, patient: UUID, purpose: Purpose, shown: Mapping[Category, Iterable[tuple[UUID, int]]]
) -> None:
    """One row of the log for each category of which something is drawn, all in one statement."""
    if is_silent(viewer, purpose) or viewer.patient == patient:
        return
    record_disclosures(
        disclosure(viewer, purpose, patient, category, sorted(records))
        for category, records in shown.items()
        if records
    )


def _drawn(draw: Callable[[Any], D], sources: Iterable[Source]) -> tuple[Drawn[D], ...]:
    return tuple(Drawn(draw(one), (one.id, one.version)) for one in sources)


def _marks(drawn: Iterable[Drawn[D]]) -> tuple[D, ...]:
    return tuple(one.mark for one in drawn)


def _score(one: Given) -> ScorePoint:
    return ScorePoint(one.on, one.total, one.item9)


def _anxiety(one: Given) -> AnxietyPoint:
    return AnxietyPoint(one.on, one.total)


def _medicine(one: MedicineCourse) -> Bar:
    steps = tuple(DoseStep(step.words, step.start, step.end, step.amount) for step in one.steps)
    return Bar(one.name, one.start, one.end, one.current, steps, one.note)


def _bar(one: Course) -> Bar:
    return Bar(one.name, one.start, one.end, one.current, note=one.note)


def _event(one: EventMark) -> Event:
    return Event(one.on, one.words)
