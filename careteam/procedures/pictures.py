"""The frozen pictures of treatments beside medicines and of levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from careteam.sharing.pictures import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView(RecordView):
    """A treatment. `status` is how it reads today, `title` what it is called, `sessions_on` its dates in words.

    `effective_at` puts treatments in order and is never printed: it would invent a day for "2019".
    """

    title: str
    code: str
    code_words: str
    name: str
    purpose: str
    start: str | None
    end: str | None
    when: str
    sessions: tuple[str, ...]
    sessions_on: tuple[str, ...]
    session_count: int | None
    sessions_words: str
    current: bool
    status_words: str
    stop_reason: str
    stop_reason_words: str
    stopped_why: str
    helped: str
    helped_words: str
    side_effects: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureVersion:
    """How a treatment was written down before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    title: str
    purpose: str
    when: str
    sessions_on: tuple[str, ...]
    sessions_words: str
    status_words: str
    stop_reason_words: str
    stopped_why: str
    helped_words: str
    side_effects: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelView(RecordView):
    """A level as it was written down: `title` is what was measured and how much, `when` as exact as it is known.

    `after_dose` says how long after the last dose, in words ("" is not known).
    """

    title: str
    substance: str
    value: str
    unit: str
    on: str
    when: str
    hours: str
    after_dose: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelVersion:
    """How a level was written down before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    title: str
    when: str
    after_dose: str
    words: str
