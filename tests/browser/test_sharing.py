"""Sharing on a phone and at a desk: three people at a glance, and her own switches without a single script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from careteam.audit.models import AuditEvent
from careteam.goals.services import add_goal
from careteam.sharing import queries
from careteam.sharing.codes import Category
from tests.browser.conftest import Visitor
from tests.conftest import Clinician, Maren, as_owner

pytestmark = pytest.mark.browser
SCREENS = 2.5  # of a phone, for three people with everything around them


def test_three_people_are_seen_at_a_glance_on_a_phone(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    maren = visitor()
    maren.is_signed_in(patient)
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
    assert card.get_by_role("switch").count() == 15
    assert Axe().run(page).response["violations"] == []


def test_her_switches_work_without_script(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    maren = visitor(java_script_enabled=False)
    maren.is_signed_in(patient)
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
    maren.is_signed_in(patient)
    page = maren.goes("/sharing/")
    assert page.get_by_role("table").get_by_role("switch").count() == 45
    assert page.get_by_role("switch").count() == 45  # the folded ones are for phones


def test_she_looks_through_her_psychiatrists_eyes_and_reads_what_a_change_would_show(
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician
) -> None:
    patient.writes_note("My hands shake.", title="Morning shakes", shared=True)
    patient.writes_note("Hers alone.", title="Mine alone")
    patient.shares(psychiatrist, Category.MY_NOTES)
    patient.does(add_goal, words="Walk to the harbour")
    maren = visitor()
    maren.is_signed_in(patient)
    for width, height in ((390, 844), (1280, 900)):
        maren.page.set_viewport_size({"width": width, "height": height})
        page = maren.goes("/sharing/")
        if width < 1000:
            page.get_by_role("article", name="Dr Sun-hee Lee").locator("summary").click()
        page.locator("a:visible", has_text="See as Dr Sun-hee Lee").first.click()
        band = page.get_by_role("region", name="Seen as Dr Sun-hee Lee")
        expect(band).to_contain_text("Nobody is told that you looked")
        page.locator("main").get_by_role("link", name="Notes", exact=True).first.click()
        expect(page.get_by_role("link", name="Morning shakes")).to_be_visible()
        assert "Mine alone" not in page.content()
        assert "Walk to the harbour" not in maren.goes(f"/see-as/{psychiatrist.member.id}/").content()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        band.get_by_role("link", name="Back to my view").click()
        page.wait_for_url("**/sharing/")
    with as_owner():
        assert not AuditEvent.objects.filter(patient_id=patient.id).exclude(actor_id=patient.id).exists()
    page.get_by_role("table").get_by_role("switch").first.check()
    page.locator("button:visible", has_text="Save changes").first.click()
    expect(page.locator("main")).to_contain_text("Today that adds 1 goal.")  # before anything is saved
    with patient.acting() as viewer:
        assert queries.member(viewer, psychiatrist.member.id).categories == {Category.MY_NOTES}
