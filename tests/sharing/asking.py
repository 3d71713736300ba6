"""Functions of the database that ask for many people, one after the other: the ORM's own statements, and the wall.

Each statement is the ORM's, word for word, with a variable in the place of the viewer's id. It is planned once, however
many ask; planning would be nearly all of the time. The two are asked apart: behind the wall, nobody would see what the
ORM alone lets through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from careteam.accounts.models import Role
from careteam.accounts.viewer import Viewer
from careteam.sharing import models, policy
from careteam.sharing.records import Record, Records, Reply
from tests.sharing.kinds import BELOW, KINDS

NOBODY = UUID(int=0)
WRITTEN = "written_by"
READ = ("records", "replies", "stubs", "team")
NAMES = {
    **{by: [f"{name} by {by}" for name in READ] for by in ("orm", "wall")},
    "written": ["changed", "thrown away"],
}
FOR_EACH = """
CREATE FUNCTION {name}(viewers uuid[]) RETURNS TABLE (what text, who uuid, {columns}) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE looking uuid;
BEGIN
  FOREACH looking IN ARRAY viewers LOOP
    PERFORM set_config('app.viewer', looking::text, true);
    RETURN QUERY {asked};
  END LOOP;
  PERFORM set_config('app.viewer', '', true);
END $$"""

# Writes that may be refused, tried one after the other; each is undone.
TRYING = """
CREATE FUNCTION tried(tries text[]) RETURNS boolean[] LANGUAGE plpgsql AS $$
DECLARE
  answers boolean[] := '{}';
  one text;
BEGIN
  FOREACH one IN ARRAY tries LOOP
    BEGIN
      EXECUTE one;
      RAISE EXCEPTION USING ERRCODE = 'UNDON';
    EXCEPTION
      WHEN insufficient_privilege THEN answers := answers || false;
      WHEN SQLSTATE 'UNDON' THEN answers := answers || true;
    END;
  END LOOP;
  RETURN answers;
END $$"""


def function(by: str, role: Role, kinds: Sequence[type[Record]]) -> str:
    """The name of the function that asks one of the two for people of a role about these classes (one, or all)."""
    return f"{by}_as_{role}" + (f"_{kinds[0]._meta.db_table}" if len(kinds) == 1 else "")


def asking(by: str, role: Role, kinds: Sequence[type[Record]]) -> str:
    """That function: each viewer with four lists of ids."""
    replies = [model for model in BELOW if set(model.parents()) & set(kinds)]
    lists = [" UNION ALL ".join(rows) for rows in (_orm if by == "orm" else _wall)(role, kinds, replies)]
    return FOR_EACH.format(
        name=function(by, role, kinds),
        columns=", ".join(f"answer_{number} uuid[]" for number in range(len(lists))),
        asked=f"SELECT '{by}', looking, " + ", ".join(f"ARRAY({one})" if one else "'{}'::uuid[]" for one in lists),
    )


def _orm(role: Role, kinds: Sequence[type[Record]], replies: Sequence[type[Reply]]) -> list[list[str]]:
    """The ORM's statements. They are asked as the owner, whom no wall hides anything from."""
    viewer = Viewer(NOBODY, role, "")
    asked: list[list[QuerySet[Any]]] = [
        [model.objects.visible_to(viewer).values_list("id") for model in kinds],
        [policy.visible_replies(Records(model), viewer).scoped().values_list("id") for model in replies],
        [policy.stubs(viewer).values_list("record_id")],
        [policy.visible_members(models.CareTeamMember.objects.all(), viewer).values_list("id")],
    ]
    return [[_sql(rows) for rows in some] for some in asked]


def _wall(role: Role, kinds: Sequence[type[Record]], replies: Sequence[type[Reply]]) -> list[list[str]]:
    """Everything there is, asked as the role that serves."""
    return [
        [f"SELECT id FROM {model._meta.db_table}" for model in kinds],
        [f"SELECT id FROM {model._meta.db_table}" for model in replies],
        ["SELECT record_id FROM sharing_withdrawal WHERE user_id = looking"],
        ["SELECT id FROM sharing_careteammember"],
    ]


def writing() -> str:
    """What each viewer's UPDATE of every record changes (nothing but who touched it), and what her DELETE takes."""
    tables = [model._meta.db_table for model in KINDS]
    changes = [f"c{n} AS (UPDATE {table} SET version = version RETURNING id)" for n, table in enumerate(tables)]
    deletions = [f"d{n} AS (DELETE FROM {table} RETURNING id)" for n, table in enumerate(tables)]
    lists = [" UNION ALL ".join(f"SELECT id FROM {letter}{n}" for n in range(len(tables))) for letter in "cd"]
    both = [
        f"WITH {', '.join(parts)} SELECT '{word}', looking, {', '.join(columns)}"
        for parts, word, columns in (
            (changes, "written", [f"ARRAY({lists[0]})", "'{}'::uuid[]"]),
            (deletions, "written", ["'{}'::uuid[]", f"ARRAY({lists[1]})"]),
        )
    ]
    return FOR_EACH.format(
        name=WRITTEN, columns="changed uuid[], thrown_away uuid[]", asked="; RETURN QUERY ".join(both)
    )


def _sql(rows: QuerySet[Any]) -> str:
    try:
        sql, parameters = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::uuid WHERE false"
    text = psycopg.ClientCursor(connection.connection).mogrify(sql, parameters)
    found = text.replace(f"'{NOBODY.hex}'::uuid", "looking")
    assert NOBODY.hex not in found.replace("-", ""), found
    return found
