"""Lists of medicines: what is taken now, what changed, caseloads and digests, each from visible records alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent, Purpose
from careteam.sharing.codes import Audience, Category
from careteam.sharing.services import set_audience
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from careteam.treatments.queries import (
    changes,
    current_for,
    current_medicines,
    lines,
    medicines,
    newer,
    references,
)
from careteam.treatments.services import (
    accept_medicine,
    add_imported_medicine,
    note_side_effects,
    stop_medicine,
    withdraw_medicine,
)
from tests.conftest import Clinician, Maren, as_owner, joins, person
from tests.treatments.words import sees, takes

YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def told(patient: Maren, by: Clinician) -> list[tuple[str, list[UUID]]]:
    """What her log says this clinician was shown."""
    with patient.acting():
        rows = AuditEvent.objects.filter(actor_id=by.id, patient_id=patient.id).order_by("at", "id")
        return [(row.action, sorted(row.record_ids)) for row in rows]


def lithium(patient: Maren, **more: Any) -> UUID:
    steps = [("300", "2024-01-19", "2024-02-01"), ("600", "2024-02-02", "2024-02-15"), ("900", "2024-02-16", "")]
    doses = [dose_period(amount, "mg", "night", start, end) for amount, start, end in steps]
    return takes(patient, "lithium", *doses, start="2024-01-19", **more)


# -- Taken now ---------------------------------------------------------------------------------------------------------
def test_what_is_taken_now_comes_newest_first_and_only_that_is_told_as_opened(
    patient: Maren, psychiatrist: Clinician
) -> None:
    today = patient.viewer.today
    old = takes(patient, "escitalopram", dose_period("20", "mg", "morning"), start="2023-04-07")
    new = lithium(patient)
    others: dict[str, dict[str, str]] = {
        "finished": {"start": "2021", "end": "2021"},
        "a course that ran out": {
            "start": "2024-01",
            "end": (today - timedelta(days=1)).isoformat(),
            "status": "active",
        },
        "planned": {"start": (today + timedelta(days=1)).isoformat()},
        "on hold": {"status": "on-hold"},
        "stopped long ago": {"start": "2017", "stop_reason": "side-effects"},
        "a mistake": {"status": "entered-in-error"},
        "hers alone": {"audience": Audience.ONLY_ME},
    }
    for name, facts in others.items():
        takes(patient, name, **facts)
    until_today = takes(patient, "a course until today", start="2024-01-02", end=today.isoformat(), status="active")
    found = psychiatrist.does(current_medicines, patient.id, purpose=Purpose.OVERVIEW)
    assert [view.id for view in found] == [new, until_today, old]
    assert [view.dose for view in found] == ["900 mg, night (since 16 February 2024)", "", "20 mg, morning"]
    assert told(patient, psychiatrist) == [("overview", sorted([new, until_today, old]))]
    assert patient.does(current_medicines, patient.id)[0].name == "hers alone"


def test_a_course_that_has_run_out_is_shown_as_finished(patient: Maren, gp: Clinician) -> None:
    id_ = takes(patient, "amoxicillin", start="2024-01-02", end=patient.viewer.today.isoformat(), status="active")
    assert sees(gp, id_).current
    with as_owner(), connection.cursor() as cursor:
        cursor.execute('UPDATE treatments_medicationstatement SET "end" = %s', ["2024-01-09"])
    view = sees(gp, id_)
    assert (view.status, view.status_words, view.current) == ("completed", "Finished", False)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_now_is_the_day_of_the_patient_and_not_of_the_clinician(patient: Maren, gp: Clinician, zone: str) -> None:
    with as_owner():
        patient.user.zone = zone
        patient.user.save()
        gp.user.zone = "Pacific/Pago_Pago" if zone == "Pacific/Kiritimati" else "Pacific/Kiritimati"
        gp.user.save()
    takes(patient, "until today", start="2024-01", end=patient.viewer.today.isoformat(), status="active")
    takes(patient, "from today", start=patient.viewer.today.isoformat())
    takes(patient, "until yesterday", start="2024-01", end=(patient.viewer.today - timedelta(days=1)).isoformat())
    names = {"from today", "until today"}
    assert gp.viewer.today != patient.viewer.today  # 25 hours lie between them: it is never one day
    assert {view.name for view in gp.does(current_medicines, patient.id)} == names
    assert {view.name for view in gp.does(medicines, patient.id).items if view.current} == names
    assert set(gp.does(current_for, [patient.id])[patient.id]) == names


def test_the_number_of_statements_does_not_grow(patient: Maren, psychiatrist: Clinician) -> None:
    def count(what: Any, *args: Any) -> int:
        with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as found:
            what(viewer, *args)
        return len(found)

    asked = [
        (medicines, patient.id),
        (current_medicines, patient.id),
        (current_for, [patient.id]),
        (changes, patient.id, *YEAR),
        (references, [patient.id], *YEAR),
    ]
    lithium(patient)
    few = [count(*one) for one in asked]
    for _ in range(6):
        lithium(patient)
    assert [count(*one) for one in asked] == few


# -- Caseload ----------------------------------------------------------------------------------------------------------
def test_a_caseload_says_what_each_takes_and_tells_each_patient_what_was_shown(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", [Category.TREATMENTS])
        third = Maren(person("third@example.org", "A Stranger", Role.PATIENT))
    hers = lithium(patient)
    takes(patient, "trazodone", dose_period("50", "mg"), start="2018", as_needed=True)
    takes(patient, "secret", audience=Audience.ONLY_ME)
    takes(other_patient, "sertraline", dose_period("50", "mg", "morning"), dose_period("100", "mg", "evening"))
    takes(third, "not hers to see")
    everybody = [patient.id, other_patient.id, third.id]
    with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as statements:
        found = current_for(viewer, everybody)
    assert found == {
        patient.id: ("lithium 900 mg", "trazodone 50 mg, as needed"),
        other_patient.id: ("sertraline 50 mg + 100 mg",),
    }
    assert len(statements) == 3
    ((action, shown),) = told(patient, psychiatrist)
    assert (action, hers in shown, len(shown)) == ("caseload", True, 2)
    assert [action for action, _ in told(other_patient, psychiatrist)] == ["caseload"]


def test_a_pause_empties_what_a_caseload_says(patient: Maren, psychiatrist: Clinician) -> None:
    lithium(patient)
    patient.pauses()
    assert psychiatrist.does(current_for, [patient.id]) == {}
    assert psychiatrist.does(current_medicines, patient.id) == ()
    assert psychiatrist.does(changes, patient.id, *YEAR) == ()
    assert psychiatrist.does(current_for, []) == {}


# -- Changes -----------------------------------------------------------------------------------------------------------
def test_changes_are_told_in_order_and_in_words(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = lithium(patient)
    bupropion = takes(patient, "Bupropion XL", dose_period("150", "mg"), start="2023-12-07", end="2024-02-20")
    vortioxetine = takes(patient, "vortioxetine", start="2024-02")
    patient.does(stop_medicine, vortioxetine, when="2024-03", reason="side-effects", expected=1)
    found = psychiatrist.does(changes, patient.id, *YEAR)
    assert [change.words for change in found] == [
        "Started lithium 300 mg on 19 January 2024",
        "Started vortioxetine in February 2024",
        "Dose of lithium to 600 mg on 2 February 2024",
        "Dose of lithium to 900 mg on 16 February 2024",
        "Stopped Bupropion XL on 20 February 2024",
        "Stopped vortioxetine in March 2024",
    ]
    assert {change.record for change in found} == {id_, bupropion, vortioxetine}


def test_only_changes_inside_the_period_are_told_and_only_their_records_disclosed(
    patient: Maren, psychiatrist: Clinician
) -> None:
    id_ = lithium(patient)
    takes(patient, "escitalopram", start="2023-04-07")
    takes(patient, "all of that year", start="2024", end="2024")
    found = psychiatrist.does(changes, patient.id, date(2024, 2, 2), date(2024, 2, 15))
    assert [change.words for change in found] == ["Dose of lithium to 600 mg on 2 February 2024"]
    assert told(patient, psychiatrist) == [("read", [id_])]


@pytest.mark.parametrize(
    ("start", "since", "until", "counts"),
    [
        ("2024-02-02", (2024, 2, 2), (2024, 2, 2), True),
        ("2024-02-02", (2024, 2, 3), (2024, 3, 3), False),
        ("2024-02", (2024, 2, 28), (2024, 3, 3), True),
        ("2024-02", (2024, 3, 1), (2024, 3, 3), False),
        ("2023", (2023, 6, 1), (2024, 3, 3), False),
        ("2023", (2023, 1, 1), (2023, 12, 31), True),
    ],
)
def test_a_date_counts_as_far_as_it_is_known(
    patient: Maren, start: str, since: tuple[int, int, int], until: tuple[int, int, int], counts: bool
) -> None:
    takes(patient, "lithium", start=start)
    assert bool(patient.does(changes, patient.id, date(*since), date(*until))) is counts


def test_what_is_planned_mistaken_withdrawn_or_hidden_has_not_changed(patient: Maren, psychiatrist: Clinician) -> None:
    today = patient.viewer.today
    tomorrow = (today + timedelta(days=1)).isoformat()
    takes(patient, "planned", start=tomorrow)
    takes(patient, "ends tomorrow", start="2018", end=tomorrow, status="active")
    takes(patient, "a mistake", start=today.isoformat(), status="entered-in-error")
    takes(patient, "never taken", start=today.isoformat(), status="not-taken")
    takes(patient, "hers alone", start=today.isoformat(), audience=Audience.ONLY_ME)
    gone = takes(patient, "withdrawn", start=today.isoformat())
    patient.does(withdraw_medicine, gone)
    assert psychiatrist.does(changes, patient.id, today, today + timedelta(days=9)) == ()
    assert [change.words.split(" on ")[0] for change in patient.does(changes, patient.id, today, today)] == [
        "Started hers alone"
    ]


def test_the_first_dose_of_a_medicine_whose_start_is_not_known_is_no_change(patient: Maren) -> None:
    takes(
        patient,
        "lithium",
        dose_period("300", "mg", "", "2024-01-05", "2024-02-01"),
        dose_period("600", "mg", "", "2024-02-02"),
    )
    found = patient.does(changes, patient.id, *YEAR)
    assert [change.words for change in found] == ["Dose of lithium to 600 mg on 2 February 2024"]


def test_a_first_dose_written_for_later_than_the_start_is_a_change(patient: Maren) -> None:
    takes(patient, "lithium", dose_period("600", "mg", "", "2024-02-02"), start="2024-01-05")
    assert [change.words for change in patient.does(changes, patient.id, *YEAR)] == [
        "Started lithium on 5 January 2024",
        "Dose of lithium to 600 mg on 2 February 2024",
    ]


# -- Digests -----------------------------------------------------------------------------------------------------------
def test_references_hold_what_was_written_or_changed_in_the_days_asked_for(
    patient: Maren, psychiatrist: Clinician
) -> None:
    old, changed = takes(patient, "lithium", start="2017"), takes(patient, "sertraline", start="2024-01")
    hidden = takes(patient, "hers alone", audience=Audience.ONLY_ME)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_medicationstatement SET changed_at = '2023-01-01'")
    patient.does(note_side_effects, changed, words="none", expected=1)
    today = patient.viewer.today
    assert psychiatrist.does(references, [patient.id], today, today) == [(patient.id, changed, 2)]
    assert psychiatrist.does(references, [patient.id], date(2022, 12, 1), today) == [
        (patient.id, changed, 2),
        (patient.id, old, 1),
    ]
    assert hidden in {id_ for _, id_, _ in patient.does(references, [patient.id], date(2022, 12, 1), today)}
    assert psychiatrist.does(newer, {patient.id: None}) == {patient.id: 2}
    assert told(patient, psychiatrist) == []  # selecting discloses nothing


def test_a_medicine_is_new_on_the_day_she_accepts_it_and_none_when_withdrawn(patient: Maren) -> None:
    id_ = patient.does(add_imported_medicine, name="lithium", import_key="k")
    today = patient.viewer.today
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_medicationstatement SET changed_at = '2023-01-01'")
    assert patient.does(references, [patient.id], today, today) == []
    patient.does(accept_medicine, id_)
    assert patient.does(references, [patient.id], today, today) == [(patient.id, id_, 1)]
    patient.does(withdraw_medicine, id_)
    assert patient.does(references, [patient.id], today, today) == []


def test_lines_pass_through_the_rule_again_at_each_opening(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = lithium(patient)
    (line,) = psychiatrist.does(lines, [id_, uuid4()], purpose=Purpose.DIGEST)
    assert (line.id, line.words, line.category) == (id_, "lithium", Category.TREATMENTS)
    patient.does(set_audience, MedicationStatement, id_, audience=Audience.ONLY_ME)
    assert psychiatrist.does(lines, [id_], purpose=Purpose.DIGEST) == []
    assert told(patient, psychiatrist) == [("digest", [id_])]
