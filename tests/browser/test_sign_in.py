"""Signing in: passkeys and second steps run under the content security policy, on a phone, without barriers."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from careteam.accounts.models import User
from tests.browser.conftest import Window
from tests.conftest import PASSWORD, Maren

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("commits")]


def with_fingerprint(window: Window) -> None:
    """Give the browser a device that says yes to every passkey."""
    cdp = window.page.context.new_cdp_session(window.page)
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


def is_asked_once_more(window: Window) -> None:
    """How one signs in is changed after the password was given anew."""
    assert window.says("Is it you?")
    assert window.barriers() == []
    window.fills("Password", PASSWORD)
    window.presses("Go on")


def test_a_passkey_signs_in_by_itself_and_no_script_is_refused(patient: Maren, window: Window) -> None:
    with_fingerprint(window)
    window.signs_in(patient)
    window.opens("/accounts/2fa/webauthn/add/")
    is_asked_once_more(window)
    window.fills("Name it (optional)", "My phone")
    window.page.get_by_label("Let it sign me in by itself").check()
    assert window.barriers() == []
    window.presses("Make the passkey")
    window.page.wait_for_url("**/recovery-codes/**")
    window.opens("/accounts/2fa/webauthn/")
    assert window.says("My phone")
    assert window.says("Signs you in by itself.")
    assert window.barriers() == []
    window.presses("Sign out")
    window.opens("/accounts/login/")
    window.presses("Sign in with a passkey")
    window.page.wait_for_url(lambda url: "/accounts/" not in url)
    assert window.page.get_by_role("button", name="Sign out").count() == 1
    assert window.complaints == []


def test_a_passkey_that_was_not_given_is_told_in_words(patient: Maren, window: Window) -> None:
    window.opens("/accounts/login/")
    cdp = window.page.context.new_cdp_session(window.page)
    cdp.send("WebAuthn.enable")  # a browser without any device
    refusing = "() => { navigator.credentials.get = async () => { throw new DOMException('no', 'NotAllowedError') } }"
    window.page.evaluate(refusing)
    window.page.get_by_role("button", name="Sign in with a passkey").click()
    said = window.page.get_by_role("alert")
    said.wait_for()
    assert said.inner_text() == "No passkey was used. Try again, or choose another way."
    assert window.barriers() == []
    assert window.complaints == []


def test_a_code_from_an_app_is_asked_once_it_is_set_up(patient: Maren, window: Window) -> None:
    window.signs_in(patient)
    window.opens("/accounts/2fa/totp/activate/")
    is_asked_once_more(window)
    assert window.barriers() == []
    secret = window.page.get_by_label("Key", exact=True).input_value()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    window.fills("Code", code)
    window.presses("Switch it on")
    assert window.says("Recovery codes")
    recovery = window.page.locator(".codes li").first.inner_text()
    window.presses("Sign out")
    window.signs_in(patient)
    assert window.says("One more step")
    assert window.barriers() == []
    window.fills("Code", "000000")
    window.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    window.page.get_by_role("alert").first.wait_for()
    window.fills("Code", recovery)
    window.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    window.page.wait_for_url(lambda url: "/accounts/" not in url)
    assert window.complaints == []


def test_the_browser_tells_its_time_zone_at_sign_up(window: Window, mailoutbox: list[object]) -> None:
    window.opens("/accounts/signup/")
    assert window.barriers() == []
    window.fills("Your name", "Noor Haddad")
    window.fills("Date of birth", "1987-02-03")
    window.fills("Email", "noor@example.org")
    window.fills("Password", "a kettle on the porch")
    window.presses("Make my account")
    assert window.says("Enter the code")
    assert window.barriers() == []
    assert User.objects.get(email="noor@example.org").zone == "America/Chicago"
    assert window.complaints == []
