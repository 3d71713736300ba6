"""A20: no session is planted, no reset is used twice or led astray, and nobody learns who has an account."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from careteam.summaries import services as summaries
from careteam.summaries.models import Outbox
from tests.api.programs import program_of
from tests.conftest import PASSWORD, Maren, as_owner
from tests.frontend.browsers import filled, is_signed_in, signed_in, words

NOBODY = "nobody.at.all@example.org"
NEW = {"password1": "another quiet harbour", "password2": "another quiet harbour"}


def asks_for_a_reset(patient: Maren, **headers: str) -> str:
    """The link in the mail."""
    Client(headers=headers).post(reverse("account_reset_password"), {"email": patient.user.email})
    found = re.search(r"https?://\S+/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    return found[0]


def opened(browser: Client, link: str) -> str:
    """The address of the form that a link leads to; the link's own key is not in it."""
    page = browser.get(link, follow=True)
    assert "Choose a new password" in words(page)
    address: str = page.redirect_chain[-1][0]
    return address


def stored_sessions() -> bytes:
    """What the database holds of sessions, unpacked as far as that goes without a key."""
    found = b""
    for data in Session.objects.values_list("session_data", flat=True):
        packed, squeezed = data.split(":")[0].lstrip("."), data.startswith(".")
        plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        found += data.encode() + (zlib.decompress(plain) if squeezed else plain)
    return found


def test_a_planted_session_is_left_behind_at_sign_in(patient: Maren) -> None:
    visitor = Client()
    visitor.get(reverse("invitation_link", args=["x"]))
    for planted in ("f" * 32, _a_visitors_own_session()):
        browser = Client()
        browser.cookies["sessionid"] = planted
        browser.post(reverse("account_login"), {"login": patient.user.email, "password": PASSWORD})
        assert is_signed_in(browser)
        assert browser.cookies["sessionid"].value != planted
        thief = Client()
        thief.cookies["sessionid"] = planted
        assert not is_signed_in(thief)


def _a_visitors_own_session() -> str:
    browser = Client()
    session = browser.session
    session["anything"] = "from before"
    session.save()
    return str(session.session_key)


def test_a_reset_ends_every_session_and_token_works_once_and_signs_nobody_in(patient: Maren) -> None:
    elsewhere, program = signed_in(patient), program_of(patient)
    link = asks_for_a_reset(patient)
    browser, second = Client(), Client()
    form, same = opened(browser, link), opened(second, link)
    assert browser.post(form, NEW).status_code == 302
    for left in (browser, elsewhere):
        assert not is_signed_in(left)
    assert program.get("me/").status_code == 401
    for again in (Client().get(link, follow=True), second.post(same, NEW), browser.post(form, NEW)):
        assert "This link no longer works" in words(again)


def test_a_reset_is_over_after_an_hour_and_after_a_sign_in(patient: Maren, settings: Any) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    link = asks_for_a_reset(patient)
    signed_in(patient)
    assert "This link no longer works" in words(Client().get(link, follow=True))
    later = asks_for_a_reset(patient)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link no longer works" in words(Client().get(later, follow=True))


def test_while_a_reset_is_under_way_the_database_does_not_hold_its_key(patient: Maren) -> None:
    link = asks_for_a_reset(patient)
    key = link.rstrip("/").rpartition("/")[2].partition("-")[2].encode()
    opened(Client(), link)
    assert len(key) > 30
    assert Session.objects.exists()
    assert key not in stored_sessions()


def test_links_in_mails_lead_to_careteam_whatever_host_was_named(patient: Maren) -> None:
    assert Client(headers={"host": "mallory.example"}).get(reverse("account_login")).status_code == 400
    for host in ("127.0.0.1", "[::1]:9"):  # one that it answers to, and not the one in its mails
        assert asks_for_a_reset(patient, host=host).startswith(f"{settings.BASE_URL}/accounts/password/reset/key/")
    for email in (patient.user.email, NOBODY):
        Client(headers={"host": "127.0.0.1"}).post(reverse("account_signup"), filled(email=email))
        Client(headers={"host": "127.0.0.1"}).post(reverse("account_reset_password"), {"email": email})
    assert not [message for message in mail.outbox if "127.0.0.1" in str(message.body)]


def test_nobody_learns_who_has_an_account(patient: Maren, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known and unknown addresses: the same status, way, words, number of mails and of passwords that are hashed."""
    hashed: list[str] = []
    plain = type(get_hasher()).encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return plain(self, password, salt)

    monkeypatch.setattr(type(get_hasher()), "encode", counted)
    forms: dict[str, Callable[[str], dict[str, Any]]] = {
        "account_login": lambda email: {"login": email, "password": "a guess"},
        "account_signup": lambda email: filled(email=email),
        "account_reset_password": lambda email: {"email": email},
    }
    for name, sent in forms.items():
        told = []
        for email in (patient.user.email, NOBODY):
            mail.outbox.clear()
            hashed.clear()
            answer = Client().post(reverse(name), sent(email), follow=True)
            mails = [(message.to, message.from_email) for message in mail.outbox]
            assert mails in ([], [([email], settings.DEFAULT_FROM_EMAIL)])
            told.append(
                (answer.status_code, answer.redirect_chain, words(answer).replace(email, ""), len(mails), len(hashed))
            )
        assert told[0] == told[1], name


def test_an_invitation_tells_nobody_who_has_an_account(patient: Maren, other_patient: Maren) -> None:
    browser, told = signed_in(patient), []
    for email in (other_patient.user.email, NOBODY):
        mail.outbox.clear()
        said = words(browser.post(reverse("invite"), {"email": email, "role": "Nurse"}, follow=True))
        with as_owner():
            outbox = Outbox.objects.latest("id").id
        summaries.work(outbox)
        (message,) = mail.outbox
        assert message.to == [email]
        link = re.search(r"/invitation/\S+", str(message.body))
        assert link
        page = words(Client().get(link[0], follow=True))
        told.append([part.replace(email, "").replace(link[0], "") for part in (str(message.body), page)])
        assert email in said
    assert told[0] == told[1]
