"""Laying what a FHIR file holds before its patient: pending, hers alone, each to be accepted by itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from careteam.accounts.viewer import Viewer
from careteam.exchange.fhir_in import FhirImport, FoundGoal, FoundMedicine
from careteam.goals.services import add_imported_goal
from careteam.sharing.errors import Invalid
from careteam.treatments.codes import Coding
from careteam.treatments.doses import DosePeriod, dose_period
from careteam.treatments.services import add_imported_medicine

GOAL_STATUS = {"proposed": "active", "accepted": "active", "rejected": "cancelled"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: how many entries wait now, how many were here already, and sentences about the rest."""

    medicines: int
    goals: int
    already: int
    problems: tuple[str, ...]


def lay_before(viewer: Viewer, found: FhirImport) -> Imported:
    """Add every medicine and goal as pending; one that cannot be kept is left out and said. Twice adds nothing."""
    medicines = goals = already = 0
    problems = list(found.problems)
    with transaction.atomic():
        for medicine in found.medicines:
            try:
                added = _medicine(viewer, medicine)
            except Invalid as refusal:
                problems.append(f"{medicine.name}: {' '.join(refusal.fields.values())}")
                continue
            medicines, already = medicines + (added is not None), already + (added is None)
        for goal in found.goals:
            try:
                added = _goal(viewer, goal)
            except Invalid as refusal:
                problems.append(f"{goal.text}: {' '.join(refusal.fields.values())}")
                continue
            goals, already = goals + (added is not None), already + (added is None)
    return Imported(medicines, goals, already, tuple(problems))


def import_key(key: str) -> str:
    """The identity of an entry, short enough to be unique in a column."""
    return hashlib.sha256(key.encode()).hexdigest()


def _medicine(viewer: Viewer, found: FoundMedicine) -> object:
    with transaction.atomic():
        return add_imported_medicine(
            viewer,
            name=found.name,
            import_key=import_key(found.key),
            purpose=found.reason,
            route_form=", ".join(part for part in (found.dose, found.route) if part),
            as_needed=found.as_needed,
            periods=_periods(found),
            start=found.start,
            end=found.end,
            status=found.status,
            stopped_why=found.why_status,
            codes=[Coding(code.system, code.code, code.display) for code in found.codes],
            source=f"{found.source}, {found.start_is} date",
        )


def _periods(found: FoundMedicine) -> list[DosePeriod]:
    """A day's dose, where the file tells both the amount and how often; else its words stand alone."""
    if found.amount is None or not found.times_a_day or found.as_needed:
        return []
    day = Decimal(found.amount.value) * found.times_a_day
    return [dose_period(f"{day:f}", found.amount.unit, found.timing, found.start, found.end)]


def _goal(viewer: Viewer, found: FoundGoal) -> object:
    with transaction.atomic():
        return add_imported_goal(
            viewer,
            words=found.text,
            import_key=import_key(found.key),
            target=found.due,
            achievement=found.achievement or "",
            status=GOAL_STATUS.get(found.status, found.status),
            source=found.source,
        )
