"""A24: the role that serves adds to the log and does nothing else with it; nobody administers records.

Chain and checkpoints, and the twelve kinds of tampering they would find, come with the sealed log (waiting.py).
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from careteam.audit.models import AuditEvent
from tests.api.world import World
from tests.conftest import Clinician, Maren, as_owner
from tests.privacy.test_locks import every_address

LOGS = ("audit_auditevent", "audit_securityevent", "accounts_accountevent", "notes_signednote")
TAMPERING = (
    "UPDATE {} SET id = id",
    "DELETE FROM {}",
    "TRUNCATE {}",
    "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} DISABLE TRIGGER ALL",
    "DROP TABLE {}",
    "CREATE INDEX ON {} (id)",
)


@pytest.mark.parametrize("log", LOGS)
def test_the_role_that_serves_changes_no_row_of_a_log(
    patient: Maren, psychiatrist: Clinician, world: World, log: str
) -> None:
    psychiatrist.browser.get(f"/patients/{patient.id}/")
    for who in (patient, psychiatrist):
        for statement in TAMPERING:
            with pytest.raises(ProgrammingError), transaction.atomic(), who.acting(), connection.cursor() as cursor:
                cursor.execute(statement.format(log))


def test_what_is_written_into_the_log_is_dated_and_signed_by_the_database(patient: Maren, world: World) -> None:
    with patient.acting(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_auditevent (id, patient_id, actor_id, actor_role, action, category, record_ids,"
            " versions, request_id, at) VALUES (gen_random_uuid(), %s, %s, 'admin', 'read', '', '{}', '{}',"
            " gen_random_uuid(), '2001-01-01')",
            [patient.id, patient.id],
        )
    with as_owner():
        newest = AuditEvent.objects.filter(patient_id=patient.id).latest("at")
        assert not AuditEvent.objects.filter(at__year=2001).exists()
    assert newest.actor_role == "patient"


def test_nobody_administers_records() -> None:
    assert not [app for app in settings.INSTALLED_APPS if "admin" in app]
    assert not apps.is_installed("django.contrib.admin")
    assert not [one for one in every_address() if (one.name or "").startswith("admin")]
