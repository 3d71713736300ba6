"""The database's plans outlive a rollback: each page that is refused ends in one."""

from __future__ import annotations

from uuid import uuid4

from django.db import connection, transaction

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
