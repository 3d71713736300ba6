"""What is looked at once when a serving process starts in production; of the wall see sharing/canary.py."""

from __future__ import annotations

import sys
from typing import NoReturn

from django.conf import settings
from django.contrib.auth.hashers import check_password

from careteam.accounts.models import User

DEMO_DOMAIN = "@demo.careteam.example"
REFUSED = (
    "careteam does not start: this database holds an account of the demo ({email}) with the demo's public password. "
    "Production wants a database that never held the demo."
)
NO_USE_TO_TRY_AGAIN = 3  # gunicorn stops at this exit code; at any other it starts the worker again, without end


def refuse_demo_data() -> None:
    """End the process with a clear sentence when anybody could sign in here with the demo's public password."""
    for email, password in User.objects.filter(email__endswith=DEMO_DOMAIN).values_list("email", "password"):
        if check_password(settings.DEMO_PASSWORD, password):
            refuse(REFUSED.format(email=email))


def refuse(words: str) -> NoReturn:
    """End the process with these words."""
    print(words, file=sys.stderr, flush=True)
    sys.exit(NO_USE_TO_TRY_AGAIN)
