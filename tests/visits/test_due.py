"""When the next form is expected: the days, and who is told of a late one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.audit.models import AuditEvent
from careteam.measures.models import QuestionnaireResponse
from careteam.sharing.queries import reader
from careteam.sharing.services import set_audience
from careteam.summaries.due import due, overdue_for
from careteam.summaries.reasons import Late
from careteam.visits import services as visits
from careteam.visits.due import next_due, overdue_days
from careteam.visits.models import TrackingPlan
from tests.api.world import answered
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import NEW_YORK

BEGAN = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("weeks", "last", "on"),
    [
        (2, None, BEGAN),  # the first is wanted on the day it was agreed
        (2, date(2026, 3, 2), date(2026, 3, 16)),
        (2, date(2026, 3, 10), date(2026, 3, 24)),
        (1, date(2025, 1, 1), BEGAN),  # nobody is late for a plan that was not made yet
        (12, date(2026, 2, 1), date(2026, 4, 26)),
        (1, date(2026, 12, 28), date(2027, 1, 4)),
        (4, date(2028, 2, 15), date(2028, 3, 14)),  # a leap year
    ],
)
def test_the_next_form_is_so_many_weeks_after_the_last(weeks: int, last: date | None, on: date) -> None:
    assert next_due(BEGAN, weeks, last) == on


@pytest.mark.parametrize(("late", "days"), [(-1, 0), (0, 0), (6, 0), (7, 7), (8, 8), (400, 400)])
def test_overdue_is_said_from_seven_days_on(late: int, days: int) -> None:
    assert overdue_days(BEGAN, BEGAN + timedelta(days=late)) == days


def agreed(patient: Maren, whom: Clinician, ago: int, weeks: int = 2) -> UUID:
    plan: UUID = patient.does(visits.add_plan, practitioner=whom.id, weeks=weeks)
    back(TrackingPlan, plan, ago)
    return plan


def back(model: Any, record: UUID, ago: int) -> None:
    with as_owner():
        at = datetime.now(NEW_YORK) - timedelta(days=ago)  # calendar days, also across a change of clocks
        assert model.unscoped("the test's dates").filter(pk=record).update(effective_at=at) == 1


def test_a_late_form_is_told_to_whom_the_plan_is_with(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    agreed(patient, psychiatrist, ago=60)
    back(QuestionnaireResponse, answered(patient), ago=30)
    assert psychiatrist.does(overdue_for, [patient.id]) == {patient.id: Late(16, "PHQ-9")}
    assert therapist.does(overdue_for, [patient.id]) == {}
    with as_owner():
        told = AuditEvent.objects.filter(action="caseload", category="visits")
        assert [row.actor_id for row in told] == [psychiatrist.id]


def test_a_form_she_may_not_see_is_as_if_it_were_not_there(patient: Maren, psychiatrist: Clinician) -> None:
    agreed(patient, psychiatrist, ago=60)
    back(QuestionnaireResponse, answered(patient), ago=30)
    hidden = answered(patient)
    assert psychiatrist.does(overdue_for, [patient.id]) == {}
    patient.does(set_audience, QuestionnaireResponse, hidden, audience="only_me")
    assert psychiatrist.does(overdue_for, [patient.id]) == {patient.id: Late(16, "PHQ-9")}
    assert patient.does(due, [patient.id])[patient.id][0].on == patient.viewer.today + timedelta(days=14)


def test_the_plan_that_wants_it_first_counts_and_a_plan_taken_back_does_not(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    plan = agreed(patient, psychiatrist, ago=60, weeks=2)
    agreed(patient, gp, ago=60, weeks=8)
    back(QuestionnaireResponse, answered(patient), ago=7)
    today = patient.viewer.today
    assert patient.does(due, [patient.id])[patient.id][0].on == today + timedelta(days=7)
    patient.does(visits.withdraw_plan, plan)
    assert patient.does(due, [patient.id])[patient.id][0].on == today + timedelta(days=49)


def test_a_pause_leaves_nobody_late(patient: Maren, psychiatrist: Clinician) -> None:
    agreed(patient, psychiatrist, ago=60)
    patient.pauses()
    assert psychiatrist.does(overdue_for, [patient.id]) == {}


def test_it_is_asked_in_two_statements_and_logged_in_one(patient: Maren, psychiatrist: Clinician) -> None:
    agreed(patient, psychiatrist, ago=60)
    with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as asked:
        assert overdue_for(viewer, [patient.id]) == {patient.id: Late(60, "PHQ-9")}
    told = [one["sql"] for one in asked if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]]
    assert [sql.split(" ", 1)[0] for sql in told] == ["SELECT", "SELECT", "INSERT"]


def test_a_look_through_her_eyes_tells_the_same_and_leaves_no_row(patient: Maren, psychiatrist: Clinician) -> None:
    agreed(patient, psychiatrist, ago=60)
    with patient.acting() as viewer:
        assert overdue_for(reader(viewer, psychiatrist.member.id), [patient.id]) == {patient.id: Late(60, "PHQ-9")}
    with as_owner():
        assert not AuditEvent.objects.filter(action="caseload").exists()
