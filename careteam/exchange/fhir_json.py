"""Bytes from outside become plain JSON objects, or one kind sentence: nothing in a file can crash the reader."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, NoReturn

Json = dict[str, Any]

LARGEST = 10 * 1024 * 1024
DEEPEST = 50
VALUES_MOST = 1_000_000  # a real file of 10 MB holds about 150,000; ten million empty lists would fill the memory
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # possessive: one pass, also when the last quote is missing
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
LARGEST_POWER, DIGITS_MOST = 9, 18  # of numbers: nobody takes a billion of anything
NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"{}[]")
STEPS = [(byte in b"{[") - (byte in b"}]") for byte in range(256)]


class Unreadable(Exception):
    """A file that cannot be read, in a sentence for the person who brought it; never a word from inside the file."""


def load(raw: bytes) -> Json:
    """The JSON object in a file of at most 10 MB, nested at most 50 deep, numbers with a point as Decimal.

    Raises Unreadable for everything else, and nothing but Unreadable.
    """
    if len(raw) > LARGEST:
        raise Unreadable("This file is larger than 10 MB, which is the most careteam takes. Nothing was added.")
    if not raw.strip():
        raise Unreadable("This file is empty. Nothing was added.")
    bare = STRING.sub(b"", raw)
    steps = map(STEPS.__getitem__, bare.translate(None, NOT_BRACKETS))
    if max(accumulate(steps), default=0) > DEEPEST:
        raise Unreadable(f"This file is nested more than {DEEPEST} levels deep, so it was not read. Nothing was added.")
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > VALUES_MOST:
        raise Unreadable("This file holds more entries than careteam can read at once. Nothing was added.")
    found = _parsed(raw)
    if not isinstance(found, dict):
        raise Unreadable(found if isinstance(found, _Refusal) else NOT_FHIR)
    return found


NOT_FHIR = "This file is JSON, but it holds no FHIR record. Nothing was added."


class _Refusal(str):
    """A sentence where a value was expected."""

    __slots__ = ()


def _parsed(raw: bytes) -> Any:
    """The value, or a refusal: raised outside this function, so that no error carries the file's text along."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _Refusal("This file is not plain UTF-8 text, as FHIR files in JSON are. Nothing was added.")
    if text.lstrip().startswith("<"):
        return _Refusal("This file is XML or a web page. careteam reads FHIR files in JSON. Nothing was added.")
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return _Refusal("This file is not complete JSON, so it cannot be read. Nothing was added.")


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError("a number beyond all measure") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


# -- Whatever stands there, these answer with the type that was asked for ----------------------------------------------
def one(parent: Json, name: str) -> Json:
    """The object under this name; an empty one when there is none."""
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def many(parent: Json, name: str) -> list[Json]:
    """The objects in the list under this name."""
    value = parent.get(name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def storable(text: str) -> bool:
    """Whether a database can hold the text: no NUL, no half of a surrogate pair."""
    return not UNSTORABLE.search(text)


def words(parent: Json, name: str) -> str:
    """The text under this name without spaces around it; an empty one when there is none that can be stored."""
    value = parent.get(name)
    return value.strip() if isinstance(value, str) and storable(value) else ""


def number(parent: Json, name: str) -> Decimal | None:
    """The number under this name, when it is one that people could have meant."""
    value = parent.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    exact = Decimal(value)
    meant = abs(exact.adjusted()) <= LARGEST_POWER and len(exact.as_tuple().digits) <= DIGITS_MOST
    return exact if meant or not exact else None
