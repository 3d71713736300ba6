"""The lower half of a timeline: a row for each medicine and other treatment, with its steps and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from careteam.exchange.timeline_ink import Sheet
from careteam.exchange.timeline_letters import apart, markup, one_line, shortened, width
from careteam.exchange.timeline_scale import LARGE, SMALL, Layout, TimeAxis
from careteam.exchange.timeline_words import dose_words, whole
from careteam.summaries.timeline_pictures import Bar, known_days

STUB = 26  # how far an end that nobody knows is drawn, dashed and open
LEAST = 3  # a day is still to be seen in ten years
LOWEST = 0.65  # the lowest step, as a part of the highest: letters fit into it on the wide drawing
UNKNOWN_DOSE = 0.3  # the same, where no dose was written down
CAPITAL = 8.5  # how high letters are, in user units
PAD = 5
NAME_PART = 0.6  # of the line above a bar, when name and dose do not both fit
WORDS_LEAST = 40
WORD_GAP = 8


@dataclass(frozen=True, slots=True)
class Extent:
    """A bar in user units: certainly given between `sure` ends, perhaps between `outer` ones; open sides go on."""

    outer: tuple[float, float]
    sure: tuple[float, float] | None
    open_left: bool
    open_right: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A step in user units, how much of the bar's height it takes, and its words."""

    left: float
    right: float
    part: float
    words: str


def extent_of(bar: Bar, today: date, time: TimeAxis) -> Extent | None:
    """Where a bar lies; None when no date is known. Nothing after today is certain, and no unknown day is invented."""
    goes_on = bar.current and bar.end is None
    if not known_days(bar) and not goes_on:
        return None
    now = time.x(today, 1)
    begins = [bar.start] if bar.start else [step.start for step in bar.steps if step.start]
    ends = [bar.end] if bar.end else []
    if not ends and (not goes_on or not begins):
        ends = [on for step in bar.steps for on in (step.start, step.end) if on]
    sure_left = min((time.x(on.latest) for on in begins), default=None)
    left = min((time.x(on.earliest) for on in begins or ends), default=now)
    if goes_on:
        sure_right: float | None = now
        right = now
    else:
        sure_right = max((time.x(on.earliest, 1) for on in ends), default=None)
        right = max((time.x(on.latest, 1) for on in [*ends, *begins]), default=left)
    planned = bar.start is not None and bar.start.earliest > today
    if planned and bar.start:
        right = max(right, time.x(bar.start.latest, 1))
    elif not (bar.current and bar.end):  # what is over, or runs to today, reaches no later day
        right = max(min(right, now), left)
    sure = None
    if sure_left is not None and sure_right is not None and sure_left < min(sure_right, now):
        sure = (sure_left, min(sure_right, now))
    open_left, open_right = bar.start is None, bar.end is None and (planned or not goes_on)
    return Extent((left - STUB * open_left, right + STUB * open_right), sure, open_left, open_right)


def pieces_of(bar: Bar, sure: tuple[float, float], time: TimeAxis) -> list[Piece]:
    """The steps as far as they are certain: each from the day it had begun to the day before the next may have."""
    most = max((step.amount for step in bar.steps if step.amount), default=None)
    made: list[Piece] = []
    for at, step in enumerate(bar.steps):
        if step.start is None and at:
            continue
        left = time.x(step.start.latest) if step.start else sure[0]
        right = time.x(step.end.earliest, 1) if step.end else sure[1]
        following = next((later.start for later in bar.steps[at + 1 :] if later.start), None)
        if following:
            right = min(right, time.x(following.earliest))
        left, right = max(left, sure[0]), min(right, sure[1])
        if left < right:
            part = LOWEST + (1 - LOWEST) * float(step.amount / most) if step.amount and most else 1.0
            made.append(Piece(left, right, part, apart(one_line(step.words))))
    return made


def draw_bar(sheet: Sheet, time: TimeAxis, bar: Bar, today: date, top: float, kind: str) -> None:
    """One row: the name, the bar with its steps, what there is to say. `kind` is the ending of the paint's name."""
    layout, name = sheet.layout, one_line(bar.name)
    extent = extent_of(bar, today, time)
    dose, rest = caption_of(bar, today, extent)
    sheet.front.append(f"<g><title>{markup(whole(bar, today, dose))}</title>")
    bar_top = top if layout.beside else top + 20
    pieces: list[Piece] = []
    if extent:
        pieces = _shape(sheet, time, bar, extent, bar_top, kind)
    if layout.beside:
        sheet.text("ct", layout.left - 8, top + 15, apart(shortened(name, LARGE, layout.left - 12)), "end")
        _captions(sheet, time, extent, pieces, (dose, rest), bar_top, kind)
    else:
        _above(sheet, name, _both(dose, rest), top + 13)
    sheet.front.append("</g>")


def caption_of(bar: Bar, today: date, extent: Extent | None) -> tuple[str, str]:
    """The dose, and what else is to be said: the note, and what is not known about the dates."""
    unsure = ""
    if extent is None:
        unsure = "dates not known"
    elif bar.start and bar.start.earliest > today:
        unsure = "planned"
    elif extent.open_left and extent.open_right:
        unsure = "start and end not known"
    elif extent.open_left:
        unsure = "start not known"
    elif extent.open_right:
        unsure = "end not known"
    return dose_words(bar.steps), ", ".join(part for part in (apart(one_line(bar.note)), unsure) if part)


def _shape(sheet: Sheet, time: TimeAxis, bar: Bar, extent: Extent, top: float, kind: str) -> list[Piece]:
    """Draw what is certain solid and what is not dashed; returns the pieces that words can stand in."""
    height = sheet.layout.bar
    left, right = (time.inside(x) for x in extent.outer)
    open_left, open_right = extent.open_left or extent.outer[0] < left, extent.open_right or extent.outer[1] > right
    if extent.sure is None:
        _dashed(sheet, left, right, top, kind, (open_left, open_right))
        return []
    if time.inside(extent.sure[0]) > left + 1:
        _dashed(sheet, left, time.inside(extent.sure[0]), top, kind, (open_left, True))
    if time.inside(extent.sure[1]) < right - 1:
        _dashed(sheet, time.inside(extent.sure[1]), right, top, kind, (True, open_right))
    sure = (time.inside(extent.sure[0]), time.inside(extent.sure[1]))
    if sure[1] - sure[0] < LEAST:
        sure = (min(sure[0], sheet.layout.right - LEAST), min(sure[0], sheet.layout.right - LEAST) + LEAST)
    pieces = pieces_of(bar, sure, time)
    if not pieces:
        pieces = [Piece(*sure, 1.0, "")]
    covered = sure[0]
    for piece in sorted(pieces, key=lambda each: each.left):
        if piece.left > covered + 1:  # taken, and the dose was not written down
            _rect(sheet, covered, piece.left, top, height * UNKNOWN_DOSE, kind)
        follows = any(abs(other.left - piece.right) < 1 for other in pieces if other is not piece)
        _rect(
            sheet,
            piece.left,
            piece.right - (1 if follows and piece.right - piece.left > LEAST else 0),
            top,
            height * piece.part,
            kind,
        )
        covered = max(covered, piece.right)
    if sure[1] > covered + 1:
        _rect(sheet, covered, sure[1], top, height * UNKNOWN_DOSE, kind)
    return pieces


def _rect(sheet: Sheet, left: float, right: float, top: float, height: float, kind: str) -> None:
    bottom = top + sheet.layout.bar
    sheet.front.append(
        f'<rect {sheet.paints["bar" + kind]} x="{left:.1f}" y="{bottom - height:.1f}"'
        f' width="{max(right - left, 0.5):.1f}" height="{height:.1f}" rx="2"/>'
    )


def _dashed(sheet: Sheet, left: float, right: float, top: float, kind: str, opened: tuple[bool, bool]) -> None:
    """What may have been: a dashed outline, left and right open where it goes on."""
    a, b, y, z = f"{left:.1f}", f"{right:.1f}", f"{top + 1:.1f}", f"{top + sheet.layout.bar - 1:.1f}"
    shape = {
        (True, True): f"M{a} {y}H{b}M{a} {z}H{b}",
        (True, False): f"M{a} {y}H{b}V{z}H{a}",
        (False, True): f"M{b} {y}H{a}V{z}H{b}",
        (False, False): f"M{a} {y}H{b}V{z}H{a}Z",
    }[opened]
    sheet.front.append(f'<path {sheet.paints["bar-open" + kind]} d="{shape}"/>')


def _above(sheet: Sheet, name: str, said: str, y: float) -> None:
    """Name and dose in one line above the bar, each shortened as little as can be."""
    room = sheet.layout.total - 6.0
    for_name = room if not said else max(room * NAME_PART, room - width(said, SMALL) - WORD_GAP)
    shown = shortened(name, LARGE, for_name)
    rest = shortened(said, SMALL, room - width(shown, LARGE) - WORD_GAP)
    sheet.text("ct", 3, y, apart(shown), after=rest)


def _captions(
    sheet: Sheet,
    time: TimeAxis,
    extent: Extent | None,
    pieces: list[Piece],
    caption: tuple[str, str],
    top: float,
    kind: str,
) -> None:
    """Write the doses into their steps when all fit, else all in one place: beside the bar, or in its widest step."""
    layout, said = sheet.layout, _both(*caption)
    baseline = _baseline(layout, top, 1.0)
    if extent is None:
        sheet.text("ct2", layout.left + 4, baseline, shortened(said, SMALL, layout.across - 8))
        return
    left, right = (time.inside(x) for x in extent.outer)
    widest = max(pieces, key=lambda piece: piece.right - piece.left, default=Piece(left, right, 1.0, ""))
    inside = f"on-bar{kind}" if pieces else "ct2"
    places = [  # paint, where, anchor, room
        ("ct2", right + 6, "start", layout.right - right - 6),
        ("ct2", left - 6, "end", left - layout.left - 6),
        (inside, widest.left + PAD, "start", widest.right - widest.left - 2 * PAD),
    ]
    if len(pieces) == 1:
        places.insert(0, places.pop())
    stepped = [piece for piece in pieces if piece.words]
    rest_fits = any(width(caption[1], SMALL) <= room for _, _, _, room in places[:2])
    if len(pieces) > 1 and stepped and rest_fits and all(_fits(piece, piece.words) for piece in stepped):
        for piece in stepped:
            sheet.text(inside, piece.left + PAD, _baseline(layout, top, piece.part), piece.words)
        said = caption[1]
    need = width(said, SMALL)
    fitting = [place for place in places if place[3] >= need]
    paint, x, anchor, room = fitting[0] if fitting else max(places, key=lambda place: place[3])
    if paint == inside:
        baseline = _baseline(layout, top, widest.part)
    if said and (fitting or room >= WORDS_LEAST):
        sheet.text(paint, x, baseline, shortened(said, SMALL, room), anchor)


def _baseline(layout: Layout, top: float, part: float) -> float:
    """Where letters stand in the middle of a step that takes this part of the bar's height."""
    return top + layout.bar - (layout.bar * part - CAPITAL) / 2


def _fits(piece: Piece, words: str) -> bool:
    return width(words, SMALL) <= piece.right - piece.left - 2 * PAD


def _both(dose: str, rest: str) -> str:
    return f"{dose}, {rest}" if dose and rest else dose or rest
