"""One self-care prompt a week: the topics of the article that careteam began with, as a question. Pure.

The topics are the seed's (domain reference S11 to S13). A prompt asks; it says nothing about what helps against what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SOURCE = "From the self-care tips of the article for patients that careteam began with."


@dataclass(frozen=True, slots=True)
class Prompt:
    """A topic, one question about it, and where the topic comes from."""

    topic: str
    words: str
    source: str


PROMPTS = (
    Prompt("Tame stress", "What is one small thing that lets you breathe out, and where could it fit in?", SOURCE),
    Prompt("Good sleep", "Is there one small thing that would make a night easier for you?", SOURCE),
    Prompt("Move your body", "Is there one way to move that you do not mind, and a place for it in your days?", SOURCE),
)


def prompt_of(monday: date) -> Prompt:
    """The prompt of the week that began on this Monday: they take turns, and a week always has the same one."""
    return PROMPTS[monday.toordinal() // 7 % len(PROMPTS)]
