"""What was tried, as it was written down: the plain inputs of the ledger, and the words for what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from careteam.sharing.partial import PartialDate, span_words
from careteam.treatments.doses import DosePeriod, steps_words, when_words

RULE_VERSION = "trials 1"
SENTENCE = "A count to discuss, not a diagnosis."
FOUR_WEEKS, SIX_WEEKS = 28, 42
HALF = 50  # per cent better: below it, a medicine did not help enough


# -- What goes in ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Taken:
    """On how many of the seven days up to `on` a medicine was taken as planned: 0 to 7; who skips it, gives none."""

    on: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of it: per cent better at its best and at its end, how much it helped in words, why it stopped."""

    best: int | None = None
    at_end: int | None = None
    helped: str = ""
    stop_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """One medicine as it was written down. `ingredient` is what she said it is, "" until she did.

    `status` is how it reads today. `changed_on` is the day of its last change, None for one that never changed.
    """

    id: str
    name: str
    periods: tuple[DosePeriod, ...] = ()
    start: PartialDate | None = None
    end: PartialDate | None = None
    status: str = "active"
    ingredient: str = ""
    form: str = ""
    as_needed: bool = False
    answer: Answer = field(default_factory=Answer)
    taken: tuple[Taken, ...] = ()
    version: int = 1
    changed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """A course of esketamine: the dates of its sessions, how many in all, and its words, where an amount may stand."""

    id: str
    name: str = ""
    dates: tuple[PartialDate, ...] = ()
    count: int | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    ongoing: bool = False
    answer: Answer = field(default_factory=Answer)
    version: int = 1
    changed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level that was measured, so many hours after the last dose (None: not written down)."""

    id: str
    substance: str
    value: Decimal
    unit: str
    on: PartialDate
    hours: Decimal | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Episode:
    """The current episode, since when it is (None: not known), and the record that says so."""

    start: PartialDate | None
    id: str = ""
    version: int = 1


# -- What comes out ----------------------------------------------------------------------------------------------------
class Adequacy(StrEnum):
    """Whether dose and time were enough to judge a medicine, by six weeks. It judges the trial, never the person."""

    FULL = "full"
    TOO_SHORT = "too-short"
    BELOW = "below"
    DIFFER = "differ"
    CANNOT_TELL = "cannot-tell"
    NOT_ASSESSABLE = "not-assessable"


class Outcome(StrEnum):
    """What a trial did. Below half is "not enough"; what nobody answered is never counted either way."""

    NOT_ENOUGH = "not-enough"
    HELPED = "helped"
    LOST = "lost"
    NOT_TOLERATED = "not-tolerated"
    UNKNOWN = "unknown"


class Flag(StrEnum):
    """What else is true of a trial."""

    COMBINATION = "combination"
    AUGMENTATION = "augmentation"
    CHANGING_OVER = "changing-over"
    TWICE = "twice"
    LESS_THAN_PLANNED = "less-than-planned"
    WEEKLY = "weekly"
    BY_LEVEL = "by-level"
    SIDE_EFFECTS = "side-effects"
    BY_AMOUNT_ALONE = "by-amount-alone"


class NotJudged(StrEnum):
    """Why something that was written down is no trial."""

    NO_MATCH = "no-match"
    AS_NEEDED = "as-needed"
    FORM = "form"
    SESSIONS = "sessions"
    PLANNED = "planned"
    NOT_TAKEN = "not-taken"


@dataclass(frozen=True, slots=True)
class Input:
    """One record that a result was worked out from, in the version that was used."""

    of: Medicine | Sessions | Level | Episode

    @property
    def id(self) -> str:
        """The record."""
        return self.of.id

    @property
    def version(self) -> int:
        """Its version."""
        return self.of.version

    @property
    def words(self) -> str:
        """For pages: `Zoloft, 50 mg; then 100 mg, March to May 2025`."""
        of = self.of
        if isinstance(of, Medicine):
            parts = [of.name, steps_words(of.periods), when_words(of.start, of.end, of.status)]
        elif isinstance(of, Level):
            parts = [f"level of {of.substance}", of.on.words]
        elif isinstance(of, Sessions):
            parts = [of.name or "esketamine", when_words(of.start, of.end, "active" if of.ongoing else "stopped")]
        else:
            parts = ["current episode", span_words(of.start, None)]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands behind a result: by which rule and table, and from which records."""

    inputs: tuple[Input, ...]
    rule: str
    table: str
    sentence: str = SENTENCE
