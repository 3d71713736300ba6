"""GAD-7 and PHQ-2 against the vectors of their sources, and the words of the questions as they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.measures.instruments import gad7, phq2, phq9


def form(*values: int | None) -> dict[int, int]:
    return {item: value for item, value in enumerate(values, 1) if value is not None}


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([0, 0, 1, 1, 0, 1, 0], "3, minimal"),
        ([0] * 7, "0, minimal"),
        ([1] * 4 + [0] * 3, "4, minimal"),
        ([1] * 5 + [0] * 2, "5, mild"),
        ([2] * 4 + [1, 0, 0], "9, mild"),
        ([2] * 5 + [0, 0], "10, moderate"),
        ([2] * 7, "14, moderate"),
        ([3, 3, 3, 2, 2, 1, 1], "15, severe"),
        ([3] * 7, "21, severe"),
    ],
)
def test_a_whole_gad7_has_a_total_and_a_band(answers: list[int], words: str) -> None:
    assert gad7.score(form(*answers)).words == words


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=7, max_size=7).filter(lambda one: None in one))
def test_a_gad7_with_a_blank_has_no_total_whatever_the_rest(answers: list[int | None]) -> None:
    found = gad7.score(form(*answers))
    assert (found.total, found.band) == (None, None)
    assert found.words == f"incomplete ({7 - answers.count(None)} of 7)"


def test_the_gad7_asks_in_its_exact_words_and_codes() -> None:
    assert [(one.words, one.loinc) for one in gad7.QUESTIONS.values()] == [
        ("Feeling nervous, anxious, or on edge", "69725-0"),
        ("Not being able to stop or control worrying", "68509-9"),
        ("Worrying too much about different things", "69733-4"),
        ("Trouble relaxing", "69734-2"),
        ("Being so restless that it is hard to sit still", "69735-9"),
        ("Becoming easily annoyed or irritable", "69689-8"),
        ("Feeling afraid, as if something awful might happen", "69736-7"),
    ]
    assert all(one.answers is phq9.HOW_OFTEN for one in gad7.QUESTIONS.values())
    assert "No permission required" in gad7.LICENCE


@pytest.mark.parametrize(("answers", "total", "offers"), [([1, 1], 2, False), ([2, 1], 3, True), ([3, 3], 6, True)])
def test_a_phq2_of_three_offers_the_phq9(answers: list[int], total: int, offers: bool) -> None:
    found = phq2.score(form(*answers))
    assert (found.total, found.words) == (total, str(total))
    assert phq2.offers_phq9(total) is offers
    assert phq2.score({1: 3}).words == "incomplete (1 of 2)"


def test_the_phq2_is_the_first_two_questions_of_the_phq9() -> None:
    assert phq2.WORDS == (
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
    )
