"""Reading goals, newest first, and the history that is the patient's alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.goals.codes import Achievement, Status
from careteam.goals.models import Goal
from careteam.goals.steps import Step, from_json
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.partial import partial
from careteam.sharing.pictures import Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, one_visible, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView(RecordView):
    """A goal in its patient's own words, how it stands and how it is going."""

    words: str
    why: str
    steps: tuple[Step, ...]
    achievement: str
    achievement_words: str
    target: str | None
    target_words: str
    status_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalVersion:
    """How a goal was written before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    words: str
    why: str
    steps: tuple[Step, ...]
    achievement_words: str
    target_words: str
    status: str
    status_words: str


def goals(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
    open_only: bool = False,
) -> Paged[GoalView]:
    """All goals the viewer may see, newest first, whatever their status; or those still open, and not withdrawn."""
    must_be_open(viewer, patient)
    rows = Goal.objects.about(patient).between(viewer, since, until).exclude(status__in=DRAFTS)
    if open_only:
        rows = rows.filter(status__in=[Status.ACTIVE, Status.ON_HOLD], withdrawn_at=None)
    shown: Disclosed[Goal] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight), cursor_of(shown))


def goal(
    viewer: Viewer, patient: UUID, goal: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> GoalView:
    """One goal (a pending import as well, for the patient); raises NotFound."""
    must_be_open(viewer, patient)
    found: Disclosed[Goal] = Goal.objects.about(patient).filter(pk=goal).disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight)[0]


def pending_goals(viewer: Viewer) -> tuple[GoalView, ...]:
    """Imported goals that wait for the viewer's own yes or no; raises NotFound for one who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    rows = Goal.objects.about(viewer.patient).filter(status=Status.PENDING)
    return _views(rows.disclose_to(viewer, purpose=Purpose.READ, page=ALL), viewer, viewer.patient, None)


def goal_versions(viewer: Viewer, patient: UUID, goal: UUID) -> tuple[GoalVersion, ...]:
    """How a goal was written before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(Goal, viewer, goal, lock=False)
    return tuple(
        GoalVersion(
            version=old.version,
            until=viewer.local(old.until),
            changed_by=old.changed_by.name,
            words=old.content["words"],
            why=old.content["reason"],
            steps=tuple(from_json(step) for step in old.content["steps"]),
            achievement_words=_rated(old.content["achievement"]),
            target_words=_day(old.content["target"]),
            status=old.content["status"],
            status_words=Status(old.content["status"]).label,
        )
        for old in versions(viewer, goal)
    )


def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' goals set or changed from `since` to `until`, in the viewer's days.

    What she may see now, in one statement however many patients. Selecting discloses nothing.
    """
    rows = Goal.objects.filter(patient_id__among=patients).visible_to(viewer).exclude(status__in=DRAFTS)
    rows = rows.filter(
        withdrawn_at=None,
        changed_at__gte=datetime.combine(since, time(), viewer.tz),
        changed_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz),
    )
    return list(rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version"))


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many goals are new or changed since then."""
    found: dict[UUID, int] = Goal.objects.newer(viewer, since)
    return found


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These goals in one line each, as far as the rule lets them through now."""
    rows = Goal.objects.filter(pk__among=ids).exclude(status__in=DRAFTS)
    shown: Disclosed[Goal] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, row.words) for row in shown if row.withdrawn_at is None]


def _views(rows: Sequence[Goal], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[GoalView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        GoalView(
            **head(row, viewer, shared),
            words=row.words,
            why=row.reason,
            steps=row.listed_steps,
            achievement=row.achievement,
            achievement_words=_rated(row.achievement),
            target=row.target or None,
            target_words=_day(row.target),
            status_words=Status(row.status).label,
        )
        for row in rows
    )


def _rated(code: str) -> str:
    return str(Achievement(code).label) if code else ""


def _day(text: str) -> str:
    day = partial(text)
    return day.words if day else ""
