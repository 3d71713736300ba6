"""A real browser on the live server: Debian's Chromium through Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from careteam.accounts.second_factor import OBLIGED
from tests.conftest import PASSWORD, Person, code_of

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright runs a loop in this thread; Django only guards it
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium where it is installed; without it these tests fail in CI and are skipped elsewhere."""
    # The same browser without a window of its own asks a quarter less of the machine.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium")
        pytest.skip("Chromium is not installed")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *sandbox])
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser of her own: it remembers requests that left careteam and every complaint."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.page: Page = context.new_page()
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.elsewhere.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "404" not in text:
            self.complaints.append(text)

    def goes(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def gives_password(self, person: Person, password: str = PASSWORD) -> None:
        self.goes("/accounts/login/")
        self.page.get_by_label("Email").fill(person.user.email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "login" not in url)

    def is_signed_in(self, person: Person) -> None:
        """As if she had signed in a moment ago. The pages for it are walked through in test_sign_in and test_story."""
        key = person.browser.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": key, "url": self.base, "httpOnly": True}])

    def signs_in(self, person: Person, password: str = PASSWORD) -> None:
        self.gives_password(person, password)
        if person.user.role in OBLIGED:
            self.page.get_by_label("Code", exact=True).fill(code_of(person.user))
            self.page.get_by_role("button", name="Sign in", exact=True).click()
            self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def leaves_it_open(self) -> None:
        """Twenty minutes go by since she signed in."""
        (key,) = (one["value"] for one in self.context.cookies() if one["name"] == "sessionid")
        session = SessionStore(key)
        for record in session["account_authentication_methods"]:
            record["at"] -= 20 * 60
        session.save()


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, commits: None) -> Iterator[Any]:
    """Makes visitors: `visitor()` on a phone, `visitor(wide=True)` at a desk."""
    made: list[Visitor] = []

    def new(*, wide: bool = False, **options: Any) -> Visitor:
        size: ViewportSize = {"width": 1280, "height": 900} if wide else {"width": 390, "height": 844}
        one = Visitor(chromium.new_context(viewport=size, **options), live_server.url)
        made.append(one)
        return one

    yield new
    for one in made:
        one.context.close()
        assert one.elsewhere == [], "a page asked somebody else for something"
        assert one.complaints == [], "the browser complained"
