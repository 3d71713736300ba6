"""The Maudsley Staging Method, pure: for clinicians who switch it on. Where a part is missing there is no number.

Fekadu 2009 (J Clin Psychiatry 70:177) and 2018 (BMC Psychiatry 18:100), table 3. It is never shown to patients, and no
part of it follows from a questionnaire: how severe it was is what a clinician enters.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from careteam.sharing.partial import PartialDate

YEAR = 12
LONG = 24
FAILED_BANDS = (2, 4, 6, 10)  # up to 2 is 1, up to 4 is 2, up to 6 is 3, up to 10 is 4, more is 5
MILD_TO, MODERATE_TO = 6, 10


class Severity(StrEnum):
    """How severe it was at its beginning, as a clinician enters it; in the order of its scores from 1 to 5."""

    SUBSYNDROMAL = "subsyndromal"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    PSYCHOTIC = "severe-with-psychosis"


SEVERITY_WORDS = {
    Severity.SUBSYNDROMAL: "Subsyndromal",
    Severity.MILD: "Mild",
    Severity.MODERATE: "Moderate",
    Severity.SEVERE: "Severe, without psychosis",
    Severity.PSYCHOTIC: "Severe, with psychosis",
}


@dataclass(frozen=True, slots=True)
class Staging:
    """The score from 3 to 15 with its parts, or None and what is missing for it."""

    total: int | None
    band: str
    parts: tuple[tuple[str, int], ...]
    missing: tuple[str, ...]


def maudsley(
    *,
    months: int | None,
    severity: Severity | None,
    failed: int | None,
    augmented: bool | None,
    ect: bool | None,
) -> Staging:
    """The stage from the months begun of the current episode, its severity, and what was tried in it.

    No failed trial is no stage: it is named as missing.
    """
    parts: dict[str, int | None] = {
        "how long the current episode lasts": None if months is None else duration_score(months),
        "how severe it was, as you enter it": None if severity is None else 1 + list(Severity).index(severity),
        "a medicine that did not help enough": None if not failed else 1 + bisect_left(FAILED_BANDS, failed),
        "whether something was added": None if augmented is None else int(augmented),
        "whether ECT was given": None if ect is None else int(ect),
    }
    known = tuple((name, score) for name, score in parts.items() if score is not None)
    missing = tuple(name for name, score in parts.items() if score is None)
    total = None if missing else sum(score for _, score in known)
    return Staging(total, "" if total is None else band(total), known, missing)


def band(total: int) -> str:
    """`mild` (3 to 6), `moderate` (7 to 10) or `severe` (11 to 15)."""
    return "mild" if total <= MILD_TO else "moderate" if total <= MODERATE_TO else "severe"


def duration_score(months: int) -> int:
    """1 up to 12 months, 2 up to 24, 3 beyond; a day more than 12 months is the thirteenth month and scores 2."""
    return 1 + (months > YEAR) + (months > LONG)


def months_of(start: PartialDate | None, today: date) -> int | None:
    """The months begun since then: 12 for a year to the day, 13 for a day more.

    None where the start is not known, or known so roughly that the score depends on the day.
    """
    if start is None or start.earliest > today:
        return None
    most, least = _begun(start.earliest, today), _begun(min(start.latest, today), today)
    return least if duration_score(least) == duration_score(most) else None


def _begun(start: date, today: date) -> int:
    months = (today.year - start.year) * YEAR + today.month - start.month
    return months + (today.day > start.day)
