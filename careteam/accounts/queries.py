"""Reading one's own account (settings, tokens for programs), and for a clinic's administrator the clinicians'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from careteam.accounts.errors import NotFound
from careteam.accounts.models import AccountEvent, ApiToken, ClinicAdmin, Organization, Practitioner, Role, User
from careteam.accounts.second_factor import KINDS
from careteam.accounts.viewer import Viewer, database_now

PAGE = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What somebody told about herself. Profession, NPI and vouching are a clinician's ("" and None for others)."""

    name: str
    email: str
    zone: str
    weekly_mail: bool
    profession: str
    npi: str
    vouched: bool | None
    vouched_by: str


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token for programs as its person may know it: never the token. `until` is its last day on her clock."""

    id: UUID
    name: str
    created_at: datetime
    until: date
    used_at: datetime | None
    ended_at: datetime | None
    live: bool


def own_settings(viewer: Viewer, *, lock: bool = False) -> Settings:
    """The viewer's own account, locked for the change to come if so asked; raises NotFound when it is gone."""
    rows = User.objects.select_related("practitioner__vouched_by").filter(pk=viewer.user)
    found = (rows.select_for_update(of=("self",), no_key=True) if lock else rows).first()
    if found is None:
        raise NotFound
    clinician = getattr(found, "practitioner", None)
    return Settings(
        found.name,
        found.email,
        found.zone,
        found.weekly_mail,
        clinician.profession if clinician else "",
        clinician.npi if clinician else "",
        bool(clinician.vouched_at) if clinician else None,
        clinician.vouched_by.name if clinician and clinician.vouched_by else "",
    )


def own_tokens(viewer: Viewer) -> tuple[TokenView, ...]:
    """The viewer's own tokens, newest first; ended and expired ones too."""
    now = database_now()
    return tuple(
        TokenView(
            row.id,
            row.name,
            viewer.local(row.created_at),
            (viewer.local(row.ends_at) - timedelta(microseconds=1)).date(),
            viewer.local(row.used_at) if row.used_at else None,
            viewer.local(row.ended_at) if row.ended_at else None,
            row.ended_at is None and row.ends_at > now,
        )
        for row in ApiToken.objects.filter(user_id=viewer.user).order_by("-created_at", "-id")
    )


# -- For a clinic's administrator --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ClinicianView:
    """Who a clinician says she is, and what a clinic said. Nothing of whom she looks after.

    `ours`: this administrator's clinic vouched for her, or nobody did, so that she may be vouched for or closed here.
    """

    id: UUID
    name: str
    email: str
    profession: str
    npi: str
    joined_at: datetime
    vouched_at: datetime | None
    vouched_by: str
    ours: bool
    open: bool
    second_factor: bool


@dataclass(frozen=True, slots=True)
class Clinicians:
    """A page of them: those nobody vouched for first, the newest before the others; `next` is the page after, or 0."""

    clinic: str
    people: tuple[ClinicianView, ...]
    next: int


@dataclass(frozen=True, slots=True)
class Told:
    """One line of what was done to an account; `by` is "" for the operator."""

    act: str
    by: str
    at: datetime


def clinicians(viewer: Viewer, q: str = "", page: int = 1) -> Clinicians:
    """Every clinician's account, or those with this in name or address; raises NotFound for all but administrators."""
    clinic = _clinic(viewer)
    rows = _clinicians().filter(Q(user__name__icontains=q) | Q(user__email__icontains=q))
    first = (page - 1) * PAGE
    found = list(rows.order_by(F("vouched_at").desc(nulls_first=True), "-user__joined_at")[first : first + PAGE + 1])
    shown = tuple(_clinician(viewer, clinic, row) for row in found[:PAGE])
    return Clinicians(clinic.name, shown, page + 1 if len(found) > PAGE else 0)


def clinician(viewer: Viewer, user: UUID) -> tuple[ClinicianView, tuple[Told, ...]]:
    """One of them, and what was done to her account, newest first; raises NotFound."""
    clinic = _clinic(viewer)
    row = _clinicians().filter(pk=user).first()
    if row is None:
        raise NotFound
    events = AccountEvent.objects.filter(subject_id=user).order_by("-at", "-id")[:PAGE]
    names = dict(User.objects.filter(pk__in=[one.actor_id for one in events if one.actor_id]).values_list("id", "name"))
    told = tuple(
        Told(one.act, names.get(one.actor_id, "") if one.actor_id else "", viewer.local(one.at)) for one in events
    )
    return _clinician(viewer, clinic, row), told


def _clinic(viewer: Viewer) -> Organization:
    found = ClinicAdmin.objects.select_related("organization").filter(pk=viewer.user, user__role=Role.ADMIN).first()
    if found is None:
        raise NotFound
    return found.organization


def _clinicians() -> QuerySet[Practitioner]:
    factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=KINDS)
    return Practitioner.objects.select_related("user", "vouched_by").annotate(second_factor=Exists(factor))


def _clinician(viewer: Viewer, clinic: Organization, row: Practitioner) -> ClinicianView:
    return ClinicianView(
        id=row.pk,
        name=row.user.name,
        email=row.user.email,
        profession=row.profession,
        npi=row.npi,
        joined_at=viewer.local(row.user.joined_at),
        vouched_at=viewer.local(row.vouched_at) if row.vouched_at else None,
        vouched_by=row.vouched_by.name if row.vouched_by else "",
        ours=row.vouched_by_id in (None, clinic.pk),
        open=row.user.is_active,
        second_factor=bool(getattr(row, "second_factor", False)),
    )
