"""When a visit is: clocks that jump, and how many days until then. Vectors of the domain reference, section 8."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from careteam.sharing.errors import Invalid
from careteam.visits.moments import clock, clock_of, countdown, instant, is_over


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "zone", "at"),
    [
        ("2026-12-01T10:00", "America/New_York", "2026-12-01T15:00+00:00"),
        ("2026-07-01T10:00", "America/New_York", "2026-07-01T14:00+00:00"),
        ("2026-11-01T01:30", "America/New_York", "2026-11-01T05:30+00:00"),  # comes twice: the first
        ("2026-11-01T02:00", "America/New_York", "2026-11-01T07:00+00:00"),
        ("2026-03-08T01:59", "America/New_York", "2026-03-08T06:59+00:00"),
        ("2026-03-08T03:00", "America/New_York", "2026-03-08T07:00+00:00"),
        ("2026-12-01T10:00", "Asia/Kolkata", "2026-12-01T04:30+00:00"),
        ("2026-12-01T10:00", "Pacific/Chatham", "2026-11-30T20:15+00:00"),
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30+00:00"),  # comes twice: the first
        ("2026-12-01T10:00+05:30", "America/New_York", "2026-12-01T04:30+00:00"),  # an offset speaks for itself
        ("1900-01-01T00:00", "UTC", "1900-01-01T00:00+00:00"),
    ],
)
def test_a_typed_time_is_an_instant_on_its_own_clock(typed: str, zone: str, at: str) -> None:
    assert instant(wall(typed), zone) == wall(at)
    assert instant(wall(typed), zone).tzinfo is UTC


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("2026-03-08T02:00", "America/New_York"),
        ("2026-03-08T02:59", "America/New_York"),
        ("2026-03-29T02:30", "Europe/Berlin"),
        ("2026-09-27T02:45", "Pacific/Chatham"),
        ("2026-10-04T02:10", "Australia/Lord_Howe"),  # half an hour
        ("2011-12-30T12:00", "Pacific/Apia"),  # a whole day
    ],
)
def test_a_time_that_the_clocks_leave_out_is_refused_in_words(typed: str, zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        instant(wall(typed), zone)
    assert "does not exist" in refused.value.fields["start"]


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "1899-12-31T23:59", "2200-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_nobody_means_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        instant(wall(typed), "Pacific/Kiritimati")
    assert "1900" in refused.value.fields["start"]


@pytest.mark.parametrize(
    ("start", "now", "words"),
    [
        ("2026-12-01T10:00", "2026-11-28T10:00", "in 3 days, Tuesday 10:00 am"),
        ("2026-12-01T10:00", "2026-11-28T23:59", "in 3 days, Tuesday 10:00 am"),
        ("2026-12-01T08:00", "2026-11-30T23:00", "tomorrow, Tuesday 8:00 am"),
        ("2026-12-01T14:20", "2026-12-01T00:00", "today at 2:20 pm"),
        ("2026-12-01T14:20", "2026-12-01T14:20", ""),
        ("2026-12-01T14:20", "2026-12-02T14:20", ""),
        ("2026-12-07T12:00", "2026-12-01T12:00", "in 6 days, Monday 12:00 pm"),
        ("2026-12-08T00:05", "2026-12-01T12:00", "in 7 days, Tuesday 8 December, 12:05 am"),
        ("2027-01-05T10:00", "2026-12-01T12:00", "in 35 days, Tuesday 5 January 2027, 10:00 am"),
        ("2026-03-09T00:30", "2026-03-07T23:30", "in 2 days, Monday 12:30 am"),  # 48 hours and yet 2 days: spring
        ("2026-11-02T00:30", "2026-10-31T23:30", "in 2 days, Monday 12:30 am"),  # autumn
    ],
)
def test_the_countdown_counts_calendar_days(start: str, now: str, words: str) -> None:
    tz = ZoneInfo("America/New_York")
    assert countdown(wall(start).replace(tzinfo=tz), wall(now).replace(tzinfo=tz)) == words


def test_one_visit_is_a_different_day_on_two_clocks() -> None:
    start, now = wall("2026-12-01T01:00+00:00"), wall("2026-11-30T10:00+00:00")
    clocks = [ZoneInfo(zone) for zone in ("Asia/Kolkata", "America/New_York")]
    said = [countdown(start.astimezone(tz), now.astimezone(tz)) for tz in clocks]
    assert said == ["tomorrow, Tuesday 6:30 am", "today at 8:00 pm"]


def test_a_visit_is_over_after_its_minutes_or_an_hour() -> None:
    start = wall("2026-12-01T10:00+00:00")
    assert not is_over(start, 20, start + timedelta(minutes=19))
    assert is_over(start, 20, start + timedelta(minutes=20))
    assert not is_over(start, None, start + timedelta(minutes=59))
    assert is_over(start, None, start + timedelta(minutes=60))


def test_clocks_are_named_by_their_town() -> None:
    assert [clock_of(zone) for zone in ("America/New_York", "UTC")] == ["New York time", "UTC time"]
    assert clock(wall("2026-12-01T00:05")) == "12:05 am"
