"""AuditEvent (the patient reads it) and SecurityEvent (refusals). The app role may insert and select, nothing else."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from careteam.accounts.ids import new_id


class Purpose(models.TextChoices):
    """Why a record was evaluated. Preview, check and select disclose nothing, so they write no row."""

    READ = "read", "opened"
    OVERVIEW = "overview", "opened your page"
    CASELOAD = "caseload", "list"
    DIGEST = "digest", "opened in a weekly summary"
    EXPORT = "export", "downloaded"
    PREVIEW = "preview", "previewed"
    CHECK = "check", "checked"
    SELECT = "select", "selected"


SILENT = frozenset({Purpose.PREVIEW, Purpose.CHECK, Purpose.SELECT})
BELOW = "below"  # stands for a category: what was shown below records, which have a row of their own


class AuditEvent(models.Model):
    """One thing that somebody saw or did. Ids, versions and category codes only.

    A trigger sets `at` by the database's clock and `actor_role` from the account, whatever the writer says.

    `action` is a Purpose for a disclosure, or a verb such as `create`, `revise`, `withdraw`, `sign`, `consent-on`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient_id = models.UUIDField()
    actor_id = models.UUIDField()
    actor_role = models.CharField(max_length=12)
    action = models.CharField(max_length=24)
    category = models.CharField(max_length=24, blank=True)
    about_id = models.UUIDField(null=True)
    record_ids = ArrayField(models.UUIDField(), default=list)
    versions = ArrayField(models.IntegerField(), default=list)
    request_id = models.UUIDField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient_id", "-at", "-id"], name="audit_by_patient"),
            models.Index(fields=["actor_id", "patient_id", "action", "-at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SecurityEvent(models.Model):
    """A refusal. No foreign keys: it is written after the request's transaction was rolled back, whatever was asked.

    A trigger sets `at` and `was_member`, whatever the writer says.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    was_member = models.BooleanField(default=False)
    route = models.CharField(max_length=100)
    at = models.DateTimeField()  # no database default: that would read the row back, and its writer may not

    class Meta:
        indexes: ClassVar = [models.Index(fields=["patient_id", "-at"], name="refusals_by_patient")]

    def __str__(self) -> str:
        return str(self.id)
