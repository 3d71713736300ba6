"""Background work: ids in, one call, nothing else."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from careteam.summaries import services


@shared_task
def plan() -> None:
    """Notice what is due."""
    services.plan()


@shared_task
def dispatch() -> None:
    """Hand out what waits."""
    services.dispatch(deliver.delay)


@shared_task
def deliver(outbox: str) -> None:
    """Do one thing of the outbox."""
    services.work(UUID(outbox))
