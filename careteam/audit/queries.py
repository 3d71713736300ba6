"""Reading the log: the patient's own, and one's own visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import Lag, TruncDate, TruncWeek

from careteam.accounts.viewer import Viewer
from careteam.audit.models import AuditEvent, Purpose, SecurityEvent

GAP = timedelta(minutes=30)
OPENINGS = (Purpose.READ, Purpose.OVERVIEW, Purpose.DIGEST, Purpose.EXPORT)
VISITS = 2
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Act:
    """One request that left rows in somebody's log."""

    request: UUID
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class ListWeek:
    """One person's list in one local week (`week` is its Monday): on how many days it showed each category."""

    actor: UUID
    week: date
    last: datetime
    days: dict[str, int]


@dataclass(frozen=True, slots=True)
class RefusedDay:
    """One person's refused attempts on one local day."""

    actor: UUID
    last: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Look:
    """On how many local days one person opened something of the patient's, and on how many a list showed a line."""

    actor: UUID
    days: int
    listed: int


def visit_starts(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """Per patient the starts of the viewer's last two visits to the overview, newest first (30 minutes part two).

    One statement, however many patients.
    """
    last = Window(Lag("at"), partition_by=F("patient_id"), order_by=F("at").asc())
    rows = (
        AuditEvent.objects.filter(
            actor_id=viewer.user, action=Purpose.OVERVIEW, category="", patient_id__among=patients
        )
        .annotate(pause=ExpressionWrapper(F("at") - last, output_field=DurationField()))
        .filter(Q(pause=None) | Q(pause__gt=GAP))
        .order_by("-at")
        .values_list("patient_id", "at")
    )
    starts: dict[UUID, list[datetime]] = {}
    for patient, at in rows:
        found = starts.setdefault(patient, [])
        if len(found) < VISITS:
            found.append(at)
    return starts


def last_overview(viewer: Viewer, patient: UUID) -> datetime | None:
    """When the viewer last opened this patient's overview."""
    rows = AuditEvent.objects.filter(actor_id=viewer.user, action=Purpose.OVERVIEW, category="", patient_id=patient)
    return rows.order_by("-at").values_list("at", flat=True).first()


def looked_before(viewer: Viewer, patient: UUID, now: datetime) -> datetime | None:
    """The start of the visit before the one in hand: what is later is new. None when there was none."""
    starts = visit_starts(viewer, [patient]).get(patient, [])
    last = last_overview(viewer, patient)
    if last is not None and now - last <= GAP:
        starts = starts[1:]
    return starts[0] if starts else None


def acts(viewer: Viewer, before: Cursor | None, size: int, *, others: bool = False) -> list[Act]:
    """What was done in the patient's own log, one row per request, newest first. Lists are told by `listed`.

    `others`: without what she did herself.
    """
    rows = _told(viewer, others=others).values("request_id").annotate(first=Min("at"), last=Max("at"))
    return [Act(row["request_id"], row["first"], row["last"]) for row in _page(rows, "request_id", before, size)]


def events(viewer: Viewer, acts: Collection[Act], *, others: bool = False) -> list[AuditEvent]:
    """Everything that these requests wrote into the patient's own log, newest first."""
    if not acts:
        return []
    rows = _told(viewer, others=others).filter(
        request_id__among=[act.request for act in acts],
        at__range=(min(act.first for act in acts), max(act.last for act in acts)),
    )
    return list(rows.order_by("-at", "-id"))


def listed(viewer: Viewer, categories: Collection[str], before: Cursor | None, size: int) -> list[ListWeek]:
    """Whose list showed the patient in which of her weeks, with the days per category: never told per hit."""
    rows = (
        AuditEvent.objects.filter(patient_id=viewer.user, action=Purpose.CASELOAD)
        .exclude(actor_id=viewer.user)
        .annotate(
            week=TruncWeek("at", tzinfo=viewer.tz, output_field=DateField()), day=TruncDate("at", tzinfo=viewer.tz)
        )
        .values("actor_id", "week")
        .annotate(
            last=Max("at"),
            **{f"on_{code}": Count("day", distinct=True, filter=Q(category=code)) for code in categories},
        )
    )
    return [
        ListWeek(row["actor_id"], row["week"], row["last"], {code: row[f"on_{code}"] for code in categories})
        for row in _page(rows, "actor_id", before, size)
    ]


def refusals(viewer: Viewer, before: Cursor | None, size: int) -> list[RefusedDay]:
    """Refused attempts by people who are or were on the patient's team: per person and day, newest first."""
    rows = (
        SecurityEvent.objects.filter(patient_id=viewer.user, was_member=True, actor_id__isnull=False)
        .annotate(day=TruncDate("at", tzinfo=viewer.tz))
        .values("actor_id", "day")
        .annotate(last=Max("at"), times=Count("id"))
    )
    return [RefusedDay(row["actor_id"], row["last"], row["times"]) for row in _page(rows, "actor_id", before, size)]


def openings(viewer: Viewer, record: UUID) -> list[tuple[UUID, datetime]]:
    """Which others opened a record of the viewer's own, each with the last time, the latest first.

    A list that showed one line of it (a caseload) is no opening.
    """
    rows = AuditEvent.objects.filter(patient_id=viewer.user, action__in=OPENINGS, record_ids__contains=[record])
    latest = rows.exclude(actor_id=viewer.user).values("actor_id").annotate(last=Max("at")).order_by("-last")
    return list(latest.values_list("actor_id", "last"))


def looks(viewer: Viewer, start: datetime, end: datetime) -> list[Look]:
    """Who looked at the patient's own record from `start` until before `end`, those of the most days first.

    An opening that showed nothing is not counted; the log tells it.
    """
    rows = (
        AuditEvent.objects.filter(patient_id=viewer.user, at__gte=start, at__lt=end)
        .filter(action__in=[*OPENINGS, Purpose.CASELOAD])
        .exclude(actor_id=viewer.user)
        .exclude(category="")
        .annotate(day=TruncDate("at", tzinfo=viewer.tz))
        .values("actor_id")
        .annotate(
            days=Count("day", distinct=True, filter=~Q(action=Purpose.CASELOAD)),
            listed=Count("day", distinct=True, filter=Q(action=Purpose.CASELOAD)),
        )
        .order_by("-days", "-listed", "actor_id")
    )
    return [Look(row["actor_id"], row["days"], row["listed"]) for row in rows]


def _told(viewer: Viewer, *, others: bool) -> QuerySet[AuditEvent]:
    """Her log without her own openings, without lists, and without drafts: those are their authors' alone."""
    rows = AuditEvent.objects.filter(patient_id=viewer.user).exclude(action__in=[Purpose.CASELOAD, "draft"])
    if others:
        return rows.exclude(actor_id=viewer.user)
    return rows.exclude(actor_id=viewer.user, action__in=Purpose.values)


def _page(rows: Any, key: str, before: Cursor | None, size: int) -> Any:
    """The newest groups before the cursor, by (last, key)."""
    if before:
        at, last = before
        rows = rows.filter(Q(last__lt=at) | Q(last=at, **{f"{key}__lt": last}))
    return rows.order_by("-last", f"-{key}")[:size]
