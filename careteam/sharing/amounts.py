"""Numbers as people type them: a decimal point or comma, digits of any script; what has two meanings is asked about.

Doses and levels both read them, and rooms beside each other never import one another.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from careteam.sharing.errors import Invalid

DIGITS_MOST = 8
LONGEST = 20
NUMBER = re.compile("\\d+|\\d*[.,\u066b]\\d+", re.ASCII)  # U+066B: the decimal sign of Arabic and Persian
TWO_MEANINGS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def clean_number(text: str, field: str, asked: str, *, zero: bool = False) -> Decimal:
    """The number typed, with the precision it was typed with, of at most eight digits; above zero unless `zero`.

    "1,000" is a thousand to some and one to others: it is asked about, never guessed. Raises Invalid beside `field`;
    `asked` is what it says of something that is no number.
    """
    typed = "".join(str(unicodedata.decimal(letter, letter)) for letter in text.strip())
    if not NUMBER.fullmatch(typed):
        raise Invalid(**{field: asked})
    if TWO_MEANINGS.fullmatch(typed):
        large, small = re.sub(r"[.,]", "", typed), plain(Decimal(re.sub(r"[.,]", ".", typed)))
        raise Invalid(**{field: f"“{typed}” can mean {large} or {small}. Please write {large} or {unasked(small)}."})
    number = Decimal(re.sub("[,\u066b]", ".", typed[:LONGEST]))
    if not number and not zero:
        raise Invalid(**{field: "Write an amount above zero."})
    if len(typed) > LONGEST or sum(letter.isdigit() for letter in plain(number)) > DIGITS_MOST:
        raise Invalid(**{field: f"This number has more than {DIGITS_MOST} digits. Please check it."})
    return number


def plain(number: Decimal) -> str:
    """A number as careteam stores and prints it: a decimal point, no exponent, no zeros that say nothing."""
    return format(number.normalize(), "f")


def exact(number: Decimal) -> str:
    """A measured number with every digit it was written with (0.80 is not 0.8), in a form that is read without asking.

    FHIR decimal: the precision is part of the value.
    """
    return unasked(format(number, "f"))


def unasked(amount: str) -> str:
    """A stored amount in a form that `clean_number` reads without asking: 1.125 becomes 1.1250."""
    return f"{amount}0" if TWO_MEANINGS.fullmatch(amount) else amount
