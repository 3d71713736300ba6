"""Where a treatment stands, when it was, its sessions, and the units and numbers of levels: what people type."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.procedures.codes import Status
from careteam.procedures.course import (
    clean_count,
    session_date,
    sessions_on,
    sessions_words,
    status_of,
    status_on,
    when_words,
)
from careteam.procedures.units import clean_unit
from careteam.sharing.amounts import clean_number, exact
from careteam.sharing.errors import Invalid
from careteam.sharing.partial import PartialDate

TODAY = date(2026, 11, 23)


def on(text: str) -> PartialDate | None:
    return PartialDate(text) if text else None


# -- Where it stands (E5, E6, E7 of the domain reference) --------------------------------------------------------------
@pytest.mark.parametrize(
    ("wanted", "start", "end", "stopped", "stored"),
    [
        ("", "", "", False, Status.ACTIVE),
        ("", "2025-03", "", False, Status.ACTIVE),
        ("", "2026-12", "", False, Status.PLANNED),  # E7: a start to come
        ("active", "2027", "", False, Status.PLANNED),
        ("preparation", "", "", False, Status.PLANNED),
        ("preparation", "2026-01", "", False, Status.ACTIVE),
        ("", "2024", "2025", False, Status.COMPLETED),
        ("", "2024", "2025", True, Status.STOPPED),
        ("stopped", "2019", "", False, Status.STOPPED),  # E5: the end is not known
        ("completed", "2026-11-23", "2026-11-23", False, Status.COMPLETED),  # E6: equal dates are one day
        ("unknown", "2019", "", False, Status.UNKNOWN),
        ("not-done", "2027", "", True, Status.NOT_DONE),
    ],
)
def test_the_dates_decide_where_it_stands_or_else_the_patient(
    wanted: str, start: str, end: str, stopped: bool, stored: str
) -> None:
    assert status_of(wanted, on(start), on(end), TODAY, stopped=stopped) == stored


@pytest.mark.parametrize(
    ("wanted", "start", "end", "stopped", "field"),
    [
        ("in-progress", "", "", False, "status"),  # FHIR's word, which means a draft here
        ("stopped", "2027", "", False, "start"),
        ("completed", "2025", "2027", False, "end"),
        ("active", "", "", True, "status"),
    ],
)
def test_words_and_dates_that_disagree_are_asked_about(
    wanted: str, start: str, end: str, stopped: bool, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        status_of(wanted, on(start), on(end), TODAY, stopped=stopped)
    assert refused.value.fields.keys() == {field}


def test_a_plan_comes_true_and_an_end_goes_by_without_anybody_writing() -> None:
    assert status_on(Status.PLANNED, on("2026-11-24"), None, TODAY) == Status.PLANNED
    assert status_on(Status.PLANNED, on("2026-11-24"), None, TODAY + timedelta(days=1)) == Status.ACTIVE
    assert status_on(Status.ACTIVE, on("2026"), on("2026-11-22"), TODAY) == Status.COMPLETED


@pytest.mark.parametrize(
    ("start", "end", "status", "words"),
    [
        ("2019", "", Status.STOPPED, "2019, end not known"),
        ("", "", Status.ACTIVE, "start not known"),
        ("", "", Status.COMPLETED, "dates not known"),
        ("2025-03", "", Status.ACTIVE, "since March 2025"),
        ("2025-03", "2025-05", Status.COMPLETED, "March to May 2025"),
        ("", "2025", Status.COMPLETED, "until 2025, start not known"),
        ("2027-03", "", Status.PLANNED, "planned from March 2027"),
        ("2027", "", Status.NOT_DONE, "did not happen"),
    ],
)
def test_no_more_is_said_than_is_known(start: str, end: str, status: Status, words: str) -> None:
    assert when_words(on(start), on(end), status) == words


# -- Sessions ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        (" 2025-03-14 ", "2025-03-14"),
        ("14 March 2025", "2025-03-14"),
        ("4. mar 2025", "2025-03-04"),
        ("Sept 2024", "2024-09"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, meant: str) -> None:
    assert session_date(typed).text == meant


@pytest.mark.parametrize(
    "typed", ["03/04/2025", "30 February 2025", "ma 2025", "mammoth 2025", "8", "\ud800", "x" * 99]
)
def test_what_has_two_meanings_or_none_is_asked_about_in_words(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        session_date(typed)
    assert "14 March 2025" in refused.value.fields["sessions"]
    refused.value.fields["sessions"].encode()


@pytest.mark.parametrize(
    ("texts", "start", "end"),
    [
        (["2026-11-24"], "", ""),  # to come
        (["2025-02-28"], "2025-03", ""),
        (["2025-06-01"], "", "2025-05"),
        (["2025"] * 501, "", ""),
    ],
)
def test_a_session_lies_within_its_treatment_and_behind_us(texts: list[str], start: str, end: str) -> None:
    with pytest.raises(Invalid):
        sessions_on(texts, on(start), on(end), TODAY)


DATES = st.dates(date(2019, 1, 1), TODAY).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


@given(st.lists(DATES, max_size=12), st.randoms())
def test_the_order_in_which_sessions_are_typed_never_matters(texts: list[str], chance: Random) -> None:
    shuffled = list(texts)
    chance.shuffle(shuffled)
    assert sessions_on(shuffled, None, None, TODAY) == sessions_on(texts, None, None, TODAY)
    assert len(sessions_on(texts, None, None, TODAY)) == len(texts)  # two on one day are two


@pytest.mark.parametrize(
    ("count", "dated", "words"),
    [
        (None, 0, ""),
        (8, 0, "8 sessions"),
        (1, 1, "1 session"),
        (8, 3, "8 sessions, 3 with a date"),
        (None, 3, "3 sessions with a date"),
        (None, 1, "1 session with a date"),
    ],
)
def test_no_total_is_made_up(count: int | None, dated: int, words: str) -> None:
    assert sessions_words(count, [PartialDate("2025")] * dated) == words


@pytest.mark.parametrize(("count", "dated"), [(0, 0), (501, 0), (2, 3)])
def test_a_total_is_never_less_than_what_has_a_date(count: int, dated: int) -> None:
    with pytest.raises(Invalid):
        clean_count(count, [PartialDate("2025")] * dated)


# -- Numbers and units of levels (E15, E16) ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0.8", "0.8"),
        ("0,80", "0.80"),
        ("0.80", "0.80"),
        ("12", "12"),
        ("0", "0"),
        (".5", "0.5"),
        ("\u0660\u066b\u0668", "0.8"),
    ],
)
def test_a_number_keeps_every_digit_it_was_written_with(typed: str, kept: str) -> None:
    assert exact(clean_number(typed, "value", "asked", zero=True)) == kept


@pytest.mark.parametrize("typed", ["", "<0.2", "-1", "1e3", "0.8 mmol", "NaN", "1,000", "1.000", "123456789"])
def test_a_number_that_is_none_or_means_two_things_is_asked_about(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_number(typed, "value", "asked", zero=True)
    assert refused.value.fields.keys() == {"value"}


def test_a_thousand_or_one_is_asked_and_never_guessed() -> None:
    with pytest.raises(Invalid) as refused:
        clean_number("1,000", "value", "asked")
    assert refused.value.fields["value"] == "“1,000” can mean 1000 or 1. Please write 1000 or 1."


@given(st.decimals(min_value=0, max_value=9999, places=3))
def test_what_is_kept_is_read_back_as_the_same_without_asking(number: Decimal) -> None:
    kept = exact(number)
    assert exact(clean_number(kept, "value", "asked", zero=True)) == kept


@pytest.mark.parametrize("typed", ["\u00b5g/L", "\u03bcg/L", "ug/L", "mcg/L", " mcg/L "])
def test_all_ways_to_write_micrograms_are_one(typed: str) -> None:
    assert clean_unit(typed) == "mcg/L"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mmol/L", "mmol/L"),
        ("\u00b5mol/L", "\u03bcmol/L"),
        ("ng/mL", "ng/mL"),
        ("ugly  unit", "ugly unit"),
        ("mEq/L", "mEq/L"),
    ],
)
def test_any_other_unit_stays_as_typed(typed: str, kept: str) -> None:
    assert clean_unit(typed) == kept
