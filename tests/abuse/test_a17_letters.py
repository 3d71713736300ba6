"""A17: letters that no database keeps are refused, names lose what turns them round, and two spellings meet."""

from __future__ import annotations

import unicodedata

import pytest

from careteam.accounts.models import User
from careteam.accounts.names import compared
from careteam.accounts.services import rename
from tests.abuse.kept import kept
from tests.api.programs import Program
from tests.conftest import Maren

REFUSED = ["\0", "a\0b", "\ud800", "a\udfffb", "\udbff\ud800"]
TURNING = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
FIELDS = {
    "goals": ({"words": "w"}, ("words", "why")),
    "notes": ({"text": "t"}, ("text", "title")),
    "treatments": ({"name": "n"}, ("name", "purpose", "side_effects")),
    "procedures": ({"code": "ect"}, ("name", "purpose")),
    "levels": ({"substance": "s", "value": "1", "unit": "u", "on": "2025"}, ("substance", "unit", "words")),
    "conditions": ({"name": "n"}, ("name", "words")),
    "check-ins": ({"mood": "low"}, ("words",)),
    "events": ({"words": "w", "on": "2026"}, ("words",)),
    "questions": ({"words": "w"}, ("words",)),
    "visits": ({"start": "2026-03-08T10:00"}, ("place", "with_words")),
}
PAGES = {"/goals/new/": "words", "/notes/new/": "text", "/medicines/new/": "name", "/visits/questions/new/": "words"}


def test_what_no_database_keeps_is_refused_in_every_text(patient: Maren, maren: Program) -> None:
    before, browser = kept(), patient.browser
    for room, (body, names) in FIELDS.items():
        for name in names:
            for text in REFUSED[1:4]:
                answer = maren.post(f"patients/{patient.id}/{room}/", body | {name: text})
                assert answer.status_code in {400, 422}, (room, name)
                assert name in {one["field"] for one in answer.json()["errors"]}, (room, name, answer.json())
    for path, name in PAGES.items():
        assert browser.post(path, {name: "a\0b"}).status_code == 422, path
    assert kept() == before


@pytest.mark.parametrize("text", REFUSED)
def test_e34_no_name_holds_what_cannot_be_kept(patient: Maren, maren: Program, text: str) -> None:
    assert maren.changes("me/", {"name": f"Mar{text}en"}).status_code in {400, 422}
    assert User.objects.get(pk=patient.id).name == "Maren Holt"


def test_e36_a_name_is_not_turned_round_and_two_spellings_are_one(patient: Maren) -> None:
    for sign in TURNING:
        patient.does(rename, f"Dr {sign}Lee{sign}")
        assert User.objects.get(pk=patient.id).name == "Dr Lee", hex(ord(sign))
    for given in ("Zoë", "Ångström", "Đặng", "한글"):
        apart = unicodedata.normalize("NFD", given)
        patient.does(rename, apart)
        assert User.objects.get(pk=patient.id).name == unicodedata.normalize("NFC", given)
        assert compared(apart) == compared(given)
    assert compared("Lee\u200b") == compared("lee")
