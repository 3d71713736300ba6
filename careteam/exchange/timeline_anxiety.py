"""The second panel of a timeline: the GAD-7 on an axis and in ranges of its own, never on the line of the PHQ-9."""

from __future__ import annotations

from careteam.exchange.timeline_ink import Sheet
from careteam.exchange.timeline_scale import ScoreAxis, TimeAxis
from careteam.exchange.timeline_scores import draw_bands, draw_ends, draw_line
from careteam.measures.instruments import gad7
from careteam.summaries.timeline_pictures import AnxietyPoint

DIRECTION = "GAD-7 score: lower is better"
HEAD = 20
UNDER_HEAD = 8
HIGH, HIGH_ON_A_PHONE = 110, 140  # on a phone the name of a range takes two lines


def draw_anxiety(sheet: Sheet, time: TimeAxis, scores: list[AnxietyPoint], y: float) -> float:
    """What it is, which way is better, its ranges (Spitzer 2006) and its line. Returns where the next part begins."""
    layout = sheet.layout
    sheet.text("ctb", layout.left if layout.beside else 3, y + HEAD, DIRECTION)
    high = HIGH if layout.beside else HIGH_ON_A_PHONE
    axis = ScoreAxis(layout, y + HEAD + UNDER_HEAD, gad7.MOST, high)
    draw_bands(sheet, axis, gad7.BANDS)
    line, places = draw_line(sheet, time, axis, [score for score in scores if score.total is not None])
    draw_ends(sheet, axis, line, places)
    bottom = f"{axis.bottom:.1f}"
    sheet.back.append(
        f'<line {sheet.paints["axis"]} x1="{layout.left}" y1="{bottom}" x2="{layout.right}" y2="{bottom}"/>'
    )
    return axis.bottom + 6
