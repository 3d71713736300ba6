"""The lists that describe a medicine: FHIR MedicationStatement (R4) and ours, words for pages beside the codes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    """Where a medicine stands. `pending` is an import that waits for its patient's yes."""

    ACTIVE = "active", "Taking it"
    INTENDED = "intended", "Planned"
    ON_HOLD = "on-hold", "On hold"
    STOPPED = "stopped", "Stopped"
    COMPLETED = "completed", "Finished"
    NOT_TAKEN = "not-taken", "Not taken"
    UNKNOWN = "unknown", "Not known"
    PENDING = "pending", "Waiting for your yes"
    ERROR = "entered-in-error", "Written down by mistake"


@dataclass(frozen=True, slots=True)
class Coding:
    """A code that an import brought along (FHIR Coding), kept as it came and never looked up."""

    system: str
    code: str
    display: str = ""
