"""Units of levels, pure: kept as typed, but for the ways to write "micro", which are one and the same."""

from __future__ import annotations

import re
import unicodedata

MICRO = "\u03bc"
BOTH_SIGNS = str.maketrans({"\u00b5": MICRO})  # the micro sign of keyboards, and the Greek letter
MICROGRAM = re.compile(rf"(?:{MICRO}g|ug|mcg)(?=$|[\s/.·])", re.IGNORECASE)


def clean_unit(text: str) -> str:
    """The unit as typed, on one line; micrograms in every spelling are `mcg`, other micro signs the Greek letter."""
    unit = unicodedata.normalize("NFC", " ".join(text.split())).translate(BOTH_SIGNS)
    return MICROGRAM.sub("mcg", unit, count=1) if MICROGRAM.match(unit) else unit
