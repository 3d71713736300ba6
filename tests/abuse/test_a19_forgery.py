"""A19: another site changes nothing with somebody's cookies: no form, no script, no override, no sibling host."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from careteam.accounts.models import User
from tests.abuse.addresses import filled
from tests.api.programs import Program, program_of
from tests.conftest import PASSWORD, Maren, Person

WRITES = ("POST", "PUT", "PATCH", "DELETE")


def strict(who: Person) -> Client:
    """Her browser, against careteam as it serves: no form without its token."""
    browser = who.browser
    browser.handler.enforce_csrf_checks = True
    return browser


def test_no_address_takes_a_change_without_the_token_of_a_form(patient: Maren) -> None:
    browser, asked = strict(patient), 0
    for name, path in filled(patient.id):
        for method in WRITES if path.startswith("/api/") else WRITES[:1]:
            answer = browser.generic(method, path)
            asked += 1
            # A PHQ-9 that is not saved is answered with help (503), whatever kept it from being saved.
            assert answer.status_code in ({404} if name == "api_nothing" else {403, 503}), (name, method)
    assert asked > 300


def test_a_right_token_from_another_site_or_a_sibling_host_is_refused_all_the_same(patient: Maren) -> None:
    browser = strict(patient)
    browser.get(reverse("account"))
    sent = {"name": "Mallory", "zone": "UTC", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    for whence in ("cross-site", "same-site"):
        assert browser.post(reverse("account"), sent, headers={"sec-fetch-site": whence}).status_code == 403
        hers = Program(client=browser)
        refused = hers.patch("me/", {"name": "Mallory"}, x_csrftoken=sent["csrfmiddlewaretoken"], sec_fetch_site=whence)
        assert refused.status_code == 403
    assert User.objects.get(pk=patient.id).name == "Maren Holt"
    assert browser.post(reverse("account"), sent, headers={"sec-fetch-site": "same-origin"}).status_code == 302
    token = program_of(patient)  # a program is no browser: it has no cookies to misuse
    assert token.patch("me/", {"name": "Maren Holt"}, sec_fetch_site="cross-site").status_code == 200


def test_no_method_is_overridden_and_no_other_origin_is_let_in(patient: Maren) -> None:
    browser = strict(patient)
    overrides: list[dict[str, Any]] = [
        {
            "headers": {"x-http-method-override": "PATCH", "x-method-override": "PATCH"},
            "query_params": {"_method": "PATCH"},
        },
        {"headers": {"origin": "https://mallory.example", "access-control-request-method": "PATCH"}},
    ]
    for more in overrides:
        for method in ("GET", "OPTIONS"):
            answer = browser.generic(method, "/api/v1/me/", b'{"name": "Mallory"}', "application/json", **more)
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert User.objects.get(pk=patient.id).name == "Maren Holt"


def test_the_cookies_stay_with_careteam(settings: Any, patient: Maren) -> None:
    browser = Client()
    page = browser.get(reverse("account_login"))
    browser.post(reverse("account_login"), {"login": patient.user.email, "password": PASSWORD})
    session, token = browser.cookies["sessionid"], page.cookies["csrftoken"]
    assert (session["samesite"], session["httponly"], token["samesite"]) == ("Lax", True, "Lax")
    assert (settings.SESSION_COOKIE_DOMAIN, settings.CSRF_COOKIE_DOMAIN) == (None, None)
