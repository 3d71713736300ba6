"""The timeline in a real browser: what was measured without one holds, and its page works by hand and by key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import frontend
from careteam.accounts.models import User
from careteam.exchange.timeline import PHONE, WIDE, Layout, draw
from careteam.summaries.demo import DOMAIN, Story
from tests.browser.conftest import Visitor
from tests.conftest import Person, as_owner
from tests.exchange.timelines import MAREN, generated, ten_years

pytestmark = pytest.mark.browser
STATIC = Path(frontend.__file__).parent / "static/frontend"
RECORDS = [MAREN, ten_years(), *(generated(seed) for seed in range(200))]
HALF_A_UNIT = 0.5  # what rounding may cost
# Every text's room as the browser has it, in user units; pairs that overlap, and what leaves the drawing.
MEASURE = """
(slack) => {
    const found = []
    for (const svg of document.querySelectorAll("svg.chart")) {
        const whole = svg.viewBox.baseVal
        const boxes = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()])
        for (const [words, box] of boxes)
            if (box.x < -slack || box.y < -slack || box.x + box.width > whole.width + slack
                || box.y + box.height > whole.height + slack) found.push([svg.dataset.seed, "out", words])
        for (let one = 0; one < boxes.length; one++)
            for (let two = one + 1; two < boxes.length; two++) {
                const a = boxes[one][1], b = boxes[two][1]
                if (a.x + slack < b.x + b.width && b.x + slack < a.x + a.width
                    && a.y + slack < b.y + b.height && b.y + slack < a.y + a.height)
                    found.push([svg.dataset.seed, boxes[one][0], boxes[two][0]])
            }
    }
    return found
}
"""


def page_of(chromium: Browser, folder: Path, drawings: str, **options: Any) -> Any:
    """A page with careteam's look and letters, and these drawings."""
    css = (STATIC / "careteam.css").read_text().replace('url("fonts/', f'url("{STATIC.as_uri()}/fonts/')
    head = f'<meta charset="utf-8"><title>Timeline</title><style>{css}</style>'
    file = folder / "timeline.html"
    file.write_text(f'<!doctype html><html lang="en">{head}<main><h1>Timeline</h1>{drawings}</main>')
    page = chromium.new_page(**options)
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('12px \"Atkinson Hyperlegible Next\"')")
    return page


@pytest.mark.parametrize("layout", [WIDE, PHONE], ids=lambda layout: layout.key)
def test_no_text_of_200_records_touches_another_or_leaves_the_drawing(
    chromium: Browser, tmp_path: Path, layout: Layout
) -> None:
    drawings = "".join(
        draw(picture, layout).replace("<svg ", f'<svg data-seed="{at - 2}" ', 1) for at, picture in enumerate(RECORDS)
    )
    page = page_of(chromium, tmp_path, drawings, viewport={"width": 1280 if layout is WIDE else 390, "height": 800})
    assert page.evaluate(MEASURE, HALF_A_UNIT) == []
    page.close()


# A phone by day and a desk by night are looked at in test_every_page.
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (800, "light"), (1280, "light")])
def test_one_of_the_two_drawings_is_shown_and_axe_finds_nothing(
    chromium: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    drawings, size = draw(MAREN, WIDE) + draw(MAREN, PHONE), {"width": width, "height": 800}
    page = page_of(chromium, tmp_path, drawings, viewport=size, color_scheme=scheme)
    assert [svg.is_visible() for svg in page.locator("svg.chart").all()] == [width == 1280, width != 1280]
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("img", name="PHQ-9 scores and treatments, 27 November 2024 to 27 November 2026").wait_for()
    page.close()


def test_its_page_shows_one_drawing_changes_its_range_and_opens_its_table_by_key(
    visitor: Callable[..., Visitor],
) -> None:
    with as_owner():
        story = Story()
        story.tell()
    for wide in (False, True):
        by_key(visitor, story.people["patient"].user, wide=wide)
    without_script(visitor(java_script_enabled=False))


def by_key(visitor: Callable[..., Visitor], patient: UUID, *, wide: bool) -> None:
    lee = visitor(wide=wide)
    lee.is_signed_in(Person(User.objects.get(email=f"psychiatrist@{DOMAIN}")))
    page = lee.goes(f"/patients/{patient}/timeline/")
    for span in ("Everything", "6 months", "2 years"):
        link = page.get_by_role("navigation", name="Time span").get_by_role("link", name=span)
        link.focus()
        page.keyboard.press("Enter")
        page.locator("#timeline a[aria-current]", has_text=span).wait_for()
        assert page.evaluate("document.activeElement.textContent") == span
        assert f"range={span.lower().replace(' ', '-')}" in page.url
        shown = [svg for svg in page.locator("svg.chart").all() if svg.is_visible()]
        assert [svg.get_attribute("class") for svg in shown] == [f"chart chart-{'wide' if wide else 'phone'}"]
        assert page.evaluate(MEASURE, HALF_A_UNIT) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    table = page.get_by_role("region", name="The timeline as a table")
    assert not table.is_visible()
    page.locator("#timeline summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert table.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "The timeline as a table"
    assert table.get_by_role("row").count() > 5
    page.go_back()
    page.locator("#timeline a[aria-current]", has_text="6 months").wait_for()


def without_script(maren: Visitor) -> None:
    maren.is_signed_in(Person(User.objects.get(email=f"patient@{DOMAIN}")))
    page = maren.goes("/timeline/")
    page.get_by_role("link", name="Everything").click()
    assert page.url.endswith("?range=everything")
    assert "Sertraline" in page.locator("#timeline").inner_text()
