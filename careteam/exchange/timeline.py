"""The treatment timeline as SVG: one picture, drawn wide, for a phone or for paper, always the same way. Pure."""

from __future__ import annotations

from careteam.exchange.timeline_anxiety import draw_anxiety
from careteam.exchange.timeline_bars import draw_bar
from careteam.exchange.timeline_events import draw_events
from careteam.exchange.timeline_ink import PAPER_FONTS, Ink, Sheet
from careteam.exchange.timeline_letters import apart, markup, one_line, shortened, width
from careteam.exchange.timeline_scale import PAPER, PHONE, SMALL, WIDE, Layout, ScoreAxis, Tick, TimeAxis, ticks
from careteam.exchange.timeline_scores import draw_bands, draw_scores
from careteam.exchange.timeline_words import Row, caption, description, none_of, rows, title
from careteam.exchange.visit_words import day
from careteam.summaries.timeline_pictures import Bar, TimelinePicture, within

__all__ = ["PAPER", "PHONE", "WIDE", "Ink", "Layout", "Row", "caption", "description", "draw", "rows", "title"]

LINE = 16
HEAD = 13
UNDER_TODAY = 7
HEADING = 24
ROWS_WITHOUT_DATES = 10  # more rows push the dates too far from the scores: they are written above the rows too
DIRECTION = "PHQ-9 score: lower is better"


def draw(picture: TimelinePicture, layout: Layout = WIDE, ink: Ink = Ink.PAGE, *, table: bool = True) -> str:
    """The timeline as one SVG element, whose title and description say it in words (`rows` has every fact).

    `table`: whether the table of those stands beside it, so that the description may point there.

    On a page the two drawings of a picture have different ids; a third of the same layout would repeat them.
    """
    shown, sheet = within(picture), Sheet(layout, ink)
    time, axis = TimeAxis(picture.window, layout), ScoreAxis(layout, _head(sheet, picture) + LINE + UNDER_TODAY)
    draw_bands(sheet, axis)
    if picture.window.holds(picture.today, picture.today):
        _today(sheet, time, picture, axis)
    y = draw_scores(sheet, time, axis, picture, shown.scores) + 4
    if shown.anxiety:
        y = draw_anxiety(sheet, time, shown.anxiety, y)
    dates = ticks(time)
    many = len(shown.medicines) + len(shown.treatments) > ROWS_WITHOUT_DATES
    if many:
        y = _dates(sheet, dates, y)
    y = _bars(sheet, time, picture, "Medicines", shown.medicines, y)
    if shown.treatments:
        y = _bars(sheet, time, picture, "Other treatments", shown.treatments, y)
    if shown.events:
        y = draw_events(sheet, time, shown.events, _heading(sheet, "Events", y), axis.top)
    _grid(sheet, dates, axis, y + 4)
    if picture.window.holds(picture.today, picture.today):
        x = time.inside(time.x(picture.today, 1))
        sheet.back.append(
            f'<line {sheet.paints["nowline"]} x1="{x:.1f}" y1="{axis.top - 4:.1f}" x2="{x:.1f}" y2="{y + 4:.1f}"/>'
        )
    height = _dates(sheet, dates, y + 4)
    return _element(sheet, picture, description(picture, shown, table=table), height)


def _head(sheet: Sheet, picture: TimelinePicture) -> float:
    """Which way is better, and the baseline with its day. Returns the baseline of the last line."""
    told = picture.baseline
    words = f"Baseline: {told.total} on {day(told.on)}" if told and told.total is not None else ""
    if sheet.layout.beside:
        sheet.text("ctb", sheet.layout.left, HEAD, DIRECTION, after=words)
        return HEAD
    sheet.text("ctb", 3, HEAD, DIRECTION)
    if words:
        sheet.text("ct2", 3, HEAD + LINE, words)
    return HEAD + LINE * bool(words)


def _bars(sheet: Sheet, time: TimeAxis, picture: TimelinePicture, what: str, bars: list[Bar], y: float) -> float:
    y = _heading(sheet, what, y)
    medicines = what == "Medicines"
    for bar in bars:
        draw_bar(sheet, time, bar, picture.today, y, "" if medicines else "-2")
        y += sheet.layout.row
    if not bars:
        words = one_line(none_of(picture, "medicines"))
        x, room = (
            (sheet.layout.left + 4, sheet.layout.across - 8) if sheet.layout.beside else (3, sheet.layout.total - 6)
        )
        sheet.text("ct2", x, y + 12, apart(shortened(words, SMALL, room)))
        y += HEADING
    return y + 2


def _heading(sheet: Sheet, words: str, y: float) -> float:
    if sheet.layout.beside:
        sheet.text("ctb", sheet.layout.left - 8, y + 16, words, "end")
    else:
        sheet.text("ctb", 3, y + 16, words)
    return y + HEADING


def _grid(sheet: Sheet, dates: list[Tick], axis: ScoreAxis, bottom: float) -> None:
    for tick in dates:
        sheet.back.append(
            f'<line {sheet.paints["grid"]} x1="{tick.x:.1f}" y1="{axis.top:.1f}" x2="{tick.x:.1f}" y2="{bottom:.1f}"/>'
        )
    left, right = sheet.layout.left, sheet.layout.right
    for y in (axis.bottom, bottom):
        sheet.back.append(f'<line {sheet.paints["axis"]} x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')


def _dates(sheet: Sheet, dates: list[Tick], y: float) -> float:
    below = 0.0
    for tick in dates:
        if tick.words:
            sheet.text("ct2", tick.x + 3, y + 14, tick.words)
        if tick.year:
            sheet.text("ctb", tick.x + 3, y + 30, tick.year)
            below = 16.0
    return y + 20 + below


def _today(sheet: Sheet, time: TimeAxis, picture: TimelinePicture, axis: ScoreAxis) -> None:
    half = width("Today", SMALL) / 2
    middle = min(max(time.inside(time.x(picture.today, 1)), sheet.layout.left + half), sheet.layout.total - half - 1)
    sheet.text("now-t", middle, axis.top - UNDER_TODAY, "Today", "middle")


def _element(sheet: Sheet, picture: TimelinePicture, words: str, height: float) -> str:
    key = sheet.layout.key
    on_page = sheet.ink is Ink.PAGE
    look = f'class="chart chart-{key}"' if on_page else PAPER_FONTS
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.layout.total} {height:.0f}" {look} role="img"'
            f' aria-labelledby="timeline-{key}-title timeline-{key}-words">'
            f'<title id="timeline-{key}-title">{markup(title(picture))}</title>'
            f'<desc id="timeline-{key}-words">{markup(words)}</desc>',
            *sheet.back,
            *sheet.front,
            "</svg>",
        ]
    )
