"""The team, what it may see, and the named audience of single records."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, User
from careteam.accounts.names import NAME_MOST
from careteam.sharing.codes import Kind


class Invitation(models.Model):
    """An invitation by mail: single use, for one address, seven days, known here by the hash of its token alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    email = models.EmailField()
    role = models.CharField(max_length=NAME_MOST)
    hash = models.BinaryField(max_length=32, unique=True, null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class CareTeamMember(models.Model):
    """A person on a patient's team: invited, accepted, confirmed by the patient by name, ended by either side."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=NAME_MOST)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "user"], condition=Q(ended_at=None), name="one_membership_at_a_time"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "patient"], name="member_by_user")]

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """One switch for one person: a category, a label, or being told, from `starts_at` until just before `ends_at`.

    Append-only: a trigger allows nothing but writing `ended_at` and `ended_by` once. Patient and user stand on the row,
    so that its policy needs no other table.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(CareTeamMember, models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    code = models.CharField(max_length=24)
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    created_by = models.UUIDField()
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "kind", "code"], condition=Q(ended_at=None), name="one_open_consent"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="consent_ends_after_start"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "kind", "code", "patient"],
                include=["starts_at", "ends_at", "ended_at"],
                name="consent_by_user",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Pause(models.Model):
    """The overlay that hides everything from everybody while it is open. It touches no consent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient"], condition=Q(ended_at=None), name="one_open_pause")
        ]

    def __str__(self) -> str:
        return str(self.id)


class RecordAudience(models.Model):
    """A member named on a record whose audience is `named`. Points at a record's id, of whatever room."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField()
    member = models.ForeignKey(CareTeamMember, models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_id", "member"], name="named_once")]
        indexes: ClassVar = [models.Index(fields=["user", "record_id"], name="named_by_user")]

    def __str__(self) -> str:
        return str(self.id)


class Withdrawal(models.Model):
    """That a record was withdrawn, for one person who had opened it: what decides, and no word of the record.

    Written by the patient with the withdrawal itself. Labels and audience are the record's last ones: they are never
    changed after it. Whether this person would still be allowed the record is asked whenever she looks.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField()
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    category = models.CharField(max_length=24)
    labels = ArrayField(models.CharField(max_length=24), default=list)
    audience = models.CharField(max_length=8)
    withdrawn_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_id", "user"], name="withdrawn_once")]
        indexes: ClassVar = [models.Index(fields=["user", "patient", "kind"], name="withdrawal_by_user")]

    def __str__(self) -> str:
        return str(self.id)


class RecordVersion(models.Model):
    """An earlier version of a record, whole. Only the patient reads it; nobody changes it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_id = models.UUIDField()
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    version = models.IntegerField()
    content = models.JSONField()
    why = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField()  # no database default: it would read back a row that is the patient's alone

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record_id", "version"], name="a_version_once")]

    def __str__(self) -> str:
        return str(self.id)
