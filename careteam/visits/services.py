"""Writing visits, questions and plans: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.services import record_act
from careteam.sharing import queries as sharing
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.partial import clean_date
from careteam.sharing.records import Record, change, one_visible
from careteam.sharing.services import clean_audience, clean_labels, clean_text, created, keep, own_at, withdraw
from careteam.visits.codes import ACTIVE, Asked, Measure, Mode, Status
from careteam.visits.models import (
    MINUTES_MOST,
    NAME_MOST,
    TEXT_MOST,
    WEEKS_MOST,
    WORDS_MOST,
    Encounter,
    Question,
    TrackingPlan,
)
from careteam.visits.moments import instant

R = TypeVar("R", bound=Record)


# -- Visits ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_visit(
    viewer: Viewer,
    *,
    start: datetime,
    minutes: int | None = None,
    practitioner: UUID | None = None,
    with_words: str = "",
    mode: str = "",
    place: str = "",
    decisions: str = "",
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a visit of one's own: planned when it lies ahead, else it took place.

    `start` without an offset is on the viewer's clock. With `practitioner` (the `user` of somebody on the team) or in
    free words (200 characters); place 200, decisions 4,000 and only for a visit that has begun.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    visit = Encounter(
        patient_id=own_record(viewer),
        author_id=viewer.user,
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
        **_visit(viewer, start, minutes, practitioner, with_words, mode, place),
    )
    begun = visit.effective_at <= database_now()
    visit.decisions = clean_text(decisions, "decisions", TEXT_MOST, required=False)
    if visit.decisions and not begun:
        raise Invalid(decisions="This visit lies ahead. What is decided there can be added after it.")
    visit.status = Status.FINISHED if begun else Status.PLANNED
    return created(viewer, visit, named)


@transaction.atomic
def edit_visit(
    viewer: Viewer,
    visit: UUID,
    *,
    start: datetime,
    minutes: int | None,
    practitioner: UUID | None,
    with_words: str,
    mode: str,
    place: str,
    expected: int,
) -> int:
    """Correct when, with whom, how and where. One that is moved ahead of now is planned (again).

    Returns the new version. Raises Invalid beside any field, NotFound, Conflict.
    """
    found = own_at(viewer, Encounter, visit, expected)
    changes = _visit(viewer, start, minutes, practitioner, with_words, mode, place, before=found)
    if changes["effective_at"] > database_now():
        if found.decisions:
            raise Invalid(start="What was decided is written down for this visit, so it lies in the past.")
        changes["status"] = Status.PLANNED
    return keep(viewer, found, **changes)


@transaction.atomic
def finish_visit(viewer: Viewer, visit: UUID, *, decisions: str, expected: int) -> int:
    """Say that a visit took place and what was decided; with nothing to write, `decisions` is empty.

    Returns the new version. Raises Invalid (too long, or the visit lies ahead), NotFound, Conflict.
    """
    found = own_at(viewer, Encounter, visit, expected)
    text = clean_text(decisions, "decisions", TEXT_MOST, required=False)
    if found.effective_at > database_now():
        raise Invalid(decisions="This visit lies ahead. What is decided there can be added after it.")
    return keep(viewer, found, decisions=text, status=Status.FINISHED)


@transaction.atomic
def cancel_visit(viewer: Viewer, visit: UUID, *, expected: int) -> int:
    """Say that a visit does not or did not take place; it stays as written. Returns the new version."""
    found = own_at(viewer, Encounter, visit, expected)
    if found.status == Status.FINISHED:
        raise Invalid(status="This visit took place.")
    return keep(viewer, found, status=Status.CANCELLED)


def withdraw_visit(viewer: Viewer, visit: UUID) -> None:
    """Withdraw a visit."""
    withdraw(viewer, Encounter, visit)


def _visit(
    viewer: Viewer,
    start: datetime,
    minutes: int | None,
    practitioner: UUID | None,
    with_words: str,
    mode: str,
    place: str,
    before: Encounter | None = None,
) -> dict[str, Any]:
    if mode not in Mode.values:
        raise Invalid(mode="Choose one of these.")
    if minutes is not None and not 1 <= minutes <= MINUTES_MOST:
        raise Invalid(minutes="Write the minutes as a number, such as 50.")
    if practitioner is not None and (before is None or practitioner != before.practitioner_id):
        _member(viewer, practitioner)
    words = clean_text(with_words, "with_words", NAME_MOST, required=False)
    return {
        "effective_at": instant(start, viewer.zone),
        "minutes": minutes,
        "practitioner_id": practitioner,
        "with_words": "" if practitioner else words,
        "mode": mode,
        "place": clean_text(place, "place", NAME_MOST, required=False),
    }


# -- Questions ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_question(
    viewer: Viewer,
    *,
    words: str,
    visit: UUID | None = None,
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Add a question to bring to a visit, after those there are (500 characters). `visit` is one of one's own.

    Raises Invalid beside any field, NotFound.
    """
    patient = own_record(viewer)
    last = Question.objects.about(patient).visible_to(viewer).aggregate(last=Max("priority"))["last"]
    question = Question(
        patient_id=patient,
        author_id=viewer.user,
        words=clean_text(words, "words", WORDS_MOST),
        priority=(last or 0) + 1,
        encounter_id=_own_visit(viewer, visit),
        status=Asked.OPEN,
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
    )
    return created(viewer, question, named)


@transaction.atomic
def edit_question(viewer: Viewer, question: UUID, *, words: str, visit: UUID | None, expected: int) -> int:
    """Change the words of a question of one's own, and which visit it is for. Returns the version it has then.

    Only its words make a new one: who sees the question may know nothing of that visit, and sees nothing move.
    """
    found = own_at(viewer, Question, question, expected)
    cleaned = clean_text(words, "words", WORDS_MOST)
    if visit != found.encounter_id:
        change(found, encounter_id=_own_visit(viewer, visit))
        if cleaned == found.words:
            record_act(viewer, "revise", found.patient_id, category=found.category, records=[(found.id, found.version)])
    return keep(viewer, found, words=cleaned)


@transaction.atomic
def answer_question(viewer: Viewer, question: UUID, *, answer: str, expected: int) -> int:
    """Write down the answer (4,000 characters); an empty one opens the question again. Returns the new version."""
    found = own_at(viewer, Question, question, expected)
    text = clean_text(answer, "answer", TEXT_MOST, required=False)
    return keep(viewer, found, answer=text, status=Asked.ANSWERED if text else Asked.OPEN)


@transaction.atomic
def move_question(viewer: Viewer, question: UUID, *, up: bool) -> None:
    """Put an open question one place earlier or later in one's own order; at the end it stays. No new version."""
    found, order = _ordered(viewer, question)
    at = next(number for number, row in enumerate(order) if row.id == found.id)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        other = order[to]
        change(found, priority=other.priority)
        change(other, priority=found.priority)
        record_act(viewer, "move", found.patient_id, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def put_question_first(viewer: Viewer, question: UUID) -> None:
    """Put an open question before all others in one's own order. No new version."""
    found, order = _ordered(viewer, question)
    if order[0].id != found.id:
        change(found, priority=order[0].priority - 1)
        record_act(viewer, "move", found.patient_id, category=found.category, records=[(found.id, found.version)])


def _ordered(viewer: Viewer, question: UUID) -> tuple[Question, list[Question]]:
    """An open question of one's own, and all of them in their order, held against a second move; raises NotFound."""
    patient = own_record(viewer)
    Patient.objects.select_for_update(no_key=True).get(pk=patient)  # two moves at once would swap with one neighbour
    found = _own(viewer, Question, question)
    rows = Question.objects.about(patient).visible_to(viewer).filter(status=Asked.OPEN, withdrawn_at=None)
    order = list(rows.order_by("priority", "id"))
    if found.id not in {row.id for row in order}:
        raise NotFound
    return found, order


def withdraw_question(viewer: Viewer, question: UUID) -> None:
    """Withdraw a question."""
    withdraw(viewer, Question, question)


def _own_visit(viewer: Viewer, visit: UUID | None) -> UUID | None:
    """A visit of one's own that a question may be for; raises NotFound."""
    return _own(viewer, Encounter, visit).id if visit else None


# -- Plans -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_plan(
    viewer: Viewer,
    *,
    practitioner: UUID,
    weeks: int,
    measures: Sequence[str] = (Measure.PHQ9,),
    better: str = "",
    review: str | None = None,
    labels: Collection[str] = (),
) -> UUID:
    """Agree how progress is checked with somebody on the team (her `user`); she alone is named to see it.

    Every 1 to 12 weeks; what counts as better in 500 characters; `review` is a partial date.
    Raises Invalid beside any field (also when there is a plan with this person already), NotFound.
    """
    patient = own_record(viewer)
    member = _member(viewer, practitioner)
    Patient.objects.select_for_update(no_key=True).get(pk=patient)
    live = TrackingPlan.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None, status=ACTIVE)
    if live.filter(practitioner_id=practitioner).exists():
        raise Invalid(practitioner="You have a plan with this person already. You can change that one.")
    plan = TrackingPlan(
        patient_id=patient,
        author_id=viewer.user,
        practitioner_id=practitioner,
        status=ACTIVE,
        audience=Audience.NAMED,
        labels=clean_labels(labels),
        **_plan(weeks, measures, better, review),
    )
    return created(viewer, plan, [member])


@transaction.atomic
def edit_plan(
    viewer: Viewer,
    plan: UUID,
    *,
    weeks: int,
    measures: Sequence[str],
    better: str,
    review: str | None,
    expected: int,
) -> int:
    """Change a plan of one's own. Returns the new version. Raises Invalid beside any field, NotFound, Conflict."""
    return keep(viewer, own_at(viewer, TrackingPlan, plan, expected), **_plan(weeks, measures, better, review))


def withdraw_plan(viewer: Viewer, plan: UUID) -> None:
    """Withdraw a plan."""
    withdraw(viewer, TrackingPlan, plan)


def _plan(weeks: int, measures: Sequence[str], better: str, review: str | None) -> dict[str, Any]:
    if not 1 <= weeks <= WEEKS_MOST:
        raise Invalid(weeks=f"Choose 1 to {WEEKS_MOST} weeks.")
    if not measures or not set(measures) <= set(Measure.values):
        raise Invalid(measures="Choose at least one of these.")
    day = clean_date(review, "review")
    return {
        "weeks": weeks,
        "measures": [code for code in Measure.values if code in measures],
        "better": clean_text(better, "better", WORDS_MOST, required=False),
        "review": day.text if day else "",
    }


# -- All of them -------------------------------------------------------------------------------------------------------
def own_record(viewer: Viewer) -> UUID:
    """The viewer's own record; raises NotFound for one who keeps none."""
    if viewer.patient is None:
        raise NotFound
    return viewer.patient


def _own(viewer: Viewer, model: type[R], record: UUID) -> R:
    """One of her own that is not withdrawn, whatever its version; raises NotFound."""
    found = one_visible(model, viewer, record)
    if found.patient_id != viewer.patient or found.is_draft or found.withdrawn_at:
        raise NotFound
    return found


def _member(viewer: Viewer, user: UUID) -> UUID:
    """The membership of somebody on the viewer's own team, by her account; raises Invalid."""
    for member in sharing.sight(viewer, own_record(viewer)).members:
        if member.user == user:
            return member.id
    raise Invalid(practitioner="Choose somebody on your team.")
