"""The day to judge a medicine by, agreed to by both, and days taken: what voids, who may, and what the wall refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from careteam.accounts.viewer import acting_as
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.services import set_audience
from careteam.treatments.history import Beside, beside
from careteam.treatments.judging import agree_to_judge_by, set_judge_by
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import (
    add_medicine,
    change_dose,
    edit_medicine,
    name_ingredient,
    note_side_effects,
    stop_medicine,
)
from careteam.treatments.taking import say_taken
from tests.conftest import Clinician, Maren, Person
from tests.treatments.doses import dose
from tests.treatments.words import acts, as_written, sees, takes

INSERT = (
    "INSERT INTO {table} (id, patient_id, author_id, version, recorded_at, changed_at, about_id, {columns})"
    " VALUES (gen_random_uuid(), %s, %s, 1, now(), now(), %s, {values})"
)


def stands(person: Maren | Clinician, medicine: UUID) -> Beside:
    found: Beside = person.does(beside, medicine)
    return found


def agreed(patient: Maren, lee: Clinician) -> UUID:
    """Lithium with a day in four weeks that Dr Lee agreed to."""
    medicine = takes(patient, "Lithium", dose("600"), start="2026-01")
    patient.does(set_judge_by, medicine, on=patient.viewer.today + timedelta(days=28), expected=1)
    lee.does(agree_to_judge_by, patient.id, medicine, expected=2)
    return medicine


def test_both_agree_on_one_version_and_every_edit_asks_anew(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = agreed(patient, psychiatrist)
    assert stands(patient, medicine).judge.agreed_by == ("Dr Sun-hee Lee",)
    hers = stands(psychiatrist, medicine).judge
    assert (hers.agreed, hers.may_agree, hers.reached) == (True, False, False)
    psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=2)  # said twice, it is said once
    assert acts(patient, medicine) == ["create", "revise"]
    edits: list[Callable[[int], object]] = [
        lambda version: patient.does(note_side_effects, medicine, words="shaky", expected=version),
        lambda version: patient.does(change_dose, medicine, from_="2026-03", amount="900", unit="mg", expected=version),
        lambda version: patient.does(
            set_judge_by, medicine, on=patient.viewer.today + timedelta(days=30), expected=version
        ),
    ]
    for edit in edits:
        version = sees(patient, medicine).version
        assert stands(patient, medicine).judge.agreed_by == ("Dr Sun-hee Lee",)
        edit(version)
        assert stands(patient, medicine).judge.agreed_by == ()
        assert stands(psychiatrist, medicine).judge.may_agree
        with pytest.raises(Conflict):
            psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=version)
        psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=version + 1)
    patient.does(set_audience, MedicationStatement, medicine, audience="category")
    assert stands(patient, medicine).judge.agreed_by == ("Dr Sun-hee Lee",)  # who sees it is no edit


def test_only_a_clinician_who_sees_it_agrees_and_only_its_patient_sets_a_day(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    medicine = takes(patient, "Lithium", start="2026-01")
    with pytest.raises(Invalid):
        psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=1)  # there is no day yet
    patient.does(set_judge_by, medicine, on=patient.viewer.today, expected=1)
    for person in (patient, other_patient, therapist, stranger):
        assert person.refused(agree_to_judge_by, patient.id, medicine, expected=2)
    assert psychiatrist.refused(set_judge_by, medicine, on=None, expected=2)
    assert psychiatrist.refused(say_taken, medicine, days=3)
    patient.does(set_audience, MedicationStatement, medicine, audience="only_me")
    assert psychiatrist.refused(agree_to_judge_by, patient.id, medicine, expected=2)


def test_a_day_lies_ahead_and_within_the_medicines_own_time(patient: Maren) -> None:
    today = patient.viewer.today
    medicine = takes(patient, "Lithium", start=(today + timedelta(days=9)).isoformat())
    for on, field in ((today - timedelta(days=1), "on"), (today, "on"), (today + timedelta(days=800), "on")):
        with pytest.raises(Invalid) as refused:
            patient.does(set_judge_by, medicine, on=on, expected=1)
        assert refused.value.fields.keys() == {field}
    assert patient.does(set_judge_by, medicine, on=today + timedelta(days=9), expected=1) == 2
    assert patient.does(set_judge_by, medicine, on=None, expected=2) == 3
    over = takes(patient, "Sertraline", start="2020", end="2021")
    with pytest.raises(Invalid) as refused:
        patient.does(set_judge_by, over, on=today, expected=1)
    assert refused.value.fields.keys() == {""}


def test_days_taken_stand_below_the_medicine_and_change_nothing_of_it(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = agreed(patient, psychiatrist)
    for days in (4, 6):
        patient.does(say_taken, medicine, days=days)
    answers = [(one.on, one.days) for one in stands(psychiatrist, medicine).taken]
    assert answers == [(patient.viewer.today, 6)]  # the last answer of a day
    assert (sees(patient, medicine).version, stands(patient, medicine).judge.agreed_by) == (2, ("Dr Sun-hee Lee",))
    for days in (-1, 8):
        with pytest.raises(Invalid):
            patient.does(say_taken, medicine, days=days)
    stopped = takes(patient, "Sertraline", start="2020", end="2021")
    assert patient.refused(say_taken, stopped, days=3)
    patient.does(set_audience, MedicationStatement, medicine, audience="only_me")
    assert psychiatrist.refused(beside, medicine)


def test_the_wall_lets_neither_side_write_for_the_other(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    medicine = takes(patient, "Lithium", start="2026-01")
    taken = INSERT.format(table="treatments_takendays", columns='"on", days', values="current_date, 3")
    agrees = INSERT.format(table="treatments_judgeagreed", columns="about_version", values="1")
    for statement, writer, written in (
        (taken, psychiatrist, False),
        (taken, patient, True),
        (agrees, patient, False),
        (agrees, gp, True),
    ):
        assert _writes(writer, statement, [patient.id, writer.id, medicine]) == written
    patient.shares(gp, Category.GOALS)
    assert not _writes(gp, agrees, [patient.id, gp.id, medicine])


def _writes(who: Person, statement: str, values: list[UUID]) -> bool:
    try:
        with acting_as(who.viewer), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError:
        return False
    return True


# -- What it is, and per cent better -----------------------------------------------------------------------------------
def test_what_it_is_is_said_beside_the_name_and_goes_when_the_name_changes(patient: Maren) -> None:
    medicine = takes(patient, "Zoloft", start="2025")
    assert patient.does(name_ingredient, medicine, ingredient="sertraline", expected=1) == 2
    view = sees(patient, medicine)
    assert (view.name, view.ingredient) == ("Zoloft", "sertraline")
    with pytest.raises(Invalid) as refused:
        patient.does(name_ingredient, medicine, ingredient="Zoloft", expected=2)
    assert refused.value.fields.keys() == {"ingredient"}
    patient.does(edit_medicine, medicine, **{**as_written(view), "name": "Prozac"}, expected=2)
    assert sees(patient, medicine).ingredient == ""


def test_per_cent_better_is_never_more_at_the_end_than_at_its_best(patient: Maren) -> None:
    for best, at_end, field in ((101, None, "best"), (-1, None, "best"), (50, 60, "at_end"), (None, 10, "best")):
        with pytest.raises(Invalid) as refused:
            patient.does(add_medicine, name="Sertraline", best=best, at_end=at_end)
        assert refused.value.fields.keys() == {field}
    medicine = takes(patient, "Sertraline", start="2025-01", best=80)
    patient.does(stop_medicine, medicine, when="2025-12", at_end=30, expected=1)
    view = sees(patient, medicine)
    assert (view.best, view.at_end) == (80, 30)


def test_a_unit_that_looks_mixed_up_is_asked_about_wherever_a_dose_is_written(patient: Maren) -> None:
    wrong = dose("25", "2026-01")
    with pytest.raises(Invalid) as refused:
        takes(patient, "liothyronine", wrong)
    assert refused.value.fields.keys() == {"unit_confirmed"}
    medicine = takes(patient, "liothyronine", wrong, unit_confirmed=True)
    view = sees(patient, medicine)
    patient.does(edit_medicine, medicine, **{**as_written(view), "purpose": "mood"}, expected=1)  # confirmed already
    with pytest.raises(Invalid):
        patient.does(change_dose, medicine, from_="2026-02", amount="50", unit="mg", expected=2)
    right = {"from_": "2026-02", "amount": "50", "unit": "mcg", "expected": 2}
    assert patient.does(change_dose, medicine, **right) == 3
