"""Many tries in a short time: a short break with kind words, the status 429 and the seconds to wait, and no lock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from careteam import settings as careteams
from careteam.accounts import limits
from careteam.accounts.limits import Limit, spend
from frontend.views import invitations
from tests.api.programs import program_of
from tests.conftest import PASSWORD, Clinician, Maren, code_of
from tests.frontend.browsers import filled, is_signed_in, words


@pytest.fixture
def limited(settings: Any) -> Callable[[], Client]:
    """Limits as careteam has them. Makes browsers that share an address which nobody else has."""
    settings.ACCOUNT_RATE_LIMITS = careteams.ACCOUNT_RATE_LIMITS
    settings.LIMITS = careteams.LIMITS
    address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    return lambda: Client(REMOTE_ADDR=address)


def is_a_break(answer: Any, said: str) -> None:
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert said in words(answer)


def test_five_wrong_passwords_and_then_a_break_that_ends_no_session(
    limited: Callable[[], Client], patient: Maren
) -> None:
    here, sent = patient.browser, {"login": patient.user.email, "password": "a guess"}
    for _ in range(5):
        assert limited().post(reverse("account_login"), sent).status_code == 200
    for password in ("a guess", PASSWORD):  # the right one is told nothing either
        answer = limited().post(reverse("account_login"), sent | {"password": password})
        is_a_break(answer, "Too many tries. Wait at least five minutes, or reset your password.")
    assert is_signed_in(here)
    unknown = sent | {"login": "nobody.at.all@example.org"}
    answers = [Client(REMOTE_ADDR="2001:db8:1::1").post(reverse("account_login"), unknown) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]  # nobody learns who has an account


def test_five_wrong_codes_and_then_a_break(limited: Callable[[], Client], psychiatrist: Clinician) -> None:
    browser = limited()
    browser.post(reverse("account_login"), {"login": psychiatrist.user.email, "password": PASSWORD})
    for _ in range(5):
        assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_of(psychiatrist.user)})
    is_a_break(answer, "Too many tries. Wait at least five minutes.")
    assert "reset your password" not in words(answer)
    assert not is_signed_in(browser)


def test_resets_sign_ups_and_invitations_have_limits(
    limited: Callable[[], Client], patient: Maren, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in (patient.user.email, "nobody.at.all@example.org"):
        answers = [limited().post(reverse("account_reset_password"), {"email": email}) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [302] * 5 + [429]
        is_a_break(answers[-1], "nothing is locked for good")
    answers = [limited().post(reverse("account_signup"), filled(password1="short")) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    monkeypatch.setattr(invitations, "INVITATION", Limit("invitation", 2, 3600))
    link = reverse("invitation_link", args=["a" * 43])
    assert [limited().get(link).status_code for _ in range(3)] == [302, 302, 429]
    is_a_break(limited().post(reverse("invitation")), "There were many tries in a short time")
    assert limited().get(reverse("invitation")).status_code == 404  # looking is free


def test_programs_are_counted_by_token_and_by_address(
    limited: Callable[[], Client], patient: Maren, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "API_TOKEN", Limit("api-token", 2, 3600))
    monkeypatch.setattr(limits, "API_ADDRESS", Limit("api-address", 5, 3600))
    one, other = program_of(patient), program_of(patient)
    one.client, other.client = limited(), limited()
    assert [one.get("me/").status_code for _ in range(3)] == [200, 200, 429]
    refused = one.get("me/")
    assert (refused["Content-Type"], refused.json()["status"]) == ("application/problem+json", 429)
    is_a_break(refused, "There were many requests in a short time.")
    assert [other.get("me/").status_code for _ in range(2)] == [200, 429]  # the address, by now
    assert limited().get("/today/").status_code == 302  # pages are another matter


def test_an_address_behind_the_proxy_is_the_one_that_the_proxy_saw(
    settings: Any, patient: Maren, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LIMITS, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    monkeypatch.setattr(limits, "API_ADDRESS", Limit(secrets.token_hex(4), 1, 3600))
    asked = [
        Client(headers={"x-forwarded-for": f"{claimed}, {seen}"}).get("/api/v1/me/").status_code
        for claimed, seen in (("10.0.0.1", "192.0.2.1"), ("10.0.0.2", "192.0.2.1"), ("10.0.0.2", "192.0.2.2"))
    ]
    assert asked == [401, 429, 401]


def test_while_the_cache_is_down_this_process_counts_for_itself(settings: Any) -> None:
    settings.LIMITS = True
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    limit = Limit("one-process", 2, 3600)
    assert [bool(spend(limit, "somebody")) for _ in range(3)] == [False, False, True]
    assert not spend(limit, "somebody else")
    assert cache.get("nothing") is None
