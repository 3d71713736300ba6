"""Reading goals, newest first, and the history that is the patient's alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.goals import gas
from careteam.goals.agreeing import Agreement, heard
from careteam.goals.codes import Acceptance, Achievement, Status
from careteam.goals.gas import Attainment, Rated, attainment
from careteam.goals.models import Goal, GoalAcceptance
from careteam.goals.scale import NUMBERS, Scale
from careteam.goals.scale import from_json as from_stored
from careteam.goals.standing import OPEN_TO_ANSWERS, said_as
from careteam.goals.steps import Step, from_json
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.partial import partial
from careteam.sharing.pictures import Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, one_visible, versions

OPEN = (Status.PROPOSED, Status.PLANNED, Status.ACTIVE, Status.ON_HOLD)  # as they are kept
LEFT = (Status.CANCELLED, Status.REJECTED, Status.ERROR)


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """One level of a scale: its number, what it means among five, and the patient's words for it."""

    number: int
    meaning: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleView:
    """The five levels of a goal, from much more than hoped for to much less, and which it is at (None: not rated).

    `achievement` is FHIR's achievementStatus for that level. `counts`: it counts in the figure clinicians may see.
    """

    levels: tuple[ScaleLevel, ...]
    start: int
    level: int | None
    level_words: str
    achievement: str
    importance: int | None
    difficulty: int | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How far goals were reached against what was expected (a T-score, 50: as hoped for), from those that count.

    `t` is None, and `words` say why, when there is none; `left_out` of the goals that count were not rated.
    """

    t: str | None
    counted: int
    left_out: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalView(RecordView):
    """A goal in its patient's own words, how it stands and how it is going. `status` is FHIR's lifecycleStatus.

    `said` is where its patient says it stands, whatever those it asks have answered; `wording` is the version of the
    words to agree to. `agreement` is None for a goal that asks nobody, `scale` for one without.
    """

    words: str
    why: str
    exactly: str
    measured: str
    realistic: str
    said: str
    wording: int
    proposed: bool
    agreement: Agreement | None
    scale: ScaleView | None
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
    exactly: str
    measured: str
    realistic: str
    steps: tuple[Step, ...]
    level_words: str
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
        rows = rows.filter(status__in=OPEN, withdrawn_at=None).exclude(_unproposed())
    shown: Disclosed[Goal] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight, purpose), cursor_of(shown))


def goal(
    viewer: Viewer, patient: UUID, goal: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> GoalView:
    """One goal (a pending import as well, for the patient); raises NotFound."""
    must_be_open(viewer, patient)
    found: Disclosed[Goal] = Goal.objects.about(patient).filter(pk=goal).disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight, purpose)[0]


def pending_goals(viewer: Viewer) -> tuple[GoalView, ...]:
    """Imported goals that wait for the viewer's own yes or no; raises NotFound for one who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    rows = Goal.objects.about(viewer.patient).filter(status=Status.PENDING)
    shown = rows.disclose_to(viewer, purpose=Purpose.READ, page=ALL)
    return _views(shown, viewer, viewer.patient, None, Purpose.READ)


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
            exactly=old.content.get("exactly", ""),
            measured=old.content.get("measured", ""),
            realistic=old.content.get("realistic", ""),
            level_words=_level_then(old.content),
            steps=tuple(from_json(step) for step in old.content["steps"]),
            achievement_words=_rated(old.content["achievement"]),
            target_words=_day(old.content["target"]),
            status=said_as(old.content["status"]),
            status_words=str(said_as(old.content["status"]).label),
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


def awaiting(viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """The goals of these patients that ask the viewer, and whose words as they stand she has not answered.

    In one statement and one for the log, however many there are.
    """
    answered = GoalAcceptance.unscoped("whether one has answered").filter(
        about_id=OuterRef("pk"), about_version=OuterRef("wording"), author_id=viewer.user, withdrawn_at=None
    )
    rows = Goal.objects.filter(patient_id__among=patients, agree_with__contains=[str(viewer.user)], withdrawn_at=None)
    rows = rows.filter(~Exists(answered), status__in=OPEN_TO_ANSWERS).exclude(author_id=viewer.user, wording=1)
    shown: Disclosed[Goal] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, row.words) for row in shown]


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many goals are new or changed since then."""
    found: dict[UUID, int] = Goal.objects.newer(viewer, since)
    return found


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These goals in one line each, as far as the rule lets them through now."""
    rows = Goal.objects.filter(pk__among=ids).exclude(status__in=DRAFTS)
    shown: Disclosed[Goal] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, row.words) for row in shown if row.withdrawn_at is None]


def figure(viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ) -> Figure | None:
    """The one figure over the goals that count and that this viewer may see; None when the patient chose none.

    Goals let go, not taken up or written by mistake are left out without a word.
    """
    must_be_open(viewer, patient)
    rows = Goal.objects.about(patient).filter(scale__counts=True, withdrawn_at=None)
    shown: Disclosed[Goal] = rows.exclude(status__in=[*DRAFTS, *LEFT]).disclose_to(viewer, purpose=purpose, page=ALL)
    if not shown:
        return None
    scales = [(row.level, row.levels) for row in shown]
    found: Attainment = attainment(Rated(level, scale.weight) for level, scale in scales if scale)
    t = None if found.t is None else f"{found.t:.1f}"
    return Figure(t=t, counted=found.counted, left_out=found.left_out, words=found.words)


def _unproposed() -> Q:
    """`Heard.unproposed` for a list: the one who proposed it withdrew it, and nobody else did anything."""
    said = GoalAcceptance.unscoped("what was said of a proposal").filter(about_id=OuterRef("pk"), withdrawn_at=None)
    hers = said.filter(author_id=OuterRef("author_id")).order_by("-recorded_at", "-id").values("answer")[:1]
    others = Exists(said.exclude(author_id=OuterRef("author_id")))
    proposed = Q(status=Status.PROPOSED, version=1) & ~Q(author_id=F("patient_id"))
    return proposed & Q(Exact(Coalesce(Subquery(hers), Value("")), Acceptance.DISAGREE.value)) & ~Q(others)


def _views(
    rows: Sequence[Goal], viewer: Viewer, patient: UUID, sight: Sight | None, purpose: Purpose
) -> tuple[GoalView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    said = heard(viewer, rows, purpose)
    return tuple(
        GoalView(
            **{**head(row, viewer, shared), "status": said.status(row).value},
            words=row.words,
            why=row.reason,
            exactly=row.exactly,
            measured=row.measured,
            realistic=row.realistic,
            said=said_as(row.status).value,
            wording=row.wording,
            proposed=row.author_id != row.patient_id,
            agreement=said.agreement(row, viewer, shared),
            scale=_scale(row.levels, row.level),
            steps=row.listed_steps,
            achievement=row.achievement,
            achievement_words=_rated(row.achievement),
            target=row.target or None,
            target_words=_day(row.target),
            status_words=said.status_words(row),
        )
        for row in rows
    )


def _scale(scale: Scale | None, level: int | None) -> ScaleView | None:
    if scale is None:
        return None
    return ScaleView(
        levels=tuple(ScaleLevel(one, gas.LEVELS[one], scale.words_of(one)) for one in reversed(NUMBERS)),
        start=scale.start,
        level=level,
        level_words=scale.words_of(level),
        achievement=scale.achievement(level),
        importance=scale.importance,
        difficulty=scale.difficulty,
        counts=scale.counts,
    )


def _level_then(content: Mapping[str, Any]) -> str:
    scale = from_stored(content.get("scale", {}))
    return scale.words_of(content["level"]) if scale else ""


def _rated(code: str) -> str:
    return str(Achievement(code).label) if code else ""


def _day(text: str) -> str:
    day = partial(text)
    return day.words if day else ""
