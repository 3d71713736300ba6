"""The number of a clinician in the United States (NPI): whether it is written correctly, never whose it is."""

from __future__ import annotations

DIGITS = 10
ISSUER = "80840"  # health, United States: the check digit is that of the card number it would be (ISO 7812, Luhn)


def is_npi(text: str) -> bool:
    """Ten digits, beginning with 1 or 2, whose last one fits the others."""
    if len(text) != DIGITS or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(ISSUER + text)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004 - digits of a sum
