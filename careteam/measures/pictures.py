"""Frozen pictures of questionnaires and their sentences. Pure: rows come in as values, words go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careteam.measures.instruments import Question, Total, phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, PHQ9, Instrument, direction
from careteam.measures.instruments.phq9 import Change
from careteam.sharing.partial import MONTHS
from careteam.sharing.pictures import RecordView, SeeLine, listed


@dataclass(frozen=True, slots=True)
class ItemView:
    """One printed question and its printed answer; None for both when it was left blank."""

    number: int
    question: str
    value: int | None
    answer: str | None

    @property
    def said(self) -> str:
        """The answer's words, or `not answered`; a blank is never shown as 0."""
        return self.answer or "not answered"


def items_of(answers: Mapping[int, int], of: Instrument = PHQ9) -> tuple[ItemView, ...]:
    """All its questions in their order, with what was answered."""
    return tuple(
        ItemView(number, question.words, answers.get(number), question.words_of(answers.get(number)))
        for number, question in of.questions.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView(RecordView):
    """A form with its answers in words. `total` (and `band`) only when everything that is scored was answered."""

    questionnaire: str
    total: int | None
    band: str
    item9: int | None
    answered: int
    items: tuple[ItemView, ...]

    @property
    def words(self) -> str:
        """`12, moderate`, or `incomplete (7 of 9)`."""
        return Total(self.total, self.band or None, self.answered, len(self.of.scored)).words

    @property
    def of(self) -> Instrument:
        """Which questionnaire it is."""
        return INSTRUMENTS[self.questionnaire]

    @property
    def name(self) -> str:
        """What people call it: `PHQ-9`."""
        return self.of.short

    @property
    def answers(self) -> dict[int, int]:
        """What was answered, by question number."""
        return {item.number: item.value for item in self.items if item.value is not None}

    @property
    def asks_difficulty(self) -> bool:
        """Whether the PHQ-9's tenth question belongs on the form: something was answered above "Not at all"."""
        return self.of is PHQ9 and any(self.answers.get(item) for item in phq9.SCORED)


@dataclass(frozen=True, slots=True)
class Before:
    """The completed form before another of the same questionnaire, as far as this viewer may see one."""

    id: UUID
    at: datetime
    words: str
    total: int
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """One question with its answer and, beside it, the answer of the form before (None: there is no such form)."""

    item: ItemView
    before: ItemView | None

    @property
    def moved(self) -> str:
        """`1 lower`, `2 higher`, `the same`; nothing when one of the two was left blank. No colour says more."""
        if self.before is None or self.item.value is None or self.before.value is None:
            return ""
        points = self.item.value - self.before.value
        return f"{abs(points)} {'lower' if points < 0 else 'higher'}" if points else "the same"

    @property
    def direction(self) -> str:
        """`better`, `worse` or `same`; nothing when it cannot be told."""
        return direction((self.item.value or 0) - (self.before.value or 0)) if self.before and self.moved else ""


@dataclass(frozen=True, slots=True)
class ItemByItem:
    """A form question by question, beside the completed one before it. `overlapping`: less than 14 days lie between."""

    rows: tuple[Beside, ...]
    before: Before | None
    overlapping: bool


def item_by_item(form: MeasureView, before: Before | None) -> ItemByItem:
    """What a page shows of a form. A question that is not scored is left out where it was not answered."""
    earlier = {item.number: item for item in before.items} if before else {}
    asked: Mapping[int, Question] = form.of.questions
    return ItemByItem(
        tuple(
            Beside(item, earlier.get(item.number))
            for item in form.items
            if asked[item.number].scored or item.value is not None
        ),
        before,
        before is not None and (form.effective_at.date() - before.at.date()).days < form.of.looks_back_days,
    )


@dataclass(frozen=True, slots=True)
class MeasureVersion:
    """What a form said before it was corrected, until when, and why it was."""

    version: int
    words: str
    items: tuple[ItemView, ...]
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Point:
    """A completed form as trends use it: of two on one day the later. `on` is the viewer's local day.

    Those that are compared are of one questionnaire: the PHQ-9, unless it was asked for another.
    """

    id: UUID
    version: int
    total: int
    band: str
    at: datetime
    on: date


@dataclass(frozen=True, slots=True)
class Given:
    """A sent form as a drawing needs it: whole or not, on the viewer's local day. None: left blank, never 0."""

    id: UUID
    version: int
    questionnaire: str
    total: int | None
    item9: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Item9:
    """What one form says to question 9 (`value` None: left blank), with a neutral sentence. No measure of risk."""

    response: UUID
    value: int | None
    words: str | None
    on: date
    sentence: str


def item9(response: UUID, value: int | None, on: date, today: date) -> Item9:
    """The answer with its sentence; the year is printed when it is not this one."""
    words = phq9.QUESTIONS[phq9.SAFETY_ITEM].words_of(value)
    said = "not answered" if words is None else f"answered {value} ({words.lower()})"
    day = f"{on.day} {MONTHS[on.month - 1][:3]}" + (f" {on.year}" if on.year != today.year else "")
    return Item9(response, value, words, on, f"Question 9 {said} on {day}")


@dataclass(frozen=True, slots=True)
class CaseloadScore:
    """Where one patient stands by the PHQ-9, from the forms this viewer may see.

    `newest`, `previous` and `baseline` (see baseline.py) are completed forms; `baseline` may be `newest` itself, and
    nothing is compared then. `item9` is the newest form's answer, whole or not; `banner` the newest answer
    above "Not at all", which a later 0 does not erase. `forms` counts completed ones, `incomplete` the others,
    `incomplete_since` those of them sent after `newest`.
    """

    patient: UUID
    newest: Point | None
    previous: Point | None
    baseline: Point | None
    forms: int
    incomplete: int
    incomplete_since: int
    item9: Item9
    banner: Item9 | None

    @property
    def since_previous(self) -> Change | None:
        """From the form before to the newest."""
        return phq9.change(self.previous.total, self.newest.total) if self.newest and self.previous else None

    @property
    def since_baseline(self) -> Change | None:
        """From the baseline to the newest."""
        if self.newest is None or self.baseline is None or self.baseline.id == self.newest.id:
            return None
        return phq9.change(self.baseline.total, self.newest.total)

    @property
    def worsening(self) -> bool:
        """Whether the total rose by 5 or more since the form before."""
        return self.since_previous is not None and self.since_previous.worsening

    @property
    def overlapping(self) -> bool:
        """Whether the newest form's two weeks overlap those of the form before."""
        if self.newest is None or self.previous is None:
            return False
        return (self.newest.on - self.previous.on).days < phq9.LOOKS_BACK_DAYS


@dataclass(frozen=True, slots=True)
class Latest(CaseloadScore):
    """The same for a page about one patient, with who can see the newest form."""

    see: SeeLine


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form that was sent: which one, on which local day, and what it came to in words."""

    id: UUID
    questionnaire: str
    name: str
    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Sent:
    """When a questionnaire was last sent by an instant, and whether it was again from there on."""

    last: datetime | None
    later: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WillSee:
    """Who will be able to open a form once it is sent (`names`), or once the pause in sharing ends (`after_pause`).

    `ordinary`: nothing but the sharing of questionnaires decides, no narrower audience and no sensitive topic.
    """

    names: tuple[str, ...]
    after_pause: tuple[str, ...]
    ordinary: bool

    @property
    def sentence(self) -> str:
        """As it stands before question 9. It promises nothing about when somebody will look."""
        people = self.names or self.after_pause
        if not people:
            what = "your questionnaires" if self.ordinary else "this one"
            return f"Only you can see this, also after you press Send, until you share {what} with somebody."
        until = " until you press Send" if self.names else ", also after you press Send, until you end the pause"
        whom = people[0] if len(people) == 1 else "they"
        return f"Only you can see this{until}. Then {listed(people)} can; we cannot say when {whom} will look."
