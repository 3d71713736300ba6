"""One settings file for every profile; what differs comes from the environment, and production refuses weak values."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg import IsolationLevel
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "careteam-demo"  # noqa: S105 - public on purpose: the demo prints it, and production refuses it
DEMO_TOTP = "CARETEAMDEMOCARETEAMDEMO23456723"  # the same for second factors: `make run` shows the code that it gives
DEMO_SEAL_KEY = "demo-only-seal-key-that-production-refuses-0123456789"
DEMO_SECRET = "demo-only-secret-key-that-production-refuses-0123456789"  # noqa: S105 - refused by production below


def text(name: str, default: str = "") -> str:
    """The variable's value, or `default` when it is unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off; anything else is an error."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number of zero or more."""
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


# Statements are prepared at the second time, and planned once: see docs/decisions/0018-plans-are-kept.md.
PREPARED = {"server_side_binding": True, "prepare_threshold": 1, "options": "-c plan_cache_mode=force_generic_plan"}


def database(url: str) -> dict[str, Any]:
    """Django's form of a PostgreSQL address (URL or key=value)."""
    if not url:
        raise ImproperlyConfigured("DATABASE_URL is not set. `make run` and `make test` set it.")
    given = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    found: dict[str, Any] = {ours: str(given.pop(theirs, "") or "") for ours, theirs in names.items()}
    return {
        **found,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,  # with its plans
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # A database that is silent must become an error while somebody still waits: within seconds, not minutes.
        # Each statement must see what is committed before it: a longer snapshot would go on showing what was revoked.
        "OPTIONS": {
            "connect_timeout": 5,
            "tcp_user_timeout": 5_000,
            "isolation_level": IsolationLevel.READ_COMMITTED,
            **PREPARED,
            **given,
        },
    }


# -- Which profile -----------------------------------------------------------------------------------------------------
ENV = text("CARETEAM_ENV", "production")
if ENV not in {"production", "demo", "test"}:
    raise ImproperlyConfigured("CARETEAM_ENV must be production, demo or test")
PRODUCTION = ENV == "production"
DEMO = ENV == "demo"
DEBUG = flag("CARETEAM_DEBUG")
SECRET_KEY = text("CARETEAM_SECRET_KEY", "" if PRODUCTION else DEMO_SECRET)
# What is kept sealed in the database. The first key seals, all of them open: a new one goes in front of the old.
SEAL_KEYS = words("CARETEAM_SEAL_KEYS", "" if PRODUCTION else DEMO_SEAL_KEY)
ALLOWED_HOSTS = words("CARETEAM_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
BASE_URL = text("CARETEAM_BASE_URL", f"http://localhost:{text('PORT', '8000')}").rstrip("/")
VAR = Path(text("CARETEAM_VAR", str(ROOT / "var")))

SECRET_KEY_LEAST = 40
if PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("Production does not start with CARETEAM_DEBUG on: error pages would show records.")
    if SECRET_KEY == DEMO_SECRET or len(SECRET_KEY) < SECRET_KEY_LEAST:
        raise ImproperlyConfigured(
            "Production needs CARETEAM_SECRET_KEY: a secret of 40 characters or more of its own."
        )
    if not SEAL_KEYS or any(len(key) < SECRET_KEY_LEAST or key in {DEMO_SEAL_KEY, SECRET_KEY} for key in SEAL_KEYS):
        raise ImproperlyConfigured(
            "Production needs CARETEAM_SEAL_KEYS: one secret, or several with commas between, of 40 characters or more"
            " each, none of them CARETEAM_SECRET_KEY."
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("Production needs CARETEAM_HOSTS, for example careteam.example.org, and no *.")

# -- Rooms -------------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "careteam.accounts",
    "careteam.audit",
    "careteam.once",
    "careteam.sharing",
    "careteam.goals",
    "careteam.notes",
    "careteam.measures",
    "careteam.checkins",
    "careteam.treatments",
    "careteam.visits",
    "careteam.procedures",
    "careteam.conditions",
    "careteam.safety",
    "careteam.corrections",
    "careteam.summaries",
    "careteam.api",
    "frontend",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "careteam.measures.help.HelpWhenSavingFails",
    "frontend.probes.probes",
    "careteam.api.problems.Problems",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "careteam.accounts.middleware.private_pages",
    "careteam.accounts.middleware.storable_cookies",
    "careteam.accounts.limits.api_limits",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "careteam.accounts.middleware.BearerToken",
    "careteam.accounts.middleware.from_here",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "careteam.accounts.middleware.idle_timeout",
    "careteam.accounts.middleware.SecondFactor",
    "careteam.sharing.middleware.Refusals",
    "careteam.accounts.middleware.ActingAs",
]
ROOT_URLCONF = "careteam.urls"
WSGI_APPLICATION = "careteam.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.everywhere",
            ]
        },
    }
]

# -- Servers -----------------------------------------------------------------------------------------------------------
# Two database roles: the owner migrates, loads the demo and seeds tests; everything that serves people is the app role.
OWNER = text("CARETEAM_DB_ROLE", "app") == "owner"
APP_ROLE = text("CARETEAM_APP_ROLE", "careteam_app")
DATABASES = {"default": database(text("DATABASE_OWNER_URL", text("DATABASE_URL")) if OWNER else text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "careteam.accounts.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "careteam",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

# -- Time and words ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# -- Safety of pages ---------------------------------------------------------------------------------------------------
SECURE_TLS = flag("CARETEAM_TLS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("CARETEAM_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = words("CARETEAM_ORIGINS")
CSRF_FAILURE_VIEW = "frontend.views.kept.csrf_failure"
SESSION_SERIALIZER = "careteam.accounts.seals.SealedSessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
IDLE_SECONDS = {"patient": 14 * 24 * 3600, "practitioner": 30 * 60, "admin": 30 * 60}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# -- Accounts ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "careteam.accounts.passwords.LongEnough"},
    {"NAME": "careteam.accounts.passwords.NotGuessable"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "careteam.accounts.passwords.NotTheDemoPassword"},
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "careteam.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "careteam.accounts.forms.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "careteam.accounts.models.display_name"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True  # twice; allauth lets ten seconds pass between two
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Beside allauth's own: five wrong tries in five minutes and fifty a day for an address or a second factor.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"login_failed": "10/m/ip,5/5m/key,50/d/key"}
LIMITS = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("CARETEAM_BEHIND_PROXY") else 0  # whose address counts
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
MFA_ADAPTER = "careteam.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "careteam"
USERSESSIONS_TRACK_ACTIVITY = False

# Messages name people: keep them in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Mail --------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = text("CARETEAM_MAIL_FROM", "careteam <no-reply@careteam.example>")
EMAIL_HOST = text("CARETEAM_SMTP_HOST")
EMAIL_PORT = number("CARETEAM_SMTP_PORT", 25)
EMAIL_HOST_USER = text("CARETEAM_SMTP_USER")
EMAIL_HOST_PASSWORD = text("CARETEAM_SMTP_PASSWORD")
EMAIL_USE_TLS = flag("CARETEAM_SMTP_TLS", PRODUCTION)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
if PRODUCTION and not EMAIL_HOST:
    raise ImproperlyConfigured("Production needs CARETEAM_SMTP_HOST: invitations and resets go by mail.")

# -- Background --------------------------------------------------------------------------------------------------------
OUTBOX_LEASE_SECONDS = number("CARETEAM_OUTBOX_LEASE", 300)

# -- API ---------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "careteam.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "careteam.api.problems.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "careteam",
    "VERSION": "1",
    "DESCRIPTION": "A patient's record as she shares it. Everything not shown to you answers 404.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # lists of codes stay where they are used: one name for two lists would be a lie
}

# -- Logs: ids and routes, never words of a record ---------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "careteam.logs.Quiet", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": text("CARETEAM_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": ["stderr"], "level": text("CARETEAM_LOG_LEVEL", "WARNING"), "propagate": False}},
}
