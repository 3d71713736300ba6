"""How wide a text can be at most, without a browser: letters measured by scripts/measure_letters.py, others guessed.

The measure is the widest of the page's font and the PDF's, regular and bold. It errs to the wide side, so that labels
that do not touch by this measure touch nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

from careteam.exchange.visit_words import FIRST_STRONG_ISOLATE, POP_ISOLATE

UNIT = 20  # a digit of base 36 below is that many twentieths of an em
MEASURED = {
    0x20: (
        "77agdkf677cd6869eddddddddd66cdcbieeefccfg9cecjhgdgeddgdkedd797c98ddbdc8de77d7kedddab9eciccb8c8csssssssss"
        "ssssssssssssssssssssssss77cdcdccdh8dd7ha9d998ee6689dhijbeeeeeekecccc9999fhgggggcgggggddfddddddjbcccc7777"
        "dedddddddeeeecdcedededdbdbdbdbfdfdccccccccccfdfdfdfdgdge8687868787fd76eddc7c7c7c8c7heheheghegdgdgdlkeaea"
        "eacbcbcbcbc9c9c9gdgegegegegekidcdcacaca8"
    ),
    0x370: (
        "a9ge66hfss6bbb67ssss6gg6gkdsksij9eebeccgg8eejhdggdsccdjeig8debd9dedcdbadd9dcecbdfdbebdhdhi9dddieefejehld"
        "gddbcbbccbmhhfjffegegfecedb6gbbdddjhddddccgceb777lmgegdgedecgckcggefjgggddcdjegfmmgjdelecdcadcibeeddhedd"
        "dbbchcddkkeicbidcceaba766ijedecdkieejhfdljhdmidcihgdfdfdrohemkkiebd0000099jhddddcbcafdljcbgeededfehfhgni"
        "gedbcbdcdcfdjghffefdjfjf8kigehfgeiffelj8ececkjcchchckicbccgegegdgdgdebdcdcdcfdcajicafdecddjjjifeljlkgegf"
        "dchfliiijjgdkiedniojhfhfgdvrgegd"
    ),
    0x5D0: (
        "fd9ce79ee6ccdef7aeeeeeefdgesssssecb9fsssssssssssrzrwztggtlrc99nf00000000000aee7ejc88f8m8oeoohhhcceewwxxo"
        "ogglljjj8rlmkhkifmm000000000000000c00000fffffffffff99dol0777binnuoooooooohhhhhhhccccccccceeeegeeeewwwxxo"
        "grrrrrrllouommmooooookkkkkkkkkmhbbbbccfffccfmjmcmjmm"
    ),
    0x2010: "99ebkkca8888eeeebbddaek7",
}
FULL_WIDTH, UNKNOWN, LIGATURE = 22, 28, 52  # Chinese; any other script; Arabic letters that are several in one
EMOJI_FROM, EMOJI = 0x1F000, 30
LIGATURES, BISMILLAH = (0xFB50, 0xFDFF), "\ufdfd"
NO_WIDTH = re.compile("[\u0300-\u036f\u200b-\u200d\u2060-\u2069\ufe00-\ufe0f]")
# Not XML, or able to turn the words around: each text gets the direction of its own letters instead.
NOT_DRAWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
HEAPED_MARKS = re.compile(f"({MARK}{{3}}){MARK}+")
RIGHT_TO_LEFT = ("R", "AL")
DOTS = "…"


class _Widths(dict[str, int]):
    def __missing__(self, letter: str) -> int:
        if NO_WIDTH.match(letter):
            return 0
        if letter == BISMILLAH:
            return 11 * UNIT
        if LIGATURES[0] <= ord(letter) <= LIGATURES[1]:
            return LIGATURE
        if ord(letter) >= EMOJI_FROM:
            return EMOJI
        return FULL_WIDTH if unicodedata.east_asian_width(letter) in "WF" else UNKNOWN


_widths = _Widths(
    {chr(first + at): int(digit, 36) for first, digits in MEASURED.items() for at, digit in enumerate(digits)}
    | {"→": FULL_WIDTH, FIRST_STRONG_ISOLATE: 0, POP_ISOLATE: 0}
)


def width(text: str, size: float) -> float:
    """The most room the text can take at this size."""
    return sum(map(_widths.__getitem__, text)) * size / UNIT


def one_line(text: str) -> str:
    """Somebody's text as one line that XML can hold, its marks on letters at most three."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(HEAPED_MARKS.sub(r"\1", NOT_DRAWN.sub(" ", text)).split())


def shortened(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits with … behind it; nothing when not even a letter does."""
    if width(text, size) <= room:
        return text
    left = room * UNIT / size - _widths[DOTS]
    end = 0
    while end < len(text) and (left := left - _widths[text[end]]) >= 0:
        end += 1
    while end and end < len(text) and _tied(text, end):
        end -= 1
    kept = text[:end].rstrip(" ,;:.(")
    return f"{kept}{DOTS}" if kept else ""


def markup(text: str) -> str:
    """As it stands between two tags."""
    return escape(text, quote=False)


def apart(text: str) -> str:
    """Somebody's words beside ours: where some run right to left, their direction stays their own."""
    if text.isascii() or not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def _tied(text: str, at: int) -> bool:
    """Whether a cut before `at` would part a letter from its mark, or an emoji from its joined half."""
    return unicodedata.category(text[at])[0] == "M" or "\u200d" in text[at - 1 : at + 1]
