"""The last scores as a small line: SVG for a row of the caseload, its numbers and dates in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from careteam.exchange.visit_words import day
from careteam.measures.instruments.phq9 import MOST
from careteam.measures.pictures import Point

WIDE, HIGH = 112, 40
LEFT, RIGHT = 4.0, 104.0
TOP, BOTTOM = 3.0, 37.0
SHOWN = 8
MARKED = 10
DOT = 3.5


def sparkline(points: Sequence[Point]) -> str:
    """The last eight of these scores, oldest first, with a line at 10; "" without any.

    The newest is always at the right, so that a short line begins further in. Each step is one form, not a time.
    """
    shown = points[-SHOWN:]
    if not shown:
        return ""
    places = [(_x(len(shown) - 1 - back), _y(one.total)) for back, one in enumerate(shown)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    drawn = f'<polyline class="ln" points="{line}"/>' if len(shown) > 1 else ""
    return (
        f'<svg class="spark" viewBox="0 0 {WIDE} {HIGH}" role="img"><title>{words(shown)}</title>'
        f'<line class="grid" x1="{LEFT:.0f}" x2="{RIGHT:.0f}" y1="{_y(MARKED):.1f}" y2="{_y(MARKED):.1f}"/>{drawn}'
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{DOT}"/></svg>'
    )


def words(points: Sequence[Point]) -> str:
    """`PHQ-9, last 3: 12 on 2 March 2026, 14 on …`, oldest first."""
    return f"PHQ-9, last {len(points)}: " + ", ".join(f"{one.total} on {day(one.on)}" for one in points)


def _x(steps_back: int) -> float:
    return RIGHT - steps_back * (RIGHT - LEFT) / (SHOWN - 1)


def _y(total: int) -> float:
    return BOTTOM - total * (BOTTOM - TOP) / MOST
