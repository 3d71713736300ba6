"""FHIR Dosage in words: what is taken each time and when, exactly as far as the file says it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from careteam.exchange.fhir_json import Json, many, number, one, words

Unit = Literal["mg", "mcg", "g"]

# Compared in NFKC without case: one letter for both micro signs (U+00B5 and U+03BC).
UNITS: dict[str, Unit] = {
    **dict.fromkeys(("mg", "milligram", "milligrams"), "mg"),
    **dict.fromkeys(("mcg", "ug", "\u03bcg", "microgram", "micrograms"), "mcg"),
    **dict.fromkeys(("g", "gram", "grams"), "g"),
}
UCUM = "http://unitsofmeasure.org"
EACH = {"min": "every minute", "h": "every hour", "d": "daily", "wk": "weekly", "mo": "every month", "a": "every year"}
SPANS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years"}
WHEN = {
    "MORN": "in the morning", "MORN.early": "early in the morning", "MORN.late": "late in the morning",
    "NOON": "at noon", "AFT": "in the afternoon", "AFT.early": "early in the afternoon",
    "AFT.late": "late in the afternoon", "EVE": "in the evening", "EVE.early": "early in the evening",
    "EVE.late": "late in the evening", "NIGHT": "at night", "PHS": "after going to sleep", "HS": "at bedtime",
    "WAKE": "after waking", "C": "with a meal", "CM": "with breakfast", "CD": "with lunch", "CV": "with dinner",
    "AC": "before a meal", "ACM": "before breakfast", "ACD": "before lunch", "ACV": "before dinner",
    "PC": "after a meal", "PCM": "after breakfast", "PCD": "after lunch", "PCV": "after dinner",
}  # fmt: skip
DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
        "sun": "Sunday"}  # fmt: skip
CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
AS_NEEDED = re.compile(r"\b(as|if|when)\s+(needed|required|necessary)\b|\bprn\b", re.IGNORECASE)
IN_WORDS = {"frequency", "frequencyMax", "period", "periodMax", "periodUnit", "when", "dayOfWeek", "timeOfDay"}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is taken each time, never how much a day: the number as written, in mg, mcg or g."""

    value: Decimal
    unit: Unit


@dataclass(frozen=True, slots=True)
class Dose:
    """All doses of one medicine: in words, when in words, the amount each time if one is clear, and by what route.

    `times_a_day` is a number only when the file says so plainly. `partly` tells that something could not be put into
    words.
    """

    words: str
    timing: str
    each_time: Amount | None
    times_a_day: int | None
    route: str
    as_needed: bool
    partly: bool


def dose_of(dosages: list[Json]) -> Dose:
    """What the dosages of one medicine say together."""
    told = [_told(dosage) for dosage in _in_sequence(dosages)]
    alone = told[0] if len(told) == 1 else None
    routes = list(dict.fromkeys(part.route for part in told if part.route))
    return Dose(
        words="; ".join(part.words for part in told if part.words),
        timing=alone.timing if alone else "",
        each_time=alone.each_time if alone else None,
        times_a_day=alone.times_a_day if alone else None,
        route=", ".join(routes),
        as_needed=any(part.as_needed for part in told),
        partly=any(part.partly for part in told),
    )


def text_of(concept: Json) -> str:
    """A CodeableConcept as people read it: its text, else a display, else a code."""
    codings = many(concept, "coding")
    told = [words(concept, "text"), *(words(coding, name) for name in ("display", "code") for coding in codings)]
    return next(filter(None, told), "")


def _in_sequence(dosages: list[Json]) -> list[Json]:
    places = [number(dosage, "sequence") for dosage in dosages]
    if None in places:
        return dosages
    return [dosage for _, dosage in sorted(zip(places, dosages, strict=True), key=lambda pair: pair[0] or 0)]


def _told(dosage: Json) -> Dose:
    if "modifierExtension" in dosage:  # something unknown changes the meaning of the whole
        return Dose("", "", None, None, "", as_needed=False, partly=True)
    repeat = one(one(dosage, "timing"), "repeat")
    rate, said = _repeat(repeat)
    timing = rate or text_of(one(one(dosage, "timing"), "code"))
    parts = [part for part in many(dosage, "doseAndRate") or [dosage] if part.keys() & {"doseQuantity", "doseRange"}]
    taken = [_quantity(part) for part in parts]
    needed, need = _needed(dosage)
    between = ", " if timing[:1].isdigit() else " "  # "1, 3 times daily" is not thirteen
    amount_and_time = between.join(filter(None, (" or ".join(dict.fromkeys(filter(None, taken))), timing)))
    text = words(dosage, "text")
    return Dose(
        words=text or ", ".join(filter(None, (amount_and_time, need))) or words(dosage, "patientInstruction"),
        timing=timing,
        each_time=_amount(one(parts[0], "doseQuantity")) if len(parts) == 1 else None,
        times_a_day=_times_a_day(repeat),
        route=text_of(one(dosage, "route")),
        as_needed=needed,
        partly=not text and not (said and all(taken) and not _left_over(dosage)),
    )


def _left_over(dosage: Json) -> bool:
    """Whether something about amount or time stands there that no words were found for."""
    timing = one(dosage, "timing")
    rates = any(
        "rateRatio" in part or "rateRange" in part or "rateQuantity" in part for part in many(dosage, "doseAndRate")
    )
    limits = {"maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "additionalInstruction"}
    return rates or "event" in timing or bool(limits & dosage.keys())


def _needed(dosage: Json) -> tuple[bool, str]:
    if "asNeededCodeableConcept" in dosage:
        what = text_of(one(dosage, "asNeededCodeableConcept"))
        return True, f"as needed for {what}" if what else "as needed"
    if dosage.get("asNeededBoolean") is True:
        return True, "as needed"
    return bool(AS_NEEDED.search(words(dosage, "text"))), ""


# -- Amounts -----------------------------------------------------------------------------------------------------------
def _quantity(part: Json) -> str:
    if "doseRange" in part:
        low, high = (_amount_words(one(one(part, "doseRange"), end)) for end in ("low", "high"))
        return f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
    return _amount_words(one(part, "doseQuantity"))


def _amount_words(quantity: Json) -> str:
    value = number(quantity, "value")
    if value is None:
        return ""
    return " ".join(filter(None, (words(quantity, "comparator"), plain(value), _unit_words(quantity))))


def _unit_words(quantity: Json) -> str:
    """The unit as written. UCUM's "1" means that there is none."""
    code = words(quantity, "code")
    return words(quantity, "unit") or ("" if code == "1" else code)


def _amount(quantity: Json) -> Amount | None:
    value = number(quantity, "value")
    if value is None or value <= 0 or "comparator" in quantity:
        return None
    spelled, coded = _unit(words(quantity, "unit")), _unit(words(quantity, "code"))
    unit = spelled or coded
    disagree = spelled and coded and spelled != coded
    foreign = words(quantity, "unit") and not spelled
    return Amount(value, unit) if unit and not disagree and not foreign else None


def _unit(text: str) -> Unit | None:
    return UNITS.get(unicodedata.normalize("NFKC", text).casefold().strip())


def plain(value: Decimal) -> str:
    """A number as it was written, without an exponent."""
    return format(value, "f")


# -- When --------------------------------------------------------------------------------------------------------------
def _repeat(repeat: Json) -> tuple[str, bool]:
    """Timing in words, and whether all of it was said."""
    rate = _rate(repeat)
    asked = {name for name in ("frequency", "frequencyMax", "period", "periodMax", "periodUnit") if name in repeat}
    times, whole = [rate] if rate else [], bool(rate) or not asked
    for name, known in (("when", WHEN), ("dayOfWeek", DAYS)):
        listed = repeat.get(name, [])
        found = (
            [known[code] for code in listed if isinstance(code, str) and code in known]
            if isinstance(listed, list)
            else []
        )
        whole = whole and isinstance(listed, list) and len(found) == len(listed)
        if found:
            times.append((f"on {_listed(found)}") if known is DAYS else _listed(found))
    clock = repeat.get("timeOfDay", [])
    at = [time[:5] for time in clock if isinstance(time, str) and CLOCK.match(time)] if isinstance(clock, list) else []
    whole = whole and isinstance(clock, list) and len(at) == len(clock)
    if at:
        times.append(f"at {_listed(at)}")
    return " ".join(times), whole and not (repeat.keys() - IN_WORDS)


def _rate(repeat: Json) -> str:
    often, most = _whole(repeat, "frequency"), _whole(repeat, "frequencyMax")
    period, longest = number(repeat, "period"), number(repeat, "periodMax")
    unit = words(repeat, "periodUnit")
    if period is None or period <= 0 or unit not in SPANS or ("frequency" in repeat and not often):
        return ""
    if ("frequencyMax" in repeat and not most) or ("periodMax" in repeat and longest is None):
        return ""
    count = (
        f"{often or 1} to {most} times"
        if most and most != often
        else {1: "", 2: "twice"}.get(often or 1, f"{often} times")
    )
    if period == 1 and longest is None and unit in EACH:
        span = EACH[unit]
    else:
        span = f"every {plain(period)}{f' to {plain(longest)}' if longest is not None else ''} {SPANS[unit]}"
    return f"{count} {span}".strip()


def _times_a_day(repeat: Json) -> int | None:
    plainly = number(repeat, "period") == 1 and repeat.get("periodUnit") == "d"
    more = repeat.keys() & {"frequencyMax", "periodMax", "dayOfWeek"}
    return (_whole(repeat, "frequency") or None) if plainly and not more else None


def _whole(parent: Json, name: str) -> int | None:
    value = number(parent, name)
    return int(value) if value is not None and value == int(value) and value > 0 else None


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
