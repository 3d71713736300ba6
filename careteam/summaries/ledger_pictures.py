"""The ledger as pages and programs get it: trials with their words, what is left aside, and the counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careteam.sharing.pictures import SeeLine


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """The day to judge a medicine by, in words ("" for none); who agreed; whether this viewer may agree now."""

    on: date | None
    words: str
    agreed_by: tuple[str, ...]
    agreed: bool
    may_agree: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One record a trial was made of, by the name it was written under. `kind` is `medicine` or `procedure`."""

    id: UUID
    version: int
    kind: str
    name: str
    words: str
    current: bool
    taken: str
    side_effects: str
    stopped_why: str
    judge: JudgeLine | None
    see: SeeLine | None


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One trial in words: whether dose and time were enough (`adequacy`, `chip`, `why`), what would settle it, what it
    did (`outcome`). It judges the trial, never the person, and tells no dose to take.
    """

    key: str
    ingredient: str
    title: str
    chip: str
    adequacy: str
    why: str
    settled_by: tuple[str, ...]
    standards: tuple[str, ...]
    outcome: str
    outcome_words: str
    stopped: str
    when: str
    dose: str
    ongoing: bool
    added: bool
    notes: tuple[str, ...]
    changed_on: tuple[str, ...]
    entries: tuple[EntryLine, ...]
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaybeLine:
    """What a name may mean: a suggestion, for its patient to say yes to."""

    ingredient: str
    words: str


@dataclass(frozen=True, slots=True)
class BesideLine:
    """What stands beside one medicine on its page: the day, the last answers about taking it, what its name may mean.

    `known` is what it counts as in the ledger, "" for nothing.
    """

    judge: JudgeLine
    taken: tuple[str, ...]
    maybe: tuple[MaybeLine, ...]
    known: str


@dataclass(frozen=True, slots=True)
class AsideLine:
    """Something written down that is no trial, with the reason, and what its name may mean (to its patient alone)."""

    id: UUID
    version: int
    name: str
    why: str
    words: str
    maybe: tuple[MaybeLine, ...]


@dataclass(frozen=True, slots=True)
class TwiceLine:
    """Two entries that say the same dose for the same time; it counts once until one of them is changed."""

    name: str
    first: UUID
    second: UUID


@dataclass(frozen=True, slots=True)
class CountLine:
    """A count in a sentence, with the number, the names, and what nobody can count yet."""

    number: int
    of: int
    names: tuple[str, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class LedgerPicture:
    """What was tried, as far as this viewer may see it. A count to discuss, not a diagnosis.

    `current` and `atrq_current` are null while it is not known (or not shown) when the current episode began.
    """

    trials: tuple[TrialLine, ...]
    aside: tuple[AsideLine, ...]
    twice: tuple[TwiceLine, ...]
    current: CountLine | None
    ever: CountLine
    atrq_current: CountLine | None
    atrq_ever: CountLine
    episode: str
    no_episode: str
    none: str
    sentence: str
    unverified: str
    rule: str
    table: str
    today: date
