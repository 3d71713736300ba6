"""Weekly summaries by a real worker over the real broker, with real mail, while the worker's tree is killed."""

from __future__ import annotations

import email
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from redis import Redis

from careteam.accounts.models import Role, User
from careteam.celery import app, broker
from careteam.notes.services import add_note
from careteam.summaries import services
from careteam.summaries.models import Digest, Outbox
from careteam.summaries.tasks import deliver
from tests.conftest import APP, Clinician, Maren, as_owner, person

PEOPLE = 60
LONG = 60.0


class Box:
    """A mail server on loopback that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], email.message.Message]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content)))
        return "250 kept"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    kept = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    yield kept, port
    server.stop()


@pytest.fixture
def worker(commits: None, box: tuple[Box, int]) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker of its own process group on this test's database; kills what is left of it afterwards."""
    Redis.from_url(settings.REDIS_URL.replace("db=0", "db=1")).flushdb()
    place = connection.settings_dict
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "careteam.settings",
        "CARETEAM_DB_ROLE": "app",
        "DATABASE_URL": f"host={place['HOST']} port={place['PORT'] or 5432} dbname={place['NAME']} user={APP}",
        "CARETEAM_SMTP_HOST": "127.0.0.1",
        "CARETEAM_SMTP_PORT": str(box[1]),
        "CARETEAM_OUTBOX_LEASE": "3",
        "CARETEAM_VISIBILITY": "5",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "careteam", "worker", "-c", "2", "-l", "ERROR"]
        process = subprocess.Popen([*command, "-n", f"w{len(started)}@test"], env=env, start_new_session=True)
        started.append(process)
        return process

    yield start
    for process in started:
        kill_tree(process)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(ready: Callable[[], bool], seconds: float = LONG, meanwhile: Callable[[], object] = lambda: None) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it took too long"
        meanwhile()
        time.sleep(0.2)


def finished() -> int:
    return Outbox.objects.exclude(done_at=None).count()


def test_the_settings_of_the_background_lose_nothing() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert broker(settings.REDIS_URL) == app.conf.broker_url
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_killing_the_worker_tree_loses_no_summary_and_doubles_none(
    worker: Callable[[], subprocess.Popen[bytes]], box: tuple[Box, int]
) -> None:
    with as_owner():
        for number in range(PEOPLE):
            person(f"someone{number}@example.org", f"Someone {number}", Role.PATIENT, zone="UTC")
        User.objects.update(joined_at=Now() - timedelta(days=9), weekly_mail=True)
    due = services.plan()
    assert due >= PEOPLE
    assert services.plan() == 0
    first = worker()
    until(lambda: finished() >= 5, meanwhile=lambda: services.dispatch(deliver.delay))
    kill_tree(first)
    left = Outbox.objects.filter(done_at=None).count()
    assert left, "the worker was killed too late for this test to mean anything"
    worker()
    until(lambda: finished() == due, meanwhile=lambda: services.dispatch(deliver.delay))
    with as_owner():
        per_person = Counter(Digest.objects.values_list("user_id", "period_start"))
    assert len(per_person) == due
    assert set(per_person.values()) == {1}
    kept = {message["Message-ID"]: to for to, message in box[0].mails}
    assert len(kept) == Outbox.objects.filter(mail=True).count()
    assert all(len(to) == 1 for to in kept.values())


def test_the_mail_of_a_week_holds_a_link_and_no_word_of_the_record(
    worker: Callable[[], subprocess.Popen[bytes]], box: tuple[Box, int], patient: Maren, psychiatrist: Clinician
) -> None:
    with as_owner():
        User.objects.update(joined_at=Now() - timedelta(days=9), weekly_mail=True)
    patient.does(add_note, title="Marmalade", text="A word nobody mails: marmalade.", audience="category")
    due = services.plan()
    worker()
    until(lambda: finished() == due, meanwhile=lambda: services.dispatch(deliver.delay))
    assert {to[0] for to, _ in box[0].mails} >= {"maren@example.org", "lee@example.org"}
    for _, message in box[0].mails:
        whole = message.as_string().lower()
        for word in ("marmalade", "maren holt", "lee", "note", "depress", "score", "medicine", "clinic"):
            assert word not in whole.replace("lee@example.org", "").replace("maren@example.org", ""), word
        assert "/weekly/" in whole
