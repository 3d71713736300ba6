"""The whole story, in real browsers: she writes, answers, pauses and stops; they look; log and papers tell."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from careteam.goals.services import add_goal
from careteam.treatments.doses import dose_period
from careteam.treatments.services import add_medicine
from tests.browser.conftest import Visitor
from tests.conftest import PASSWORD, Clinician, Maren

pytestmark = pytest.mark.browser
FOR_LEE = "My hands shake when I pour coffee."
FOR_ME = "Some nights I count the ceiling."


def paper(visitor: Visitor, link: Callable[[Page], Any]) -> str:
    """The text of the PDF behind a download button, as a PDF reader sees it."""
    with visitor.page.expect_download() as coming:
        link(visitor.page).click()
    path = coming.value.path()
    text = "\n".join(one.extract_text() for one in PdfReader(BytesIO(path.read_bytes())).pages)
    return " ".join(text.split())


def passes_the_password(page: Page) -> None:
    """Changes of sharing ask for the password again."""
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").or_(page.get_by_role("button", name="Continue")).first.click()


def test_the_whole_story(  # noqa: PLR0915 - one story, told in its order
    visitor: Callable[..., Visitor], patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    patient.does(add_goal, words="Walk to the harbour")
    patient.does(add_medicine, name="Lithium", start="2026-03", periods=[dose_period("600", "mg", "night", "2026-03")])
    patient.writes_note(FOR_ME)

    # On her phone she writes a note for the psychiatrist alone.
    maren = visitor()
    maren.signs_in(patient)
    page = maren.goes("/notes/new/")
    expect(page.get_by_label("Only me")).to_be_checked()
    page.get_by_role("textbox", name="Title").fill("Morning shakes")
    page.get_by_role("textbox", name="Your note").fill(FOR_LEE)
    page.get_by_label("People I choose").check()
    page.get_by_role("checkbox", name="Dr Sun-hee Lee").check()
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Saved. Dr Sun-hee Lee can see it.")).to_be_visible()

    # She answers the PHQ-9; question 9 above "Not at all" brings help in the same response.
    page = maren.goes("/measures/phq-9/")
    for number in range(1, 6):
        page.locator(f"input[name=q{number}][value='2']").check()
        expect(page.locator(f"#kept{number}")).to_contain_text("Kept")
    page.get_by_role("button", name="Questions 6 to 9").click()
    expect(page.locator("#who-9")).to_contain_text(
        "Only you can see this until you press Send. Then Dr Sun-hee Lee can"
    )
    for number in range(6, 9):
        page.locator(f"input[name=q{number}][value='1']").check()
    page.locator("input[name=q9][value='1']").check()
    expect(page.locator("#kept9")).to_contain_text("988")
    page.get_by_role("button", name="Review my answers").click()
    expect(page.get_by_text("No one is watching this app in real time.")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No one is watching this app in real time.")).to_be_visible()
    page.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", name="14, moderate")).to_be_visible()

    # The psychiatrist: caseload, dashboard, note.
    lee = visitor(wide=True)
    lee.signs_in(psychiatrist)
    page = lee.goes("/caseload/")
    row = page.get_by_role("row", name="Maren Holt")
    expect(row).to_contain_text("14")
    expect(row).to_contain_text("Question 9 answered 1 (several days)")
    row.get_by_role("link", name="Maren Holt").click()
    expect(page.get_by_role("heading", name="PHQ-9 14, moderate")).to_be_visible()
    expect(page.get_by_text("Walk to the harbour")).to_be_visible()
    page.get_by_role("link", name="Morning shakes").click()
    expect(page.get_by_text(FOR_LEE)).to_be_visible()
    assert FOR_ME not in page.content()

    # The family doctor sees her medicines and goals, and no trace of note or score.
    yusuf = visitor(wide=True)
    yusuf.signs_in(gp)
    chart = f"/patients/{patient.id}/"
    for path in (chart, f"{chart}notes/", f"{chart}measures/", f"{chart}summary/", "/caseload/"):
        page = yusuf.goes(path)
        for secret in (FOR_LEE, FOR_ME, "Morning shakes", "14, moderate", "several days"):
            assert secret not in page.content(), (path, secret)
    page = yusuf.goes(chart)
    expect(page.get_by_text("Lithium").first).to_be_visible()
    expect(page.get_by_text("None shared in careteam. Ask.").first).to_be_visible()

    # Papers: exactly what each may see.
    hers = paper(maren_at := maren, lambda page: _pdf_button(maren_at, "/summary/"))
    assert "14 of 27" in hers
    assert FOR_LEE in hers
    assert FOR_ME not in hers
    lees = paper(lee, lambda page: _pdf_button(lee, f"{chart}summary/"))
    assert FOR_LEE in lees
    assert "Lithium" in lees
    assert FOR_ME not in lees
    yusufs = paper(yusuf, lambda page: _pdf_button(yusuf, f"{chart}summary/"))
    assert "Lithium" in yusufs
    assert "None shared in careteam. Ask." in yusufs
    assert FOR_LEE not in yusufs
    assert "moderate" not in yusufs

    # She pauses: one tap, at once. Then she resumes.
    page = maren.goes("/sharing/")
    page.get_by_role("button", name="Pause all sharing").click()
    expect(page.get_by_text("paused").first).to_be_visible()
    page = lee.goes(chart)
    assert FOR_LEE not in page.content()
    assert "14, moderate" not in page.content()
    assert "pause" not in page.content().lower()
    page = maren.page
    page.get_by_role("button", name="Switch sharing on again").click()
    passes_the_password(page)
    page = maren.goes("/sharing/")
    if page.get_by_role("button", name="Switch sharing on again").count():
        page.get_by_role("button", name="Switch sharing on again").click()
    expect(page.get_by_role("button", name="Pause all sharing")).to_be_visible()
    assert "Morning shakes" in lee.goes(chart).content()

    # She stops the family doctor, whose chart is gone at once.
    page = maren.goes(f"/sharing/{gp.member.id}/stop/")
    passes_the_password(page)
    page.get_by_role("button", name="Stop sharing").click()
    assert yusuf.page.goto(yusuf.base + chart).status == 404  # type: ignore[union-attr] # a page was asked for
    assert "Maren" not in yusuf.goes("/caseload/").content()

    # The log tells her.
    page = maren.goes("/log/")
    log = page.locator("main").inner_text()
    assert "Dr Sun-hee Lee opened the note “Morning shakes”" in log
    assert "You ended sharing with Dr Amina Yusuf" in log
    assert "Dr Amina Yusuf tried to open" in log
    assert "You paused sharing" in log


def _pdf_button(visitor: Visitor, path: str) -> Any:
    page = visitor.goes(path)
    return page.get_by_role("button", name="Download PDF").or_(page.get_by_role("link", name="Download PDF")).first
