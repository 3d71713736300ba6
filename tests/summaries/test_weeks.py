"""Which weeks are due, on the wall clock of each zone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careteam.summaries.weeks import due_at, due_weeks, monday_of

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NEW_YORK = "America/New_York"


def test_a_week_is_due_on_the_monday_after_it_at_seven() -> None:
    before = datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC)  # 06:59:59 in New York
    assert due_weeks(before, NEW_YORK, LONG_AGO)[-1] == date(2026, 11, 9)
    assert due_weeks(before + timedelta(seconds=1), NEW_YORK, LONG_AGO)[-1] == date(2026, 11, 16)


def test_at_most_the_last_three_are_caught_up() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert due_weeks(now, "UTC", LONG_AGO) == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]


def test_no_week_from_before_somebody_joined() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    assert due_weeks(now, "UTC", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)) == []
    assert due_weeks(now, "UTC", datetime(2026, 11, 22, 23, 59, tzinfo=UTC)) == [date(2026, 11, 16)]


@pytest.mark.parametrize(
    ("zone", "monday", "expected"),
    [
        (NEW_YORK, date(2026, 3, 2), datetime(2026, 3, 9, 11, tzinfo=UTC)),  # clocks went forward on 8 March
        (NEW_YORK, date(2026, 10, 26), datetime(2026, 11, 2, 12, tzinfo=UTC)),  # and back on 1 November
        ("Asia/Kolkata", date(2026, 11, 16), datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("Pacific/Chatham", date(2026, 11, 16), datetime(2026, 11, 22, 17, 15, tzinfo=UTC)),
    ],
)
def test_seven_is_seven_on_the_local_clock(zone: str, monday: date, expected: datetime) -> None:
    assert due_at(monday, zone) == expected


def test_every_week_of_a_year_becomes_due_once() -> None:
    seen: list[date] = []
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for hour in range(24 * 366):
        newest = due_weeks(now + timedelta(hours=hour), "Australia/Lord_Howe", LONG_AGO)[-1]
        if not seen or newest != seen[-1]:
            seen.append(newest)
    assert seen == [seen[0] + timedelta(days=7 * number) for number in range(len(seen))]
    assert all(week == monday_of(week) for week in seen)


# -- A year on the clocks of the world ---------------------------------------------------------------------------------
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Australia/Lord_Howe",  # its clocks move by half an hour
    "America/St_Johns",
    "Europe/Dublin",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "UTC",
)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TICK = timedelta(minutes=30)
TICKS = 365 * 48


def plans(zone_at: Callable[[int], str], ticks: range) -> dict[date, list[tuple[datetime, str]]]:
    """What the planner writes when it looks at every tick, by week. That a week comes twice its table forbids."""
    made: dict[date, list[tuple[datetime, str]]] = {}
    for tick in ticks:
        now, zone = BEGIN + TICK * tick, zone_at(tick)
        for week in due_weeks(now, zone, BEGIN):
            if week not in made:  # the unique constraint of the outbox
                made.setdefault(week, []).append((now, zone))
    return made


def test_a_year_in_twelve_zones_makes_one_summary_for_every_local_week() -> None:
    total = 0
    for zone in ZONES:
        made = plans(lambda _, zone=zone: zone, range(TICKS))  # type: ignore[misc] # bound for this zone
        weeks = sorted(made)
        assert weeks == [weeks[0] + timedelta(days=7 * number) for number in range(len(weeks))], zone
        assert len(weeks) in (52, 53), zone
        for week, rows in made.items():
            (when, _), *more = rows
            local = when.astimezone(ZoneInfo(zone))
            assert not more, (zone, week)
            assert (local.date(), local.hour, local.minute < 30) == (week + timedelta(days=7), 7, True), (zone, week)
        total += len(weeks)
    print(f"365 days x {len(ZONES)} zones: {total} summaries, one for each local week")


def test_e58_somebody_who_travels_gets_each_week_once() -> None:
    """Also when she changes the zone of her account every few hours for a year, around the world and back."""
    dice = random.Random(58)  # noqa: S311 - a seeded journey
    for _ in range(3):
        zones = [dice.choice(ZONES) for _ in range(TICKS // 9 + 1)]
        made = plans(lambda tick, zones=zones: zones[tick // 9], range(0, TICKS))  # type: ignore[misc] # bound as above
        weeks = sorted(made)
        assert weeks == [weeks[0] + timedelta(days=7 * number) for number in range(len(weeks))]
        assert all(len(rows) == 1 for rows in made.values())
