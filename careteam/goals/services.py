"""Writing goals: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.goals.codes import Achievement, Status
from careteam.goals.models import WORDS_MOST, Goal
from careteam.goals.steps import STEP_MOST, STEPS_MOST, Step, ticked, to_json
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.partial import clean_date
from careteam.sharing.records import change
from careteam.sharing.services import (
    clean_audience,
    clean_labels,
    clean_text,
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
    steps: Sequence[Step] = (),
    target: str | None = None,
    achievement: str = "",
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Set a goal of one's own; it is active at once. `words` and `why` hold 500 characters each.

    Steps without text are left out (30 at most, 200 characters each); `target` is a partial date.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    goal = _new(viewer, words=words, why=why, steps=steps, target=target, achievement=achievement, status=Status.ACTIVE)
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
    expected: int,
) -> int:
    """Change the words, steps and target of a goal of one's own; what stood there stays in its history.

    Returns the new version. Raises Invalid beside any field, NotFound, and Conflict when `expected` is not the version
    there is.
    """
    found = own_at(viewer, Goal, goal, expected)
    return keep(viewer, found, **_written(words=words, why=why, steps=steps, target=target))


@transaction.atomic
def set_status(viewer: Viewer, goal: UUID, *, status: str, expected: int) -> int:
    """Say where a goal stands: active, on-hold, completed, cancelled or entered-in-error. Returns the new version."""
    found = own_at(viewer, Goal, goal, expected)
    return keep(viewer, found, status=_settable(status))


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
    goal = _new(
        viewer, words=words, why=why, steps=steps, target=target, achievement=achievement, status=Status.PENDING
    )
    goal.audience = Audience.ONLY_ME
    goal.accepts_as = _settable(status)
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
def _new(
    viewer: Viewer,
    *,
    words: str,
    why: str,
    steps: Sequence[Step],
    target: str | None,
    achievement: str,
    status: Status,
) -> Goal:
    if viewer.patient is None:
        raise NotFound
    return Goal(
        patient_id=viewer.patient,
        author_id=viewer.user,
        status=status,
        achievement=_rating(achievement),
        **_written(words=words, why=why, steps=steps, target=target),
    )


def _written(*, words: str, why: str, steps: Sequence[Step], target: str | None) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    kept = [Step(clean_text(step.text, "steps", STEP_MOST), step.done is True) for step in steps if step.text.strip()]
    if len(kept) > STEPS_MOST:
        raise Invalid(steps=f"{STEPS_MOST} steps fit here.")
    day = clean_date(target, "target")
    return {
        "words": clean_text(words, "words", WORDS_MOST),
        "reason": clean_text(why, "why", WORDS_MOST, required=False),
        "steps": [to_json(step) for step in kept],
        "target": day.text if day else "",
    }


def _settable(status: str) -> Status:
    if status not in set(Status.values) - {Status.PENDING}:
        raise Invalid(status="Choose how it stands with this goal.")
    return Status(status)


def _rating(achievement: str) -> Achievement:
    if achievement not in Achievement.values:
        raise Invalid(achievement="Choose one of these answers.")
    return Achievement(achievement)
