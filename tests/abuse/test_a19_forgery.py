"""A19: another site changes nothing with somebody's cookies: no form, no script, no override, no sibling host."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from careteam.accounts.models import User
from tests.abuse.addresses import filled
from tests.abuse.kept import kept
from tests.abuse.test_a01_every_route import Address, addresses, things
from tests.api.programs import Program, program_of
from tests.api.world import World
from tests.conftest import PASSWORD, Clinician, Maren, Person

WRITES = ("POST", "PUT", "PATCH", "DELETE")
HTMX = {"hx-request": "true", "sec-fetch-site": "same-origin"}


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


def token_of(browser: Client) -> str:
    """What a page of careteam leaves with this browser, and its script sends along as X-CSRFToken."""
    browser.get(reverse("account"))
    return str(browser.cookies["csrftoken"].value)


def test_htmx_comes_through_every_door_with_the_token_of_its_page_and_through_none_without(
    patient: Maren, psychiatrist: Clinician, admin: Person, world: World
) -> None:
    browsers = {"patient": strict(patient), "clinician": strict(psychiatrist), "admin": strict(admin)}
    tokens = {door: token_of(browser) for door, browser in browsers.items()}
    there, through = things(world), Counter[int]()
    there.of |= {"member": [world.member], "digest": [world.digest], "person": [psychiatrist.id]}
    before = kept()
    sign_out = Address("account_logout", (), (), frozenset({"POST"}), "")
    for address in (*(one for one in addresses() if not one.name.startswith("api_")), sign_out):
        door = address.door if address.door in browsers else "patient"
        browser, path = browsers[door], address.filled(**next(address.about(there), address.nothing))
        # A PHQ-9 that is not saved is answered with help (503), whatever kept it from being saved.
        refused = 503 if path.startswith("/measures/phq-9/") else 403
        for wrong in ({}, {"x-csrftoken": tokens["clinician" if door == "patient" else "patient"]}):
            assert browser.post(path, headers=HTMX | wrong).status_code == refused, (address.name, wrong)
        cookies = deepcopy(browser.cookies)
        with transaction.atomic():
            answer = browser.post(path, headers=HTMX | {"x-csrftoken": tokens[door]})
            transaction.set_rollback(True)
        browser.cookies = cookies
        assert answer.status_code not in {403, 503}, address.name
        through[answer.status_code] += 1
    assert kept() == before
    # They were doors, and not walls: what was sent was taken up, or refused for what it says.
    assert sum(number for status, number in through.items() if status in {200, 302, 409, 422}) > 150, through


def test_a_right_token_from_another_site_or_a_sibling_host_is_refused_all_the_same(patient: Maren) -> None:
    browser = strict(patient)
    browser.get(reverse("account"))
    sent = {"name": "Mallory", "zone": "UTC", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    for whence in ("cross-site", "same-site"):
        assert browser.post(reverse("account"), sent, headers={"sec-fetch-site": whence}).status_code == 403
        hers = Program(client=browser)
        more = {"x_csrftoken": sent["csrfmiddlewaretoken"], "if_match": hers.get("me/")["ETag"]}
        refused = hers.patch("me/", {"name": "Mallory"}, sec_fetch_site=whence, **more)
        assert refused.status_code == 403
    assert User.objects.get(pk=patient.id).name == "Maren Holt"
    assert browser.post(reverse("account"), sent, headers={"sec-fetch-site": "same-origin"}).status_code == 302
    token = program_of(patient)  # a program is no browser: it has no cookies to misuse
    more = {"sec_fetch_site": "cross-site", "if_match": token.get("me/")["ETag"]}
    assert token.patch("me/", {"name": "Maren Holt"}, **more).status_code == 200


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
