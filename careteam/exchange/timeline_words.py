"""A treatment timeline in words: its title, its description, and the table that holds all it draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter

from careteam.exchange.timeline_letters import apart, one_line
from careteam.exchange.visit_words import day
from careteam.measures.instruments import phq9
from careteam.sharing.partial import PartialDate, span_words
from careteam.summaries.timeline_pictures import (
    AnxietyPoint,
    Bar,
    DoseStep,
    Event,
    Kind,
    Scored,
    ScorePoint,
    Shown,
    TimelinePicture,
    holds_score,
    known_days,
    within,
)
from careteam.treatments.codes import Status
from careteam.treatments.doses import when_words

NONE_THEN = "None in this time."
NAMED_MOST = 10  # names in the description; the table has them all
QUESTION_9 = "Question 9"


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of the drawing: when, as exactly as it is known, what kind of thing, and what."""

    when: str
    kind: str
    what: str


def title(picture: TimelinePicture) -> str:
    """What the drawing is, and of which days."""
    window = picture.window
    also = "and GAD-7 " if any(holds_score(window, score) for score in picture.anxiety) else ""
    return f"PHQ-9 {also}scores and treatments, {day(window.first)} to {day(window.last)}"


def description(picture: TimelinePicture, shown: Shown | None = None, *, table: bool = True) -> str:
    """What the drawing shows, in sentences, for those who hear it instead (and for the PDF's alternative text).

    `table`: whether the table of `rows` stands beside it.
    """
    shown = shown or within(picture)
    totals = [score for score in shown.scores if score.total is not None]
    return " ".join(
        [
            "Lower is better.",
            *(_scores(totals, "PHQ-9") if totals else [f"PHQ-9 scores: {none_of(picture, 'scores')}"]),
            *([f"Baseline: {baseline_words(picture.baseline)}"] if picture.baseline else []),
            f"Remission is a score under {phq9.REMISSION_BELOW}.",
            *_item9(shown.scores),
            *_anxiety(shown.anxiety),
            _named("Medicines", shown.medicines) or f"Medicines: {none_of(picture, 'medicines')}",
            *([_named("Other treatments", shown.treatments)] if shown.treatments else []),
            *([_events(shown.events)] if shown.events else []),
            *(["The table lists all of it."] if table else []),
        ]
    )


def caption(picture: TimelinePicture) -> str:
    """The numbers and days that stand beside the drawing: the latest totals, and what the PHQ-9 began with."""
    shown = within(picture)
    totals = [score for score in shown.scores if score.total is not None]
    worry = [score for score in shown.anxiety if score.total is not None]
    beside = f"Latest GAD-7: {total_words(worry[-1])}, on {day(worry[-1].on)}." if worry else ""
    now = f"Latest PHQ-9: {total_words(totals[-1])}, on {day(totals[-1].on)}." if totals else ""
    then = picture.baseline
    said = f"Baseline: {total_words(then)}, on {day(then.on)}." if then and then not in totals[-1:] else ""
    return " ".join(
        part for part in (now or f"PHQ-9: {none_of(picture, 'scores')}", said, beside, "Lower is better.") if part
    )


def rows(picture: TimelinePicture) -> tuple[Row, ...]:
    """Every fact of the drawing as text, oldest first; what has no date at all stands at the end."""
    shown = within(picture)
    found: list[tuple[date, int, Row]] = []

    def add(on: PartialDate | date | None, when: str, kind: str, what: str) -> None:
        first = on.earliest if isinstance(on, PartialDate) else on or date.max
        found.append((first, len(found), Row(when, kind, what)))

    if picture.baseline:
        add(picture.baseline.on, day(picture.baseline.on), "Baseline", baseline_words(picture.baseline, dated=False))
    for score in shown.scores:
        add(score.on, day(score.on), "PHQ-9", score_words(score))
    for anxiety in shown.anxiety:
        add(anxiety.on, day(anxiety.on), "GAD-7", total_words(anxiety))
    for kind, dose, bars in (
        ("Medicine", "Dose", shown.medicines),
        ("Other treatment", "Part of a treatment", shown.treatments),
    ):
        for bar in bars:
            note = apart(one_line(bar.note))
            add(began(bar), when(bar, picture.today), kind, name_of(bar) + (f": {note}" if note else ""))
            for step in bar.steps:
                add(
                    step.start or began(bar),
                    span_words(step.start, step.end) or "dates not known",
                    dose,
                    f"{name_of(bar)}: {apart(one_line(step.words))}",
                )
    for event in shown.events:
        add(event.on, event.on.words, "Event", one_line(event.words))
    return tuple(row for _, _, row in sorted(found, key=lambda each: each[:2]))


def none_of(picture: TimelinePicture, what: Kind) -> str:
    """What stands where nothing is drawn: none in this time when there is some in another, else the picture's own."""
    return NONE_THEN if what in picture.at_other_times or getattr(picture, what) else picture.none


def name_of(bar: Bar) -> str:
    """The whole name on one line."""
    return apart(one_line(bar.name))


def began(bar: Bar) -> PartialDate | None:
    """The earliest date that is told of a bar."""
    return bar.start or min(known_days(bar), key=lambda on: on.earliest, default=None)


def score_words(score: ScorePoint) -> str:
    """`14, moderate. Question 9: several days`."""
    return f"{total_words(score)}. {QUESTION_9}: {item9_words(score.item9)}"


def total_words(score: Scored) -> str:
    """`14, moderate`."""
    return "incomplete, no total" if score.total is None else f"{score.total}, {score.band}"


@cache
def item9_words(value: int | None) -> str:
    """The answer in the form's own words; a blank is not answered and never 0."""
    return (phq9.QUESTIONS[phq9.SAFETY_ITEM].words_of(value) or "not answered").lower()


def response_at(baseline: ScorePoint | None) -> int | None:
    """The highest total that is half of the baseline or less; None without a baseline above zero."""
    return baseline.total // 2 if baseline and baseline.total else None


def baseline_words(baseline: ScorePoint, *, dated: bool = True) -> str:
    """`18, moderately severe, on 5 October 2026. Response, half of it, is 9 or lower.`"""
    said = f"{total_words(baseline)}, on {day(baseline.on)}." if dated else f"{total_words(baseline)}."
    at = response_at(baseline)
    return said if at is None else f"{said} Response, half of it, is {at_most(at)}."


def at_most(total: int) -> str:
    """`9 or lower`; nothing is lower than 0."""
    return f"{total} or lower" if total else "0"


def when(bar: Bar, today: date) -> str:
    """When a bar's treatment was given, with what is not known about it."""
    planned = bar.start is not None and bar.start.earliest > today
    status = Status.INTENDED if planned else Status.ACTIVE if bar.current else Status.STOPPED
    return when_words(bar.start, bar.end, status)


def dose_words(steps: tuple[DoseStep, ...]) -> str:
    """`50 → 100 mg`, `10 mg → 2 tablets`: all steps in a line, a unit said once when it is the same throughout."""
    said: list[str] = []
    for step in steps:
        words = apart(one_line(step.words))
        if words and words != (said[-1] if said else ""):
            said.append(words)
    parted = [words.partition(" ") for words in said]
    units = {unit for _, _, unit in parted}
    if len(said) > 1 and len(units) == 1 and all(number[:1].isdigit() for number, _, _ in parted):
        return f"{' → '.join(number for number, _, _ in parted)} {units.pop()}"
    return " → ".join(said)


def whole(bar: Bar, today: date, dose: str) -> str:
    """What a tooltip says of a bar: its whole name, when, the dose, and the note."""
    note = apart(one_line(bar.note))
    return ": ".join([part for part in (f"{name_of(bar)}, {when(bar, today)}", dose, note) if part])


def _anxiety(scores: list[AnxietyPoint]) -> list[str]:
    totals = [score for score in scores if score.total is not None]
    if not totals:
        return ["GAD-7 forms: incomplete, no total."] if scores else []
    return [*_scores(totals, "GAD-7"), "Of the GAD-7, too, lower is better; it has a line and ranges of its own."]


def _scores(totals: Sequence[Scored], of: str) -> list[str]:
    def said(score: Scored) -> str:
        return f"{score.total} ({score.band}) on {day(score.on)}"

    if len(totals) == 1:
        return [f"One {of} score: {said(totals[0])}."]
    lowest, highest = (choose(totals, key=attrgetter("total")) for choose in (min, max))
    return [
        f"{len(totals)} {of} scores, from {said(totals[0])} to {said(totals[-1])}; "
        f"lowest {said(lowest)}, highest {said(highest)}."
    ]


def _item9(scores: list[ScorePoint]) -> list[str]:
    above = [score for score in scores if score.item9]
    if not above:
        return []
    days = len({score.on for score in above})
    times = "one day" if days == 1 else f"{days} days"
    return [f"{QUESTION_9} was above zero on {times}, last {item9_words(above[-1].item9)} on {day(above[-1].on)}."]


def _named(what: str, bars: list[Bar]) -> str:
    if not bars:
        return ""
    names = [f"{name_of(bar)}{': ' if bar.steps else ''}{dose_words(bar.steps)}" for bar in bars[:NAMED_MOST]]
    return f"{what}: {'; '.join([*names, *_more(len(bars))])}."


def _events(events: list[Event]) -> str:
    said = [f"{apart(one_line(event.words))} ({event.on.words})" for event in events[:NAMED_MOST]]
    return f"Events: {'; '.join([*said, *_more(len(events))])}."


def _more(count: int) -> list[str]:
    return [f"and {count - NAMED_MOST} more"] if count > NAMED_MOST else []
