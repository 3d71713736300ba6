"""What allauth asks of careteam: who may sign up, and how second factors are kept."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from careteam.accounts.models import User, mailed_weekly
from careteam.accounts.seals import FACTORS, seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Accounts by e-mail address; the sign-up form fills the rest."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "That email and password do not match. Try again, or reset your password.",
        "enter_current_password": "That is not your password now. Try again.",
        "incorrect_password": "That is not your password. Try again.",
        "incorrect_code": "That is not the code. Look again, or ask for a new one.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, or reset your password.",
        "rate_limited": "Too many tries. Wait a few minutes.",
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


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors: their secrets are sealed with keys of the deployment."""

    def encrypt(self, text: str) -> str:
        return seal(FACTORS, text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(FACTORS, encrypted_text.encode()).decode()
