"""Goal attainment scaling against its published figures."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.goals.gas import LEVELS, Attainment, Rated, achievement, attainment, weight


@pytest.mark.parametrize(
    ("goals", "t"),
    [
        ([(1, 0)] * 3, 50.0),
        ([(1, 1)], 60.0),
        ([(1, -2)], 30.0),
        ([(1, 1)] * 3, 63.69),
        ([(1, -1)] * 3, 36.31),
        ([(1, 2)] * 3, 77.39),
        ([(3, 1), (2, 0), (1, -1)], 54.41),
        ([(2, 1), (3, -1)], 47.55),
        ([(9, -1), (4, -2)], 34.39),
    ],
)
def test_the_figure_of_weighed_goals_is_the_published_one(goals: list[tuple[int, int]], t: float) -> None:
    found = attainment(Rated(level, weight) for weight, level in goals)
    assert found.t == pytest.approx(t, abs=0.005)
    assert (found.counted, found.left_out) == (len(goals), 0)


def test_e49_weights_that_are_all_zero_give_no_figure_and_a_message() -> None:
    found = attainment([Rated(1, 0), Rated(-1, 0)])
    assert found == Attainment(None, 2, 0)
    assert found.words == "No figure: every goal that is rated has a weight of 0."


def test_what_was_not_rated_is_left_out_and_counted() -> None:
    found = attainment([Rated(1), Rated(None), Rated(None, 9)])
    assert (found.t, found.counted, found.left_out) == (60.0, 1, 2)
    assert found.words == "60.0, from 1 goal, 2 not rated"
    assert attainment([]).t is None
    assert attainment([Rated(None, 4)]).words == "No figure: none of these goals is rated yet."


@given(st.lists(st.tuples(st.sampled_from([*LEVELS, None]), st.integers(0, 9)), max_size=4))
def test_the_order_of_goals_never_matters_and_a_better_level_never_lowers_it(
    goals: list[tuple[int | None, int]],
) -> None:
    rated = [Rated(*one) for one in goals]
    t = attainment(rated).t
    for other in permutations(rated):
        assert attainment(other).t == (None if t is None else pytest.approx(t))
    for place, one in enumerate(rated):
        if one.level is not None and one.level < 2 and t is not None:
            better = attainment([*rated[:place], Rated(one.level + 1, one.weight), *rated[place + 1 :]]).t
            assert better is not None
            assert better >= t - 1e-9


@pytest.mark.parametrize("pair", [(4, 1), (-1, 1), (1, 4), (True, 1), (1.0, 1)])
def test_a_weight_is_made_of_two_figures_up_to_3(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        weight(*pair)


def test_weights_multiply() -> None:
    assert [weight(3, 3), weight(0, 3), weight(2, 1)] == [9, 0, 2]


def test_levels_outside_the_scale_are_refused() -> None:
    for level in (-3, 3):
        with pytest.raises(ValueError, match="-2, -1, 0, 1 or 2"):
            attainment([Rated(level)])
        with pytest.raises(ValueError, match="-2, -1, 0, 1 or 2"):
            achievement(level, 0)


@pytest.mark.parametrize(
    ("level", "start", "word"),
    [
        (0, -1, "achieved"),
        (2, -2, "achieved"),
        (-1, -2, "improving"),
        (-1, -1, "no-change"),
        (-2, -2, "no-change"),
        (-2, -1, "worsening"),
    ],
)
def test_fhir_has_a_word_for_each_level(level: int, start: int, word: str) -> None:
    assert achievement(level, start) == word
