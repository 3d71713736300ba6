"""Medicines: written down by the patient in her own words, every step of the dose kept, seen by the rule."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.treatments.doses import DosePeriod, dose_period
from careteam.treatments.queries import (
    current_medicines,
    medicine,
    medicine_versions,
    medicines,
)
from careteam.treatments.services import (
    add_medicine,
    change_dose,
    edit_medicine,
    note_side_effects,
    stop_medicine,
    withdraw_medicine,
)
from tests.conftest import Clinician, Maren
from tests.treatments.words import acts, as_written, sees, takes


# -- Writing down ------------------------------------------------------------------------------------------------------
def test_a_medicine_is_kept_exactly_as_she_tells_of_it(patient: Maren) -> None:
    id_ = takes(
        patient,
        "Lithium",
        dose_period("900", "mg", "at night", "2024-10-19"),
        start="2024-10-19",
        purpose="with escitalopram, for the mood",
        route_form="tablet",
        helped="cannot-tell",
        side_effects="Hands shake in the morning.",
    )
    view = sees(patient, id_)
    assert (view.name, view.dose, view.when) == ("Lithium", "900 mg, at night", "since 19 October 2024")
    assert (view.purpose, view.route_form) == ("with escitalopram, for the mood", "tablet")
    assert (view.status, view.status_words, view.current) == ("active", "Taking it", True)
    assert (view.helped_words, view.stop_reason_words) == ("Cannot tell", "")
    assert view.side_effects == "Hands shake in the morning."
    assert (view.version, view.changed_at, view.codes) == (1, None, ())


def test_that_small_blue_pill_is_kept_as_typed_without_a_code(patient: Maren) -> None:
    view = sees(patient, takes(patient, "  that small\nblue pill "))
    assert (view.name, view.codes, view.dose, view.when) == ("that small blue pill", (), "", "start not known")


def test_a_year_orders_the_list_and_no_day_is_shown_for_it(patient: Maren) -> None:
    old = takes(patient, "citalopram", start="2017", stopped_why="It did nothing.", status="stopped")
    newer = takes(patient, "sertraline", start="2018-03", end="2018-05")
    oldest = takes(patient, "fluoxetine", start="2016-12-31", end="2017-02-01")
    items = patient.does(medicines, patient.id).items
    assert [view.id for view in items] == [newer, old, oldest]
    assert [view.when for view in items] == [
        "March to May 2018",
        "2017, end not known",
        "31 December 2016 to 1 February 2017",
    ]
    assert [view.status for view in items] == ["completed", "stopped", "completed"]


def test_the_place_in_the_list_is_midnight_in_her_zone_and_now_when_nothing_is_known(patient: Maren) -> None:
    view = sees(patient, takes(patient, "sertraline", start="2023-03"))
    assert view.effective_at == datetime(2023, 3, 1, tzinfo=ZoneInfo("America/New_York"))
    unknown = sees(patient, takes(patient, "something"))
    assert unknown.effective_at == unknown.recorded_at


def test_a_medicine_of_1900_is_kept(patient: Maren) -> None:
    assert sees(patient, takes(patient, "laudanum", start="1900", end="1900")).when == "1900"


def test_a_start_to_come_is_planned_and_not_among_what_is_taken(patient: Maren) -> None:
    tomorrow = patient.viewer.today + timedelta(days=1)
    view = sees(patient, takes(patient, "lamotrigine", dose_period("25", "mg"), start=tomorrow.isoformat()))
    assert (view.status, view.current, view.dose) == ("intended", False, "25 mg")
    assert view.when.startswith("planned from ")
    assert patient.does(current_medicines, patient.id) == ()


def test_what_is_taken_as_needed_says_so(patient: Maren) -> None:
    view = sees(patient, takes(patient, "trazodone", dose_period("50", "mg", "for sleep"), as_needed=True))
    assert (view.as_needed, view.dose) == (True, "50 mg, for sleep")


def test_two_doses_a_day_stand_side_by_side(patient: Maren) -> None:
    view = sees(
        patient, takes(patient, "sertraline", dose_period("50", "mg", "morning"), dose_period("50", "mg", "evening"))
    )
    assert view.dose == "50 mg, morning + 50 mg, evening"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"purpose": "x" * 501}, "purpose"),
        ({"route_form": "x" * 201}, "route_form"),
        ({"start": "last spring"}, "start"),
        ({"end": "2023-13"}, "end"),
        ({"start": "2023-03-14", "end": "2023-03-13"}, "end"),
        ({"start": "2023", "periods": [dose_period("5", "mg", "", "2022")]}, "periods"),
        ({"status": "pending"}, "status"),
        ({"stop_reason": "bored"}, "stop_reason"),
        ({"stopped_why": "x" * 4001}, "stopped_why"),
        ({"helped": "very"}, "helped"),
        ({"side_effects": "x" * 4001}, "side_effects"),
        ({"audience": "all"}, "audience"),
        ({"audience": "named"}, "audience"),
        ({"labels": ["weather"]}, "labels"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        patient.does(add_medicine, **{"name": "lithium", **facts})
    assert list(refused.value.fields) == [field]
    assert patient.does(medicines, patient.id).items == ()


def test_one_day_is_a_time_to_have_taken_something(patient: Maren) -> None:
    view = sees(patient, takes(patient, "ketamine", start="2023-03-14", end="2023-03-14"))
    assert (view.when, view.status) == ("14 March 2023", "completed")


# -- Changing a dose ---------------------------------------------------------------------------------------------------
def test_a_changed_dose_closes_the_one_before_and_rewrites_nothing(patient: Maren) -> None:
    id_ = takes(patient, "lithium", dose_period("300", "mg", "night", "2024-01-05"), start="2024-01-05")
    assert patient.does(change_dose, id_, from_="2024-02-01", amount="600", unit="mg", times="night", expected=1) == 2
    assert patient.does(change_dose, id_, from_="2024-03-01", amount="900", unit="MG", times="night", expected=2) == 3
    view = sees(patient, id_)
    assert view.dose == "900 mg, night (since 1 March 2024)"
    assert [(one.words, one.when) for one in view.periods] == [
        ("300 mg, night", "5 to 31 January 2024"),
        ("600 mg, night", "1 to 29 February 2024"),
        ("900 mg, night", "since 1 March 2024"),
    ]
    second, first = patient.does(medicine_versions, patient.id, id_)
    assert second.periods[0] == view.periods[0]
    assert first.periods == (dose_period("300", "mg", "night", "2024-01-05"),)
    assert (first.dose, first.when, first.status_words) == ("300 mg, night", "since 5 January 2024", "Taking it")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"from_": ""}, "from_"),
        ({"from_": "soon"}, "from_"),
        ({"from_": "2024-01-05"}, "from_"),
        ({"from_": "2023-12"}, "from_"),
        ({"amount": "1,000"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"unit": "spoon"}, "unit"),
        ({"times": "x" * 61}, "times"),
    ],
)
def test_a_dose_that_cannot_be_is_said_beside_its_field(patient: Maren, facts: dict[str, str], field: str) -> None:
    id_ = takes(patient, "lithium", dose_period("300", "mg", "", "2024-01-05"), start="2024-01-05")
    with pytest.raises(Invalid) as refused:
        patient.does(change_dose, id_, **{"from_": "2024-02", "amount": "600", "unit": "mg", **facts}, expected=1)
    assert list(refused.value.fields) == [field]
    assert sees(patient, id_).version == 1


def test_a_dose_outside_the_time_of_its_medicine_is_refused(patient: Maren) -> None:
    later = patient.viewer.today + timedelta(days=20)
    id_ = takes(patient, "prednisolone", start="2024-06", end=later.isoformat())
    for day in ("2024-05-31", (later + timedelta(days=1)).isoformat()):
        with pytest.raises(Invalid) as refused:
            patient.does(change_dose, id_, from_=day, amount="5", unit="mg", expected=1)
        assert list(refused.value.fields) == ["from_"]


def test_the_dose_of_what_has_ended_is_corrected_by_editing(patient: Maren) -> None:
    id_ = takes(patient, "bupropion", start="2021-08-07", end="2021-08-28")
    for act, facts in ((change_dose, {"from_": "2021-08-10", "amount": "300", "unit": "mg"}), (stop_medicine, {})):
        with pytest.raises(Invalid) as refused:
            patient.does(act, id_, **facts, expected=1)
        assert list(refused.value.fields) == [""]


def test_e61_a_second_save_of_one_version_is_a_conflict_and_nothing_is_lost(patient: Maren) -> None:
    id_ = takes(patient, "lithium", dose_period("300", "mg", "", "2024-01-05"), start="2024-01-05")
    patient.does(change_dose, id_, from_="2024-02-01", amount="600", unit="mg", expected=1)
    written = as_written(sees(patient, id_))
    for act, facts in (
        (change_dose, {"from_": "2024-02-01", "amount": "900", "unit": "mg"}),
        (stop_medicine, {"when": "2024-03"}),
        (note_side_effects, {"words": "shaky"}),
        (edit_medicine, written),
    ):
        with pytest.raises(Conflict) as refused:
            patient.does(act, id_, **facts, expected=1)
        assert refused.value.now == 2
    assert as_written(sees(patient, id_)) == written


def test_of_two_devices_saving_at_once_one_is_told(patient: Maren, commits: None) -> None:
    id_ = takes(patient, "lithium", dose_period("300", "mg", "", "2024-01-05"), start="2024-01-05")
    at_once = Barrier(2)

    def save(amount: str) -> str:
        try:
            at_once.wait(10)
            patient.does(change_dose, id_, from_="2024-02-01", amount=amount, unit="mg", expected=1)
        except Conflict:
            return "told"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(2) as devices:
        assert sorted(devices.map(save, ["600", "900"])) == ["saved", "told"]
    assert len(sees(patient, id_).periods) == 2


# -- Stopping ----------------------------------------------------------------------------------------------------------
def test_stopping_says_when_why_and_how_much_it_helped(patient: Maren) -> None:
    id_ = takes(patient, "sertraline", dose_period("50", "mg", "", "2021-03-06"), start="2021-03-06")
    stop = {"when": "2021-07-10", "why": "It wore off.", "reason": "did-not-help", "helped": "a-little"}
    assert patient.does(stop_medicine, id_, **stop, expected=1) == 2
    view = sees(patient, id_)
    assert (view.status, view.current, view.when) == ("stopped", False, "6 March to 10 July 2021")
    assert (view.stopped_why, view.stop_reason_words, view.helped_words) == (
        "It wore off.",
        "It did not help enough",
        "A little",
    )
    assert [one.when for one in view.periods] == ["6 March to 10 July 2021"]
    assert acts(patient, id_) == ["create", "revise"]


def test_an_answer_to_how_much_it_helped_stays_when_the_stop_gives_none(patient: Maren) -> None:
    id_ = takes(patient, "sertraline", helped="somewhat")
    patient.does(stop_medicine, id_, expected=1)
    assert sees(patient, id_).helped_words == "Somewhat"


def test_stopping_without_a_date_leaves_the_end_unknown(patient: Maren) -> None:
    id_ = takes(patient, "sertraline", dose_period("50", "mg"), start="2017")
    patient.does(stop_medicine, id_, expected=1)
    view = sees(patient, id_)
    assert (view.status, view.end, view.when) == ("stopped", None, "2017, end not known")
    assert view.stop_reason_words == "I do not know"
    assert view.periods == (DosePeriod("50", "mg"),)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"when": "2020"}, "when"),
        ({"when": "2999-01-01"}, "when"),
        ({"when": "yesterday"}, "when"),
        ({"reason": "bored"}, "reason"),
        ({"helped": "no"}, "helped"),
        ({"why": "x" * 4001}, "why"),
    ],
)
def test_a_stop_that_cannot_be_is_said_beside_its_field(patient: Maren, facts: dict[str, str], field: str) -> None:
    id_ = takes(patient, "sertraline", start="2021-03-06")
    with pytest.raises(Invalid) as refused:
        patient.does(stop_medicine, id_, **facts, expected=1)
    assert list(refused.value.fields) == [field]


def test_a_planned_medicine_that_is_called_off_was_not_taken(patient: Maren) -> None:
    id_ = takes(patient, "lamotrigine", start=(patient.viewer.today + timedelta(days=9)).isoformat())
    patient.does(stop_medicine, id_, reason="other", why="We chose another.", expected=1)
    view = sees(patient, id_)
    assert (view.status, view.when, view.stopped_why) == ("not-taken", "not taken", "We chose another.")


def test_steps_planned_for_after_the_stop_never_happened(patient: Maren) -> None:
    today = patient.viewer.today
    week = timedelta(days=7)
    now = dose_period("300", "mg", "", "2024-01", (today + week).isoformat())
    then = dose_period("600", "mg", "", (today + week).isoformat())
    id_ = takes(patient, "lithium", now, then, start="2024-01")
    patient.does(stop_medicine, id_, when=(today - week).isoformat(), expected=1)
    assert [(one.amount, one.end and one.end.earliest) for one in sees(patient, id_).periods] == [("300", today - week)]
    (old,) = patient.does(medicine_versions, patient.id, id_)
    assert old.periods == (now, then)


# -- Correcting --------------------------------------------------------------------------------------------------------
def test_everything_can_be_corrected_and_the_version_before_is_kept(patient: Maren) -> None:
    id_ = takes(patient, "sertralin", dose_period("50", "mg"), start="2021")
    right = {**as_written(sees(patient, id_)), "name": "sertraline", "start": "2020-11", "end": "2021-02", "status": ""}
    assert patient.does(edit_medicine, id_, **right, expected=1) == 2
    view = sees(patient, id_)
    assert (view.name, view.when, view.status) == ("sertraline", "November 2020 to February 2021", "completed")
    assert view.effective_at.date() == date(2020, 11, 1)
    (old,) = patient.does(medicine_versions, patient.id, id_)
    assert (old.name, old.when, old.start) == ("sertralin", "since 2021", "2021")
    assert old.changed_by == "Maren Holt"


def test_a_start_taken_out_puts_the_medicine_where_it_was_written_down(patient: Maren) -> None:
    id_ = takes(patient, "sertraline", start="2021")
    patient.does(edit_medicine, id_, **{**as_written(sees(patient, id_)), "start": ""}, expected=1)
    view = sees(patient, id_)
    assert (view.start, view.effective_at) == (None, view.recorded_at)


def test_side_effects_are_her_own_words_and_each_change_is_kept(patient: Maren) -> None:
    id_ = takes(patient, "lithium")
    patient.does(note_side_effects, id_, words="Hands shake.", expected=1)
    patient.does(note_side_effects, id_, words="Hands shake less now.", expected=2)
    assert sees(patient, id_).side_effects == "Hands shake less now."
    assert [old.side_effects for old in patient.does(medicine_versions, patient.id, id_)] == ["Hands shake.", ""]
    with pytest.raises(Invalid) as refused:
        patient.does(note_side_effects, id_, words="x" * 4001, expected=3)
    assert list(refused.value.fields) == ["words"]


# -- Who may -----------------------------------------------------------------------------------------------------------
def test_clinicians_read_medicines_and_change_none(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = takes(patient, "lithium", dose_period("300", "mg"))
    written = as_written(sees(psychiatrist, id_))
    assert psychiatrist.refused(add_medicine, name="x")
    assert psychiatrist.refused(edit_medicine, id_, **written, expected=1)
    assert psychiatrist.refused(change_dose, id_, from_="2024", amount="5", unit="mg", expected=1)
    assert psychiatrist.refused(stop_medicine, id_, expected=1)
    assert psychiatrist.refused(note_side_effects, id_, words="x", expected=1)
    assert psychiatrist.refused(withdraw_medicine, id_)
    assert psychiatrist.refused(medicine_versions, patient.id, id_)
    assert sees(patient, id_).version == 1


def test_who_has_no_consent_for_medicines_finds_no_trace(
    patient: Maren, therapist: Clinician, stranger: Clinician
) -> None:
    id_ = takes(patient, "lithium")
    assert therapist.refused(medicine, patient.id, id_)
    assert therapist.does(medicines, patient.id).items == ()
    assert therapist.does(current_medicines, patient.id) == ()
    assert stranger.refused(medicines, patient.id)
    assert stranger.refused(current_medicines, patient.id)


def test_another_patient_finds_nothing(patient: Maren, other_patient: Maren) -> None:
    id_ = takes(patient, "lithium")
    assert other_patient.refused(medicine, patient.id, id_)
    assert other_patient.refused(medicine, other_patient.id, id_)
    assert other_patient.refused(medicine_versions, other_patient.id, id_)
    assert other_patient.refused(stop_medicine, id_, expected=1)


def test_a_withdrawn_medicine_is_a_stub_for_who_opened_it_and_not_taken_now(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    id_ = takes(patient, "lithium")
    sees(psychiatrist, id_)
    patient.does(withdraw_medicine, id_)
    assert psychiatrist.refused(medicine, patient.id, id_)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "medicine")] == [id_]
    assert gp.does(withdrawals, patient.id, "medicine") == ()
    assert patient.does(current_medicines, patient.id) == ()
    assert not sees(patient, id_).current
    assert patient.refused(note_side_effects, id_, words="x", expected=1)


def test_the_list_is_of_her_medicines_category(patient: Maren) -> None:
    assert sees(patient, takes(patient, "lithium")).category == Category.TREATMENTS
