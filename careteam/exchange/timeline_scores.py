"""The upper half of a timeline: severity ranges, the score line, response and remission, question 9."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from careteam.exchange.timeline_ink import Box, Sheet, box
from careteam.exchange.timeline_letters import apart, markup, one_line, shortened, width
from careteam.exchange.timeline_scale import SMALL, ScoreAxis, TimeAxis
from careteam.exchange.timeline_words import at_most, none_of, response_at, score_words, total_words
from careteam.exchange.visit_words import day
from careteam.measures.instruments import phq9
from careteam.summaries.timeline_pictures import Scored, ScorePoint, TimelinePicture

GAP_DAYS = 92  # a longer time between two scores is drawn dotted: nobody knows what lay between
ROOM_FOR_A_DOT = 8
SHORT = {"none-minimal": "Minimal", "moderately severe": "Mod. severe"}
LINE_APART = 16  # two labels that stand above their lines need as much between the lines
QUESTION_9_ABOVE = "Question 9 above zero"

Place = tuple[float, float]


def draw_bands(sheet: Sheet, axis: ScoreAxis, bands: Mapping[int, str] = phq9.BANDS) -> None:
    """The severity ranges of a questionnaire (the PHQ-9's: Kroenke 2001), tinted and named."""
    layout = sheet.layout
    for at, (start, end) in enumerate(pairwise([*bands, axis.most + 1])):
        top, bottom = axis.y(min(end, axis.most)), axis.y(start)
        sheet.back.append(
            f'<rect {sheet.paints[f"b{at}"]} x="{layout.left}" y="{top:.1f}" width="{layout.across}"'
            f' height="{bottom - top:.1f}"/>'
        )
        name, points = bands[start], f"{start}–{end - 1}"
        words = SHORT.get(name, name.capitalize())
        middle = (top + bottom) / 2
        if layout.beside:
            words = name.capitalize() if width(f"{name} {points}", SMALL) < layout.left - 12 else words
            sheet.text("ct2", layout.left - 8, middle + 4, f"{words} {points}", "end")
        else:
            sheet.text("ct2", layout.left - 4, middle - 4, words, "end")
            sheet.text("ct2", layout.left - 4, middle + 12, points, "end")


def draw_scores(
    sheet: Sheet, time: TimeAxis, axis: ScoreAxis, picture: TimelinePicture, scores: list[ScorePoint]
) -> float:
    """The line with its points and lines to reach, and question 9 below it. Returns where the next part begins."""
    totals = [score for score in scores if score.total is not None]
    if not totals:
        words = apart(shortened(one_line(none_of(picture, "scores")), SMALL, sheet.layout.across - 12))
        middle = sheet.layout.left + sheet.layout.across / 2
        sheet.text("aim-t", middle, axis.y(17.5) + 4, words, "middle")
    line, places = draw_line(sheet, time, axis, totals)
    _lines_to_reach(sheet, time, axis, picture, places)
    draw_ends(sheet, axis, line, places)
    return _question_9(sheet, time, axis.bottom, scores)


def draw_line(
    sheet: Sheet, time: TimeAxis, axis: ScoreAxis, totals: Sequence[Scored]
) -> tuple[list[Scored], list[Place]]:
    """The line through the last total of each day, with its points where there is room. Returns both."""
    last_of_day: dict[date, Scored] = {score.on: score for score in totals}
    line = list(last_of_day.values())
    places = list(zip(time.middles(last_of_day), [axis.y(score.total or 0) for score in line], strict=True))
    crowded = len(totals) * ROOM_FOR_A_DOT > sheet.layout.across
    _line(sheet, line, places, "ln-thin" if crowded else "ln")
    if not crowded:
        _points(sheet, time, axis, totals, last_of_day)
    return line, places


def _line(sheet: Sheet, line: list[Scored], places: list[Place], paint: str) -> None:
    """Runs of totals without a long gap between two of them; a gap is drawn dotted."""
    days = [score.on.toordinal() for score in line]
    gaps = [at for at, (before, after) in enumerate(pairwise(days), 1) if after - before > GAP_DAYS]
    for at in gaps:
        (x1, y1), (x2, y2) = places[at - 1], places[at]
        sheet.front.append(f'<line {sheet.paints["ln-gap"]} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')
    for first, end in pairwise([0, *gaps, len(places)]):
        if end - first > 1:
            points = " ".join([f"{x:.1f},{y:.1f}" for x, y in places[first:end]])
            sheet.front.append(f'<polyline {sheet.paints[paint]} points="{points}"/>')
        elif end > first:  # a point by itself stays to be seen where the points are left out
            x, y = places[first]
            sheet.front.append(f'<circle {sheet.paints["dot"]} cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>')


def _points(
    sheet: Sheet, time: TimeAxis, axis: ScoreAxis, totals: Sequence[Scored], last_of_day: dict[date, Scored]
) -> None:
    for score in totals:
        on_line = last_of_day[score.on] is score
        sheet.front.append(
            f'<circle {sheet.paints["dot" if on_line else "dot-2"]} cx="{time.middle(score.on):.1f}"'
            f' cy="{axis.y(score.total or 0):.1f}" r="{4 if on_line else 3}"><title>{day(score.on)}:'
            f" {total_words(score)}</title></circle>"
        )


def draw_ends(sheet: Sheet, axis: ScoreAxis, line: list[Scored], places: list[Place]) -> None:
    """The newest and the first total in figures, where there is room for them."""
    for at in dict.fromkeys([len(line) - 1, 0] if line else []):
        x, y = places[at]
        words = str(line[at].total)
        beside: tuple[tuple[float, float, str], ...] = (
            (x, y - 8, "middle"),
            (x, y + 18, "middle"),
            (x - 8, y + 4, "end"),
            (x + 8, y + 4, "start"),
        )
        rooms = [(cx, cy, anchor, box("num-t", cx, cy, words, anchor)) for cx, cy, anchor in beside]
        free = [
            room
            for room in rooms
            if sheet.is_free(room[3])
            and sheet.layout.left - 2 <= room[3].left
            and room[3].right <= sheet.layout.right + 2
            and room[3].bottom <= axis.bottom
        ]
        if free:
            cx, cy, anchor, _ = min(free, key=lambda room: _crossings(places, room[3]))
            sheet.text("num-t", cx, cy, words, anchor)


def _lines_to_reach(
    sheet: Sheet, time: TimeAxis, axis: ScoreAxis, picture: TimelinePicture, places: list[Place]
) -> None:
    remission = phq9.REMISSION_BELOW - 1
    layout, response = sheet.layout, response_at(picture.baseline)
    if picture.baseline is None or response is None or picture.baseline.on > picture.window.last:
        lines = [("aim-2", layout.left + 0.0, remission, f"Remission: under {phq9.REMISSION_BELOW}")]
    elif response == remission:
        lines = [("aim-l", layout.left + 0.0, remission, f"Response and remission: {at_most(remission)}")]
    else:
        begin = time.inside(time.x(picture.baseline.on))
        lines = [
            ("aim-l", min(begin, layout.right - 40.0), response, f"Response: {at_most(response)}"),
            ("aim-2", layout.left + 0.0, remission, f"Remission: under {phq9.REMISSION_BELOW}"),
        ]
    ys = [axis.y(total + 0.5) for _, _, total, _ in lines]  # half a point above: what has reached it lies below it
    for (paint, begin, _, words), y in zip(lines, ys, strict=True):
        sheet.back.append(
            f'<line {sheet.paints[paint]} x1="{begin:.1f}" y1="{y:.1f}" x2="{layout.right}" y2="{y:.1f}"/>'
        )
        lower_of_two = len(ys) > 1 and y == max(ys) and y - min(ys) < LINE_APART
        _along(sheet, begin, y + 13 if lower_of_two else y - 5, words, places)


def _along(sheet: Sheet, begin: float, y: float, words: str, places: list[Place]) -> None:
    """Write words along a line that begins at `begin`, where the score line crosses them least."""
    right, wide = sheet.layout.right - 4, width(words, SMALL)
    ends = [end for end in (right - part / 6 * sheet.layout.across for part in range(6)) if end - wide >= begin]
    rooms = [(end, box("aim-t", end, y, words, "end")) for end in ends or [right]]
    end, _ = min(rooms, key=lambda room: _crossings(places, room[1]))
    sheet.text("aim-t", end, y, words, "end")


def _crossings(places: Sequence[Place], room: Box) -> int:
    """How many pieces of the score line pass through the room, about."""
    left, top, right, bottom = room.left, room.top, room.right, room.bottom
    first = max(bisect_left(places, (left, 0.0)) - 1, 0)
    last = bisect_right(places, (right, 1e9)) + 1
    near = places[first:last]
    if len(near) == 1:
        return int(left <= near[0][0] <= right and top <= near[0][1] <= bottom)
    crossed = 0
    for (x1, y1), (x2, y2) in pairwise(near):
        if (y1 < top and y2 < top) or (y1 > bottom and y2 > bottom):
            continue
        low, high = x1 if x1 > left else left, x2 if x2 < right else right
        if low <= high:
            slope = (y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
            ya, yb = y1 + (low - x1) * slope, y1 + (high - x1) * slope
            crossed += (ya if ya < yb else yb) <= bottom and (yb if ya < yb else ya) >= top
    return crossed


def _question_9(sheet: Sheet, time: TimeAxis, top: float, scores: list[ScorePoint]) -> float:
    """A ring below each form with an answer above zero; close rings become strokes. No colour says anything."""
    above = [score for score in scores if score.item9]
    if not above:
        return top
    layout = sheet.layout
    if layout.beside:
        sheet.text("ct2", layout.left - 8, top + 18, QUESTION_9_ABOVE, "end")
        middle = top + 14
    else:
        sheet.text("ct2", 3, top + 18, QUESTION_9_ABOVE)
        middle = top + 32
    if len(above) * ROOM_FOR_A_DOT > layout.across:
        begin = f"{middle - 4:.1f}"
        strokes = " ".join([f"M{x:.1f} {begin}v8" for x in time.middles([score.on for score in above])])
        sheet.front.append(
            f'<path {sheet.paints["q9-l"]} d="{strokes}"><title>{markup(QUESTION_9_ABOVE)}</title></path>'
        )
    else:
        for score in above:
            sheet.front.append(
                f'<circle {sheet.paints["q9"]} cx="{time.middle(score.on):.1f}" cy="{middle:.1f}" r="4">'
                f"<title>{day(score.on)}: {score_words(score)}</title></circle>"
            )
    return middle + 10
