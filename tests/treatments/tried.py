"""Trials for the tests in a line each: a medicine as somebody wrote it down, and the ledger made of some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from careteam.treatments.doses import DosePeriod
from careteam.treatments.ledger import Ledger, ledger
from careteam.treatments.trials import Trial
from careteam.treatments.tried import Answer, Episode, Level, Medicine
from tests.treatments.doses import TODAY, dose, on

EPISODE = Episode(on("2024-01"), "episode")
_numbers = count(1)


def took(name: str, *doses: str | DosePeriod, start: str = "", end: str = "", **more: Any) -> Medicine:
    """`took("sertraline", "100", start="2025-01-01", end="2025-02-25", best=30)`: stopped when it has an end."""
    answer = Answer(**{part: more.pop(part) for part in ("best", "at_end", "helped", "stop_reason") if part in more})
    periods = tuple(dose(one) if isinstance(one, str) else one for one in doses)
    more.setdefault("status", "stopped" if end else "active")
    more.setdefault("id", f"{next(_numbers):04}")
    return Medicine(name=name, periods=periods, start=on(start), end=on(end), answer=answer, **more)


def judge(*medicines: Medicine, today: date = TODAY, episode: Episode | None = EPISODE, **more: Any) -> Ledger:
    """The ledger of these."""
    return ledger(medicines, today=today, episode=episode, **more)


def trial(*medicines: Medicine, of: str = "", **more: Any) -> Trial:
    """The one trial these make, or the one `of` an ingredient."""
    found = [one for one in judge(*medicines, **more).trials if not of or one.ingredient == of]
    assert len(found) == 1, found
    return found[0]


def met(one: Trial, days: int, *, strict: bool = True) -> bool | None:
    """What one standard answers."""
    return next(said.met for said in one.standards if (said.days, said.strict) == (days, strict))


def level(value: str, day: str, substance: str = "lithium", unit: str = "mmol/L", hours: str = "12") -> Level:
    """A level, twelve hours after the dose."""
    measured = on(day)
    assert measured
    return Level(
        id=f"level-{next(_numbers)}",
        substance=substance,
        value=Decimal(value),
        unit=unit,
        on=measured,
        hours=Decimal(hours) if hours else None,
    )


def published() -> Sequence[Medicine]:
    """The five treatments of a published case (Current Psychiatry, two clinical tools), on invented dates."""
    return (
        took("sertraline", "100", start="2018-01-01", end="2018-03-31", best=0, id="1"),
        took("citalopram", "20", start="2018-04-10", end="2018-05-09", best=0, id="2"),
        took("venlafaxine", "75", start="2018-06-01", end="2018-07-19", best=30, id="3"),
        took(
            "duloxetine",
            dose("60", "2018-08-01", "2018-08-31"),
            dose("90", "2018-09-01", "2020-07-31"),
            start="2018-08-01",
            end="2020-07-31",
            best=80,
            at_end=35,
            id="4",
        ),
        took("aripiprazole", "10", start="2020-07-01", end="2020-07-29", best=0, id="5"),
    )


def bare(one: Trial) -> Trial:
    """A trial without the records it was worked out from, to compare what was found."""
    return replace(one, entries=(), basis=replace(one.basis, inputs=()), names=(), key="", doses=())
