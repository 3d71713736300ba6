"""Proposed corrections that wait for the patient, with the entry they are about in one line, whatever room it is in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.checkins import queries as checkins
from careteam.conditions import queries as conditions
from careteam.corrections.queries import ProposedView, open_corrections
from careteam.measures import queries as measures
from careteam.procedures import queries as procedures
from careteam.sharing.pictures import RecordLine
from careteam.summaries.log_words import called
from careteam.treatments import queries as treatments
from careteam.visits import queries as visits

ROOM_OF = {
    "measure": measures,
    "check-in": checkins,
    "event": checkins,
    "medicine": treatments,
    "procedure": procedures,
    "level": procedures,
    "condition": conditions,
    "visit": visits,
    "question": visits,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed correction that the patient has not answered, and the entry of hers that it is about, in words."""

    correction: ProposedView
    about: RecordLine
    called: str


def waiting(viewer: Viewer) -> tuple[Waiting, ...]:
    """What waits for the patient's answer, newest first; raises NotFound for one who keeps no record.

    One statement while nothing waits. An entry that she has withdrawn asks nothing of her.
    """
    found = open_corrections(viewer)
    rooms = {ROOM_OF[one.kind] for one in found}
    records = {one.record for one in found}
    about = {line.id: line for room in rooms for line in room.lines(viewer, records, purpose=Purpose.CHECK)}
    return tuple(
        Waiting(replace(one, changed_since=line.version != one.about_version), line, called(line))
        for one in found
        if (line := about.get(one.record))
    )
