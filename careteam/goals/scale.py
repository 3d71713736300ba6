"""The scale of a goal: five levels in words, written before anything is rated, and what each counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from careteam.goals import gas
from careteam.sharing.errors import Invalid

LEVEL_MOST = 200
NUMBERS = tuple(gas.LEVELS)  # -2 to 2


@dataclass(frozen=True, slots=True)
class Scale:
    """`levels` are the words for -2, -1, 0, 1 and 2; `start` is where she was when they were written.

    `importance` and `difficulty` (0 to 3 each) weigh the goal, or neither does. `counts`: her clinicians may see one
    figure in which this goal counts.
    """

    levels: tuple[str, ...]
    start: int = gas.USUAL_START
    importance: int | None = None
    difficulty: int | None = None
    counts: bool = False

    @property
    def weight(self) -> int:
        """Importance times difficulty; 1 when it was not weighed."""
        if self.importance is None or self.difficulty is None:
            return gas.EVEN
        return gas.weight(self.importance, self.difficulty)

    def words_of(self, level: int | None) -> str:
        """Her words for a level."""
        return "" if level is None else self.levels[NUMBERS.index(level)]

    def achievement(self, level: int | None) -> str:
        """FHIR's achievementStatus for a level (a decision of ours); nothing while it is not rated."""
        return "" if level is None else gas.achievement(level, self.start)


def to_json(scale: Scale) -> dict[str, Any]:
    """The scale as its goal stores it."""
    return {**asdict(scale), "levels": list(scale.levels)}


def from_json(stored: Mapping[str, Any]) -> Scale | None:
    """A stored scale; None when there is none."""
    return Scale(**{**stored, "levels": tuple(stored["levels"])}) if stored else None


def checked(
    levels: Sequence[str], *, start: int, importance: int | None, difficulty: int | None, counts: bool
) -> Scale | None:
    """The scale with these cleaned words; None when no level has any. Raises Invalid beside any field."""
    if len(levels) != len(NUMBERS):
        raise Invalid(levels="A scale has five levels.")
    if not any(levels):
        return None
    if not all(levels):
        raise Invalid(levels="Write all five levels, or leave all of them empty. They are written before you rate.")
    if start not in NUMBERS:
        raise Invalid(start="Choose one of the five levels.")
    if (importance is None) != (difficulty is None):
        raise Invalid(importance="Answer both, or leave both open.")
    scale = Scale(tuple(levels), start, importance, difficulty, counts)
    try:
        scale.weight  # noqa: B018 - asked for its refusal
    except ValueError as refused:
        raise Invalid(importance=str(refused)) from refused
    return scale
