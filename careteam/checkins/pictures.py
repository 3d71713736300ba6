"""Frozen pictures of check-ins and life events, with their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.sharing.partial import PartialDate
from careteam.sharing.pictures import RecordView

ASKED = (("mood", "Mood"), ("sleep", "Sleep"), ("energy", "Energy"), ("medicines", "Medicines"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInView(RecordView):
    """How one day of the patient's calendar was. A code or text that is empty was not answered."""

    day: date
    mood: str
    sleep: str
    energy: str
    medicines: str
    words: str
    mood_words: str
    sleep_words: str
    energy_words: str
    medicines_words: str

    @property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Every answer in words, "" for none, each with what was asked: for tables."""
        return tuple((getattr(self, f"{name}_words"), asked) for name, asked in ASKED)

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """The answers that were given, each with what was asked."""
        return tuple((asked, words) for words, asked in self.cells if words)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInVersion:
    """How a check-in was before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    said: tuple[tuple[str, str], ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView(RecordView):
    """Something that happened or will, in the patient's words, on a date as exact as she knows it."""

    words: str
    on: PartialDate
    on_words: str

    @property
    def sentence(self) -> str:
        """`Life event in March 2026: Started night shifts`."""
        return f"Life event {'on' if self.on.precision == 'day' else 'in'} {self.on_words}: {self.words}"


@dataclass(frozen=True, slots=True)
class EventMark:
    """What a drawing needs of a life event."""

    id: UUID
    version: int
    words: str
    on: PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class EventVersion:
    """How a life event was written before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    words: str
    on_words: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Medicines by the check-ins of `days` days up to `last`: how many were answered, how many "as planned".

    A day without an answer, or with "rather not say", is in neither number: it is not "not taken".
    """

    planned: int
    answered: int
    days: int
    last: date


def answered(name: str, code: str) -> str:
    """An answer in words; "" for none."""
    choices = {"mood": Mood, "sleep": Sleep, "energy": Energy, "medicines": Medicines}[name]
    return str(choices(code).label) if code else ""
