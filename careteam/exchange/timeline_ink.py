"""The sheet a timeline is drawn on: marks and texts in classes for the page, or in plain attributes for the PDF."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from careteam.exchange.timeline_letters import markup, width
from careteam.exchange.timeline_scale import LARGE, SMALL, Layout

# Each paint by its class in careteam.css; on paper the same in black, white and greys.
PAPER_PAINTS = {
    "b0": 'fill="#fff"',
    "b1": 'fill="#f6f6f6"',
    "b2": 'fill="#ededed"',
    "b3": 'fill="#e3e3e3"',
    "b4": 'fill="#d8d8d8"',
    "grid": 'stroke="#bbb" stroke-width="1"',
    "axis": 'stroke="#666" stroke-width="1"',
    "ct": 'fill="#000" font-size="13" paint-order="stroke" stroke="#fff" stroke-width="3"',
    "ct2": 'fill="#222" font-size="12" font-weight="400" paint-order="stroke" stroke="#fff" stroke-width="3"',
    "aim-t": 'fill="#222" font-size="12" font-weight="400" paint-order="stroke" stroke="#fff" stroke-width="3"',
    "num-t": 'fill="#000" font-size="12" font-weight="700" paint-order="stroke" stroke="#fff" stroke-width="3"',
    "ctb": 'fill="#000" font-size="12" font-weight="700"',
    "ln": 'fill="none" stroke="#000" stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"',
    "ln-thin": 'fill="none" stroke="#000" stroke-width="1" stroke-linejoin="round"',
    "ln-gap": 'stroke="#000" stroke-width="1" stroke-dasharray="1 4"',
    "dot": 'fill="#000"',
    "dot-2": 'fill="#fff" stroke="#000" stroke-width="1.5"',
    "q9": 'fill="#fff" stroke="#000" stroke-width="2"',
    "q9-l": 'stroke="#000" stroke-width="1"',
    "aim-l": 'stroke="#000" stroke-width="1.5" stroke-dasharray="6 4"',
    "aim-2": 'stroke="#000" stroke-width="1.5" stroke-dasharray="2 4"',
    "bar": 'fill="#4a4a4a"',
    "bar-2": 'fill="#b4b4b4" stroke="#4a4a4a" stroke-width="1"',
    "bar-open": 'fill="#fff" stroke="#4a4a4a" stroke-width="1.5" stroke-dasharray="4 3"',
    "bar-open-2": 'fill="#fff" stroke="#777" stroke-width="1.5" stroke-dasharray="4 3"',
    "on-bar": 'fill="#fff" font-size="12" font-weight="600"',
    "on-bar-2": 'fill="#000" font-size="12" font-weight="600"',
    "ev": 'fill="#000"',
    "ev-open": 'fill="none" stroke="#000" stroke-width="1.5" stroke-dasharray="2 2"',
    "ev-l": 'stroke="#999" stroke-width="1" stroke-dasharray="1 3"',
    "nowline": 'stroke="#000" stroke-width="1.5" stroke-dasharray="2 3"',
    "now-t": 'fill="#000" font-size="12" font-weight="700"',
}
PAGE_PAINTS = {name: f'class="{name}"' for name in PAPER_PAINTS}
PAPER_FONTS = 'font-family="Noto Sans, Noto Sans Arabic"'
ARROW = ("→", "\u203a")  # the fonts of the PDF have no arrow
ASCENT, DESCENT = 0.99, 0.32  # of the page's font


class Ink(Enum):
    """With what a timeline is drawn: classes that careteam.css colours, or the plain attributes of the PDF."""

    PAGE = "page"
    PRINT = "print"


@dataclass(frozen=True, slots=True)
class Box:
    """The room that a text takes at most."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        """Whether the two share any room."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(slots=True)
class Sheet:
    """A drawing that grows: what lies at the back, what lies on it, the room its texts take, and its paints."""

    layout: Layout
    ink: Ink
    back: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)

    paints: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.paints = PAGE_PAINTS if self.ink is Ink.PAGE else PAPER_PAINTS

    def text(self, paint: str, x: float, y: float, words: str, anchor: str = "start", *, after: str = "") -> None:
        """Write words with their baseline at `y`; what comes `after` stands on the same line, smaller and quieter."""
        room = box(paint, x, y, words, anchor)
        if after:
            room = replace(room, right=room.right + (width(" ", LARGE) + width(after, SMALL)))
        self.texts.append(room)
        if self.ink is Ink.PRINT:
            words, after = words.replace(*ARROW), after.replace(*ARROW)
        end = "" if anchor == "start" else f' text-anchor="{anchor}"'
        rest = f" <tspan {self.paints['ct2']}>{markup(after)}</tspan>" if after else ""
        self.front.append(f'<text {self.paints[paint]} x="{x:.1f}" y="{y:.1f}"{end}>{markup(words)}{rest}</text>')

    def is_free(self, room: Box) -> bool:
        """Whether the room lies in the drawing and no text is in it."""
        inside = room.left >= 0 and room.right <= self.layout.total and room.top >= 0
        return inside and not any(room.touches(taken) for taken in self.texts)


def box(paint: str, x: float, y: float, words: str, anchor: str = "start") -> Box:
    """The room that these words would take."""
    size = LARGE if paint == "ct" else SMALL
    wide = width(words, size)
    left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
    return Box(left, y - ASCENT * size, left + wide, y + DESCENT * size)
