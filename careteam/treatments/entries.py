"""From what was written down to doses on days, pure: which row of the table, how much a day, what is written twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from careteam.sharing.partial import PartialDate
from careteam.treatments.codes import Status
from careteam.treatments.daily import Daily, Missing, daily, row_of
from careteam.treatments.dose_table import LEVEL, SESSION, DoseRow, by_ingredient
from careteam.treatments.doses import DosePeriod, status_on
from careteam.treatments.medicine_names import recognized
from careteam.treatments.runs import Span, span_of
from careteam.treatments.tried import Medicine, NotJudged


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of one entry on its days; `written` is None where no amount was written down at all."""

    of: Medicine
    span: Span
    written: DosePeriod | None
    missing: Missing | None
    row: DoseRow

    @property
    def began(self) -> PartialDate | None:
        """Since when, as exactly as it is known."""
        return self.span.start

    @property
    def ended(self) -> PartialDate | None:
        """Until when, as exactly as it is known."""
        return self.span.end


@dataclass(frozen=True, slots=True)
class Twice:
    """Two entries that say the same dose for the same time: it counts once until one of them is changed."""

    ingredient: str
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was written down and is no trial, with the reason. Its name stands as it was typed."""

    medicine: Medicine
    why: NotJudged
    ingredient: str = ""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The doses of each ingredient, what is written twice, and what is left aside."""

    doses: dict[str, list[Dose]]
    twice: tuple[Twice, ...]
    aside: tuple[Aside, ...]


def sorted_out(medicines: Iterable[Medicine], today: date) -> Sorted:
    """Every entry to the ingredient it is, its doses as days; in an order that does not depend on theirs."""
    doses: dict[str, list[Dose]] = defaultdict(list)
    aside: list[Aside] = []
    for medicine in sorted(medicines, key=lambda one: one.id):
        ingredient = medicine.ingredient or recognized(medicine.name)
        times = [period.times for period in medicine.periods]
        row = row_of(ingredient, f"{medicine.name} {medicine.form}", times) if ingredient else None
        if why := _aside(medicine, ingredient, row, today):
            aside.append(Aside(medicine, why, ingredient))
        elif row is not None:
            for name, dose in _doses(medicine, row, today.toordinal()):
                doses[name].append(dose)
    twice: list[Twice] = []
    for ingredient, found in doses.items():
        doses[ingredient], again = _once(found)
        twice += [Twice(ingredient, *pair) for pair in sorted(again)]
    return Sorted(dict(doses), tuple(twice), tuple(aside))


def _aside(medicine: Medicine, ingredient: str, row: DoseRow | None, today: date) -> NotJudged | None:
    if not ingredient or ingredient not in by_ingredient():
        return NotJudged.NO_MATCH
    if row is None:
        return NotJudged.FORM
    if row.unit == SESSION:
        return NotJudged.SESSIONS
    if medicine.as_needed:
        return NotJudged.AS_NEEDED
    if medicine.status == Status.NOT_TAKEN:
        return NotJudged.NOT_TAKEN
    planned = status_on(medicine.status, medicine.start, medicine.end, today) == Status.INTENDED
    return NotJudged.PLANNED if planned or (medicine.start and medicine.start.earliest > today) else None


def _doses(medicine: Medicine, row: DoseRow, today: int) -> Iterable[tuple[str, Dose]]:
    """Each dose with the ingredient it is a dose of: a product of two may be one of the other as well."""
    open_ = medicine.status == Status.ACTIVE
    said = f"{medicine.name} {medicine.form}"
    for period in sorted(medicine.periods, key=_in_order) or (None,):
        start = (period.start if period else None) or medicine.start
        end = (period.end if period else None) or medicine.end
        a_day = daily(row, period, said) if period else Daily(None, Missing.DOSE)
        # A level judges by itself, so that taking some amount is all there is to know.
        amount = a_day.amount or Decimal(1) if row.unit == LEVEL else a_day.amount
        span = span_of(medicine.id, amount, start, end, today, open_=open_)
        if span is None:
            continue
        yield row.ingredient, Dose(medicine, span, period, a_day.missing, row)
        if row.counts_as:
            other = span_of(medicine.id, a_day.second, start, end, today, open_=open_)
            if other is not None:
                yield row.counts_as, Dose(medicine, other, period, a_day.missing, row)


def _in_order(period: DosePeriod) -> tuple[str, ...]:
    """Whatever order the doses of an entry come in, they are looked at in one."""
    return (*(_text(on) for on in (period.start, period.end)), period.amount, period.unit, period.times)


# -- What is written twice ---------------------------------------------------------------------------------------------
def _once(doses: Sequence[Dose]) -> tuple[list[Dose], set[tuple[str, str]]]:
    """The doses without those that say the same again, and which entries said them.

    The same amount and form for the same dates is the same dose, unless both say when it is taken and say different
    times.
    """
    alike: dict[tuple[Decimal, str, str, str], list[Dose]] = defaultdict(list)
    kept: list[Dose] = []
    for dose in doses:
        if dose.span.amount is None:
            kept.append(dose)
        else:
            alike[dose.span.amount, dose.row.formulation, _text(dose.began), _text(dose.ended)].append(dose)
    again: set[tuple[str, str]] = set()
    for same in alike.values():
        first: list[Dose] = []
        for dose in sorted(same, key=lambda one: (_times(one), one.of.id)):
            double = next((one for one in first if _same(one, dose)), None)
            if double is None:
                first.append(dose)
            else:
                again.add((double.of.id, dose.of.id))
        kept += first
    return kept, again


def _same(one: Dose, other: Dose) -> bool:
    mine, hers = _times(one), _times(other)
    return mine == hers or (one.of.id != other.of.id and "" in (mine, hers))


def _times(dose: Dose) -> str:
    return dose.written.times.casefold() if dose.written else ""


def _text(on: PartialDate | None) -> str:
    return on.text if on else ""
