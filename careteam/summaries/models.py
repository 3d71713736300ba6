"""Digests (references, never words), the outbox (the truth about what was due), and what a clinician chose to see."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import User


class Kind(models.TextChoices):
    """What the outbox sends."""

    PATIENT_WEEK = "patient-week", "weekly summary for a patient"
    CLINICIAN_WEEK = "clinician-week", "weekly summary for a clinician"
    INVITATION = "invitation", "invitation to a care team"
    NEW_ITEM = "new-item", "something new for a clinician whom a patient wants told"


class Outbox(models.Model):
    """Something due for one person: at most one row per person, kind, period and thing, whoever noticed it, how often.

    Outside row-level security: it is read before anybody is known, and holds ids and times alone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    period_start = models.DateField(null=True)
    zone = models.CharField(max_length=64)
    about_id = models.UUIDField(null=True)
    mail = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "period_start", "about_id"], nulls_distinct=False, name="due_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_try_at"], condition=Q(done_at=None, dead_at=None), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Digest(models.Model):
    """A week's selection for one viewer: (category, patient, record, version). Each opening asks the rule."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    period_start = models.DateField()
    zone = models.CharField(max_length=64)
    references = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "period_start"], name="one_digest_a_period")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Chosen(models.Model):
    """What one clinician chose for the pages she opens: hers alone, and it says nothing of anybody's record."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="+")
    staging = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.user_id)
