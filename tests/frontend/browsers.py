"""What page tests do with a browser: sign in, read a page, send a form back as it came."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD, Person, code_of

NEW = "ida@example.org"


def signed_in(who: Person) -> Client:
    """A browser in which this person signed in with the password a moment ago, and a code if she is asked for one."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": who.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    if answer.headers["Location"].startswith(reverse("mfa_authenticate")):
        assert client.post(reverse("mfa_authenticate"), {"code": code_of(who.user)}).status_code == 302
    return client


def code_now(secret: str) -> str:
    """What an authenticator app shows."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sets_up_app(browser: Client) -> Any:
    """Scan the key on the page and type the code; the answer leads to the recovery codes."""
    page = browser.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="key" value="(\w+)"', page)
    assert secret, page
    return browser.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])})


def words(response: Any) -> str:
    """What a page says, without its markup."""
    bare = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", response.content.decode(), flags=re.DOTALL))
    return " ".join(unescape(bare).split())


def ticked(response: Any) -> dict[str, Any]:
    """The table as the browser would send it."""
    return _switches(response.content.decode().partition('id="what"')[2])


def folded(response: Any, member: Any) -> dict[str, Any]:
    """One person's own form, as it is folded in her card on a phone."""
    return _switches(response.content.decode().partition(f'id="p-{member}"')[2].partition("</article>")[0])


def _switches(page: str) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in re.findall(r'name="([0-9a-f-]{36}-\w+)" value="(\w+)" checked', page):
        sent.setdefault(name, []).append(value)
    return sent | dict(re.findall(r'type="date"[^>]* name="([0-9a-f-]{36}-until)" value="([^"]*)"', page))


def hidden(response: Any) -> dict[str, Any]:
    """The form of the review as the browser would send it."""
    sent: dict[str, Any] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode()):
        sent.setdefault(name, []).append(value)
    return sent


def is_signed_in(browser: Client) -> bool:
    """Whether a page that asks who one is opens."""
    return browser.get(reverse("account")).status_code == 200


def filled(**changes: Any) -> dict[str, Any]:
    """The sign-up form as a patient fills it in."""
    told = {"name": "Ida Berg", "email": NEW, "birth_date": "1990-02-28", "zone": "Europe/Oslo"}
    return {**told, "password1": "seven quiet harbours", **changes}


def code_in(message: mail.EmailMessage) -> str:
    """The code in a mail."""
    found = re.search(r"^[A-Z0-9-]{6,}$", str(message.body), re.MULTILINE)
    assert found, message.body
    return found[0]
