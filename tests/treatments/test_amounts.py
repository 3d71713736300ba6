"""Amounts and units as people type them: read once, asked about when they can mean two things, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.sharing.errors import Invalid
from careteam.treatments.doses import (
    SPELLINGS,
    DosePeriod,
    dose_period,
    parse_amount,
    unit_of,
)
from tests.treatments.doses import periods


# -- Amounts -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("100", "100"),
        (" 37,5 ", "37.5"),
        ("37.5", "37.5"),
        ("0,025", "0.025"),
        ("0.125", "0.125"),
        (",5", "0.5"),
        ("007", "7"),
        ("1234,567", "1234.567"),
        ("1.1250", "1.125"),
        ("\u0663\u0667\u066b\u0665", "37.5"),  # ARABIC-INDIC DIGITS
        ("12345678", "12345678"),
    ],
)
def test_an_amount_is_read_with_point_or_comma(typed: str, meant: str) -> None:
    assert parse_amount(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("1,000", "“1,000” can mean 1000 or 1. Please write 1000 or 1."),
        ("1.000", "“1.000” can mean 1000 or 1. Please write 1000 or 1."),
        ("1,120", "“1,120” can mean 1120 or 1.12. Please write 1120 or 1.12."),
        ("1,125", "“1,125” can mean 1125 or 1.125. Please write 1125 or 1.1250."),
    ],
)
def test_an_amount_that_can_mean_two_things_is_asked_about(typed: str, asked: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_amount(typed)
    assert refused.value.fields == {"amount": asked}


@pytest.mark.parametrize(
    "typed", ["", "0", "0,00", "-5", "+5", "1e3", "NaN", "½", "five", "1 000", "1,000.5", "5.", "."]
)
def test_what_is_no_amount_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_amount(typed)
    assert refused.value.fields["amount"].endswith(".")


def test_an_amount_has_at_most_eight_digits() -> None:
    assert parse_amount("1234.5678")
    for typed in ("123456789", "0.00000001", "0" * 30 + "1", "9" * 100_000):
        with pytest.raises(Invalid):
            parse_amount(typed)


@given(st.from_regex(r"[1-9][0-9]{0,2}[.,][0-9]{3}", fullmatch=True))
def test_both_answers_to_an_ambiguous_amount_are_read_without_asking_again(typed: str) -> None:
    with pytest.raises(Invalid) as asked:
        parse_amount(typed)
    *_, large, _or, small = asked.value.fields["amount"].removesuffix(".").split()
    assert parse_amount(large) == 1000 * parse_amount(small)


@given(periods())
def test_a_stored_amount_comes_back_from_a_form_unchanged(period: DosePeriod) -> None:
    assert dose_period(period.typed, period.unit).amount == period.amount


# -- Units -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("spelling", ["mcg", "ug", "\u00b5g", "\u03bcg", "MCG", " Mcg ", "micrograms"])
def test_every_spelling_of_microgram_is_one_unit(spelling: str) -> None:
    assert unit_of(spelling) == "mcg"


@given(st.sampled_from([(unit, spelling) for unit, all_ in SPELLINGS.items() for spelling in all_]))
def test_spellings_of_a_unit_agree_whatever_their_case_and_spaces(pair: tuple[str, str]) -> None:
    unit, spelling = pair
    assert {unit_of(spelling), unit_of(f"  {spelling.upper()} "), unit_of(spelling.title()), unit_of(unit)} == {unit}


def test_no_spelling_stands_for_two_units() -> None:
    every = [spelling for spellings in SPELLINGS.values() for spelling in spellings]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("typed", ["", "m", "kg", "mgg", "mg;"])
def test_an_unknown_unit_is_refused_and_never_guessed(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        unit_of(typed)
    assert "unit" in refused.value.fields
