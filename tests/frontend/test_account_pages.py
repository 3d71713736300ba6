"""Account: one's own name, clock and mail, and tokens that are shown once."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from careteam.accounts import queries, services
from careteam.accounts.errors import Invalid
from careteam.accounts.middleware import token_hash
from careteam.accounts.models import ApiToken, Practitioner, User
from tests.conftest import PASSWORD, Clinician, Maren, as_owner
from tests.frontend.browsers import signed_in, words

TOKEN = re.compile(r"<code>(ct_[\w-]+)</code>")


def refused(who: Maren, what: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        who.does(what, *args, **kwargs)
    return error.value.fields


# -- Settings ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_account_pages_ask_who_one_is() -> None:
    for name in ("account", "tokens", "weekly_mail"):
        assert Client().get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


def test_name_clock_and_mail_are_ones_own_to_change(patient: Maren) -> None:
    browser = patient.browser
    page = browser.get(reverse("account")).content.decode()
    assert 'value="Maren Holt"' in page
    assert '<option value="America/New_York" selected>' in page
    changed = {"name": "  Maren   Holt-Dañel ", "zone": "Pacific/Chatham", "weekly_mail": "on"}
    assert "Saved." in words(browser.post(reverse("account"), changed, follow=True))
    now = patient.does(queries.own_settings)
    assert (now.name, now.zone, now.weekly_mail) == ("Maren Holt-Dañel", "Pacific/Chatham", True)
    assert (now.profession, now.vouched) == ("", None)


def test_the_weekly_mail_is_stopped_and_asked_for_with_one_button(patient: Maren, psychiatrist: Clinician) -> None:
    for who, first, then in ((patient, "off", "on"), (psychiatrist, "on", "off")):
        browser = who.browser
        assert f"The mail is {first}" in words(browser.get(reverse("weekly_mail")))
        assert f"The mail is {then}" in words(browser.post(reverse("weekly_mail"), {then: ""}, follow=True))
        assert who.does(queries.own_settings).weekly_mail is (then == "on")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "", "zone": "UTC"}, "This is still empty."),
        ({"name": "\u200b", "zone": "UTC"}, "Please write a name."),
        ({"name": "x" * 201, "zone": "UTC"}, "200"),
        ({"name": "Maren", "zone": "Mars/Olympus"}, "Choose a time zone from the list."),
        ({"name": "Maren", "zone": "../../etc/passwd"}, "Choose a time zone from the list."),
    ],
)
def test_what_cannot_be_kept_is_said_in_words_and_changes_nothing(
    patient: Maren, changed: dict[str, str], said: str
) -> None:
    answer = patient.browser.post(reverse("account"), changed)
    assert answer.status_code == 422
    assert said in words(answer)
    now = patient.does(queries.own_settings)
    assert (now.name, now.zone, now.weekly_mail) == ("Maren Holt", "America/New_York", False)


def test_a_zone_of_an_unusual_name_is_kept_and_not_swapped_for_the_first_of_the_list(patient: Maren) -> None:
    with as_owner():
        User.objects.filter(pk=patient.id).update(zone="Etc/GMT+5")
    page = patient.browser.get(reverse("account")).content.decode()
    assert '<option value="Etc/GMT+5" selected>' in page
    assert refused(patient, services.set_zone, "nowhere") == {"zone": "Choose a time zone from the list."}


def test_a_clinician_reads_what_people_see_of_her(psychiatrist: Clinician) -> None:
    assert "Psychiatrist, not yet vouched by a clinic" in words(psychiatrist.browser.get(reverse("account")))
    with as_owner():
        Practitioner.objects.filter(pk=psychiatrist.id).update(vouched_at=Now())
    assert "Psychiatrist, vouched by a clinic" in words(psychiatrist.browser.get(reverse("account")))


def test_every_way_of_signing_in_is_one_link_away(patient: Maren) -> None:
    page = patient.browser.get(reverse("account")).content.decode()
    names = (
        "account_email",
        "account_change_password",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
        "tokens",
    )
    for name in names:
        assert f'href="{reverse(name)}"' in page


# -- Tokens ------------------------------------------------------------------------------------------------------------
def test_a_token_is_shown_once_and_only_its_hash_is_kept(patient: Maren) -> None:
    browser = signed_in(patient)
    until = patient.viewer.today + timedelta(days=30)
    answer = browser.post(reverse("tokens"), {"name": "My spreadsheet", "until": str(until)})
    (token,) = TOKEN.findall(answer.content.decode())
    assert len(token) == len("ct_") + 43  # 256 bit
    assert answer.headers["Cache-Control"] == "no-store, private"
    again = browser.get(reverse("tokens"))
    assert "My spreadsheet" in words(again)
    assert token not in again.content.decode()
    row = ApiToken.objects.get()
    assert bytes(row.hash) == token_hash(token)
    assert row.ends_at == datetime.combine(until + timedelta(days=1), time(), patient.viewer.tz)
    (shown,) = patient.does(queries.own_tokens)
    assert (shown.until, shown.live, shown.used_at) == (until, True, None)


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "This date has passed."), (367, "Choose a date within 12 months."), (366, ""), (0, "")]
)
def test_a_token_has_an_end_within_twelve_months(patient: Maren, days: int, said: str) -> None:
    until = str(patient.viewer.today + timedelta(days=days))
    answer = signed_in(patient).post(reverse("tokens"), {"name": "My spreadsheet", "until": until})
    assert answer.status_code == (422 if said else 200)
    assert said in words(answer)
    assert ApiToken.objects.exists() is not bool(said)
    assert bool(TOKEN.search(answer.content.decode())) is not bool(said)


def test_a_token_without_a_name_or_date_is_not_made(patient: Maren) -> None:
    browser = signed_in(patient)
    for sent in ({"name": "", "until": "2026-01-01"}, {"name": "x", "until": ""}, {"name": "x", "until": "soon"}):
        assert browser.post(reverse("tokens"), sent).status_code == 422
    assert not ApiToken.objects.exists()


def test_making_a_token_asks_for_the_password_when_the_sign_in_is_old(patient: Maren) -> None:
    sent = {"name": "x", "until": str(patient.viewer.today)}
    browser = patient.browser_left_open
    asked = browser.post(reverse("tokens"), sent)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()
    answer = browser.post(asked.headers["Location"], {"password": PASSWORD, "next": reverse("tokens")})
    assert TOKEN.search(answer.content.decode())  # what she had begun went through


def test_a_token_is_ended_at_once_by_its_person_alone(patient: Maren, other_patient: Maren) -> None:
    patient.does(services.create_token, name="My spreadsheet", until=patient.viewer.today)
    (token,) = patient.does(queries.own_tokens)
    address = reverse("end_token", args=[token.id])
    assert other_patient.browser.post(address).status_code == 404
    assert other_patient.does(queries.own_tokens) == ()
    assert patient.browser.get(address).status_code == 302  # and nothing happened
    assert patient.does(queries.own_tokens)[0].live
    assert "The token is ended." in words(patient.browser.post(address, follow=True))
    assert not patient.does(queries.own_tokens)[0].live
    assert patient.browser.post(address).status_code == 404


def test_a_token_that_ended_by_itself_is_told_so(patient: Maren) -> None:
    patient.does(services.create_token, name="My spreadsheet", until=patient.viewer.today)
    ApiToken.objects.update(ends_at=Now() - timedelta(days=2))
    assert "Ended by itself on" in words(patient.browser.get(reverse("tokens")))
