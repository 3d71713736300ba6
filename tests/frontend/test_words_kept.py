"""Signed out while she wrote, without script: her words come back on a page that can send them, and nowhere else."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from careteam.notes import queries
from frontend.forms import account, clinician, goals, measures, medicines, notes, sharing, visit
from frontend.views.kept import WORDS
from tests.conftest import PASSWORD, Clinician, Maren
from tests.frontend.reading import text

HERE = {"Origin": "http://testserver"}
SENT = {"title": "Week", "text": 'slept <b>badly</b> & "long"', "audience": "only_me", "labels": ["trauma", "violence"]}


def token_of(page: Any) -> str:
    return str(page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0])


def fields(page: Any) -> dict[str, Any]:
    """What "Send again" sends: words and everything beside them."""
    context = page.context
    found: dict[str, Any] = {"csrfmiddlewaretoken": token_of(page)}
    for name, value in [(name, value) for _, name, _, value in context["words"]] + context["beside"]:
        found.setdefault(name, []).append(value)
    return found


def signs_in(browser: Client, who: Maren) -> None:
    login = reverse("account_login")
    sent = {"login": who.user.email, "password": PASSWORD, "csrfmiddlewaretoken": token_of(browser.get(login))}
    assert browser.post(login, sent, headers=HERE).status_code == 302


def texts(patient: Maren) -> list[str]:
    with patient.acting() as viewer:
        return [one.text for one in queries.progress_notes(viewer, viewer.user).items]


def test_the_whole_way_from_signed_out_to_saved(patient: Maren) -> None:
    browser = Client(enforce_csrf_checks=True)
    signs_in(browser, patient)
    written_in = token_of(browser.get(reverse("note_new")))
    del browser.cookies["sessionid"]  # the session ended meanwhile
    sent = {**SENT, "csrfmiddlewaretoken": written_in}
    kept = browser.post(reverse("note_new"), sent, headers=HERE)
    assert kept.status_code == 403
    assert "You were signed out to keep this private" in text(kept)
    page = kept.content.decode()
    assert "slept &lt;b&gt;badly&lt;/b&gt; &amp; &quot;long&quot;</textarea>" in page
    assert f'action="{reverse("note_new")}"' in page
    assert 'target="_blank"' in page
    assert "no-store" in kept.headers["Cache-Control"]
    assert texts(patient) == []
    # In another tab she signs in, which changes the token; this page's is stale now.
    signs_in(browser, patient)
    stale = browser.post(reverse("note_new"), fields(kept), headers=HERE)
    assert stale.status_code == 403
    assert "You signed in again meanwhile, as Maren Holt." in text(stale)
    saved = browser.post(reverse("note_new"), fields(stale), headers=HERE, follow=True)
    assert saved.redirect_chain, text(saved)
    assert texts(patient) == [SENT["text"]]
    assert saved.context["note"].labels == ("trauma", "violence")


def test_nothing_of_the_words_stays_on_the_server(patient: Maren, caplog: pytest.LogCaptureFixture) -> None:
    browser = Client()
    kept = browser.post(reverse("note_new"), {**SENT, "text": "kittiwake"})
    assert "kittiwake" in text(kept)
    assert dict(browser.session) == {}
    assert "kittiwake" not in caplog.text
    assert "kittiwake" not in str(cache.get_many([browser.session.session_key or "-"]))
    assert "kittiwake" not in str(browser.cookies)


def test_words_that_another_site_sends_are_not_offered_as_hers(patient: Maren) -> None:
    browser = Client(enforce_csrf_checks=True)
    signs_in(browser, patient)
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
        {},
    ):
        refused = browser.post(reverse("note_new"), SENT, headers=headers)
        assert refused.status_code == 403
        assert "slept" not in refused.content.decode()
        assert "Send again" not in refused.content.decode()
    assert "slept" in text(browser.post(reverse("note_new"), SENT, headers={"Sec-Fetch-Site": "same-origin"}))


@pytest.mark.parametrize("name", ["password", "oldpassword", "code", "token"])
def test_passwords_codes_and_files_are_never_shown_again(db: None, name: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    signed_out = Client()
    for sent in (
        {"text": "words", name: "a lantern by the window"},
        {"text": "words", "file": SimpleUploadedFile("a.txt", b"a lantern by the window")},
    ):
        refused = browser.post(reverse("note_new"), sent, headers=HERE)
        assert refused.status_code == 403
        assert "words</textarea>" not in refused.content.decode()
        assert "lantern" not in refused.content.decode()
        assert signed_out.post(reverse("note_new"), sent).status_code == 302


def test_sign_in_itself_and_buttons_without_words_answer_as_before(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    refused = browser.post(reverse("account_login"), {"login": "a@example.org", "name": "x"}, headers=HERE)
    assert refused.status_code == 403
    assert "a@example.org" not in refused.content.decode()
    assert Client().post(reverse("sharing")).status_code in {302, 405}
    assert (
        Client().post(reverse("note_new"), {"audience": "only_me"}).headers["Location"].startswith("/accounts/login/")
    )


def test_a_clinicians_words_are_kept_as_well(patient: Maren, psychiatrist: Clinician) -> None:
    address = reverse("clinical_note_new", args=[patient.id])
    kept = Client().post(address, {"text": "Level 0.7.", "do": "sign", "once": "first"})
    assert f'action="{address}"' in kept.content.decode()
    assert "Level 0.7." in text(kept)
    assert ("do", "sign") in kept.context["beside"]
    assert "It does what you pressed before." in text(kept)


def test_an_answer_to_question_9_still_brings_help(patient: Maren) -> None:
    answer = Client().post("/measures/phq-9/", {"q9": "1", "text": "words"})
    assert answer.status_code == 503
    assert "988" in answer.content.decode()


def test_every_field_that_is_typed_in_is_shown_in_a_box() -> None:
    typed = set()
    for module in (account, clinician, goals, measures, medicines, notes, sharing, visit):
        for _, form in inspect.getmembers(module, inspect.isclass):
            for name, field in getattr(form, "base_fields", {}).items():
                if type(field) is forms.CharField and isinstance(field.widget, forms.Textarea | forms.TextInput):
                    typed.add(name)
    assert typed == WORDS.keys()
