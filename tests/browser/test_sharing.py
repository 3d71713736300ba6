"""Sharing on a phone and at a desk: three people at a glance, and her own switches without a single script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from careteam.sharing import queries
from careteam.sharing.codes import Category
from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren

pytestmark = pytest.mark.browser
SCREENS = 2.5  # of a phone, for three people with everything around them


def test_three_people_are_seen_at_a_glance_on_a_phone(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    maren = visitor()
    maren.signs_in(patient)
    page = maren.goes("/sharing/")
    assert page.get_by_role("table").count() == 0
    assert page.evaluate("document.documentElement.scrollHeight") < SCREENS * 844
    pause = page.get_by_role("button", name="Pause all sharing").bounding_box()
    assert pause
    assert pause["y"] + pause["height"] < 500
    for who in (psychiatrist, therapist, gp):
        card: Any = page.get_by_role("article", name=who.user.name)
        assert card.bounding_box()["height"] < 300
    card = page.get_by_role("article", name=gp.user.name)
    assert card.get_by_role("switch").count() == 0
    card.locator("summary").click()
    assert card.get_by_role("switch").count() == 14
    assert Axe().run(page).response["violations"] == []


def test_her_switches_work_without_script(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    maren = visitor(java_script_enabled=False)
    maren.signs_in(patient)
    page = maren.goes("/sharing/")
    card = page.get_by_role("article", name=gp.user.name)
    card.locator("summary").click()
    card.get_by_role("switch", name="Questionnaires").check()
    card.get_by_role("button", name="Save changes").click()
    assert "can see your questionnaires" in page.content()
    page.get_by_role("button", name="Yes, save this").click()
    page.wait_for_url("**/sharing/")
    with patient.acting() as viewer:
        assert Category.MEASURES in queries.member(viewer, gp.member.id).categories


def test_the_whole_table_stands_at_a_desk(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    maren = visitor(wide=True)
    maren.signs_in(patient)
    page = maren.goes("/sharing/")
    assert page.get_by_role("table").get_by_role("switch").count() == 42
    assert page.get_by_role("switch").count() == 42  # the folded ones are for phones
