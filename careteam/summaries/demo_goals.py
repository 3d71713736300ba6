"""The demo's goals that ask somebody: one that waits for Maren, one that both agreed to, and one with a scale."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from careteam.accounts.viewer import Viewer, acting_as
from careteam.goals import services
from careteam.goals.agreeing import answer_goal, propose_goal
from careteam.goals.steps import Step

PROPOSED: dict[str, Any] = {
    "words": "Get up at the same time, also on days off",
    "why": "Lithium and sleep both like a steady clock.",
    "measured": "The time in your check-in, most days",
    "realistic": "Within an hour of the weekday time",
}
AGREED: dict[str, Any] = {
    "words": "Back to four days at the library",
    "why": "I like who I am among the shelves.",
    "exactly": "Four shifts a week, none of them alone at the desk",
    "measured": "The roster",
    "realistic": "Ask for the third day",
}
ASKED = "I would begin with mornings. We look at it together when you come."
LEVELS = ("No walks", "One walk", "Three walks", "Three walks, one of them in the rain", "A walk most days")


def that_ask(maren: Viewer, lee: Viewer, rivera: Viewer) -> tuple[UUID, UUID]:
    """The agreed goal and the proposed one, in the order they were written."""
    with acting_as(maren):
        agreed = services.add_goal(
            maren,
            **AGREED,
            steps=[Step("Talk to Jonah about the mornings", True), Step("Ask about the roster")],
            agree_with=[lee.user, rivera.user],
        )
    with acting_as(lee):
        answer_goal(lee, maren.user, agreed, answer="agree", comment=ASKED)
    with acting_as(lee):
        proposed = propose_goal(lee, maren.user, **PROPOSED)
    return agreed, proposed


def with_a_scale(maren: Viewer, goal: UUID) -> None:
    """Five levels of a goal of hers, where it was at first and where it is now; it counts in the figure."""
    with acting_as(maren):
        version = services.set_scale(maren, goal, levels=LEVELS, start=-2, counts=True, expected=1)
        version = services.rate_level(maren, goal, level=-1, expected=version)
        services.rate_level(maren, goal, level=0, expected=version)
