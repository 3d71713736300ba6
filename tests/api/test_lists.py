"""Lists: pages that join, filters by the reader's days, limits, and questions that nobody can ask."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from careteam.notes.models import ProgressNote
from tests.api.programs import ABSENT, PROBLEM, Program
from tests.api.world import World
from tests.conftest import Maren, as_owner

ENTRIES = ("treatments", "procedures", "levels", "conditions")
VISITS = ("visits", "questions", "plans", "calls")
ROOMS = ("goals", "notes", "measures", "check-ins", "events", *ENTRIES, *VISITS)


def texts(found: Any) -> list[str]:
    return [one["text"] for one in found.json()["results"]]


def everything(program: Program, path: str, limit: int) -> list[str]:
    """All pages, one after the other."""
    seen: list[str] = []
    cursor = ""
    while True:
        page = program.get(f"{path}?limit={limit}&cursor={cursor}")
        seen += texts(page)
        cursor = page.json()["next"]
        if not cursor:
            return seen


def dated(note: UUID, at: datetime) -> None:
    with as_owner():
        ProgressNote.unscoped("the test's dates").filter(pk=note).update(effective_at=at)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_join_without_gap_or_repeat_and_hidden_ones_leave_none(
    maren: Program, lee: Program, patient: Maren, limit: int
) -> None:
    for number in range(8):
        patient.writes_note(f"note {number}", shared=number % 3 != 0)
    with as_owner():  # several of one moment
        ProgressNote.unscoped("the test's dates").update(effective_at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    notes = f"patients/{patient.id}/notes/"
    assert everything(maren, notes, limit) == [f"note {number}" for number in reversed(range(8))]
    assert everything(lee, notes, limit) == [f"note {number}" for number in reversed(range(8)) if number % 3 != 0]


def test_the_end_of_a_list_is_the_end_of_what_is_shown(lee: Program, patient: Maren) -> None:
    patient.writes_note("hidden")
    patient.writes_note("shown", shared=True)
    page = lee.get(f"patients/{patient.id}/notes/?limit=1")
    assert (texts(page), page.json()["next"]) == (["shown"], "")


def test_days_are_the_readers_own_and_both_ends_count(maren: Program, lee: Program, patient: Maren) -> None:
    for day, hour in ((9, 4), (10, 3), (10, 4), (11, 3), (11, 4)):  # 04:00 UTC is midnight in New York
        dated(patient.writes_note(f"{day} at {hour}", shared=True), datetime(2026, 6, day, hour, tzinfo=UTC))
    notes = f"patients/{patient.id}/notes/"
    assert texts(maren.get(f"{notes}?since=2026-06-10&until=2026-06-10")) == ["11 at 3", "10 at 4"]
    assert texts(maren.get(f"{notes}?since=2026-06-10")) == ["11 at 4", "11 at 3", "10 at 4"]
    assert texts(maren.get(f"{notes}?until=2026-06-09")) == ["10 at 3", "9 at 4"]
    lee.changes("me/", {"zone": "UTC"})
    assert texts(lee.get(f"{notes}?since=2026-06-10&until=2026-06-10")) == ["10 at 4", "10 at 3"]


def test_a_page_of_a_filtered_list_goes_on_in_the_same_days(maren: Program, patient: Maren) -> None:
    now = datetime.now(UTC)
    for back in range(6):
        dated(patient.writes_note(f"{back} days ago"), now - timedelta(days=back))
    since = (patient.viewer.today - timedelta(days=3)).isoformat()
    notes = f"patients/{patient.id}/notes/?since={since}&limit=2"
    first = maren.get(notes)
    second = maren.get(f"{notes}&cursor={first.json()['next']}")
    assert [*texts(first), *texts(second)] == [f"{back} days ago" for back in range(4)]
    assert second.json()["next"] == ""


def test_how_many_entries_is_1_to_100_and_20_when_not_said(maren: Program, patient: Maren) -> None:
    for number in range(21):
        patient.writes_note(str(number))
    notes = f"patients/{patient.id}/notes/"
    assert len(texts(maren.get(notes))) == 20
    assert len(texts(maren.get(f"{notes}?limit=100"))) == 21
    for limit in ("0", "101", "-1", "99999999999999999999", "ten", "1.5", "%00", "9" * 2000):
        refused = maren.get(f"{notes}?limit={limit}")
        assert (refused.status_code, refused["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "asked",
    [
        "page=2",
        "offset=1",
        "ordering=text",
        "search=x",
        "author__name=x",
        "since=yesterday",
        "since=2026-02-30",
        "until=2026-06",
        "since=%00",
        "until=20260610T00",
        "cursor=%00",
        "cursor=nonsense",
        "cursor=%ff%fe",
        "cursor=%F0%9F%99%82",
        "cursor=" + "A" * 5000,
    ],
)
def test_a_question_nobody_can_ask_is_a_problem(maren: Program, patient: Maren, room: str, asked: str) -> None:
    refused = maren.get(f"patients/{patient.id}/{room}/?{asked}")
    assert (refused.status_code in (400, 422), refused["Content-Type"]) == (True, PROBLEM)


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "made_up",
    [
        f"2026-01-01T00:00:00|{ABSENT}",  # no zone
        "2026-01-01T00:00:00+00:00|",
        "|",
        f"0001-01-01T00:00:00+23:59|{ABSENT}",
        f"9999-12-31T23:59:59.999999-23:59|{ABSENT}",
        f"2026-01-01T00:00:00+00:00:01.5|{ABSENT}",
    ],
)
def test_a_cursor_made_up_is_no_way_in_and_no_fault(
    world: World, lee: Program, yusuf: Program, room: str, made_up: str
) -> None:
    for program in (lee, yusuf):
        answer = program.get(f"patients/{world.patient}/{room}/?cursor={cursor(made_up)}")
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "Pacific/Niue", "UTC"])
@pytest.mark.parametrize("room", ROOMS)
def test_the_first_and_last_day_of_the_calendar_can_be_asked(
    world: World, maren: Program, room: str, zone: str
) -> None:
    maren.changes("me/", {"zone": zone})
    entries = maren.get(f"patients/{world.patient}/{room}/").json()["results"]
    every = maren.get(f"patients/{world.patient}/{room}/?since=0001-01-01&until=9999-12-31")
    assert (every.status_code, every.json()["results"]) == (200, entries)
    assert maren.get(f"patients/{world.patient}/{room}/?since=9999-12-31").json()["results"] == []
    assert maren.get(f"patients/{world.patient}/{room}/?until=0001-01-01").json()["results"] == []
    assert maren.get(f"patients/{world.patient}/{room}/?since=2027-01-01&until=2026-01-01").json()["results"] == []


def test_an_empty_list_has_a_tag_too(maren: Program, patient: Maren) -> None:
    goals = f"patients/{patient.id}/goals/"
    empty = maren.get(goals)
    assert empty.json() == {"results": [], "next": ""}
    assert maren.get(goals, if_none_match=empty["ETag"]).status_code == 304
    maren.post(goals, {"words": "w"})
    assert maren.get(goals, if_none_match=empty["ETag"]).status_code == 200
