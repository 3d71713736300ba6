"""Reading visits, questions, plans and calls: lists newest first, and what a caseload asks of many people at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Now

from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordLine, Sight, cursor_of, line
from careteam.sharing.queries import must_be_open, withdrawals
from careteam.sharing.records import ALL, FIRST, Page, Record, Records, disclosed, one_visible, versions
from careteam.visits.codes import ACTIVE, Asked, Mode, Status
from careteam.visits.drawing import calls_of, plans_of, questions_of, visits_of
from careteam.visits.models import CallDone, CommunicationRequest, Encounter, Question, TrackingPlan
from careteam.visits.moments import USUAL_MINUTES, is_over
from careteam.visits.pictures import (
    CallView,
    ComingVisit,
    Earlier,
    OpenCall,
    PlannedForm,
    PlanView,
    QuestionView,
    VisitStub,
    VisitView,
    earlier_facts,
    often_words,
    visit_words,
)

MODELS: tuple[type[Record], ...] = (Encounter, Question, TrackingPlan, CommunicationRequest)
A_DAY = timedelta(days=1)
TOP = 3
SHOWN = Page(100)
WHAT = {"visit": "visit", "question": "question", "plan": "plan", "call": "request for a call"}


# -- Lists and single ones, as every room has them ---------------------------------------------------------------------
def visits(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[VisitView]:
    """Visits, the latest start first, whatever became of them."""
    must_be_open(viewer, patient)
    rows = _some(Encounter, patient).between(viewer, since, until).select_related("practitioner")
    shown = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(visits_of(viewer, shown, patient, sight), cursor_of(shown))


def visit(viewer: Viewer, patient: UUID, visit: UUID, *, purpose: Purpose = Purpose.READ) -> VisitView:
    """One visit; raises NotFound."""
    return visits_of(viewer, _one(viewer, patient, Encounter, visit, purpose), patient, None)[0]


def questions(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[QuestionView]:
    """Questions, newest first, open and answered."""
    must_be_open(viewer, patient)
    shown = _some(Question, patient).between(viewer, since, until).disclose_to(viewer, purpose=purpose, page=page)
    return Paged(questions_of(viewer, shown, patient, sight, purpose), cursor_of(shown))


def question(viewer: Viewer, patient: UUID, question: UUID, *, purpose: Purpose = Purpose.READ) -> QuestionView:
    """One question; raises NotFound."""
    return questions_of(viewer, _one(viewer, patient, Question, question, purpose), patient, None, purpose)[0]


def plans(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[PlanView]:
    """Plans of how progress is checked, newest first."""
    must_be_open(viewer, patient)
    rows = _some(TrackingPlan, patient).between(viewer, since, until).select_related("practitioner")
    shown = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(plans_of(viewer, shown, patient, sight), cursor_of(shown))


def plan(viewer: Viewer, patient: UUID, plan: UUID, *, purpose: Purpose = Purpose.READ) -> PlanView:
    """One plan; raises NotFound."""
    return plans_of(viewer, _one(viewer, patient, TrackingPlan, plan, purpose), patient, None)[0]


def calls(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[CallView]:
    """Calls that were asked for, newest first, open and done."""
    must_be_open(viewer, patient)
    rows = _some(CommunicationRequest, patient).between(viewer, since, until)
    shown = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(calls_of(viewer, shown, patient, sight, purpose), cursor_of(shown))


def call(viewer: Viewer, patient: UUID, call: UUID, *, purpose: Purpose = Purpose.READ) -> CallView:
    """One call; raises NotFound."""
    return calls_of(viewer, _one(viewer, patient, CommunicationRequest, call, purpose), patient, None, purpose)[0]


def earlier(viewer: Viewer, patient: UUID, kind: str, record: UUID) -> tuple[Earlier, ...]:
    """How one of these was before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(next(model for model in MODELS if model.kind == kind), viewer, record, lock=False)
    return tuple(
        Earlier(
            old.version,
            viewer.local(old.until),
            old.changed_by.name,
            earlier_facts(kind, old.content, viewer.zone),
        )
        for old in versions(viewer, record)
    )


def visit_stubs(viewer: Viewer, patient: UUID) -> tuple[VisitStub, ...]:
    """What this viewer had opened of this room, withdrawn since, and would still be allowed; newest first."""
    stubs = [
        VisitStub(stub.id, stub.withdrawn_at, WHAT[model.kind])
        for model in MODELS
        for stub in withdrawals(viewer, patient, model.kind)
    ]
    return tuple(sorted(stubs, key=lambda stub: stub.withdrawn_at, reverse=True))


# -- What stands on the overview and in a visit summary ----------------------------------------------------------------
def next_visit(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> VisitView | None:
    """The next planned visit, or the one that is under way."""
    must_be_open(viewer, patient)
    rows = _to_come(viewer, [patient]).select_related("practitioner", "author").order_by("effective_at", "id")
    found = list(rows[:1])
    disclosed(found, viewer, purpose)
    return visits_of(viewer, found, patient, sight)[0] if found else None


def visit_to_decide(viewer: Viewer, *, sight: Sight | None = None) -> VisitView | None:
    """The patient's newest visit that is over and still planned: what was decided is asked once, about this one."""
    if viewer.patient is None:
        raise NotFound
    now = database_now()
    rows = _some(Encounter, viewer.patient).visible_to(viewer).filter(status=Status.PLANNED, withdrawn_at=None)
    rows = rows.filter(effective_at__lte=now).select_related("practitioner", "author")
    found = [row for row in rows.order_by("-effective_at", "-id")[:TOP] if is_over(row.effective_at, row.minutes, now)]
    return visits_of(viewer, found[:1], viewer.patient, sight)[0] if found else None


def last_visit(viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ) -> VisitView | None:
    """The last visit that took place, or was planned and has passed: a clinician's own first, else the newest.

    Made from what this viewer may see.
    """
    must_be_open(viewer, patient)
    rows = _some(Encounter, patient).visible_to(viewer).filter(withdrawn_at=None, effective_at__lte=database_now())
    hers = Case(When(practitioner_id=viewer.user, then=Value(0)), default=Value(1))
    rows = rows.exclude(status=Status.CANCELLED).select_related("practitioner", "author")
    found = list(rows.order_by(hers, "-effective_at", "-id")[:1])
    disclosed(found, viewer, purpose)
    return visits_of(viewer, found, patient, None)[0] if found else None


def decided(
    viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ
) -> tuple[VisitView, ...]:
    """Visits from `since` to `until`, in the viewer's days, whose decisions are written down, the newest first."""
    must_be_open(viewer, patient)
    rows = _with(_some(Encounter, patient).between(viewer, since, until).filter(withdrawn_at=None))
    shown = rows.exclude(decisions="").disclose_to(viewer, purpose=purpose, page=ALL)
    return visits_of(viewer, shown, patient, None)


def open_questions(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    most: int = TOP,
    sight: Sight | None = None,
) -> tuple[QuestionView, ...]:
    """Open questions in the patient's own order, the first three unless said otherwise."""
    must_be_open(viewer, patient)
    rows = _some(Question, patient).visible_to(viewer).filter(status=Asked.OPEN, withdrawn_at=None)
    found = list(rows.select_related("author").order_by("priority", "id")[:most])
    disclosed(found, viewer, purpose)
    return questions_of(viewer, found, patient, sight, purpose)


def live_plans(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> tuple[PlanView, ...]:
    """The plans that stand, the newest first."""
    must_be_open(viewer, patient)
    rows = _some(TrackingPlan, patient).filter(status=ACTIVE, withdrawn_at=None).select_related("practitioner")
    return plans_of(viewer, rows.disclose_to(viewer, purpose=purpose, page=SHOWN), patient, sight)


def open_calls(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> tuple[CallView, ...]:
    """Calls asked for and not yet seen to, newest first."""
    must_be_open(viewer, patient)
    rows = _open(CommunicationRequest.objects.about(patient)).disclose_to(viewer, purpose=purpose, page=SHOWN)
    return calls_of(viewer, rows, patient, sight, purpose)


# -- Many people at once -----------------------------------------------------------------------------------------------
def next_visits_for(
    viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD
) -> dict[UUID, ComingVisit]:
    """The next visit of each of these patients, or the one under way: with the viewer herself if there is one.

    As far as she may know; two statements (the second is the log), however many they are.
    """
    hers = Case(When(practitioner_id=viewer.user, then=Value(0)), default=Value(1))
    rows = _to_come(viewer, patients).select_related("practitioner")
    found = list(rows.order_by("patient_id", hers, "effective_at", "id").distinct("patient_id"))
    disclosed(found, viewer, purpose)
    return {
        row.patient_id: ComingVisit(
            row.id,
            viewer.local(row.effective_at),
            row.mode,
            str(Mode(row.mode).label) if row.mode else "",
            row.with_name,
            row.practitioner_id == viewer.user,
        )
        for row in found
    }


def open_calls_for(
    viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD
) -> dict[UUID, OpenCall]:
    """The newest open call of each of these patients that this viewer sees: one statement, and one for the log."""
    rows = _open(CommunicationRequest.objects.filter(patient_id__among=patients)).visible_to(viewer)
    found: dict[UUID, Any] = {}
    for row in rows.order_by("-effective_at", "-id"):
        found.setdefault(row.patient_id, row)
    disclosed(list(found.values()), viewer, purpose)
    return {patient: OpenCall(row.id, viewer.local(row.effective_at), row.words) for patient, row in found.items()}


def planned_forms(viewer: Viewer, patients: Collection[UUID]) -> tuple[PlannedForm, ...]:
    """The plans of these patients that this viewer may see, in one statement. Who shows one of them discloses it."""
    rows = TrackingPlan.objects.filter(patient_id__among=patients, status=ACTIVE, withdrawn_at=None).visible_to(viewer)
    found = rows.select_related("practitioner", "patient__user").order_by("patient_id", "weeks", "id")
    return tuple(
        PlannedForm(
            row.id,
            row.version,
            row.patient_id,
            row.practitioner.name,
            tuple(row.measures),
            _day(row.effective_at, row.patient.user.zone),
            row.weeks,
            row.patient.user.zone,
        )
        for row in found
    )


# -- What every room gives to the summaries ----------------------------------------------------------------------------
def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of what was written or changed from `since` to `until`, in the viewer's days.

    What she may see now, in one statement for each class however many patients. Selecting discloses nothing.
    """
    found: list[tuple[UUID, UUID, int]] = []
    for model in MODELS:
        rows = model.objects.filter(patient_id__among=patients).visible_to(viewer).exclude(status__in=DRAFTS)
        rows = rows.filter(
            withdrawn_at=None,
            changed_at__gte=datetime.combine(since, time(), viewer.tz),
            changed_at__lt=datetime.combine(until + A_DAY, time(), viewer.tz),
        )
        found += rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version")
    return found


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many visits, questions, plans and calls are new or changed since then."""
    total: dict[UUID, int] = {}
    for model in MODELS:
        for patient, count in model.objects.newer(viewer, since).items():
            total[patient] = total.get(patient, 0) + count
    return total


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These in one line each, as far as the rule lets them through now."""
    found: list[RecordLine] = []
    for model in MODELS:
        shown = _with(model.objects.filter(pk__among=ids).exclude(status__in=DRAFTS)).disclose_to(
            viewer, purpose=purpose, page=ALL
        )
        found += [line(row, viewer, _said(row)) for row in shown if row.withdrawn_at is None]
    return found


def _said(row: Any) -> str:
    match row.kind:
        case "visit":
            return visit_words(row.with_name)
        case "question":
            words: str = row.words
            return words
        case "plan":
            return f"{often_words(tuple(row.measures), row.weeks)}, with {row.practitioner.name}"
    return f"Asked for a call: {row.words}" if row.words else "Asked for a call"


# -- How rows are found ------------------------------------------------------------------------------------------------
def _some(model: type[Record], patient: UUID) -> Records[Any]:
    rows: Records[Any] = model.objects.about(patient).exclude(status__in=DRAFTS)
    return rows


def _one(viewer: Viewer, patient: UUID, model: type[Record], record: UUID, purpose: Purpose) -> Sequence[Any]:
    must_be_open(viewer, patient)
    found = _with(_some(model, patient).filter(pk=record)).disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return found


def _with(rows: Records[Any]) -> Records[Any]:
    """With whom, where there is a person."""
    return rows.select_related("practitioner") if hasattr(rows.model, "practitioner") else rows


def _to_come(viewer: Viewer, patients: Collection[UUID]) -> Records[Any]:
    """Planned visits that are not over by the database's clock (see `moments.is_over`)."""
    rows: Records[Any] = Encounter.objects.filter(patient_id__among=patients).visible_to(viewer)
    minutes = Coalesce(F("minutes"), Value(USUAL_MINUTES)) * Value(timedelta(minutes=1))
    length = ExpressionWrapper(minutes, output_field=DurationField())
    ends = ExpressionWrapper(F("effective_at") + length, output_field=DateTimeField())
    planned: Records[Any] = rows.filter(status=Status.PLANNED, withdrawn_at=None).annotate(ends=ends)
    return planned.filter(ends__gt=Now())


def _open(rows: Records[Any]) -> Records[Any]:
    done = CallDone.unscoped("whether a call was seen to").filter(about_id=OuterRef("pk"), withdrawn_at=None)
    return rows.filter(~Q(Exists(done)), status=ACTIVE, withdrawn_at=None)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
