"""Load the invented people of the demo, or print how to sign in as them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from careteam.accounts.models import User
from careteam.accounts.second_factor import demo_code
from careteam.summaries.crowd import Crowd
from careteam.summaries.demo import ACCOUNTS, DOMAIN, Story, loaded


class Command(BaseCommand):
    """`demo` loads, `demo --if-empty` only into a database without people; `--accounts` and `--code` print."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are people already")
        parser.add_argument("--accounts", action="store_true", help="print the demo's accounts and how to sign in")
        parser.add_argument("--code", action="store_true", help="print the code that its clinicians are asked for now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["code"]:
            self.stdout.write(demo_code() or "There is no code outside the demo.")
            return
        if options["accounts"]:
            if loaded():
                self.tell()
            return
        if settings.PRODUCTION:
            raise CommandError("Production does not load the demo: its password is public.")
        if not settings.OWNER:
            raise CommandError("The demo is loaded by the database's owner: set CARETEAM_DB_ROLE=owner.")
        if User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("There are people in this database already. The demo goes into an empty one.")
        story = Story()
        story.tell()
        Crowd(story.people["psychiatrist"], DOMAIN, settings.DEMO_PASSWORD).gather()
        self.stdout.write("The demo is loaded.")

    def tell(self) -> None:
        """How to sign in, with the code of now."""
        self.stdout.write(f"Demo accounts, all invented. The password of each is {settings.DEMO_PASSWORD}")
        for key, name, role in ACCOUNTS:
            self.stdout.write(f"  {key}@{DOMAIN:<24} {name}, {role.lower()}")
        if code := demo_code():
            self.stdout.write(
                f"All but the patient are asked for a code as well. It is {code} now; the page that asks shows the"
                f" newest. (For an authenticator app: {settings.DEMO_TOTP})"
            )
