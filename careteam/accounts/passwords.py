"""Passwords that may not be used."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError

from careteam.accounts.models import User


class NotTheDemoPassword:
    """The demo's password is public, so nobody may choose it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == settings.DEMO_PASSWORD:
            raise ValidationError("This is the password of the public demo. Choose one that only you know.")

    def get_help_text(self) -> str:
        return "Twelve characters or more. A few words in a row are easy to remember."
