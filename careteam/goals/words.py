"""What is written of a goal, cleaned: the words that those whom it asks agree to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from careteam.goals.models import WORDS_MOST, Goal
from careteam.goals.steps import STEP_MOST, STEPS_MOST, Step, to_json
from careteam.sharing.errors import Invalid
from careteam.sharing.partial import clean_date
from careteam.sharing.services import clean_text


def written(
    *, words: str, why: str, exactly: str, measured: str, realistic: str, steps: Sequence[Step], target: str | None
) -> dict[str, Any]:
    """What was written, as columns; 500 characters for each text. Raises Invalid beside any field.

    Steps without text are left out (30 at most, 200 characters each); `target` is a partial date.
    """
    kept = [Step(clean_text(step.text, "steps", STEP_MOST), step.done is True) for step in steps if step.text.strip()]
    if len(kept) > STEPS_MOST:
        raise Invalid(steps=f"{STEPS_MOST} steps fit here.")
    day = clean_date(target, "target")
    return {
        "words": clean_text(words, "words", WORDS_MOST),
        "reason": clean_text(why, "why", WORDS_MOST, required=False),
        "exactly": clean_text(exactly, "exactly", WORDS_MOST, required=False),
        "measured": clean_text(measured, "measured", WORDS_MOST, required=False),
        "realistic": clean_text(realistic, "realistic", WORDS_MOST, required=False),
        "steps": [to_json(step) for step in kept],
        "target": day.text if day else "",
    }


def says_otherwise(goal: Goal, columns: Mapping[str, Any]) -> bool:
    """Whether these words are others than the goal's. A tick is no word."""
    return any(_said(getattr(goal, name)) != _said(value) for name, value in columns.items())


def _said(value: Any) -> Any:
    return [step["text"] for step in value] if isinstance(value, list) else value
