"""What was given in sessions and what was measured, for what is worked out from both: read here, disclosed by whoever
shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.procedures.codes import Status
from careteam.procedures.course import status_on
from careteam.procedures.models import Observation, Procedure
from careteam.procedures.queries import patient_day
from careteam.sharing.partial import PartialDate


@dataclass(frozen=True, slots=True)
class Given:
    """A treatment that is or was under way, as it was written down."""

    id: UUID
    version: int
    code: str
    name: str
    start: PartialDate | None
    end: PartialDate | None
    current: bool
    sessions: tuple[PartialDate, ...]
    count: int | None
    helped: str
    stop_reason: str
    changed_on: date | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A level as the laboratory gave it; `hours` after the last dose, "" is not known."""

    id: UUID
    version: int
    substance: str
    value: str
    unit: str
    on: PartialDate
    hours: str


def given(viewer: Viewer, patient: UUID) -> tuple[Given, ...]:
    """Treatments that began, as far as the viewer may see them. Whoever shows one of these discloses it."""
    today = patient_day(viewer, patient)
    rows = Procedure.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None)
    found = []
    for row in rows.exclude(status=Status.NOT_DONE).order_by("effective_at", "id"):
        status = status_on(row.status, row.began, row.ended, today)
        if status != Status.PLANNED:
            found.append(
                Given(
                    id=row.id,
                    version=row.version,
                    code=row.code,
                    name=row.name,
                    start=row.began,
                    end=row.ended,
                    current=status == Status.ACTIVE,
                    sessions=tuple(PartialDate(text) for text in row.sessions),
                    count=row.session_count,
                    helped=row.helped,
                    stop_reason=row.stop_reason,
                    changed_on=viewer.local(row.changed_at).date() if row.version > 1 else None,
                )
            )
    return tuple(found)


def measured(viewer: Viewer, patient: UUID) -> tuple[Measured, ...]:
    """Levels, as far as the viewer may see them. Whoever shows one of these discloses it."""
    rows = Observation.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None)
    return tuple(
        Measured(row.id, row.version, row.substance, row.value, row.unit, row.measured_on, row.hours)
        for row in rows.order_by("effective_at", "id")
    )
