"""The days of the demo's story: check-ins of about five months with honest gaps, and a few events of a life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from careteam.checkins.codes import Energy, Medicines, Mood, Sleep

DAYS = 150
BLANK = ((126, 119), (74, 61), (33, 30))  # stretches without any: first and last day ago
SKIPS, TELLS_MORE = 0.25, 0.6
HEAVIER, LIGHTER = 90, 18  # days ago: the scores rise from the one on, and fall a little from the other
HOURS = (8, 13, 21)
WORDS = {
    1: "Two loads of washing. That was the day.",
    3: "Hands steady by noon.",
    6: "Walked with Jonah in the drizzle.",
    12: "Meeting ran long and so did I.",
    24: "Slept in the chair.",
    45: "Nothing to tell.",
    83: "Rain all day. It suited me.",
    110: "Cut the grass, badly.",
}
EVENTS = (
    (132, "Back at work three days a week"),
    (71, "My mother was in hospital for a week"),
    (24, "Moved my desk to the quiet room at work"),
)


@dataclass(frozen=True)
class Day:
    """A day so many days ago, what she tapped, and when on her clock."""

    ago: int
    said: dict[str, Any]
    hour: int
    minute: int


def days_told(dice: Random) -> Iterator[Day]:
    """Every day with a check-in, the oldest first; never today, which is left to whoever tries the demo."""
    for ago in range(DAYS, 0, -1):
        if any(last <= ago <= first for first, last in BLANK) or (dice.random() < SKIPS and ago not in WORDS):
            continue
        yield Day(ago, _said(dice, ago), dice.choice(HOURS), dice.randrange(60))


def _said(dice: Random, ago: int) -> dict[str, Any]:
    """Heavier while the scores rose, a little lighter since lithium; much is left blank."""
    low, high = (1, 3) if ago > HEAVIER or ago <= LIGHTER else (0, 2)
    mood = min(dice.randint(low, high), dice.randint(low, high))
    said = {"mood": tuple(Mood)[mood].value, "words": WORDS.get(ago, "")}
    if dice.random() < TELLS_MORE:
        said["sleep"] = dice.choice((Sleep.BROKEN, Sleep.BROKEN, Sleep.ENOUGH, Sleep.HARDLY_ANY)).value
        said["energy"] = tuple(Energy)[dice.randint(0, 2)].value
    if dice.random() < TELLS_MORE:
        taken = (Medicines.AS_PLANNED,) * 6 + (Medicines.SOME, Medicines.NOT_TODAY, Medicines.RATHER_NOT_SAY)
        said["medicines"] = dice.choice(taken).value
    return said
