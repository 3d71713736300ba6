"""Measure the widest advance of each letter over careteam's fonts and print the tables of exchange/timeline_letters.py.

Not run by careteam: `pip install fonttools brotli` somewhere, then `python scripts/measure_letters.py FONT…` with the
woff2 of the pages, the two Noto fonts of the PDF and whatever a browser is likely to fall back to (DejaVu Sans).
A letter's width is written as one base-36 digit in twentieths of an em, rounded up.
"""

from __future__ import annotations

import sys
import unicodedata

from fontTools.ttLib import TTFont  # type: ignore[import-not-found] # installed where this is run, not in careteam
from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-not-found] # the same

BLOCKS = ((0x20, 0x180), (0x370, 0x530), (0x5D0, 0x6D4), (0x2010, 0x2028))
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
UNKNOWN = "s"
UNIT = 20
ARABIC = (0x600, 0x700)
JOINED = 1.15  # the joined form of an Arabic letter can be wider than the letter alone


def advances(path: str, weight: int) -> dict[int, float]:
    """The advance of each letter in the font, in em."""
    font = TTFont(path)
    if "fvar" in font:
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instantiateVariableFont(font, {**axes, "wght": weight})
    elif ("Bold" in path) != (weight > 500):  # noqa: PLR2004 # between regular and bold
        return {}
    widths, size = font["hmtx"], font["head"].unitsPerEm
    found = {code: widths[glyph][0] / size for code, glyph in font.getBestCmap().items()}
    for digit in range(ord("0"), ord("9") + 1):  # pages ask for figures of one width
        tabular = font.getBestCmap()[digit] + ".tf" if digit in found else ""
        if tabular in widths.metrics:
            found[digit] = max(found[digit], widths[tabular][0] / size)
    return found


def main(paths: list[str]) -> None:
    """Print the table, block by block; a letter that no page font has is measured in the fallback."""
    fonts = [("DejaVu" in path, advances(path, weight)) for path in paths for weight in (400, 700)]
    for first, end in BLOCKS:
        line = ""
        for code in range(first, end):
            own = max(font.get(code, 0) for fallback, font in fonts if not fallback)
            other = max(font.get(code, 0) for fallback, font in fonts if fallback)
            width = own if own and code < ARABIC[0] else max(own, other)
            width *= JOINED if ARABIC[0] <= code < ARABIC[1] else 1
            mark = unicodedata.category(chr(code)) == "Mn"
            line += DIGITS[min(-int(-width * UNIT // 1), 35)] if width or mark else UNKNOWN
        print(hex(first), line)


if __name__ == "__main__":
    main(sys.argv[1:])
