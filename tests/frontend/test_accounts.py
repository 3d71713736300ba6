"""Signing up, in and out: who gets an account, and what a stranger can learn."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from careteam.accounts.models import Patient, Practitioner, Role, User
from careteam.accounts.services import create_token
from tests.conftest import PASSWORD, Clinician, Maren, Person
from tests.frontend.browsers import NEW, code_in, code_now, filled, is_signed_in, signed_in, words


def born(years: int, *, zone: str = "UTC", days: int = 0) -> date:
    """The birth date of somebody who is that old today, plus some days."""
    today = datetime.now(ZoneInfo(zone)).date()
    try:
        birthday = today.replace(year=today.year - years)
    except ValueError:  # 29 February
        birthday = date(today.year - years, 3, 1)
    return birthday - timedelta(days=days)


# -- A patient signs up ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_patient_signs_up_and_proves_her_address_with_a_code() -> None:
    browser = Client()
    assert "Date of birth" in words(browser.get(reverse("account_signup")))
    answer = browser.post(reverse("account_signup"), filled(email="Ida@Example.org"))
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(browser)
    (message,) = mail.outbox
    assert message.to == [NEW]
    wrong = browser.post(reverse("account_email_verification_sent"), {"code": "AAAAAA"})
    assert "That is not the code." in words(wrong)
    answer = browser.post(reverse("account_email_verification_sent"), {"code": code_in(message)})
    assert answer.headers["Location"] == reverse("home")
    assert is_signed_in(browser)
    user = User.objects.get()
    assert (user.email, user.name, user.role, user.zone) == (NEW, "Ida Berg", Role.PATIENT, "Europe/Oslo")
    assert Patient.objects.get(pk=user.pk).birth_date == date(1990, 2, 28)
    assert not Practitioner.objects.exists()
    assert "Ida" not in str(message.body)


@pytest.mark.django_db
def test_a_code_that_did_not_arrive_is_sent_again() -> None:
    browser, address = Client(), reverse("account_email_verification_sent")
    browser.post(reverse("account_signup"), filled())
    assert "Send a new code" in words(browser.get(address))
    again = browser.post(address, {"action": "resend"}, follow=True)
    assert f"A code is on its way to {NEW}." in words(again)
    first, second = (code_in(message) for message in mail.outbox)
    assert first != second
    browser.post(address, {"code": first})
    assert not is_signed_in(browser)
    browser.post(address, {"action": "resend"})
    (*_, third) = (code_in(message) for message in mail.outbox)
    page = words(browser.get(address))
    assert "Send a new code" not in page  # twice; then the address is the likelier fault
    assert "Wait 15 minutes, then sign in: that sends a new code." in page
    browser.post(address, {"code": third})
    assert is_signed_in(browser)


def test_asking_for_a_new_code_tells_nobody_who_has_an_account(patient: Maren) -> None:
    told = []
    for email in (patient.user.email, NEW):
        mail.outbox.clear()
        browser, address = Client(), reverse("account_email_verification_sent")
        browser.post(reverse("account_signup"), filled(email=email))
        pages = [browser.post(address, {"action": "resend"}, follow=True) for _ in range(2)]
        pages.append(browser.post(address, {"code": "AAAAAA"}))
        told.append(
            [
                (
                    page.status_code,
                    page.redirect_chain if hasattr(page, "redirect_chain") else [],
                    words(page).replace(email, ""),
                )
                for page in pages
            ]
        )
        assert [message.to for message in mail.outbox] == [[email]] * 3  # a mail takes time, and its absence none
    assert told[0] == told[1]


def test_a_sign_up_hashes_its_password_whether_or_not_there_is_an_account(
    patient: Maren, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hasher = type(get_hasher())
    plain = hasher.encode

    def encode(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return plain(self, password, salt)

    monkeypatch.setattr(hasher, "encode", encode)
    for times, email in enumerate((patient.user.email, NEW), 1):
        Client().post(reverse("account_signup"), filled(email=email))
        assert len(hashed) == times


def test_codes_are_sent_ten_seconds_apart_alike_for_everybody(patient: Maren, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}  # allauth's own
    told = []
    for email in (patient.user.email, NEW):
        mail.outbox.clear()
        browser, address = Client(), reverse("account_email_verification_sent")
        browser.post(reverse("account_signup"), filled(email=email))
        early = browser.post(address, {"action": "resend"}, follow=True)
        told.append((early.status_code, words(early).replace(email, "")))
        assert len(mail.outbox) == 1
    assert told[0] == told[1]
    assert told[0][0] == 200
    assert "A new code can be sent after ten seconds. The one you have still works." in told[0][1]
    browser.post(address, {"code": code_in(mail.outbox[0])})
    assert is_signed_in(browser)


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_eighteenth_birthday_begins_where_one_lives(zone: str) -> None:
    browser = Client()
    tomorrow = filled(birth_date=str(born(18, zone=zone, days=-1)), zone=zone)
    assert "for people of 18 and over" in words(browser.post(reverse("account_signup"), tomorrow))
    today = filled(birth_date=str(born(18, zone=zone)), zone=zone)
    assert browser.post(reverse("account_signup"), today).status_code == 302


@pytest.mark.django_db
def test_e60_under_eighteen_it_stops_kindly_with_help_and_keeps_nothing() -> None:
    browser = Client()
    answer = browser.post(reverse("account_signup"), filled(birth_date=str(born(15))))
    said = words(answer)
    assert answer.status_code == 200
    assert "You matter as much as anyone" in said
    assert "Call 988" in said
    assert "We kept nothing of what you typed." in said
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert mail.outbox == []
    assert "Ida" not in str(dict(browser.session))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"birth_date": "2090-01-01"}, "This date is in the future."),
        ({"birth_date": "1840-01-01"}, "Please check the year."),
        ({"birth_date": ""}, "This is still empty."),
        ({"name": "  "}, "This is still empty."),
        ({"name": "x" * 201}, "This name is longer than 200 characters."),
        ({"email": "ida"}, "valid email"),
        ({"password1": "fourteen chars"}, "shorter than 15 characters"),
        ({"password1": "qwerty123456789"}, "first that somebody would try"),
        ({"password1": "ida berg ida berg"}, "first that somebody would try"),
        ({"password1": settings.DEMO_PASSWORD}, "This is the password of the public demo."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(changes: dict[str, str], said: str) -> None:
    answer = Client().post(reverse("account_signup"), filled(**changes))
    assert said in words(answer)
    assert 'value="Europe/Oslo"' in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_e36_a_name_of_two_hundred_characters_fits_and_one_more_does_not() -> None:
    Client().post(reverse("account_signup"), filled(name="x" * 200))
    assert User.objects.get().name == "x" * 200
    Client().post(reverse("account_signup"), filled(name="x" * 201, email="other@example.org"))
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_an_unknown_zone_becomes_utc() -> None:
    Client().post(reverse("account_signup"), filled(zone="Mars/Olympus"))
    assert User.objects.get().zone == "UTC"


# -- Signing in and out ------------------------------------------------------------------------------------------------
def test_signing_in_with_another_case_of_the_address(patient: Maren) -> None:
    browser = Client()
    sent = {"login": "MAREN@Example.ORG", "password": PASSWORD}
    assert browser.post(reverse("account_login"), sent).headers["Location"] == reverse("home")
    assert is_signed_in(browser)


def test_a_wrong_password_and_an_unknown_address_answer_alike(patient: Maren) -> None:
    answers = [
        words(Client().post(reverse("account_login"), {"login": email, "password": "something else"}))
        for email in (patient.user.email, "nobody.at.all@example.org")
    ]
    assert "That email and password do not match. Try again, or reset your password." in answers[0]
    assert answers[0].replace(patient.user.email, "") == answers[1].replace("nobody.at.all@example.org", "")


def test_signing_out_ends_the_session(patient: Maren) -> None:
    browser = signed_in(patient)
    assert is_signed_in(browser)
    assert "Sign out?" in words(browser.get(reverse("account_logout")))
    assert is_signed_in(browser)  # a link signs nobody out
    answer = browser.post(reverse("account_logout"))
    assert answer.headers["Location"] == reverse("account_login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(browser)
    idle = signed_in(patient)
    session = idle.session
    session["touched"] = "2020-01-01T00:00:00+00:00"
    session.save()
    assert "Clear-Site-Data" not in idle.get(reverse("account")).headers  # words in an open form are still hers


def test_a_new_password_by_mail(patient: Maren) -> None:
    before = signed_in(patient)
    token = patient.does(create_token, name="a script", until=patient.viewer.today)
    program = Client(headers={"authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me/").status_code == 200
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": patient.user.email})
    (message,) = mail.outbox
    link = re.search(r"http://\S+/accounts/password/reset/key/\S+", str(message.body))
    assert link
    form = browser.get(link[0], follow=True)
    address = form.redirect_chain[-1][0]
    answer = browser.post(address, {"password1": "another quiet harbour", "password2": "another quiet harbour"})
    assert answer.status_code == 302
    assert not is_signed_in(browser)
    sent = {"login": patient.user.email, "password": PASSWORD}
    assert Client().post(reverse("account_login"), sent).status_code == 200
    sent["password"] = "another quiet harbour"
    assert Client().post(reverse("account_login"), sent).status_code == 302
    assert not is_signed_in(before)
    assert program.get("/api/v1/me/").status_code == 401
    assert "This link no longer works" in words(Client().get(link[0], follow=True))


def test_a_changed_password_signs_out_everywhere(patient: Maren) -> None:
    here, elsewhere = signed_in(patient), signed_in(patient)
    new = "another quiet harbour"
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_the_places_where_one_is_signed_in_can_be_ended_from_here(patient: Maren) -> None:
    here, elsewhere = signed_in(patient), signed_in(patient)
    is_signed_in(elsewhere)
    page = words(here.get(reverse("usersessions_list")))
    assert "Here, now" in page
    assert "Sign out everywhere else" in page
    here.post(reverse("usersessions_list"))
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.PATIENT, 14 * 24 * 60), (Role.PRACTITIONER, 30)], ids=["patient", "clinician"]
)
def test_an_idle_session_ends(patient: Maren, psychiatrist: Clinician, role: Role, minutes: int) -> None:
    who: Person = patient if role == Role.PATIENT else psychiatrist
    for idle, stays in ((minutes - 1, True), (minutes + 1, False)):
        browser = signed_in(who)
        assert is_signed_in(browser)
        session = browser.session
        session["touched"] = (timezone.now() - timedelta(minutes=idle)).isoformat()
        session.save()
        assert is_signed_in(browser) is stays
        assert is_signed_in(browser) is stays  # and a use begins the time anew


# -- What a stranger can learn -----------------------------------------------------------------------------------------
def test_signing_up_tells_nobody_who_has_an_account(patient: Maren) -> None:
    pages, mails = [], []
    for email in (patient.user.email, NEW):
        mail.outbox.clear()
        browser = Client()
        answer = browser.post(reverse("account_signup"), filled(email=email))
        page = browser.get(answer.headers["Location"])
        pages.append((answer.status_code, answer.headers["Location"], words(page).replace(email, "")))
        (message,) = mail.outbox
        assert message.to == [email]
        mails.append(str(message.body))
    assert pages[0] == pages[1]
    assert "There is one already." in mails[0]
    assert "Here is your code" in mails[1]
    assert User.objects.count() == 2


def test_a_reset_tells_nobody_who_has_an_account(patient: Maren) -> None:
    pages = []
    for email in (patient.user.email, NEW):
        mail.outbox.clear()
        answer = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        pages.append((answer.redirect_chain, words(answer).replace(email, "")))
        assert "No mail yet?" in words(answer)
        assert f'href="{reverse("account_reset_password")}"' in answer.content.decode()
        assert [message.to for message in mail.outbox] == [[email]]
    assert pages[0] == pages[1]


# -- Second steps ------------------------------------------------------------------------------------------------------
def test_an_authenticator_app_is_asked_for_once_it_is_set_up(patient: Maren) -> None:
    browser = signed_in(patient)
    page = browser.get(reverse("mfa_activate_totp"))
    if page.status_code == 302:  # allauth asks for the password once more
        browser.post(page.headers["Location"], {"password": PASSWORD})
        page = browser.get(reverse("mfa_activate_totp"))
    secret = re.search(r'id="key" value="(\w+)"', page.content.decode())
    assert secret
    assert "data:image/svg" in page.content.decode()
    wrong = browser.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert not Authenticator.objects.exists() or code_now(secret[1]) == "000000"
    assert wrong.status_code == 200
    browser.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])})
    stored = Authenticator.objects.get(type="totp")
    assert secret[1] not in str(stored.data)  # encrypted: a copy of the database opens nothing
    other = Client()
    answer = other.post(reverse("account_login"), {"login": patient.user.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(other)
    other.post(reverse("mfa_authenticate"), {"code": "12"})
    assert not is_signed_in(other)
    other.post(reverse("mfa_authenticate"), {"code": code_now(secret[1])})
    assert is_signed_in(other)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
def test_opened_by_a_number_passkeys_point_to_the_name_and_the_rest_works(patient: Maren, host: str) -> None:
    browser = Client(headers={"host": host}, enforce_csrf_checks=True)
    page = browser.get(reverse("account_login"))
    assert f'href="{settings.BASE_URL}/accounts/login/"' in page.content.decode()
    assert "Passkeys belong to a name" in words(page)
    sent = {"login": patient.user.email, "password": PASSWORD}
    token = {"csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    browser.post(reverse("account_login"), sent | token, headers={"origin": f"http://{host}"})
    assert is_signed_in(browser)
    page = browser.get(reverse("mfa_add_webauthn"))
    if page.status_code == 302:
        form = {"password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
        assert browser.post(page.headers["Location"], form).status_code == 302
        page = browser.get(reverse("mfa_add_webauthn"))
    assert f'href="{settings.BASE_URL}/accounts/2fa/webauthn/add/"' in page.content.decode()
    assert "scripts are off" not in words(page)


@pytest.mark.parametrize("base", ["http://localhost:8000", "http://10.0.0.7"])
def test_opened_by_its_name_or_where_it_has_none_nothing_is_said_of_numbers(settings: Any, db: None, base: str) -> None:
    settings.BASE_URL = base
    host = "localhost:8000" if "localhost" in base else "127.0.0.1:8000"
    assert "Passkeys belong to a name" not in words(Client(headers={"host": host}).get(reverse("account_login")))


def test_the_pages_of_passkeys_open(patient: Maren) -> None:
    browser = signed_in(patient)
    answer = browser.get(reverse("mfa_list_webauthn"), follow=True)
    assert answer.status_code == 200
    asked = browser.get(reverse("mfa_add_webauthn"))
    if asked.status_code == 302:
        browser.post(asked.headers["Location"], {"password": PASSWORD})
        asked = browser.get(reverse("mfa_add_webauthn"))
    assert "Add a passkey" in words(asked)
    assert "Sign in with a passkey" in words(Client().get(reverse("account_login")))
