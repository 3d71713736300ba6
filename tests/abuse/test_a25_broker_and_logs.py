"""A25: what comes through the broker is JSON and ids; logs hold no words; access goes by the database's clock.

Backups and emergency access do not exist yet (waiting.py).
"""

from __future__ import annotations

import logging
import pickle
import sys
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads, prepare_accept_content

from careteam.celery import app
from careteam.logs import Quiet
from careteam.sharing import compiled
from careteam.summaries import services, tasks
from careteam.summaries.models import Outbox
from tests.abuse.kept import kept
from tests.api.world import World
from tests.conftest import Clinician, Maren, as_owner
from tests.privacy.hidden import CANARY
from tests.privacy.test_matrix import consents


@pytest.mark.parametrize("kind", ["application/x-python-serialize", "application/x-yaml", "application/x-msgpack"])
def test_the_worker_reads_json_and_nothing_else(kind: str) -> None:
    taken = prepare_accept_content(app.conf.accept_content)
    with pytest.raises(ContentDisallowed):
        loads(pickle.dumps({"x": 1}), kind, "binary", accept=taken)
    assert loads('["x"]', "application/json", "utf-8", accept=taken) == ["x"]
    assert app.conf.task_serializer == "json"


def test_a_forged_task_does_nothing(patient: Maren, world: World) -> None:
    known = {name for name in app.tasks if not name.startswith("celery.")}
    assert known == {f"careteam.summaries.tasks.{name}" for name in ("plan", "dispatch", "deliver")}
    before = kept()
    for forged in (str(uuid4()), str(world.note), str(patient.id)):
        tasks.deliver(forged)
    for forged in ("1; DROP TABLE", "", "../x"):
        with pytest.raises(ValueError, match="UUID"):
            tasks.deliver(forged)
    with as_owner():
        assert not Outbox.objects.exists()
    assert kept() == before


def test_a_task_is_an_id(psychiatrist: Clinician) -> None:
    with as_owner():
        row = Outbox.objects.create(
            user=psychiatrist.user, kind="clinician-week", zone="UTC", period_start="2026-03-02"
        )
    sent: list[tuple[str, ...]] = []
    services.dispatch(lambda *args: sent.append(args))
    assert sent == [(str(row.pk),)]


def test_a_log_line_holds_the_place_of_a_fault_and_no_words() -> None:
    word = CANARY
    try:
        try:
            raise ValueError(f"{word} in a row")
        except ValueError as error:
            raise RuntimeError(f"{word} again") from error
    except RuntimeError:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Server error", (), sys.exc_info())
    record.args = ()
    told = Quiet().format(record)
    assert word not in told
    assert ("RuntimeError" in told, "ValueError" in told, "test_a25" in told) == (True, True, True)
    link = logging.LogRecord("x", 30, __file__, 1, "Not Found: /invitation/%s/", ("sesame",), None)
    assert "sesame" not in Quiet().format(link)


def test_a_wrong_clock_in_the_web_process_changes_nobodys_sight(
    patient: Maren, psychiatrist: Clinician, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datetime as python  # noqa: PLC0415 - the module itself is changed for a moment

    assert psychiatrist.reads(world.note)
    with as_owner():
        consents(psychiatrist, ends_at=Now() - python.timedelta(seconds=1))
    for hours in (-24 * 400, 24 * 400):
        shift = python.timedelta(hours=hours)

        class Skewed(python.datetime):
            @classmethod
            def now(cls, tz: python.tzinfo | None = None, by: python.timedelta = shift) -> python.datetime:  # type: ignore[override]
                return python.datetime.fromtimestamp(0, tz) + by

        with monkeypatch.context() as patched:
            patched.setattr(python, "datetime", Skewed)
            compiled._words.cache_clear()  # or the rule was written out under the right clock
            assert not psychiatrist.reads(world.note)
