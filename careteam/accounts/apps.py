"""Accounts: a new password ends every token for programs."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.functions import Now
from psycopg._preparing import PrepareManager

PLANS = 400  # statements whose plan one connection keeps; careteam asks about so many different ones


def end_tokens(user: Any, **_: Any) -> None:
    """Whoever changes her password because somebody got in wants that somebody out everywhere."""
    from careteam.accounts.models import ApiToken  # noqa: PLC0415 - models are ready only here

    ApiToken.objects.filter(user=user, ended_at=None).update(ended_at=Now())


class KeptPlans(PrepareManager):
    """psycopg's list of prepared statements, whole after a rollback.

    psycopg forgets all of them then, in case a table went with what was rolled back. The role that serves makes no
    table and drops none, and each page that is refused ends in a rollback.
    """

    def clear(self) -> bool:
        """Nothing of it."""
        return False


def keep_plans(connection: Any, **_: Any) -> None:
    """Planning a statement behind the wall takes five times as long as running it: the plans are kept.

    psycopg's own measure is a hundred, and the list would turn over within a few pages.
    """
    driver = connection.connection
    if not settings.OWNER or connection.settings_dict["OPTIONS"].get("assume_role"):
        kept = KeptPlans()
        kept.prepare_threshold = driver.prepare_threshold
        driver._prepared = kept  # psycopg has no setting for it; tests/accounts/test_plans.py sees whether it holds
    driver.prepared_max = PLANS


class AccountsConfig(AppConfig):
    """The room that knows who."""

    name = "careteam.accounts"

    def ready(self) -> None:
        from allauth.account import signals  # noqa: PLC0415 - apps are ready only here

        connection_created.connect(keep_plans)
        for signal in (signals.password_changed, signals.password_set, signals.password_reset):
            signal.connect(end_tokens)
