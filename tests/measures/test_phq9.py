"""PHQ-9 against the test vectors of its sources: totals, bands, missing answers, change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.measures.instruments import phq9
from careteam.measures.instruments.phq9 import Change, asks_for_help, change, clean_answer, score


def form(*values: int | None) -> dict[int, int]:
    """Answers in the order of the questions; None was left blank."""
    return {item: value for item, value in enumerate(values, 1) if value is not None}


@pytest.mark.parametrize(
    ("answers", "total", "band", "help_shown"),
    [
        ([0] * 9, 0, "none-minimal", False),
        ([0, 0, 1, 1, 1, 1, 0, 0, 0], 4, "none-minimal", False),
        ([1, 1, 1, 1, 1, 0, 0, 0, 0], 5, "mild", False),
        ([1] * 9, 9, "mild", True),
        ([2, 1, 1, 1, 1, 1, 1, 1, 1], 10, "moderate", True),
        ([2, 2, 2, 2, 1, 1, 2, 0, 0], 12, "moderate", False),
        ([2] * 7 + [0, 0], 14, "moderate", False),
        ([2] * 7 + [1, 0], 15, "moderately severe", False),
        ([3, 3, 2, 2, 2, 2, 3, 2, 0], 19, "moderately severe", False),
        ([3] * 6 + [2, 0, 0], 20, "severe", False),
        ([3] * 9, 27, "severe", True),
        ([0] * 8 + [1], 1, "none-minimal", True),
    ],
)
def test_a_whole_form_has_a_total_and_a_band(answers: list[int], total: int, band: str, help_shown: bool) -> None:
    found = score(form(*answers))
    assert (found.total, found.band, found.answered) == (total, band, 9)
    assert found.asks_for_help is help_shown
    assert found.words == f"{total}, {band}"


@pytest.mark.parametrize(
    ("answers", "answered", "item9", "help_shown"),
    [
        ([1, 1, 1, None, 1, 1, 1, 1, 2], 8, 2, True),
        ([0] * 8 + [None], 8, None, False),
        ([None] * 9, 0, None, False),
        ([3, 3, 3, 3, 3, 3, 3, None, None], 7, None, False),
    ],
)
def test_a_form_with_a_blank_has_no_total(
    answers: list[int | None], answered: int, item9: int | None, help_shown: bool
) -> None:
    found = score(form(*answers))
    assert (found.total, found.band) == (None, None)
    assert (found.answered, found.item9, found.asks_for_help) == (answered, item9, help_shown)
    assert found.words == f"incomplete ({answered} of 9)"


def test_the_tenth_question_is_not_scored() -> None:
    assert score({10: 3}).answered == 0
    assert score({**form(*[1] * 9), 10: 3}) == score(form(*[1] * 9))


@pytest.mark.parametrize("value", [0, 1, 2, 3])
@pytest.mark.parametrize("item", range(1, 11))
def test_an_answer_is_a_number_or_the_digit_a_form_types(item: int, value: int) -> None:
    assert clean_answer(item, value) == clean_answer(item, str(value)) == value


@pytest.mark.parametrize("value", [4, -1, 1.5, 2.0, "2 ", " 2", "", "4", "02", "²", "٢", True, False, None, [2], b"2"])
def test_anything_else_is_rejected(value: object) -> None:
    with pytest.raises(ValueError, match="four answers"):
        clean_answer(9, value)


@pytest.mark.parametrize("item", [0, 11, -1, True, "9"])
def test_there_are_ten_questions(item: int) -> None:
    with pytest.raises(ValueError, match="no such question"):
        clean_answer(item, 1)


@pytest.mark.parametrize(
    ("baseline", "current", "expected"),
    [
        (20, 10, Change(-10, 50, response=True, partial=False, remission=False, worsening=False)),
        (20, 11, Change(-9, 45, response=False, partial=True, remission=False, worsening=False)),
        (20, 4, Change(-16, 80, response=True, partial=False, remission=True, worsening=False)),
        (8, 4, Change(-4, 50, response=True, partial=False, remission=True, worsening=False)),
        (9, 5, Change(-4, 44, response=False, partial=True, remission=False, worsening=False)),
        (0, 6, Change(6, None, response=False, partial=False, remission=False, worsening=True)),
        (12, 17, Change(5, -42, response=False, partial=False, remission=False, worsening=True)),
        (12, 16, Change(4, -33, response=False, partial=False, remission=False, worsening=False)),
        (20, 15, Change(-5, 25, response=False, partial=True, remission=False, worsening=False)),
        (20, 16, Change(-4, 20, response=False, partial=False, remission=False, worsening=False)),
        (0, 0, Change(0, None, response=False, partial=False, remission=True, worsening=False)),
    ],
)
def test_change_is_told_in_points_and_by_the_published_rules(baseline: int, current: int, expected: Change) -> None:
    assert change(baseline, current) == expected


@pytest.mark.parametrize(
    ("baseline", "current", "words", "notable"),
    [
        (20, 11, "9 points lower", True),
        (8, 4, "4 points lower", False),
        (5, 4, "1 point lower", False),
        (12, 17, "5 points higher", True),
        (7, 7, "no change", False),
    ],
)
def test_change_has_plain_words(baseline: int, current: int, words: str, notable: bool) -> None:
    found = change(baseline, current)
    assert (found.words, found.notable) == (words, notable)


whole_forms = st.lists(st.integers(0, 3), min_size=9, max_size=9)
any_forms = st.dictionaries(st.integers(1, 10), st.integers(0, 3))


@given(whole_forms)
def test_a_total_lies_between_0_and_27_and_its_band_covers_it(values: list[int]) -> None:
    found = score(form(*values))
    assert found.total is not None
    assert 0 <= found.total <= 27
    lowest = dict(zip(phq9.BANDS.values(), phq9.BANDS, strict=True))[str(found.band)]
    assert lowest <= found.total
    assert all(found.total < start for start in phq9.BANDS if start > lowest)


@given(whole_forms, st.integers(0, 8))
def test_a_higher_answer_never_lowers_the_total(values: list[int], place: int) -> None:
    higher = [*values]
    higher[place] = min(3, higher[place] + 1)
    low, high = score(form(*values)).total, score(form(*higher)).total
    assert low is not None
    assert high is not None
    assert high - low == higher[place] - values[place]


@given(whole_forms, st.randoms())
def test_the_order_of_answering_does_not_matter(values: list[int], chance: object) -> None:
    pairs = list(form(*values).items())
    chance.shuffle(pairs)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    assert score(dict(pairs)) == score(form(*values))


@given(any_forms)
def test_there_is_a_total_exactly_when_all_nine_are_answered(answers: dict[int, int]) -> None:
    found = score(answers)
    assert (found.total is not None) == (found.answered == 9) == (set(range(1, 10)) <= set(answers))
    assert (found.band is None) == (found.total is None)
    assert found.item9 == answers.get(9)


@given(st.integers(0, 27), st.integers(0, 27))
def test_a_rounded_percentage_never_claims_a_response_that_was_not(baseline: int, current: int) -> None:
    found = change(baseline, current)
    assert found.response == (baseline > 0 and found.percent is not None and found.percent >= 50)
    assert found.partial == (baseline > 0 and found.percent is not None and 25 <= found.percent < 50)
    assert not (found.response and found.worsening)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({9: 1}, True),
        ({9: "3"}, True),
        ({9: 0}, False),
        ({8: 3}, False),
        ({9: "x"}, False),
        ({9: None}, False),
        ({}, False),
    ],
)
def test_help_is_asked_for_by_what_was_typed_even_when_it_cannot_be_saved(
    given: dict[int, object], shown: bool
) -> None:
    assert asks_for_help(given) is shown


def test_the_words_are_the_instruments_own() -> None:
    assert phq9.STEM == "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
    assert [question.words for question in phq9.QUESTIONS.values()] == [
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or "
        "restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead, or of hurting yourself in some way",
        "How difficult have these problems made it for you to do your work, take care of things at home, or get along "
        "with other people?",
    ]


def test_codes_are_mapped_by_table_and_not_by_order() -> None:
    assert [question.loinc for question in phq9.QUESTIONS.values()] == [
        "44250-9",
        "44255-8",
        "44259-0",
        "44254-1",
        "44251-7",
        "44258-2",
        "44252-5",
        "44253-3",
        "44260-8",
        "69722-7",
    ]
    assert {answer.loinc: answer.words for answer in phq9.QUESTIONS[1].answers} == {
        "LA6568-5": "Not at all",
        "LA6569-3": "Several days",
        "LA6570-1": "More than half the days",
        "LA6571-9": "Nearly every day",
    }
    assert {answer.loinc: answer.words for answer in phq9.QUESTIONS[10].answers} == {
        "LA6572-7": "Not difficult at all",
        "LA6573-5": "Somewhat difficult",
        "LA6575-0": "Very difficult",
        "LA6574-3": "Extremely difficult",
    }
    assert (phq9.PANEL_LOINC, phq9.TOTAL_LOINC) == ("44249-1", "44261-6")


def test_the_notices_travel_with_the_form() -> None:
    assert "No permission required to reproduce, translate, display or distribute" in phq9.LICENCE
    assert "LOINC" in phq9.LOINC_NOTICE
    assert "loinc.org/license" in phq9.LOINC_NOTICE
