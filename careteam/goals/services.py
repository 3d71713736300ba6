"""Writing goals: the patient's, and of what a clinician proposed as well. Every change keeps what stood before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.goals.agreeing import accept, clean_asked
from careteam.goals.codes import Acceptance, Achievement, Status
from careteam.goals.models import Goal
from careteam.goals.scale import LEVEL_MOST, NUMBERS, checked
from careteam.goals.scale import to_json as scale_to_json
from careteam.goals.standing import SAID_BY_HER, kept_as, said_as
from careteam.goals.steps import Step, ticked, to_json
from careteam.goals.words import says_otherwise, written
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.queries import sight
from careteam.sharing.records import change
from careteam.sharing.services import (
    clean_audience,
    clean_labels,
    clean_line,
    created,
    decline,
    first_time,
    keep,
    own_at,
    pending,
    withdraw,
)


@transaction.atomic
def add_goal(
    viewer: Viewer,
    *,
    words: str,
    why: str = "",
    exactly: str = "",
    measured: str = "",
    realistic: str = "",
    steps: Sequence[Step] = (),
    target: str | None = None,
    achievement: str = "",
    later: bool = False,
    agree_with: Collection[UUID] = (),
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Set a goal of one's own; it is active at once, or planned (`later`). `words` and `why` hold 500 characters each,
    and so do the answers to what exactly, how it is measured and what is realistic this month.

    With `agree_with` (the `user`s of people on the team) it is proposed to them, and active when one of them agreed.
    Steps without text are left out (30 at most, 200 characters each); `target` is a partial date.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    if viewer.patient is None:
        raise NotFound
    asked = _asked(viewer, agree_with)
    goal = Goal(
        patient_id=viewer.patient,
        author_id=viewer.user,
        status=kept_as(Status.PLANNED if later else Status.ACTIVE, asked),
        achievement=_rating(achievement),
        agree_with=asked,
        **written(
            words=words, why=why, exactly=exactly, measured=measured, realistic=realistic, steps=steps, target=target
        ),
    )
    goal.audience = clean_audience(audience, named)
    goal.labels = clean_labels(labels)
    return created(viewer, goal, named)


@transaction.atomic
def edit_goal(
    viewer: Viewer,
    goal: UUID,
    *,
    words: str,
    why: str,
    steps: Sequence[Step],
    target: str | None,
    exactly: str | None = None,
    measured: str | None = None,
    realistic: str | None = None,
    agree_with: Collection[UUID] | None = None,
    expected: int,
) -> int:
    """Change the words, steps and target of a goal of one's own; what stood there stays in its history.

    What is None stays. Other words ask everybody anew whom the goal names; ticks and dates of ticks do not. Who begins
    to ask others agrees to what she asks. Returns the new version. Raises Invalid beside any field, NotFound, and
    Conflict when `expected` is not the version there is.
    """
    found = own_at(viewer, Goal, goal, expected)
    columns = written(
        words=words,
        why=why,
        exactly=found.exactly if exactly is None else exactly,
        measured=found.measured if measured is None else measured,
        realistic=found.realistic if realistic is None else realistic,
        steps=steps,
        target=target,
    )
    asked = list(found.agree_with)
    if agree_with is not None:
        asked = _asked(viewer, agree_with, asked)
    wording = found.version + 1 if says_otherwise(found, columns) else found.wording
    begins = bool(asked) and not found.agree_with
    status = kept_as(said_as(found.status), asked) if asked != found.agree_with else Status(found.status)
    version = keep(viewer, found, **columns, agree_with=asked, status=status, wording=wording)
    if begins and (wording > 1 or found.author_id != viewer.user):  # or she agrees by having written it down
        found.wording = wording
        accept(viewer, found, Acceptance.AGREE)
    return version


@transaction.atomic
def set_status(viewer: Viewer, goal: UUID, *, status: str, expected: int) -> int:
    """Say where a goal stands: active, planned, on-hold, completed, cancelled, rejected or entered-in-error.

    One that asks others is proposed to them until they agreed, also when she says that it is active. Returns the new
    version. Raises Invalid (status), NotFound, Conflict.
    """
    found = own_at(viewer, Goal, goal, expected)
    return keep(viewer, found, status=kept_as(_settable(status), found.agree_with))


@transaction.atomic
def tick_step(viewer: Viewer, goal: UUID, *, index: int, done: bool, expected: int) -> int:
    """Mark the step at `index` (from 0) as done, or as not done. Returns the new version.

    Raises Invalid (index), NotFound, Conflict.
    """
    found = own_at(viewer, Goal, goal, expected)
    return keep(viewer, found, steps=[to_json(step) for step in ticked(found.listed_steps, index, done)])


@transaction.atomic
def rate(viewer: Viewer, goal: UUID, *, achievement: str, expected: int) -> int:
    """Say how it is going (a code of `Achievement`; empty: no answer). Returns the new version."""
    found = own_at(viewer, Goal, goal, expected)
    return keep(viewer, found, achievement=_rating(achievement))


def withdraw_goal(viewer: Viewer, goal: UUID) -> None:
    """Withdraw a goal of one's own."""
    withdraw(viewer, Goal, goal)


# -- Its scale ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def set_scale(
    viewer: Viewer,
    goal: UUID,
    *,
    levels: Sequence[str],
    start: int = -1,
    importance: int | None = None,
    difficulty: int | None = None,
    counts: bool = False,
    expected: int,
) -> int:
    """Write the five levels of a goal of one's own, from -2 to 2 (200 characters each); all empty takes the scale out.

    Levels are written before anything is rated: with other levels the goal is not rated, and whoever it names is asked
    anew. `start` is where one is now; `importance` and `difficulty` (0 to 3) weigh it, or neither does; `counts` lets
    clinicians who see it see one figure in which it counts. Returns the new version. Raises Invalid beside any field,
    NotFound, Conflict.
    """
    found = own_at(viewer, Goal, goal, expected)
    lines = [clean_line(words, "levels", LEVEL_MOST) for words in levels]
    scale = checked(lines, start=start, importance=importance, difficulty=difficulty, counts=counts)
    before = found.levels
    same = (before.levels if before else ()) == (scale.levels if scale else ())
    return keep(
        viewer,
        found,
        scale=scale_to_json(scale) if scale else {},
        level=found.level if same else None,
        wording=found.wording if same else found.version + 1,
    )


@transaction.atomic
def rate_level(viewer: Viewer, goal: UUID, *, level: int | None, expected: int) -> int:
    """Say which level of its scale a goal of one's own is at now (-2 to 2), or take the rating back (None).

    Returns the new version; earlier ratings stay in the history. Raises Invalid (level; a goal without a scale),
    NotFound, Conflict.
    """
    found = own_at(viewer, Goal, goal, expected)
    if not found.scale:
        raise Invalid(level="Write the five levels first.")
    if level is not None and level not in NUMBERS:
        raise Invalid(level="Choose one of the five levels.")
    return keep(viewer, found, level=level)


# -- Imports -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_imported_goal(
    viewer: Viewer,
    *,
    words: str,
    import_key: str,
    why: str = "",
    steps: Sequence[Step] = (),
    target: str | None = None,
    achievement: str = "",
    status: str = Status.ACTIVE,
    source: str = "import",
) -> UUID | None:
    """Lay a goal from a file before its patient: pending and hers alone until she accepts it.

    `status` is what it becomes then. The same `import_key` twice adds nothing and returns None.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record.
    """
    if viewer.patient is None:
        raise NotFound
    goal = Goal(
        patient_id=viewer.patient,
        author_id=viewer.user,
        status=Status.PENDING,
        achievement=_rating(achievement),
        audience=Audience.ONLY_ME,
        accepts_as=_settable(status),
        **written(words=words, why=why, exactly="", measured="", realistic="", steps=steps, target=target),
    )
    return created(viewer, goal, action="import") if first_time(goal, import_key, source) else None


@transaction.atomic
def accept_goal(viewer: Viewer, goal: UUID) -> None:
    """Take an imported goal into one's record, still for oneself alone; who else sees it is decided after."""
    found = pending(viewer, Goal, goal)
    change(found, status=found.accepts_as, changed_at=Now())
    record_act(viewer, "accept", found.patient_id, category=found.category, records=[(found.id, found.version)])


def decline_goal(viewer: Viewer, goal: UUID) -> None:
    """Throw an imported goal away. Nobody else ever saw it, so nothing of it is kept."""
    decline(viewer, Goal, goal)


# -- What they share ---------------------------------------------------------------------------------------------------
def _asked(viewer: Viewer, given: Collection[UUID], before: Sequence[str] = ()) -> list[str]:
    """Whom a goal asks to agree, checked against the viewer's own team when it asks anybody new."""
    if {str(one) for one in given} <= set(before):
        return [one for one in before if one in {str(one) for one in given}]
    return clean_asked(given, [member.user for member in sight(viewer, viewer.user).members], before)


def _settable(status: str) -> Status:
    if status not in SAID_BY_HER:
        raise Invalid(status="Choose how it stands with this goal.")
    return Status(status)


def _rating(achievement: str) -> Achievement:
    if achievement not in Achievement.values:
        raise Invalid(achievement="Choose one of these answers.")
    return Achievement(achievement)
