"""The steps of a goal, pure: small things on the way, each done or not. Nothing counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from careteam.sharing.errors import Invalid

STEPS_MOST = 30
STEP_MOST = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the patient's own words."""

    text: str
    done: bool = False


def to_json(step: Step) -> dict[str, str | bool]:
    """The step as its goal stores it."""
    return {"text": step.text, "done": step.done}


def from_json(stored: Mapping[str, Any]) -> Step:
    """A stored step."""
    return Step(str(stored["text"]), stored["done"] is True)


def ticked(steps: Sequence[Step], index: int, done: bool) -> tuple[Step, ...]:
    """The steps with the one at `index` (from 0) marked; raises Invalid when there is no such step."""
    if not 0 <= index < len(steps):
        raise Invalid(index="This step is not there any more.")
    return (*steps[:index], replace(steps[index], done=done), *steps[index + 1 :])
