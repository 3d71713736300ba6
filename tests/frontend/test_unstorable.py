"""Letters that no database stores, in queries, headers, cookies and every field of every form: never a fault."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests.abuse.addresses import filled
from tests.conftest import Clinician, Maren, Person

FORM = "application/x-www-form-urlencoded"
FIELDS = (
    "text", "title", "words", "why", "steps", "target", "name", "email", "role", "zone", "login", "password", "code",
    "day", "time", "start", "until", "on_year", "version", "note", "once", "kind", "named", "labels", "audience",
    "read", "response", "index", "practitioner", "amount", "unit", "next", "q1", "mood", "npi", "birth_date",
)  # fmt: skip
# Answered in the name of whoever could not be saved: the help page, with its own status.
HELP = 503


@pytest.mark.parametrize("who", ["patient", "clinician"])
def test_no_page_fails_over_a_letter_that_is_not_stored(who: str, patient: Maren, psychiatrist: Clinician) -> None:
    people: dict[str, Person] = {"patient": patient, "clinician": psychiatrist}
    browser = people[who].browser
    browser.raise_request_exception = False
    asked, faults = 0, []
    body = "&".join(f"{name}=a%00b" for name in FIELDS)
    for name, path in filled(patient.id):
        if path.startswith("/api/") or name == "account_logout":
            continue
        tries = [
            browser.get(f"{path}?q=%00&after=%00&cursor=%00&next=%00&page=%00&range=%00&template=%00&ask=a%ED%A0%80"),
            browser.generic("POST", path, body, FORM),
        ]
        asked += len(tries)
        faults += [(name, one.status_code) for one in tries if one.status_code >= 500 and one.status_code != HELP]
    assert faults == []
    assert asked > 150


def test_no_cookie_or_header_is_a_fault(patient: Maren) -> None:
    for cookie in ('"\\000\\000\\000\\000\\000\\000\\000\\000\\000"', "é" * 32, "\\000", "x" * 5000):
        browser = Client(raise_request_exception=False)
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            answer = browser.get("/", headers={"cookie": f"{name}={cookie}"})
            assert answer.status_code in (200, 302, 400), (name, cookie)
    program = Client(raise_request_exception=False)
    for header in ("authorization", "if-match", "if-none-match", "accept", "accept-language", "sec-fetch-site"):
        for value in ("Bearer \0", "\0", "\xff\xfe", "a" * 9000):
            answer = program.get("/api/v1/me/", headers={header: value})
            assert answer.status_code < 500, (header, value)
