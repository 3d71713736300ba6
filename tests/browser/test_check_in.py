"""One tap on Today in a real browser: with script on a phone, without one at a desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from careteam.checkins import queries
from careteam.checkins.pictures import CheckInView
from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren

pytestmark = pytest.mark.browser


def kept(patient: Maren) -> CheckInView:
    (one,) = patient.does(queries.check_ins, patient.id).items
    view: CheckInView = one
    return view


@pytest.mark.parametrize(("wide", "script"), [(False, True), (True, False)], ids=["phone", "desk without script"])
def test_one_tap_is_a_check_in_and_the_rest_is_offered(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, wide: bool, script: bool
) -> None:
    maren = visitor(wide=wide, java_script_enabled=script)
    maren.is_signed_in(patient)
    page = maren.goes("/today/")
    card = page.locator("#check-in-card")
    first = card.get_by_role("button", name="Very low").bounding_box()
    last = card.get_by_role("button", name="Good", exact=True).bounding_box()
    assert first is not None
    assert last is not None
    assert first["y"] == last["y"], "five answers in one row"
    assert min(first["width"], first["height"]) >= 44
    card.get_by_role("button", name="Low", exact=True).click()
    expect(page.get_by_text("Saved. Dr Sun-hee Lee can see it.")).to_be_visible()
    assert page.url == f"{maren.base}/today/"
    assert kept(patient).said == (("Mood", "Low"),)

    # The rest, if she likes.
    page.locator("#check-in-card").get_by_role("link", name="Add sleep, energy or a few words").click()
    expect(page.get_by_role("radio", name="Low", exact=True).first).to_be_checked()
    page.get_by_text("Broken").click()
    page.get_by_label("A few words").fill("Rain on the roof.")
    page.get_by_role("button", name="Save check-in").click()
    expect(page.get_by_text("Saved. Dr Sun-hee Lee can see it.")).to_be_visible()
    shown = kept(patient)
    assert (shown.mood, shown.sleep, shown.words, shown.version) == ("low", "broken", "Rain on the roof.", 2)
    expect(page.locator("#check-in-card").get_by_text("Rain on the roof.")).to_be_visible()


def test_a_tap_that_htmx_sends_keeps_the_focus_on_what_it_says(visitor: Callable[..., Visitor], patient: Maren) -> None:
    maren = visitor()
    maren.is_signed_in(patient)
    page = maren.goes("/today/")
    page.locator("#check-in-card").get_by_role("button", name="Good", exact=True).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved. Only you can see it.")).to_be_focused()
