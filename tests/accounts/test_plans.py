"""The database's plans outlive a rollback: each page that is refused ends in one."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.db import connection, transaction

from careteam.embedded.places import CHECKOUT
from tests.conftest import Clinician, Maren


def plans() -> set[str]:
    """What this connection need not plan again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return {statement for (statement,) in cursor.fetchall()}


def test_a_page_that_is_refused_forgets_no_plan(commits: None, patient: Maren, psychiatrist: Clinician) -> None:
    browser = psychiatrist.browser
    connection.close()  # a list that tests before this one filled would let go of the oldest
    for _ in range(3):
        assert browser.get(f"/patients/{patient.id}/").status_code == 200
    before = plans()
    assert len(before) > 30
    assert browser.get(f"/patients/{uuid4()}/").status_code == 404
    transaction.set_autocommit(False)
    transaction.rollback()
    transaction.set_autocommit(True)
    assert before <= plans()


# What a process of careteam's own begins with, as the role that serves and as the owner.
LIST = """
import django
django.setup()
from django.db import connection
connection.ensure_connection()
print(type(connection.connection._prepared).__name__, connection.connection.prepare_threshold)
"""


@pytest.mark.parametrize(("role", "kept"), [("app", "KeptPlans 1"), ("owner", "PrepareManager 1")])
def test_the_role_that_serves_keeps_its_list_and_the_owner_does_not(role: str, kept: str) -> None:
    outside = os.environ | {"DJANGO_SETTINGS_MODULE": "careteam.settings", "CARETEAM_DB_ROLE": role}
    command = [sys.executable, "-c", LIST]
    said = subprocess.run(command, cwd=CHECKOUT, env=outside, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == kept
