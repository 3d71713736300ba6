"""The lists that describe a visit: codes of FHIR Encounter (R4), words for pages beside them."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    """Where a visit stands. A planned one that lies in the past waits for what was decided."""

    PLANNED = "planned", "Planned"
    FINISHED = "finished", "Took place"
    CANCELLED = "cancelled", "Cancelled"


class Mode(models.TextChoices):
    """How people meet; empty is "not said"."""

    NOT_SAID = "", "Not said"
    IN_PERSON = "in-person", "In person"
    PHONE = "phone", "By phone"
    VIDEO = "video", "By video"


class Asked(models.TextChoices):
    """Where a question stands: open until its answer is written down."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"


class Measure(models.TextChoices):
    """What a plan asks for, by the code of the form."""

    PHQ9 = "phq-9", "PHQ-9"
    GAD7 = "gad-7", "GAD-7"
    PHQ2 = "phq-2", "PHQ-2"


ACTIVE = "active"  # a plan or a call stands until it is withdrawn
