"""Take away the second factor of somebody who lost it, once you have seen that it is she; she sets up another."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from careteam.accounts.models import User
from careteam.accounts.services import end_sessions_and_tokens, operator_did

WORDS = """The second step of your account was taken away, as you asked the people who run careteam. You are signed out
everywhere. Sign in with your password, and set up a new one.

If you did not ask for it, tell them at once.

careteam
"""


class Command(BaseCommand):
    """`forget_second_factor EMAIL`, as the database's owner. Sessions and tokens end with it, and a mail tells her."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER:
            raise CommandError("This is the operator's: set CARETEAM_DB_ROLE=owner.")
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("Nobody here has this address.")
        with transaction.atomic():
            Authenticator.objects.filter(user=user).delete()
            end_sessions_and_tokens(user.pk)
            operator_did(user.pk, "factor-forgotten")
        send_mail("Your careteam account changed", WORDS, None, [user.email])
        self.stdout.write("Forgotten. Until a new one is set up, the password alone opens nothing but that step.")
