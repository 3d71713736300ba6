"""Today and the chart: one overview for both, answer first, and nothing that a reader may not see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import F
from django.test import Client

from careteam.audit.models import AuditEvent, SecurityEvent
from careteam.goals import services as goals
from careteam.goals.models import Goal
from careteam.measures import services as measures
from careteam.measures.models import QuestionnaireResponse
from careteam.notes import services as notes
from careteam.notes.models import ClinicalNote, ProgressNote
from careteam.sharing import services as sharing
from careteam.sharing.codes import Category
from careteam.summaries.pictures import INCOMPLETE, NONE_SHARED
from careteam.treatments import services as treatments
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from careteam.visits import services as visits
from frontend.views.chart import _greeting
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import bare, in_order, main_of, plain, said
from tests.measures.forms import TWELVE, at, begins, sends
from tests.treatments.words import takes

SEVERAL_DAYS = (2, 2, 2, 2, 1, 1, 2, 1, 1)
CHART = (
    "",
    "timeline/",
    "notes/",
    "goals/",
    "measures/",
    "medicines/",
    "procedures/",
    "levels/",
    "conditions/",
    "leave/",
    "notes/new/",
    "summary/",
)


def url(patient: Maren, rest: str = "") -> str:
    return f"/patients/{patient.id}/{rest}"


def signs(clinician: Clinician, text: str = "Level 0.7.", title: str = "Visit") -> UUID:
    """A note drafted and signed."""
    draft: UUID = clinician.does(notes.draft_clinical_note, clinician.patient.id, title=title, text=text)
    clinician.does(notes.sign_note, clinician.patient.id, draft)
    return draft


def an_hour_passes() -> None:
    """All that was written and opened so far lies an hour further back: the next visit is a new one."""
    back = timedelta(hours=1)
    with as_owner():
        AuditEvent.objects.update(at=F("at") - back)
        for model in (Goal, ProgressNote, ClinicalNote, MedicationStatement):
            model.unscoped("time passes").update(changed_at=F("changed_at") - back, recorded_at=F("recorded_at") - back)


@pytest.fixture
def record(patient: Maren) -> None:
    """Something of everything, shown to whoever sees its topic."""
    takes(patient, "Lithium", dose_period("900", "mg", "night"), start="2026-10-19", side_effects="Shaky before ten.")
    patient.does(goals.add_goal, words="Walk to the library")
    patient.writes_note("Two meetings went past my limit.", title="Hard week at work", shared=True)
    sends(patient, TWELVE, at(2))
    sends(patient, SEVERAL_DAYS, at(20))


# -- Today -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (4, "Hello"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (18, "Good evening"),
        (23, "Hello"),
    ],
)
def test_she_is_greeted_by_her_own_clock(hour: int, words: str) -> None:
    assert _greeting(hour) == words


def test_today_holds_her_score_medicines_goals_notes_and_who_sees_each(
    patient: Maren, psychiatrist: Clinician, record: None
) -> None:
    text = said(patient.browser.get("/today/"))
    assert ", Maren" in text
    for words in ("14 of 27, moderate", "Lithium", "900 mg, night", "Walk to the library", "Hard week at work"):
        assert words in text
    assert text.count("Dr Sun-hee Lee can see this") == 5  # the check-in card as well
    assert "Dr Sun-hee Lee will see this once you send it" in text


def test_today_speaks_kindly_where_nothing_is_written_yet(patient: Maren) -> None:
    text = said(patient.browser.get("/today/"))
    assert "No notes yet. When something is worth remembering" in text
    assert "Nobody has opened anything yet." in text
    assert NONE_SHARED not in text
    assert INCOMPLETE not in text


def test_today_offers_the_form_or_what_is_left_of_it(patient: Maren) -> None:
    assert "Start" in said(patient.browser.get("/today/"))
    begins(patient, [1, 1, 0])
    text = said(patient.browser.get("/today/"))
    assert "answered 3 of 9" in text
    assert "Continue" in text


def test_today_begins_with_what_she_needs_today_and_folds_the_rest(
    patient: Maren, psychiatrist: Clinician, record: None
) -> None:
    sends(patient, SEVERAL_DAYS, datetime.now(UTC))
    html = main_of(patient.browser.get("/today/"))
    assert in_order(html, 'id="check-in-card"', 'id="next-visit"', "Ask for a call", 'id="two-weeks"')
    before, *folds = html.split('<details class="fold"')
    for words in ("14 of 27", "Lithium", "Hard week at work", "Walk to the library"):
        assert words not in plain(before)
    assert all(not fold.startswith(" open") and " open>" not in fold.split("</summary>")[0] for fold in folds)
    assert html.count("<summary><h2>") == 5  # no visit lies behind her yet


def test_the_two_week_questions_stand_high_when_they_are_wanted(patient: Maren, psychiatrist: Clinician) -> None:
    def high() -> bool:
        return in_order(main_of(patient.browser.get("/today/")), 'id="two-weeks"', 'id="next-visit"')

    assert high()  # never answered
    sends(patient, TWELVE, datetime.now(UTC) - timedelta(days=15))
    assert high()
    sends(patient, TWELVE, datetime.now(UTC) - timedelta(days=5))
    assert not high()
    patient.does(visits.add_plan, practitioner=psychiatrist.id, weeks=1)
    assert not high()
    sends(patient, TWELVE, datetime.now(UTC))
    begins(patient, [1, 1, 0])
    assert high()  # begun and waiting


def test_a_note_that_is_new_to_her_lies_open(patient: Maren, psychiatrist: Clinician) -> None:
    patient.browser.get("/today/")
    an_hour_passes()
    signs(psychiatrist)
    html = main_of(patient.browser.get("/today/"))
    assert '<details class="fold" id="notes" open>' in html
    assert '<details class="fold" id="goals">' in html


def test_today_never_repeats_her_answer_to_question_9(patient: Maren, record: None) -> None:
    text = said(patient.browser.get("/today/"))
    assert "Question 9 answered" not in text
    assert "better off dead" not in text


def test_today_tells_the_latest_three_things_that_others_did(patient: Maren, psychiatrist: Clinician) -> None:
    for number in range(4):
        note = patient.writes_note("x", title=f"Note {number}", shared=True)
        psychiatrist.browser.get(url(patient, f"notes/{note}/"))
    html = main_of(patient.browser.get("/today/"))
    log = html.split('id="saw"')[1]
    assert log.count("<li") == 3
    assert "opened the note “Note 3”" in log
    assert log.count('class="mine"') == 0


def test_what_others_wrote_since_her_last_visit_is_marked_new(patient: Maren, psychiatrist: Clinician) -> None:
    patient.browser.get("/today/")
    an_hour_passes()
    signs(psychiatrist)
    patient.writes_note("my own", shared=True)
    text = said(patient.browser.get("/today/"))
    assert "Visit New" in text
    assert text.count("New ") == 1
    assert "since you last looked" in text


def test_today_is_the_patients_and_the_chart_the_clinicians(patient: Maren, psychiatrist: Clinician) -> None:
    assert psychiatrist.browser.get("/today/").status_code == 404
    for rest in CHART:
        assert patient.browser.get(url(patient, rest)).status_code == 404


# -- The chart ---------------------------------------------------------------------------------------------------------
def test_today_and_chart_are_one_page(patient: Maren, psychiatrist: Clinician, record: None) -> None:
    for page in (patient.browser.get("/today/"), psychiatrist.browser.get(url(patient))):
        used = {template.name for template in page.templates}
        assert {
            "frontend/overview.html",
            "frontend/_medicine.html",
            "frontend/_goal.html",
            "frontend/_note.html",
        } <= used


def test_the_chart_gives_the_answer_first(patient: Maren, psychiatrist: Clinician, record: None) -> None:
    text = said(psychiatrist.browser.get(url(patient)))
    assert in_order(
        text,
        "Maren Holt",
        "PHQ-9 14, moderate: 2 points higher since 2 Mar",
        "Question 9 answered 1 (several days) on 20 Mar",
        "2 points higher, from 12 on Monday 2 March",
        "Lithium 900 mg, night",
        "Maren Holt shares this with you",
        INCOMPLETE,
        "Goals, in Maren’s words",
        "Walk to the library",
    )


def test_a_later_answer_of_0_stands_beside_the_earlier_one_and_does_not_erase_it(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, SEVERAL_DAYS, at(2))
    sends(patient, TWELVE, at(20))
    text = said(psychiatrist.browser.get(url(patient)))
    assert "Question 9 answered 1 (several days) on 2 Mar." in text
    assert "Question 9 answered 0 (not at all) on 20 Mar." in text


def test_who_sees_no_questionnaires_sees_no_score_and_no_word_of_question_9(
    patient: Maren, gp: Clinician, record: None
) -> None:
    text = said(gp.browser.get(url(patient)))
    assert f"PHQ-9: {NONE_SHARED}" in text
    assert "Lithium" in text
    assert "Question 9 answered" not in text
    assert "Question 9" not in text
    assert "Hard week" not in text


def test_new_marks_are_for_what_came_after_the_visit_before(
    patient: Maren, psychiatrist: Clinician, record: None
) -> None:
    browser = psychiatrist.browser
    assert " New " not in said(browser.get(url(patient)))  # never looked before: nothing stands out
    an_hour_passes()
    patient.does(goals.add_goal, words="Cook twice a week")
    for _ in range(2):  # a reload is the same visit
        text = said(browser.get(url(patient)))
        assert "Cook twice a week New" in text
        assert "Walk to the library New" not in text


def test_a_paused_chart_and_one_where_nothing_was_ever_shared_are_the_same_page(
    patient: Maren, invite: Callable[..., Clinician], record: None
) -> None:
    paused, never = invite("Therapist", sees=list(Category)), invite("Therapist")
    patient.pauses()
    pages = []
    for who in (paused, never):
        browser = who.browser
        pages.append([bare(browser.get(url(patient, rest))).replace(who.user.name, "") for rest in CHART])
    for one, other in zip(*pages, strict=True):
        assert one == other


def test_an_empty_chart_says_ask_everywhere(patient: Maren, psychiatrist: Clinician, record: None) -> None:
    patient.pauses()
    browser = psychiatrist.browser
    assert said(browser.get(url(patient))).count(NONE_SHARED) == 13
    for rest in ("notes/", "goals/", "measures/", "procedures/", "levels/", "conditions/"):
        assert said(browser.get(url(patient, rest))).count(NONE_SHARED) == 1
    assert said(browser.get(url(patient, "medicines/"))).count(NONE_SHARED) == 4


@pytest.mark.parametrize("rest", [rest for rest in CHART if rest != "leave/"])
def test_every_page_of_a_chart_says_that_it_is_not_complete(
    patient: Maren, psychiatrist: Clinician, record: None, rest: str
) -> None:
    text = said(psychiatrist.browser.get(url(patient, rest)))
    assert INCOMPLETE in text
    assert "Save what you rely on into your own record" in text


# -- Who may not look --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", CHART)
def test_a_stranger_somebody_who_left_and_a_chart_that_never_was_are_one_answer(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician, record: None, rest: str
) -> None:
    patient.stops(psychiatrist)
    pages = [
        psychiatrist.browser.get(url(patient, rest)),
        stranger.browser.get(url(patient, rest)),
        stranger.browser.get(f"/patients/{uuid4()}/{rest}"),
    ]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert len({bare(page).replace("Dr Sun-hee Lee", "Dr Nobody") for page in pages}) == 1


def test_the_attempt_of_somebody_from_the_team_is_written_down(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("for me")
    assert psychiatrist.browser.get(url(patient, f"notes/{note}/")).status_code == 404
    with as_owner():
        assert list(SecurityEvent.objects.values_list("actor_id", "was_member")) == [(psychiatrist.id, True)]


def test_signed_out_leads_to_signing_in(patient: Maren) -> None:
    for page in (Client().get("/today/"), Client().get(url(patient)), Client().get("/caseload/")):
        assert page.status_code == 302
        assert page["Location"].startswith("/accounts/login/")


def test_nothing_hidden_leaves_a_trace_on_any_page_of_the_chart(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.writes_note("SECRET only me")
    patient.writes_note("SECRET labelled", shared=True, labels=["trauma"])
    patient.writes_note("SECRET for the therapist", for_=[therapist])
    gone = patient.writes_note("SECRET withdrawn", shared=True)
    patient.does(notes.withdraw_note, gone)
    patient.does(goals.add_goal, words="SECRET goal", audience="only_me")
    takes(patient, "SECRET medicine", start="2026-01", audience="only_me")
    form = sends(patient, SEVERAL_DAYS)
    patient.does(sharing.set_labels, QuestionnaireResponse, form, labels=["violence"])
    other_patient.writes_note("SECRET of somebody else", shared=True)
    browser = psychiatrist.browser
    for rest in ("", "notes/", "goals/", "measures/", "medicines/", "summary/"):
        text = said(browser.get(url(patient, rest)))
        assert "SECRET" not in text
        assert "several days" not in text.lower()
        assert NONE_SHARED in text
    patient.does(notes.add_note, text="visible", audience="category")
    bare_list = said(browser.get(url(patient, "notes/")))
    assert "visible" in bare_list
    assert NONE_SHARED not in bare_list


# -- The pages below ---------------------------------------------------------------------------------------------------
def test_lists_go_on_with_a_link_to_older_ones(patient: Maren, psychiatrist: Clinician) -> None:
    for number in range(22):
        patient.writes_note("x", title=f"Note {number:02}", shared=True)
    browser = psychiatrist.browser
    first = browser.get(url(patient, "notes/"))
    assert "Note 21" in said(first)
    assert "Note 01" not in said(first)
    older = main_of(first).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = said(browser.get(url(patient, "notes/") + older))
    assert "Note 01" in second
    assert "Note 02" not in second
    assert "Note 21" in said(browser.get(url(patient, "notes/?after=nonsense")))


def test_a_withdrawn_note_leaves_a_date_to_who_opened_it_and_nothing_to_others(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    opened, never = psychiatrist.browser, therapist.browser
    opened.get(url(patient, f"notes/{note}/"))
    patient.does(notes.withdraw_note, note)
    assert "A note that was here was withdrawn on" in said(opened.get(url(patient, "notes/")))
    page = opened.get(url(patient, f"notes/{note}/"))
    assert page.status_code == 200
    assert "This note was withdrawn on" in said(page)
    assert "Hard week" not in said(page)
    assert "withdrawn" not in said(never.get(url(patient, "notes/")))
    assert never.get(url(patient, f"notes/{note}/")).status_code == 404


def test_hiding_leaves_nothing_even_to_who_opened_it(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    browser = psychiatrist.browser
    browser.get(url(patient, f"notes/{note}/"))
    patient.does(sharing.set_audience, ProgressNote, note, audience="only_me")
    patient.does(notes.withdraw_note, note)
    assert browser.get(url(patient, f"notes/{note}/")).status_code == 404
    assert "withdrawn" not in said(browser.get(url(patient, "notes/")))


def test_withdrawn_goals_forms_and_medicines_leave_their_date_as_well(patient: Maren, psychiatrist: Clinician) -> None:
    goal = patient.does(goals.add_goal, words="Walk")
    medicine = takes(patient, "Lithium", start="2025")
    form = sends(patient, TWELVE)
    browser = psychiatrist.browser
    for rest in ("goals/", "medicines/", "measures/"):
        browser.get(url(patient, rest))
    patient.does(goals.withdraw_goal, goal)
    patient.does(treatments.withdraw_medicine, medicine)
    patient.does(measures.withdraw_response, form)
    for rest, what in (("goals/", "goal"), ("medicines/", "medicine"), ("measures/", "questionnaire")):
        text = said(browser.get(url(patient, rest)))
        assert f"A {what} that was here was withdrawn on" in text
        assert NONE_SHARED in text
    assert "withdrawn" in said(browser.get(url(patient, f"measures/{form}/")))


def test_a_form_is_shown_with_its_printed_questions_and_blanks_are_not_answered(
    patient: Maren, psychiatrist: Clinician
) -> None:
    form = sends(patient, (2, 2, None, 0, 0, 0, 0, 0, 1))
    browser = psychiatrist.browser
    assert "incomplete (8 of 9)" in said(browser.get(url(patient, "measures/")))
    text = said(browser.get(url(patient, f"measures/{form}/")))
    assert in_order(text, "1. Little interest", "More than half the days", "3. Trouble falling", "not answered")
    assert "Maren Holt shares this with you" in text
    assert psychiatrist.browser.get(url(patient, f"measures/{uuid4()}/")).status_code == 404


def test_medicines_now_stand_before_the_others(patient: Maren, psychiatrist: Clinician) -> None:
    takes(patient, "Sertraline", start="2023-03", end="2023-07")
    takes(patient, "Lithium", start="2025")
    shown = psychiatrist.browser.get(url(patient, "medicines/"))
    assert in_order(said(shown), "Medicines now", "Lithium", "Medicines before, planned or on hold", "Sertraline")
    assert main_of(shown).count(">Lithium</h3>") == 1


def test_words_of_people_are_words_and_never_markup(patient: Maren, psychiatrist: Clinician) -> None:
    patient.writes_note("<script>alert(1)</script>", title="<b>Hard</b>", shared=True)
    patient.does(goals.add_goal, words="<img src=x>")
    for page in (psychiatrist.browser.get(url(patient)), patient.browser.get("/today/"), patient.browser.get("/log/")):
        assert b"<script>alert" not in page.content
        assert b"<b>Hard" not in page.content
        assert b"<img" not in page.content


# -- Leaving -----------------------------------------------------------------------------------------------------------
def test_a_clinician_leaves_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    browser = psychiatrist.browser
    assert "Leave the team of Maren Holt?" in said(browser.get(url(patient, "leave/")))
    assert browser.get(url(patient)).status_code == 200  # asking changed nothing
    page = browser.post(url(patient, "leave/"), follow=True)
    assert "You have left the team of Maren Holt." in said(page)
    assert browser.get(url(patient)).status_code == 404
