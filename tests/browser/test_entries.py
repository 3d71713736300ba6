"""Adding a treatment, a level and a condition in a real browser without script, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren

pytestmark = pytest.mark.browser


def dated(page: Page, legend: str, *, month: str = "", day: str = "", year: str) -> None:
    group = page.get_by_role("group", name=legend)
    if month:
        group.get_by_label("Month").select_option(label=month)
    group.get_by_label("Day").fill(day)
    group.get_by_label("Year").fill(year)


def adds(visitor: Visitor, link: str) -> Page:
    page = visitor.goes("/treatments/")
    page.get_by_role("link", name=link).click()
    return page


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_each_kind_is_added_without_script(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, wide: bool
) -> None:
    maren = visitor(wide=wide, java_script_enabled=False)
    maren.is_signed_in(patient)

    page = adds(maren, "Add a treatment")
    page.get_by_label("rTMS").check()
    dated(page, "From when?", month="March", year="2025")
    page.get_by_text("Sessions", exact=True).click()
    page.get_by_label("How many sessions in all?").fill("30")
    page.get_by_label("Dates of sessions").fill("3 March 2025\n4 March 2025")
    page.get_by_role("button", name="Save treatment").click()
    expect(page.get_by_role("heading", name="rTMS")).to_be_visible()
    expect(page.get_by_text("30 sessions, 2 with a date")).to_be_visible()

    page = adds(maren, "Add a level")
    page.get_by_label("Level of what?").fill("Lithium")
    page.get_by_label("The number").fill("0,60")
    page.get_by_label("Its unit").fill("mmol/L")
    dated(page, "When was it measured?", month="March", day="4", year="2026")
    page.get_by_role("button", name="Save level").click()
    expect(page.get_by_role("heading", name="Lithium 0.60 mmol/L")).to_be_visible()

    page = maren.goes("/treatments/")
    page.get_by_role("link", name="Conditions, and when this episode began").click()
    page.get_by_role("link", name="Add a condition").first.click()
    page.get_by_label("What is it?").fill("Depression")
    page.get_by_label("What I live with now is an episode of this").check()
    dated(page, "When did this episode begin?", month="March", year="2025")
    page.get_by_role("button", name="Save condition").click()
    expect(page.get_by_role("heading", name="Depression")).to_be_visible()

    lee = visitor(wide=wide, java_script_enabled=False)
    lee.is_signed_in(psychiatrist)
    page = lee.goes(f"/patients/{patient.id}/")
    for words in ("rTMS", "Lithium 0.60 mmol/L", "Current episode: since March 2025"):
        # Not the words of the timeline's drawing, which are for those who hear it.
        expect(page.get_by_text(words).filter(visible=True).first).to_be_visible()
