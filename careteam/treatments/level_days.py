"""Levels on days, pure: what a measured level says about the days around it, while the dose stays the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from careteam.treatments.dose_table import LEVEL, DoseRow
from careteam.treatments.medicine_names import recognized
from careteam.treatments.runs import Stretch
from careteam.treatments.tried import Level

SAME_UNIT = {"meq/l": "mmol/l", "mval/l": "mmol/l", "μg/l": "ng/ml", "mcg/l": "ng/ml", "ug/l": "ng/ml"}
TROUGH = (10, 14)  # hours after the last dose that pass for "twelve hours"


def with_levels(row: DoseRow, found: Sequence[Stretch], levels: Sequence[Level]) -> list[Stretch]:
    """The stretches as the levels tell them.

    Lithium is judged by its level alone: without one, nobody knows. Where a level is enough beside the dose, days with
    it count as a sufficient dose. A level says something about the days of the same dose, from the level before it (or
    from the first day of that dose) until the next.
    """
    if not row.level_unit:
        return list(found)
    measured = sorted((level.on.earliest.toordinal(), level.value) for level in levels if _counts(row, level))
    told: list[Stretch] = []
    for stretch in found:
        here = [(day, value) for day, value in measured if stretch.first <= day <= stretch.last]
        if not here:
            told.append(replace(stretch, least=Decimal(0), most=None) if row.unit == LEVEL else stretch)
            continue
        begins = [stretch.first, *(day for day, _ in here[1:])]
        ends = [*(day - 1 for day, _ in here[1:]), stretch.last]
        for (_, value), first, last in zip(here, begins, ends, strict=True):
            if first <= last:
                told.append(_told(row, replace(stretch, first=first, last=last), value))
    return told


def used(row: DoseRow, levels: Sequence[Level]) -> list[Level]:
    """The levels that say something about this ingredient."""
    return [level for level in levels if _counts(row, level)] if row.level_unit else []


def _told(row: DoseRow, stretch: Stretch, value: Decimal) -> Stretch:
    sure = stretch.least > 0
    if row.unit == LEVEL:
        return replace(stretch, least=value if sure else Decimal(0), most=value)
    if row.level_low is not None and row.level_high is not None and row.level_low <= value <= row.level_high:
        least = max(stretch.least, row.high) if sure else stretch.least
        return replace(stretch, least=least, most=None if stretch.most is None else max(stretch.most, row.high))
    return stretch


def _counts(row: DoseRow, level: Level) -> bool:
    """Whether it is a level of this ingredient, on a known day, in its unit, and not taken at another hour."""
    unit = level.unit.replace("\u00b5", "\u03bc").replace(" ", "").casefold()
    same = SAME_UNIT.get(unit, unit) == row.level_unit.casefold()
    hour = level.hours is None or TROUGH[0] <= level.hours <= TROUGH[1]
    return same and hour and level.on.precision == "day" and recognized(level.substance) == row.ingredient
