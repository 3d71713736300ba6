"""How many SQL statements each page and address takes: the same for 5 records as for 50, 5 patients as 100."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from careteam.accounts.models import Role, User
from careteam.checkins import queries as checkins
from careteam.checkins import services as checkin_services
from careteam.checkins.models import CheckIn
from careteam.conditions import queries as conditions
from careteam.conditions.services import add_condition
from careteam.corrections.services import propose_correction, settle_correction
from careteam.goals import queries as goals
from careteam.goals.agreeing import answer_goal
from careteam.goals.services import add_goal, set_scale
from careteam.goals.steps import Step
from careteam.measures import queries as measures
from careteam.measures import services as measure_services
from careteam.notes import queries as notes
from careteam.notes import services as note_services
from careteam.procedures import queries as procedures
from careteam.procedures.services import add_level, add_procedure
from careteam.safety import queries as safety
from careteam.safety.services import write_plan
from careteam.summaries import digests
from careteam.summaries import services as summaries
from careteam.treatments import queries as treatments
from careteam.treatments.doses import dose_period
from careteam.treatments.services import add_medicine
from careteam.visits import queries as visits
from careteam.visits import services as visit_services
from careteam.visits.calls import ask_for_call, mark_done
from tests.api import asked
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.statements import Statements
from tests.statements import statements as counted_statements

statements = counted_statements
FEW, MANY = 5, 50


def write(patient: Maren, psychiatrist: Clinician, count: int) -> None:
    """So many of everything, spread over both authors, with replies, labels, names and versions among them."""
    for number in range(count):
        note = patient.writes_note(
            f"note {number}", title=f"Title {number}", shared=number % 2 == 0, for_=[psychiatrist] * (number % 2)
        )
        psychiatrist.does(note_services.reply, note, text="seen")
        patient.does(note_services.edit_reply, patient.does(note_services.reply, note, text="mine"), text="mine, too")
        draft = psychiatrist.does(note_services.draft_clinical_note, patient.id, text=f"visit {number}")
        psychiatrist.does(note_services.sign_note, patient.id, draft)
        patient.does(add_goal, words=f"goal {number}", steps=[Step("one", False)])
        asked = patient.does(add_goal, words=f"asks {number}", agree_with=[psychiatrist.id])
        patient.does(set_scale, asked, levels=list("abcde"), counts=True, expected=1)
        psychiatrist.does(answer_goal, patient.id, asked, answer="pending", comment="how far?")
        medicine = patient.does(
            add_medicine,
            name=f"Medicine {number}",
            start="2025-03",
            periods=[dose_period("50", "mg", "morning", "2025-03")],
        )
        proposal = {"text": "2024?", "expected": 1}
        for answered in (True, False):
            correction = psychiatrist.does(propose_correction, patient.id, "medicine", medicine, **proposal)
            if answered:
                patient.does(settle_correction, correction)
        patient.does(add_procedure, code="rtms", start="2025-03", sessions=["2025-04-01"] * (number % 3))
        patient.does(add_level, substance=f"Level {number}", value="0.6", unit="mmol/L", on="2025-03")
        patient.does(add_condition, name=f"Condition {number}", onset="2019", holds_episode=number % 2 == 0)
        patient.does(write_plan, parts=[{"words": f"plan {number}"}], contacts=[{"name": "Ada", "phone": "5550123"}])
        response = patient.does(measure_services.begin)
        patient.does(measure_services.save_answers, response, dict.fromkeys(range(1, 10), number % 3))
        patient.does(measure_services.send, response)
        patient.does(checkin_services.add_event, words=f"event {number}", on=patient.viewer.today.isoformat())
        checks_in(patient)
    incomplete = patient.does(measure_services.begin)
    patient.does(measure_services.save_answers, incomplete, {1: 1})
    patient.does(measure_services.send, incomplete)
    write_visits(patient, psychiatrist, count)


def write_visits(patient: Maren, psychiatrist: Clinician, count: int) -> None:
    """So many visits ahead and behind, questions open and answered, calls that are done; a plan and an open call."""
    today = patient.viewer.today
    with patient.acting() as viewer:
        planned = bool(visits.live_plans(viewer, patient.id))
        waiting = visits.open_calls(viewer, patient.id)
    if waiting:
        psychiatrist.does(mark_done, patient.id, waiting[0].id)
    if not planned:
        patient.does(visit_services.add_plan, practitioner=psychiatrist.id, weeks=2)
    for number in range(count):
        for days in (number + 1, -number - 1):
            start = datetime.combine(today + timedelta(days=days), time(10))
            visit = patient.does(visit_services.add_visit, start=start, practitioner=psychiatrist.id)
        patient.does(visit_services.finish_visit, visit, decisions="walk more", expected=1)
        patient.does(visit_services.add_question, words=f"question {number}", visit=visit)
        question = patient.does(visit_services.add_question, words=f"asked {number}", visit=visit)
        patient.does(visit_services.answer_question, question, answer="yes", expected=1)
        call = patient.does(ask_for_call, named=[psychiatrist.member.id])
        if number < count - 1:
            psychiatrist.does(mark_done, patient.id, call)


def checks_in(patient: Maren) -> None:
    """One more check-in; today's before it moves to a day of its own."""
    with as_owner():
        rows = CheckIn.unscoped("the test's dates")
        back = timedelta(days=rows.count())
        rows.filter(day=patient.viewer.today).update(day=F("day") - back, effective_at=F("effective_at") - back)
    patient.does(checkin_services.check_in, mood="low", medicines="as-planned", words="Rain.")


def pages(patient: Maren, psychiatrist: Clinician) -> Iterator[tuple[str, Client, str]]:
    """(name, who, address) of every page that reads."""
    with patient.acting() as viewer:
        listed = notes.progress_notes(viewer, patient.id).items
        shown = next(one for one in listed if not one.clinical and any(reply.mine for reply in one.replies))
        note, reply = shown.id, next(one.id for one in shown.replies if one.mine)
        goal = goals.goals(viewer, patient.id).items[0].id
        medicine = treatments.medicines(viewer, patient.id).items[0].id
        procedure = procedures.procedures(viewer, patient.id).items[0].id
        level = procedures.levels(viewer, patient.id).items[0].id
        condition = conditions.conditions(viewer, patient.id).items[0].id
        measure = measures.measures(viewer, patient.id).items[0].id
        plan_for_hard_days = safety.plans(viewer, patient.id).items[0].id
        check_in = checkins.check_ins(viewer, patient.id).items[0].id
        event = checkins.events(viewer, patient.id).items[0].id
        week = digests.digests(viewer)[0].id
        visit = visits.visits(viewer, patient.id).items[-1].id
        question = visits.questions(viewer, patient.id).items[0].id
        plan = visits.plans(viewer, patient.id).items[0].id
        call = visits.calls(viewer, patient.id).items[0].id
    with psychiatrist.acting() as viewer:
        theirs = digests.digests(viewer)[0].id
        signed = next(one for one in notes.progress_notes(viewer, patient.id).items if one.clinical).id
    hers, lees, chart = patient.browser, psychiatrist.browser, f"/patients/{patient.id}/"
    for name, path in {
        "today": "/today/",
        "notes": "/notes/",
        "note": f"/notes/{note}/",
        "note_new": "/notes/new/",
        "reply_edit": f"/notes/{note}/replies/{reply}/edit/",
        "reply_withdraw": f"/notes/{note}/replies/{reply}/withdraw/",
        "goals": "/goals/",
        "goal": f"/goals/{goal}/",
        "goal_scale": f"/goals/{goal}/scale/",
        "treatments": "/treatments/",
        "tried": "/treatments/tried/",
        "medicine_judge_by": f"/medicines/{medicine}/judge-by/",
        "procedures": "/procedures/",
        "procedure": f"/procedures/{procedure}/",
        "levels": "/levels/",
        "level": f"/levels/{level}/",
        "conditions": "/conditions/",
        "condition": f"/conditions/{condition}/",
        "medicine": f"/medicines/{medicine}/",
        "medicine_edit": f"/medicines/{medicine}/edit/",
        "hard_days": "/hard-days/",
        "hard_days_one": f"/hard-days/{plan_for_hard_days}/",
        "telling": "/sharing/telling/",
        "help": "/help/",
        "measures": "/measures/",
        "measure": f"/measures/{measure}/",
        "phq9": "/measures/phq-9/",
        "gad7": "/measures/gad-7/",
        "reminders": "/measures/reminders/",
        "check_in_write": "/check-in/",
        "check_ins": "/check-ins/",
        "check_in": f"/check-ins/{check_in}/",
        "events": "/events/",
        "event": f"/events/{event}/",
        "audience": f"/audience/goal/{goal}/",
        "visits": "/visits/",
        "visit_new": "/visits/new/",
        "visit": f"/visits/{visit}/",
        "visit_calendar": f"/visits/{visit}/calendar.ics",
        "visit_question_new": "/visits/questions/new/",
        "visit_question": f"/visits/questions/{question}/",
        "plan_new": "/visits/plans/new/",
        "plan": f"/visits/plans/{plan}/",
        "call_new": "/visits/call/",
        "call": f"/visits/calls/{call}/",
        "imports": "/imports/",
        "sharing": "/sharing/",
        "consents": "/sharing/history/",
        "access_log": "/log/",
        "summary": "/summary/?days=own&start=2026-01-01",
        "timeline": "/timeline/?range=everything",
        "summary_pdf": "/summary/pdf/",
        "digests": "/weekly/",
        "digest": f"/weekly/{week}/",
        "account": "/account/",
        "weekly_mail": "/account/mail/",
        "tokens": "/account/tokens/",
    }.items():
        yield f"patient {name}", hers, path
    for name, path in {
        "caseload": "/caseload/",
        "chart": chart,
        "chart_timeline": f"{chart}timeline/?range=everything",
        "chart_notes": f"{chart}notes/",
        "chart_note": f"{chart}notes/{note}/",
        "chart_goals": f"{chart}goals/",
        "goal_propose": f"{chart}goals/propose/",
        "chart_medicines": f"{chart}medicines/",
        "chart_correction": f"{chart}corrections/medicine/{medicine}/",
        "chart_tried": f"{chart}tried/",
        "chart_procedures": f"{chart}procedures/",
        "chart_levels": f"{chart}levels/",
        "chart_conditions": f"{chart}conditions/",
        "chart_hard_days": f"{chart}hard-days/",
        "chart_measures": f"{chart}measures/",
        "chart_check_ins": f"{chart}check-ins/",
        "chart_measure": f"{chart}measures/{measure}/",
        "chart_visits": f"{chart}visits/",
        "chart_summary": f"{chart}summary/",
        "chart_summary_pdf": f"{chart}summary/pdf/",
        "clinical_note_new": f"{chart}notes/new/",
        "clinical_note_labels": f"{chart}notes/{signed}/labels/",
        "signed_notes": "/signed/",
        "digests": "/weekly/",
        "digest": f"/weekly/{theirs}/",
    }.items():
        yield f"clinician {name}", lees, path


def test_no_page_and_no_address_asks_more_when_there_are_more_records(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    write(patient, psychiatrist, FEW)
    with as_owner():
        User.objects.update(joined_at=Now() - timedelta(days=9))
    summaries.plan()
    for outbox in summaries.waiting():
        summaries.work(outbox)
    few = count(patient, psychiatrist, statements, FEW)
    few |= asked.count(patient, psychiatrist, statements, FEW, date(2026, 8, 3))
    few |= asked.count_writing(patient, statements, FEW)
    write(patient, psychiatrist, MANY - FEW)
    many = count(patient, psychiatrist, statements, MANY)
    many |= asked.count(patient, psychiatrist, statements, MANY, date(2026, 8, 10))
    many |= asked.count_writing(patient, statements, MANY)
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def count(patient: Maren, psychiatrist: Clinician, statements: Statements, records: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, browser, path in pages(patient, psychiatrist):
        with statements.counted(f"{name} ({records} records)") as counted:
            assert browser.get(path).status_code == 200, path
        found[name] = counted.number
    return found


@pytest.mark.parametrize("address", ["/caseload/"])
def test_the_caseload_asks_no_more_with_a_hundred_patients(
    patient: Maren, psychiatrist: Clinician, statements: Statements, address: str
) -> None:
    found: list[int] = []
    browser = psychiatrist.browser
    people = 1
    for wanted in (5, 100):
        while people < wanted:
            with as_owner():
                other = Maren(person(f"other{people}@example.org", f"Other {people}", Role.PATIENT))
                joins(other, psychiatrist.user, "Psychiatrist", EVERYTHING)
            other.writes_note("words", shared=True)
            other.does(add_goal, words="walk")
            people += 1
        browser.get(address)
        with statements.counted(f"clinician caseload ({wanted} patients)") as counted:
            assert f"{wanted} people" in browser.get(address).content.decode()
        found.append(counted.number)
    assert found[0] == found[1]
