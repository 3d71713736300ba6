"""The help page answers whenever an answer to the PHQ-9 could not be saved, whatever else is broken."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.test import Client, RequestFactory
from django.urls import path, reverse
from pytest_django import DjangoDbBlocker, Settings

from careteam.accounts.middleware import Request
from careteam.measures.help import HELP_CORE, HELP_PAGE, HELP_PATH, NOT_SAVED, NOT_SAVED_PAGE, HelpWhenSavingFails
from tests.conftest import Maren

PATH = "/measures/phq-9/9/"
SIGN_IN = "/accounts/login/"


def save(request: Request) -> HttpResponse:
    """Stands for the page that saves an answer: it sends signed-out people to the sign-in page."""
    return HttpResponse("kept") if request.viewer else redirect("account_login")


def signs_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sign in")


urlpatterns = [path(PATH[1:], save), path(SIGN_IN[1:], signs_in, name="account_login")]


@pytest.fixture(autouse=True)
def _addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def ask(
    answer: HttpResponse | Exception, *, method: str = "post", to: str = PATH, headers: dict[str, str] | None = None
) -> HttpResponse:
    """What reaches the person when careteam answers (or breaks) like this."""

    def inner(request: HttpRequest) -> HttpResponse:
        if isinstance(answer, Exception):
            raise answer
        return answer

    request = getattr(RequestFactory(), method)(to, {"answer": "2"}, headers=headers or {})
    return HelpWhenSavingFails(inner)(request)


def is_help(response: Any) -> bool:
    return response.status_code == 503 and b"Your answer was not saved." in response.content


class Words(HTMLParser):
    """The text of a page in its order, and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "link"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413, 429, 500, 502, 503])
def test_an_error_is_answered_with_help(status: int) -> None:
    assert is_help(ask(HttpResponse("no", status=status)))


@pytest.mark.parametrize("error", [OperationalError("down"), RuntimeError(), ConnectionError(), MemoryError()])
def test_an_exception_is_answered_with_help_and_logged_without_its_words(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "careteam.measures.help"):
        assert is_help(ask(error))
    assert [record.getMessage() for record in caplog.records] == ["an answer was not saved; the help page was shown"]


@pytest.mark.parametrize("status", [404, 409, 412, 422, 200, 204])
def test_an_answer_that_speaks_for_itself_passes(status: int) -> None:
    answer = HttpResponse("as it is", status=status)
    assert ask(answer) is answer


@pytest.mark.parametrize("place", [SIGN_IN, f"{SIGN_IN}?next={PATH}", f"https://careteam.example{SIGN_IN}?next=/"])
def test_a_session_that_ended_is_answered_with_help(place: str) -> None:
    assert is_help(ask(HttpResponseRedirect(place)))
    assert is_help(ask(HttpResponse(headers={"HX-Redirect": place})))


@pytest.mark.parametrize("place", ["/measures/phq-9/10/", "/", f"/elsewhere{SIGN_IN}"])
def test_the_way_to_the_next_question_is_left_alone(place: str) -> None:
    answer = HttpResponseRedirect(place)
    assert ask(answer) is answer


@pytest.mark.parametrize(
    ("method", "to"), [("get", PATH), ("post", "/notes/"), ("post", "/measures/"), ("post", "/measures/phq-90/")]
)
def test_other_requests_are_left_alone(method: str, to: str) -> None:
    answer = HttpResponse("broken", status=500)
    assert ask(answer, method=method, to=to) is answer
    with pytest.raises(RuntimeError):
        ask(RuntimeError(), method=method, to=to)


def test_the_answer_is_kept_by_nobody_and_runs_nothing() -> None:
    response = ask(RuntimeError())
    assert response["Cache-Control"] == "no-store, private"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert "<script" not in response.content.decode()
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


def test_htmx_gets_the_part_that_it_swaps_in_and_a_boosted_page_the_whole() -> None:
    part = ask(RuntimeError(), headers={"HX-Request": "true"})
    assert is_help(part)
    assert part.content.decode() == NOT_SAVED
    whole = ask(RuntimeError(), headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert whole.content.decode() == NOT_SAVED_PAGE


def test_help_comes_first_and_in_its_order() -> None:
    page = Words(NOT_SAVED_PAGE)
    text = " ".join(" ".join(page.text).split())
    order = [
        "Thank you for telling us. You are not alone.",
        "in the United States call 911",
        "your local emergency number",
        "In the United States you can call or text 988",
        "No one is watching this app in real time.",
        "Your answer was not saved.",
        "Continue",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert page.links == ["#help", "tel:911", "tel:988", "sms:988", "/measures/phq-9/"]


@pytest.mark.parametrize("html", [HELP_CORE, HELP_PAGE, NOT_SAVED, NOT_SAVED_PAGE])
def test_every_form_of_the_page_is_whole_and_promises_nothing(html: str) -> None:
    text = " ".join(Words(html).text).lower()
    assert "988" in text
    for never in ("risk", "safe", "we told", "on the way", "{", "!", "should"):
        assert never not in text.replace("<!doctype html>", "")


def test_the_page_needs_nothing_but_the_stylesheet() -> None:
    assert '<link rel="stylesheet" href="/static/frontend/careteam.css">' in NOT_SAVED_PAGE
    assert "<!-- help -->" not in NOT_SAVED_PAGE
    for asks_for_more in ("<img", "<script", "<iframe", "style=", "@import", "http://", "https://"):
        assert asks_for_more not in NOT_SAVED_PAGE


@pytest.fixture
def no_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL has gone away: nobody listens where the address points."""
    host = connection.settings_dict["HOST"]
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["HOST"] = "/nobody-listens-here"
        yield
        connection.close()
        connection.settings_dict["HOST"] = host


def test_e44_the_whole_stack_shows_help_and_not_saved_while_the_database_is_down(no_database: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    assert is_help(client.post(PATH, {"answer": "2"}))


def test_the_address_of_the_help_page_shows_it_while_the_database_is_down(no_database: None) -> None:
    assert reverse("help", urlconf="careteam.urls") == HELP_PATH
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    shown = client.get(HELP_PATH)
    assert (shown.status_code, shown.content.decode()) == (200, HELP_PAGE)


def test_the_two_addresses_for_machines_answer_while_the_database_is_down(no_database: None) -> None:
    client = Client(raise_request_exception=False, headers={"Host": "10.0.0.7"})
    client.cookies["sessionid"] = "a" * 32
    assert client.get("/healthz").json() == {"alive": True}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, "missing")


def test_the_whole_stack_shows_help_to_somebody_whose_session_ended(db: None) -> None:
    assert is_help(Client().post(PATH, {"answer": "2"}))


def test_the_whole_stack_shows_help_when_the_form_was_not_ours(patient: Maren) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(patient.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert is_help(client.post(PATH, {"answer": "2"}))


def test_the_whole_stack_leaves_a_kept_answer_alone(patient: Maren) -> None:
    assert patient.browser.post(PATH, {"answer": "2"}).content == b"kept"
