"""The caseload in a real browser: its lists, reasons, search and keys: at a desk, and without script on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from careteam.accounts.models import Role
from careteam.summaries.crowd import Crowd
from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren, as_owner, midday, person

pytestmark = pytest.mark.browser
SLOW = 15_000  # two hundred people, on a machine that runs other tests as well


@pytest.fixture
def lee(commits: None) -> Clinician:
    """Somebody with the demo's crowd on her list."""
    with as_owner():
        maren = Maren(person("maren@example.org", "Maren Holt", Role.PATIENT))
        lee = Clinician(person("lee@example.org", "Dr Sun-hee Lee", Role.PRACTITIONER, zone=midday()), maren)
        Crowd(lee.viewer, "example.net", "x").gather()
        return lee


@pytest.mark.parametrize(("wide", "script"), [(False, False), (True, True)], ids=["phone without script", "desk"])
def test_lists_reasons_sort_search_and_keys(  # noqa: PLR0915 - one use of the page, in its order
    visitor: Callable[..., Visitor], lee: Clinician, wide: bool, script: bool
) -> None:
    hers = visitor(wide=wide, java_script_enabled=script)
    hers.is_signed_in(lee)
    page = hers.goes("/caseload/")
    rows = page.locator("tbody tr")
    expect(page.get_by_role("link", name="Needs a look (")).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("In ", exact=False).first).to_be_visible()
    expect(rows).to_have_count(20)

    # A reason, and what it leaves.
    chip = page.get_by_role("link", name="Up 5 or more (")
    number = int(chip.inner_text().split("(")[1].rstrip(")"))
    chip.click()
    expect(rows).to_have_count(number, timeout=SLOW)
    assert "reason=up" in page.url
    for row in rows.all():
        expect(row).to_contain_text("points higher since")

    # Everyone, by score when there is a heading to press, and further pages.
    page.get_by_role("link", name="Everyone (").click()
    expect(page.locator("caption")).to_contain_text("Sorted by name; page 1 of 10", timeout=SLOW)
    if wide:
        page.get_by_role("link", name="PHQ-9 now").click()
        expect(page.locator("caption")).to_contain_text("by score, the highest first; page 1 of 10", timeout=SLOW)
    page.get_by_role("link", name="Next", exact=True).click()
    expect(page.locator("caption")).to_contain_text("page 2 of 10", timeout=SLOW)
    page.go_back()
    expect(page.locator("caption")).to_contain_text("page 1 of 10", timeout=SLOW)

    # A name, in whatever letters she has.
    page.get_by_label("Find a person").fill("soren")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("found for “soren”.")).to_be_visible(timeout=SLOW)
    for row in rows.all():
        expect(row).to_contain_text("Søren")
    page.get_by_label("Find a person").fill("nobody of this name")
    page.get_by_label("Find a person").press("Enter")
    expect(page.get_by_role("heading", name="Nobody of that name")).to_be_visible(timeout=SLOW)

    page.get_by_role("link", name="Visits today (").click()
    expect(rows.first).to_contain_text("Today ", timeout=SLOW)
    keys = page.get_by_text("to move between people")
    if not script:
        expect(keys).to_be_hidden()
        return

    # Keys: they move between people, stay out of what is typed, and can be turned off.
    page = hers.goes("/caseload/?tab=everyone")
    expect(keys).to_be_visible()
    links = page.locator("[data-person]")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    expect(links.nth(2)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Find a person")).to_be_focused()
    page.keyboard.type("j/k")
    expect(page.get_by_label("Find a person")).to_have_value("j/k")
    page.get_by_role("button", name="Turn keys off").click()
    page.keyboard.press("j")
    expect(page.locator("[data-person]:focus")).to_have_count(0)
    page = hers.goes("/caseload/?tab=everyone")
    page.get_by_role("button", name="Turn keys on").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/**")
