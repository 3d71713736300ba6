"""Whose is this file, and is that me? Entries about others, names in any order and script, partial birth dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.exchange.fhir_in import FhirPatient, same_person
from tests.exchange.fhir import MAREN, bundle, goal, invented, prescribed, problems, read, taken

BORN = date(1984, 3, 3)


def mismatches(theirs: str | tuple[str, ...], mine: str, born: str | None = None) -> list[str]:
    names = theirs if isinstance(theirs, tuple) else (theirs,)
    return same_person(FhirPatient(names, born), mine, BORN)


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ("Maren Holt", "maren HOLT"),
        ("Holt, Maren", "Maren Holt"),
        ("Ms. Maren Holt", "Maren Holt"),
        ("Maren Anna Holt", "Maren Holt"),
        ("Maren Holt", "Dr Maren Anna Holt"),
        ("Ana María Ñandú", "Ana Maria Nandu"),
        ("O'Brien-Ñandú Ana", "Ana O’Brien Ñandú"),
        ("Łukasz Øst", "Lukasz Ost"),
        ("Strauß Eva", "Eva STRAUSS"),
        ("小龍 李", "李小龍"),
        ("李小龍", "李 小龍"),
        ("نور الهدى", "الهدى نُور"),
        ("Jean-Luc Picard", "JeanLuc Picard"),
        ("Sukarno", "sukarno"),
        ("Amy\u200b Shaw", "Amy Shaw"),
        ("दीपिका शर्मा", "शर्मा दीपिका"),
    ],
)
def test_one_name_in_two_spellings(theirs: str, mine: str) -> None:
    assert mismatches(theirs, mine) == []


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        ("Jonah Holt", "Maren Holt"),
        ("Holt", "Maren Holt"),
        ("Maren", "Maren Holt"),
        ("李國豪", "李小龍"),
        ("Mr.", "Maren"),
    ],
)
def test_two_names_are_two(theirs: str, mine: str) -> None:
    assert mismatches(theirs, mine) == [f"The file is about “{theirs}”. Your name here is “{mine}”."]


def test_one_of_several_names_is_enough() -> None:
    assert mismatches(("Maren Berg", "Maren Holt"), "Maren Holt") == []


@pytest.mark.parametrize(
    ("born", "fits"),
    [(None, True), ("1984", True), ("1984-03", True), ("1984-03-03", True), ("1985", False), ("1984-04", False)],
)
def test_a_birth_date_is_compared_as_far_as_it_is_known(born: str | None, fits: bool) -> None:
    assert (mismatches("Maren Holt", "Maren Holt", born) == []) is fits


def test_a_wrong_birth_date_is_told_in_words() -> None:
    (told,) = mismatches("Maren Holt", "Maren Holt", "1984-04")
    assert told == "The file gives the birth date April 1984. Yours here is 3 March 1984."


def test_a_file_that_names_nobody_does_not_disagree() -> None:
    assert same_person(FhirPatient((), None), "Maren Holt", BORN) == []


@settings(deadline=None)
@given(theirs=st.text(max_size=200), mine=st.text(min_size=1, max_size=200))
def test_any_two_names_can_be_compared(theirs: str, mine: str) -> None:
    assert len(mismatches(theirs, mine)) <= 1


@settings(deadline=None)
@given(name=st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=40))
def test_every_name_is_its_own(name: str) -> None:
    assert mismatches(name, name) == []


# --- whose it is


def test_a_document_is_about_its_subject_and_nobody_else_in_it() -> None:
    found = read(invented("document"))
    assert found.patient == FhirPatient(("李小龍",), "1990-11-27")
    assert [medicine.name for medicine in found.medicines] == ["米氮平 15 毫克"]
    assert "1 medicine left out: about another person." in found.problems


def test_two_people_and_no_word_which_one_gives_nothing() -> None:
    jonah = {**MAREN, "id": "jonah", "name": [{"text": "Jonah Holt"}]}
    found = read(bundle(MAREN, jonah, prescribed(), goal()))
    assert (found.medicines, found.goals, found.patient) == ((), (), None)
    assert "more than one person" in problems(found)


def test_entries_of_two_people_without_a_patient_give_nothing() -> None:
    found = read(bundle(prescribed(), prescribed("Lithium", subject={"reference": "Patient/jonah"})))
    assert found.medicines == ()
    assert "more than one person" in problems(found)


@pytest.mark.parametrize(
    ("subject", "theirs"),
    [
        ({"reference": "Patient/maren"}, True),
        ({"reference": "Patient/maren/_history/3"}, True),
        ({"reference": "https://clinic.example/fhir/Patient/maren"}, True),
        (None, True),
        ({}, True),
        ({"display": "Maren"}, True),
        ({"reference": "Patient?identifier=http://Clinic/ids|7"}, True),
        ({"identifier": {"system": "urn:clinic", "value": "m-1"}}, True),
        ({"identifier": {"system": "urn:clinic", "value": "m-2"}}, False),
        ({"identifier": {"system": "urn:elsewhere", "value": "9"}}, True),
        ({"reference": "Patient/jonah"}, False),
        ({"reference": "Group/ward-3"}, False),
        ({"type": "Group"}, False),
        ({"reference": "#inside"}, False),
    ],
)
def test_whose_an_entry_is(subject: Any, theirs: bool) -> None:
    maren = {**MAREN, "identifier": [{"system": "urn:clinic", "value": "m-1"}]}
    jonah = {"resourceType": "Patient", "id": "inside", "name": [{"text": "Jonah"}]}
    found = read(bundle(maren, prescribed(subject=subject, contained=[jonah])))
    assert bool(found.medicines) is theirs


def test_a_patient_inside_a_single_resource_is_its_person() -> None:
    found = read(taken(subject={"reference": "#p"}, contained=[{**MAREN, "id": "p"}]))
    assert found.patient == FhirPatient(("Maren Holt",), "1984-03-03")
    assert [medicine.name for medicine in found.medicines] == ["Sertraline"]


def test_in_a_document_about_one_of_two_people_a_medicine_of_nobody_is_left_out() -> None:
    file = invented("document")
    for entry in file["entry"]:
        if entry["resource"]["resourceType"] == "MedicationStatement":
            del entry["resource"]["subject"]
    found = read(file)
    assert found.medicines == ()
    assert "3 medicines left out: it is not clear whom this is about." in found.problems


def test_another_unique_id_is_another_person() -> None:
    file = bundle(prescribed(subject={"reference": "urn:uuid:6f1f0f3a-1111-4a6e-9c1e-0000000000bb"}))
    nameless = {name: value for name, value in MAREN.items() if name != "id"}
    file["entry"].append({"fullUrl": "urn:uuid:6f1f0f3a-1111-4a6e-9c1e-0000000000aa", "resource": nameless})
    assert read(file).medicines == ()


def test_of_two_people_neither_is_named_as_the_reader() -> None:
    found = read(
        bundle(prescribed(subject={"reference": "Patient/1", "display": "A"}), goal(subject={"reference": "b/2"}))
    )
    assert (found.patient, found.medicines) == (None, ())
