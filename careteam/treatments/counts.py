"""Counts over the trials, pure: how many different medicines at a sufficient dose and time did not help enough.

A count to discuss, not a diagnosis. It says nothing about a person, and what is not known is never counted either way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from careteam.treatments.dose_table import TABLE_VERSION
from careteam.treatments.runs import NEVER, ordinals
from careteam.treatments.trials import Trial
from careteam.treatments.tried import (
    RULE_VERSION,
    SENTENCE,
    Adequacy,
    Basis,
    Episode,
    Input,
    Outcome,
)

METABOLITE = frozenset({"venlafaxine", "desvenlafaxine"})
NO_EPISODE = "When the current episode began is not written down, so nothing is counted for it."


@dataclass(frozen=True, slots=True)
class Count:
    """A number of different medicines, by name, of how many tried; `open` names those nobody can count yet."""

    number: int
    of: int
    names: tuple[str, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]
    words: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Counts:
    """Different antidepressants, in the current episode and ever; and as the ATRQ counts, which adds what was added.

    The two of the episode are None while nobody wrote down when it began.
    """

    current: Count | None
    ever: Count
    atrq_current: Count | None
    atrq_ever: Count
    why_none: str = ""
    sentence: str = SENTENCE


def counts(trials: Sequence[Trial], episode: Episode | None) -> Counts:
    """All four counts, worked out from the same trials."""
    known = episode is not None and episode.start is not None
    return Counts(
        _count(trials, _distinct, episode, _distinct_words) if known else None,
        _count(trials, _distinct, None, _distinct_words),
        _count(trials, _atrq, episode, _atrq_words) if known else None,
        _count(trials, _atrq, None, _atrq_words),
        "" if known else NO_EPISODE,
    )


def medicines_words(number: int) -> str:
    """`2 medicines`, `1 medicine`."""
    return f"{number} medicine{'' if number == 1 else 's'}"


# -- What counts -------------------------------------------------------------------------------------------------------
def _distinct(trial: Trial) -> bool:
    """Antidepressants only: what was added to one does not raise this count."""
    return not trial.augments


def _atrq(trial: Trial) -> bool:
    """Whatever can be assessed, added medicines as well."""
    return True


def _count(
    trials: Sequence[Trial], within: Callable[[Trial], bool], episode: Episode | None, words: Callable[..., str]
) -> Count:
    counted: list[Trial] = []
    left_open: list[Trial] = []
    tried: list[Trial] = []
    began = ordinals(episode.start) if episode is not None and episode.start is not None else (NEVER, NEVER)
    for trial in trials:
        during = reached(trial, began)
        if not within(trial) or during is False:
            continue
        tried.append(trial)
        if _certainly(trial) and during:
            counted.append(trial)
        elif _perhaps(trial):
            left_open.append(trial)
    names = tuple(sorted({trial.ingredient for trial in counted}))
    unsure = tuple(sorted({trial.ingredient for trial in left_open} - set(names)))
    of = len({(trial.ingredient, trial.augments) for trial in tried})
    inputs: dict[str, Input] = {one.id: one for trial in tried for one in trial.basis.inputs}
    if episode is not None and episode.start is not None:
        inputs[episode.id] = Input(episode)
    return Count(
        len(names),
        of,
        names,
        unsure,
        ("Venlafaxine turns into desvenlafaxine in the body; they count as two.",) if set(names) >= METABOLITE else (),
        words(len(names), of, episode is not None),
        Basis(tuple(inputs[id_] for id_ in sorted(inputs)), RULE_VERSION, TABLE_VERSION),
    )


def _certainly(trial: Trial) -> bool:
    return trial.adequacy == Adequacy.FULL and trial.outcome == Outcome.NOT_ENOUGH


def _perhaps(trial: Trial) -> bool:
    """Whether an answer or a date that is missing could still make it count."""
    dose_and_time = trial.adequacy in (Adequacy.FULL, Adequacy.CANNOT_TELL)
    return dose_and_time and trial.outcome in (Outcome.NOT_ENOUGH, Outcome.UNKNOWN)


def reached(trial: Trial, began: tuple[int, int]) -> bool | None:
    """Whether the trial reached into an episode that `began` then: yes, no, or None for "its dates do not say"."""
    surely_until, perhaps_until = trial.last
    if surely_until >= began[1]:
        return True
    return None if perhaps_until >= began[0] else False


# -- Words -------------------------------------------------------------------------------------------------------------
def _distinct_words(number: int, of: int, current: bool) -> str:
    where = " in the current episode" if current else ""
    if not number:
        return f"No medicine is written down that did not help enough at a sufficient dose and time{where}."
    return f"{medicines_words(number)} at a sufficient dose and time did not help enough{where}."


def _atrq_words(number: int, of: int, current: bool) -> str:
    where = "in the current episode" if current else "ever"
    return (
        f"Counted as the ATRQ form counts (six weeks, the stricter dose, added medicines as well): "
        f"{number} of {of} tried {where}."
    )
