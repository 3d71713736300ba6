"""Accounts: a new password ends every token for programs."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.functions import Now


def end_tokens(user: Any, **_: Any) -> None:
    """Whoever changes her password because somebody got in wants that somebody out everywhere."""
    from careteam.accounts.models import ApiToken  # noqa: PLC0415 - models are ready only here

    ApiToken.objects.filter(user=user, ended_at=None).update(ended_at=Now())


class AccountsConfig(AppConfig):
    """The room that knows who."""

    name = "careteam.accounts"

    def ready(self) -> None:
        from allauth.account import signals  # noqa: PLC0415 - apps are ready only here

        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(end_tokens)
