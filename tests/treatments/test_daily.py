"""How much a day: words about times, and amounts that are asked about before they are saved."""

from __future__ import annotations

from fractions import Fraction

import pytest

from careteam.treatments.daily import Missing, daily, row_of, times_a_day, unit_question
from tests.treatments.doses import dose


@pytest.mark.parametrize(
    ("said", "often"),
    [
        ("", 1), ("morning", 1), ("in the morning and in the evening", 2), ("morning, noon and night", 3),
        ("twice a day", 2), ("2x daily", 2), ("Twice daily in the morning and in the evening", 2),
        ("daily at bedtime", 1), ("every 12 hours", 2), ("at 8:00 and 20:00", 2), ("8 am", 1), ("3 × day", 3),
        ("every other day", Fraction(1, 2)), ("weekly", Fraction(1, 7)), ("twice a week", Fraction(2, 7)),
        ("before breakfast", 1), ("after going to sleep", 1), ("bid", 2), ("once weekly", Fraction(1, 7)),
        ("with meals", None), ("half at night", None), ("morning or evening", None), ("1 in the morning", None),
        ("on Monday", None), ("twice a day at night", None), ("daily, weekly", None),
    ],
)  # fmt: skip
def test_words_about_times_are_read_or_left_open(said: str, often: int | Fraction | None) -> None:
    assert times_a_day(said) == often


@pytest.mark.parametrize(
    ("name", "amount", "unit", "asked"),
    [
        ("liothyronine", "25", "mg", True),
        ("liothyronine", "25", "mcg", False),
        ("sertraline", "100", "mcg", True),
        ("sertraline", "100", "mg", False),
        ("sertraline", "100", "g", True),
        ("sertraline", "0.1", "g", False),
        ("doxepin", "3", "mg", False),
        ("aripiprazole", "0.5", "mg", False),
        ("lithium", "900", "mg", False),
        ("esketamine", "84", "mg", False),
        ("that small blue pill", "25", "g", False),
        ("Zoloft", "100", "g", False),
    ],
)
def test_an_amount_a_hundred_times_away_from_any_is_asked_about(name: str, amount: str, unit: str, asked: bool) -> None:
    assert bool(unit_question(name, dose(amount, unit=unit))) == asked


def test_a_confirmed_ingredient_is_asked_about_under_its_typed_name() -> None:
    assert unit_question("Zoloft", dose("100", unit="g"), ingredient="sertraline")


def test_no_question_tells_a_figure_of_the_table() -> None:
    asked = unit_question("liothyronine", dose("25"))
    assert asked == "25 mg of liothyronine is very far from any usual amount. Is it really mg?"


def test_a_strength_is_read_only_where_there_is_one() -> None:
    row = row_of("sertraline", "")
    assert row
    two = dose("2", unit="tablet")
    assert daily(row, two, "Sertraline 50 mg").amount == 100
    assert daily(row, two, "Sertraline 0.05 g").amount == 100
    assert daily(row, two, "Sertraline 50 mg or 25 mg").missing == Missing.STRENGTH
    assert daily(row, dose("2", unit="drop"), "Sertraline 50 mg").missing == Missing.STRENGTH
    assert daily(row, dose("100", unit="mg/24 h")).missing == Missing.STRENGTH
