"""What is looked at once when a serving process starts in production."""

from __future__ import annotations

import sys

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import connection

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
PAST_THE_WALL = (
    "careteam does not start: the role of DATABASE_URL ({role}) is a superuser, has BYPASSRLS, or owns tables of "
    "careteam, itself or through a role it belongs to. The database's wall would hold nothing back from it."
)
WALLS = """
SELECT current_user, EXISTS (
  SELECT 1 FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls
    OR EXISTS (SELECT 1 FROM pg_class t WHERE t.relowner = r.oid AND t.relnamespace = 'public'::regnamespace)))
"""
NO_USE_TO_TRY_AGAIN = 3  # gunicorn stops at this exit code; at any other it starts the worker again, without end


def refuse_what_must_not_serve() -> None:
    """End the process with a clear sentence when this database, or the role it is asked as, must not serve people."""
    refuse_a_role_past_the_wall()
    refuse_demo_data()
    refuse_second_factors_that_do_not_hold()


def refuse_a_role_past_the_wall() -> None:
    """End the process when row-level security and the triggers do not hold for the role that is to serve."""
    with connection.cursor() as cursor:
        cursor.execute(WALLS)
        role, past = cursor.fetchone()
    if past:
        _refuse(PAST_THE_WALL.format(role=role))


def refuse_demo_data() -> None:
    """End the process with a clear sentence when anybody could sign in here with the demo's public password."""
    for email, password in User.objects.filter(email__endswith=DEMO_DOMAIN).values_list("email", "password"):
        if check_password(settings.DEMO_PASSWORD, password):
            _refuse(REFUSED.format(email=email))


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
            _refuse(DEMO_FACTOR.format(email=email))
    if unreadable:
        _refuse(UNREADABLE.format(count=unreadable))


def _refuse(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
    sys.exit(NO_USE_TO_TRY_AGAIN)
