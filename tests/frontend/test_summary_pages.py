"""The visit summary on the page and as a PDF: the same words, exactly what its reader may see; and the weeks."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.functions import Now
from pypdf import PdfReader

from careteam.accounts.middleware import AfterCommit
from careteam.accounts.viewer import Viewer
from careteam.audit.models import AuditEvent
from careteam.exchange.pdf import visit_summary_pdf
from careteam.goals import services as goals
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import services as notes
from careteam.notes.models import ProgressNote
from careteam.sharing import services as sharing
from careteam.sharing.pictures import RecordLine
from careteam.summaries.models import Digest, Kind, Outbox
from careteam.summaries.pictures import INCOMPLETE, NONE_SHARED
from careteam.summaries.services import write_digest
from careteam.summaries.weeks import monday_of
from frontend.views import summary as views
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, main_of, said
from tests.measures.forms import NEW_YORK, TWELVE, TWENTY, at, sends
from tests.treatments.words import takes

SEVERAL_DAYS = (2, 2, 2, 2, 1, 1, 2, 1, 1)


def chart(patient: Maren, rest: str = "") -> str:
    return f"/patients/{patient.id}/summary/{rest}"


def printed(page: Any) -> str:
    """All text of a PDF, its spaces made even."""
    assert page.status_code == 200
    assert page["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(page.content))
    return " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())


def everywhere(person: Maren | Clinician, path: str, query: str = "") -> list[str]:
    """The words on the page and on paper."""
    browser = person.browser
    return [said(browser.get(path + query)), printed(browser.get(path + "pdf/" + query))]


@pytest.fixture
def hidden(patient: Maren, other_patient: Maren, therapist: Clinician) -> None:
    """One of each thing that Dr Lee must not find, each with its mark."""
    patient.writes_note("SECRETONE", title="SECRETONE")
    patient.writes_note("SECRETTWO", shared=True, labels=["trauma"])
    patient.writes_note("SECRETTHREE", for_=[therapist])
    gone = patient.writes_note("SECRETFOUR", shared=True)
    patient.does(notes.withdraw_note, gone)
    patient.does(goals.add_goal, words="SECRETFIVE", audience="only_me")
    takes(patient, "SECRETSIX", start="2026-01", audience="only_me", side_effects="SECRETSEVEN")
    form = sends(patient, SEVERAL_DAYS)
    patient.does(sharing.set_labels, QuestionnaireResponse, form, labels=["violence"])
    other_patient.writes_note("SECRETEIGHT", shared=True)
    draft = therapist.does(notes.draft_clinical_note, patient.id, text="SECRETNINE")
    assert draft


# -- What is on it -----------------------------------------------------------------------------------------------------
def test_a_clinicians_page_and_paper_hold_what_she_may_see_answer_first(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, SEVERAL_DAYS)
    takes(patient, "Lithium", start="2025")
    patient.does(goals.add_goal, words="Walk to the library")
    note = patient.writes_note("Two meetings went past.", title="Hard week", shared=True)
    psychiatrist.does(notes.reply, note, text="Thank you for telling me.")
    for text in everywhere(psychiatrist, chart(patient)):
        assert in_order(
            text,
            "Visit summary: ",
            "Maren Holt",
            INCOMPLETE,
            "Safety: PHQ-9 question 9",
            "Several days",
            "14 of 27, moderate,",
            "Medicines now",
            "Lithium",
            "Goals",
            "Walk to the library",
            "Notes",
            "Hard week",
            "Two meetings went past.",
            "Thank you for telling me.",
        )


def test_nothing_hidden_reaches_the_page_or_the_paper(patient: Maren, psychiatrist: Clinician, hidden: None) -> None:
    for text in everywhere(psychiatrist, chart(patient), "?period=3m"):
        assert "SECRET" not in text
        assert "several days" not in text.lower()
        assert text.count(NONE_SHARED) == 14


def test_a_paused_paper_and_an_empty_one_are_the_same(patient: Maren, psychiatrist: Clinician, hidden: None) -> None:
    def words() -> list[str]:
        return [re.sub(r"Made on .*?\(", "(", text) for text in everywhere(psychiatrist, chart(patient))]

    shared = words()
    patient.pauses()
    assert words() == shared


def test_the_patients_own_leaves_out_what_only_she_sees_unless_she_ticks(patient: Maren) -> None:
    patient.writes_note("for the visit", shared=True)
    patient.writes_note("MYOWN")
    for text in everywhere(patient, "/summary/"):
        assert "for the visit" in text
        assert "MYOWN" not in text
        assert NONE_SHARED not in text
    for text in everywhere(patient, "/summary/", "?period=4w&with_only_me=on"):
        assert "MYOWN" in text


def test_a_paper_for_somebody_holds_exactly_what_that_person_sees(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, hidden: None
) -> None:
    takes(patient, "Lithium", start="2025")
    patient.writes_note("not for the doctor of the family", shared=True)
    query = f"?period=3m&recipient={gp.member.id}&with_only_me=on"
    for text in everywhere(patient, "/summary/", query):
        assert "Dr Amina Yusuf" in text
        assert "Lithium" in text
        assert "family doctor" not in text
        assert "not for the doctor" not in text
        assert "SECRET" not in text
    (hers, _), (its, _) = everywhere(gp, chart(patient), "?period=3m"), everywhere(patient, "/summary/", query)
    assert (
        hers.split("Safety: PHQ-9 question 9", 1)[1].split(" Made on ")[0]
        == (its.split("Safety: PHQ-9 question 9", 1)[1].split(" Made on ")[0])
    )


def test_page_and_paper_say_that_a_copy_cannot_be_called_back(patient: Maren, psychiatrist: Clinician) -> None:
    text = said(psychiatrist.browser.get(chart(patient)))
    assert "A PDF or a print is a snapshot" in text
    assert "it cannot be called back." in text
    assert "Each opening and each download is written in Maren’s list of who looked." in text
    for words in everywhere(patient, "/summary/"):
        assert "A copy cannot be called back." in words


def test_what_is_for_choosing_is_not_printed(patient: Maren) -> None:
    html = main_of(patient.browser.get("/summary/"))
    assert '<section class="card no-print"' in html
    assert html.count("<form") == 1


# -- Which days, for whom ----------------------------------------------------------------------------------------------
def test_four_weeks_three_months_or_ones_own_days(patient: Maren) -> None:
    today = patient.viewer.today
    for ago, text in ((0, "TODAY"), (27, "FOURWEEKS"), (28, "JUSTBEFORE"), (80, "LONGAGO")):
        note = patient.writes_note(text, shared=True)
        with as_owner():
            made = ProgressNote.unscoped("the test says when").filter(pk=note)
            then = made.get().effective_at.astimezone(NEW_YORK)
            made.update(effective_at=then - timedelta(days=ago))  # calendar days, also across a change of clocks
    browser = patient.browser

    def found(query: str) -> set[str]:
        return set(re.findall(r"TODAY|FOURWEEKS|JUSTBEFORE|LONGAGO", said(browser.get("/summary/" + query))))

    assert found("") == {"TODAY", "FOURWEEKS"}
    assert found("?period=3m") == {"TODAY", "FOURWEEKS", "JUSTBEFORE", "LONGAGO"}
    day = today - timedelta(days=28)
    assert found(f"?period=own&start={day}&end={day}") == {"JUSTBEFORE"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?period=own", "Choose a day."),
        ("?period=own&start=2026-13-01&end=2026-01-01", "Write a day like 2026-11-23."),
        ("?period=own&start=2026-02-01&end=2026-01-01", "The end is before the start. Please check both."),
        ("?period=own&start=2026-02-01&end=2999-01-01", "This date is in the future."),
        ("?period=own&start=1990-02-01&end=2026-01-01", "A summary covers 10 years at most."),
        ("?period=never", "Select a valid choice."),
        ("?period=4w&recipient=nobody", "Select a valid choice."),
    ],
)
def test_days_that_cannot_be_are_answered_in_words_on_page_and_file(patient: Maren, query: str, words: str) -> None:
    for path in ("/summary/", "/summary/pdf/"):
        page = patient.browser.get(path + query)
        assert page.status_code == 422
        assert words in said(page)


def test_nobody_makes_a_paper_for_somebody_of_another_team(patient: Maren, other_patient: Maren, gp: Clinician) -> None:
    page = other_patient.browser.get(f"/summary/?period=4w&recipient={gp.member.id}")
    assert page.status_code == 422


def test_a_clinician_chooses_no_reader_and_no_only_me(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    patient.writes_note("MYOWN")
    page = psychiatrist.browser.get(chart(patient, f"?period=4w&recipient={gp.member.id}&with_only_me=on"))
    assert page.status_code == 200
    assert "MYOWN" not in said(page)
    assert "recipient" not in main_of(page)


@pytest.mark.parametrize("rest", ["", "pdf/"])
def test_who_is_not_on_the_team_finds_no_summary(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician, rest: str
) -> None:
    patient.stops(psychiatrist)
    for who in (psychiatrist, stranger):
        assert who.browser.get(chart(patient, rest)).status_code == 404
        assert who.browser.get("/summary/" + rest).status_code == 404
    assert patient.browser.get(chart(patient, rest)).status_code == 404


# -- The file ----------------------------------------------------------------------------------------------------------
def test_the_file_has_a_neutral_name_and_is_kept_by_no_cache(patient: Maren) -> None:
    page = patient.browser.get("/summary/pdf/")
    assert page["Content-Disposition"] == f'attachment; filename="visit-summary-{patient.viewer.today}.pdf"'
    assert "no-store" in page["Cache-Control"]
    assert page.content.startswith(b"%PDF")


def test_the_paper_is_drawn_when_the_transaction_is_over(patient: Maren, monkeypatch: pytest.MonkeyPatch) -> None:
    open_when_drawn: list[int] = []
    outside = len(connection.savepoint_ids)
    plain = visit_summary_pdf

    def watched(*args: Any, **kwargs: Any) -> bytes:
        open_when_drawn.append(len(connection.savepoint_ids))
        return plain(*args, **kwargs)

    monkeypatch.setattr(views, "visit_summary_pdf", watched)
    page = patient.browser.get("/summary/pdf/")
    assert isinstance(page, AfterCommit)
    assert open_when_drawn == [outside]


def test_paper_has_the_size_that_was_chosen(patient: Maren) -> None:
    def height(query: str) -> int:
        page = patient.browser.get("/summary/pdf/" + query)
        return round(float(PdfReader(io.BytesIO(page.content)).pages[0].mediabox.height))

    assert height("") == 792  # she lives in New York
    assert height("?period=4w&paper=a4") == 842


def test_the_log_tells_opening_and_downloading_apart_and_her_own_not_at_all(
    patient: Maren, psychiatrist: Clinician
) -> None:
    patient.does(goals.add_goal, words="Walk")
    everywhere(patient, "/summary/", f"?period=4w&recipient={psychiatrist.member.id}")
    everywhere(psychiatrist, chart(patient))
    text = said(patient.browser.get("/log/"))
    assert in_order(
        text,
        "Dr Sun-hee Lee downloaded a visit summary with the goal “Walk”.",
        "Dr Sun-hee Lee opened the goal “Walk”.",
        "You added the goal “Walk”.",
    )
    assert text.count("Sun-hee Lee") == 2


# -- Weekly summaries --------------------------------------------------------------------------------------------------
def week_of(person: Maren | Clinician) -> UUID:
    """This week's summary, made now."""
    kind = Kind.PATIENT_WEEK if isinstance(person, Maren) else Kind.CLINICIAN_WEEK
    row = Outbox(user=person.user, kind=kind, zone=person.user.zone, period_start=monday_of(person.viewer.today))
    write_digest(Viewer.of(person.user), row)
    with as_owner():
        return Digest.objects.get(user=person.user).pk


def test_a_clinicians_week_shows_people_first_what_matters_and_leads_to_their_charts(
    patient: Maren, psychiatrist: Clinician
) -> None:
    goal = patient.does(goals.add_goal, words="Walk to the library")
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    sends(patient, SEVERAL_DAYS)
    browser = psychiatrist.browser
    week = week_of(psychiatrist)
    assert "to" in said(browser.get("/weekly/"))
    page = browser.get(f"/weekly/{week}/")
    text = said(page)
    assert in_order(text, INCOMPLETE, "Maren Holt", "Question 9 answered 1 (several days)", "PHQ-9 14")
    for words in ("“Hard week”", "Walk to the library", "PHQ-9: 14, moderate"):
        assert words in text
    html = main_of(page)
    assert f"/patients/{patient.id}/notes/{note}/" in html
    assert f"/patients/{patient.id}/goals/#goal-{goal}" in html


@pytest.mark.parametrize(
    ("kind", "words", "what"),
    [("visit", "Visit with Dr Sun-hee Lee", ""), ("goal", "Walk", "Goal"), ("call", "Asked for a call", "")],
)
def test_a_line_of_a_week_says_once_what_it_is(patient: Maren, kind: str, words: str, what: str) -> None:
    line = RecordLine(kind, "visits", patient.id, patient.id, 1, words, "Maren Holt", at(2))
    assert views._place(patient.viewer, line)[1] == what


def test_a_week_passes_the_rule_anew_at_every_opening(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    week = week_of(psychiatrist)
    browser = psychiatrist.browser
    patient.does(notes.edit_note, note, text="Three meetings.", title="Harder week")
    text = said(browser.get(f"/weekly/{week}/"))
    assert "“Harder week”" in text
    assert "changed since this summary was made" in text
    patient.does(sharing.set_audience, ProgressNote, note, audience="only_me")
    text = said(browser.get(f"/weekly/{week}/"))
    assert "week”" not in text
    assert "Nothing new was shared with you for this week." in text


def test_a_patients_week_is_her_own_and_leads_to_her_pages(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week")
    week = week_of(patient)
    page = patient.browser.get(f"/weekly/{week}/")
    assert "“Hard week”" in said(page)
    assert f'href="/notes/{note}/"' in main_of(page)
    assert "Only you can see this summary" in said(page)
    assert psychiatrist.browser.get(f"/weekly/{week}/").status_code == 404


def test_a_patients_week_says_what_was_done_how_it_changed_who_looked_and_where_help_is(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, SEVERAL_DAYS)
    patient.does(goals.add_goal, words="Walk to the library")
    psychiatrist.browser.get(f"/patients/{patient.id}/goals/")
    page = patient.browser.get(f"/weekly/{week_of(patient)}/")
    text = said(page)
    assert in_order(
        text,
        "Two-week questions",
        "You sent the PHQ-9 on",
        "14, moderate",
        "At the end of this week your latest score was 14 of 27, moderate",
        "PHQ-9 again from",
        "New or changed",
        "Who looked",
        "Dr Sun-hee Lee opened something of yours on 1 day.",
        "From the self-care tips",
        "See the help page",
    )
    assert 'href="/help/"' in main_of(page)
    for word in ("several days", "item 9", "overdue", "missed", "should", "streak", "in a row"):
        assert word not in text.lower()


def test_an_old_week_prints_the_score_of_its_own_end_for_both(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWELVE, at(10))
    sends(patient, TWENTY, at(17))
    goal = patient.does(goals.add_goal, words="Walk")
    references = [["goals", str(patient.id), str(goal), 1]]
    for person, kind in ((patient, Kind.PATIENT_WEEK), (psychiatrist, Kind.CLINICIAN_WEEK)):
        with as_owner():
            row = Digest(user=person.user, kind=kind, period_start=date(2026, 3, 9), zone=person.user.zone)
            row.references, row.made_at = references, Now()
            row.save(force_insert=True)
        text = said(person.browser.get(f"/weekly/{row.id}/"))
        assert re.search(r"At the end of this week.*12", text)
        assert "severe" not in text


def test_a_form_that_is_due_is_offered_without_a_word_of_blame(patient: Maren) -> None:
    page = patient.browser.get(f"/weekly/{week_of(patient)}/")
    assert "PHQ-9 is there when you want it." in said(page)
    assert 'href="/measures/phq-9/"' in main_of(page)


def test_a_quiet_week_asks_for_nothing(patient: Maren) -> None:
    browser = patient.browser
    assert "No weekly summary yet" in said(browser.get("/weekly/"))
    assert "Nothing to catch up on." in said(browser.get(f"/weekly/{week_of(patient)}/"))


def test_opening_a_week_is_told_in_the_log_and_making_one_is_not(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(goals.add_goal, words="Walk")
    week = week_of(psychiatrist)
    with as_owner():
        assert not AuditEvent.objects.filter(actor_id=psychiatrist.id).exists()
    psychiatrist.browser.get(f"/weekly/{week}/")
    assert "Dr Sun-hee Lee opened a weekly summary with the goal “Walk”." in said(patient.browser.get("/log/"))
