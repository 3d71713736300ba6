"""The dose table: what counts as enough to judge a trial, a data file with its sources. It recommends no dose.

`dose_table.csv` holds one row for each ingredient and formulation. `low` is the bottom of the usual range, `high` the
strict figure; neither was re-read in its source, and no pharmacist has signed a row yet. They are compared with what
was taken and never printed.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

Kind = Literal["antidepressant", "augmenter"]

FILE = Path(__file__).with_name("dose_table.csv")
# A changed table gets a new version: a test holds the digest to it.
TABLE_VERSION = "doses 2026-11-23"
TABLE_DIGEST = "e2ce962a93d43db8"

PER_DAY, PER_WEEK, PATCH, SESSION, LEVEL = "mg/day", "mg/week", "mg/24 h", "mg/session", "mmol/L"
NOT_SIGNED = (
    "The doses this is compared with were not yet signed by a pharmacist, and none was read again in its source."
)


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One ingredient in one formulation ("" is the usual one).

    `unit` says what `low` and `high` count: mg a day, a week, in a patch's 24 hours or a session, or a level. Products
    of two ingredients compare the first; `per_tablet` is what one tablet holds of each, `counts_as` what else it is a
    trial of. `level_low` to `level_high` in `level_unit` is a measured level that is enough by itself.
    """

    ingredient: str
    also: tuple[str, ...]
    formulation: str
    told_by: tuple[str, ...]
    group: str
    kind: Kind
    unit: str
    low: Decimal
    high: Decimal
    per_tablet: tuple[Decimal, ...]
    counts_as: str
    level_low: Decimal | None
    level_high: Decimal | None
    level_unit: str
    rxcui: str
    atc: str
    code_verified: bool
    note: str
    source: str
    signed_by: str
    signed_on: str

    @property
    def signed(self) -> bool:
        """Whether a pharmacist put a name and a day to this row."""
        return bool(self.signed_by and self.signed_on)

    @property
    def two_in_one(self) -> bool:
        """Whether it is a product of two ingredients, whose milligrams alone say nothing."""
        return "+" in self.ingredient

    @property
    def sign_off(self) -> str:
        """As a page says it."""
        return f"signed by {self.signed_by} on {self.signed_on}" if self.signed else "not yet signed by a pharmacist"


@cache
def rows() -> tuple[DoseRow, ...]:
    """Every row, in the order of the file."""
    with FILE.open(newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


@cache
def by_ingredient() -> Mapping[str, tuple[DoseRow, ...]]:
    """The rows of each ingredient, its usual formulation first."""
    found: dict[str, tuple[DoseRow, ...]] = {}
    for row in rows():
        found[row.ingredient] = (*found.get(row.ingredient, ()), row)
    return found


def unsigned() -> int:
    """How many rows no pharmacist has signed."""
    return sum(not row.signed for row in rows())


def digest() -> str:
    """What the file holds, in a word: it changes with any letter of it."""
    return sha256(FILE.read_bytes()).hexdigest()[:16]


def _row(line: Mapping[str, str]) -> DoseRow:
    kind = line["kind"]
    if kind not in ("antidepressant", "augmenter"):
        raise ValueError(f"{line['ingredient']}: {kind} is no kind of this table")
    return DoseRow(
        ingredient=line["ingredient"],
        also=_several(line["also"]),
        formulation=line["formulation"],
        told_by=_several(line["told_by"]),
        group=line["class"],
        kind="antidepressant" if kind == "antidepressant" else "augmenter",
        unit=line["unit"],
        low=_parts(line["low"])[0],
        high=_parts(line["high"])[0],
        per_tablet=_parts(line["per_tablet"]),
        counts_as=line["counts_as"],
        level_low=next(iter(_parts(line["level_low"])), None),
        level_high=next(iter(_parts(line["level_high"])), None),
        level_unit=line["level_unit"],
        rxcui=line["rxcui"],
        atc=line["atc"],
        code_verified=line["code_verified"] == "true",
        note=line["note"],
        source=line["source"],
        signed_by=line["signed_by"],
        signed_on=line["signed_on"],
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _parts(text: str) -> tuple[Decimal, ...]:
    """`6+25` is two figures, one for each ingredient of a product."""
    return tuple(Decimal(part) for part in text.split("+")) if text else ()
