"""What a visit's words are made of: headings, lines and tables, the same for page and paper."""

from __future__ import annotations

from dataclasses import dataclass

from careteam.summaries.timeline_pictures import TimelinePicture


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: an optional bold lead, then the rest."""

    lead: str
    rest: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles with their relative widths, and rows of text."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stay together under one of their own: a goal, or a medicine on the patient's page."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note in full under a heading of its own, with what was added to it."""

    title: str
    byline: str
    text: str
    replies: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A plain list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Empty ruled lines to write on by hand, with what they are for."""

    prompt: str
    count: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A timeline, drawn by whoever draws the words."""

    picture: TimelinePicture


Block = Line | Table | Group | Note | Bullets | Rules | Drawing


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; `boxed` ones are framed, `behind_first_page` ones never on it."""

    heading: str
    blocks: tuple[Block, ...]
    boxed: bool = False
    behind_first_page: bool = False


@dataclass(frozen=True, slots=True)
class VisitWords:
    """All words of one visit summary. `person` repeats on every page, `made` in every footer."""

    roomy: bool
    heading: str
    facts: tuple[str, ...]
    fixed: str
    person: str
    made: str
    sections: tuple[Section, ...]
