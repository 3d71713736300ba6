"""Writing a note in a real browser: the line below follows each choice, and Save waits for what is under way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from careteam.notes import queries
from careteam.notes.models import ProgressNote
from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren, as_owner

pytestmark = pytest.mark.browser
AT_ONCE = 1_500  # well before the three seconds after which a draft keeps itself


def rows() -> int:
    with as_owner():
        return ProgressNote.unscoped("the test counts").count()


def holds_back(page: Page) -> list[Route]:
    """What the page sends by itself, held back; what a press sends goes through."""
    held: list[Route] = []

    def sort(route: Route) -> None:
        by_itself = route.request.method == "POST" and "hx-boosted" not in route.request.headers
        held.append(route) if by_itself else route.continue_()

    page.route("**/notes/**", sort)
    return held


def test_who_will_see_it_follows_each_choice_at_once(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    maren = visitor()
    maren.is_signed_in(patient)
    page = maren.goes("/notes/new/")
    line = page.locator("#kept .see")
    expect(line).to_contain_text("Only you can see this")
    page.get_by_label("Everybody who sees your notes").check()
    expect(line).to_contain_text("Dr Sun-hee Lee", timeout=AT_ONCE)
    page.get_by_role("checkbox", name="Trauma").check()
    expect(line).not_to_contain_text("Dr Sun-hee Lee", timeout=AT_ONCE)
    expect(line).to_contain_text("Tomás Rivera")
    page.get_by_label("Only me").check()
    expect(line).to_contain_text("Only you can see this", timeout=AT_ONCE)
    assert rows() == 0  # choosing is not writing


def test_save_waits_for_what_is_under_way_and_doubles_nothing(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician
) -> None:
    maren = visitor()
    maren.is_signed_in(patient)
    page = maren.goes("/notes/new/")
    held = holds_back(page)
    page.get_by_role("textbox", name="Your note").fill("half a thought")
    page.get_by_label("Everybody who sees your notes").check()
    while not held:
        page.wait_for_timeout(50)
    page.get_by_role("textbox", name="Your note").fill("half a thought, and the other half")
    page.get_by_role("button", name="Save note").click()
    page.wait_for_timeout(3_500)  # the pause in typing is over as well: that must not push Save aside
    assert rows() == 0
    for route in held:
        route.continue_()
    expect(page.get_by_text("Saved. Dr Sun-hee Lee can see it.")).to_be_visible()
    assert rows() == 1
    with patient.acting() as viewer:
        (note,) = queries.progress_notes(viewer, viewer.user).items
        assert (note.text, queries.drafts(viewer, viewer.user)) == ("half a thought, and the other half", ())
