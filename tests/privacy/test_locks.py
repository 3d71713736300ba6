"""The locks of the house: each fails loudly when somebody opens a way around the rule."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

import careteam
from careteam.sharing import rls
from careteam.sharing.records import Owned, Record
from tests.conftest import as_owner

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path for room in ("careteam", "frontend") for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
]

# Columns of a record that no earlier version keeps: what they hold is not what somebody wrote.
BESIDE_THE_CONTENT = {
    "Goal.wording": "a number of a version",
    "Goal.accepts_as": "the status an import takes on once",
    "MedicationStatement.accepts_as": "the same",
    "QuestionnaireResponse.item9_since": "a number of a version",
    "QuestionnaireResponse.sent_at": "an instant that never changes",
    "CheckIn.day": "which day it is of never changes",
    "Encounter.practitioner": "an account; its name is in the content",
    "TrackingPlan.practitioner": "with whom it is never changes",
    "Question.priority": "the order of questions is hers, and no word of one",
    "Question.encounter": "the same",
}

# Reads past the first wall. The database's wall stays in force for each of them but the demo's (it runs as the owner).
UNSCOPED = {
    ("careteam/corrections/queries.py", "the patient's own, whatever it stands below"): 1,
    ("careteam/corrections/queries.py", "whether one was answered"): 1,
    ("careteam/goals/queries.py", "what was said of a proposal"): 1,
    ("careteam/goals/queries.py", "whether one has answered"): 1,
    ("careteam/notes/services.py", "one's own draft is deleted"): 1,
    ("careteam/notes/services.py", "the draft becomes the note"): 1,
    ("careteam/notes/services.py", "the draft becomes the signed note"): 1,
    ("careteam/sharing/canary.py", "does the wall hold?"): 1,
    ("careteam/sharing/policy.py", "parent of a reply"): 1,
    ("careteam/sharing/records.py", "write to a row already found visible"): 2,
    ("careteam/sharing/services.py", "is this entry of a file here already?"): 1,
    ("careteam/summaries/demo.py", "the demo's dates"): 5,
    ("careteam/treatments/judging.py", "which version an agreement was to"): 1,
    ("careteam/visits/queries.py", "whether a call was seen to"): 1,
}
RAW_SQL = {
    "careteam/accounts/viewer.py": "sets the viewer, asks the clock",
    "careteam/accounts/forms.py": "deletes the identity row of an account that was never used; nothing can hang on it",
    "careteam/sharing/canary.py": "asks whether the wall holds for the role that serves",
    "careteam/sharing/rls.py": "builds the wall",
}
# Sign-in is the library's: its pages are for anybody or for oneself and hold no record.
LIBRARY = ("account_", "mfa_", "usersessions_", "socialaccount_")
PUBLIC = {"schema": "public", "api_docs": "public"}
DOORS = {"public", "person", "patient", "clinician", "admin"}
# Where questions are asked beside `queries`, by room.
ASKED_IN = {
    "summaries": (
        "beginnings",
        "caseload",
        "corrections",
        "digests",
        "due",
        "ledger",
        "log",
        "reminders",
        "since",
        "timeline",
        "today",
    ),
    "treatments": ("history",),
    "measures": ("seen",),
    "procedures": ("tried",),
}
# Foreign keys that can be walked backwards: identity only, one to one.
WALKABLE = {("Patient", "user"), ("Practitioner", "user")}


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
                yield str(path.relative_to(ROOT)), node


def test_every_read_past_the_first_wall_is_listed_with_its_reason() -> None:
    found: dict[tuple[str, str], int] = {}
    for path, call in calls("unscoped"):
        assert call.args, f"{path}: say why"
        assert isinstance(call.args[0], ast.Constant), f"{path}: the reason is a text, not a value"
        key = (path, str(call.args[0].value))
        found[key] = found.get(key, 0) + 1
    assert found == UNSCOPED


def meant_in(path: Path) -> Iterator[str]:
    """What the names of a file mean, with the module each comes from."""
    tree = ast.parse(path.read_text())
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            known |= {one.asname: one.name for one in node.names if one.asname}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, dot, rest = ast.unparse(node).partition(".")
            yield known.get(first, first) + dot + rest


def test_no_door_sends_or_corrects_a_questionnaire_past_those_who_are_to_be_told() -> None:
    """Pages and programs go through `summaries.telling`, which writes who is to be told into the same transaction."""
    doors = [path for path in SOURCES if {"frontend", "api"} & {*path.relative_to(ROOT).parts}]
    past = {"careteam.measures.services.send", "careteam.measures.services.correct"}
    assert {path.relative_to(ROOT): found for path in doors if (found := past & {*meant_in(path)})} == {}
    through = {name.replace("measures.services", "summaries.telling") + "_questionnaire" for name in past}
    assert through <= {name for path in doors for name in meant_in(path)}


@pytest.mark.parametrize("name", ["cursor", "raw", "extra"])
def test_raw_sql_is_written_in_listed_places_alone(name: str) -> None:
    assert {path for path, _ in calls(name)} <= RAW_SQL.keys()


def test_every_query_takes_the_viewer_first() -> None:
    modules = [
        importlib.import_module(f"careteam.{room.name}.{kind}")
        for room in pkgutil.iter_modules(careteam.__path__)
        for kind in ("queries", *ASKED_IN.get(room.name, ()))
        if room.ispkg and (ROOT / "careteam" / room.name / f"{kind}.py").exists()
    ]
    assert len(modules) > 12
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                first = next(iter(inspect.signature(function).parameters), None)
                assert first == "viewer", f"{module.__name__}.{name} does not take the viewer first"


def every_address(patterns: list[URLPattern | URLResolver] | None = None) -> Iterator[URLPattern]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern.url_patterns)
        else:
            yield pattern


def test_every_address_has_a_door() -> None:
    seen = set()
    for pattern in every_address():
        name = pattern.name or ""
        view = pattern.callback
        door = getattr(view, "door", None) or getattr(getattr(view, "cls", None), "door", None) or PUBLIC.get(name)
        if door is None and name.startswith(LIBRARY):
            continue
        assert door in DOORS, f"{pattern.pattern} ({name or 'without a name'}) is not behind a door"
        assert name, f"{pattern.pattern} has no name"
        seen.add(name)
    assert seen >= PUBLIC.keys(), "a listed address is gone: take it off the list"
    assert {"chart", "sharing", "caseload", "api_overview", "summary_pdf"} <= seen


@pytest.mark.django_db
def test_every_table_is_behind_the_wall_or_exempt_with_a_reason() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = dict(cursor.fetchall())
    walled = {table for table, on in tables.items() if on}
    assert walled == set(rls.policies())
    assert set(tables) - walled == rls.EXEMPT.keys()


@pytest.mark.django_db
def test_the_role_that_serves_owns_nothing_and_passes_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (settings.APP_ROLE, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_views WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
        for right in (
            "has_table_privilege('audit_auditevent', 'UPDATE')",
            "has_table_privilege('audit_auditevent', 'DELETE')",
            "has_table_privilege('sharing_consent', 'DELETE')",
            "has_column_privilege('sharing_consent', 'ends_at', 'UPDATE')",
            "has_table_privilege('notes_progressnote', 'TRUNCATE')",
            "has_table_privilege('django_migrations', 'INSERT')",
        ):
            cursor.execute(f"SELECT {right}")
            assert cursor.fetchone() == (False,), right


@pytest.mark.django_db
def test_without_a_viewer_nothing_is_there() -> None:
    with connection.cursor() as cursor:
        for table in rls.policies():
            if table != "sharing_pause":  # holds no words, and must be readable to be obeyed
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a table's name
                assert cursor.fetchone() == (0,), table


def test_no_template_can_wander_from_a_person_to_records() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("careteam."):
            continue
        for field in model._meta.get_fields():
            person = isinstance(field, models.ForeignKey | models.OneToOneField)
            if person and (model.__name__, field.name) not in WALKABLE:
                assert getattr(field.remote_field, "hidden", False), f"{model.__name__}.{field.name}"


def test_every_column_of_a_record_is_kept_in_its_versions_or_said_not_to_be() -> None:
    left = set()
    for model in (one for one in apps.get_models() if issubclass(one, Record)):
        common = {field.name for base in (Owned, Record) for field in base._meta.local_fields}
        columns = {field.name for field in model._meta.concrete_fields} - common
        left |= {f"{model.__name__}.{name}" for name in columns - {*model.content}}
    assert left == {*BESIDE_THE_CONTENT}


def test_every_record_refuses_to_be_read_without_a_viewer() -> None:
    records = [model for model in apps.get_models() if issubclass(model, Owned)]
    assert len(records) >= 6
    for model in records:
        assert type(model._default_manager).__name__ == "ManagerFromRecords"
        assert type(model._base_manager) is models.Manager
