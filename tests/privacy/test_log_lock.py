"""The log: its lock catches whoever shows more than is told, and nobody changes what stands in it."""

from __future__ import annotations

import json
import re

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from careteam.audit.models import AuditEvent, Purpose, SecurityEvent
from careteam.procedures.services import add_level
from careteam.sharing.codes import Category, Label
from careteam.treatments.dose_table import TABLE_VERSION
from tests.conftest import Clinician, Maren, as_owner
from tests.disclosures import forgiven
from tests.privacy import showing_urls

LOGS = ("audit_auditevent", "audit_securityevent")


@pytest.mark.urls(showing_urls.__name__)
@pytest.mark.parametrize("view", showing_urls.BAD)
def test_a_view_that_shows_more_than_it_tells_fails_its_test(
    view: object, patient: Maren, psychiatrist: Clinician
) -> None:
    name = view.__name__  # type: ignore[attr-defined] # a function
    for number in range(2 if name == "another" else 1):
        patient.writes_note(f"kittiwake {number}", shared=True)
    with forgiven() as faults:
        answer = psychiatrist.browser.get(f"/{name}/")
    assert "kittiwake" in answer.content.decode() or answer.content == b"1"
    assert len(faults) >= 1
    assert all("without a row in the log" in fault and "showing_urls" in fault for fault in faults), faults


@pytest.mark.urls(showing_urls.__name__)
def test_what_is_told_and_what_only_decides_passes(patient: Maren, psychiatrist: Clinician) -> None:
    patient.writes_note("kittiwake", shared=True)
    for view in showing_urls.GOOD:
        assert psychiatrist.browser.get(f"/{view.__name__}/").status_code == 200
    with as_owner():
        assert AuditEvent.objects.filter(actor_id=psychiatrist.id, action=Purpose.READ).count() == 1


def test_a_date_of_the_pages_own_is_no_word_of_a_record(patient: Maren, psychiatrist: Clinician) -> None:
    for day in (patient.viewer.today.isoformat(), TABLE_VERSION.split()[-1]):
        patient.does(add_level, substance="Hammer", value="1", unit="mmol/L", on=day[:7])  # no level of the ledger's
    for page in (f"/patients/{patient.id}/tried/", f"/api/v1/patients/{patient.id}/tried/"):
        assert psychiatrist.browser.get(page).status_code == 200


@pytest.mark.parametrize("table", LOGS)
def test_nobody_who_serves_may_change_the_log_or_any_column_of_it(
    table: str, patient: Maren, psychiatrist: Clinician
) -> None:
    """By the database's rights: the policies are not even asked."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(DISTINCT privilege_type::text ORDER BY privilege_type::text)"
            " FROM information_schema.column_privileges"
            " WHERE table_name = %s AND grantee IN ('careteam_app', 'PUBLIC')",
            [table],
        )
        assert cursor.fetchone() == (["INSERT", "SELECT"],)
    for statement in (
        f"UPDATE {table} SET at = at",  # noqa: S608 - a table's name
        f"DELETE FROM {table}",  # noqa: S608 - the same
        f"TRUNCATE {table}",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        f"CREATE TRIGGER forged BEFORE INSERT ON {table} EXECUTE FUNCTION an_event_has_its_time_and_role()",
        f"DROP TABLE {table}",
    ):
        with patient.acting(), pytest.raises(DatabaseError) as refused, transaction.atomic():
            connection.cursor().execute(statement)
        assert isinstance(refused.value.__cause__, InsufficientPrivilege), statement


def test_the_log_holds_ids_and_codes_and_no_word_of_a_record(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("kittiwake text", title="kittiwake title", shared=True)
    browser = psychiatrist.browser
    assert "kittiwake" in browser.get(f"/patients/{patient.id}/notes/{note}/").content.decode()
    browser.post(f"/patients/{patient.id}/notes/{note}/reply/", {"text": "kittiwake reply"})
    patient.pauses()
    assert browser.get(f"/patients/{patient.id}/notes/{note}/?q=kittiwake").status_code == 404
    with as_owner():
        told = list(AuditEvent.objects.values())
        refused = list(SecurityEvent.objects.values())
    assert {one["action"] for one in told} >= {"read", "create", "pause"}
    assert [one["route"] for one in refused] == ["chart_note"]  # the refusal outlives the transaction that was undone
    assert "kittiwake" not in json.dumps([told, refused], default=str)
    codes = {"", "below", *Category.values, *Label.values}
    for one in told:
        assert one["category"] in codes
        assert re.fullmatch("[a-z-]+", one["action"])
    columns = {
        field.name: field.get_internal_type() for model in (AuditEvent, SecurityEvent) for field in model._meta.fields
    }
    words = {name for name, kind in columns.items() if kind in {"CharField", "TextField", "JSONField"}}
    assert words == {"actor_role", "action", "category", "route"}  # each a code of ours
