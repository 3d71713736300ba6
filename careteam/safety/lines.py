"""Crisis lines by place: a reviewed file with an owner. A line nobody has verified is not shown. Pure.

988 and emergency numbers never hide. A line that nobody called within 180 days, or ever, is marked as such.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LATELY_DAYS = 180
EMERGENCY, LINE = "emergency", "line"
ALWAYS = frozenset({"988"})
DIRECTORY = "findahelpline.com"
# Which place a time zone suggests, for a choice that is hers to change; a zone that is not here suggests none.
ZONES: Mapping[str, tuple[str, ...]] = {
    "US": (
        *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix"),
        *("America/Anchorage", "America/Detroit", "America/Boise", "Pacific/Honolulu", "America/Indiana/Indianapolis"),
        *("America/Kentucky/Louisville", "America/Juneau"),
    ),
    "CA": (
        *("America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Halifax"),
        *("America/Regina", "America/St_Johns", "America/Moncton", "America/Whitehorse", "America/Iqaluit"),
    ),
    "GB": ("Europe/London",),
    "IE": ("Europe/Dublin",),
    "AU": (
        *("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Perth", "Australia/Adelaide"),
        *("Australia/Darwin", "Australia/Hobart"),
    ),
    "NZ": ("Pacific/Auckland", "Pacific/Chatham"),
    "FR": ("Europe/Paris",),
    "IN": ("Asia/Kolkata", "Asia/Calcutta"),
    "DE": ("Europe/Berlin",),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `call`, `text` and `web` are empty where there is none; `checked_on` None: never called."""

    place: str
    name: str
    kind: str
    words: str
    call: str
    text: str
    web: str
    verified: bool
    checked_on: date | None
    owner: str
    source: str

    @property
    def stands(self) -> bool:
        """Whether it may be shown: 988 and emergency numbers always; any other once verified, with its day."""
        return self.kind == EMERGENCY or self.call in ALWAYS or (self.verified and self.checked_on is not None)

    def lately(self, today: date) -> bool:
        """Whether somebody checked it within 180 days."""
        return self.checked_on is not None and 0 <= (today - self.checked_on).days <= LATELY_DAYS


@dataclass(frozen=True, slots=True)
class Shown:
    """A line on a page, and what is said of when it was checked."""

    line: Line
    checked: str


@dataclass(frozen=True, slots=True)
class Place:
    """The lines of one place, emergency numbers first. `more`: no other may be shown, so the directory is."""

    code: str
    name: str
    lines: tuple[Shown, ...]
    more: bool


def read(text: str) -> tuple[Line, ...]:
    """The rows of the file; raises ValueError for a row that says something twice or not at all."""
    found = []
    for row in csv.DictReader(text.splitlines()):
        if None in row or None in row.values() or row["kind"] not in (EMERGENCY, LINE) or not row["source"]:
            raise ValueError(f"a row that is not whole: {row}")
        if row["verified"] not in ("yes", "no") or not (row["call"] or row["text"] or row["web"]):
            raise ValueError(f"a row that is not whole: {row}")
        checked = date.fromisoformat(row["checked_on"]) if row["checked_on"] else None
        if checked and not row["owner"]:
            raise ValueError(f"checked by nobody: {row}")
        kept = {name: value for name, value in row.items() if name not in ("verified", "checked_on")}
        found.append(Line(**kept, verified=row["verified"] == "yes", checked_on=checked))
    return tuple(found)


LINES = read(Path(__file__).with_name("crisis_lines.csv").read_text(encoding="utf-8"))
PLACES: Mapping[str, str] = {line.place: line.name for line in LINES}


def place(code: str, today: date, lines: tuple[Line, ...] = LINES) -> Place | None:
    """The lines of a place that may be shown today; None for a place that is not in the file."""
    there = [line for line in lines if line.place == code]
    if not there:
        return None
    standing = sorted((line for line in there if line.stands), key=lambda line: line.kind != EMERGENCY)
    return Place(
        code,
        there[0].name,
        tuple(Shown(line, _checked(line, today)) for line in standing),
        all(line.kind == EMERGENCY for line in standing),
    )


def suggested(zone: str) -> str:
    """The place a time zone suggests, "" for none: a preset of a choice, never more."""
    return next((code for code, zones in ZONES.items() if zone in zones), "")


def _checked(line: Line, today: date) -> str:
    if line.checked_on is None:
        return "not checked lately" if line.verified else "not verified yet, and not checked lately"
    day = f"{line.checked_on.day} {line.checked_on:%B %Y}"
    return f"checked on {day}" if line.lately(today) else f"not checked lately (last on {day})"
