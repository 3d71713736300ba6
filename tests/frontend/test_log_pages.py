"""Who looked, as a page and as a text to keep."""

from __future__ import annotations

import pytest

from careteam.summaries import log
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, main_of, said
from tests.measures.forms import TWELVE, sends


def test_the_page_tells_by_day_who_opened_what(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week at work", shared=True)
    psychiatrist.browser.get(f"/patients/{patient.id}/notes/{note}/")
    text = said(patient.browser.get("/log/"))
    assert in_order(
        text,
        "What your team saw",
        f"{patient.viewer.today:%A} {patient.viewer.today.day} {patient.viewer.today:%B}",
        "Dr Sun-hee Lee opened the note “Hard week at work”.",
        "You added the note “Hard week at work”.",
        "Only you can see this log",
    )
    assert "read" not in text


def test_her_own_changes_have_the_dashed_mark_and_others_have_not(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", shared=True)
    psychiatrist.browser.get(f"/patients/{patient.id}/notes/{note}/")
    html = main_of(patient.browser.get("/log/"))
    assert html.count('<li class="mine">') == 1
    assert html.count("<li>") == 1


def test_a_refused_attempt_from_the_team_is_told_without_a_word_of_what_it_was_for(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    note = patient.writes_note("for me", title="My own")
    for who in (psychiatrist, stranger):
        who.browser.get(f"/patients/{patient.id}/notes/{note}/")
    text = said(patient.browser.get("/log/"))
    assert "Dr Sun-hee Lee tried to open something here that is not shown. Nothing was opened." in text
    assert "Nobody" not in text.replace("Nobody can change", "")


def test_the_list_is_told_by_days_however_often_it_was_opened(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWELVE)
    browser = psychiatrist.browser
    for _ in range(3):
        browser.get("/caseload/")
    text = said(patient.browser.get("/log/"))
    assert text.count("list showed") == 1
    assert "Dr Sun-hee Lee’s list showed your latest score on 1 day this week." in text


def test_older_sentences_are_one_link_away(patient: Maren) -> None:
    for number in range(log.ACTS + 1):
        patient.writes_note("x", title=f"Note {number:02}")
    browser = patient.browser
    first = browser.get("/log/")
    assert "Note 01" in said(first)
    assert "Note 00" not in said(first)
    older = main_of(first).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = said(browser.get("/log/" + older))
    assert "Note 00" in second
    assert "Note 01" not in second


def test_a_marker_that_is_not_ours_leads_nowhere(patient: Maren) -> None:
    assert patient.browser.get("/log/?after=nonsense").status_code == 404


def test_an_empty_log_says_what_it_is_for(patient: Maren) -> None:
    assert "Nothing here yet" in said(patient.browser.get("/log/"))


def test_the_download_is_plain_text_with_a_neutral_name(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("x", title="Ups & <downs>", shared=True)
    psychiatrist.browser.get(f"/patients/{patient.id}/notes/{note}/")
    page = patient.browser.get("/log/download/")
    assert page["Content-Type"] == "text/plain; charset=utf-8"
    assert page["Content-Disposition"] == f'attachment; filename="access-log-{patient.viewer.today}.txt"'
    text = page.content.decode()
    assert "Dr Sun-hee Lee opened the note “Ups & <downs>”." in text
    assert "America/New_York" in text


@pytest.mark.parametrize("page", ["/log/", "/log/download/"])
def test_the_log_is_the_patients_alone(psychiatrist: Clinician, page: str) -> None:
    assert psychiatrist.browser.get(page).status_code == 404
