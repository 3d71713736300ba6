"""People: one account has one role. Identity rows lie outside row-level security (see sharing/rls.py)."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from careteam.accounts import lookups  # noqa: F401 - registers one for all models
from careteam.accounts.ids import new_id
from careteam.accounts.names import NAME_MOST

ADULT = 18


class Role(models.TextChoices):
    """The one role of an account."""

    PATIENT = "patient", "patient"
    PRACTITIONER = "practitioner", "clinician"
    ADMIN = "admin", "clinic administrator"


def mailed_weekly(role: str) -> bool:
    """Whether a new account is told of its weeks by mail: a clinician is, a patient once she asks for it."""
    return role == Role.PRACTITIONER


class Users(BaseUserManager["User"]):
    """Accounts by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())

    def open(self, *, email: str, name: str, role: Role, zone: str = "UTC", **more: Any) -> User:
        """A new account without a usable password; the caller sets one."""
        more.setdefault("weekly_mail", mailed_weekly(role))
        user = self.model(email=email.lower(), name=name, role=role, zone=zone, **more)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. The e-mail address is lower case; `zone` is an IANA name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=NAME_MOST)
    role = models.CharField(max_length=12, choices=Role.choices)
    zone = models.CharField(max_length=64, default="UTC")
    weekly_mail = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())
    sign_outs = models.PositiveIntegerField(default=0)  # one more ends every session there is

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")), name="email_is_lower_case"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)  # an id and never a name: this is what logs print

    def set_password(self, raw_password: str | None) -> None:
        """Store it in one spelling: keyboards differ in how they write one letter."""
        super().set_password(raw_password and unicodedata.normalize("NFKC", raw_password))

    def check_password(self, raw_password: str) -> bool:
        """Whether it is the password, in whatever spelling it came."""
        return super().check_password(unicodedata.normalize("NFKC", raw_password))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to go on: it ends with a new password (Django) and with `sign_outs` (ours)."""
        salt = "careteam session"
        return salted_hmac(salt, f"{self.password} {self.sign_outs}", secret=secret, algorithm="sha256").hexdigest()


def display_name(user: User) -> str:
    """The name to show for an account."""
    return user.name


class Patient(models.Model):
    """The identity of a patient; her id is her account's id."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="patient")
    birth_date = models.DateField()

    def __str__(self) -> str:
        return str(self.pk)


class Organization(models.Model):
    """A clinic that vouches for its clinicians."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=NAME_MOST, unique=True)

    def __str__(self) -> str:
        return str(self.id)


class ClinicAdmin(models.Model):
    """Somebody who manages people for a clinic. The app role reads this table and cannot write it: a command does."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class Practitioner(models.Model):
    """A clinician: what she says she is, and whether a clinic vouched for her. An NPI is checked for its form alone."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="practitioner")
    profession = models.CharField(max_length=NAME_MOST, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    vouched_at = models.DateTimeField(null=True, blank=True)
    vouched_by = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return str(self.pk)


class AccountEvent(models.Model):
    """What was done to an account, by an administrator, by its own person or by the operator (no actor). Append-only.

    No foreign keys: it outlives what it tells of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    act = models.CharField(max_length=24)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_id", "-at"], name="account_events")]

    def __str__(self) -> str:
        return str(self.id)


class ApiToken(models.Model):
    """A personal token for programs: stored as SHA-256, always with an end; it can do what its person can, no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=NAME_MOST)
    hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)


def age_on(birth: date, day: date) -> int:
    """Whole years; somebody born on 29 February has her birthday on 1 March in common years (decision E59)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
