"""Doses over time, pure: amounts, units, periods and their words. It judges no dose and adds none up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter

from careteam.sharing.amounts import DIGITS_MOST, clean_number, plain, unasked
from careteam.sharing.errors import Invalid
from careteam.sharing.partial import PartialDate, clean_date, order_problem, partial, span_words
from careteam.treatments.codes import Status

AMOUNT_ASKED = "Write how much as a number, such as 100 or 37.5."
TIMES_MOST = 60
PERIODS_MOST = 100
CANONICAL = re.compile(r"(0|[1-9]\d*)(\.\d*[1-9])?", re.ASCII)

# Spellings are compared in NFKC and without case, which makes one letter of both micro signs (U+00B5 and U+03BC).
SPELLINGS: dict[str, tuple[str, ...]] = {
    "mg": ("mg", "milligram", "milligrams"),
    "mcg": ("mcg", "ug", "\u03bcg", "microgram", "micrograms"),
    "g": ("g", "gram", "grams"),
    "mL": ("ml", "millilitre", "millilitres", "milliliter", "milliliters"),
    "IU": ("iu", "i.u."),
    "mmol": ("mmol",),
    "mg/24 h": ("mg/24 h", "mg/24h"),
    "tablet": ("tablet", "tablets", "tab", "tabs"),
    "capsule": ("capsule", "capsules", "cap", "caps"),
    "pill": ("pill", "pills"),
    "drop": ("drop", "drops"),
    "puff": ("puff", "puffs"),
    "spray": ("spray", "sprays"),
    "patch": ("patch", "patches"),
    "injection": ("injection", "injections"),
}
UNITS = {spelling: unit for unit, spellings in SPELLINGS.items() for spelling in spellings}
COUNTED = ("tablet", "capsule", "pill", "drop", "puff", "spray", "patch", "injection")


# -- Reading what people type ------------------------------------------------------------------------------------------
def parse_amount(text: str) -> Decimal:
    """The number typed, above zero; raises Invalid in words (`clean_number`: "1,000" is asked about, never guessed)."""
    return clean_number(text, "amount", AMOUNT_ASKED)


def unit_of(text: str) -> str:
    """The unit a spelling stands for; raises Invalid for one that is not listed."""
    unit = UNITS.get(" ".join(unicodedata.normalize("NFKC", text).casefold().split()))
    if unit is None:
        raise Invalid(unit="Choose a unit, such as mg, mcg or tablet.")
    return unit


# -- One dose from one date to another ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DosePeriod:
    """An amount at certain times of the day, from `start` to `end`, both included; None is not known, or still going.

    `amount` is a decimal number as text. Periods may run side by side: 50 mg in the morning, 100 mg in the evening.
    """

    amount: str
    unit: str
    times: str = ""
    start: PartialDate | None = None
    end: PartialDate | None = None

    def __post_init__(self) -> None:
        digits = self.amount.replace(".", "")
        if not CANONICAL.fullmatch(self.amount) or not Decimal(self.amount) or len(digits) > DIGITS_MOST:
            raise Invalid(amount=AMOUNT_ASKED)
        if self.unit not in SPELLINGS:
            raise Invalid(unit="Choose a unit, such as mg, mcg or tablet.")
        if problem := order_problem(self.start, self.end):
            raise Invalid(end=problem)

    @property
    def words(self) -> str:
        """For pages: `100 mg, morning`."""
        return words_of(self)

    @property
    def when(self) -> str:
        """For pages: `14 to 28 March 2025`, `since March 2025`, or nothing when neither date is known."""
        return span_words(self.start, self.end)

    @property
    def typed(self) -> str:
        """The amount as a form shows it: `parse_amount` reads it back without asking."""
        return unasked(self.amount)


def dose_period(
    amount: str, unit: str, times: str = "", start: str | None = None, end: str | None = None
) -> DosePeriod:
    """A period as typed into a form; raises Invalid beside amount, unit, times, start or end."""
    when = unicodedata.normalize("NFC", " ".join(times.split()))
    if len(when) > TIMES_MOST or any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in when):
        raise Invalid(times=f"Write when in at most {TIMES_MOST} letters, such as “morning”.")
    return DosePeriod(
        plain(parse_amount(amount)), unit_of(unit), when, clean_date(start, "start"), clean_date(end, "end")
    )


def to_json(period: DosePeriod) -> dict[str, str | None]:
    """The period as its record stores it."""
    return {
        "amount": period.amount,
        "unit": period.unit,
        "times": period.times,
        "start": period.start.text if period.start else None,
        "end": period.end.text if period.end else None,
    }


def from_json(stored: Mapping[str, str | None]) -> DosePeriod:
    """A stored period."""
    amount, unit, times = (stored[name] or "" for name in ("amount", "unit", "times"))
    return DosePeriod(amount, unit, times, partial(stored["start"]), partial(stored["end"]))


# -- All doses of one medicine -----------------------------------------------------------------------------------------
def checked(
    periods: Sequence[DosePeriod], start: PartialDate | None, end: PartialDate | None
) -> tuple[DosePeriod, ...]:
    """The periods in the order they began; raises Invalid when one certainly lies outside its medicine's own dates."""
    if len(periods) > PERIODS_MOST:
        raise Invalid(periods=f"{PERIODS_MOST} doses fit here.")
    for period in periods:
        if order_problem(start, period.start) or order_problem(start, period.end):
            raise Invalid(periods=f"{period.words}: this dose is before the medicine began. Check both.")
        if order_problem(period.start, end) or order_problem(period.end, end):
            raise Invalid(periods=f"{period.words}: this dose goes on after the medicine ended. Check both.")
    return tuple(
        sorted(
            periods,
            key=lambda period: (
                period.start.earliest if period.start else date.min,
                period.end.latest if period.end else date.max,
            ),
        )
    )


def running_on(periods: Sequence[DosePeriod], day: date) -> tuple[DosePeriod, ...]:
    """The periods that `day` lies in. Where one ends in the month (or year) in which another starts, the later one."""
    begun = [period for period in periods if not period.start or period.start.earliest <= day]
    handed_over = {period.start for period in begun if period.start and period.start.precision != "day"}
    return tuple(
        period for period in begun if not period.end or (period.end.latest >= day and period.end not in handed_over)
    )


def with_new_dose(
    periods: Sequence[DosePeriod], from_: PartialDate, amount: str, unit: str, times: str = ""
) -> tuple[DosePeriod, ...]:
    """The periods with a new dose from `from_` on: what runs is closed the day before, what was closed stays as it was.

    A month or year closes with the same month or year, since nobody knows the day. The new dose stands for the whole
    day's, so that all running periods are closed. Raises Invalid: amount, unit, times, or from_ when the change would
    reach into an earlier step.
    """
    new = replace(dose_period(amount, unit, times), start=from_)
    before: PartialDate | None = from_
    if from_.precision == "day":
        before = clean_date((from_.earliest - timedelta(days=1)).isoformat(), "from_")
    steps: list[DosePeriod] = []
    for period in periods:
        if order_problem(period.end, from_):
            raise Invalid(from_="There is an earlier dose for this time. Correct it where you edit the medicine.")
        if period.end is None and order_problem(period.start, before):
            raise Invalid(from_="The dose so far began then or later. Correct it where you edit the medicine.")
        steps.append(period if period.end else replace(period, end=before))
    return checked([*steps, new], None, None)


def when_stopped(periods: Sequence[DosePeriod], end: PartialDate | None, today: date) -> tuple[DosePeriod, ...]:
    """The periods of a medicine that was stopped on `end` (None: not known). Steps planned for later never happened."""
    steps: list[DosePeriod] = []
    for period in periods:
        if (period.start and period.start.earliest > today) or order_problem(period.start, end):
            continue
        planned = period.end is not None and (period.end.earliest > today or bool(order_problem(period.end, end)))
        steps.append(replace(period, end=end) if period.end is None or planned else period)
    return tuple(steps)


# -- Steps, for a drawing ----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """What was taken side by side from `start` to `end`. `amount` only where it is one number, in the first unit."""

    words: str
    start: PartialDate | None
    end: PartialDate | None
    amount: Decimal | None


def steps(periods: Sequence[DosePeriod]) -> tuple[Step, ...]:
    """What ran on each day on which a dose began or ended, oldest first. Nothing is added up.

    Times of the day are said where two steps would read the same without them.
    """
    changes = [(start.earliest if start else date.min, start) for start in dict.fromkeys(one.start for one in periods)]
    over = dict.fromkeys(one.end for one in periods if one.end and one.end.latest < date.max)
    changes += [(gone.latest + timedelta(days=1), _moved(gone, 1)) for gone in over if gone]
    told: list[tuple[PartialDate | None, tuple[DosePeriod, ...]]] = []
    for day, start in sorted(changes, key=itemgetter(0)):
        running = running_on(periods, day)
        if not told or told[-1][1] != running:
            told.append((start, running))
    short = [amounts_of(running) for _, running in told]
    words = doses_words if any(one and one == other for one, other in pairwise(short)) else amounts_of
    found = []
    for at, (start, running) in enumerate(told):
        ends = [one.end for one in running if one.end]
        if (following := told[at + 1][0] if at + 1 < len(told) else None) is not None:
            ends.append(_moved(following, -1))
        alone = len(running) == 1 and running[0].unit == periods[0].unit
        if running:
            end = min(ends, key=attrgetter("latest"), default=None)
            found.append(Step(words(running), start, end, Decimal(running[0].amount) if alone else None))
    return tuple(found)


def _moved(on: PartialDate, days: int) -> PartialDate:
    """So many days later; of a month or year nobody knows which day it was."""
    if on.precision != "day":
        return on
    return PartialDate((on.earliest + timedelta(days=days)).isoformat())


# -- Words -------------------------------------------------------------------------------------------------------------
def amount_words(period: DosePeriod) -> str:
    """`900 mg`, `2 tablets`."""
    several = period.unit in COUNTED and Decimal(period.amount) > 1
    return f"{period.amount} {SPELLINGS[period.unit][1] if several else period.unit}"


def words_of(period: DosePeriod) -> str:
    """`100 mg, morning`."""
    return f"{amount_words(period)}, {period.times}" if period.times else amount_words(period)


def amounts_of(periods: Sequence[DosePeriod]) -> str:
    """The amounts taken side by side: `50 mg + 100 mg`."""
    return " + ".join(amount_words(period) for period in periods)


def doses_words(periods: Sequence[DosePeriod]) -> str:
    """The doses taken side by side: `50 mg, morning + 100 mg, evening`."""
    return " + ".join(words_of(period) for period in periods)


def groups(periods: Sequence[DosePeriod]) -> list[tuple[DosePeriod, ...]]:
    """Ordered periods, those that began together as one step."""
    return [tuple(together) for _, together in groupby(periods, key=lambda period: period.start)]


def steps_words(periods: Sequence[DosePeriod]) -> str:
    """All steps in order: `50 mg, morning; then 100 mg, morning`."""
    return "; then ".join(doses_words(step) for step in groups(periods))


def when_words(start: PartialDate | None, end: PartialDate | None, status: str) -> str:
    """When a medicine is or was taken: `since 14 March 2025`, `2019, end not known`, `planned from March 2027`."""
    span = span_words(start, end)
    if status == Status.NOT_TAKEN:
        return "not taken"
    if status == Status.INTENDED:
        return f"planned for {span}" if start and end else f"planned from {start.words}" if start else "planned"
    if status == Status.ON_HOLD:
        return f"{span}, on hold" if span else "on hold"
    if end:
        return span if start else f"{span}, start not known"
    if status == Status.ACTIVE:
        return span or "start not known"
    return f"{start.words}, end not known" if start else "dates not known"


# -- Status ------------------------------------------------------------------------------------------------------------
def status_on(status: str, start: PartialDate | None, end: PartialDate | None, today: date) -> str:
    """A stored status as it reads today: a planned start that has come is taken, a planned end that is gone is over."""
    if status not in (Status.ACTIVE, Status.INTENDED):
        return status
    if end and end.latest < today:
        return Status.COMPLETED
    if start and start.earliest > today:
        return Status.INTENDED
    return Status.ACTIVE if start else status


def is_current(status: str, start: PartialDate | None, end: PartialDate | None, today: date) -> bool:
    """Whether the medicine is taken now, as far as was written down. `today` is a day in the patient's zone."""
    return status_on(status, start, end, today) == Status.ACTIVE


def status_of(
    wanted: str, start: PartialDate | None, end: PartialDate | None, today: date, *, stopped: bool = False
) -> Status:
    """The status to store. Where the dates decide, they do; else what was chosen, or "taking it".

    `stopped` says that a reason for stopping was given. Raises Invalid where dates and words disagree.
    """
    if wanted not in {"", *Status.values} - {Status.PENDING}:
        raise Invalid(status="Choose how it stands with this medicine.")
    if wanted in (Status.ON_HOLD, Status.UNKNOWN, Status.NOT_TAKEN, Status.ERROR):
        return Status(wanted)
    over = wanted in (Status.STOPPED, Status.COMPLETED) or (stopped and not wanted)
    if start and start.earliest > today:
        if over:
            raise Invalid(start="This start is in the future, and the medicine is marked as ended. Please check both.")
        return Status.INTENDED
    if end and over and end.earliest > today:
        raise Invalid(end="This end is in the future. Leave it empty, or choose that you are taking it.")
    if end and (end.latest < today or (end.earliest <= today and wanted != Status.ACTIVE)):
        over = True
    if stopped and not over:
        raise Invalid(status="There is a reason for stopping here. Choose “stopped”, or take the reason out.")
    if over:
        if wanted in (Status.STOPPED, Status.COMPLETED):
            return Status(wanted)
        return Status.STOPPED if stopped else Status.COMPLETED
    return Status(status_on(wanted or Status.ACTIVE, start, end, today))
