"""A browser at careteam's door: Chromium of the system, one window per test, every complaint kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.conftest import PASSWORD, Person

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here: apt install chromium")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread; nothing of ours awaits
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Window:
    """A window, what it complained about, and the few things a person does in it."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "favicon" not in message.text:
            self.complaints.append(message.text)

    def opens(self, path: str) -> None:
        self.page.goto(self.home + path)

    def presses(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()

    def follows(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def fills(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)

    def signs_in(self, person: Person) -> None:
        self.opens("/accounts/login/")
        self.fills("Email", person.user.email)
        self.fills("Password", PASSWORD)
        self.presses("Sign in")

    def says(self, words: str) -> bool:
        return words in self.page.locator("body").inner_text()

    def barriers(self) -> list[str]:
        """What axe finds, by rule and place."""
        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']} at {rule['nodes'][0]['target']}" for rule in found]


@pytest.fixture
def window(chromium: Browser, live_server: object) -> Iterator[Window]:
    """A phone's window at the running server."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, timezone_id="America/Chicago")
    context.set_default_timeout(10_000)
    page = context.new_page()
    opened = Window(page, str(live_server))
    page.on("console", opened.hears)
    page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()
