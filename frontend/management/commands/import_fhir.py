"""Read a FHIR R4 file into a patient's account: its medicines and goals wait there, hers alone, to be accepted."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from careteam.accounts.viewer import acting_as, patient_by_email
from careteam.exchange.fhir_in import FhirImport, Unreadable, read_fhir, same_person
from frontend.imports import lay_before

BYTES_MOST = 10_000_000


class Command(BaseCommand):
    """`import_fhir FILE --patient EMAIL [--same-person]`."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--patient", required=True, metavar="EMAIL")
        parser.add_argument("--same-person", action="store_true", help="name or birth date differ, and it is hers")

    def handle(self, *args: Any, **options: Any) -> None:
        found = self.read(options["file"])
        if not (found.medicines or found.goals or found.skipped):
            raise CommandError("This file holds no entry that can be read. Nothing was added.")
        with acting_as(None):
            person = patient_by_email(options["patient"])
        if person is None:
            raise CommandError("There is no patient with this address. Nothing was added.")
        viewer, birth_date = person
        differs = same_person(found.patient, viewer.name, birth_date) if found.patient else []
        if differs and not options["same_person"]:
            said = "\n".join(f"  {sentence}" for sentence in differs)
            raise CommandError(
                f"This file may be about somebody else. Nothing was added.\n{said}\n"
                "If it is hers, say so with --same-person."
            )
        with acting_as(viewer):
            done = lay_before(viewer, found)
        self.stdout.write(f"Waiting to be accepted: {done.medicines} medicines, {done.goals} goals.")
        if done.already:
            self.stdout.write(f"Here already: {done.already}.")
        for kind, count in sorted(found.skipped.items()):
            self.stdout.write(f"Not imported: {count} {kind}")
        for sentence in done.problems:
            self.stdout.write(f"  {sentence}")

    def read(self, path: Path) -> FhirImport:
        """What the file holds, or a clear error."""
        try:
            if path.stat().st_size > BYTES_MOST:
                raise CommandError("This file is larger than 10 MB. Nothing was added.")
            return read_fhir(path.read_bytes())
        except OSError as error:
            raise CommandError("This file cannot be read. Nothing was added.") from error
        except Unreadable as error:
            raise CommandError(str(error)) from error
