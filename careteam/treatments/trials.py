"""A trial judged, pure: were dose and time enough, by the four-week and the six-week standard, and what did it do.

Whatever dates leave open is worked out at its shortest and its longest; where they disagree the answer is "cannot
tell", with the date that would settle it. Nothing here says what anybody ought to take.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from decimal import Decimal

from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.partial import PartialDate
from careteam.treatments.daily import LITHIUM_FLAGGED
from careteam.treatments.dose_table import LEVEL, PER_WEEK, TABLE_VERSION, DoseRow, by_ingredient
from careteam.treatments.doses import DosePeriod, steps_words
from careteam.treatments.entries import Dose
from careteam.treatments.level_days import used, with_levels
from careteam.treatments.runs import (
    NEVER,
    Days,
    Interval,
    Run,
    common,
    joined,
    longest,
    possibly,
    stretches,
    surely,
)
from careteam.treatments.tried import (
    FOUR_WEEKS,
    HALF,
    RULE_VERSION,
    SIX_WEEKS,
    Adequacy,
    Answer,
    Basis,
    Flag,
    Input,
    Level,
    Medicine,
    Outcome,
    Taken,
)

AS_PLANNED = 80  # per cent of the days told of
REPORTED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Standard:
    """One way to count: so many days at the lower or the strict dose. `met` is None for "cannot tell"."""

    days: int
    strict: bool
    met: bool | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Something not known that would settle a trial: a date (`start` or `end`), or what a dose does not say."""

    what: str
    medicine: str
    on: PartialDate | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One medicine tried. `strict` and `lower` are the days of its longest run at the strict and the lower dose.

    `needed` is how many days (or sessions) the label asks for. `base` names what an added medicine was added to,
    `beside` what was taken beside it. Nothing of the dose table is told.
    """

    key: str
    entries: tuple[str, ...]
    ingredient: str
    names: tuple[str, ...]
    kind: str
    start: PartialDate | None
    end: PartialDate | None
    ongoing: bool
    doses: tuple[DosePeriod, ...]
    strict: Days
    lower: Days
    needed: int
    counted: str
    adequacy: Adequacy
    openings: tuple[Opening, ...]
    outcome: Outcome
    answer: Answer
    flags: frozenset[Flag]
    beside: tuple[str, ...]
    base: tuple[str, ...]
    changed_on: tuple[str, ...]
    basis: Basis
    last: Interval
    usual: tuple[Interval, ...]
    taking: Interval

    @property
    def dose(self) -> str:
        """Its steps in order: `50 mg; then 100 mg`."""
        return steps_words(self.doses)

    @property
    def standards(self) -> tuple[Standard, ...]:
        """Every way to count: four and six weeks, at the strict and the lower dose; four weeks for what was added."""
        skipped = Flag.LESS_THAN_PLANNED in self.flags
        lengths = (FOUR_WEEKS,) if self.augments else (FOUR_WEEKS, SIX_WEEKS)
        if self.counted == "sessions":
            return (Standard(FOUR_WEEKS, True, self.strict.reach(self.needed)),)
        return tuple(
            Standard(length, strict, None if skipped and met else met)
            for length in lengths
            for strict, met in ((True, self.strict.reach(length)), (False, self.lower.reach(length)))
        )

    @property
    def augments(self) -> bool:
        """Whether it is judged as added to an antidepressant."""
        return self.kind == "augmenter"


@dataclass(frozen=True, slots=True)
class Base:
    """The days on which some antidepressant was sufficient, by the strict and the lower dose, certainly and perhaps."""

    strict_sure: Sequence[Interval] = ()
    strict_may: Sequence[Interval] = ()
    lower_sure: Sequence[Interval] = ()
    lower_may: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The days of one trial at each dose, certainly and perhaps: what judging it begins with."""

    row: DoseRow
    doses: tuple[Dose, ...]
    days: Base
    taken: Sequence[Interval]
    levels: tuple[Level, ...]


def found_days(ingredient: str, doses: Sequence[Dose], levels: Sequence[Level]) -> Found:
    """The days of a trial's doses, with the levels that say something about them."""
    row = by_ingredient()[ingredient][0]
    told = with_levels(row, stretches([dose.span for dose in doses]), levels)
    strict = surely(told, row.high), possibly(told, row.high)
    lower = strict if row.low == row.high else (surely(told, row.low), possibly(told, row.low))
    in_order = sorted(used(row, levels), key=lambda level: (level.on.text, level.id))
    taken = joined((one.first, one.last) for one in told)
    return Found(row, tuple(doses), Base(*strict, *lower), taken, tuple(in_order))


def judged(found: Found, key: str, base: Base | None = None, *, twice: Container[str] = ()) -> Trial:
    """One trial; `twice` names entries of which a dose is written down twice.

    `base`: for a medicine that is judged as added, the days on which an antidepressant was sufficient.
    """
    row, doses, days = found.row, found.doses, found.days
    if base is not None:
        days = Base(
            common(days.strict_sure, base.strict_sure),
            common(days.strict_may, base.strict_may),
            common(days.lower_sure, base.lower_sure),
            common(days.lower_may, base.lower_may),
        )
    run = longest(days.strict_may)
    wider = run if days.lower_may is days.strict_may else longest(days.lower_may)
    strict = _days(found, days.strict_sure, run, row.high, alone=base is None)
    lower = strict if row.low == row.high else _days(found, days.lower_sure, wider, row.low, alone=base is None)
    needed = SIX_WEEKS if base is None else FOUR_WEEKS
    medicines = _of(doses)
    skipped = _less_than_planned(medicines, run if run.days else wider)
    adequacy = _adequacy(strict, lower, needed, skipped=skipped)
    if base is not None and not common(found.taken, base.lower_may):
        adequacy = Adequacy.NOT_ASSESSABLE
    answer = _answer(doses)
    outcome = _outcome(answer, adequacy)
    flags = _flags(
        found, answer, skipped=skipped, added=base is not None, twice=any(one.id in twice for one in medicines)
    )
    first, last = doses[0].span, max((dose.span for dose in doses), key=lambda span: (span.last, span.sure_last))
    return Trial(
        key=key,
        entries=tuple(medicine.id for medicine in medicines),
        ingredient=row.ingredient,
        names=tuple(dict.fromkeys(medicine.name for medicine in medicines)),
        kind="antidepressant" if base is None else "augmenter",
        start=first.start,
        end=last.end,
        ongoing=any(medicine.status == "active" for medicine in medicines) and last.end is None,
        doses=tuple(dose.written for dose in doses if dose.written),
        strict=strict,
        lower=lower,
        needed=needed,
        counted="days",
        adequacy=adequacy,
        openings=_openings(found) if adequacy == Adequacy.CANNOT_TELL and not skipped else (),
        outcome=outcome,
        answer=answer,
        flags=flags,
        beside=(),
        base=(),
        changed_on=tuple(sorted({one.changed_on.isoformat() for one in medicines if one.changed_on})),
        basis=Basis((*map(Input, medicines), *map(Input, found.levels)), RULE_VERSION, TABLE_VERSION),
        last=(max(dose.span.sure_last for dose in doses), last.last),
        usual=tuple(found.days.lower_sure),
        taking=(min(dose.span.sure_first for dose in doses), max(dose.span.sure_last for dose in doses)),
    )


# -- Dose and time -----------------------------------------------------------------------------------------------------
def _days(found: Found, sure: Sequence[Interval], run: Run, needed: Decimal, *, alone: bool) -> Days:
    """A run at least and at most; a sufficient dose that was taken at all was taken for one day."""
    certain = longest(sure).days
    if alone and not certain and run.days and found.row.unit != LEVEL:
        certain = int(any(dose.span.amount is not None and dose.span.amount >= needed for dose in found.doses))
    return Days(certain, None if run.days and run.first == NEVER else run.days)


def _adequacy(strict: Days, lower: Days, needed: int, *, skipped: bool) -> Adequacy:
    """The label by the longer standard. Where the strict dose and the lower one disagree, the standards differ."""
    by_strict, by_lower = strict.reach(needed), lower.reach(needed)
    if by_strict is None or (by_strict is False and by_lower is None):
        return Adequacy.CANNOT_TELL
    if by_strict or by_lower:
        return Adequacy.CANNOT_TELL if skipped else Adequacy.FULL if by_strict else Adequacy.DIFFER
    return Adequacy.BELOW if lower.most == 0 else Adequacy.TOO_SHORT


def _less_than_planned(medicines: Sequence[Medicine], run: Run) -> bool:
    """Whether she said of the days in the run that she took it as planned on less than four of five."""
    told = {
        report.on: report.days
        for medicine in medicines
        for report in sorted(medicine.taken, key=_on)
        if run.first <= report.on.toordinal() - REPORTED_DAYS + 1 and report.on.toordinal() <= run.last
    }
    return 100 * sum(told.values()) < AS_PLANNED * REPORTED_DAYS * len(told)


def _on(report: Taken) -> tuple[int, int]:
    return report.on.toordinal(), report.days


def _openings(found: Found) -> tuple[Opening, ...]:
    """What is not known about the doses that may be sufficient: dates first, then amounts, then a level."""
    row = found.row
    dates: list[Opening] = []
    others: list[Opening] = []
    enough = [dose for dose in found.doses if dose.span.amount is None or dose.span.amount >= row.low]
    changes = {dose.ended for dose in enough} & {dose.began for dose in enough}
    for dose in enough if row.unit != LEVEL else found.doses:
        if dose.missing is not None:
            others.append(Opening(dose.missing, dose.of.name, words=dose.written.words if dose.written else ""))
        if (dose.began is None or dose.began.precision != "day") and dose.began not in changes - {None}:
            dates.append(Opening("start", dose.of.name, dose.began))
        open_end = dose.ended is None and dose.span.sure_last < dose.span.last
        if open_end or (dose.ended and dose.ended.precision != "day" and dose.ended not in changes):
            dates.append(Opening("end", dose.of.name, dose.ended))
    if row.unit == LEVEL:
        others = [Opening("level", found.doses[0].of.name)]
    return tuple(dict.fromkeys([*dates, *others]))


# -- What it did -------------------------------------------------------------------------------------------------------
def _of(doses: Sequence[Dose]) -> tuple[Medicine, ...]:
    return tuple({dose.of.id: dose.of for dose in doses}.values())


def _answer(doses: Sequence[Dose]) -> Answer:
    """What became of the trial: the answer of the entry that went on longest, of those that were answered."""
    by_end = sorted(doses, key=lambda dose: (dose.span.last, dose.span.sure_last, dose.of.id))
    answered = [dose.of.answer for dose in by_end if dose.of.answer != Answer()]
    return answered[-1] if answered else Answer()


def _outcome(answer: Answer, adequacy: Adequacy) -> Outcome:
    """Below half is "not enough". Words count where no per cent is given; "somewhat" and "cannot tell" are neither."""
    early = adequacy in (Adequacy.TOO_SHORT, Adequacy.BELOW)
    if early and answer.stop_reason == StopReason.SIDE_EFFECTS:
        return Outcome.NOT_TOLERATED
    return told_outcome(answer)


def told_outcome(answer: Answer) -> Outcome:
    """What a treatment did, by the answers alone."""
    if answer.best is not None:
        if answer.best < HALF:
            return Outcome.NOT_ENOUGH
        return Outcome.LOST if answer.at_end is not None and answer.at_end < HALF else Outcome.HELPED
    if answer.helped in (Helped.NOT_AT_ALL, Helped.A_LITTLE):
        return Outcome.NOT_ENOUGH
    if answer.helped == Helped.A_LOT:
        return Outcome.LOST if answer.at_end is not None and answer.at_end < HALF else Outcome.HELPED
    if not answer.helped and answer.stop_reason == StopReason.DID_NOT_HELP:
        return Outcome.NOT_ENOUGH
    return Outcome.UNKNOWN


def _flags(found: Found, answer: Answer, *, skipped: bool, added: bool, twice: bool) -> frozenset[Flag]:
    flagged = found.row.unit == LEVEL and not found.levels
    amounts = [dose.span.amount for dose in found.doses if dose.missing is None and dose.span.amount is not None]
    true = {
        Flag.AUGMENTATION: added,
        Flag.TWICE: twice,
        Flag.LESS_THAN_PLANNED: skipped,
        Flag.WEEKLY: any(dose.row.unit == PER_WEEK for dose in found.doses),
        Flag.BY_LEVEL: bool(found.levels),
        Flag.BY_AMOUNT_ALONE: flagged and any(amount >= LITHIUM_FLAGGED for amount in amounts),
        Flag.SIDE_EFFECTS: answer.stop_reason == StopReason.SIDE_EFFECTS,
    }
    return frozenset(flag for flag, holds in true.items() if holds)
