"""Events on a timeline: each a mark on the day it happened, or a dashed span when the day is not known."""

from __future__ import annotations

from careteam.exchange.timeline_ink import Sheet
from careteam.exchange.timeline_letters import apart, markup, one_line, shortened, width
from careteam.exchange.timeline_scale import SMALL, TimeAxis
from careteam.summaries.timeline_pictures import Event

LANES_MOST = 8
LANE = 20
MARK = 5
WORDS_MOST = 260
GUIDES_MOST = 12  # more lines up to the scores would hide them


def draw_events(sheet: Sheet, time: TimeAxis, events: list[Event], top: float, up_to: float) -> float:
    """Place each event in the first lane that has room for its words. Returns where the next part begins."""
    lanes: list[list[tuple[float, float]]] = []
    left_out: list[tuple[float, float, Event]] = []
    for event in events:
        first, last = _span(time, event)
        words, x, anchor, room = _place(sheet, event, first, last)
        lane = next(
            (at for at, taken in enumerate(lanes) if all(room[1] <= a or b <= room[0] for a, b in taken)), len(lanes)
        )
        if lane == LANES_MOST or not words:
            left_out.append((first, last, event))
            continue
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(room)
        middle = top + lane * LANE + LANE / 2
        if len(events) <= GUIDES_MOST and event.on.precision == "day":
            sheet.back.append(
                f'<line {sheet.paints["ev-l"]} x1="{first:.1f}" y1="{up_to:.1f}" x2="{first:.1f}" y2="{middle:.1f}"/>'
            )
        within = anchor == "start" and x < last
        _mark(sheet, event, first, last, middle, x + width(words, SMALL) * 0.9 if within else first)
        sheet.text("ct2", x, middle + 4, apart(words), anchor)
    bottom = top + len(lanes) * LANE
    if left_out:
        for first, last, event in left_out:
            _mark(sheet, event, first, last, bottom + LANE / 2, first)
        bottom += LANE
        x, anchor = (sheet.layout.left - 8.0, "end") if sheet.layout.beside else (3.0, "start")
        sheet.text("ct2", x, bottom + LANE / 2 + 4, f"and {len(left_out)} more, in the table", anchor)
        bottom += LANE
    return bottom


def _place(sheet: Sheet, event: Event, first: float, last: float) -> tuple[str, float, str, tuple[float, float]]:
    """The words as they fit, on a span or beside the mark where there is more room; where; the room all takes."""
    words, layout = one_line(event.words), sheet.layout
    need = min(width(words, SMALL), WORDS_MOST)
    within, after, before = last - first - 4 * MARK, layout.right - last - MARK - 4, first - MARK - 8
    if need <= within or (within > after and within > before):
        return shortened(words, SMALL, within), first + 2 * MARK, "start", (first - MARK, last + MARK)
    if need <= after or after >= before:
        words = shortened(words, SMALL, min(after, WORDS_MOST))
        return words, last + MARK + 4, "start", (first - MARK - 3, last + MARK + 8 + width(words, SMALL))
    words = shortened(words, SMALL, min(before, WORDS_MOST))
    return words, first - MARK - 4, "end", (first - MARK - 8 - width(words, SMALL), last + MARK + 3)


def _span(time: TimeAxis, event: Event) -> tuple[float, float]:
    """From where to where it may have happened, in the plot; one place when the day is known."""
    if event.on.precision == "day":
        middle = time.middle(event.on.earliest)
        return middle, middle
    return time.inside(time.x(event.on.earliest)), time.inside(time.x(event.on.latest, 1))


def _mark(sheet: Sheet, event: Event, first: float, last: float, middle: float, line_from: float) -> None:
    """A diamond on a known day; else a span whose line leaves room for words that stand in it."""
    told = f"<title>{markup(one_line(event.words))}, {event.on.words}</title>"
    if event.on.precision == "day":
        shape = f"M{first - MARK:.1f} {middle:.1f}l{MARK} -{MARK} {MARK} {MARK} -{MARK} {MARK}z"
        sheet.front.append(f'<path {sheet.paints["ev"]} d="{shape}">{told}</path>')
    else:
        shape = f"M{first:.1f} {middle - 4:.1f}v8M{line_from:.1f} {middle:.1f}H{last:.1f}M{last:.1f} {middle - 4:.1f}v8"
        sheet.front.append(f'<path {sheet.paints["ev-open"]} d="{shape}">{told}</path>')
