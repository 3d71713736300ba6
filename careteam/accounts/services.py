"""Changing one's own account (name, time zone, mail, tokens), and for a clinic's administrator the clinicians'."""

from __future__ import annotations

import secrets
import zoneinfo
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from careteam.accounts.errors import Invalid, NotFound
from careteam.accounts.middleware import token_hash
from careteam.accounts.models import AccountEvent, ApiToken, ClinicAdmin, Practitioner, Role, User
from careteam.accounts.names import clean_name
from careteam.accounts.npi import is_npi
from careteam.accounts.viewer import Viewer, database_now

TOKEN_BYTES = 32
TOKEN_DAYS_MOST = 366
TOKEN_MARK = "ct_"  # noqa: S105 - how a token begins, so that a scanner for lost secrets knows it


@transaction.atomic
def rename(viewer: Viewer, name: str) -> None:
    """Change the name that others see. Raises Invalid for an empty, overlong or unstorable one.

    A clinic vouched for a person of a name: with another one its word ends, until it vouches again.
    """
    new = _name(name)
    if not User.objects.filter(pk=viewer.user, name=new).exists():
        _set(viewer, name=new)
        _no_longer_vouched(viewer)


@transaction.atomic
def set_npi(viewer: Viewer, npi: str) -> None:
    """Say which NPI is one's own ("" for none). Its form is checked, which proves nothing: vouching starts anew.

    Raises Invalid for a number that cannot be one, NotFound for anybody but a clinician.
    """
    npi = npi.strip()
    if npi and not is_npi(npi):
        raise Invalid(npi="This is not written as an NPI: ten digits, of which the last one fits the others.")
    hers = Practitioner.objects.filter(pk=viewer.user)
    if not hers.exclude(npi=npi).update(npi=npi):
        if not hers.exists():
            raise NotFound
        return
    _no_longer_vouched(viewer)


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


# -- For a clinic's administrator --------------------------------------------------------------------------------------
@transaction.atomic
def vouch(viewer: Viewer, clinician: UUID) -> None:
    """Say for one's own clinic that this account is who it says. Raises NotFound when somebody vouched already."""
    clinic = _clinic(viewer)
    if not Practitioner.objects.filter(pk=clinician, vouched_at=None).update(vouched_at=Now(), vouched_by=clinic):
        raise NotFound
    _told(viewer.user, clinician, "vouched")


@transaction.atomic
def withdraw_vouching(viewer: Viewer, clinician: UUID) -> None:
    """End what one's own clinic said. Raises NotFound: another clinic's word, or none."""
    if not Practitioner.objects.filter(pk=clinician, vouched_by=_clinic(viewer)).update(
        vouched_at=None, vouched_by=None
    ):
        raise NotFound
    _told(viewer.user, clinician, "no-longer-vouched")


@transaction.atomic
def close_account(viewer: Viewer, clinician: UUID) -> None:
    """Close a clinician's account that is the clinic's own or nobody's: sessions and tokens end with it, at once.

    What she signed, and who shares what with her, stays as it is: it is not hers to lose by another's doing.
    """
    _of_ours(viewer, clinician, is_active=True).update(is_active=False)
    end_sessions_and_tokens(clinician)
    _told(viewer.user, clinician, "closed")


@transaction.atomic
def open_account(viewer: Viewer, clinician: UUID) -> None:
    """Open a closed account again. She signs in anew, with her second factor."""
    _of_ours(viewer, clinician, is_active=False).update(is_active=True)
    _told(viewer.user, clinician, "opened")


def end_sessions_and_tokens(user: UUID) -> None:
    """Sign somebody out everywhere and end her programs' tokens."""
    User.objects.filter(pk=user).update(sign_outs=F("sign_outs") + 1)
    ApiToken.objects.filter(user_id=user, ended_at=None).update(ended_at=Now())


def operator_did(user: UUID, act: str) -> None:
    """Write down what the operator did to an account by a command, as the database's owner."""
    _told(None, user, act)


def _clinic(viewer: Viewer) -> UUID:
    found = ClinicAdmin.objects.filter(pk=viewer.user, user__role=Role.ADMIN).values_list("organization", flat=True)
    clinic: UUID | None = found.first()
    if clinic is None:
        raise NotFound
    return clinic


def _of_ours(viewer: Viewer, clinician: UUID, *, is_active: bool) -> QuerySet[User]:
    clinic = _clinic(viewer)
    ours = Practitioner.objects.filter(Q(vouched_by=None) | Q(vouched_by=clinic), pk=clinician)
    found = User.objects.filter(pk__in=ours.values("pk"), is_active=is_active)
    if not found.exists():
        raise NotFound
    return found


def _no_longer_vouched(viewer: Viewer) -> None:
    if Practitioner.objects.filter(pk=viewer.user, vouched_at__isnull=False).update(vouched_at=None, vouched_by=None):
        _told(viewer.user, viewer.user, "lapsed")


def _told(actor: UUID | None, subject: UUID, act: str) -> None:
    AccountEvent(actor_id=actor, subject_id=subject, act=act).save(force_insert=True)


def _name(given: str) -> str:
    try:
        return clean_name(given)
    except ValueError as error:
        raise Invalid(name=str(error)) from error


def _set(viewer: Viewer, **changes: str | bool) -> None:
    if not User.objects.filter(pk=viewer.user).update(**changes):
        raise NotFound
