"""Whatever stands in a file, reading it ends well: with what it holds, or with one kind sentence."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from careteam.exchange.fhir_in import Unreadable, read_fhir
from careteam.exchange.fhir_json import DEEPEST, LARGEST
from tests.exchange.fhir import MAREN, bundle, goal, invented, prescribed, read

PATIENT = b'{"resourceType": "Patient", "x": '


def nested(levels: int, *, inside: bytes = b"[]") -> bytes:
    """A Patient with lists inside each other, so many levels deep in all."""
    opening, closing = inside[:1], inside[1:]
    return PATIENT + opening * (levels - 1) + closing * (levels - 1) + b"}"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "not complete JSON"),
        (b"\xff\xfe{\x00}\x00", "not plain UTF-8"),
        (b'{"resourceType": "Patient", "id": "\xe9"}', "not plain UTF-8"),
        (b"<?xml version='1.0'?><Bundle/>", "XML"),
        (b"<html>", "XML"),
        (b"%PDF-1.7", "not complete JSON"),
        (b"{", "not complete JSON"),
        (b'{"resourceType": "Patient"', "not complete JSON"),
        (b'{"resourceType": "Patient", "id": "no end', "not complete JSON"),
        (b'{"a":1}{"b":2}', "not complete JSON"),
        (b"[]", "no FHIR record"),
        (b"[1, 2]", "no FHIR record"),
        (b"7", "no FHIR record"),
        (b'"Bundle"', "no FHIR record"),
        (b"null", "no FHIR record"),
        (b"{}", "no FHIR record"),
        (b'{"resourceType": 5}', "no FHIR record"),
        (b'{"resourceType": ""}', "no FHIR record"),
        (PATIENT + b"NaN}", "not complete JSON"),
        (PATIENT + b"-Infinity}", "not complete JSON"),
        (PATIENT + b"1e99999999999999999999}", "not complete JSON"),
        (PATIENT + b"1" * 5000 + b"}", "not complete JSON"),
        (PATIENT + b'"a\x00b"}', "not complete JSON"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence) as refused:
        read_fhir(raw)
    assert str(refused.value).endswith("Nothing was added.")


def test_a_byte_order_mark_is_fine() -> None:
    assert read_fhir(b"\xef\xbb\xbf" + json.dumps(MAREN).encode()).patient is not None


def test_hints_of_another_version_are_fine() -> None:
    assert read({**bundle(MAREN, prescribed()), "fhirVersion": "5.0.0", "meta": {"profile": ["x|9"]}}).medicines


def test_duplicate_names_are_harmless() -> None:
    assert read_fhir(b'{"resourceType": "Bundle", "resourceType": "Patient", "name": [{"text": "A"}]}').patient


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    raw = json.dumps(MAREN).encode()
    assert read_fhir(raw + b" " * (LARGEST - len(raw))).patient is not None
    with pytest.raises(Unreadable, match="10 MB"):
        read_fhir(raw + b" " * (LARGEST - len(raw) + 1))


def test_a_huge_file_is_refused_before_it_is_looked_at() -> None:
    huge = b"[" * 50_000_000
    began = time.process_time()
    with pytest.raises(Unreadable, match="10 MB"):
        read_fhir(huge)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("brackets", [b"[]", b"{}"])
@pytest.mark.parametrize("levels", [DEEPEST + 1, 1_000, 100_000])
def test_a_deeply_nested_file_is_refused(levels: int, brackets: bytes) -> None:
    with pytest.raises(Unreadable, match="nested"):
        read_fhir(nested(levels, inside=brackets))


def test_the_deepest_file_allowed_is_read_and_brackets_in_strings_do_not_count() -> None:
    assert read_fhir(nested(DEEPEST)).patient is not None
    text = json.dumps({**MAREN, "note": '\\"[{' * 5_000 + "\\"}).encode()
    assert read_fhir(text).patient is not None


@pytest.mark.parametrize(
    "raw",
    [b'"' + b'\\"' * 4_000_000, b'{"' * 3_000_000, b'[""' * 2_000_000, b"[]," * 3_000_000, b"[" + b"1.5," * 2_400_000],
    ids=["quotes", "unclosed", "lists of texts", "empty lists", "numbers"],
)
def test_no_large_file_takes_long_to_refuse(raw: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable):
        read_fhir(raw)
    assert time.process_time() - began < 5


def test_a_file_of_millions_of_empty_things_is_refused() -> None:
    with pytest.raises(Unreadable, match="more entries"):
        read_fhir(PATIENT + b"[" + b"[]," * 600_000 + b"[]]}")


def test_more_medicines_than_anybody_had_are_refused() -> None:
    assert len(read(bundle(*(prescribed(f"m{number}") for number in range(5_000)))).medicines) == 5_000
    with pytest.raises(Unreadable, match="more than 5,000"):
        read(bundle(*(prescribed(f"m{number}") for number in range(5_001))))


def test_ten_thousand_people_or_parts_inside_each_other_are_read_quickly() -> None:
    inside = [{"id": f"c{number}"} for number in range(20_000)]
    reasons = [{"reference": f"#c{number}"} for number in range(20_000)]
    people = [{**MAREN, "id": str(number)} for number in range(10_000)]
    began = time.process_time()
    read(bundle(MAREN, prescribed(contained=inside, reasonReference=reasons)))
    read(bundle(*people, *(goal(f"g{number}") for number in range(5_000))))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("raw", [b'{"resourceType": "Patient", "name": "Maren', b"[" * 99, b'{"x": "Maren"}'])
def test_a_refusal_carries_nothing_from_the_file(raw: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_fhir(raw)
    assert "Maren" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "\x00",
    "\ud800",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"a": 1},
    ["x"],
]
PLACES = [
    "status",
    "intent",
    "subject",
    "medicationCodeableConcept",
    "medicationReference",
    "authoredOn",
    "dosageInstruction",
]
GOALS = ["lifecycleStatus", "description", "subject", "startDate", "target", "achievementStatus", "identifier", "meta"]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_wrong_type_anywhere_is_survived(wrong: Any) -> None:
    for place in [*PLACES, "identifier", "meta", "id", "contained", "reasonCode", "reasonReference", "doNotPerform"]:
        read(bundle(MAREN, prescribed(**{place: wrong})))
    for place in GOALS:
        read(bundle(MAREN, goal(**{place: wrong})))
    for place in ["name", "birthDate", "identifier", "id", "resourceType"]:
        read(bundle({**MAREN, place: wrong}, prescribed()))
    read(bundle(wrong))
    read({"resourceType": "Bundle", "type": wrong, "entry": wrong})
    read({"resourceType": "Bundle", "entry": [wrong, {"resource": wrong, "fullUrl": wrong, "request": wrong}]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(JSON)
@example({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle"}}]})
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        read(value)
    except Unreadable:
        return


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_fhir(raw)
    except Unreadable:
        return


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, as the names and numbers that lead there."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, part in inside for place in places(part, (*path, name)))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(["collection", "document", "history"]), data=st.data())
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    file = copy.deepcopy(invented(name))
    for _ in range(data.draw(st.integers(1, 4))):
        *way, last = data.draw(st.sampled_from(places(file)[1:]))
        parent = file
        for step in way:
            parent = parent[step]
        if data.draw(st.booleans()):
            parent[last] = data.draw(st.sampled_from(WRONG) | JSON)
        else:
            del parent[last]
    try:
        found = read(file)
    except Unreadable:
        return
    for medicine in found.medicines:
        assert medicine.name.strip()
        repr(medicine).encode()  # nothing that a database could not hold
    assert len({medicine.key for medicine in found.medicines}) == len(found.medicines)
