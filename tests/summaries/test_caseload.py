"""The caseload: people by name, from what each shows, in as many statements whatever their number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent, Purpose
from careteam.goals import services as goals
from careteam.goals.models import Goal
from careteam.sharing import services as sharing
from careteam.sharing.errors import Invalid
from careteam.summaries.caseload import Caseload, caseload
from careteam.summaries.queries import overview
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.measures.forms import SEVENTEEN, TWELVE, at, sends
from tests.treatments.words import takes


def rows(clinician: Clinician) -> Caseload:
    """The first page."""
    found: Caseload = clinician.does(caseload)
    return found


def another(clinician: Clinician, number: int) -> Maren:
    """A further patient who shows this clinician everything."""
    with as_owner():
        found = Maren(person(f"p{number}@example.org", f"Person {number:02}", Role.PATIENT))
        joins(found, clinician.user, "Psychiatrist", EVERYTHING)
        return found


def test_a_row_holds_name_age_score_and_medicines(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, SEVENTEEN, at(2))
    sends(patient, TWELVE, at(20))
    takes(patient, "Lithium", start="2025")
    takes(patient, "Sertraline", start="2023", end="2024")
    (row,) = rows(psychiatrist).rows
    assert (row.name, row.medicines) == ("Maren Holt", ("Lithium",))
    assert row.score is not None
    assert row.score.newest is not None
    assert (row.score.newest.total, row.score.since_previous and row.score.since_previous.points) == (12, -5)


def test_people_stand_by_name_and_pages_count_people_alone(patient: Maren, psychiatrist: Clinician) -> None:
    for number in range(3):
        another(psychiatrist, number)
    first: Caseload = psychiatrist.does(caseload, size=3)
    second: Caseload = psychiatrist.does(caseload, number=2, size=3)
    assert [row.name for row in first.rows] == ["Maren Holt", "Person 00", "Person 01"]
    assert [row.name for row in second.rows] == ["Person 02"]
    assert (first.pages, first.people, second.number) == (2, 4, 2)
    for number in (0, 3):
        with pytest.raises(Invalid):
            psychiatrist.does(caseload, number=number, size=3)


def test_a_row_counts_what_is_new_since_the_last_visit_and_only_what_is_shown(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    goal = patient.does(goals.add_goal, words="Walk")
    patient.writes_note("x", shared=True)
    patient.writes_note("only me")
    assert (rows(psychiatrist).rows[0].new, rows(gp).rows[0].new) == (2, 1)
    psychiatrist.does(overview, patient.id)
    assert rows(psychiatrist).rows[0].new == 0
    back = timedelta(hours=1)
    with as_owner():
        AuditEvent.objects.update(at=F("at") - back)
    assert rows(psychiatrist).rows[0].new == 2  # written after that visit
    patient.does(sharing.set_audience, Goal, goal, audience="only_me")
    assert rows(psychiatrist).rows[0].new == 1


def test_opening_the_list_is_no_visit(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(goals.add_goal, words="Walk")
    for _ in range(2):
        assert rows(psychiatrist).rows[0].new == 1


def test_somebody_who_shows_nothing_has_a_name_and_nothing_else_whatever_the_reason(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, TWELVE)
    takes(patient, "Lithium", start="2025")
    patient.pauses()
    (row,) = rows(psychiatrist).rows
    assert (row.name, row.score, row.medicines, row.new) == ("Maren Holt", None, (), 0)


def test_who_ended_the_team_and_who_never_confirmed_it_have_no_row(
    patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    patient.stops(psychiatrist)
    for who in (psychiatrist, stranger):
        found = rows(who)
        assert (found.rows, found.pages, found.people) == ((), 1, 0)


def test_the_list_is_written_down_for_each_person_with_what_it_showed(patient: Maren, psychiatrist: Clinician) -> None:
    form = sends(patient, TWELVE)
    medicine = takes(patient, "Lithium", start="2025")
    silent = another(psychiatrist, 1)
    rows(psychiatrist)
    with as_owner():
        found = AuditEvent.objects.filter(action=Purpose.CASELOAD)
        told = set(found.filter(patient_id=patient.id).values_list("category", "record_ids__0"))
        assert not found.filter(patient_id=silent.id).exists()
    assert told == {("measures", form), ("treatments", medicine)}


def test_it_takes_as_many_statements_whatever_the_number_of_people(patient: Maren, psychiatrist: Clinician) -> None:
    def statements() -> int:
        with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as found:
            caseload(viewer)
        return len(found)

    def fill(one: Maren) -> None:
        sends(one, TWELVE)
        takes(one, "Lithium", start="2025")
        one.does(goals.add_goal, words="Walk")

    fill(patient)
    few = statements()
    for number in range(4):
        fill(another(psychiatrist, number))
    assert statements() == few
