"""What is there for her by which plan, said gently; paused it is silent, and nobody but she can tell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.urls import reverse

from careteam.measures.models import QuestionnaireResponse
from careteam.measures.services import pause_reminder
from careteam.summaries.due import due, overdue_for
from careteam.summaries.queries import overview
from careteam.summaries.reasons import Late
from careteam.summaries.reminders import reminders
from careteam.visits import services as visits
from careteam.visits.models import TrackingPlan
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import text
from tests.measures.forms import TWELVE, sends
from tests.visits.test_due import back


def said(patient: Maren) -> list[tuple[str, bool, str]]:
    return [(one.name, one.due, one.with_name) for one in patient.does(reminders)]


def test_each_form_of_each_plan_is_there_when_it_is_due_and_the_phq9_every_two_weeks_anyway(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    assert said(patient) == [("PHQ-9", True, "")]
    back(QuestionnaireResponse, sends(patient, TWELVE), ago=3)
    assert said(patient) == [("PHQ-9", False, "")]
    plan = patient.does(visits.add_plan, practitioner=psychiatrist.id, weeks=4, measures=["phq-9", "gad-7"])
    back(TrackingPlan, plan, ago=30)
    other = patient.does(visits.add_plan, practitioner=gp.id, weeks=1, measures=["gad-7", "phq-2"])
    back(TrackingPlan, other, ago=2)
    lee, yusuf = "Dr Sun-hee Lee", "Dr Amina Yusuf"
    assert said(patient) == [("GAD-7", True, lee), ("PHQ-2", False, yusuf), ("PHQ-9", False, lee)]
    sends(patient, (1, 1), of="gad-7")  # incomplete: nobody is asked twice
    assert said(patient) == [("PHQ-2", False, yusuf), ("GAD-7", False, yusuf), ("PHQ-9", False, lee)]
    assert patient.does(due, [patient.id])[patient.id][0].on == patient.viewer.today + timedelta(days=4)
    page = text(patient.browser.get(reverse("today")))
    assert "GAD-7 again from" in page
    assert psychiatrist.does(overview, patient.id).reminders == ()
    for word in ("overdue", "late", "missed", "should"):
        assert word not in page.lower().replace("calculate", "").replace("later", "").replace("latest", "")


def test_a_paused_reminder_is_silent_for_her_and_nothing_else_moves(patient: Maren, psychiatrist: Clinician) -> None:
    plan = patient.does(visits.add_plan, practitioner=psychiatrist.id, weeks=2, measures=["gad-7"])
    back(TrackingPlan, plan, ago=30)
    chart = reverse("chart", args=[patient.id])
    before = text(psychiatrist.browser.get(chart))
    listed = psychiatrist.does(overdue_for, [patient.id])
    assert listed == {patient.id: Late(30, "GAD-7")}
    assert "GAD-7 is there when you want it, by your plan with Dr Sun-hee Lee" in text(
        patient.browser.get(reverse("today"))
    )
    today = patient.viewer.today
    patient.does(pause_reminder, "gad-7", until=today)
    assert said(patient) == [("PHQ-9", True, "")]
    assert "GAD-7 is there" not in text(patient.browser.get(reverse("today")))
    assert "Next GAD-7" not in text(patient.browser.get(reverse("visits")))
    assert psychiatrist.does(overdue_for, [patient.id]) == listed
    assert text(psychiatrist.browser.get(chart)) == before
    with psychiatrist.acting(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM measures_reminderpause")
        assert cursor.fetchone() == (0,), "nor does the database show it"
    patient.does(pause_reminder, "phq-9")
    assert said(patient) == []
    with as_owner():
        connection.cursor().execute("UPDATE measures_reminderpause SET until = %s", [today - timedelta(days=1)])
    assert len(said(patient)) == 2, "its day is over"


def test_in_a_week_gone_by_what_was_sent_since_is_not_spoken_of(patient: Maren, psychiatrist: Clinician) -> None:
    plan = patient.does(visits.add_plan, practitioner=psychiatrist.id, weeks=1, measures=["gad-7"])
    back(TrackingPlan, plan, ago=60)
    monday = datetime.now(UTC) - timedelta(days=7)
    then = {one.name: one.due for one in patient.does(reminders, before=monday)}
    assert then == {"GAD-7": True, "PHQ-9": True}
    sends(patient, (1,) * 7, of="gad-7")
    assert [one.name for one in patient.does(reminders, before=monday)] == ["PHQ-9"]
    assert isinstance(patient.does(reminders)[0].on, date)


def test_pausing_and_resuming_is_one_tap_on_a_page_of_hers(patient: Maren, psychiatrist: Clinician) -> None:
    browser, there = patient.browser, reverse("reminders")
    shown = text(browser.post(there, {"questionnaire": "gad-7", "until": ""}, follow=True))
    assert "Paused. Nothing here will remind you of the GAD-7." in shown
    assert "Paused until you resume it." in shown
    assert ": some are paused" in text(browser.get(reverse("measures")))
    assert "You are reminded of the GAD-7 again." in text(
        browser.post(there, {"questionnaire": "gad-7", "resume": "on"}, follow=True)
    )
    refused = browser.post(there, {"questionnaire": "phq-9", "until": "2020-01-01"})
    assert refused.status_code == 422
    assert "This day is over. Choose today or a later day, or leave it empty." in text(refused)
    assert browser.post(there, {"questionnaire": "madrs"}).status_code == 422
    assert psychiatrist.browser.get(there).status_code == 404
