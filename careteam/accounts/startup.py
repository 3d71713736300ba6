"""What is looked at once when a serving process starts in production; of the wall see sharing/canary.py."""

from __future__ import annotations

import sys
from typing import NoReturn

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password

from careteam.accounts.models import User
from careteam.accounts.seals import FACTORS, Unreadable, unseal

DEMO_DOMAIN = "@demo.careteam.example"
REFUSED = (
    "careteam does not start: this database holds an account of the demo ({email}) with the demo's public password. "
    "Production wants a database that never held the demo."
)
DEMO_FACTOR = (
    "careteam does not start: the second factor of {email} is the demo's, whose key is public. "
    "Take it away with `manage.py forget_second_factor {email}`."
)
UNREADABLE = (
    "careteam does not start: no key of CARETEAM_SEAL_KEYS opens {count} of the second factors in this database, so "
    "their people could not sign in. Put the key they were sealed with behind the new one, and run `manage.py reseal` "
    "before it goes."
)
NO_USE_TO_TRY_AGAIN = 3  # gunicorn stops at this exit code; at any other it starts the worker again, without end


def refuse_what_must_not_serve() -> None:
    """End the process with a clear sentence when production could not be trusted with what this database holds."""
    refuse_demo_data()
    refuse_second_factors_that_do_not_hold()


def refuse_demo_data() -> None:
    """End the process with a clear sentence when anybody could sign in here with the demo's public password."""
    for email, password in User.objects.filter(email__endswith=DEMO_DOMAIN).values_list("email", "password"):
        if check_password(settings.DEMO_PASSWORD, password):
            refuse(REFUSED.format(email=email))


def refuse_second_factors_that_do_not_hold() -> None:
    """End the process when a second factor is the demo's, or could not be checked with the keys there are."""
    unreadable = 0
    for email, data in Authenticator.objects.filter(type="totp").values_list("user__email", "data").iterator():
        try:
            secret = unseal(FACTORS, data["secret"].encode()).decode()
        except Unreadable:
            unreadable += 1
            continue
        if secret == settings.DEMO_TOTP:
            refuse(DEMO_FACTOR.format(email=email))
    if unreadable:
        refuse(UNREADABLE.format(count=unreadable))


def refuse(words: str) -> NoReturn:
    """End the process with these words."""
    print(words, file=sys.stderr, flush=True)
    sys.exit(NO_USE_TO_TRY_AGAIN)
