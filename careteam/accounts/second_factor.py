"""The second factor: whom it is asked of, and whether this browser showed it. What it must be, decision 13 says."""

from __future__ import annotations

import time
from enum import StrEnum

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from careteam.accounts.models import Role, User

OBLIGED = frozenset({Role.PRACTITIONER, Role.ADMIN})
KINDS = ("totp", "webauthn")  # recovery codes stand in for one of these, never alone


class Step(StrEnum):
    """What somebody who gave her password still has to do; until then nobody is looking."""

    NONE = ""
    SET_UP = "set up"
    SHOW = "show"


def step_of(request: HttpRequest) -> Step:
    """What is missing in this browser. A session from before the second factor was set up has to show it as well."""
    user = request.user
    if not isinstance(user, User) or user.role not in OBLIGED or _shown(request, user):
        return Step.NONE
    return Step.SHOW if has_second_factor(user) else Step.SET_UP


def _shown(request: HttpRequest, user: User) -> bool:
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def has_second_factor(user: User) -> bool:
    """Whether an app or a passkey is set up."""
    return bool(Authenticator.objects.filter(user=user, type__in=KINDS).exists())


def may_be_taken_away(authenticator: Authenticator) -> bool:
    """Whether one of somebody's factors may go: of those who must have one the last may not.

    The account is locked meanwhile, so that of two factors taken away at once one stays.
    """
    user = User.objects.select_for_update().get(pk=authenticator.user_id)
    others = Authenticator.objects.filter(user=user, type__in=KINDS).exclude(pk=authenticator.pk)
    return user.role not in OBLIGED or bool(others.exists())


def just_set_up(request: HttpRequest, kind: str) -> None:
    """Whoever set a factor up showed it by that: nothing more is asked in this browser."""
    made = Authenticator.objects.filter(user_id=request.user.pk, type=kind).latest("created_at")
    record_authentication(request, request.user, "mfa", id=made.pk, type=made.type)


def whole_accounts() -> Q:
    """Tokens whose person has what her role must have: a token is no way around the second factor."""
    factor = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=KINDS)
    return ~Q(user__role__in=OBLIGED) | Q(Exists(factor))


def demo_code() -> str:
    """The code that the demo's clinicians are asked for now; "" anywhere else."""
    if not settings.DEMO:
        return ""
    return str(format_hotp_value(hotp_value(settings.DEMO_TOTP, int(time.time()) // 30)))
