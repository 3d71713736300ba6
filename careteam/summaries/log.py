"""The patient's log in sentences: who opened what, who tried to, and what she changed herself. For her alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit import queries as audit
from careteam.audit.models import AuditEvent, Purpose
from careteam.audit.queries import Act, ListWeek, RefusedDay
from careteam.sharing import queries as sharing
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import RecordLine, cursor_of, page_of
from careteam.sharing.records import Disclosed
from careteam.summaries import log_words as words
from careteam.summaries.services import ROOMS
from careteam.summaries.weeks import monday_of

ACTS = 30
AT_ONCE = 1000
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence: who did what. `mine`: it was she herself. `at` is on her clock."""

    at: datetime
    who: str
    did: str
    mine: bool

    @property
    def words(self) -> str:
        """The whole sentence."""
        return f"{self.who} {self.did}"


@dataclass(frozen=True, slots=True)
class LogDay:
    """A local day with its sentences, newest first."""

    on: date
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class AccessLog:
    """A page of the log, newest first, and the opaque cursor of the next one ("" at the end)."""

    days: tuple[LogDay, ...]
    next: str = ""


def access_log(viewer: Viewer, cursor: str = "", *, size: int = ACTS) -> AccessLog:
    """The patient's own log: at most 15 statements a page, whatever is in it. Raises NotFound, Invalid (the cursor).

    All of one request is told together, lists once for each week and person, refusals once for each day and person.
    """
    return _page(viewer, page_of(cursor).before, size)


def whole_log(viewer: Viewer) -> AccessLog:
    """All of it, for keeping."""
    days: dict[date, list[Told]] = {}
    cursor = ""
    while True:
        page = _page(viewer, page_of(cursor).before, AT_ONCE)
        for day in page.days:
            days.setdefault(day.on, []).extend(day.told)
        if not page.next:
            return AccessLog(tuple(LogDay(on, tuple(told)) for on, told in days.items()))
        cursor = page.next


def what_others_did(viewer: Viewer, count: int) -> tuple[Told, ...]:
    """The newest sentences about anybody but herself: asked for apart, so that her own acts push none of them out."""
    told = [one for day in _page(viewer, None, count, others=True).days for one in day.told]
    return tuple(told[:count])


def _page(viewer: Viewer, before: Key | None, size: int, *, others: bool = False) -> AccessLog:
    if viewer.patient is None:
        raise NotFound
    found: list[tuple[Key, Act | ListWeek | RefusedDay]] = [
        *(((act.last, act.request), act) for act in audit.acts(viewer, before, size + 1, others=others)),
        *(((week.last, week.actor), week) for week in audit.listed(viewer, words.LISTED, before, size + 1)),
        *(((day.last, day.actor), day) for day in audit.refusals(viewer, before, size + 1)),
    ]
    found.sort(key=lambda one: one[0], reverse=True)
    shown: Disclosed[Any] = Disclosed()
    if len(found) > size:
        del found[size:]
        shown.next = found[-1][0]
    names = _Names(viewer)
    rows = audit.events(viewer, [one for _, one in found if isinstance(one, Act)], others=others)
    by_request: dict[UUID, list[AuditEvent]] = defaultdict(list)
    for row in rows:
        by_request[row.request_id].append(row)
    titles = _titles(viewer, by_request.values())
    days: dict[date, list[Told]] = {}
    for (last, _), one in found:
        at = viewer.local(last)
        days.setdefault(at.date(), []).extend(_tell(one, at, viewer, names, by_request, titles))
    return AccessLog(tuple(LogDay(on, tuple(told)) for on, told in days.items() if told), cursor_of(shown))


class _Names:
    """Names by member and by account, of everybody who is or was on the team."""

    def __init__(self, viewer: Viewer) -> None:
        everybody = sharing.everybody(viewer)
        self.viewer = viewer
        self.member = {member: name for member, _, name in everybody}
        self.user = {user: name for _, user, name in everybody}

    def of(self, actor: UUID) -> str:
        return "You" if actor == self.viewer.user else self.user.get(actor, words.SOMEBODY)


def _titles(viewer: Viewer, requests: Iterable[list[AuditEvent]]) -> dict[UUID, RecordLine]:
    """One line for every record that is told by its title, as it stands now; nothing is disclosed to herself."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for rows in requests:
        for said in words.groups(rows):
            for room, ids in said.records.items():
                if len(ids) == 1:
                    wanted[room] |= ids.keys()
    return {
        line.id: line
        for name, room in ROOMS
        if (records := wanted[words.TOLD_AS.get(name, name)])
        for line in room.lines(viewer, records, purpose=Purpose.CHECK)
    }


def _tell(
    one: Act | ListWeek | RefusedDay,
    at: datetime,
    viewer: Viewer,
    names: _Names,
    rows: Mapping[UUID, Sequence[AuditEvent]],
    titles: Mapping[UUID, RecordLine],
) -> Iterator[Told]:
    if isinstance(one, RefusedDay):
        yield Told(at, names.of(one.actor), words.refused(one.times), False)
    elif isinstance(one, ListWeek):
        did = words.listed_on(one.days, _week(one.week, viewer.today))
        yield Told(at, f"{names.of(one.actor)}’s list", did, False)
    else:
        for said in words.groups(rows[one.request]):
            who = names.of(said.actor)
            member = names.member.get(said.about, words.SOMEBODY) if said.about else ""
            yield Told(at, who, words.sentence(said, member, titles), said.actor == viewer.user)


def _week(monday: date, today: date) -> str:
    this = monday_of(today)
    if monday == this:
        return "this week"
    if monday == this - timedelta(days=7):
        return "last week"
    year = f" {monday.year}" if monday.year != today.year else ""
    return f"in the week from {monday.day} {monday:%B}{year}"
