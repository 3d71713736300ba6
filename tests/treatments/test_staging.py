"""Staging and adherence: the printed examples, their bounds, and what is missing by name."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from careteam.sharing.partial import partial
from careteam.treatments.adherence import CONVENTIONAL, Fill, covered_days, mpr, pdc
from careteam.treatments.staging import Severity, band, maudsley, months_of

S = Severity


@pytest.mark.parametrize(
    ("months", "severity", "failed", "augmented", "ect", "total", "said"),
    [
        (8, S.MODERATE, 2, False, False, 5, "mild"),  # A
        (20, S.SEVERE, 4, True, False, 9, "moderate"),  # B
        (30, S.PSYCHOTIC, 8, True, True, 14, "severe"),  # C
        (1, S.SUBSYNDROMAL, 1, False, False, 3, "mild"),
        (240, S.PSYCHOTIC, 11, True, True, 15, "severe"),
        (12, S.MILD, 3, False, False, 5, "mild"),
        (13, S.MILD, 3, False, False, 6, "mild"),
        (24, S.MILD, 5, False, False, 7, "moderate"),
        (25, S.MILD, 10, False, False, 9, "moderate"),
    ],
)
def test_the_printed_examples_and_bounds_of_the_maudsley_staging(
    months: int, severity: Severity, failed: int, augmented: bool, ect: bool, total: int, said: str
) -> None:
    found = maudsley(months=months, severity=severity, failed=failed, augmented=augmented, ect=ect)
    assert (found.total, found.band, found.missing) == (total, said, ())
    assert sum(score for _, score in found.parts) == total


def test_bands_begin_where_they_were_printed() -> None:
    assert [band(total) for total in (3, 6, 7, 10, 11, 15)] == ["mild"] * 2 + ["moderate"] * 2 + ["severe"] * 2


def test_what_is_missing_is_named_and_there_is_no_number() -> None:
    nothing = maudsley(months=None, severity=None, failed=None, augmented=None, ect=None)
    assert (nothing.total, nothing.band, nothing.parts) == (None, "", ())
    assert nothing.missing == (
        "how long the current episode lasts",
        "how severe it was, as you enter it",
        "a medicine that did not help enough",
        "whether something was added",
        "whether ECT was given",
    )
    none_failed = maudsley(months=8, severity=S.MILD, failed=0, augmented=False, ect=False)
    assert (none_failed.total, none_failed.missing) == (None, ("a medicine that did not help enough",))


@pytest.mark.parametrize(
    ("start", "today", "months"),
    [
        ("2025-11-23", date(2026, 11, 23), 12),
        ("2025-11-22", date(2026, 11, 23), 13),
        ("2025-03", date(2026, 11, 23), 20),
        ("2025", date(2026, 11, 23), None),  # 11 to 23 months: the score would depend on the day
        ("2020", date(2026, 11, 23), 71),
        ("2026", date(2026, 11, 23), 0),
        ("2027", date(2026, 11, 23), None),
        ("", date(2026, 11, 23), None),
    ],
)
def test_months_of_an_episode_are_those_begun_or_unknown(start: str, today: date, months: int | None) -> None:
    assert months_of(partial(start), today) == months


def test_the_printed_example_of_days_covered() -> None:
    window = date(2026, 1, 1), date(2026, 3, 31)
    fills = [Fill(date(2026, 3, 5), 30), Fill(date(2026, 1, 1), 30), Fill(date(2026, 1, 25), 30)]
    assert covered_days(fills, *window) == 87
    assert pdc(fills, *window) == Fraction(87, 90)
    assert round(float(pdc(fills, *window)), 3) == 0.967
    assert mpr(fills, *window) == 1
    assert pdc(fills, *window) >= CONVENTIONAL


def test_days_covered_never_pass_the_window_and_supplies_may() -> None:
    window = date(2026, 1, 1), date(2026, 1, 30)
    many = [Fill(date(2026, 1, 1), 30), Fill(date(2026, 1, 10), 30)]
    assert [pdc(many, *window), mpr(many, *window)] == [Fraction(1), Fraction(2)]
    before = [Fill(date(2025, 12, 22), 20)]
    assert covered_days(before, *window) == 10
    assert not mpr(before, *window)
    with pytest.raises(ValueError, match="before it begins"):
        pdc([], window[1], window[0])
    with pytest.raises(ValueError, match="one day at least"):
        covered_days([Fill(window[0], 0)], *window)
