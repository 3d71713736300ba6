"""A clinic's administrator: people and nothing of what they share; closing an account ends sessions and tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from careteam.accounts import queries
from careteam.accounts.models import AccountEvent, ClinicAdmin, Role, User
from careteam.summaries import services as summaries
from careteam.summaries.models import Outbox
from tests.abuse.addresses import filled
from tests.api.programs import program_of
from tests.conftest import PASSWORD, Clinician, Maren, Person, as_owner, code_of
from tests.frontend.browsers import is_signed_in, signed_in, words


def test_she_sees_who_clinicians_say_they_are_and_no_patient_team_or_record(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, admin: Person
) -> None:
    """Every address: her own pages answer, everything else is absent, and no page names a patient or a word of hers."""
    note = patient.writes_note("a heron on the ice", shared=True)
    browser, answered = admin.browser, set()
    for name, path in filled(patient.id):
        if name not in {"account_logout", "schema"}:
            answer = browser.get(path)
            if answer.status_code == 200:
                answered.add(name)
            assert "Maren Holt" not in words(answer), path
            assert "heron" not in words(answer), path
    pages = {name for name in answered if not name.startswith(("account_", "mfa_", "usersessions_", "api_docs"))}
    assert pages == {
        "account",
        "api_me",
        "api_own_digests",
        "clinic",
        "digests",
        "help",
        "rights",
        "tokens",
        "weekly_mail",
    }
    assert admin.refused(queries.clinician, patient.id)
    assert browser.get(f"/notes/{note}/").status_code == 404
    shown = words(browser.get(reverse("clinic")))
    assert "Dr Sun-hee Lee" in shown
    assert "Ines" not in shown.partition("Clinicians")[2].replace("Ines Aguilar Sign out", "")
    one = words(browser.get(reverse("clinic_person", args=[gp.id])))
    assert "Family doctor" in one
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    with as_owner():
        User.objects.update(joined_at="2020-01-01T00:00Z")
    summaries.plan()
    assert not Outbox.objects.filter(user=admin.user).exists()


def test_those_nobody_vouched_for_stand_first_and_a_part_of_a_name_or_address_finds_one(
    admin: Person, psychiatrist: Clinician, gp: Clinician, invite: Callable[..., Clinician]
) -> None:
    for _ in range(19):
        invite("Nurse")
    browser = admin.browser
    browser.post(reverse("clinic_deed", args=[gp.id, "vouch"]))
    first = admin.does(queries.clinicians)
    assert (len(first.people), first.next) == (20, 2)
    assert first.people[-1].id == psychiatrist.id  # the first who joined, of those who wait
    assert [one.id for one in admin.does(queries.clinicians, page=2).people] == [gp.id]
    for asked in ("sun-HEE", "lee@", "Lee"):
        assert [one.id for one in admin.does(queries.clinicians, asked).people] == [psychiatrist.id]
    assert "Nobody of that name" in words(browser.get(reverse("clinic"), {"q": "%"}))
    for number in ("0", "-1", "x", "9" * 30, "2"):
        assert browser.get(reverse("clinic"), {"page": number}).status_code == 200


def test_closing_an_account_ends_sessions_and_tokens_at_once_and_opening_it_brings_none_back(
    admin: Person, patient: Maren, psychiatrist: Clinician
) -> None:
    note = patient.writes_note("slept badly", shared=True)
    browser, program = signed_in(psychiatrist), program_of(psychiatrist)
    hers = admin.browser
    address = reverse("clinic_person", args=[psychiatrist.id])
    said = words(hers.post(reverse("clinic_deed", args=[psychiatrist.id, "close"]), follow=True))
    assert "The account of Dr Sun-hee Lee is closed." in said
    assert "Account closed" in said
    assert not is_signed_in(browser)
    assert program.get("me/").status_code == 401
    sent = {"login": psychiatrist.user.email, "password": PASSWORD}
    told = words(Client().post(reverse("account_login"), sent, follow=True))
    assert "This account is closed" in told
    wrong = words(Client().post(reverse("account_login"), sent | {"password": "a guess"}))
    assert "That email and password do not match." in wrong  # nobody else learns that it is closed
    assert "is open again" in words(hers.post(reverse("clinic_deed", args=[psychiatrist.id, "open"]), follow=True))
    assert not is_signed_in(browser)
    assert program.get("me/").status_code == 401
    assert psychiatrist.reads(note)  # what the patient shares is hers to say
    assert is_signed_in(signed_in(psychiatrist))
    assert "Account opened again" in words(hers.get(address))
    assert hers.post(reverse("clinic_deed", args=[psychiatrist.id, "open"])).status_code == 404
    assert hers.post(reverse("clinic_deed", args=[psychiatrist.id, "promote"])).status_code == 404
    assert hers.get(reverse("clinic_deed", args=[psychiatrist.id, "close"])).headers["Location"] == address
    assert admin.does(queries.clinician, psychiatrist.id)[0].open  # a link changes nothing
    asked = admin.browser_left_open.post(reverse("clinic_deed", args=[psychiatrist.id, "close"]))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db
def test_an_administrator_is_made_by_the_operator_and_begins_with_a_password_and_a_second_step(
    settings: Any,
) -> None:
    settings.OWNER = False
    with pytest.raises(CommandError, match="owner"):
        call_command("clinic_admin", "ines@example.org", name="Ines Aguilar", clinic="Harbour Clinic")
    settings.OWNER = True
    with as_owner():
        call_command("clinic_admin", "Ines@Example.org", name="Ines  Aguilar", clinic="Harbour Clinic", verbosity=0)
        for wrong in ("ines@example.org", "no address"):
            with pytest.raises(CommandError):
                call_command("clinic_admin", wrong, name="Ines Aguilar", clinic="Harbour Clinic")
    user = User.objects.get()
    assert (user.email, user.name, user.role, user.weekly_mail) == (
        "ines@example.org",
        "Ines Aguilar",
        Role.ADMIN,
        False,
    )
    assert ClinicAdmin.objects.get().user_id == user.pk
    Client().post(reverse("account_reset_password"), {"email": user.email})
    assert "/accounts/password/reset/key/" in str(mail.outbox[0].body)
    browser = Person(user).signed_in(minutes_ago=0, second_factor=False)
    assert browser.get(reverse("clinic")).headers["Location"] == reverse("mfa_index")


def test_a_second_factor_that_was_lost_is_taken_away_by_the_operator_with_everything_that_hung_on_it(
    psychiatrist: Clinician,
) -> None:
    browser, program = signed_in(psychiatrist), program_of(psychiatrist)
    assert code_of(psychiatrist.user)
    with as_owner():
        call_command("forget_second_factor", psychiatrist.user.email, verbosity=0)
        with pytest.raises(CommandError):
            call_command("forget_second_factor", "nobody@example.com")
        assert [(one.act, one.actor_id) for one in AccountEvent.objects.all()] == [("factor-forgotten", None)]
    assert not Authenticator.objects.exists()
    assert not is_signed_in(browser)
    assert program.get("me/").status_code == 401
    assert [message.to for message in mail.outbox] == [[psychiatrist.user.email]]
    again = Client()
    again.post(reverse("account_login"), {"login": psychiatrist.user.email, "password": PASSWORD})
    assert again.get("/caseload/").headers["Location"] == reverse("mfa_index")
