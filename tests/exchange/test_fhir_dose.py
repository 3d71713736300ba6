"""FHIR doses in words, and amounts only where a unit of weight is written."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.exchange.fhir_dose import Amount, dose_of


def quantity(value: Any, unit: str | None = None, **more: Any) -> dict[str, Any]:
    return {"doseAndRate": [{"doseQuantity": {"value": value, **({"unit": unit} if unit else {}), **more}}]}


def every(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        ({"text": "10 mL bid", **quantity(10, "mL"), **every(frequency=2, period=1, periodUnit="d")}, "10 mL bid"),
        ({**quantity(1), **every(frequency=1, period=1, periodUnit="d")}, "1 daily"),
        ({**quantity(50, "mg"), **every(frequency=3, period=1, periodUnit="d")}, "50 mg, 3 times daily"),
        ({**quantity(Decimal("37.5"), "mg"), **every(period=12, periodUnit="h")}, "37.5 mg every 12 hours"),
        ({**quantity(90, "mg"), **every(frequency=1, period=1, periodUnit="wk")}, "90 mg weekly"),
        ({**quantity(1, "patch"), **every(frequency=1, period=3, periodUnit="d")}, "1 patch every 3 days"),
        ({**quantity(1, "puff"), **every(period=4, periodMax=6, periodUnit="h")}, "1 puff every 4 to 6 hours"),
        ({**quantity(1), **every(frequency=1, frequencyMax=2, period=1, periodUnit="d")}, "1, 1 to 2 times daily"),
        ({**quantity(20, "mg"), **every(when=["MORN", "HS"])}, "20 mg in the morning and at bedtime"),
        ({**quantity(5, "mg"), **every(dayOfWeek=["mon", "thu"])}, "5 mg on Monday and Thursday"),
        ({**quantity(5, "mg"), **every(timeOfDay=["08:00:00"])}, "5 mg at 08:00"),
        ({**quantity(5, "mg"), "timing": {"code": {"text": "BID"}}}, "5 mg BID"),
        ({**quantity(1, "tablet", code="1"), "asNeededBoolean": True}, "1 tablet, as needed"),
        (
            {"doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "tablets"}}}]},
            "1 to 2 tablets",
        ),
        ({"patientInstruction": "with water"}, "with water"),
        ({}, ""),
    ],
)
def test_a_dose_in_words(dosage: dict[str, Any], words: str) -> None:
    told = dose_of([dosage])
    assert told.words == words
    assert not told.partly


@pytest.mark.parametrize("spelled", ["mcg", "ug", "µg", "\u03bcg", "micrograms"])  # both micro signs
def test_all_spellings_of_a_microgram_are_one(spelled: str) -> None:
    assert dose_of([quantity(25, spelled)]).each_time == Amount(Decimal(25), "mcg")


@pytest.mark.parametrize(
    "dosage",
    [
        quantity(1),
        quantity(1, "tablet"),
        quantity(5, "mL"),
        quantity(50, "tablet", code="mg"),
        quantity(25, "mg", code="ug"),  # a thousandfold apart: neither is believed
        quantity(0, "mg"),
        quantity(-5, "mg"),
        quantity(5, "mg", comparator="<"),
        quantity("5", "mg"),
        quantity(True, "mg"),
        quantity(10**12, "mg"),
        {"doseAndRate": [{"doseRange": {"low": {"value": 1, "unit": "mg"}}}]},
        {"text": "50 mg"},
    ],
)
def test_no_amount_is_made_of_what_does_not_say_one(dosage: dict[str, Any]) -> None:
    assert dose_of([dosage]).each_time is None


def test_two_doses_are_told_in_their_sequence_and_never_added_up() -> None:
    first, then = {"sequence": 1, **quantity(25, "mg")}, {"sequence": 2, **quantity(50, "mg")}
    told = dose_of([then, first])
    assert told.words == "25 mg; 50 mg"
    assert (told.each_time, told.times_a_day, told.timing) == (None, None, "")


@pytest.mark.parametrize(
    ("repeat", "times"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 2),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, None),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon"]}, None),
        ({"period": 12, "periodUnit": "h"}, None),
        ({"frequency": "2", "period": 1, "periodUnit": "d"}, None),
    ],
)
def test_times_a_day_only_where_it_is_plainly_written(repeat: dict[str, Any], times: int | None) -> None:
    assert dose_of([every(**repeat)]).times_a_day == times


@pytest.mark.parametrize(
    "dosage",
    [
        every(count=10, frequency=1, period=1, periodUnit="d"),
        every(when=["SOMETIME"]),
        every(frequency=2),
        every(timeOfDay=["25:00"]),
        every(timeOfDay="08:00"),
        {**quantity(1), "maxDosePerPeriod": {}},
        {"timing": {"event": ["2026-01-01"]}},
        {"modifierExtension": [], "text": "not this"},
        quantity("five", "mg"),
    ],
)
def test_what_could_not_be_said_in_words_is_admitted(dosage: dict[str, Any]) -> None:
    assert dose_of([dosage]).partly


@pytest.mark.parametrize("text", ["1 tablet as needed", "PRN for sleep", "one, if required", "When  needed"])
def test_as_needed_is_seen_in_the_words_too(text: str) -> None:
    assert dose_of([{"text": text}]).as_needed


@pytest.mark.parametrize("text", ["1 tablet daily", "take approximately 5 mL", "as directed; needed"])
def test_ordinary_words_are_not_as_needed(text: str) -> None:
    assert not dose_of([{"text": text}]).as_needed


KEYS = [
    *(
        "text",
        "timing",
        "repeat",
        "frequency",
        "frequencyMax",
        "period",
        "periodMax",
        "periodUnit",
        "when",
        "dayOfWeek",
    ),
    *(
        "timeOfDay",
        "doseAndRate",
        "doseQuantity",
        "doseRange",
        "low",
        "high",
        "value",
        "unit",
        "code",
        "sequence",
        "route",
    ),
    *("asNeededBoolean", "asNeededCodeableConcept", "coding", "display", "patientInstruction", "comparator"),
]
LEAVES = st.none() | st.booleans() | st.integers() | st.sampled_from(["d", "mg", "MORN", "08:00", "1", "\x00", ""])
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=8), max_size=3))
def test_nothing_in_a_dosage_can_break_it(dosages: list[dict[str, Any]]) -> None:
    dose_of(json.loads(json.dumps(dosages), parse_float=Decimal))
