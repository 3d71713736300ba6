"""The timeline's pages: the drawing, the links of its range, the table that says the same, and nothing hidden."""

from __future__ import annotations

import pytest

from careteam.audit.models import AuditEvent
from careteam.checkins.services import add_event
from careteam.summaries.pictures import INCOMPLETE, NONE_SHARED
from careteam.treatments.doses import dose_period
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import main_of, said
from tests.measures.forms import TWELVE, sends
from tests.treatments.words import takes


@pytest.fixture
def record(patient: Maren) -> None:
    """A score of today, a medicine of years ago and one that is hidden."""
    sends(patient, TWELVE)
    takes(patient, "Sertraline", dose_period("50", "mg", "", "2015-03"), start="2015-03", end="2016")
    takes(patient, "Kittiwake", start="2025", audience="only_me")
    patient.does(add_event, words="New job", on=patient.viewer.today.isoformat())


def chart(patient: Maren, rest: str = "timeline/") -> str:
    return f"/patients/{patient.id}/{rest}"


@pytest.mark.usefixtures("record")
def test_it_is_drawn_for_a_desk_and_a_phone_and_told_in_a_table(patient: Maren) -> None:
    page = patient.browser.get("/timeline/?range=everything")
    text = main_of(page)
    assert text.count("<svg") - text.count('class="ic"') == 2
    assert text.count('role="img"') == 2
    assert "Read the timeline as a table" in said(page)
    _, _, table = said(page).partition("All that is drawn above")
    for words in ("March 2015", "Sertraline", "50 mg", "12, moderate. Question 9: not at all", "New job"):
        assert words in table
    assert "Latest PHQ-9: 12, moderate, on" in said(page)
    assert "Each person on your team sees of this only what you show them." in said(page)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("asked", "here", "told"),
    [
        ("", "2 years", False),
        ("?range=6-months", "6 months", False),
        ("?range=everything", "Everything", True),
        ("?range=nonsense", "2 years", False),
    ],
)
def test_each_range_is_a_link_and_shows_its_days(
    patient: Maren, psychiatrist: Clinician, asked: str, here: str, told: bool
) -> None:
    page = psychiatrist.browser.get(chart(patient) + asked)
    text = main_of(page)
    for span in ("6-months", "2-years", "everything"):
        assert f'href="/patients/{patient.id}/timeline/?range={span}"' in text
    assert f'aria-current="true">{here}</a>' in text
    assert ("Sertraline" in text) is told


@pytest.mark.usefixtures("record")
def test_a_clinician_sees_what_she_may_and_the_fixed_sentence(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    assert "Kittiwake" in main_of(patient.browser.get("/timeline/?range=everything"))
    for one, score in ((psychiatrist, True), (gp, False)):
        text = said(one.browser.get(chart(patient) + "?range=everything"))
        assert "Sertraline" in text
        assert "Kittiwake" not in text
        assert ("12, moderate" in text) is score
        assert ("New job" in text) is score
        assert INCOMPLETE in text


def test_where_nothing_may_be_seen_it_says_ask_and_to_her_it_speaks_kindly(
    patient: Maren, psychiatrist: Clinician
) -> None:
    takes(patient, "Kittiwake", start="2025", audience="only_me")
    theirs = psychiatrist.browser.get(chart(patient))
    assert said(theirs).count(NONE_SHARED) == 1
    assert 'role="img"' not in main_of(theirs)
    patient.pauses()
    assert main_of(psychiatrist.browser.get(chart(patient))) == main_of(theirs)


def test_to_herself_it_speaks_kindly_where_nothing_is_there(patient: Maren) -> None:
    page = patient.browser.get("/timeline/")
    assert "Nothing to draw yet." in said(page)
    takes(patient, "Lithium", start="2025")
    assert NONE_SHARED not in main_of(patient.browser.get("/timeline/"))


def test_it_is_behind_its_doors(patient: Maren, psychiatrist: Clinician, stranger: Clinician) -> None:
    assert stranger.browser.get(chart(patient)).status_code == 404
    assert patient.browser.get(chart(patient)).status_code == 404
    assert psychiatrist.browser.get("/timeline/").status_code == 404


@pytest.mark.usefixtures("record")
def test_the_overview_has_half_a_year_and_leads_to_the_rest(patient: Maren, psychiatrist: Clinician) -> None:
    text = main_of(psychiatrist.browser.get(chart(patient, "")))
    assert "Scores and treatments, the last 6 months" in text
    assert f'href="{chart(patient)}"' in text
    assert "Sertraline" not in text
    with as_owner():
        told = AuditEvent.objects.filter(actor_id=psychiatrist.id).exclude(action="overview")
        assert not told.exists()
    assert 'href="/timeline/"' in main_of(patient.browser.get("/today/"))


@pytest.mark.usefixtures("record")
def test_a_name_is_text_wherever_it_is_drawn(patient: Maren, psychiatrist: Clinician) -> None:
    takes(patient, "<script>alert(1)</script>", start=patient.viewer.today.isoformat())
    for page in (
        psychiatrist.browser.get(chart(patient)),
        psychiatrist.browser.get(chart(patient, "")),
        psychiatrist.browser.get(chart(patient, "summary/")),
    ):
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def test_the_summary_draws_it_and_hers_keeps_question_9_off(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, (2, 2, 2, 2, 1, 1, 2, 1, 1))
    theirs = main_of(psychiatrist.browser.get(chart(patient, "summary/")))
    mine = main_of(patient.browser.get("/summary/"))
    assert "Question 9 above zero" in theirs
    assert "My timeline" in mine
    assert "uestion 9" not in mine
