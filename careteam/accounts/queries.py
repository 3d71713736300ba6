"""Reading one's own account: settings and tokens for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from careteam.accounts.errors import NotFound
from careteam.accounts.models import ApiToken, User
from careteam.accounts.viewer import Viewer, database_now


@dataclass(frozen=True, slots=True)
class Settings:
    """What somebody told about herself. Profession and vouching are a clinician's ("" and None for a patient)."""

    name: str
    email: str
    zone: str
    weekly_mail: bool
    profession: str
    vouched: bool | None


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


def own_settings(viewer: Viewer) -> Settings:
    """The viewer's own account; raises NotFound when it is gone."""
    found = User.objects.select_related("practitioner").filter(pk=viewer.user).first()
    if found is None:
        raise NotFound
    clinician = getattr(found, "practitioner", None)
    return Settings(
        found.name,
        found.email,
        found.zone,
        found.weekly_mail,
        clinician.profession if clinician else "",
        bool(clinician.vouched_at) if clinician else None,
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
