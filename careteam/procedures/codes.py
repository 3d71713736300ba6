"""The lists that describe a treatment beside medicines: FHIR Procedure (R4) and ours, words for pages beside them."""

from __future__ import annotations

from django.db import models


class What(models.TextChoices):
    """What it is; `other` says it in the patient's own words."""

    THERAPY = "talking-therapy", "Talking therapy"
    RTMS = "rtms", "rTMS"
    ECT = "ect", "ECT"
    ESKETAMINE = "esketamine", "Esketamine"
    OTHER = "other", "Something else"


class Status(models.TextChoices):
    """Where it stands. What FHIR calls `in-progress` is `active` here: "in progress" means a draft in this house."""

    ACTIVE = "active", "Under way"
    PLANNED = "preparation", "Planned"
    STOPPED = "stopped", "Stopped"
    COMPLETED = "completed", "Finished"
    NOT_DONE = "not-done", "Did not happen"
    UNKNOWN = "unknown", "Not known"


class Measured(models.TextChoices):
    """A level is there or it is not (FHIR Observation): people write down what was measured, never what is awaited."""

    FINAL = "final", "Measured"
