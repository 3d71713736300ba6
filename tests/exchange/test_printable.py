"""Text on its way to paper keeps its letters and loses only what paper cannot hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.exchange.printable import printable, unshaped

SPACE = "\u200b"


@pytest.mark.parametrize(
    "text", ["", "O'Brien-Ñandú", "李小龍", "نور", "e\u0301", "👩\u200d👧", "র\u200d\u09cdয", "a\n\nb"]
)
def test_ordinary_writing_is_left_alone(text: str) -> None:
    assert printable(text) == text


def test_control_characters_go_and_line_ends_become_one_kind() -> None:
    assert printable("a\x00b\x07\x1b[31m\tc\r\nd\re\u2028f\x85g\x7f") == "ab[31m c\nd\ne\nf\ng"


def test_broken_surrogates_become_a_visible_sign() -> None:
    assert printable("a\ud800b") == "a\ufffdb"


def test_direction_overrides_cannot_turn_the_words_around_a_name() -> None:
    assert printable("Lee\u202e\u2066\u2069") == "Lee"


def test_a_heap_of_marks_is_dealt_out_over_dotted_circles() -> None:
    heap = printable("e" + "\u0301" * 20)
    assert heap.count("\u0301") == 20
    assert "\u0301" * 9 not in heap
    assert heap.count("\u25cc") == 2


@pytest.mark.parametrize("before", ["", "\n", "\u200b", "\u2060"], ids=["start", "line", "space", "joiner"])
def test_a_mark_with_no_letter_gets_a_dotted_circle(before: str) -> None:
    assert printable(f"{before}\u0301") == f"{before}\u25cc\u0301"


def test_long_words_get_places_to_break_and_short_ones_none() -> None:
    assert printable("hydrochlorothiazide") == "hydrochlorothiazide"
    assert printable("w" * 21) == f"{'w' * 10}{SPACE}{'w' * 10}{SPACE}w"


def test_a_syllable_tied_by_a_virama_is_broken_late() -> None:
    tied = "क\u094d" * 60
    assert SPACE not in printable(tied)[:80]
    assert SPACE in printable(tied)


def test_the_last_resort_keeps_latin_and_chinese_and_boxes_the_rest() -> None:
    assert unshaped("Lee 李 نور e\u0301") == "Lee 李 □□□ e"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=80))
def test_no_letter_is_ever_lost(text: str) -> None:
    def letters(of: str) -> list[str]:
        return [letter for letter in of if unicodedata.category(letter)[0] in "LN"]

    assert letters(printable(text)) == letters(text)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_what_comes_out_can_always_be_written_as_utf_8(text: str) -> None:
    printable(text).encode()
    printable(unshaped(text)).encode()
