"""What is different since the last visit, in sentences, from what this viewer may see. Without a visit: nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.checkins import queries as checkins
from careteam.goals import queries as goals
from careteam.measures import queries as measures
from careteam.measures.pictures import Latest, Point
from careteam.notes import queries as notes
from careteam.procedures import queries as procedures
from careteam.sharing.pictures import RecordLine
from careteam.treatments import queries as treatments
from careteam.visits import queries as visits
from careteam.visits.pictures import VisitView

TITLES_MOST = 5


@dataclass(frozen=True, slots=True)
class SinceVisit:
    """The visit that is meant (its day on the viewer's clock, with whom) and what changed from that day on."""

    visit: UUID
    on: date
    with_name: str
    with_you: bool
    lines: tuple[str, ...]


def since_visit(
    viewer: Viewer, patient: UUID, latest: Latest | None, *, purpose: Purpose = Purpose.READ
) -> SinceVisit | None:
    """The difference since the last visit this viewer may see (a clinician's own first), or None without one.

    `latest` is where the patient stands, as it was just shown. The day of the visit counts: what was started there
    belongs to it. Every record a sentence speaks of is disclosed.
    """
    last = visits.last_visit(viewer, patient, purpose=purpose)
    if last is None:
        return None
    since, until = last.effective_at.date(), viewer.today
    said = [
        *_scores(viewer, patient, last, latest, purpose),
        *changed(viewer, patient, since, until, purpose),
        *_goals(_lines(viewer, goals, patient, since, purpose), since),
        *_notes(_lines(viewer, notes, patient, since, purpose)),
    ]
    return SinceVisit(last.id, since, last.with_name, last.with_you, tuple(said))


def changed(viewer: Viewer, patient: UUID, since: date, until: date, purpose: Purpose) -> tuple[str, ...]:
    """What began, ended or changed in medicines and other treatments, and what happened, oldest first."""
    found = [
        *((one.on, one.words) for one in treatments.changes(viewer, patient, since, until, purpose=purpose)),
        *((one.on, one.words) for one in procedures.changes(viewer, patient, since, until, purpose=purpose)),
        *((one.on, one.sentence) for one in checkins.happened(viewer, patient, since, until, purpose=purpose)),
    ]
    return tuple(words for _, words in sorted(found, key=lambda one: (one[0].earliest, one[1])))


def _lines(viewer: Viewer, room: ModuleType, patient: UUID, since: date, purpose: Purpose) -> list[RecordLine]:
    """What is new or changed in a room since that day, oldest first. A further room joins by its two queries."""
    found = room.references(viewer, [patient], since, viewer.today)
    shown: list[RecordLine] = room.lines(viewer, [record for _, record, _ in found], purpose=purpose)
    return sorted(shown, key=lambda line: (line.at, line.id))


def _scores(viewer: Viewer, patient: UUID, last: VisitView, latest: Latest | None, purpose: Purpose) -> Sequence[str]:
    """`PHQ-9 from 18 to 14: down 4 points.`"""
    now = latest.newest if latest else None
    if now is None or now.at <= last.effective_at:
        return ()
    before = measures.standing_at(viewer, patient, last.effective_at, purpose=purpose)
    if before is None:
        return (f"PHQ-9 {now.total}, {now.band}, on {_day(now.on)}.",)
    return (f"PHQ-9 from {before.total} to {now.total}: {_moved(before, now)}.",)


def _moved(before: Point, now: Point) -> str:
    points = now.total - before.total
    if not points:
        return "no change"
    return f"{'up' if points > 0 else 'down'} {abs(points)} point{'' if abs(points) == 1 else 's'}"


def _goals(lines: Sequence[RecordLine], since: date) -> list[str]:
    return [f"{'New goal' if line.at.date() >= since else 'Goal changed'}: “{line.words}”" for line in lines]


def _notes(lines: Sequence[RecordLine]) -> list[str]:
    """`2 new notes: “Morning shakes” and a note.`"""
    if not lines:
        return []
    titles = [line.words if line.words.startswith("“") else "one without a title" for line in lines]
    if len(titles) > TITLES_MOST:
        titles = [*titles[:TITLES_MOST], f"{len(titles) - TITLES_MOST} more"]
    listed = " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)
    return [f"{len(lines)} new note{'' if len(lines) == 1 else 's'}: {listed}."]


def _day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"
