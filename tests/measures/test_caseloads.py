"""Many patients at once, and what the log keeps of who was shown what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent, Purpose
from careteam.measures import queries, services
from careteam.sharing.codes import Category
from careteam.sharing.queries import sight
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.measures.forms import FIVE, SEVENTEEN, TWELVE, TWENTY, at, begins, hides, log, sends, statements


@pytest.fixture
def many(psychiatrist: Clinician, patient: Maren) -> list[Maren]:
    """Five patients of Dr Lee's; the last shares no questionnaires with her."""
    found = [patient]
    for number in range(4):
        with as_owner():
            another = Maren(person(f"p{number}@example.org", f"Patient {number}", Role.PATIENT))
            joins(another, psychiatrist.user, "Psychiatrist", EVERYTHING if number < 3 else [Category.GOALS])
        found.append(another)
    return found


def test_a_caseload_is_told_in_two_statements_however_long_it_is(psychiatrist: Clinician, many: list[Maren]) -> None:
    for someone in many:
        for day in range(1, 6):
            sends(someone, TWELVE if day % 2 else SEVENTEEN, at(day))
    one = statements(psychiatrist, queries.latest_for, [many[0].id])
    all_five = statements(psychiatrist, queries.latest_for, [someone.id for someone in many])
    assert one == all_five == 2


def test_a_caseload_says_the_same_as_the_patients_page(psychiatrist: Clinician, many: list[Maren]) -> None:
    for number, someone in enumerate(many):
        sends(someone, TWENTY, at(1))
        sends(someone, [1] * 8 + [number % 3], at(10 + number))
    found = psychiatrist.does(queries.latest_for, [someone.id for someone in many])
    assert set(found) == {someone.id for someone in many[:4]}
    for someone in many[:4]:
        page = psychiatrist.does(queries.latest, someone.id)
        line = found[someone.id]
        assert (line.newest, line.previous, line.baseline) == (page.newest, page.previous, page.baseline)
        assert (line.banner, line.item9, line.forms) == (page.banner, page.item9, page.forms)


def test_a_caseload_without_patients_asks_nothing(psychiatrist: Clinician) -> None:
    assert psychiatrist.does(queries.latest_for, []) == {}


def test_what_is_new_counts_only_forms_one_may_see(psychiatrist: Clinician, many: list[Maren]) -> None:
    before = timezone.now() - timedelta(minutes=5)
    for someone in many:
        sends(someone, FIVE)
    hides(many[1], sends(many[1], TWELVE))
    begins(many[0], TWELVE)
    found = psychiatrist.does(queries.newer, {many[0].id: before, many[1].id: None, many[4].id: None})
    assert found == {many[0].id: 1, many[1].id: 1}
    assert psychiatrist.does(queries.newer, {many[0].id: timezone.now()}) == {}


def test_the_log_names_the_forms_that_were_shown_and_no_others(patient: Maren, psychiatrist: Clinician) -> None:
    shown = [sends(patient, TWENTY, at(1))]
    sends(patient, FIVE, at(2))
    shown += [sends(patient, TWELVE, at(3)), sends(patient, SEVENTEEN, at(4))]
    psychiatrist.does(queries.latest, patient.id, purpose=Purpose.OVERVIEW)
    (event,) = log(patient, "overview")
    assert set(event.record_ids) == set(shown)
    assert (event.actor_id, event.category, event.versions) == (psychiatrist.id, "measures", [1, 1, 1])


def test_a_caseload_writes_one_row_for_each_patient_shown(psychiatrist: Clinician, many: list[Maren]) -> None:
    for someone in many:
        sends(someone, FIVE, at(1))
    psychiatrist.does(queries.latest_for, [someone.id for someone in many])
    assert [len(log(someone, "caseload")) for someone in many] == [1, 1, 1, 1, 0]


def test_own_reads_previews_and_selections_leave_no_row(patient: Maren, psychiatrist: Clinician) -> None:
    response = sends(patient, FIVE, at(1))
    patient.does(queries.measure, patient.id, response)
    patient.does(queries.latest, patient.id)
    psychiatrist.does(queries.latest, patient.id, purpose=Purpose.PREVIEW)
    psychiatrist.does(queries.latest_for, [patient.id], purpose=Purpose.SELECT)
    found = psychiatrist.does(queries.references, [patient.id], date(2026, 3, 1), date(2026, 3, 1))
    assert found == [(patient.id, response, 1)]
    with patient.acting():
        assert set(AuditEvent.objects.values_list("action", flat=True)) == {"draft", "send"}


def test_references_leave_out_drafts_withdrawn_forms_and_other_weeks(patient: Maren) -> None:
    kept = sends(patient, FIVE, at(9))
    patient.does(services.withdraw_response, sends(patient, FIVE, at(10)))
    sends(patient, FIVE, at(16))
    begins(patient, FIVE)
    assert patient.does(queries.references, [patient.id], date(2026, 3, 9), date(2026, 3, 15)) == [
        (patient.id, kept, 1)
    ]


def test_the_number_of_statements_does_not_grow_with_the_forms(patient: Maren, psychiatrist: Clinician) -> None:
    def counted() -> list[int]:
        return [
            statements(reader, query, patient.id)
            for reader in (patient, psychiatrist)
            for query in (queries.measures, queries.latest, queries.trend)
        ]

    sends(patient, TWELVE, at(1))
    few = counted()
    for day in range(2, 12):
        sends(patient, SEVENTEEN, at(day))
    assert counted() == few
    assert max(few) <= 10


def test_a_line_for_a_weekly_summary_shows_what_the_rule_lets_through_now(
    patient: Maren, psychiatrist: Clinician
) -> None:
    whole, part = sends(patient, TWELVE, at(9)), sends(patient, [1, 1], at(8))
    hidden, draft = sends(patient, TWENTY, at(7)), begins(patient, FIVE)
    hides(patient, hidden)
    shown = psychiatrist.does(queries.lines, [draft, hidden, part, whole], purpose=Purpose.DIGEST)
    assert [line.words for line in shown] == ["PHQ-9: 12, moderate", "PHQ-9: incomplete (2 of 9)"]
    assert set(log(patient, "digest")[0].record_ids) == {whole, part}
    patient.does(services.withdraw_response, whole)
    assert [line.id for line in psychiatrist.does(queries.lines, [whole, part], purpose=Purpose.DIGEST)] == [part]


def test_a_page_that_knows_its_sight_does_not_ask_for_it_again(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, FIVE)
    with patient.acting() as viewer:
        seen = sight(viewer, patient.id)
    alone = statements(patient, queries.latest, patient.id)
    assert statements(patient, queries.latest, patient.id, sight=seen) == alone - 3
