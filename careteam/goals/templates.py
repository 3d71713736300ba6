"""Five goals to begin with, for those who want to begin somewhere: words to change, never advice. Pure.

Each stands for one line of the seed article that the domain reference quotes as S9 to S13; the words are our own.
"""

from __future__ import annotations

from dataclasses import dataclass

from careteam.goals.steps import Step
from careteam.sharing.codes import Label


@dataclass(frozen=True, slots=True)
class Template:
    """A goal to begin with. `source` is its line of the article; `labels` are the sensitive topics it touches.

    Why it matters is left to her, and what helps or harms to those who treat her.
    """

    source: str
    title: str
    words: str
    steps: tuple[Step, ...]
    labels: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Its name in an address, which says nothing about what it holds."""
        return self.source.lower()


def templates() -> tuple[Template, ...]:
    """All five, in the article's order: S9, S10, S11, S12, S13."""
    return (the_plan(), alcohol_and_drugs(), stress(), sleep(), moving())


def template(code: str) -> Template | None:
    """The one with this code, or None."""
    return next((one for one in templates() if one.code == code), None)


def the_plan() -> Template:
    """S9, stick to the plan: visits, therapy, doses."""
    return Template(
        "S9",
        "Keep to the plan we made",
        "Keep to the plan I made with my team: visits, sessions and medicines",
        (
            Step("Put my next visit where I will see it"),
            Step("Choose a time of day for my medicines"),
            Step("Say so at a visit when the plan does not fit my days"),
        ),
    )


def alcohol_and_drugs() -> Template:
    """S10, avoid drinking and drugs. It arrives marked as a sensitive topic, which is off for everybody."""
    return Template(
        "S10",
        "Go without alcohol and drugs",
        "Go without alcohol and drugs for as many days as I choose",
        (
            Step("Choose the first days"),
            Step("Have something else to drink at home"),
            Step("Tell one person whom I trust"),
        ),
        (Label.ALCOHOL_DRUGS.value,),
    )


def stress() -> Template:
    """S11, tame stress."""
    return Template(
        "S11",
        "Make stress a little smaller",
        "Have one quiet quarter of an hour on most days",
        (
            Step("Find a place and a time"),
            Step("Try one thing: slow breathing, music, the window"),
            Step("Ask for help with one thing that weighs on me"),
        ),
    )


def sleep() -> Template:
    """S12, good sleep."""
    return Template(
        "S12",
        "Sleep more steadily",
        "Get up at about the same time on most days",
        (
            Step("Choose the time"),
            Step("Choose what helps me wind down before bed"),
            Step("Write down a night that went badly, without judging it"),
        ),
    )


def moving() -> Template:
    """S13, move your body."""
    return Template(
        "S13",
        "Move a little more",
        "Move in a way I do not mind, on some days of the week",
        (
            Step("Choose what: a walk, stretching, dancing in the kitchen"),
            Step("Choose a day for the first one"),
            Step("Find out what is enough on a bad day"),
        ),
    )
