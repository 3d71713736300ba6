"""Text that paper can hold: any script, and nothing that makes the drawing crawl, break or lie."""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 20  # about what the narrowest column holds; a longer word gets places to break
BREAK_AFTER = 10
BREAK_ANYWAY_AFTER = 40
MARKS_ON_ONE_LETTER = 8  # ordinary writing needs four; thousands would take the drawing a minute
DOTTED_CIRCLE = "\u25cc"  # what Unicode shows below a mark that has no letter
ZERO_WIDTH_SPACE = "\u200b"
JOINERS = "\u200c\u200d"
VIRAMA = 9  # canonical combining class: ties a letter to the next one
LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Direction overrides in a name could turn the words around it; each text gets the direction of its own letters instead.
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROLS = {code: None for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) != "\n"}
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
NEEDS_SHAPING = re.compile(
    "[\u0590-\u1cff\u200b-\u200f\u2060-\u206f\ua800-\uabff\ufb1d-\ufdff\ufe00-\ufe0f\ufe70-\ufeff"
    "\U00010800-\U0001efff\U000e0000-\U0010ffff]"
)
LOOSE_MARK = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


def printable(text: str) -> str:
    """The text without control characters and broken surrogates, with marks on letters and breaks in long words."""
    text = LINE_ENDS.sub("\n", text).replace("\t", " ").translate(DIRECTION_MARKS).translate(CONTROLS)
    if not text.isascii():
        text = _marks_on_letters(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return LONG_WORD.sub(lambda found: _breakable(found[0]), text)


def unshaped(text: str) -> str:
    """The text in letters that stand by themselves; boxes for all others. The last resort, when a font's rules fail."""
    return LOOSE_MARK.sub("", NEEDS_SHAPING.sub("\u25a1", text))


def _marks_on_letters(text: str) -> str:
    letters: list[str] = []
    carried = MARKS_ON_ONE_LETTER  # at the start there is nothing to carry a mark
    for letter in text:
        mark = unicodedata.category(letter).startswith("M")
        if letter in JOINERS and carried >= MARKS_ON_ONE_LETTER:
            continue
        if mark and carried >= MARKS_ON_ONE_LETTER:
            letters.append(DOTTED_CIRCLE)
            carried = 0
        if mark or letter in JOINERS:
            carried += 1
        else:
            carried = MARKS_ON_ONE_LETTER if letter == "\n" or unicodedata.category(letter) == "Cf" else 0
        letters.append(letter)
    return "".join(letters)


def _breakable(word: str) -> str:
    letters: list[str] = []
    run = 0
    for letter in word:
        category = unicodedata.category(letter)
        if category[0] != "M" and category not in {"Cf", "Sk"}:
            before = letters[-1] if letters else ""
            tied = before in JOINERS or (before and unicodedata.combining(before) == VIRAMA)
            if run >= (BREAK_ANYWAY_AFTER if tied else BREAK_AFTER):
                letters.append(ZERO_WIDTH_SPACE)
                run = 0
            run += 1
        letters.append(letter)
    return "".join(letters)
