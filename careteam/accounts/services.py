"""Changing one's own account: name, time zone, weekly mail, tokens for programs."""

from __future__ import annotations

import secrets
import zoneinfo
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.errors import Invalid, NotFound
from careteam.accounts.middleware import token_hash
from careteam.accounts.models import ApiToken, User
from careteam.accounts.names import clean_name
from careteam.accounts.viewer import Viewer, database_now

TOKEN_BYTES = 32
TOKEN_DAYS_MOST = 366
TOKEN_MARK = "ct_"  # noqa: S105 - how a token begins, so that a scanner for lost secrets knows it


@transaction.atomic
def rename(viewer: Viewer, name: str) -> None:
    """Change the name that others see. Raises Invalid for an empty, overlong or unstorable one."""
    _set(viewer, name=_name(name))


@transaction.atomic
def set_zone(viewer: Viewer, zone: str) -> None:
    """Change the clock that the viewer's days and weeks follow (an IANA name). End dates already set stay."""
    if zone not in zoneinfo.available_timezones():
        raise Invalid(zone="Choose a time zone from the list.")
    _set(viewer, zone=zone)


@transaction.atomic
def set_weekly_mail(viewer: Viewer, on: bool) -> None:
    """Say whether a mail tells of a new weekly summary. The summary itself is made either way."""
    _set(viewer, weekly_mail=on)


@transaction.atomic
def create_token(viewer: Viewer, *, name: str, until: date) -> str:
    """A new token for a program, valid until the end of that day on the viewer's clock. It is told here once.

    Raises Invalid: no name, a day that has passed, or one over 12 months away.
    """
    today = viewer.local(database_now()).date()
    if until < today:
        raise Invalid(until="This date has passed. Choose today or a later day.")
    if until > today + timedelta(days=TOKEN_DAYS_MOST):
        raise Invalid(until="Choose a date within 12 months. You can make a new token then.")
    token = TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)
    ends = datetime.combine(until + timedelta(days=1), time(), viewer.tz)
    ApiToken.objects.create(user_id=viewer.user, name=_name(name), hash=token_hash(token), ends_at=ends)
    return token


@transaction.atomic
def end_token(viewer: Viewer, token: UUID) -> None:
    """End one of the viewer's own tokens at once; raises NotFound for another's or an ended one."""
    if not ApiToken.objects.filter(pk=token, user_id=viewer.user, ended_at=None).update(ended_at=Now()):
        raise NotFound


def _name(given: str) -> str:
    try:
        return clean_name(given)
    except ValueError as error:
        raise Invalid(name=str(error)) from error


def _set(viewer: Viewer, **changes: str | bool) -> None:
    if not User.objects.filter(pk=viewer.user).update(**changes):
        raise NotFound
