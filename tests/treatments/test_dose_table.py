"""The dose table and the names: what the file holds, that its version moves with it, and that names only suggest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.treatments import dose_table
from careteam.treatments.dose_table import TABLE_DIGEST, by_ingredient, rows, unsigned
from careteam.treatments.medicine_names import brands, offered, recognized, suggestions


def test_the_version_of_the_table_moves_with_the_file() -> None:
    assert dose_table.digest() == TABLE_DIGEST, "the table changed: give it a new TABLE_VERSION and this digest"


def test_every_row_is_whole_unsigned_and_its_codes_unchecked() -> None:
    found = rows()
    assert (len(found), len(by_ingredient())) == (53, 50)
    assert sum(row.kind == "augmenter" for row in found) == 11
    assert unsigned() == len(found)
    for row in found:
        assert 0 < row.low <= row.high, row.ingredient
        assert row.source
        assert row.group
        assert not row.code_verified
        assert row.sign_off == "not yet signed by a pharmacist"
        assert not row.counts_as or row.counts_as in by_ingredient()
    assert {row.ingredient for row in found if row.two_in_one} == {
        "dextromethorphan + bupropion",
        "olanzapine + fluoxetine",
    }


def test_each_ingredient_has_a_row_and_codes_are_one_ingredients_alone() -> None:
    codes = {row.rxcui: row.ingredient for row in rows() if row.rxcui}
    assert len(codes) == len({row.ingredient for row in rows() if row.rxcui})
    assert (codes["4493"], codes["36437"], codes["10814"]) == ("fluoxetine", "sertraline", "liothyronine")


def test_every_brand_is_a_suggestion_of_an_ingredient_and_no_name_of_one() -> None:
    assert {ingredient for _, ingredient in brands().values()} == {*by_ingredient()}
    assert not {*brands()} & {*by_ingredient()}
    assert not any(recognized(brand) for brand, _ in brands().values())
    assert {brand for brand, ingredient in offered() if ingredient} == {brand for brand, _ in brands().values()}


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("sertraline", "sertraline"),
        ("  SERTRALINE\u00a0HCl 50 mg (Zoloft) ", "sertraline"),
        ("Sertraline (Prozac)", ""),
        ("Zoloft", ""),
        ("lithium carbonate", "lithium"),
        ("lithium orotate", ""),
        ("sertraline and aripiprazole", ""),
        ("olanzapine/fluoxetine 6/25", "olanzapine + fluoxetine"),
        ("Fluoxetine + Olanzapine", "olanzapine + fluoxetine"),
        ("T3", "liothyronine"),
        ("dothiepin", "dosulepin"),
        ("venlafaxine XR", "venlafaxine"),
        ("bupropion HBr", "bupropion"),
        ("李小龍", ""),
        ("", ""),
    ],
)
def test_only_a_plain_generic_name_is_taken_for_what_it_says(typed: str, plain: str) -> None:
    assert recognized(typed) == plain


@pytest.mark.parametrize(
    ("typed", "first", "found_by"),
    [
        ("Zoloft", "sertraline", "brand"),
        ("zolof", "sertraline", "brand"),
        ("sertralin", "sertraline", "name"),
        ("setraline", "sertraline", "spelling"),
        ("Wellbutrin XL 300 mg", "bupropion", "brand"),
        ("citalopam", "citalopram", "spelling"),
        ("ven", "venlafaxine", "name"),
        ("sertraline", "sertraline", "name"),
        ("prosac", "fluoxetine", "spelling"),
    ],
)
def test_a_search_suggests_by_generic_name_brand_and_spelling(typed: str, first: str, found_by: str) -> None:
    found = suggestions(typed)
    assert (found[0].ingredient, found[0].found_by) == (first, found_by)
    assert found_by != "brand" or found[0].words.startswith(f"{first} (sold as ")


def test_a_near_name_offers_both_and_decides_nothing() -> None:
    assert {one.ingredient for one in suggestions("citalopam")} == {"citalopram", "escitalopram"}


@pytest.mark.parametrize(
    "typed", ["magnesium", "lorazepam", "ve", "", "that small blue pill", "vitamin D", "melatonin"]
)
def test_nothing_is_suggested_for_what_is_far_from_every_name(typed: str) -> None:
    assert suggestions(typed) == ()


@settings(max_examples=20)
@given(st.text(max_size=12))
def test_any_text_can_be_searched(typed: str) -> None:
    assert len(suggestions(typed)) <= 6
