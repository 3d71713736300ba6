"""The ledger, pure: every trial of a person judged, what was taken beside what, and what is left aside.

From the same records it is always the same, in whatever order they come.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from careteam.treatments.counts import Counts, counts
from careteam.treatments.dose_table import TABLE_VERSION, by_ingredient
from careteam.treatments.entries import Aside, Dose, Twice, sorted_out
from careteam.treatments.esketamine import judged_sessions
from careteam.treatments.runs import SAME_TRIAL, common, count, joined, ordinals, trials_of
from careteam.treatments.trials import Base, Found, Trial, found_days, judged
from careteam.treatments.tried import RULE_VERSION, Episode, Flag, Level, Medicine, Sessions


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was tried: trials, the last begun first; entries that are no trial; what is written twice; the counts."""

    trials: tuple[Trial, ...]
    aside: tuple[Aside, ...]
    twice: tuple[Twice, ...]
    counts: Counts
    today: date
    rule: str = RULE_VERSION
    table: str = TABLE_VERSION


def ledger(
    medicines: Iterable[Medicine],
    sessions: Iterable[Sessions] = (),
    levels: Iterable[Level] = (),
    episode: Episode | None = None,
    *,
    today: date,
) -> Ledger:
    """Judge everything that was written down. `today` is a day in the patient's own zone: what goes on grows daily."""
    found = sorted_out(medicines, today)
    measured = sorted(levels, key=lambda level: (level.on.text, level.id))
    parts = [
        (ingredient, at, part)
        for ingredient in sorted(found.doses)
        for at, part in enumerate(_trials(found.doses[ingredient]), 1)
    ]
    days = {(ingredient, at): found_days(ingredient, part, measured) for ingredient, at, part in parts}
    alone = {key: one for key, one in days.items() if one.row.kind == "antidepressant"}
    base = _base(alone.values())
    twice = {id_ for one in found.twice for id_ in (one.kept, one.other)}
    trials = [
        judged(one, f"{key[0]}-{key[1]}", None if key in alone else base, twice=twice) for key, one in days.items()
    ]
    trials += [judged_sessions(course, today) for course in sorted(sessions, key=lambda one: one.id)]
    ordered = tuple(sorted(_beside(trials), key=lambda trial: (*_newest(trial), trial.key)))
    return Ledger(ordered, found.aside, found.twice, counts(ordered, episode), today)


def _trials(doses: Sequence[Dose]) -> list[list[Dose]]:
    """The doses of one ingredient as trials, each in the order in which they began."""
    by_span: dict[int, Dose] = {id(dose.span): dose for dose in doses}
    return [[by_span[id(span)] for span in part] for part in trials_of(dose.span for dose in doses)]


def _newest(trial: Trial) -> tuple[int, int]:
    """What began last first; a year alone stands where its first day would, and no day is printed for it."""
    return (-ordinals(trial.start)[0], -trial.last[1]) if trial.start else (0, -trial.last[1])


def _base(antidepressants: Iterable[Found]) -> Base:
    """The days on which any antidepressant was sufficient."""
    found = [one.days for one in antidepressants]
    return Base(
        joined(one for days in found for one in days.strict_sure),
        joined(one for days in found for one in days.strict_may),
        joined(one for days in found for one in days.lower_sure),
        joined(one for days in found for one in days.lower_may),
    )


# -- What was taken beside what ----------------------------------------------------------------------------------------
def _beside(trials: Sequence[Trial]) -> list[Trial]:
    """The trials with what certainly ran beside them.

    Two antidepressants at a usual dose for more than fourteen days of the same time are a combination, told on the one
    that began later. A shorter time in which one goes and the other comes is changing over. What a medicine was added
    to is every antidepressant that ran beside it.
    """
    base = [trial for trial in trials if not trial.augments and trial.counted == "days"]
    base.sort(key=lambda trial: (trial.taking, trial.key))
    begins = [trial.taking[0] for trial in base]
    found: list[Trial] = []
    for trial in trials:
        first, last = trial.taking
        begun = bisect_right(begins, last)
        with_it = [other for other in base[:begun] if other.taking[1] >= first and other.ingredient != trial.ingredient]
        if trial.augments:
            own = {by_ingredient()[trial.ingredient][0].counts_as} - {""}
            names = dict.fromkeys([*sorted(own), *(other.ingredient for other in with_it)])
            found.append(replace(trial, base=tuple(names)))
            continue
        together = [other for other in with_it if _earlier(other, trial) and _combined(other, trial)]
        over = [other for other in with_it if other not in together and _changing(other, trial)]
        flags = trial.flags
        flags |= {Flag.COMBINATION} if together else set()
        flags |= {Flag.CHANGING_OVER} if over else set()
        named = tuple(dict.fromkeys(other.ingredient for other in [*together, *over]))
        found.append(replace(trial, flags=flags, beside=named) if named else trial)
    return found


def _earlier(one: Trial, other: Trial) -> bool:
    return (one.taking, one.key) < (other.taking, other.key)


def _combined(one: Trial, other: Trial) -> bool:
    return count(common(one.usual, other.usual)) > SAME_TRIAL


def _changing(one: Trial, other: Trial) -> bool:
    """Whether the one that began first ended while the other went on."""
    first, second = (one, other) if _earlier(one, other) else (other, one)
    return first.taking[1] < second.taking[1] and not _combined(one, other)
