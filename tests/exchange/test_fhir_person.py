"""Is this file about me? Names in any order and script, birth dates as far as they are known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.exchange.fhir_in import FhirPatient, same_person

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


@given(theirs=st.text(max_size=200), mine=st.text(min_size=1, max_size=200))
def test_any_two_names_can_be_compared(theirs: str, mine: str) -> None:
    assert len(mismatches(theirs, mine)) <= 1


@given(name=st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=40))
def test_every_name_is_its_own(name: str) -> None:
    assert mismatches(name, name) == []
