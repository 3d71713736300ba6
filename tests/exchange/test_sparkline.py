"""The small line of the last scores: where its points lie, and what it says in words."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from careteam.exchange.sparkline import HIGH, RIGHT, WIDE, sparkline
from careteam.measures.pictures import Point

FIRST = datetime(2026, 3, 2, tzinfo=UTC)


def points(*totals: int) -> list[Point]:
    days = [FIRST + timedelta(days=14 * number) for number in range(len(totals))]
    return [
        Point(UUID(int=n), 1, total, "", day, day.date())
        for n, (total, day) in enumerate(zip(totals, days, strict=True))
    ]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - careteam's own drawing


def test_without_a_score_there_is_no_line() -> None:
    assert sparkline([]) == ""


def test_it_says_numbers_and_dates_and_draws_a_line_at_10() -> None:
    svg = parsed(sparkline(points(12, 14)))
    assert svg.findtext("title") == "PHQ-9, last 2: 12 on 2 March 2026, 14 on 16 March 2026"
    line = svg.find("line")
    assert line is not None
    assert (line.get("y1"), line.get("y2")) == ("24.4", "24.4")
    assert svg.get("role") == "img"


def test_one_score_is_a_dot() -> None:
    svg = parsed(sparkline(points(10)))
    assert svg.find("polyline") is None
    dot = svg.find("circle")
    assert dot is not None
    assert (dot.get("cx"), dot.get("cy")) == ("104.0", "24.4")


@given(st.lists(st.integers(0, 27), min_size=2, max_size=30))
def test_any_scores_lie_inside_the_newest_at_the_right_higher_scores_higher(totals: list[int]) -> None:
    svg = parsed(sparkline(points(*totals)))
    line = svg.find("polyline")
    assert line is not None
    places = [tuple(map(float, pair.split(","))) for pair in line.get("points", "").split()]
    assert len(places) == min(len(totals), 8)
    assert all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in places)
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    assert places[-1][0] == RIGHT
    for (_, one), (_, other), first, second in zip(places, places[1:], totals[-8:], totals[-8:][1:], strict=False):
        assert (one > other) == (first < second)
