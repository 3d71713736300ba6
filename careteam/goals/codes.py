"""The lists that describe a goal: codes of FHIR Goal (R4), words for pages beside them."""

from __future__ import annotations

from django.db import models

COMMENT_MOST = 4_000


class Status(models.TextChoices):
    """Where a goal stands: FHIR's lifecycleStatus. `pending` is an import that waits for its patient's yes."""

    PROPOSED = "proposed", "Waiting for agreement"
    PLANNED = "planned", "For later"
    ACCEPTED = "accepted", "Agreed, for later"
    ACTIVE = "active", "Working on it"
    ON_HOLD = "on-hold", "On hold"
    COMPLETED = "completed", "Finished"
    CANCELLED = "cancelled", "Let go"
    REJECTED = "rejected", "Not taken up"
    PENDING = "pending", "Waiting for your yes"
    ERROR = "entered-in-error", "Written down by mistake"


class Acceptance(models.TextChoices):
    """What somebody says of a goal that asks her: the words of FHIR's goal-acceptance."""

    AGREE = "agree", "Agrees"
    DISCUSS = "pending", "Wants to talk about it"
    DISAGREE = "disagree", "Would rather not"


class Achievement(models.TextChoices):
    """How it is going, as its patient sees it; empty is "not answered". No answer praises or blames."""

    NOT_ANSWERED = "", "Not answered"
    IN_PROGRESS = "in-progress", "Under way"
    IMPROVING = "improving", "Getting there"
    NO_CHANGE = "no-change", "About the same"
    WORSENING = "worsening", "Harder than before"
    NO_PROGRESS = "no-progress", "Not moving yet"
    ACHIEVED = "achieved", "Got there"
    SUSTAINING = "sustaining", "Keeping it up"
    NOT_ACHIEVED = "not-achieved", "Did not get there"
    NOT_ATTAINABLE = "not-attainable", "Not possible for now"
