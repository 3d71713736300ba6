"""A visit from plan to decision: with script on a phone, without one at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from careteam.accounts.models import Role
from careteam.visits import queries, services
from tests.browser.conftest import Visitor
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(commits: None) -> tuple[Maren, Clinician]:
    with as_owner():
        maren = Maren(person("maren@example.org", "Maren Holt", Role.PATIENT))
        lee = person("lee@example.org", "Dr Sun-hee Lee", Role.PRACTITIONER, profession="Psychiatrist")
        return maren, joins(maren, lee, "Psychiatrist", EVERYTHING)


@pytest.mark.parametrize(("wide", "script"), [(False, True), (True, False)], ids=["phone", "desk without script"])
def test_a_visit_is_planned_asked_about_and_remembered(
    visitor: Callable[..., Visitor], cast: tuple[Maren, Clinician], wide: bool, script: bool
) -> None:
    maren, lee = cast
    hers = visitor(wide=wide, java_script_enabled=script)
    hers.is_signed_in(maren)
    today = maren.viewer.today

    page = hers.goes("/visits/new/")
    page.get_by_label("Which day?").fill((today + timedelta(days=5)).isoformat())
    page.get_by_label("What time?").fill("14:20")
    page.get_by_label("With whom?").select_option(label="Dr Sun-hee Lee, Psychiatrist")
    page.get_by_label("How do you meet?").select_option(label="By video")
    page.get_by_role("button", name="Save visit").click()
    page.get_by_text("In 5 days, ").wait_for()
    assert "2:20 pm" in page.content()

    for words in ("May I drive?", "How long?"):
        page = hers.goes("/visits/questions/new/")
        page.get_by_label("What do you want to ask?").fill(words)
        page.get_by_role("button", name="Save question").click()
        page.get_by_role("link", name=words).wait_for()
    page.get_by_role("button", name=re.compile("Earlier.*How long")).click()
    page.wait_for_url("**/visits/#questions")
    assert [one.words for one in maren.does(queries.open_questions, maren.id)] == ["How long?", "May I drive?"]

    page = hers.goes("/visits/plans/new/")
    page.get_by_label("With whom?").select_option(label="Dr Sun-hee Lee, Psychiatrist")
    page.get_by_label("What counts as better?").fill("Under 10.")
    page.get_by_role("button", name="Save plan").click()
    page.get_by_text("PHQ-9 every 2 weeks").first.wait_for()

    page = hers.goes("/visits/call/")
    page.get_by_label("Dr Sun-hee Lee").check()
    page.get_by_label("A few words").fill("Thursday after four")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("link", name="You asked for a call").wait_for()

    lees = visitor(wide=wide, java_script_enabled=script)
    lees.is_signed_in(lee)
    page = lees.goes(f"/patients/{maren.id}/visits/")
    for words in ("Thursday after four", "How long?", "PHQ-9 every 2 weeks", "Under 10."):
        assert page.get_by_text(words).first.is_visible()
    page.get_by_role("button", name="Done").click()
    page.get_by_text("Marked as done.").wait_for()

    visit = maren.does(queries.next_visit, maren.id)
    maren.does(
        services.edit_visit,
        visit.id,
        start=datetime.combine(today - timedelta(days=1), time(10)),
        minutes=None,
        practitioner=lee.id,
        with_words="",
        mode="",
        place="",
        expected=visit.version,
    )
    page = hers.goes("/today/")
    page.get_by_label("What was decided?").fill("Walk every day.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Walk every day.").first.wait_for()
    page = lees.goes(f"/patients/{maren.id}/visits/")
    assert page.get_by_text("Walk every day.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
