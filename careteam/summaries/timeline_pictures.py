"""The frozen picture of a treatment timeline: what one viewer may see of scores, treatments and events over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Literal

from careteam.measures.instruments import gad7, phq9
from careteam.sharing.codes import NONE_SHARED
from careteam.sharing.partial import PartialDate

Kind = Literal["scores", "anxiety", "medicines", "treatments", "events"]
MONTHS_A_YEAR = 12
NONE_OF_ONES_OWN = "None here."
LAST_DAY_EVERYWHERE = 28  # no month is shorter


class Span(StrEnum):
    """How far back a timeline looks."""

    HALF_YEAR = "6-months"
    TWO_YEARS = "2-years"
    EVERYTHING = "everything"

    @property
    def words(self) -> str:
        """As the page offers it."""
        return {"6-months": "6 months", "2-years": "2 years", "everything": "Everything"}[self]


@dataclass(frozen=True, slots=True)
class Window:
    """The days an axis shows, `first` and `last` included; raises ValueError when `last` lies before `first`."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a window ends before it begins")

    def holds(self, first: date, last: date) -> bool:
        """Whether any day from `first` to `last` lies in it."""
        return first <= self.last and last >= self.first


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One PHQ-9 on its local day. `total` None: incomplete, and on no line. `item9` None: left blank, never 0."""

    on: date
    total: int | None
    item9: int | None = None

    @property
    def band(self) -> str:
        """The range the total lies in (Kroenke 2001), or an empty text."""
        return "" if self.total is None else phq9.band_of(self.total)


@dataclass(frozen=True, slots=True)
class AnxietyPoint:
    """One GAD-7 on its local day, never on the line of the PHQ-9. `total` None: incomplete, and on no line."""

    on: date
    total: int | None

    @property
    def band(self) -> str:
        """The range the total lies in (Spitzer 2006), or an empty text."""
        return "" if self.total is None else gad7.band_of(self.total)


Scored = ScorePoint | AnxietyPoint


@dataclass(frozen=True, slots=True)
class DoseStep:
    """What was taken in a day from `start` to `end`, in words (`100 mg`), until the next step at the latest.

    None is not known or still going. `amount` makes the step higher or lower than its neighbours; None (not one number,
    or another unit) draws it as high as the highest.
    """

    words: str
    start: PartialDate | None = None
    end: PartialDate | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A medicine or other treatment over time; `current` runs to today. `note` is one short thing to say beside it."""

    name: str
    start: PartialDate | None
    end: PartialDate | None
    current: bool
    steps: tuple[DoseStep, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as exactly as its day is known."""

    on: PartialDate
    words: str


@dataclass(frozen=True, slots=True)
class TimelinePicture:
    """All of one timeline; what lies outside `window` is neither drawn nor listed.

    `scores` are the PHQ-9's, `anxiety` the GAD-7's, which has a panel of its own where there is one. Of several on one
    day the last given is on the line. `baseline` gives the response line (half of it, above
    zero alone). `none` is what stands where nothing is shared: the same words for absent and hidden. `at_other_times`
    names the kinds of which this viewer may see more, outside the window: nothing else is told of those.
    """

    window: Window
    today: date
    scores: tuple[ScorePoint, ...] = ()
    baseline: ScorePoint | None = None
    medicines: tuple[Bar, ...] = ()
    treatments: tuple[Bar, ...] = ()
    events: tuple[Event, ...] = ()
    anxiety: tuple[AnxietyPoint, ...] = ()
    none: str = NONE_SHARED
    at_other_times: frozenset[Kind] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether this viewer may see nothing of it, at any time."""
        drawn = (self.scores, self.anxiety, self.medicines, self.treatments, self.events)
        return not (any(drawn) or self.baseline or self.at_other_times)


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a picture lies in its window, each in the order of time."""

    scores: list[ScorePoint]
    anxiety: list[AnxietyPoint]
    medicines: list[Bar]
    treatments: list[Bar]
    events: list[Event]


def within(picture: TimelinePicture) -> Shown:
    """What is drawn and listed, and so what a query discloses."""
    window = picture.window
    return Shown(
        sorted((score for score in picture.scores if holds_score(window, score)), key=attrgetter("on")),
        sorted((score for score in picture.anxiety if holds_score(window, score)), key=attrgetter("on")),
        _bars(picture.medicines, picture),
        _bars(picture.treatments, picture),
        sorted(
            (event for event in picture.events if holds_event(window, event)),
            key=lambda event: (event.on.earliest, event.on.latest, event.words),
        ),
    )


def holds_score(window: Window, score: Scored) -> bool:
    """Whether its day is one of the window's."""
    return window.first <= score.on <= window.last


def holds_event(window: Window, event: Event) -> bool:
    """Whether any day its date can mean is one of the window's."""
    return window.holds(event.on.earliest, event.on.latest)


def holds_bar(window: Window, bar: Bar, today: date) -> bool:
    """Whether any day of it can be one of the window's; without any date it is in all: nobody knows it is outside."""
    known = known_days(bar)
    if not known:
        return True
    first = bar.start.earliest if bar.start else min(on.earliest for on in known)
    if window.holds(first, first):
        return True
    last = max(today if bar.current and bar.end is None else first, *(on.latest for on in known))
    return window.holds(min(on.earliest for on in known), last)


def _bars(bars: tuple[Bar, ...], picture: TimelinePicture) -> list[Bar]:
    """Those in the window, the first to begin first; what has no date at all comes last."""

    def first(bar: Bar) -> date:
        return bar.start.earliest if bar.start else min((on.earliest for on in known_days(bar)), default=date.max)

    held = [bar for bar in bars if holds_bar(picture.window, bar, picture.today)]
    return sorted(held, key=lambda bar: (first(bar), bar.name))


def known_days(bar: Bar) -> list[PartialDate]:
    """All dates that are told of a bar, those of its steps too."""
    told = [bar.start, bar.end]
    for step in bar.steps:
        told += (step.start, step.end)
    return [on for on in told if on]


def without_question_9(picture: TimelinePicture) -> TimelinePicture:
    """The same without any answer to question 9: for a paper that keeps it off."""
    scores = tuple(replace(score, item9=None) for score in picture.scores)
    return replace(picture, scores=scores, baseline=picture.baseline and replace(picture.baseline, item9=None))


def earliest(
    scores: tuple[Scored, ...] = (), bars: tuple[Bar, ...] = (), events: tuple[Event, ...] = ()
) -> date | None:
    """The first day that anything here can mean, for `window`; None when no day is known."""

    def days() -> Iterator[date]:
        yield from (score.on for score in scores)
        yield from (event.on.earliest for event in events)
        for bar in bars:
            yield from (day.earliest for day in known_days(bar))

    return min(days(), default=None)


def window(span: Span, today: date, begins: date | None) -> Window:
    """The window of a span that ends today; everything begins with `begins`, and is half a year at least."""
    half_year = _months_before(today, MONTHS_A_YEAR // 2)
    if span is Span.HALF_YEAR:
        return Window(half_year, today)
    if span is Span.TWO_YEARS:
        return Window(_months_before(today, 2 * MONTHS_A_YEAR), today)
    return Window(min(begins or half_year, half_year), today)


def _months_before(day: date, months: int) -> date:
    """The same day that many months before, or the 28th where that month has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 - months, MONTHS_A_YEAR)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 1, LAST_DAY_EVERYWHERE)
