"""How rows that were just disclosed become pictures: a constant number of statements however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.sharing.partial import partial
from careteam.sharing.pictures import Sight, head
from careteam.sharing.queries import context
from careteam.sharing.records import disclosed
from careteam.visits.codes import Asked, Mode, Status
from careteam.visits.models import CallDone, Encounter
from careteam.visits.moments import clock_of, countdown, is_over
from careteam.visits.pictures import CallView, PlanView, QuestionView, VisitView, often_words, visit_words


def visits_of(viewer: Viewer, rows: Sequence[Any], patient: UUID, sight: Sight | None) -> tuple[VisitView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    now = database_now()
    found = []
    for row in rows:
        over = is_over(row.effective_at, row.minutes, now)
        planned = row.status == Status.PLANNED and row.withdrawn_at is None
        found.append(
            VisitView(
                **head(row, viewer, shared),
                minutes=row.minutes,
                practitioner=row.practitioner_id,
                with_name=row.with_name,
                with_you=row.practitioner_id == viewer.user,
                mode=row.mode,
                mode_words=str(Mode(row.mode).label) if row.mode else "",
                place=row.place,
                decisions=row.decisions,
                status_words=str(Status(row.status).label),
                countdown=countdown(viewer.local(row.effective_at), viewer.local(now)) if planned else "",
                over=over,
                to_decide=planned and over,
                clock_of=clock_of(viewer.zone),
            )
        )
    return tuple(found)


def questions_of(
    viewer: Viewer, rows: Sequence[Any], patient: UUID, sight: Sight | None, purpose: Purpose
) -> tuple[QuestionView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    wanted = {row.encounter_id for row in rows if row.encounter_id}
    about = Encounter.objects.filter(pk__among=wanted, withdrawn_at=None).visible_to(viewer)
    known = {one.id: one for one in about.select_related("practitioner")}
    disclosed(list(known.values()), viewer, purpose)  # a question names its visit
    hers = viewer.patient == patient
    return tuple(
        QuestionView(
            **head(row, viewer, shared),
            words=row.words,
            answer=row.answer,
            answered=row.status == Asked.ANSWERED,
            priority=row.priority if hers else None,
            visit=row.encounter_id if row.encounter_id in known else None,
            visit_words=_for_visit(known.get(row.encounter_id), viewer),
        )
        for row in rows
    )


def _for_visit(visit: Any, viewer: Viewer) -> str:
    if visit is None:
        return ""
    at = viewer.local(visit.effective_at)
    return f"{visit_words(visit.with_name)}, {at.day} {at:%B}"


def plans_of(viewer: Viewer, rows: Sequence[Any], patient: UUID, sight: Sight | None) -> tuple[PlanView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    found = []
    for row in rows:
        day = partial(row.review)
        found.append(
            PlanView(
                **head(row, viewer, shared),
                practitioner=row.practitioner_id,
                with_name=row.practitioner.name,
                with_you=row.practitioner_id == viewer.user,
                measures=tuple(row.measures),
                weeks=row.weeks,
                often=often_words(tuple(row.measures), row.weeks),
                better=row.better,
                review=row.review or None,
                review_words=day.words if day else "",
            )
        )
    return tuple(found)


def calls_of(
    viewer: Viewer, rows: Sequence[Any], patient: UUID, sight: Sight | None, purpose: Purpose
) -> tuple[CallView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    below = CallDone.below(viewer, [row.id for row in rows], purpose=purpose)
    done = {row.about_id: row for row in reversed(below)}
    return tuple(
        CallView(
            **head(row, viewer, shared),
            words=row.words,
            open=row.id not in done and row.withdrawn_at is None,
            done_at=viewer.local(done[row.id].recorded_at) if row.id in done else None,
            done_by=done[row.id].author.name if row.id in done else "",
        )
        for row in rows
    )
