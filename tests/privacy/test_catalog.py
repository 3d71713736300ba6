"""The database's own catalog, read: nothing lies beside the wall, and nobody serves while a part of it is down."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from careteam.sharing import canary, rls
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db

# Every function of ours: the guards' triggers, and what the policies ask.
TRIGGERS = {
    "consent_is_append_only",
    "only_the_patient_confirms",
    "a_record_keeps_its_origin",
    "a_reply_keeps_its_origin",
    "a_reply_is_its_writers",
    "an_event_has_its_time_and_role",
    "a_refusal_knows_the_team",
    "an_account_keeps_its_role",
    "only_a_clinic_vouches",
}
ASKED = {"shown_to_viewer", "showing_the_viewer", "naming_the_viewer", "showing_their_team"}
COMMANDS = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE"}
# The clock of a statement is the only one: that of the transaction stands still while something is revoked.
OTHER_CLOCKS = re.compile(
    r"\b(now|transaction_timestamp|clock_timestamp|timeofday)\(|\bcurrent_(date|time)|\blocaltime"
)


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def test_every_relation_is_a_table_behind_the_wall_or_exempt() -> None:
    """No view, no materialized view, no foreign table, no partition, no other schema; a view has to be an invoker's."""
    found = rows(
        "SELECT n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind NOT IN ('i', 'I', 'S', 't')"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_t%%'"
    )
    assert {(schema, kind) for schema, _, kind, _, _ in found} == {("public", "r")}
    assert {name for _, name, _, walled, _ in found if walled} == set(rls.policies())
    assert {name for _, name, _, walled, _ in found if not walled} == rls.EXEMPT.keys()
    assert not any(forced for *_, forced in found)  # the owner migrates and seeds


def test_the_role_that_serves_has_a_right_where_a_policy_is_and_nowhere_else() -> None:
    held: dict[str, list[str]] = dict(
        rows(
            "SELECT c.relname, array_agg(r.name) FROM pg_class c,"
            " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS r(name)"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND (has_table_privilege(%s, c.oid, r.name)"
            "  OR r.name = 'UPDATE' AND has_any_column_privilege(%s, c.oid, r.name)) GROUP BY 1",
            settings.APP_ROLE,
            settings.APP_ROLE,
        )
    )
    for table, clauses in rls.policies().items():
        assert set(held[table]) == {command for command, _ in clauses}, table
    for table in rls.EXEMPT:
        assert set(held[table]) <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, table


def test_every_policy_is_for_the_role_that_serves_and_for_one_command() -> None:
    found = rows(
        "SELECT c.relname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text[],"
        " concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))"
        " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
    )
    assert {(table, COMMANDS[str(command)]) for table, command, *_ in found} == {
        (table, command) for table, clauses in rls.policies().items() for command, _ in clauses
    }
    for table, _, permissive, roles, words in found:
        assert (permissive, roles) == (True, [settings.APP_ROLE]), table
        assert "app." in str(words) or "_viewer()" in str(words), f"{table}: asks for nobody"
        assert not OTHER_CLOCKS.search(str(words).lower()), table


def test_every_function_runs_with_the_rights_of_whoever_calls_it() -> None:
    found = rows(
        "SELECT p.proname, p.prosecdef, p.prosrc, p.proconfig, p.prorettype::regtype::text, p.provolatile"
        " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    assert {name for name, *_, kind, _ in found if kind == "trigger"} == TRIGGERS
    assert {name for name, *_, kind, _ in found if kind != "trigger"} == ASKED
    for name, definer, source, config, kind, volatility in found:
        assert not definer, name
        assert not OTHER_CLOCKS.search(str(source).lower()), name
        named = re.findall(r"\b(?:(?<!distinct )from|join|into|update)\s+([a-z_.]+)", str(source).lower())
        assert all(table.startswith(("public.", "pg_catalog.")) for table in named), f"{name}: {named}"
        if kind != "trigger":
            assert (config, volatility) == (["search_path=pg_catalog, pg_temp"], "s"), name


def test_the_role_that_serves_makes_nothing_and_belongs_to_nobody() -> None:
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
        " has_schema_privilege(oid, 'public', 'CREATE') FROM pg_roles WHERE rolname = %s",
        settings.APP_ROLE,
    ) == [(False,) * 6]
    assert not rows(
        "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s", settings.APP_ROLE
    )
    for catalog, owner in (("pg_class", "relowner"), ("pg_proc", "proowner"), ("pg_namespace", "nspowner")):
        owned = f"SELECT count(*) FROM {catalog} WHERE {owner} = %s::regrole"  # noqa: S608 - names of catalogs
        assert rows(owned, settings.APP_ROLE) == [(0,)], catalog


# -- Nobody serves while the wall is down ------------------------------------------------------------------------------
def test_the_wall_holds_and_asking_leaves_nothing() -> None:
    before = rows("SELECT count(*) FROM accounts_user")
    assert canary.fault() == ""
    with as_owner():
        assert rows("SELECT count(*) FROM notes_progressnote") == [(0,)]
    assert rows("SELECT count(*) FROM accounts_user") == before


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY", "on goals_goal: run"),
        ("DROP POLICY select_checkins_checkin ON checkins_checkin", "on checkins_checkin: run"),
        ("CREATE POLICY open ON notes_progressnote FOR SELECT USING (true)", "could be read without a viewer"),
        (
            "CREATE POLICY open ON notes_progressnote FOR SELECT USING (current_setting('app.viewer', true) > '')",
            "could be read as somebody else",
        ),
        (
            "DROP POLICY select_notes_progressnote ON notes_progressnote;"
            " CREATE POLICY closed ON notes_progressnote FOR SELECT USING (false)",
            "could not be read by the person it is of",
        ),
        ("DROP TABLE notes_progressnote CASCADE", "notes_progressnote: run"),
        ("REVOKE SELECT ON notes_progressnote FROM careteam_app", "could not be asked"),
    ],
)
def test_nobody_serves_while_a_part_of_the_wall_is_down(
    broken: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(broken)
    with pytest.raises(SystemExit, match="3"):
        canary.refuse_without_the_wall()
    assert said in capsys.readouterr().err


def test_the_readiness_page_says_that_the_wall_is_down(client: Client) -> None:
    assert client.get("/readyz").json()["wall"] == "ok"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["wall"]) == (503, "unavailable", "down")


@pytest.mark.usefixtures("commits")
def test_no_transaction_holds_on_to_what_was_there_when_it_began() -> None:
    fresh = connections.create_connection("default")
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SET default_transaction_isolation = 'repeatable read'")
        fresh.set_autocommit(False)
        with fresh.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("read committed",)
    finally:
        fresh.rollback()
        fresh.close()
