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
KINDS: tuple[Kind, ...] = ("scores", "anxiety", "medicines", "treatments", "events")
Source = Given | Course | EventMark


@dataclass(frozen=True, slots=True)
class Drawn(Generic[D]):
    """A mark, and the version of the record it stands for."""

    mark: D
    record: tuple[UUID, int]


def timeline(viewer: Viewer, patient: UUID, span: Span, *, purpose: Purpose = Purpose.READ) -> TimelinePicture:
    """Scores, medicines, other treatments and life events of a span, as far as this viewer may see them.

    The picture holds what is drawn and nothing else, and that is what the log names: one row for each category, with
    one of what lies at other times where it says that something does. The baseline is drawn whenever it was. Today is
    the later of the patient's day and the viewer's, so that nothing either of them has written down today lies outside.
    A constant number of statements.
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
    # That there is more at other times is said for each kind: one of those stands for it in the log.
    kinds: tuple[tuple[tuple[Drawn[Any], ...], tuple[Drawn[Any], ...]], ...] = (
        (scores, scores_in),
        (anxiety, anxiety_in),
        (medicines, medicines_in),
        (others, others_in),
        (events, events_in),
    )
    more = [next((one.record for one in reversed(every) if one not in inside), None) for every, inside in kinds]
    told = {
        Category.MEASURES: {
            *_records(scores_in),
            *_records(anxiety_in),
            *more[:2],
            (baseline.id, baseline.version) if baseline else None,
        },
        Category.TREATMENTS: {*_records(medicines_in), *_records(others_in), *more[2:4]},
        Category.CHECK_INS: {*_records(events_in), *more[4:]},
    }
    _tell(viewer, patient, purpose, told)
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
        at_other_times=frozenset(kind for kind, one in zip(KINDS, more, strict=True) if one),
    )


def half_year(viewer: Viewer, patient: UUID) -> TimelinePicture:
    """The timeline that stands on the overview."""
    return timeline(viewer, patient, Span.HALF_YEAR, purpose=Purpose.OVERVIEW)


def _tell(
    viewer: Viewer, patient: UUID, purpose: Purpose, shown: Mapping[Category, Iterable[tuple[UUID, int] | None]]
) -> None:
    """One row of the log for each category of which something is drawn, all in one statement."""
    if is_silent(viewer, purpose) or viewer.patient == patient:
        return
    record_disclosures(
        disclosure(viewer, purpose, patient, category, pairs)
        for category, records in shown.items()
        if (pairs := sorted(one for one in records if one))
    )


def _drawn(draw: Callable[[Any], D], sources: Iterable[Source]) -> tuple[Drawn[D], ...]:
    return tuple(Drawn(draw(one), (one.id, one.version)) for one in sources)


def _records(drawn: Iterable[Drawn[Any]]) -> list[tuple[UUID, int]]:
    return [one.record for one in drawn]


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
