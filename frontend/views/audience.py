"""Who sees this one record: audience, named people and sensitive topics, the same page for every room."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from careteam.checkins.pictures import CheckInView, EventView
from careteam.checkins.queries import check_in, event
from careteam.conditions.queries import ConditionView, condition
from careteam.goals.queries import GoalView, goal
from careteam.measures.pictures import MeasureView
from careteam.measures.queries import measure
from careteam.notes.queries import NoteView, progress_note
from careteam.procedures.pictures import LevelView, ProcedureView
from careteam.procedures.queries import level, procedure
from careteam.safety.queries import HardDaysView
from careteam.safety.queries import plan as hard_days
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.pictures import RecordView, SeeLine, listed
from careteam.sharing.preview import opened_by
from careteam.sharing.services import decide_who_sees
from careteam.treatments.queries import MedicineView, medicine
from careteam.visits.pictures import CallView, PlanView, QuestionView, VisitView
from careteam.visits.queries import call, plan, question, visit
from frontend.forms import tell
from frontend.forms.audience import AudienceForm, chosen_of
from frontend.templatetags.careteam import day, moment
from frontend.views.doors import UNPROCESSABLE, Request, page, patient_page
from frontend.views.records import saved

# kind: (how the record is read, what a sentence calls it, the name of its own page)
KINDS: dict[str, tuple[Callable[..., RecordView], str, str]] = {
    "goal": (goal, "this goal", "goal"),
    "note": (progress_note, "this note", "note"),
    "clinical-note": (progress_note, "this note", "note"),
    "measure": (measure, "this questionnaire", "measure"),
    "check-in": (check_in, "this check-in", "check_in"),
    "event": (event, "this life event", "event"),
    "medicine": (medicine, "this medicine", "medicine"),
    "visit": (visit, "this visit", "visit"),
    "question": (question, "this question", "visit_question"),
    "plan": (plan, "this plan", "plan"),
    "call": (call, "this request", "call"),
    "procedure": (procedure, "this treatment", "procedure"),
    "level": (level, "this level", "level"),
    "condition": (condition, "this condition", "condition"),
    "hard-days": (hard_days, "this plan", "hard_days_one"),
}


@patient_page
def audience(request: Request, kind: str, record: UUID) -> HttpResponse:
    """Decide who sees one record. What cancels out, or hides a medicine taken now, is said once before saving."""
    viewer = request.viewer
    if kind not in KINDS:
        raise NotFound
    read, what, own_page = KINDS[kind]
    shown = read(viewer, viewer.user, record)
    if shown.kind != kind or shown.see.kind in ("draft", "withdrawn"):
        raise NotFound
    initial = chosen_of(shown.audience, shown.named, shown.labels)
    given = request.POST if request.method == "POST" else None
    form = AudienceForm(viewer, given, category=shown.category, what=what, initial=initial)
    hesitation: list[str] = []
    if form.is_bound and form.is_valid():
        hesitation = form.hesitation(takes_now=isinstance(shown, MedicineView) and shown.current)
        if not hesitation:
            try:
                decide_who_sees(viewer, kind, record, **form.chosen)
            except Invalid as refused:
                tell(form, refused)
            else:
                messages.success(request, _said(request, shown.see, read(viewer, viewer.user, record)))
                return redirect(own_page, record)
    context = {
        "form": form,
        "record": shown,
        "title": title_of(shown),
        "what": what,
        "back": reverse(own_page, args=[record]),
        "hesitation": hesitation,
        "opened": opened_by(viewer, record),
    }
    return page(request, "frontend/audience.html", context, status=UNPROCESSABLE if hesitation or form.errors else 200)


def title_of(shown: RecordView) -> str:
    """What a record is called on a page about it."""
    match shown:
        case GoalView() | EventView():
            return shown.words
        case CheckInView():
            return f"Check-in of {day(shown.day)}"
        case MedicineView() | ConditionView():
            return shown.name
        case MeasureView() | HardDaysView():
            named = shown.name if isinstance(shown, MeasureView) else "Plan for hard days"
            return f"{named} of {day(shown.effective_at)}"
        case VisitView() | QuestionView() | PlanView() | CallView() | ProcedureView() | LevelView():
            return shown.title
        case NoteView():
            return shown.title or f"Note of {day(shown.effective_at)}"
    raise NotFound


def _said(request: Request, before: SeeLine, now: RecordView) -> str:
    """What happened to it, and who of those who lost it had opened it."""
    lost = [name for name in before.names if now.see.kind != "people" or name not in now.see.names]
    opened = [found for found in opened_by(request.viewer, now.id) if found.name in lost]
    if not lost or before.kind != "people":
        return saved(now.see)
    said = [f"Hidden now from {listed(lost)}."]
    said += [f"{found.name} had opened it on {moment(found.at)}." for found in opened]
    return " ".join(said)


urls = [path("audience/<slug:kind>/<uuid:record>/", audience, name="audience")]
