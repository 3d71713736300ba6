"""The baseline by rule.md: beside the start of the newest treatment, else the first of the episode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.measures.baseline import Anchor, baseline
from careteam.sharing.partial import PartialDate

BEGAN = date(2026, 3, 20)


@dataclass(frozen=True)
class Form:
    """A completed form on a day."""

    on: date


def forms(*days: int) -> list[Form]:
    """Forms so many days before (below zero) or after the treatment began, oldest first."""
    return [Form(BEGAN + timedelta(days=day)) for day in days]


def chosen(days: tuple[int, ...], treatment: str | None = "2026-03-20", episode: str | None = None) -> int | None:
    anchor = Anchor(PartialDate(treatment) if treatment else None, PartialDate(episode) if episode else None)
    found = baseline(forms(*days), anchor)
    return (found.on - BEGAN).days if found else None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((-40, -14, -3, 5, 30), -3),  # the last of the 14 days before
        ((-40, -14, 5, 30), -14),  # the fourteenth day still counts
        ((-40, -15, 5, 30), 5),  # the fifteenth does not: then the first of the 7 days after
        ((-40, -15, 7, 30), 7),
        ((-40, -15, 8, 30), -40),  # the eighth day is too late: then the first of the episode
        ((-14, 0, 1), 0),  # on the day itself the two weeks that it asks about lie before
        ((1, 2), 1),
        ((60,), 60),
        ((), None),
    ],
)
def test_the_baseline_is_the_last_form_before_the_treatment_else_the_first_after(
    days: tuple[int, ...], expected: int | None
) -> None:
    assert chosen(days) == expected


@pytest.mark.parametrize(
    ("treatment", "episode", "days", "expected"),
    [
        (None, None, (-400, -40, 5), -400),  # nothing is known or shown: the first there is
        (None, "2026-02-01", (-400, -40, 5), -40),
        (None, "2026-02", (-400, -48, -47, -40), -47),  # a month: from the first day that it can mean
        (None, "2026", (-400, -40), -40),
        (None, "2026-04", (-400, -40), None),  # no form of this episode yet
        ("2026-03", None, (-400, -3, 5), -400),  # of a start known by its month nobody can say what came before
        ("2026", "2026-03-01", (-400, -3, 5), -3),
        ("2026-03-20", "2026-03-22", (-3, 5), -3),  # the treatment comes first, whatever the episode
    ],
)
def test_without_a_form_near_a_known_day_it_is_the_first_of_the_episode(
    treatment: str | None, episode: str | None, days: tuple[int, ...], expected: int | None
) -> None:
    assert chosen(days, treatment, episode) == expected


@given(st.sets(st.integers(-500, 500)), st.integers(-500, 500))
def test_it_is_one_of_the_forms_and_a_later_one_never_moves_it_once_the_week_after_is_over(
    days: set[int], later: int
) -> None:
    ordered = tuple(sorted(days))
    found = chosen(ordered)
    assert (found is None) == (not days)
    assert found in {None, *days}
    if days and later > max(*days, 7):
        assert chosen((*ordered, later)) == found
