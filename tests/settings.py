"""The suite's settings: careteam's own, with the owner's login so that a test database can be made and seeded."""

import os

os.environ["CARETEAM_ENV"] = "test"
os.environ["CARETEAM_DB_ROLE"] = "owner"

from careteam.settings import *  # noqa: F403 - the profile must be named first; a settings module is a namespace

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # scrypt is slow on purpose; tests sign in often
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False  # one test's sign-ins must not count against the next
WHITENOISE_AUTOREFRESH = True  # every client of a test would look through all static files first
LIMITS = False
MIDDLEWARE = [*MIDDLEWARE, "tests.disclosures.Watched"]  # noqa: F405 - from the settings above
