"""What docs/operations.md says of backups: a dump goes into an empty database, and the wall stands there as before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from careteam.embedded.places import CHECKOUT, places, postgres_binaries, var_folder
from tests.conftest import Clinician, Maren

RESTORED = "careteam_restored"
SAME = (
    "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT event_object_table, trigger_name, event_manipulation FROM information_schema.triggers ORDER BY 1, 2, 3",
    "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'careteam_app'"
    " ORDER BY 1, 2",
    "SELECT id, text FROM notes_progressnote",
    "SELECT count(*) FROM audit_auditevent",
)


def address(name: str, role: str = "careteam_owner") -> str:
    """Of a database on the suite's server, as one of the two roles."""
    return f"postgresql://{role}@/{name}?host={quote(connection.settings_dict['HOST'], safe='')}"


@pytest.fixture
def restored(commits: None) -> Iterator[str]:
    """The name of an empty database."""
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
        server.execute(f"CREATE DATABASE {RESTORED}")
        yield RESTORED
        server.execute(f"DROP DATABASE {RESTORED}")


def test_a_dump_brings_back_words_rights_and_wall(
    restored: str, patient: Maren, psychiatrist: Clinician, tmp_path: Path
) -> None:
    patient.writes_note("A lantern", shared=True)
    psychiatrist.browser.get(f"/patients/{patient.id}/notes/")
    whole, dump = str(connection.settings_dict["NAME"]), str(tmp_path / "careteam.dump")
    programs = postgres_binaries(places(var_folder(), "test"))
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", address(whole)], check=True)
    subprocess.run(
        [programs / "pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address(restored)}", dump], check=True
    )
    outside = os.environ | {"DATABASE_URL": address(restored, "careteam_app"), "DATABASE_OWNER_URL": address(restored)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=CHECKOUT, env=outside | {"CARETEAM_DB_ROLE": "owner"}, check=True)
    with psycopg.connect(address(whole)) as before, psycopg.connect(address(restored)) as after:
        for asked in SAME:
            rows = before.execute(asked).fetchall()
            assert rows, asked
            assert after.execute(asked).fetchall() == rows, asked
    with psycopg.connect(address(restored, "careteam_app")) as nobody:
        assert nobody.execute("SELECT count(*) FROM notes_progressnote").fetchone() == (0,)
    outside.pop("CARETEAM_DB_ROLE", None)  # the suite's own is the owner
    serves = [sys.executable, "-c", "from careteam.wsgi import application"]  # which refuses without the wall
    subprocess.run(serves, cwd=CHECKOUT, env=outside | {"DJANGO_SETTINGS_MODULE": "careteam.settings"}, check=True)
