"""Seal every second factor with the first key of CARETEAM_SEAL_KEYS; afterwards the older keys can be taken off."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from careteam.accounts.seals import FACTORS, seal, unseal

SEALED = ("secret", "seed")


class Command(BaseCommand):
    """`reseal`, as the database's owner. Sessions are sealed anew by themselves, within the two weeks they last."""

    help = __doc__ or ""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER:
            raise CommandError("This is the operator's: set CARETEAM_DB_ROLE=owner.")
        count = 0
        for factor in Authenticator.objects.exclude(type="webauthn").select_for_update():
            for name in SEALED:
                if name in factor.data:
                    factor.data[name] = seal(FACTORS, unseal(FACTORS, factor.data[name].encode())).decode()
            factor.save(update_fields=["data"])
            count += 1
        self.stdout.write(f"{count} sealed with the first key.")
