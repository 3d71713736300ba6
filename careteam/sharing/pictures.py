"""Frozen pictures that every room shares: the head of a record, and who can see it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.sharing.codes import DRAFTS, Audience, Category
from careteam.sharing.errors import Invalid
from careteam.sharing.partial import PartialDate
from careteam.sharing.records import PAGE, PAGE_MOST, Disclosed, Page, Record

NAMES_SHOWN = 2
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """A page of pictures, newest first, and the opaque cursor of the next page ("" at the end)."""

    items: tuple[T, ...]
    next: str = ""


def cursor_of(rows: Disclosed[Any]) -> str:
    """The opaque cursor after these rows. It holds the last visible row's time and id: nothing of what is not shown."""
    if rows.next is None:
        return ""
    at, last = rows.next
    return urlsafe_b64encode(f"{at.isoformat()}|{last}".encode()).decode().rstrip("=")


def page_of(cursor: str = "", size: int = PAGE) -> Page:
    """The page a cursor asks for; raises Invalid when it is not one of ours or the size is not 1 to 100."""
    if not 1 <= size <= PAGE_MOST:
        raise Invalid(limit=f"Ask for 1 to {PAGE_MOST} entries at a time.")
    if not cursor:
        return Page(size)
    try:
        at, _, last = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition("|")
        instant = datetime.fromisoformat(at)
        if instant.utcoffset() != timedelta(0):
            raise ValueError  # ours are in UTC; the database does not know every offset that Python does
        return Page(size, (instant, UUID(last)))
    except ValueError as error:
        raise Invalid(cursor="This page marker is not one of ours. Start from the beginning.") from error


@dataclass(frozen=True, slots=True)
class MemberSight:
    """A confirmed member as the "who can see this" line needs her: what is live for her now."""

    id: UUID
    user: UUID
    name: str
    role: str
    categories: frozenset[str]
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """Everybody's sight of one patient's record, loaded once per page. Empty for anybody but the patient."""

    patient: UUID
    paused: bool
    members: tuple[MemberSight, ...]


@dataclass(frozen=True, slots=True)
class SeeLine:
    """The line under every item. `me` = nobody but the patient; `you` = what a clinician is told, and no more."""

    kind: Literal["people", "me", "draft", "paused", "withdrawn", "you"]
    names: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The line as a sentence, for readers without pictures (API, PDF)."""
        if self.kind == "people":
            return f"{listed(self.names)} can see this"
        return {
            "me": "Only you can see this",
            "draft": "A draft: only you can see this",
            "paused": "Sharing is paused: only you can see this",
            "withdrawn": "Withdrawn: only you can see this",
            "you": f"{listed(self.names)} shares this with you",
        }[self.kind]


def listed(names: Sequence[str]) -> str:
    """`Dr Lee`, `Dr Lee and Tomás`, `Dr Lee, Tomás and 2 others`."""
    if len(names) <= NAMES_SHOWN:
        return " and ".join(names)
    if len(names) == NAMES_SHOWN + 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:NAMES_SHOWN])} and {len(names) - NAMES_SHOWN} others"


def who_can_see(
    sight: Sight, category: Category, labels: Sequence[str], audience: str, named: frozenset[UUID]
) -> list[MemberSight]:
    """The members who can see such a record now: the rule of rule.md once more, pure, held equal to it by a test."""
    if sight.paused:
        return []
    return [
        member
        for member in sight.members
        if category.value in member.categories
        and set(labels) <= member.labels
        and (audience == Audience.CATEGORY or (audience == Audience.NAMED and member.id in named))
    ]


def see_line(record: Record, viewer: Viewer, sight: Sight, named: frozenset[UUID], patient_name: str = "") -> SeeLine:
    """The line for one record as this viewer may read it: a clinician never learns who else is in or out."""
    if record.status in DRAFTS:
        return SeeLine("draft")
    if viewer.patient != record.patient_id:
        return SeeLine("you", (patient_name,))
    if record.withdrawn_at:
        return SeeLine("withdrawn")
    people = who_can_see(sight, record.category, record.labels, record.audience, named)
    if people:
        return SeeLine("people", tuple(member.name for member in people))
    return SeeLine("paused" if sight.paused and record.audience != Audience.ONLY_ME else "me")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordView:
    """The head of a record's picture; rooms add their own words. Instants are on the viewer's clock."""

    id: UUID
    patient: UUID
    kind: str
    category: str
    version: int
    author: UUID
    author_name: str
    mine: bool
    labels: tuple[str, ...]
    audience: str
    named: tuple[UUID, ...]
    status: str
    source: str
    effective_at: datetime
    recorded_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None
    see: SeeLine


@dataclass(frozen=True, slots=True)
class Stub:
    """A record one had opened, withdrawn since: that it was, and when."""

    id: UUID
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record in one line, for weekly summaries and the log. `at` is on the viewer's clock."""

    kind: str
    category: str
    patient: UUID
    id: UUID
    version: int
    words: str
    author_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed, in one sentence; `on` is as exact as it is known."""

    on: PartialDate
    words: str
    record: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A treatment over time as a drawing needs it; `current` goes on today, `note` is one short thing to say of it."""

    id: UUID
    version: int
    name: str
    start: PartialDate | None
    end: PartialDate | None
    current: bool
    note: str


def line(record: Record, viewer: Viewer, words: str, *, at: datetime | None = None) -> RecordLine:
    """The line of one record that was just disclosed. `at` stands for what has no certain day of its own ("2019")."""
    return RecordLine(
        record.kind,
        record.category.value,
        record.patient_id,
        record.id,
        record.version,
        words,
        record.author.name,
        viewer.local(at or record.effective_at),
    )


def head(record: Record, viewer: Viewer, context: Context) -> dict[str, Any]:
    """The fields of RecordView for one record, ready to be spread into a room's own view.

    Audience and named people are the patient's to know: anybody else gets `category` and nobody.
    """
    hers = viewer.patient == record.patient_id
    named = context.named.get(record.id, frozenset())
    return {
        "id": record.id,
        "patient": record.patient_id,
        "kind": record.kind,
        "category": record.category.value,
        "version": record.version,
        "author": record.author_id,
        "author_name": record.author.name,
        "mine": record.author_id == viewer.user,
        "labels": tuple(record.labels),
        "audience": record.audience if hers else Audience.CATEGORY.value,
        "named": tuple(sorted(named)) if hers else (),
        "status": record.status,
        "source": record.source,
        "effective_at": viewer.local(record.effective_at),
        "recorded_at": viewer.local(record.recorded_at),
        "changed_at": viewer.local(record.changed_at) if record.version > 1 and not record.is_draft else None,
        "withdrawn_at": viewer.local(record.withdrawn_at) if record.withdrawn_at else None,
        "see": see_line(record, viewer, context.sight, named, context.patient_name),
    }


@dataclass(frozen=True, slots=True)
class Context:
    """What pictures of one page share: everybody's sight, and the people named on the page's records."""

    sight: Sight
    patient_name: str
    named: dict[UUID, frozenset[UUID]]
