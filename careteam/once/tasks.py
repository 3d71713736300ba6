"""Background work: one call, nothing else."""

from __future__ import annotations

from celery import shared_task

from careteam.once import services


@shared_task
def forget_old_sendings() -> None:
    """Forget keys that are over a day old."""
    services.forget_old_sendings()
