"""Reading conditions: all of them, the current episode, and the history that is the patient's alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.conditions.codes import Status
from careteam.conditions.models import Condition
from careteam.sharing.errors import NotFound
from careteam.sharing.partial import PartialDate, partial, span_words
from careteam.sharing.pictures import Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, one_visible, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionView(RecordView):
    """A condition. `when` says from when to when, `episode` since when the current episode is ("" for none of it).

    `effective_at` puts conditions in order and is never printed: it would invent a day for "2019".
    """

    name: str
    status_words: str
    onset: str | None
    abatement: str | None
    when: str
    stated_by: str
    words: str
    holds_episode: bool
    episode_start: str | None
    episode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionVersion:
    """How a condition was written down before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    name: str
    status_words: str
    when: str
    stated_by: str
    words: str
    episode: str


@dataclass(frozen=True, slots=True)
class CurrentEpisode:
    """The episode there is now: of which condition (and its version), and since when, as exactly as it is known."""

    condition: UUID
    version: int
    name: str
    start: PartialDate | None


def conditions(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
    standing: bool = False,
) -> Paged[ConditionView]:
    """All conditions the viewer may see, those that began last first; `standing`: without those withdrawn."""
    must_be_open(viewer, patient)
    rows = Condition.objects.about(patient).between(viewer, since, until)
    if standing:
        rows = rows.filter(withdrawn_at=None)
    shown: Disclosed[Condition] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight), cursor_of(shown))


def condition(
    viewer: Viewer, patient: UUID, condition: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> ConditionView:
    """One condition; raises NotFound."""
    must_be_open(viewer, patient)
    row = Condition.objects.about(patient).filter(pk=condition)
    found: Disclosed[Condition] = row.disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight)[0]


def current_episode(viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ) -> CurrentEpisode | None:
    """The current episode, for what is counted since it began; None when none is written down or shown."""
    must_be_open(viewer, patient)
    rows = Condition.objects.about(patient).filter(holds_episode=True, withdrawn_at=None)
    found: Disclosed[Condition] = rows.disclose_to(viewer, purpose=purpose)
    return next((CurrentEpisode(row.id, row.version, row.name, partial(row.episode_start)) for row in found), None)


def episodes_for(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, PartialDate]:
    """When the current episode of each of these patients began, where it is known and shown: one statement.

    Nothing is disclosed: whoever tells it says so.
    """
    rows = Condition.objects.filter(patient_id__among=patients, holds_episode=True, withdrawn_at=None)
    found = rows.visible_to(viewer).values_list("patient_id", "episode_start")
    return {patient: day for patient, start in found if (day := partial(start))}


def condition_versions(viewer: Viewer, patient: UUID, condition: UUID) -> tuple[ConditionVersion, ...]:
    """How a condition was written down before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(Condition, viewer, condition, lock=False)
    return tuple(
        ConditionVersion(
            version=old.version,
            until=viewer.local(old.until),
            changed_by=old.changed_by.name,
            name=old.content["name"],
            status_words=Status(old.content["status"]).label,
            when=_when(old.content["onset"], old.content["abatement"]),
            stated_by=old.content["stated_by"],
            words=old.content["words"],
            episode=_episode(old.content["holds_episode"], old.content["episode_start"]),
        )
        for old in versions(viewer, condition)
    )


def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' conditions added or changed from `since` to `until`, in her days.

    By when they were written and not by when they began. What she may see now, in one statement however many patients.
    Selecting discloses nothing.
    """
    rows = Condition.objects.filter(patient_id__among=patients).visible_to(viewer)
    rows = rows.filter(
        withdrawn_at=None,
        changed_at__gte=datetime.combine(since, time(), viewer.tz),
        changed_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz),
    )
    return list(rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version"))


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many conditions are new or changed since then."""
    found: dict[UUID, int] = Condition.objects.newer(viewer, since)
    return found


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These conditions in one line each, as far as the rule lets them through now."""
    shown: Disclosed[Condition] = Condition.objects.filter(pk__among=ids).disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, row.name, at=row.changed_at) for row in shown if row.withdrawn_at is None]


def _views(rows: Sequence[Condition], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[ConditionView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        ConditionView(
            **head(row, viewer, shared),
            name=row.name,
            status_words=Status(row.status).label,
            onset=row.onset or None,
            abatement=row.abatement or None,
            when=_when(row.onset, row.abatement),
            stated_by=row.stated_by,
            words=row.words,
            holds_episode=row.holds_episode,
            episode_start=row.episode_start or None,
            episode=_episode(row.holds_episode, row.episode_start),
        )
        for row in rows
    )


def _when(onset: str, abatement: str) -> str:
    return span_words(partial(onset), partial(abatement)) or "dates not known"


def _episode(holds: bool, start: str) -> str:
    """`since March 2025`, `start not known`, or nothing when the current episode is none of this."""
    day = partial(start)
    return "" if not holds else f"since {day.words}" if day else "start not known"
