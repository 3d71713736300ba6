"""The background: one Celery app, late acknowledgement, JSON, and no message that outlives its worth."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit, urlunsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careteam.settings")

import django
from celery import Celery, signals
from celery.beat import Scheduler as InMemory
from django.conf import settings

VISIBILITY_SECONDS = int(os.environ.get("CARETEAM_VISIBILITY", "300"))
ALIVE_SECONDS = 60


def broker(url: str) -> str:
    """The broker's address on the server whose cache address is `url`: the next database of it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host=1"  # the path is quoted already
    return urlunsplit(parts._replace(path="/1"))


app = Celery("careteam", broker=broker(settings.REDIS_URL))
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=120,
    task_soft_time_limit=90,
    task_publish_retry=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_SECONDS,
        # Without these two a killed worker's tasks come back only minutes after their visibility timeout.
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    },
    worker_hijack_root_logger=False,
    worker_soft_shutdown_timeout=10,
    worker_max_tasks_per_child=500,
    timezone="UTC",
    beat_schedule={
        "plan": {"task": "careteam.summaries.tasks.plan", "schedule": 60.0, "options": {"expires": 50}},
        "dispatch": {"task": "careteam.summaries.tasks.dispatch", "schedule": 5.0, "options": {"expires": 4}},
        "forget": {
            "task": "careteam.once.tasks.forget_old_sendings",
            "schedule": 3600.0,
            "options": {"expires": 3000},
        },
    },
)
app.autodiscover_tasks(["careteam.summaries", "careteam.once"])


def alive(part: str) -> None:
    """Leave a sign of life in the cache (the readiness page reads it)."""
    from django.core.cache import cache  # noqa: PLC0415 - needs Django set up

    cache.set(f"alive:{part}", 1, ALIVE_SECONDS)


class Scheduler(InMemory):
    """Beat without a state file: what is due is asked of the database. Every tick leaves a sign of life."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        alive("beat")
        # A tick at least every 20 s keeps the sign fresh whatever the schedule.
        return min(float(super().tick(*args, **kwargs)), 20.0)


@signals.worker_init.connect
@signals.beat_init.connect
def _refuse_what_must_not_serve(**_: Any) -> None:
    from careteam.accounts.startup import refuse_what_must_not_serve  # noqa: PLC0415 - needs Django set up
    from careteam.sharing.canary import refuse_without_the_wall  # noqa: PLC0415 - needs Django set up

    refuse_without_the_wall()
    if settings.PRODUCTION:
        refuse_what_must_not_serve()


@signals.heartbeat_sent.connect
def _worker_is_alive(**_: Any) -> None:
    alive("worker")


@signals.worker_ready.connect
def _worker_is_ready(**_: Any) -> None:
    alive("worker")


@signals.worker_process_init.connect
def _fresh_connections(**_: Any) -> None:
    django.db.connections.close_all()
