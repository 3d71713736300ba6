"""Visits as people meet them: what lies ahead, what to ask, what was decided, a plan, and asking for a call."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from icalendar import Calendar

from careteam.visits import queries, services
from careteam.visits.calls import ask_for_call
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, main_of, text


def day(patient: Maren, days: int) -> datetime:
    return datetime.combine(patient.viewer.today + timedelta(days=days), time(10))


def planned(patient: Maren, days: int, **more: Any) -> UUID:
    visit: UUID = patient.does(services.add_visit, start=day(patient, days), **more)
    return visit


def form(patient: Maren, days: int, **more: str) -> dict[str, str]:
    return {
        "day": day(patient, days).date().isoformat(),
        "time": "10:00",
        "practitioner": "",
        "with_words": "",
        "mode": "",
        "place": "",
        "minutes": "",
        "audience": "category",
    } | more


# -- A visit -----------------------------------------------------------------------------------------------------------
def test_a_visit_is_written_down_and_stands_ahead_with_its_countdown(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    kept = browser.post(
        reverse("visit_new"),
        form(patient, 3, practitioner=str(psychiatrist.id), mode="video", minutes="30"),
        follow=True,
    )
    assert "Saved. Dr Sun-hee Lee can see it." in text(kept)
    for address in ("visits", "today"):
        shown = text(browser.get(reverse(address)))
        assert in_order(shown, "Visit with Dr Sun-hee Lee", "In 3 days, ", "10:00 am", "By video")


def test_a_time_that_does_not_exist_is_said_beside_the_time(patient: Maren, psychiatrist: Clinician) -> None:
    refused = patient.browser.post(reverse("visit_new"), form(patient, 1, day="2027-03-14", time="02:30"))
    assert refused.status_code == 422
    assert "this time does not exist" in text(refused)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day": ""}, "Choose a day."),
        ({"time": "noonish"}, "Write a time like 14:20."),
        ({"minutes": "long"}, "Write the minutes as a number"),
        ({"practitioner": "01890000-0000-7000-8000-000000000000"}, "Choose somebody on your team."),
        ({"day": "0001-01-01"}, "Choose a day between 1900 and 2199."),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    patient: Maren, psychiatrist: Clinician, wrong: dict[str, str], words: str
) -> None:
    refused = patient.browser.post(reverse("visit_new"), form(patient, 1, place="Room 12", **wrong))
    assert refused.status_code == 422
    assert words in text(refused)
    assert "Room 12" in refused.content.decode()


def test_an_audience_that_reaches_nobody_is_said_once(patient: Maren) -> None:
    browser = patient.browser
    asked = browser.post(reverse("visit_new"), form(patient, 1))
    assert asked.status_code == 422
    assert "nobody but you will see this visit" in text(asked)
    assert browser.post(reverse("visit_new"), form(patient, 1, sure="category")).status_code == 302


def over(patient: Maren, visit: UUID) -> None:
    patient.does(
        services.edit_visit,
        visit,
        start=day(patient, -1),
        minutes=None,
        practitioner=None,
        with_words="",
        mode="",
        place="",
        expected=1,
    )


@pytest.mark.parametrize("answer", [{"decisions": "Walk every day."}, {"decisions": "", "nothing": "1"}])
def test_what_was_decided_is_asked_once_on_today_and_on_visits(patient: Maren, answer: dict[str, str]) -> None:
    visit = planned(patient, 1)
    over(patient, visit)
    browser = patient.browser
    for address in ("visits", "today"):
        assert "What was decided?" in text(browser.get(reverse(address)))
    browser.post(reverse("visit", args=[visit]), {"what": "decided", "version": "2"} | answer)
    for address in ("visits", "today"):
        assert "What was decided?" not in text(browser.get(reverse(address)))
    assert answer["decisions"] in text(browser.get(reverse("visits")))


def test_a_cancelled_visit_says_that_nobody_is_told(patient: Maren) -> None:
    visit = planned(patient, 2)
    browser = patient.browser
    assert "careteam tells nobody" in text(browser.get(reverse("visit_cancel", args=[visit])))
    done = browser.post(reverse("visit_cancel", args=[visit]), {"version": "1"}, follow=True)
    assert in_order(text(done), "Nobody is told by careteam", "Cancelled")
    assert browser.get(reverse("visit_cancel", args=[visit])).status_code == 404


def test_a_form_that_came_too_late_shows_both(patient: Maren) -> None:
    visit = planned(patient, 2)
    over(patient, visit)
    late = patient.browser.post(
        reverse("visit", args=[visit]), form(patient, 5, place="Room 9", version="1") | {"what": "words"}
    )
    assert late.status_code == 409
    assert "This was changed meanwhile" in text(late)
    assert "Room 9" in late.content.decode()


def test_the_calendar_file_holds_the_time_and_no_word(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    visit = planned(patient, 2, practitioner=psychiatrist.id, place="Lake Clinic for mood", minutes=30)
    address = reverse("visit_calendar", args=[visit])
    file = patient.browser.get(address)
    assert file["Content-Type"] == "text/calendar"
    assert file["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert "no-store" in file["Cache-Control"]
    (event,) = Calendar.from_ical(file.content).walk("VEVENT")
    assert event.decoded("DTSTART") == day(patient, 2).replace(tzinfo=patient.viewer.tz).astimezone(UTC)
    assert event["SUMMARY"] == "Appointment"
    for word in ("Lee", "Maren", "clinic", "mood", "psychiatr", "video"):
        assert word.lower() not in file.content.decode().lower()
    for who in (other_patient, psychiatrist):
        assert who.browser.get(address).status_code == 404


def test_a_visit_is_taken_back_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    visit = planned(patient, 2)
    chart = reverse("chart_visits", args=[patient.id])
    psychiatrist.browser.get(chart)
    browser, address = patient.browser, reverse("visit_withdraw", args=[visit])
    assert "Dr Sun-hee Lee opened it on" in text(browser.get(address))
    assert "Withdrawn." in text(browser.post(address, follow=True))
    assert "A visit that was here was withdrawn on" in text(psychiatrist.browser.get(chart))
    assert browser.get(address).status_code == 404


# -- Questions ---------------------------------------------------------------------------------------------------------
def test_questions_are_put_in_order_by_buttons_and_answered(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    for words in ("May I drive?", "How long?", "And sleep?"):
        browser.post(reverse("visit_question_new"), {"words": words, "visit": "", "audience": "category"})
    last = patient.does(queries.open_questions, patient.id)[2].id
    moved = browser.post(reverse("visit_question_move", args=[last]), {"to": "up"}, follow=True)
    assert in_order(text(moved), "May I drive?", "And sleep?", "How long?")
    assert main_of(moved).count('value="first"') == 1  # the third alone: the second has Earlier
    third = patient.does(queries.open_questions, patient.id)[2].id
    first = browser.post(reverse("visit_question_move", args=[third]), {"to": "first"}, follow=True)
    assert in_order(text(first), "How long?", "May I drive?", "And sleep?")
    chart = text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    assert in_order(chart, "Maren wants to bring up", "How long?", "May I drive?", "And sleep?")
    kept = browser.post(
        reverse("visit_question", args=[last]),
        {"what": "answer", "answer": "Eight hours.", "version": "1"},
        follow=True,
    )
    assert in_order(text(kept), "And sleep?", "Answer", "Eight hours.")
    visits = text(browser.get(reverse("visits")))
    assert in_order(visits, "How long?", "Questions with an answer", "And sleep?", "Eight hours.")
    assert browser.get(reverse("visit_question_move", args=[last])).status_code == 302


def test_the_first_three_questions_are_on_both_papers(patient: Maren, psychiatrist: Clinician) -> None:
    for words in ("first?", "second?", "third?", "fourth?"):
        patient.does(services.add_question, words=words)
    planned(patient, 4, practitioner=psychiatrist.id)
    hers = text(patient.browser.get(reverse("summary")))
    lees = text(psychiatrist.browser.get(reverse("chart_summary", args=[patient.id])))
    for paper in (hers, lees):
        assert in_order(paper, "first?", "second?", "third?", "Next visit:")
        assert "fourth?" not in paper


# -- Plans -------------------------------------------------------------------------------------------------------------
def test_patient_and_clinician_see_the_same_plan(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    browser = patient.browser
    kept = browser.post(
        reverse("plan_new"),
        {
            "practitioner": str(psychiatrist.id),
            "measures": ["phq-9"],
            "weeks": "2",
            "better": "Under 10, and up before nine.",
            "review_month": "01",
            "review_day": "",
            "review_year": "2027",
        },
        follow=True,
    )
    assert "Saved. Dr Sun-hee Lee can see it." in text(kept)
    plan = ("PHQ-9 every 2 weeks", "With", "Dr Sun-hee Lee", "Under 10, and up before nine.", "January 2027")
    assert in_order(text(browser.get(reverse("visits"))), "Next PHQ-9:", *plan)
    chart = reverse("chart_visits", args=[patient.id])
    assert in_order(text(psychiatrist.browser.get(chart)), *plan)
    assert "PHQ-9 every" not in text(gp.browser.get(chart))
    again = browser.post(reverse("plan_new"), {"practitioner": str(psychiatrist.id), "measures": "phq-9", "weeks": "1"})
    assert again.status_code == 422
    assert "You have a plan with this person already." in text(again)


def test_a_plan_is_changed_and_what_stood_there_is_kept(patient: Maren, psychiatrist: Clinician) -> None:
    plan = patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=2)
    changed = {"measures": "phq-9", "weeks": "4", "better": "", "version": "1"}
    kept = patient.browser.post(reverse("plan", args=[plan]), changed, follow=True)
    assert in_order(text(kept), "PHQ-9 every 4 weeks", "How it was before", "PHQ-9 every 2 weeks")


# -- Asking for a call -------------------------------------------------------------------------------------------------
def test_a_call_is_asked_for_with_its_limits_said_first(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    browser = patient.browser
    page = text(browser.get(reverse("call_new")))
    limits = ("Call 988", "call 911", "Nobody watches this in real time", "no promise of a call", "Whom do you ask?")
    assert in_order(page, *limits)
    assert "You do not show your visits to this person" in page  # Dr Yusuf would not see it
    assert "no promise" in text(browser.get(reverse("today")))
    asked = browser.post(
        reverse("call_new"), {"named": [str(psychiatrist.member.id)], "words": "Thursday after four"}, follow=True
    )
    assert in_order(text(asked), "Saved. Dr Sun-hee Lee can see it.", "Call 988", "Thursday after four")
    again = browser.post(reverse("call_new"), {"named": [str(psychiatrist.member.id)], "words": ""})
    assert (again.status_code, "You have asked Dr Sun-hee Lee already" in text(again)) == (422, True)


def test_a_clinician_who_sees_it_marks_it_as_done(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    call = patient.does(ask_for_call, words="Thursday", named=[psychiatrist.member.id])
    done = reverse("call_done", args=[patient.id, call])
    for address in ("chart", "chart_visits"):
        assert "Maren asks for a call" in text(psychiatrist.browser.get(reverse(address, args=[patient.id])))
    assert gp.browser.post(done).status_code == 404
    assert "Marked as done." in text(psychiatrist.browser.post(done, follow=True))
    assert "Maren asks for a call" not in text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    assert "Dr Sun-hee Lee marked it as done" in text(patient.browser.get(reverse("call", args=[call])))
    assert "Dr Sun-hee Lee marked your request for a call of" in text(patient.browser.get(reverse("access_log")))


# -- Who may see -------------------------------------------------------------------------------------------------------
def test_nothing_here_is_anybody_elses(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    visit = planned(patient, 2)
    question = patient.does(services.add_question, words="May I drive?")
    plan = patient.does(services.add_plan, practitioner=psychiatrist.id, weeks=2)
    call = patient.does(ask_for_call, named=[psychiatrist.member.id])
    for name, one in (("visit", visit), ("visit_question", question), ("plan", plan), ("call", call)):
        for who in (other_patient, psychiatrist):
            assert who.browser.get(reverse(name, args=[one])).status_code == 404
            assert who.browser.post(reverse(name, args=[one]), {"version": "1"}).status_code == 404
    for kind, one in (("visit", visit), ("question", question), ("plan", plan), ("call", call)):
        assert patient.browser.get(reverse("audience", args=[kind, one])).status_code == 200
        assert psychiatrist.browser.get(reverse(f"{kind}_withdraw", args=[one])).status_code == 404


def test_a_chart_without_anything_to_see_says_so_everywhere(patient: Maren, gp: Clinician) -> None:
    planned(patient, 2)
    patient.does(services.add_question, words="May I drive?")
    shown = text(gp.browser.get(reverse("chart_visits", args=[patient.id])))
    assert shown.count("None shared in careteam. Ask.") == 3
    assert "drive" not in shown
    assert "Since the visit" not in text(gp.browser.get(reverse("chart", args=[patient.id])))
