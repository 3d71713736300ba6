"""How much a day, pure: what stands in a dose, in the figures of the dose table. What is not said is not guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from careteam.sharing.errors import Invalid
from careteam.treatments.dose_table import LEVEL, PATCH, PER_DAY, PER_WEEK, SESSION, DoseRow, by_ingredient
from careteam.treatments.doses import DosePeriod, unit_of
from careteam.treatments.medicine_names import recognized

MILLIGRAMS = {"mg": Decimal(1), "mcg": Decimal("0.001"), "g": Decimal(1000), "mg/24 h": Decimal(1)}
PIECES = ("tablet", "capsule", "pill")
WEEK = 7
# A hundred times away from the row's figures is another unit: no dose is written so far from them, and mg and mcg lie
# a thousand apart.
ANOTHER_UNIT = 100
LITHIUM_FLAGGED = 600

COUNTS = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "thrice": 3, "four": 4}
NUMBER = rf"(?P<n>\d{{1,2}}|{'|'.join(COUNTS)})"
OFTEN = (
    (re.compile(rf"{NUMBER}\s*(?:x|×|times?)?\s*(?:a|per|each|every|/)?\s*(?:day|daily)"), Fraction),
    (re.compile(r"every\s*(?P<n>6|8|12|24)\s*(?:hours|hrs|h)"), lambda n: Fraction(24, n)),
    (re.compile(r"(?:every other|every second|alternate) days?|every 2 days"), lambda _: Fraction(1, 2)),
    (re.compile(rf"(?:{NUMBER}\s*(?:x|×|times?)?\s*(?:a|per|each|every)?\s*)week(?:ly)?"), lambda n: Fraction(n, WEEK)),
    (re.compile(r"(?:every|a|per|each)\s*week|weekly"), lambda _: Fraction(1, WEEK)),
    (re.compile(r"(?:every|each|a|per)\s*day|daily"), lambda _: Fraction(1)),
    (re.compile(r"\bbid\b"), lambda _: Fraction(2)),
    (re.compile(r"\btid\b"), lambda _: Fraction(3)),
    (re.compile(r"\bqid\b"), lambda _: Fraction(4)),
    (re.compile(r"\b(?:od|qd)\b"), lambda _: Fraction(1)),
)
MOMENT = re.compile(
    r"\b(?:mornings?|noon|midday|afternoons?|evenings?|nights?|bedtime|sleep|waking|breakfast|lunch|dinner|supper"
    r"|(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*[ap]m)?|\d{1,2}\s*[ap]m)\b"
)
SMALL = re.compile(
    r"(?:in|the|at|with|after|before|on|and|early|late|a|an|my|every|each|all|going|to|food|meal|water|i|take|it|about|then|mid)"
)
STRENGTH = re.compile(r"(\d+(?:[.,]\d+)?)\s*(mg|mcg|ug|μg|g)\b")
TWO_STRENGTHS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:mg)?\s*[/+-]\s*(\d+(?:[.,]\d+)?)\s*mg\b")


class Missing(StrEnum):
    """What a dose does not say, so that nobody can tell how much a day it is."""

    DOSE = "dose"
    HOW_OFTEN = "how-often"
    STRENGTH = "strength"
    UNIT = "unit"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Daily:
    """An amount a day in the figures of the ingredient's usual row, or what is missing to say one.

    `second` is the amount of a product's other ingredient.
    """

    amount: Decimal | None
    missing: Missing | None = None
    second: Decimal | None = None


@lru_cache(maxsize=1024)
def times_a_day(times: str) -> Fraction | None:
    """How often a day "morning and night" or "twice a week" is; 1 for no words, None for words that leave it open."""
    said = unicodedata.normalize("NFKC", times).casefold()
    told: list[Fraction] = []
    for pattern, often in OFTEN:
        for found in pattern.finditer(said):
            number = found.groupdict().get("n", "")
            told.append(often(COUNTS.get(number) or int(number or 0)))
        said = pattern.sub(" ", said)
    moments = Fraction(len(MOMENT.findall(said)))
    rest = re.findall(r"\w+", MOMENT.sub(" ", said))
    if len(told) > 1 or any(not SMALL.fullmatch(word) for word in rest):
        return None
    if not told:
        return moments or Fraction(1)
    return told[0] if not moments or moments == told[0] or told[0] < 1 == moments else None


def row_of(ingredient: str, form: str, times: Sequence[str] = ()) -> DoseRow | None:
    """The row that the words about form and times choose; None where only a form that they do not name counts."""
    rows = by_ingredient().get(ingredient, ())
    said = unicodedata.normalize("NFKC", " ".join((form, *times))).casefold()
    for row in rows:
        if any(re.search(rf"\b{re.escape(told)}\b", said) for told in row.told_by):
            return row
    return rows[0] if rows and not rows[0].told_by else None


def daily(row: DoseRow, period: DosePeriod, said: str = "") -> Daily:
    """How much a day a dose is. `said` is the medicine's name and form, where a tablet's strength may stand.

    The answer is in the figures of the ingredient's usual row: 25 mg of a form whose 25 count as 20 is 20.
    """
    often = times_a_day(period.times)
    if often is None:
        return Daily(None, Missing.HOW_OFTEN)
    if row.two_in_one:
        return _product(row, period, said, often)
    amount = _milligrams(row, period, said)
    if amount is None:
        return Daily(None, Missing.STRENGTH)
    usual = by_ingredient()[row.ingredient][0]
    if row.unit == PER_WEEK:
        a_day = amount * usual.high * (often * WEEK if often < 1 else Fraction(1)).numerator / row.high
    elif row is usual:
        a_day = _times(amount, often)
    else:
        a_day = _times(amount, often) * usual.high / row.high
    if usual.unit in (PER_DAY, PATCH) and not usual.low / ANOTHER_UNIT < a_day < usual.high * ANOTHER_UNIT:
        return Daily(None, Missing.UNIT)
    return Daily(a_day)


def _times(amount: Decimal, often: Fraction) -> Decimal:
    """Exact where it can be: 87 mg twice a day is 174 mg."""
    return amount if often == 1 else amount * often.numerator / often.denominator


def _milligrams(row: DoseRow, period: DosePeriod, said: str) -> Decimal | None:
    """The amount taken each time, in mg; None where a tablet's strength is not known or the unit says nothing of mg."""
    number = Decimal(period.amount)
    if row.unit == PATCH and period.unit == "patch":
        each = strength(said)
        return number * each if each is not None else None
    if period.unit in MILLIGRAMS and (period.unit != "mg/24 h" or row.unit == PATCH):
        return number * MILLIGRAMS[period.unit]
    each = strength(said) if period.unit in PIECES else None
    return number * each if each is not None else None


@lru_cache(maxsize=1024)
def strength(said: str) -> Decimal | None:
    """The one strength that stands in "Sertraline 50 mg tablets"; None for none, or for two that differ."""
    found = {
        Decimal(number.replace(",", ".")) * MILLIGRAMS[unit_of(unit)]
        for number, unit in STRENGTH.findall(unicodedata.normalize("NFKC", said).casefold())
    }
    return found.pop() if len(found) == 1 else None


def _product(row: DoseRow, period: DosePeriod, said: str, often: Fraction) -> Daily:
    """A product of two ingredients counts by the tablet: what each holds must be known, from the table or its name."""
    if period.unit not in PIECES:
        return Daily(None, Missing.STRENGTH)
    found = TWO_STRENGTHS.findall(unicodedata.normalize("NFKC", said).casefold())
    each = tuple(Decimal(part.replace(",", ".")) for part in found[0]) if len(found) == 1 else row.per_tablet
    if not each:
        return Daily(None, Missing.STRENGTH)
    taken = _times(Decimal(period.amount), often)
    return Daily(each[0] * taken, second=each[1] * taken)


def unit_question(name: str, period: DosePeriod, *, ingredient: str = "", form: str = "") -> str:
    """What to ask before a dose is saved that is a hundred times away from anything ever written for it; "" for none.

    No figure is told: mg and mcg are easily mixed up, and that is all this asks about.
    """
    which = ingredient or recognized(name)
    row = row_of(which, f"{name} {form}", [period.times]) if which else None
    if row is None or row.unit in (SESSION, LEVEL) or daily(row, period, f"{name} {form}").missing != Missing.UNIT:
        return ""
    return f"{period.amount} {period.unit} of {which} is very far from any usual amount. Is it really {period.unit}?"


def must_ask_unit(
    name: str, periods: Sequence[DosePeriod], *, ingredient: str = "", form: str = "", confirmed: bool = False
) -> None:
    """Raises Invalid (unit_confirmed) for a dose whose unit looks mixed up: it is never saved in silence."""
    for period in periods:
        if not confirmed and (question := unit_question(name, period, ingredient=ingredient, form=form)):
            raise Invalid(unit_confirmed=question)
