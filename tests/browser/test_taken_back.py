"""The back button of a real browser after a patient took something away: neither it nor any store brings it back."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ARGUMENTS
from tests.conftest import Clinician, Maren

pytestmark = pytest.mark.browser
WORD = "kittiwake"
STORES = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, await caches.keys(), (await indexedDB.databases()).length
])"""


@pytest.mark.usefixtures("commits")
def test_neither_the_back_button_nor_a_store_of_the_browser_brings_it_back(
    chromium: Browser, live_server: Any, patient: Maren, psychiatrist: Clinician
) -> None:
    """With the cache of whole pages that the browser uses for going back, which the other tests are without."""
    note = patient.writes_note(f"{WORD} text", title=f"{WORD} title", shared=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    own = chromium.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"),
        args=[*ARGUMENTS, *sandbox],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    try:
        context = own.new_context()
        session = psychiatrist.browser.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        base, shown = live_server.url, reverse("chart_note", args=[patient.id, note])
        for address in (reverse("chart", args=[patient.id]), shown):
            page.goto(base + address)
            assert WORD in page.content()
        page.get_by_role("textbox", name="Your reply").fill("Seen.")
        page.get_by_role("button", name="Reply").click()  # by htmx, which keeps pages for going back unless told not to
        expect(page.locator("main")).to_contain_text("Seen.")
        page.goto(base + reverse("caseload"))
        patient.pauses()
        told: list[int] = []
        page.on("response", lambda answer: told.append(answer.status) if "/patients/" in answer.url else None)
        for _ in range(2):
            page.go_back()
            expect(page.locator("body")).not_to_contain_text(WORD)  # htmx asks once more for what it did not keep
        assert told
        page.goto(base + reverse("caseload"))
        assert WORD not in page.evaluate(STORES)
    finally:
        own.close()
