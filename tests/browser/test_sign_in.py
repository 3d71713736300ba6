"""Signing in: passkeys and second steps run under the content security policy, on a phone, without barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Page

from careteam.accounts.models import Role, User
from tests.browser.conftest import Visitor
from tests.conftest import PASSWORD, Maren, Person, as_owner, person
from tests.frontend.browsers import code_in, code_now

pytestmark = pytest.mark.browser


def barriers(page: Page) -> list[str]:
    """What axe finds, by rule and place."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']} at {rule['nodes'][0]['target']}" for rule in found]


def says(page: Page, words: str) -> bool:
    return words in page.locator("body").inner_text()


def presses(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def is_asked_once_more(page: Page) -> None:
    """How one signs in is changed after the password was given anew, when the last time is long ago."""
    assert says(page, "Is it you?")
    assert barriers(page) == []
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    presses(page, "Go on")


def with_fingerprint(page: Page) -> None:
    """Give the browser a device that says yes to every passkey."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_signs_in_by_itself_and_no_script_is_refused(visitor: Callable[..., Visitor], patient: Maren) -> None:
    maren = visitor()
    page = maren.page
    with_fingerprint(page)
    maren.signs_in(patient)
    maren.leaves_it_open()
    maren.goes("/summary/pdf/")
    is_asked_once_more(page)
    assert says(page, "Your file is ready.")
    assert barriers(page) == []
    maren.goes("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name it").fill("My phone")
    page.get_by_label("Let it sign me in by itself").check()
    assert barriers(page) == []
    presses(page, "Make the passkey")
    page.wait_for_url("**/recovery-codes/**")
    maren.goes("/accounts/2fa/webauthn/")
    assert says(page, "My phone")
    assert says(page, "Signs you in by itself.")
    assert barriers(page) == []
    maren.goes("/account/")
    page.get_by_label("Dark").check()
    page.evaluate("() => { localStorage.setItem('left', 'behind') }")
    presses(page, "Sign out")
    assert page.evaluate("() => localStorage.getItem('left')") is None  # and how it looks stays
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    maren.goes("/accounts/login/")
    presses(page, "Sign in with a passkey")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    assert page.get_by_role("button", name="Sign out").count() == 1


def test_a_passkey_that_was_not_given_is_told_in_words(visitor: Callable[..., Visitor]) -> None:
    page = visitor().goes("/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = async () => { throw new DOMException('', 'NotAllowedError') } }")
    page.get_by_role("button", name="Sign in with a passkey").click()
    said = page.get_by_role("alert")
    said.wait_for()
    assert said.inner_text() == "No passkey was used. Try again, or choose another way."
    assert barriers(page) == []


def test_a_clinician_sets_up_a_second_step_before_anything_and_is_asked_for_it_from_then_on(
    visitor: Callable[..., Visitor], commits: None
) -> None:
    with as_owner():
        lee = Person(person("lee@example.org", "Dr Sun-hee Lee", Role.PRACTITIONER, second_factor=False))
    desk = visitor(wide=True)
    page = desk.page
    desk.gives_password(lee)
    assert says(page, "One thing before you begin")
    assert barriers(page) == []
    desk.goes("/signed/")
    assert says(page, "One thing before you begin")
    page.get_by_role("link", name="Set it up").click()
    assert barriers(page) == []
    secret = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    presses(page, "Switch it on")
    assert says(page, "Recovery codes")
    assert barriers(page) == []
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have kept them, go on").click()
    page.wait_for_url("**/signed/")
    presses(page, "Sign out")
    desk.gives_password(lee)
    assert says(page, "One more step")
    assert barriers(page) == []
    page.get_by_label("Code", exact=True).fill("000000")
    presses(page, "Sign in")
    page.get_by_role("alert").first.wait_for()
    page.get_by_label("Code", exact=True).fill(recovery)
    presses(page, "Sign in")
    page.wait_for_url("**/caseload/")


def test_a_code_that_did_not_arrive_is_sent_again_without_script(visitor: Callable[..., Visitor]) -> None:
    page = visitor(java_script_enabled=False).goes("/accounts/signup/")
    for label, given in (("Your name", "Noor Haddad"), ("Date of birth", "1987-02-03"), ("Email", "noor@example.org")):
        page.get_by_label(label).fill(given)
    page.get_by_label("Password").fill("a kettle on the porch")
    presses(page, "Make my account")
    presses(page, "Send a new code")
    assert says(page, "A code is on its way to noor@example.org.")
    page.get_by_label("Code from the mail").fill(code_in(mail.outbox[-1]))
    presses(page, "Confirm")
    page.wait_for_url("**/today/")


def test_the_browser_tells_its_time_zone_at_sign_up(visitor: Callable[..., Visitor]) -> None:
    page = visitor(timezone_id="America/Chicago").goes("/accounts/signup/")
    assert barriers(page) == []
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Date of birth").fill("1987-02-03")
    page.get_by_label("Email").fill("noor@example.org")
    page.get_by_label("Password").fill("a kettle on the porch")
    presses(page, "Make my account")
    assert says(page, "Enter the code")
    assert barriers(page) == []
    assert User.objects.get(email="noor@example.org").zone == "America/Chicago"
