"""Medicines and goals out of FHIR files: what is found, whose it is, what is left out and said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.exchange.fhir_dose import Amount
from careteam.exchange.fhir_in import FhirImport, FhirPatient
from tests.exchange.fhir import (
    MAREN,
    bundle,
    goal,
    invented,
    prescribed,
    problems,
    read,
    taken,
)


def names(found: FhirImport) -> list[str]:
    return [medicine.name for medicine in found.medicines]


# --- what is found


def test_a_prescription_tells_its_dose_and_the_day_it_was_written() -> None:
    sertraline = {medicine.name: medicine for medicine in read(invented("collection")).medicines}["Sertraline"]
    assert (sertraline.dose, sertraline.timing, sertraline.times_a_day) == ("50 mg twice daily", "twice daily", 2)
    assert sertraline.amount == Amount(Decimal(50), "mg")  # each time: a hundred a day is for others to work out
    assert (sertraline.start, sertraline.start_is, sertraline.end) == ("2026-01-15", "prescribed", None)
    assert (sertraline.status, sertraline.reason, sertraline.source) == ("active", "Depression", "MedicationRequest")
    assert sertraline.codes[0].code == "312941"


def test_a_statement_tells_when_it_was_taken_as_exactly_as_it_knows() -> None:
    found = {medicine.name: medicine for medicine in read(invented("collection")).medicines}["liothyronine"]
    assert (found.start, found.start_is, found.end) == ("2023", "taken", "2024-02")
    assert (found.dose, found.amount) == ("25 micrograms before breakfast", None)
    assert (found.status, found.why_status) == ("stopped", "Palpitations")


def test_a_contained_medicine_keeps_its_own_words_and_an_impossible_day_stays_empty() -> None:
    found = read(invented("collection"))
    pill = {medicine.name: medicine for medicine in found.medicines}["that small blue pill"]
    assert (pill.dose, pill.as_needed, pill.start, pill.codes) == ("1, as needed for sleep", True, None, ())
    assert "“that small blue pill”: its date is not a real date and stays empty." in found.problems


def test_a_goal_keeps_its_words_its_state_and_its_dates() -> None:
    (found,) = read(invented("collection")).goals
    assert found.text == "Walk to the library, three days a week"
    assert (found.status, found.achievement, found.start, found.due) == ("active", "improving", "2026-01", "2026-06-30")


def test_what_is_not_offered_is_counted_and_said() -> None:
    found = read(invented("collection"))
    assert found.skipped == {"Medication": 1, "MedicationRequest": 3, "MedicationStatement": 1, "Observation": 1}
    assert "1 prescription left out: marked in the file as entered in error." in found.problems
    assert "1 prescription left out: only proposed, not prescribed." in found.problems
    assert "1 prescription left out: the file says not to take it." in found.problems
    assert "1 medicine left out: about another person." in found.problems


@pytest.mark.parametrize("name", ["collection", "document", "history"])
def test_every_resource_is_either_found_or_counted_as_skipped(name: str) -> None:
    found = read(invented(name))
    held = sum("resource" in entry for entry in invented(name)["entry"])
    counted = len(found.medicines) + len(found.goals) + sum(found.skipped.values()) + (found.patient is not None)
    used = {"collection": 1, "document": 0, "history": 0}[name]  # Medications that medicines were named by
    assert counted + used == held


@pytest.mark.parametrize("type_", ["document", "transaction", "collection", "searchset", "batch", "history", "message"])
def test_any_type_of_bundle_is_read(type_: str) -> None:
    assert names(read(bundle(MAREN, prescribed(), type_=type_))) == ["Sertraline"]


def test_a_single_resource_is_read_and_its_person_known_by_the_name_it_shows() -> None:
    found = read(prescribed(subject={"reference": "Patient/1", "display": "Amy Shaw"}))
    assert names(found) == ["Sertraline"]
    assert found.patient == FhirPatient(("Amy Shaw",), None)


def test_old_names_are_not_used() -> None:
    assert read(invented("collection")).patient == FhirPatient(("Maren Holt",), "1984-03")


# --- versions and keys


def test_of_several_versions_the_newest_counts_and_what_was_deleted_is_not_offered() -> None:
    found = read(invented("history"))
    (medicine,) = found.medicines
    assert medicine.status == "stopped"
    assert medicine.end is None  # stopped, and nobody wrote when
    assert found.patient == FhirPatient(("Ana María Ñandú",), "1984")
    assert found.goals == ()
    assert "1 prescription left out: an older or repeated version of another." in found.problems
    assert "1 goal left out: deleted by the file itself." in found.problems


def test_the_same_file_twice_has_the_same_keys() -> None:
    first, again = read(invented("collection")), read(invented("collection"))
    assert [found.key for found in first.medicines] == [found.key for found in again.medicines]
    made = [found.key for found in first.medicines] + [found.key for found in first.goals]
    assert len(set(made)) == 4
    assert max(map(len, made)) <= 64


def test_an_identifier_outlives_new_ids_and_a_change_shows_in_the_fingerprint() -> None:
    named = [{"system": "urn:clinic", "value": "rx-1"}]
    (before,) = read(bundle(MAREN, prescribed(id="a1", identifier=named))).medicines
    (after,) = read(bundle(MAREN, prescribed(id="b2", identifier=named, status="stopped"))).medicines
    assert before.key == after.key
    assert before.fingerprint != after.fingerprint


def test_an_old_number_names_nothing() -> None:
    old = [{"use": "old", "system": "urn:clinic", "value": "rx-0"}]
    new = {"system": "urn:clinic", "value": "rx-1"}
    (before,) = read(bundle(MAREN, prescribed(identifier=[new]))).medicines
    (after,) = read(bundle(MAREN, prescribed(identifier=[*old, new]))).medicines
    assert before.key == after.key


def test_two_prescriptions_under_one_number_are_both_kept() -> None:
    number = [{"system": "urn:clinic", "value": "sheet-1"}]
    found = read(bundle(MAREN, prescribed("A", id="1", identifier=number), prescribed("B", id="2", identifier=number)))
    assert names(found) == ["A", "B"]
    assert len({medicine.key for medicine in found.medicines}) == 2


def test_a_short_id_is_not_the_same_thing_in_another_file() -> None:
    (first,) = read(bundle(MAREN, prescribed("Sertraline", id="1"))).medicines
    (other,) = read(bundle(MAREN, prescribed("Lithium", id="1"))).medicines
    assert first.key != other.key


def test_a_resource_alone_has_the_key_it_has_in_its_bundle() -> None:
    unique = "6f1f0f3a-1111-4a6e-9c1e-0000000000aa"
    inside = bundle(MAREN)
    inside["entry"].append({"fullUrl": f"urn:uuid:{unique}", "resource": prescribed()})
    (first,), (second,) = read(inside).medicines, read(prescribed(id=unique)).medicines
    assert first.key == second.key


def test_what_stands_twice_without_any_id_is_one() -> None:
    found = read(bundle(MAREN, prescribed(), prescribed()))
    assert names(found) == ["Sertraline"]
    assert found.skipped == {"MedicationRequest": 1}


@pytest.mark.parametrize("name", ["collection", "document", "history"])
@settings(deadline=None)
@given(data=st.data())
def test_the_order_of_entries_changes_nothing(name: str, data: st.DataObject) -> None:
    file = invented(name)
    shuffled = {**file, "entry": data.draw(st.permutations(file["entry"]))}
    assert read(shuffled) == read(file)


# --- what must not be lost or guessed


def test_no_known_medications_is_not_a_medicine() -> None:
    found = read(invented("document"))
    assert "1 medicine left out: the file says with it that no medicine is known." in found.problems


def test_a_name_longer_than_fits_is_left_out_and_said_never_cut() -> None:
    assert names(read(bundle(MAREN, taken("n" * 200)))) == ["n" * 200]
    found = read(bundle(MAREN, taken("n" * 201)))
    assert found.medicines == ()
    assert "left out: its name is longer than 200 characters." in problems(found)


@pytest.mark.parametrize(
    "more",
    [{"dosage": [{"text": "d" * 501}]}, {"reasonCode": [{"text": "r" * 501}]}, {"statusReason": [{"text": "w" * 501}]}],
)
def test_a_dose_or_reason_longer_than_fits_is_said_too(more: dict[str, Any]) -> None:
    found = read(bundle(MAREN, taken(**more)))
    assert found.medicines == ()
    assert "longer than 500 characters" in problems(found)


def test_a_goal_longer_than_fits_is_left_out_and_said() -> None:
    assert read(bundle(MAREN, goal("g" * 500))).goals[0].text == "g" * 500
    found = read(bundle(MAREN, goal("g" * 501)))
    assert (found.goals, found.skipped) == ((), {"Goal": 1})
    assert "its text is longer than 500 characters." in problems(found)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        ("2025-03-14", "2025-03-14"),
        ("2025-03-14T23:30:00-05:00", "2025-03-14"),  # the day as it was there, not as it was in Greenwich
        ("2025-03-14T23:30:00.123Z", "2025-03-14"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("2025-13", None),
        ("14.03.2025", None),
        ("2025-03-14T99:99:99Z", None),
        ("1066-10-14", None),
        ("٢٠٢٥", None),
        ("", None),
        (2025, None),
        (None, None),
        (["2025"], None),
    ],
)
def test_a_date_is_kept_as_written_or_empty_and_said(written: Any, kept: str | None) -> None:
    found = read(bundle(MAREN, taken(effectiveDateTime=written)))
    assert found.medicines[0].start == kept
    assert ("is not a real date" in problems(found)) is (kept is None)


def test_an_end_before_the_start_stays_empty_and_equal_dates_are_one_day() -> None:
    found = read(bundle(MAREN, taken(effectivePeriod={"start": "2025-03", "end": "2025-02-28"})))
    assert (found.medicines[0].start, found.medicines[0].end) == ("2025-03", None)
    assert "its end is before its start" in problems(found)
    same = read(bundle(MAREN, taken(effectivePeriod={"start": "2025-03-14", "end": "2025-03-14"})))
    assert same.medicines[0].end == "2025-03-14"


@pytest.mark.parametrize(
    ("resource", "status", "said"),
    [
        (prescribed(status="active"), "active", False),
        (prescribed(status="on-hold"), "on-hold", False),
        (prescribed(status="cancelled"), "not-taken", False),
        (prescribed(status="completed"), "completed", False),
        (prescribed(status="draft"), "intended", False),
        (prescribed(status="unknown"), "unknown", False),
        (prescribed(status="taken"), "unknown", True),
        (prescribed(status=7), "unknown", True),
        (taken(status="not-taken"), "not-taken", False),
        (taken(status="intended"), "intended", False),
        (taken(status=None), "unknown", True),
    ],
)
def test_how_a_medicine_stands(resource: dict[str, Any], status: str, said: bool) -> None:
    found = read(bundle(MAREN, resource))
    assert found.medicines[0].status == status
    assert ("does not say how it stands" in problems(found)) is said


def test_an_unknown_goal_status_is_the_weakest_one_and_said() -> None:
    found = read(bundle(MAREN, goal(lifecycleStatus="in-progress", achievementStatus={"coding": [{"code": "great"}]})))
    assert (found.goals[0].status, found.goals[0].achievement) == ("proposed", None)
    assert "taken as “proposed”" in problems(found)
    assert "how it goes" in problems(found)


def test_of_several_target_dates_the_last_is_kept_and_said() -> None:
    found = read(bundle(MAREN, goal(target=[{"dueDate": "2027-01"}, {"dueDate": "2026-06-30"}, {"dueDuration": {}}])))
    assert found.goals[0].due == "2027-01"
    assert "several target dates" in problems(found)
    assert "not on a date" in problems(found)


@pytest.mark.parametrize(
    "resource", [prescribed(modifierExtension=[{}]), taken(modifierExtension=[]), goal(modifierExtension={})]
)
def test_a_mark_that_may_turn_the_meaning_round_is_not_read_over(resource: dict[str, Any]) -> None:
    found = read(bundle(MAREN, resource))
    assert (found.medicines, found.goals) == ((), ())
    assert "does not understand" in problems(found)


def test_a_medicine_nobody_names_is_said() -> None:
    lost = prescribed(medicationCodeableConcept=None, medicationReference={"reference": "Medication/gone"})
    found = read(bundle(MAREN, lost))
    assert found.medicines == ()
    assert "the name of the medicine is not in the file" in problems(found)


@pytest.mark.parametrize(
    ("concept", "name"),
    [
        ({"text": "  Zoloft ", "coding": [{"display": "sertraline"}]}, "Zoloft"),
        ({"text": " ", "coding": [{"code": "1"}, {"display": "sertraline"}]}, "sertraline"),
        ({"coding": [{"system": "s", "code": "36437"}]}, "36437"),
    ],
)
def test_a_name_is_its_text_then_a_display_then_a_code(concept: dict[str, Any], name: str) -> None:
    assert names(read(bundle(MAREN, taken(medicationCodeableConcept=concept)))) == [name]


def test_a_medicine_can_be_named_by_what_is_in_it_or_by_its_reference() -> None:
    mixed = {
        "resourceType": "Medication",
        "id": "mix",
        "ingredient": [
            {"itemCodeableConcept": {"text": "olanzapine"}},
            {"itemCodeableConcept": {"text": "fluoxetine"}},
        ],
    }
    asked = taken(medicationCodeableConcept={}, medicationReference={"reference": "Medication/mix"})
    shown = taken(medicationCodeableConcept={}, medicationReference={"display": "Symbyax"})
    assert names(read(bundle(MAREN, mixed, asked, shown))) == ["olanzapine + fluoxetine", "Symbyax"]


def test_a_relative_reference_is_looked_for_on_its_own_server_first() -> None:
    def on(server: str, kind: str, resource: dict[str, Any]) -> dict[str, Any]:
        return {"fullUrl": f"https://{server}/fhir/{kind}/1", "resource": {**resource, "id": "1"}}

    def drug(name: str) -> dict[str, Any]:
        return {"resourceType": "Medication", "code": {"text": name}}

    asked = taken(medicationCodeableConcept=None, medicationReference={"reference": "Medication/1"}, subject={})
    file = bundle(MAREN)
    file["entry"] += [
        on("a", "Medication", drug("A")),
        on("b", "Medication", drug("B")),
        on("b", "MedicationStatement", asked),
    ]
    assert names(read(file)) == ["B"]


def test_an_absolute_reference_finds_a_medicine_that_has_only_an_id() -> None:
    drug = {"resourceType": "Medication", "id": "9", "code": {"text": "Lithium"}}
    asked = {"reference": "https://clinic.example/fhir/Medication/9"}
    assert names(read(bundle(MAREN, drug, taken(medicationCodeableConcept=None, medicationReference=asked)))) == [
        "Lithium"
    ]


def test_a_medicine_entered_in_error_takes_along_what_names_it() -> None:
    drug = {"resourceType": "Medication", "id": "9", "status": "entered-in-error", "code": {"text": "Lithium"}}
    asked = taken(medicationCodeableConcept=None, medicationReference={"reference": "Medication/9"})
    found = read(bundle(MAREN, drug, asked))
    assert found.medicines == ()
    assert found.skipped == {"Medication": 1, "MedicationStatement": 1}


@pytest.mark.parametrize("marked", [True, "true", 1, {}])
def test_what_may_say_do_not_take_is_never_offered_as_taken(marked: Any) -> None:
    assert read(bundle(MAREN, prescribed(doNotPerform=marked))).medicines == ()
    assert names(read(bundle(MAREN, prescribed(doNotPerform=False)))) == ["Sertraline"]


def test_a_refuted_reason_is_no_reason() -> None:
    ruled_out = {"coding": [{"code": "refuted"}]}
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": "Bipolar"}, "verificationStatus": ruled_out}
    found = read(bundle(MAREN, condition, prescribed(reasonReference=[{"reference": "Condition/c"}])))
    assert found.medicines[0].reason == ""


def test_text_that_cannot_be_stored_is_left_out_and_said() -> None:
    found = read(
        bundle(MAREN, taken("Sertraline", reasonCode=[{"text": "a\x00b"}, {"text": "c\ud800"}, {"text": "sad"}]))
    )
    assert found.medicines[0].reason == "sad"
    assert "cannot be stored" in problems(found)


def test_codes_without_a_system_or_beyond_the_limits_are_left_out_and_said() -> None:
    many = [{"system": "s", "code": str(number)} for number in range(25)]
    found = read(bundle(MAREN, taken(medicationCodeableConcept={"text": "x", "coding": [{"code": "alone"}, *many]})))
    assert len(found.medicines[0].codes) == 20
    assert "some of its codes" in problems(found)
