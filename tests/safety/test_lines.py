"""Crisis lines: whole, owned, marked when nobody checked them lately; what is not verified is not shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import available_timezones

import pytest

from careteam.safety.lines import EMERGENCY, LINE, LINES, PLACES, ZONES, place, read, suggested

TODAY = date(2026, 11, 28)
HEAD = "place,name,kind,words,call,text,web,verified,checked_on,owner,source\n"


def test_every_place_has_an_emergency_number_and_the_file_says_where_each_row_is_from() -> None:
    assert {line.place for line in LINES if line.kind == EMERGENCY} == PLACES.keys() == ZONES.keys()
    assert all(line.source for line in LINES)
    assert all(line.call.isdigit() for line in LINES)


@pytest.mark.parametrize("day", [TODAY, TODAY + timedelta(days=10_000)])
def test_988_and_emergency_numbers_never_hide_however_long_ago_they_were_checked(day: date) -> None:
    for code in PLACES:
        shown = place(code, day)
        assert shown is not None
        assert shown.lines[0].line.kind == EMERGENCY
    for code in ("US", "CA"):
        shown = place(code, day)
        assert shown is not None
        assert ["988" in (one.line.call, one.line.text) for one in shown.lines] == [False, True]
        assert not shown.more


def test_a_line_nobody_has_verified_is_not_shown_and_the_directory_is() -> None:
    unverified = {line.place for line in LINES if line.kind == LINE and not line.stands}
    assert unverified == PLACES.keys() - {"US", "CA"}  # until its owner called it and said when
    for code in unverified:
        shown = place(code, TODAY)
        assert shown is not None
        assert ([one.line.kind for one in shown.lines], shown.more) == ([EMERGENCY], True)
    assert place("XX", TODAY) is None


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (None, "not checked lately"),
        (0, "checked on 28 November 2026"),
        (180, "checked on 1 June 2026"),
        (181, "not checked lately (last on 31 May 2026)"),
    ],
)
def test_a_line_older_than_180_days_is_marked(ago: int | None, said: str) -> None:
    checked = None if ago is None else TODAY - timedelta(days=ago)
    line = next(one for one in LINES if one.place == "CA" and one.kind == LINE)
    shown = place("CA", TODAY, (replace(line, checked_on=checked, owner="Ines"),))
    assert shown is not None
    assert [one.checked for one in shown.lines] == [said]


def test_a_verified_line_with_its_day_is_shown() -> None:
    samaritans = replace(
        next(one for one in LINES if one.place == "GB" and one.kind == LINE), verified=True, checked_on=TODAY, owner="I"
    )
    shown = place("GB", TODAY, (samaritans,))
    assert shown is not None
    assert (shown.lines[0].line.call, shown.more) == ("116123", False)


@pytest.mark.parametrize(
    "row",
    [
        "US,United States,line,Words,988,,,maybe,,,source",
        "US,United States,line,Words,988,,,yes,,,",
        "US,United States,chat,Words,988,,,yes,,,source",
        "US,United States,line,Words,,,,yes,,,source",
        "US,United States,line,Words,988,,,yes,2026-11-01,,source",
        "US,United States,line,Words,988,,,yes,yesterday,Ines,source",
        "US,United States,line,Words",
    ],
)
def test_a_row_that_is_not_whole_stops_the_start(row: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ; that it does not start is what counts
        read(HEAD + row)


def test_a_zone_suggests_a_place_or_none() -> None:
    assert (suggested("America/Toronto"), suggested("Europe/London"), suggested("Asia/Tokyo")) == ("CA", "GB", "")
    zones = [zone for names in ZONES.values() for zone in names]
    assert len(zones) == len(set(zones))
    assert set(zones) <= available_timezones()
