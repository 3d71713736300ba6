"""A11: what is hidden takes the same work as what is not there, statement by statement.

Seconds say little on a machine that does other things as well; the statements that a request makes are the same on all.
"""

from __future__ import annotations

import re

from django.contrib.auth.hashers import get_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api.programs import ABSENT
from tests.api.world import World
from tests.conftest import Clinician, Maren

VALUE = re.compile(r"'[^']*'|\d+")


def work(who: Clinician, path: str) -> list[str]:
    """The statements of a request, without their values."""
    browser = who.browser
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 404
    return [VALUE.sub("?", one["sql"]) for one in asked.captured_queries]


def test_hidden_and_absent_ask_the_database_the_same(patient: Maren, psychiatrist: Clinician, world: World) -> None:
    for place in (f"/patients/{patient.id}/notes/", f"/api/v1/patients/{patient.id}/notes/"):
        hidden, absent = (work(psychiatrist, f"{place}{one}/") for one in (world.own_note, ABSENT))
        assert len(hidden) > 3
        assert hidden == absent


def test_an_unknown_address_is_hashed_for_as_a_known_one_is(patient: Maren, monkeypatch: object) -> None:
    hashed = []
    hasher = type(get_hasher())
    plain = hasher.encode

    def encode(self: object, *args: object, **more: object) -> str:
        hashed.append(1)
        return str(plain(self, *args, **more))  # type: ignore[arg-type] # whatever it was called with

    monkeypatch.setattr(hasher, "encode", encode)  # type: ignore[attr-defined] # pytest's
    counts = []
    for address in (patient.user.email, "nobody@example.org"):
        hashed.clear()
        Client().post(reverse("account_login"), {"login": address, "password": "not the one"})
        counts.append(len(hashed))
    assert counts == [1, 1]
