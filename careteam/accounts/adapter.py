"""What allauth asks of careteam: who may sign up, and how second factors are kept."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest

from careteam.accounts.middleware import sign_out
from careteam.accounts.models import User, mailed_weekly
from careteam.accounts.recently import signed_in_recently
from careteam.accounts.seals import FACTORS, seal, unseal
from careteam.accounts.second_factor import Step, may_be_taken_away

WAITS = {"too_many_login_attempts": 300, "rate_limited": 300}  # seconds
WAYS = {
    "reauthenticate": "With your password",
    "mfa_reauthenticate": "With a code from your app, or a recovery code",
    "mfa_reauthenticate:webauthn": "With a passkey",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts by e-mail address; the sign-up form fills the rest."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email and password do not match. Try again, or reset your password.",
        "enter_current_password": "That is not your password now. Try again.",
        "incorrect_password": "That is not your password. Try again.",
        "incorrect_code": "That is not the code. Look again, or ask for a new one.",
        "too_many_login_attempts": "Too many tries. Wait at least five minutes, or reset your password.",
        "rate_limited": "Too many tries. Wait at least five minutes.",
        "duplicate_email": "This address already belongs to your account.",
        "email_taken": "This address cannot be used. Try another one.",
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Fill name, role and zone from the form before the row is written."""
        user.email = form.cleaned_data["email"].lower()
        user.name = form.cleaned_data["name"]
        user.role = form.role
        user.weekly_mail = mailed_weekly(form.role)
        user.zone = form.cleaned_data["zone"]
        user.set_password(form.cleaned_data["password1"])
        if commit:
            user.save()
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Links lead to careteam's own address, whatever host the request that asked for the mail named."""
        links = {name: settings.BASE_URL + urlsplit(url).path for name, url in context.items() if name.endswith("_url")}
        super().send_mail(template_prefix, email, context | links)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and tell the browser to forget."""
        sign_out(request)

    def validation_error(self, code: str, *args: Any) -> forms.ValidationError:
        """A refusal in words; one for many tries is told by the status, too. A new password is no new second factor."""
        if code in WAITS:
            context.request.wait = WAITS[code]
            code = "rate_limited" if "/2fa/" in context.request.path else code
        error: forms.ValidationError = super().validation_error(code, *args)
        return error

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Weigh a new password for its account; at sign-up, where there is none yet, the form does so."""
        if user is None or user.role:
            validate_password(password, user)
        return password

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any) -> Any:
        """Whoever signed up a moment ago chose her password by that, and is not asked for it again at once."""
        if signup:
            record_authentication(request, user, "password")
        return super().post_login(request, user, signup=signup, **kwargs)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """In our words; the password alone is none while the second factor itself is missing in this browser."""
        missing = getattr(context.request, "second_step", Step.NONE)
        return [
            way | {"description": WAYS[way["id"]]}
            for way in super().get_reauthentication_methods(user)
            if way["id"] != "reauthenticate" or missing != Step.SHOW
        ]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in counts as well as giving the password anew (decision 14): one clock for every question."""
        return not signed_in_recently(context.request)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors: their secrets are sealed with keys of the deployment, and whoever must have one keeps one."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "This is your only second step, and your account needs one. Set up another.",
        "incorrect_code": "That is not the code. Each works once: wait for the next one, or look again.",
    }

    def encrypt(self, text: str) -> str:
        return seal(FACTORS, text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(FACTORS, encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_be_taken_away(authenticator)
