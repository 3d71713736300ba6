"""Goal attainment scaling: five levels written before starting, and one figure over several goals. Pure.

Kiresuk & Sherman 1968; the figure as in Turner-Stokes 2009 (doi:10.1177/0269215508101742) after its erratum. It says
how far goals were reached against what was expected, never how somebody is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

LEVELS = {
    -2: "Much less than hoped for",
    -1: "Less than hoped for",
    0: "What was hoped for",
    1: "More than hoped for",
    2: "Much more than hoped for",
}
USUAL_START = -1
BETWEEN_GOALS = 0.3  # the expected correlation of the goals of one person (Kiresuk & Sherman 1968)
WEIGHT_MOST = 3  # of importance, and of difficulty
EVEN = 1


@dataclass(frozen=True, slots=True)
class Rated:
    """One goal's part of the figure: `level` -2 to 2, None when not rated; `weight` 0 to 9, 1 when not weighed."""

    level: int | None
    weight: int = EVEN


@dataclass(frozen=True, slots=True)
class Attainment:
    """`t` is 50 when every goal came out as hoped for; None without one that counts. `left_out` were not rated."""

    t: float | None
    counted: int
    left_out: int

    @property
    def words(self) -> str:
        """`54.4, from 3 goals`, or why there is no figure. Rounded for display alone."""
        if not self.counted:
            return "No figure: none of these goals is rated yet."
        if self.t is None:
            return "No figure: every goal that is rated has a weight of 0."
        left = f", {self.left_out} not rated" if self.left_out else ""
        return f"{self.t:.1f}, from {self.counted} {'goal' if self.counted == 1 else 'goals'}{left}"


def weight(importance: int, difficulty: int) -> int:
    """Importance times difficulty, each 0 to 3; raises ValueError for anything else."""
    for one in (importance, difficulty):
        if type(one) is not int or not 0 <= one <= WEIGHT_MOST:
            raise ValueError("Choose 0, 1, 2 or 3.")
    return importance * difficulty


def attainment(goals: Iterable[Rated]) -> Attainment:
    """The T-score of these goals; unrated ones are left out.

    T = 50 + 10 Σ(wx) / √((1 - r) Σw² + r (Σw)²) with r = 0.3, w the weights and x the levels.
    """
    everything = list(goals)
    rated = [(one.level, one.weight) for one in everything if one.level is not None]
    if any(level not in LEVELS for level, _ in rated):
        raise ValueError("A level is -2, -1, 0, 1 or 2.")
    total = sum(weight for _, weight in rated)
    t = None
    if total:
        spread = (1 - BETWEEN_GOALS) * sum(weight**2 for _, weight in rated) + BETWEEN_GOALS * total**2
        t = 50 + 10 * sum(level * weight for level, weight in rated) / sqrt(spread)
    return Attainment(t, len(rated), len(everything) - len(rated))


def achievement(level: int, start: int) -> str:
    """FHIR's word for a level reached from where one started: a decision of ours, for files that ask for one."""
    if level not in LEVELS or start not in LEVELS:
        raise ValueError("A level is -2, -1, 0, 1 or 2.")
    if level >= 0:
        return "achieved"
    if level > start:
        return "improving"
    return "worsening" if level < start else "no-change"
