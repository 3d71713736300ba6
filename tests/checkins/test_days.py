"""Which day a tap belongs to, and when a day written later stands, in zones whose clocks jump. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.checkins.days import after_a_gap, day_of, days_open, noon_of

NEW_YORK, KOLKATA, CHATHAM, SANTIAGO = (
    ZoneInfo(name) for name in ("America/New_York", "Asia/Kolkata", "Pacific/Chatham", "America/Santiago")
)


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-11-24T04:50+00:00", NEW_YORK, "2026-11-23"),  # 23:50 on Monday
        ("2026-11-24T05:00+00:00", NEW_YORK, "2026-11-24"),  # midnight
        ("2026-11-23T18:20+00:00", KOLKATA, "2026-11-23"),  # 23:50
        ("2026-11-23T18:30+00:00", KOLKATA, "2026-11-24"),  # midnight, on the half hour
        ("2026-03-08T04:59+00:00", NEW_YORK, "2026-03-07"),  # the night the clock is put forward
        ("2026-03-09T03:59+00:00", NEW_YORK, "2026-03-08"),  # 23:59 of a day of 23 hours
        ("2026-03-09T04:00+00:00", NEW_YORK, "2026-03-09"),
        ("2026-11-01T05:30+00:00", NEW_YORK, "2026-11-01"),  # 01:30, the first time
        ("2026-11-01T06:30+00:00", NEW_YORK, "2026-11-01"),  # 01:30, the second time
        ("2026-11-02T04:59+00:00", NEW_YORK, "2026-11-01"),  # 23:59 of a day of 25 hours
        ("2026-11-23T10:15+00:00", CHATHAM, "2026-11-24"),  # +13:45
    ],
)
def test_a_tap_belongs_to_the_day_on_her_own_wall(at: str, zone: ZoneInfo, day: str) -> None:
    assert day_of(datetime.fromisoformat(at), zone) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "zone", "at"),
    [
        ("2026-03-07", NEW_YORK, "2026-03-07T17:00+00:00"),
        ("2026-03-08", NEW_YORK, "2026-03-08T16:00+00:00"),
        ("2026-11-01", NEW_YORK, "2026-11-01T17:00+00:00"),
        ("2026-10-31", NEW_YORK, "2026-10-31T16:00+00:00"),
        ("2026-11-23", KOLKATA, "2026-11-23T06:30+00:00"),
        ("2026-09-06", SANTIAGO, "2026-09-06T15:00+00:00"),  # this day has no midnight
    ],
)
def test_a_day_written_later_stands_at_its_noon(day: str, zone: ZoneInfo, at: str) -> None:
    assert noon_of(date.fromisoformat(day), zone) == datetime.fromisoformat(at)


@given(
    st.dates(date(2000, 1, 1), date(2037, 12, 31)),
    st.sampled_from(["America/New_York", "Asia/Kolkata", "Pacific/Chatham", "America/Los_Angeles", "Europe/Berlin"]),
)
def test_the_noon_of_a_day_is_on_that_day(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    assert day_of(noon_of(day, zone).astimezone(UTC), zone) == day


def test_today_and_the_seven_days_before_are_open() -> None:
    days = days_open(date(2026, 3, 2))
    assert days[0] == date(2026, 3, 2)
    assert days[-1] == date(2026, 2, 23)
    assert len(days) == 8


@pytest.mark.parametrize(("blank", "greeted"), [(-1, False), (0, False), (1, False), (2, False), (3, True), (40, True)])
def test_three_blank_days_are_a_gap(blank: int, greeted: bool) -> None:
    today = date(2026, 11, 23)
    assert after_a_gap(today - timedelta(days=blank + 1), today) is greeted


def test_nobody_comes_back_who_was_never_here() -> None:
    assert not after_a_gap(None, date(2026, 11, 23))
