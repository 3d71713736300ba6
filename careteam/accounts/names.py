"""Names as people write them: any script, one word or five, kept as given (NFC)."""

from __future__ import annotations

import unicodedata

NAME_MOST = 200
BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
# Letters that Unicode gives no accent to take off, as somebody without such a keyboard types them.
TYPED = {
    **str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ŋ": "n"}),
    **str.maketrans({"æ": "ae", "œ": "oe", "þ": "th", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}),
    **dict.fromkeys([0x2018, 0x2019, 0x02BC], "'"),
    **dict.fromkeys([0x2010, 0x2011, 0x2013], "-"),
}
INVISIBLE = {0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD}


def clean_name(given: str) -> str:
    """The name in NFC on one line, without direction overrides; raises ValueError in words when it cannot be kept."""
    name = " ".join(unicodedata.normalize("NFC", given).translate(BIDI).split())
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in name):
        raise ValueError("This name has a character that cannot be stored.")
    if not name.translate(dict.fromkeys(INVISIBLE)).strip():
        raise ValueError("Please write a name.")
    if len(name) > NAME_MOST:
        raise ValueError(f"This name is longer than {NAME_MOST} characters.")
    return name


def compared(name: str) -> str:
    """The form in which two spellings of one name meet: no case, no accents, nothing invisible."""
    bare = unicodedata.normalize("NFKD", name.translate(dict.fromkeys(INVISIBLE)))
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).casefold().split())


def found_in(asked: str, name: str) -> bool:
    """Whether every word of what is asked is a part of the name, in any script: `soren` finds `Søren`, `小` `小龍`.

    No case, no accents; letters such as ø, ł and æ, which are no letter with an accent, as they are typed without them.
    """
    held = compared(name).translate(TYPED)
    return all(word in held for word in compared(asked).translate(TYPED).split())
