"""Make the account of a clinic's administrator, who vouches for clinicians, closes accounts and sees no record."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from careteam.accounts.models import ClinicAdmin, Organization, Role, User
from careteam.accounts.names import clean_name
from careteam.accounts.services import operator_did


class Command(BaseCommand):
    """`clinic_admin EMAIL --name "Ines Aguilar" --clinic "Riverside Clinic"`, as the database's owner."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="her name")
        parser.add_argument("--clinic", required=True, help="the clinic's name, as patients read it")
        parser.add_argument("--zone", default="UTC", help="her time zone, for example Europe/Oslo")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER:
            raise CommandError("Administrators are made by the database's owner: set CARETEAM_DB_ROLE=owner.")
        email = options["email"].strip().lower()
        try:
            validate_email(email)
            name, clinic = clean_name(options["name"]), clean_name(options["clinic"])
        except (ValidationError, ValueError) as error:
            raise CommandError(" ".join(getattr(error, "messages", None) or [str(error)])) from error
        if User.objects.filter(email=email).exists() or EmailAddress.objects.filter(email=email).exists():
            raise CommandError("This address has an account already, and an account has one role.")
        user = User.objects.open(email=email, name=name, role=Role.ADMIN, zone=options["zone"])
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        organization, _ = Organization.objects.get_or_create(name=clinic)
        ClinicAdmin.objects.create(user=user, organization=organization)
        operator_did(user.pk, "made")
        address = settings.BASE_URL + reverse("account_reset_password")
        self.stdout.write(f"Made. She sets a password by mail at {address}, then a second step, and begins.")
