"""A21: nobody who must show a second factor gets around it: no page, API, token, reset, recovery or missing factor."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from careteam.accounts.middleware import ALWAYS
from careteam.accounts.models import ApiToken
from tests.abuse.addresses import filled
from tests.api.programs import program_of
from tests.conftest import PASSWORD, TOTP_KEY, Clinician, Maren, code_of
from tests.frontend.browsers import code_now, is_signed_in, sets_up_app, signed_in, words

LOGIN, CODE = "/accounts/login/", "/accounts/2fa/authenticate/"
SET_UP = {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"}
SHOW = {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"}


def without_factor(who: Clinician) -> Clinician:
    """As she is before she set one up."""
    Authenticator.objects.filter(user=who.user).delete()
    return who


@pytest.mark.parametrize(
    ("enrolled", "open_", "leads_to"), [(False, SET_UP, "mfa_index"), (True, SHOW, "mfa_reauthenticate")]
)
def test_a_password_alone_opens_the_missing_step_signing_out_and_help_and_nothing_else(
    patient: Maren, psychiatrist: Clinician, enrolled: bool, open_: set[str], leads_to: str
) -> None:
    """Every address is asked, also with a form; a session from before the factor was set up is no better."""
    if not enrolled:
        without_factor(psychiatrist)
    browser = psychiatrist.signed_in(minutes_ago=0, second_factor=False)
    asked, answered = 0, set()
    for name, path in filled(patient.id):
        if name in {"account_logout", "schema"}:  # the schema is the same for everybody, and slow
            continue
        for method in ("GET",) if enrolled else ("GET", "POST"):
            answer = browser.generic(method, path)
            asked += 1
            assert "Maren" not in words(answer), path
            if answer.status_code == 403 and path.startswith("/api/"):
                assert answer.json()["detail"].startswith("Sign in on the pages first"), path
            elif not answer.headers.get("Location", "").startswith(reverse(leads_to)):
                answered.add(name)
    assert asked > 150
    assert answered <= open_ | ALWAYS
    assert {"help", leads_to} <= answered
    assert browser.get("/help/").context["viewer"] is None  # nobody looks, whatever the page
    assert not is_signed_in(browser)
    browser.post(reverse("account_logout"))
    assert "_auth_user_id" not in browser.session


def test_the_password_again_is_no_second_factor(psychiatrist: Clinician) -> None:
    browser = psychiatrist.signed_in(minutes_ago=0, second_factor=False)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert not is_signed_in(browser)
    page = browser.get(reverse("mfa_reauthenticate"))
    assert "One more step" in words(page)
    assert "With your password" not in words(page)
    browser.post(reverse("mfa_reauthenticate"), {"code": code_of(psychiatrist.user)})
    assert is_signed_in(browser)


def test_a_code_works_once_and_a_new_password_does_not_take_its_place(psychiatrist: Clinician) -> None:
    recovery, app = code_of(psychiatrist.user), code_now(TOTP_KEY)

    def signs_in(password: str, code: str) -> bool:
        browser = Client()
        browser.cookies["mfa_trusted"] = "anything"
        browser.post(LOGIN, {"login": psychiatrist.user.email, "password": password})
        assert not is_signed_in(browser)
        browser.post(CODE, {"code": code})
        return is_signed_in(browser)

    assert [signs_in(PASSWORD, code) for code in (recovery, recovery, app, app, "")] == [
        True,
        False,
        True,
        False,
        False,
    ]
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": psychiatrist.user.email})
    link = re.search(r"http://\S+/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert link
    form = browser.get(link[0], follow=True).redirect_chain[-1][0]
    new = "another quiet harbour"
    assert browser.post(form, {"password1": new, "password2": new}).status_code == 302
    assert not is_signed_in(browser)
    assert not signs_in(new, "000000")
    assert signs_in(new, code_of(psychiatrist.user))


def test_a_token_is_no_way_around(patient: Maren, psychiatrist: Clinician) -> None:
    hers, lees = program_of(patient), program_of(psychiatrist)
    assert (hers.get("me/").status_code, lees.get("me/").status_code) == (200, 200)
    without_factor(psychiatrist)
    assert (hers.get("me/").status_code, lees.get("me/").status_code) == (200, 401)
    ApiToken.objects.all().delete()
    browser = psychiatrist.signed_in(minutes_ago=0, second_factor=False)
    browser.post(reverse("tokens"), {"name": "x", "until": str(psychiatrist.viewer.today)})
    assert not ApiToken.objects.exists()


def test_the_last_factor_stays(patient: Maren, psychiatrist: Clinician) -> None:
    browser = psychiatrist.browser
    browser.post(reverse("mfa_deactivate_totp"))
    kinds = Authenticator.objects.filter(user=psychiatrist.user).values_list("type", flat=True)
    assert list(kinds) == ["totp"]
    key = Authenticator.objects.create(user=psychiatrist.user, type="webauthn", data={"name": "Key", "credential": {}})
    browser.post(reverse("mfa_deactivate_totp"))
    assert list(kinds.all()) == ["webauthn"]
    said = words(browser.post(reverse("mfa_remove_webauthn", args=[key.pk]), follow=True))
    assert "This is your only second step" in said
    assert list(kinds.all()) == ["webauthn"]
    hers = patient.browser  # a patient may do as she likes
    sets_up_app(hers)
    hers.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=patient.user).exists()


def test_tokens_files_and_sharing_ask_again_after_fifteen_minutes(patient: Maren, psychiatrist: Clinician) -> None:
    until = str(patient.viewer.today)
    chart = f"/patients/{patient.id}/summary/pdf/"
    for who, method, path, sent in (
        (patient, "post", "/account/tokens/", {"name": "x", "until": until}),
        (psychiatrist, "post", "/account/tokens/", {"name": "x", "until": until}),
        (patient, "get", "/sharing/", {}),
        (patient, "get", "/summary/pdf/", {}),
        (patient, "get", "/log/download/", {}),
        (psychiatrist, "get", chart, {}),
    ):
        answer = getattr(who.browser_left_open, method)(path, sent)
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate")), path
        assert getattr(who.browser, method)(path, sent).status_code == 200, path
    new = {"action_add": "", "email": "mallory@example.org"}  # a reset would go there
    answer = patient.browser_left_open.post(reverse("account_email"), new)
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert psychiatrist.browser_left_open.get(f"/api/v1/patients/{patient.id}/visit-summary/pdf/").status_code == 403


def test_what_was_asked_for_is_there_once_she_has_answered(patient: Maren) -> None:
    """A file is offered on a page: one that came by itself would leave her on the question."""
    browser = patient.browser_left_open
    file = "/summary/pdf/?period=4w&paper=a4"
    asked = browser.get(file).headers["Location"]
    ready: Any = browser.post(asked, {"password": PASSWORD, "next": file}, follow=True)
    assert "Your file is ready." in words(ready)
    assert 'href="/summary/pdf/?period=4w&amp;paper=a4"' in ready.content.decode()
    assert browser.get(file)["Content-Type"] == "application/pdf"
    assert signed_in(patient).get(file)["Content-Type"] == "application/pdf"
