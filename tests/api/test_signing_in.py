"""Signing in as a program: a token or a browser's session, and one refusal for everything else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from careteam.accounts.models import ApiToken
from careteam.accounts.services import create_token, end_token, set_zone
from tests.api.programs import PROBLEM, Program, in_the_browser_of, program_of
from tests.conftest import PASSWORD, Clinician, Maren, as_owner


def test_a_token_is_its_person(maren: Program, lee: Program, patient: Maren) -> None:
    assert maren.get("me/").json() == {
        "id": str(patient.id),
        "role": "patient",
        "name": "Maren Holt",
        "email": "maren@example.org",
        "zone": "America/New_York",
    }
    assert lee.get("me/").json()["role"] == "practitioner"


def test_a_token_is_stored_as_its_hash_and_says_when_it_was_used(patient: Maren) -> None:
    token = patient.does(create_token, name="a script", until=patient.viewer.today)
    stored = ApiToken.objects.get()
    assert (token.startswith("ct_"), len(bytes(stored.hash)), stored.used_at) == (True, 32, None)
    assert token.encode() not in bytes(stored.hash)
    Program(headers={"Authorization": f"Bearer {token}"}).get("me/")
    assert ApiToken.objects.get().used_at is not None


def test_every_token_that_opens_nothing_is_refused_alike(patient: Maren, psychiatrist: Clinician) -> None:
    ended, expired, inactive = program_of(patient), program_of(patient), program_of(psychiatrist)
    first, second = ApiToken.objects.filter(user=patient.user).order_by("created_at", "id")
    patient.does(end_token, first.id)
    ApiToken.objects.filter(pk=second.pk).update(ends_at=Now() - timedelta(seconds=1))
    psychiatrist.user.is_active = False
    with as_owner():
        psychiatrist.user.save()
    wrong = [Program(headers={"Authorization": f"Bearer{rest}"}) for rest in (" ct_wrong", "", " ", " \x00", " é")]
    refusals = [one.get("me/") for one in (ended, expired, inactive, *wrong)]
    assert {one.status_code for one in refusals} == {401}
    assert {one["WWW-Authenticate"] for one in refusals} == {"Bearer"}
    assert {one["Content-Type"] for one in refusals} == {PROBLEM}
    assert len({one.content for one in refusals}) == 1


def test_a_bad_token_is_not_helped_by_a_session_beside_it(patient: Maren) -> None:
    both = Program(client=patient.browser, headers={"Authorization": "Bearer ct_wrong"})
    assert both.get("me/").status_code == 401


def test_a_token_beside_a_session_is_who_asks(patient: Maren, lee: Program) -> None:
    both = Program(client=patient.browser, headers=lee.headers)
    assert both.get("me/").json()["name"] == "Dr Sun-hee Lee"


def test_signed_out_is_401_everywhere_and_before_anything_else(db: None, patient: Maren) -> None:
    nobody = Program()
    for method, path in (
        ("GET", "me/"),
        ("GET", f"patients/{patient.id}/goals/"),
        ("POST", f"patients/{patient.id}/goals/"),
    ):
        refused = nobody.ask(method, path, {"no": "such field"} if method == "POST" else None)
        assert (refused.status_code, refused["WWW-Authenticate"], refused["Content-Type"]) == (401, "Bearer", PROBLEM)


def test_a_browser_reads_with_its_session_and_changes_with_the_csrf_token_alone(patient: Maren) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/accounts/login/")
    browser.post(
        "/accounts/login/",
        {"login": patient.user.email, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value},
    )
    here = Program(client=browser)
    assert here.get("me/").json()["name"] == "Maren Holt"
    refused = here.changes("me/", {"name": "Maren H."})
    assert (refused.status_code, refused["Content-Type"]) == (403, PROBLEM)
    assert here.get("me/").json()["name"] == "Maren Holt"
    sent = {"x_csrftoken": browser.cookies["csrftoken"].value, "if_match": here.get("me/")["ETag"]}
    changed = here.patch("me/", {"name": "Maren H."}, **sent)
    assert changed.json()["name"] == "Maren H."


def test_a_token_needs_no_csrf_token(patient: Maren, maren: Program) -> None:
    outside = Program(client=Client(enforce_csrf_checks=True), headers=maren.headers)
    assert outside.changes("me/", {"zone": "Europe/Berlin"}).json()["zone"] == "Europe/Berlin"


def test_an_idle_session_ends_for_the_api_as_for_the_pages(psychiatrist: Clinician, settings: Any) -> None:
    here = in_the_browser_of(psychiatrist)
    assert here.get("me/").status_code == 200
    settings.IDLE_SECONDS = {"patient": 0, "practitioner": 0}
    assert here.get("me/").status_code == 401


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x" * 201}, {"zone": "Mars/Olympus"}, {"zone": ""}])
def test_a_name_or_clock_that_cannot_be_kept_is_refused_and_nothing_changes(
    maren: Program, body: dict[str, str]
) -> None:
    assert maren.changes("me/", body).status_code in (400, 422)
    assert maren.get("me/").json()["name"] == "Maren Holt"


def test_who_one_is_is_changed_as_it_was_seen(maren: Program, patient: Maren) -> None:
    seen = maren.get("me/")["ETag"]
    assert maren.get("me/", if_none_match=seen).status_code == 304
    for missing in ({}, {"if_match": ""}, {"if_match": "*"}):
        assert maren.patch("me/", {"name": "Maren H."}, **missing).status_code == 428
    patient.does(set_zone, "Europe/Berlin")  # on another device
    stale = maren.patch("me/", {"zone": "America/New_York"}, if_match=seen)
    assert (stale.status_code, "changed meanwhile" in stale.json()["detail"]) == (412, True)
    assert (maren.get("me/").json()["name"], maren.get("me/").json()["zone"]) == ("Maren Holt", "Europe/Berlin")
    changed = maren.changes("me/", {"name": "Maren H."})
    assert (changed.status_code, changed["ETag"]) == (200, maren.get("me/")["ETag"])
    assert changed["ETag"] != seen
