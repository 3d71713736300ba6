"""How a condition stands: FHIR Condition.clinicalStatus, words for pages beside the codes."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    """How it stands now, as the patient says. `unknown` is FHIR R5's; R4 leaves the status out instead."""

    ACTIVE = "active", "It is there now"
    RECURRENCE = "recurrence", "It came back"
    REMISSION = "remission", "Nearly gone, or quiet"
    RESOLVED = "resolved", "It is over"
    INACTIVE = "inactive", "Not there at the moment"
    UNKNOWN = "unknown", "Not known"


# FHIR Condition, invariant con-4: what has an end is inactive, in remission or resolved.
GONE_BY = (Status.REMISSION, Status.RESOLVED, Status.INACTIVE)
