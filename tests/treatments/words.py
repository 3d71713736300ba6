"""What the cast says about medicines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from careteam.audit.models import AuditEvent
from careteam.treatments.doses import DosePeriod
from careteam.treatments.queries import MedicineView, medicine
from careteam.treatments.services import add_medicine
from tests.conftest import Clinician, Maren

WRITTEN = [
    "name",
    "purpose",
    "route_form",
    "as_needed",
    "periods",
    "start",
    "end",
    "status",
    "stop_reason",
    "stopped_why",
    "helped",
    "best",
    "at_end",
    "side_effects",
    "ingredient",
]


def takes(patient: Maren, name: str, *doses: DosePeriod, **more: Any) -> UUID:
    """She writes a medicine down."""
    id_: UUID = patient.does(add_medicine, name=name, periods=doses, **more)
    return id_


def sees(person: Maren | Clinician, id_: UUID) -> MedicineView:
    """What this person is shown of a medicine of the patient's."""
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    view: MedicineView = person.does(medicine, patient, id_)
    return view


def as_written(view: MedicineView) -> dict[str, Any]:
    """Everything an edit form would send back unchanged."""
    return {name: getattr(view, name) for name in WRITTEN}


def acts(patient: Maren, record: UUID) -> list[str]:
    """What her log says she did to a record, oldest first."""
    with patient.acting():
        found = AuditEvent.objects.filter(record_ids__contains=[record], actor_id=patient.id)
        return list(found.order_by("at", "id").values_list("action", flat=True))
