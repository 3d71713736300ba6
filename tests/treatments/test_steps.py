"""Doses as steps of a drawing: what ran side by side on each day on which something began or ended."""

from __future__ import annotations

from decimal import Decimal

import pytest

from careteam.treatments.doses import DosePeriod, dose_period, steps

Told = list[tuple[str, str | None, str | None, int | None]]


def told(*periods: DosePeriod) -> Told:
    return [
        (
            one.words,
            one.start.text if one.start else None,
            one.end.text if one.end else None,
            None if one.amount is None else int(one.amount),
        )
        for one in steps(periods)
    ]


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ([], []),
        ([("600", "mg", "night", "2025-03-01", None)], [("600 mg", "2025-03-01", None, 600)]),
        (
            [("600", "mg", "", "2025-03-01", "2025-03-31"), ("900", "mg", "", "2025-04-01", None)],
            [("600 mg", "2025-03-01", "2025-03-31", 600), ("900 mg", "2025-04-01", None, 900)],
        ),
        (  # two at a time are said beside each other and never added up
            [("50", "mg", "morning", "2025-03-01", None), ("100", "mg", "evening", "2025-04-01", "2025-05-31")],
            [
                ("50 mg", "2025-03-01", "2025-03-31", 50),
                ("50 mg + 100 mg", "2025-04-01", "2025-05-31", None),
                ("50 mg", "2025-06-01", None, 50),
            ],
        ),
        (  # between two times nothing was taken
            [("5", "mg", "", "2025-01-01", "2025-01-31"), ("10", "mg", "", "2025-03-01", "2025-03-31")],
            [("5 mg", "2025-01-01", "2025-01-31", 5), ("10 mg", "2025-03-01", "2025-03-31", 10)],
        ),
        (  # a month closes with the same month
            [("5", "mg", "", "2024", "2025-03"), ("10", "mg", "", "2025-03", None)],
            [("5 mg", "2024", "2025-03", 5), ("10 mg", "2025-03", None, 10)],
        ),
        (  # another unit is no other height
            [("10", "mg", "", None, "2025-03-01"), ("2", "tablet", "", "2025-03-02", None)],
            [("10 mg", None, "2025-03-01", 10), ("2 tablets", "2025-03-02", None, None)],
        ),
        (  # the same amount at other times of the day says the times
            [("5", "mg", "morning", "2025-01-01", "2025-01-31"), ("5", "mg", "night", "2025-02-01", None)],
            [("5 mg, morning", "2025-01-01", "2025-01-31", 5), ("5 mg, night", "2025-02-01", None, 5)],
        ),
        ([("5", "mg", "", "2025-01-01", "9999-12-31")], [("5 mg", "2025-01-01", "9999-12-31", 5)]),
    ],
)
def test_a_step_for_each_change(periods: list[tuple[str, str, str, str | None, str | None]], expected: Told) -> None:
    assert told(*(dose_period(*one) for one in periods)) == expected


def test_an_amount_keeps_its_decimals() -> None:
    (step,) = steps([dose_period("37.5", "mg")])
    assert step.amount == Decimal("37.5")
