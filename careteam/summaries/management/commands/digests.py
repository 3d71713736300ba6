"""Make the weekly summaries that are due, here and now, without waiting for the worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from careteam.summaries.services import plan, waiting, work


class Command(BaseCommand):
    """`digests --due-now`: plan what is due, then do everything that waits, with a progress bar."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--due-now", action="store_true", help="make what is due and send its mail")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["due_now"]:
            raise CommandError("Say --due-now to make what is due.")
        plan()
        made, failed = 0, 0
        while batch := waiting():
            for outbox in tqdm(batch, unit="summary", desc="Weekly summaries", file=self.stderr):
                try:
                    work(outbox)
                except OSError as error:  # a mail server that is down: the row stays and is tried again
                    failed += 1
                    self.stderr.write(f"{outbox}: {type(error).__name__}")
                else:
                    made += 1
        self.stdout.write(f"{made} done, {failed} to be tried again.")
        if failed:
            raise CommandError("Some could not be sent; the worker will try them again.")
