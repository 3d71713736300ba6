"""What production refuses before it serves anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from careteam.accounts.models import Role, User
from careteam.accounts.startup import refuse_demo_data, refuse_second_factors_that_do_not_hold
from careteam.embedded.supervisor import programs
from careteam.sharing.canary import refuse_without_the_wall
from tests.conftest import APP, TOTP_KEY, as_owner, code_of, person

ANOTHER_KEY = "a second key of the deployment, as long as it must be"


def environment(**changes: str) -> dict[str, str]:
    """A production that would start, with these changes."""
    database = connection.settings_dict
    (settings.VAR / "static").mkdir(parents=True, exist_ok=True)  # as collectstatic leaves it
    address = {"host": database["HOST"], "port": database["PORT"], "user": APP}
    parts = {**address, "password": database["PASSWORD"], "dbname": database["NAME"]}
    sound = {
        "CARETEAM_ENV": "production",
        "CARETEAM_SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz",
        "CARETEAM_HOSTS": "careteam.example.org",
        "CARETEAM_BASE_URL": "https://careteam.example.org",
        "CARETEAM_SMTP_HOST": "mail.example.org",
        "CARETEAM_SEAL_KEYS": "s" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz",
        "DATABASE_URL": " ".join(f"{name}='{value}'" for name, value in parts.items() if value),
        "DJANGO_SETTINGS_MODULE": "careteam.settings",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CARETEAM_", "DATABASE_"))}
    return {**kept, **sound, **changes}


def starts(*command: str, **changes: str) -> tuple[bool, str]:
    """Whether a process of production gets through this, and what it says."""
    done = subprocess.run(
        [sys.executable, *command],
        env=environment(**changes),
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"CARETEAM_DEBUG": "1"}, "Production does not start with CARETEAM_DEBUG on"),
        ({"CARETEAM_SECRET_KEY": ""}, "Production needs CARETEAM_SECRET_KEY"),
        ({"CARETEAM_SECRET_KEY": "too short"}, "Production needs CARETEAM_SECRET_KEY"),
        ({"CARETEAM_SECRET_KEY": settings.DEMO_SECRET}, "Production needs CARETEAM_SECRET_KEY"),
        ({"CARETEAM_SEAL_KEYS": ""}, "Production needs CARETEAM_SEAL_KEYS"),
        ({"CARETEAM_SEAL_KEYS": settings.DEMO_SEAL_KEY}, "Production needs CARETEAM_SEAL_KEYS"),
        ({"CARETEAM_SEAL_KEYS": "x" * 40, "CARETEAM_SECRET_KEY": "x" * 40}, "none of them CARETEAM_SECRET_KEY"),
        ({"CARETEAM_HOSTS": ""}, "Production needs CARETEAM_HOSTS"),
        ({"CARETEAM_HOSTS": "*"}, "and no *"),
        ({"CARETEAM_SMTP_HOST": ""}, "Production needs CARETEAM_SMTP_HOST"),
        ({"CARETEAM_DEBUG": "maybe"}, "CARETEAM_DEBUG must be 1 or 0"),
        ({"CARETEAM_ENV": "staging"}, "CARETEAM_ENV must be production, demo or test"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_production_refuses_weak_settings(changes: dict[str, str], said: str) -> None:
    began, told = starts("-c", "import careteam.settings", **changes)
    assert began is not bool(said)
    assert said in told


@pytest.mark.django_db
def test_an_account_of_the_demo_is_refused_while_it_has_the_public_password(capsys: pytest.CaptureFixture[str]) -> None:
    with as_owner():
        user = person("maren@demo.careteam.example", "Maren Holt", Role.PATIENT)
    refuse_demo_data()  # an own password: somebody made this account by hand
    user.set_password(settings.DEMO_PASSWORD)
    user.save()
    with pytest.raises(SystemExit, match="3"):
        refuse_demo_data()
    assert "holds an account of the demo (maren@demo.careteam.example)" in capsys.readouterr().err
    User.objects.update(email="maren@careteam.example")
    refuse_demo_data()


@pytest.mark.django_db
def test_a_second_factor_of_the_demo_and_one_that_no_key_opens_are_refused(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with as_owner():
        user = person("lee@example.org", "Dr Lee", Role.PRACTITIONER)
    refuse_second_factors_that_do_not_hold()
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, settings.DEMO_TOTP)
    with pytest.raises(SystemExit, match="3"):
        refuse_second_factors_that_do_not_hold()
    assert "lee@example.org" in capsys.readouterr().err
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, TOTP_KEY)
    recovery = code_of(user)
    settings.SEAL_KEYS = [ANOTHER_KEY, *settings.SEAL_KEYS]
    refuse_second_factors_that_do_not_hold()
    with as_owner():
        call_command("reseal", verbosity=0)
    settings.SEAL_KEYS = [ANOTHER_KEY]
    refuse_second_factors_that_do_not_hold()
    assert code_of(user) == recovery
    settings.SEAL_KEYS = ["yet another key than the one it was sealed with"]
    with pytest.raises(SystemExit, match="3"):
        refuse_second_factors_that_do_not_hold()
    assert "CARETEAM_SEAL_KEYS opens 1 of the second factors" in capsys.readouterr().err


@pytest.mark.usefixtures("commits")
def test_production_does_not_serve_the_demo() -> None:
    assert starts("-c", "import careteam.wsgi") == (True, "")
    with as_owner():
        user = person("lee@demo.careteam.example", "Dr Lee", Role.PRACTITIONER)
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"]):
            user.password = make_password(settings.DEMO_PASSWORD)  # as the demo stores it
        user.save()
    for name, command in programs(port=0).items():
        began, said = starts(*command[1:])
        assert not began, name
        assert "holds an account of the demo (lee@demo.careteam.example)" in said, name


@pytest.mark.django_db
def test_nobody_serves_as_the_tables_owner_in_any_profile(capsys: pytest.CaptureFixture[str]) -> None:
    refuse_without_the_wall()
    with as_owner(), pytest.raises(SystemExit, match="3"):
        refuse_without_the_wall()
    assert "owns tables of careteam" in capsys.readouterr().err
    database = environment()["DATABASE_URL"].replace(APP, connection.settings_dict["USER"])
    for name, command in programs(port=0).items():
        began, said = starts(*command[1:], DATABASE_URL=database)
        assert not began, name
        assert "owns tables of careteam" in said, name
    began, said = starts("-c", "import careteam.wsgi", DATABASE_URL=database, CARETEAM_ENV="demo")
    assert not began
    assert "owns tables of careteam" in said
