"""PostgreSQL and Valkey really stopped, one after the other, under a web server that somebody is using."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from careteam.embedded.places import CHECKOUT
from careteam.embedded.postgres import Postgres
from careteam.embedded.processes import Child, end, start_child
from careteam.embedded.servers import Servers, started
from careteam.embedded.supervisor import HOST, healthy, programs
from careteam.embedded.valkey import Valkey
from tests.embedded.browsers import Answer, Browser
from tests.embedded.conftest import CleanUp, Start
from tests.embedded.processes import soon
from tests.embedded.test_run import free_port

EMAIL, PASSWORD = "maren@example.org", "a lantern by the window"
MADE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from careteam.accounts.models import Role
from tests.conftest import person
person({EMAIL!r}, "Maren Holt", Role.PATIENT)
"""
WRONG_SIGN_INS = 5
PART, ITEM = "/measures/phq-9/", "/measures/phq-9/item/9/"
HELP, NOT_SAVED = "Thank you for telling us. You are not alone.", "Your answer was not saved."


@dataclass
class House:
    """careteam as it serves, and the two servers it stands on."""

    servers: Servers
    home: str

    def stop(self, kind: type[Postgres] | type[Valkey]) -> None:
        """End it at once, as a fault would."""
        (server,) = (one for one in self.servers.wanted if isinstance(one, kind))
        if isinstance(server, Postgres):
            server.tool("pg_ctl", "-D", str(server.where.postgres), "-m", "immediate", "-s", "stop")
        else:
            server.end_stray()
        assert not server.alive()

    def start(self, kind: type[Postgres] | type[Valkey]) -> None:
        (server,) = (one for one in self.servers.wanted if isinstance(one, kind))
        self.servers.children.append(started(server))

    def question_9(self) -> list[int | None]:
        """What is kept of question 9."""
        with psycopg.connect(self.servers.environment["DATABASE_OWNER_URL"]) as connection:
            return [row[0] for row in connection.execute("SELECT item9 FROM measures_questionnaireresponse")]


@pytest.fixture
def house(start: Start, clean_up: CleanUp, var: Path, outside: dict[str, str]) -> Iterator[House]:
    clean_up(var, "run")
    port = free_port()
    servers = start(var, durable=True, **outside, CARETEAM_ENV="demo", CARETEAM_VAR=str(var), PORT=str(port))
    (var / "static").mkdir(exist_ok=True)
    environment = servers.environment | {"PYTHONUNBUFFERED": "1"}
    as_owner = environment | {"CARETEAM_DB_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "careteam.settings"}
    subprocess.run([sys.executable, "-c", MADE], cwd=CHECKOUT, env=as_owner, check=True)
    web: Child = start_child("web", programs(port)["web"], cwd=CHECKOUT, environment=environment)
    try:
        assert soon(lambda: healthy(port))
        yield House(servers, f"http://{HOST}:{port}")
    finally:
        end([web])


def is_help(answer: Answer) -> bool:
    """The core block of the help page, and that nothing was saved."""
    return answer.status == 503 and HELP in answer.words and NOT_SAVED in answer.words


def test_question_9_is_answered_with_help_while_postgresql_is_down_and_kept_once_it_is_back(house: House) -> None:
    maren = Browser(house.home)
    assert "Sign out" in maren.signs_in(EMAIL, PASSWORD).words
    assert "Thoughts that you would be better off dead" in maren.get(f"{PART}?part=2").words
    assert "Kept" in maren.post("/measures/phq-9/item/8/", htmx=True, q8="1").words

    house.stop(Postgres)
    plain, tapped = maren.post(PART, part="2", q9="2"), maren.post(ITEM, htmx=True, q9="2")
    assert is_help(plain)
    assert is_help(tapped)
    assert "<html" in plain.words
    assert "<html" not in tapped.words
    assert (maren.get("/help/").status, HELP in maren.get("/help/").words) == (200, True)
    assert maren.get("/healthz").status == 200
    ready = maren.get("/readyz")
    assert (ready.status, json.loads(ready.words)["status"]) == (503, "unavailable")

    house.start(Postgres)
    saved = maren.post(ITEM, htmx=True, q9="2")
    assert (saved.status, HELP in saved.words, NOT_SAVED in saved.words) == (200, True, False)
    assert house.question_9() == [2]
    assert json.loads(maren.get("/readyz").words)["database"] == "ok"

    house.stop(Valkey)
    ready = maren.get("/readyz")
    assert (ready.status, json.loads(ready.words)["status"]) == (200, "degraded")
    assert json.loads(ready.words)["broker"] == "missing"
    for path in ("/today/", "/notes/", "/sharing/", PART):
        page = maren.get(path)
        assert (page.status, "Sign out" in page.words) == (200, True)
    assert HELP in maren.post(ITEM, htmx=True, q9="1").words
    assert house.question_9() == [1]
    somebody = Browser(house.home)
    assert "Sign out" in somebody.signs_in(EMAIL, PASSWORD).words
    guesser = Browser(house.home)
    for _ in range(WRONG_SIGN_INS):
        guesser.signs_in(EMAIL, "a guess")
    assert "Sign out" not in guesser.signs_in(EMAIL, PASSWORD).words  # limited, as with Valkey
    house.start(Valkey)
    assert json.loads(maren.get("/readyz").words)["broker"] == "ok"
