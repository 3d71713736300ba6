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


class StopReason(models.TextChoices):
    """Why a medicine was stopped; empty while it was not."""

    NOT_STOPPED = "", "Not stopped"
    DID_NOT_HELP = "did-not-help", "It did not help enough"
    SIDE_EFFECTS = "side-effects", "Side effects"
    COST = "cost", "Cost"
    OTHER = "other", "Another reason"
    UNKNOWN = "unknown", "I do not know"


class Helped(models.TextChoices):
    """How much a medicine helped, as its patient sees it; empty is "not answered"."""

    NOT_ANSWERED = "", "Not answered"
    NOT_AT_ALL = "not-at-all", "Not at all"
    A_LITTLE = "a-little", "A little"
    SOMEWHAT = "somewhat", "Somewhat"
    A_LOT = "a-lot", "A lot"
    CANNOT_TELL = "cannot-tell", "Cannot tell"


@dataclass(frozen=True, slots=True)
class Coding:
    """A code that an import brought along (FHIR Coding), kept as it came and never looked up."""

    system: str
    code: str
    display: str = ""
