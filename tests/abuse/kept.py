"""Everything people wrote and decided, as one value: two of them are equal when nothing was written between."""

from __future__ import annotations

from django.apps import apps
from django.db import connection
from django.db.models import Model

from careteam.sharing.models import CareTeamMember, Consent, Invitation, Pause, RecordAudience
from careteam.sharing.records import Owned
from tests.conftest import as_owner


def kept() -> list[tuple[str, str]]:
    """A hash of each table of records, and of those that say who sees them."""
    records: list[type[Model]] = [model for model in apps.get_models() if issubclass(model, Owned)]
    decided: list[type[Model]] = [CareTeamMember, Consent, Pause, RecordAudience, Invitation]
    tables = [model._meta.db_table for model in (*records, *decided)]
    found = []
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t")  # noqa: S608 - a name
            found.append((table, str(cursor.fetchone())))
    return found
