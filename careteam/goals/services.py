"""Writing goals: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.goals.codes import Achievement, Status
from careteam.goals.models import WORDS_MOST, Goal
from careteam.goals.steps import STEP_MOST, STEPS_MOST, Step, ticked, to_json
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.partial import partial
from careteam.sharing.records import change, one_visible, revise
from careteam.sharing.services import clean_audience, clean_labels, clean_text, created, withdraw

KEY_MOST = 64
SOURCE_MOST = 40


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
    found = _own(viewer, goal, expected)
    return _keep(viewer, found, **_written(words=words, why=why, steps=steps, target=target))


@transaction.atomic
def set_status(viewer: Viewer, goal: UUID, *, status: str, expected: int) -> int:
    """Say where a goal stands: active, on-hold, completed, cancelled or entered-in-error. Returns the new version."""
    found = _own(viewer, goal, expected)
    return _keep(viewer, found, status=_settable(status))


@transaction.atomic
def tick_step(viewer: Viewer, goal: UUID, *, index: int, done: bool, expected: int) -> int:
    """Mark the step at `index` (from 0) as done, or as not done. Returns the new version.

    Raises Invalid (index), NotFound, Conflict.
    """
    found = _own(viewer, goal, expected)
    return _keep(viewer, found, steps=[to_json(step) for step in ticked(found.listed_steps, index, done)])


@transaction.atomic
def rate(viewer: Viewer, goal: UUID, *, achievement: str, expected: int) -> int:
    """Say how it is going (a code of `Achievement`; empty: no answer). Returns the new version."""
    found = _own(viewer, goal, expected)
    return _keep(viewer, found, achievement=_rating(achievement))


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
    goal.import_key = clean_text(import_key, "import_key", KEY_MOST)
    goal.source = clean_text(source, "source", SOURCE_MOST)
    # Two imports of one file at the same time: the second waits here, then finds what the first wrote.
    Patient.objects.select_for_update(no_key=True).get(pk=goal.patient_id)
    same = Goal.unscoped("is this entry of a file here already?")
    if same.filter(patient_id=goal.patient_id, import_key=goal.import_key).exists():
        return None
    return created(viewer, goal, action="import")


@transaction.atomic
def accept_goal(viewer: Viewer, goal: UUID) -> None:
    """Take an imported goal into one's record, still for oneself alone; who else sees it is decided after."""
    found = _own_pending(viewer, goal)
    change(found, status=found.accepts_as, changed_at=Now())
    record_act(viewer, "accept", found.patient_id, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def decline_goal(viewer: Viewer, goal: UUID) -> None:
    """Throw an imported goal away. Nobody else ever saw it, so nothing of it is kept."""
    found = _own_pending(viewer, goal)
    record_act(viewer, "decline", found.patient_id, category=found.category, records=[(found.id, found.version)])
    found.delete()


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


def _own(viewer: Viewer, goal: UUID, expected: int) -> Goal:
    found = one_visible(Goal, viewer, goal)
    if found.patient_id != viewer.patient or found.is_draft or found.withdrawn_at:
        raise NotFound
    if found.version != expected:
        raise Conflict(found.version)  # before anything is judged: the words were about another version
    return found


def _own_pending(viewer: Viewer, goal: UUID) -> Goal:
    found = one_visible(Goal, viewer, goal)
    if found.patient_id != viewer.patient or found.status != Status.PENDING:
        raise NotFound
    return found


def _keep(viewer: Viewer, found: Goal, **changes: Any) -> int:
    """Saying the same again changes nothing, and nothing is told."""
    if any(getattr(found, name) != value for name, value in changes.items()):
        revise(found, viewer, found.version, **changes)
        record_act(viewer, "revise", found.patient_id, category=found.category, records=[(found.id, found.version)])
    return found.version


def _written(*, words: str, why: str, steps: Sequence[Step], target: str | None) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    kept = [Step(clean_text(step.text, "steps", STEP_MOST), step.done is True) for step in steps if step.text.strip()]
    if len(kept) > STEPS_MOST:
        raise Invalid(steps=f"{STEPS_MOST} steps fit here.")
    try:
        day = partial(target)
    except ValueError as error:
        raise Invalid(target=str(error)) from error
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
