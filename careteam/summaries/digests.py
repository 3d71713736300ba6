"""Opening weekly summaries: a frozen selection, passed through the rule anew at every opening."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.urls import reverse

from careteam.accounts.viewer import Viewer, database_now
from careteam.audit import queries as audit
from careteam.audit.models import Purpose
from careteam.goals import queries as goals
from careteam.measures import queries as measures
from careteam.measures.instruments.phq9 import NOTABLE_POINTS
from careteam.measures.pictures import CaseloadScore, FormLine, Item9
from careteam.measures.seen import unseen_for
from careteam.sharing import queries as sharing
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import RecordLine
from careteam.summaries.beginnings import anchors
from careteam.summaries.log_words import SOMEBODY
from careteam.summaries.models import Digest
from careteam.summaries.reminders import Reminder, reminders
from careteam.summaries.selfcare import Prompt, prompt_of
from careteam.summaries.services import ROOMS, references
from careteam.summaries.weeks import CATCH_UP, WEEK, due_weeks

LISTED = 53


@dataclass(frozen=True, slots=True)
class DigestHead:
    """A weekly summary in a list: its week, never a count of what it holds."""

    id: UUID
    start: date
    end: date
    zone: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A record of the week as it is now; `changed` when it is a later version than the one selected."""

    line: RecordLine
    changed: bool


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One person's part of a week. For a clinician `score` says where that person stood at its end.

    `waiting` are goals that ask the clinician and wait for her answer now, when it is opened.
    `unseen` is an answer to question 9, given by then, that this clinician has not marked as seen by now.
    """

    patient: UUID
    name: str
    score: CaseloadScore | None
    waiting: tuple[RecordLine, ...]
    unseen: Item9 | None
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody who opened something in the week, on how many days, and on how many her list showed a line."""

    name: str
    days: int
    listed: int


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """What a patient's week says beside its records, worked out at each opening and stored nowhere.

    `forms` are those she sent, `reminders` what was there for her at the week's end and she has not sent since; `score`
    is where she stood then, `help` the address of the help page.
    """

    forms: tuple[FormLine, ...]
    reminders: tuple[Reminder, ...]
    score: CaseloadScore | None
    looked: tuple[Looked, ...]
    prompt: Prompt
    help: str


@dataclass(frozen=True, slots=True)
class DigestView:
    """A week, opened: people with something to look at first, then by name.

    First an answer to question 9 not marked as seen, be it that nothing else of that week is there; then a change of 5
    or more.

    `own` is told to a patient alone.
    """

    head: DigestHead
    parts: tuple[DigestPart, ...]
    own: OwnWeek | None


def digests(viewer: Viewer) -> tuple[DigestHead, ...]:
    """The viewer's weekly summaries of about a year, newest first."""
    if viewer.preview:
        return tuple(_head(row, viewer) for row in _as_made_now(viewer))
    rows = Digest.objects.filter(user_id=viewer.user).defer("references").order_by("-period_start")[:LISTED]
    return tuple(_head(row, viewer) for row in rows)


def digest(viewer: Viewer, digest: UUID) -> DigestView:
    """One weekly summary, opened: what is no longer visible or was withdrawn simply is not there.

    Its days are those of the zone it was made for, also after a move.
    """
    if viewer.preview:
        row = next((one for one in _as_made_now(viewer) if one.pk == digest), None)
    else:
        row = Digest.objects.filter(pk=digest, user_id=viewer.user).first()
    if row is None:
        raise NotFound
    viewer = replace(viewer, zone=row.zone)
    start, end = (datetime.combine(day, time(), viewer.tz) for day in (row.period_start, row.period_start + WEEK))
    ids: dict[str, dict[UUID, int]] = defaultdict(dict)
    for category, _, record, version in row.references:
        ids[category][UUID(record)] = version
    lines: dict[UUID, list[DigestLine]] = defaultdict(list)
    for category, room in ROOMS:
        for line in room.lines(viewer, ids[category].keys(), purpose=Purpose.DIGEST):
            lines[line.patient].append(DigestLine(line, line.version > ids[category][line.id]))
    waiting: dict[UUID, list[RecordLine]] = defaultdict(list)
    if viewer.patient:
        names = {viewer.patient: viewer.name}
        scores, unseen = {}, {}
    else:
        names = dict(sharing.memberships(viewer))
        for line in goals.awaiting(viewer, list(names), purpose=Purpose.DIGEST):
            waiting[line.patient].append(line)
        unseen = unseen_for(viewer, list(names), purpose=Purpose.DIGEST, before=end)
        for patient in unseen:
            lines.setdefault(patient, [])
        scores = _scores(viewer, [*{**lines, **waiting}], end)
    parts = [
        DigestPart(
            patient,
            names[patient],
            scores.get(patient),
            tuple(waiting.get(patient, ())),
            unseen[patient].answer if patient in unseen else None,
            tuple(sorted(lines.get(patient, ()), key=lambda one: one.line.at, reverse=True)),
        )
        for patient in {**lines, **waiting}
        if patient in names  # a stop may have come between the two statements
    ]
    own = _own_week(viewer, row.period_start, start, end) if viewer.patient else None
    return DigestView(_head(row, viewer), tuple(sorted(parts, key=_first_what_matters)), own)


def _as_made_now(viewer: Viewer) -> list[Digest]:
    """For a patient's look through a clinician's eyes: the last weeks as they would be made now, newest first.

    The clinician's own rows speak of other people and stay hers. One made earlier may hold less, never more: what was
    hidden on the day it was made is not in it.
    """
    now = database_now()
    return [
        Digest(
            pk=UUID(int=week.toordinal()),
            user_id=viewer.user,
            period_start=week,
            zone=viewer.zone,
            references=references(viewer, week, week + WEEK - timedelta(days=1)),
            made_at=now,
        )
        for week in reversed(due_weeks(now, viewer.zone, now - WEEK * (CATCH_UP + 2)))
    ]


def _own_week(viewer: Viewer, monday: date, start: datetime, end: datetime) -> OwnWeek:
    names = {user: name for _, user, name in sharing.everybody(viewer)}
    return OwnWeek(
        forms=measures.forms(viewer, start, end),
        reminders=reminders(viewer, before=end),
        score=_scores(viewer, [viewer.user], end).get(viewer.user),
        looked=tuple(
            Looked(names.get(look.actor, SOMEBODY), look.days, look.listed) for look in audit.looks(viewer, start, end)
        ),
        prompt=prompt_of(monday),
        help=reverse("help"),
    )


def _scores(viewer: Viewer, patients: Collection[UUID], end: datetime) -> dict[UUID, CaseloadScore]:
    """Where each stood at the week's end."""
    beside = anchors(viewer, patients, until=end.date() - timedelta(days=1))
    return measures.latest_for(viewer, patients, purpose=Purpose.DIGEST, before=end, anchors=beside)


def _first_what_matters(part: DigestPart) -> tuple[bool, bool, str]:
    score = part.score
    moved = bool(score and score.since_previous and abs(score.since_previous.points) >= NOTABLE_POINTS)
    return (part.unseen is None, not moved, part.name)


def _head(row: Digest, viewer: Viewer) -> DigestHead:
    end = row.period_start + WEEK - timedelta(days=1)
    return DigestHead(row.id, row.period_start, end, row.zone, viewer.local(row.made_at))
