"""Sharing builds the database's wall after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SharingConfig(AppConfig):
    """The room that decides who may see."""

    name = "careteam.sharing"

    def ready(self) -> None:
        from careteam.sharing.rls import build_walls  # noqa: PLC0415 - models are ready only here

        post_migrate.connect(build_walls, sender=self)
