"""Which form is expected when: what plans ask for, after what was sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from careteam.measures.instruments.catalogue import INSTRUMENTS, PHQ2, PHQ9
from careteam.measures.pictures import Sent
from careteam.visits.due import next_due, overdue_days
from careteam.visits.pictures import PlannedForm


@dataclass(frozen=True, slots=True)
class Expected:
    """The next form of one questionnaire: the day, on the patient's own calendar, by the plan that wants it first."""

    questionnaire: str
    on: date
    days_late: int
    plan: PlannedForm

    @property
    def name(self) -> str:
        """What people call it."""
        return INSTRUMENTS[self.questionnaire].short


def expected(
    planned: Iterable[PlannedForm], sent: Mapping[tuple[UUID, str], Sent], now: datetime
) -> dict[UUID, tuple[Expected, ...]]:
    """What these plans expect after what was sent."""
    found: dict[UUID, dict[str, Expected]] = {}
    for plan in planned:
        tz = ZoneInfo(plan.zone)
        for code in plan.measures:
            last = last_of(sent, plan.patient, code)
            on = next_due(plan.began, plan.weeks, last.astimezone(tz).date() if last else None)
            of_patient = found.setdefault(plan.patient, {})
            if code not in of_patient or on < of_patient[code].on:
                of_patient[code] = Expected(code, on, overdue_days(on, now.astimezone(tz).date()), plan)
    return {patient: tuple(sorted(of.values(), key=lambda one: one.on)) for patient, of in found.items()}


def last_of(sent: Mapping[tuple[UUID, str], Sent], patient: UUID, code: str) -> datetime | None:
    """When a questionnaire was last sent; the PHQ-9 asks all that the PHQ-2 asks, and nobody is asked twice."""
    codes = (PHQ2.name, PHQ9.name) if code == PHQ2.name else (code,)
    times = [one.last for code in codes if (one := sent.get((patient, code))) and one.last]
    return max(times, default=None)
