"""The patient's visits: the next one, what was decided, questions to bring, plans, and asking for a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from careteam.accounts.viewer import Viewer
from careteam.exchange import ics
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import RecordView, page_of
from careteam.sharing.preview import opened_by
from careteam.summaries.reminders import reminders
from careteam.visits import calls, queries, services
from careteam.visits.pictures import VisitView
from careteam.visits.queries import SHOWN
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.visits import (
    AnswerForm,
    CallForm,
    DecidedForm,
    PlanEditForm,
    PlanForm,
    QuestionForm,
    QuestionWordsForm,
    VisitForm,
    VisitWordsForm,
)
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, page, patient_page
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen


@dataclass(frozen=True, slots=True)
class Own:
    """How one kind of this room is read, withdrawn, and called."""

    read: Callable[..., Any]
    withdraw: Callable[[Viewer, UUID], None]
    what: str


OWN = {
    "visit": Own(queries.visit, services.withdraw_visit, "this visit"),
    "question": Own(queries.question, services.withdraw_question, "this question"),
    "plan": Own(queries.plan, services.withdraw_plan, "this plan"),
    "call": Own(queries.call, calls.withdraw_call, "this request"),
}


@patient_page
def visits(request: Request) -> HttpResponse:
    """What lies ahead, what to ask, how progress is checked, and what was decided before."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.visits(viewer, viewer.user, page=page_of(cursor, 100))
    ahead = [one for one in shown.items if one.status == "planned" and not one.over and not one.withdrawn_at]
    context: dict[str, Any] = {
        "shown": shown,
        "ahead": ahead[::-1],
        "before": [one for one in shown.items if one not in ahead],
        "first": not cursor,
    }
    if not cursor:
        asked = queries.questions(viewer, viewer.user, page=SHOWN).items
        context |= {
            "decide": _to_decide(viewer),
            "questions": queries.open_questions(viewer, viewer.user, most=SHOWN.size),
            "answered": [one for one in asked if one.answered or one.withdrawn_at],
            "plans": queries.live_plans(viewer, viewer.user),
            "calls": queries.open_calls(viewer, viewer.user),
            "expected": [one for one in reminders(viewer) if one.with_name],
        }
    return page(request, "frontend/visits.html", context)


def _to_decide(viewer: Viewer) -> tuple[VisitView, DecidedForm] | None:
    waiting = queries.visit_to_decide(viewer)
    return (waiting, DecidedForm(auto_id="decided_%s")) if waiting else None


# -- A visit -----------------------------------------------------------------------------------------------------------
@patient_page
def visit_new(request: Request) -> HttpResponse:
    """Write down a visit: one to come, or one that was."""
    viewer = request.viewer
    form = VisitForm(viewer, request.POST or None, initial=chosen_of("category", (), ()))
    hesitation: list[str] = []
    if request.method == "POST" and form.is_valid():
        hesitation = form.hesitation()
        if not hesitation:
            try:
                visit = once(request, lambda: services.add_visit(viewer, **form.words, **form.chosen))
            except Invalid as refused:
                form.tell(refused)
            else:
                messages.success(request, saved(queries.visit(viewer, viewer.user, visit).see))
                return redirect("visit", visit)
    status = UNPROCESSABLE if form.errors or hesitation else 200
    return page(request, "frontend/visit_new.html", {"form": form, "hesitation": hesitation}, status=status)


@patient_page
def visit(request: Request, visit: UUID) -> HttpResponse:
    """One visit. Two forms post here, `what` says which: when and with whom, or what was decided."""
    viewer = request.viewer
    shown = queries.visit(viewer, viewer.user, visit)
    words: VisitWordsForm | None = None
    decided: DecidedForm | None = None
    now = None
    if request.method == "POST" and not shown.withdrawn_at:
        try:
            if request.POST.get("what") == "decided":
                decided = DecidedForm(request.POST, auto_id="decided_%s")
                if decided.is_valid():
                    text = "" if "nothing" in request.POST else decided.cleaned_data["decisions"]
                    services.finish_visit(viewer, visit, decisions=text, expected=version_seen(request))
                    return _saved(request, "visit", visit)
            else:
                words = VisitWordsForm(request.POST, of=viewer, seen=shown)
                if words.is_valid():
                    services.edit_visit(viewer, visit, **words.words, expected=version_seen(request))
                    return _saved(request, "visit", visit)
        except Invalid as refused:
            if words:
                words.tell(refused)
            elif decided:
                tell(decided, refused)
        except Conflict:
            now = _as_words("visit", shown)
    context = {
        "visit": shown,
        "words": words or VisitWordsForm(of=viewer, seen=shown, initial=VisitWordsForm.typed(shown)),
        "decided": decided or DecidedForm(initial={"decisions": shown.decisions}, auto_id="decided_%s"),
    }
    return _page(request, "frontend/visit.html", shown, context, now, words, decided)


@patient_page
def visit_cancel(request: Request, visit: UUID) -> HttpResponse:
    """Say that a visit does not take place, after one question."""
    viewer = request.viewer
    shown = queries.visit(viewer, viewer.user, visit)
    if shown.withdrawn_at or shown.status != "planned":
        raise NotFound
    if request.method == "POST":
        services.cancel_visit(viewer, visit, expected=version_seen(request))
        messages.success(request, "Cancelled here. Nobody is told by careteam: please call if they do not know yet.")
        return redirect("visit", visit)
    return page(request, "frontend/visit_cancel.html", {"visit": shown})


@patient_page
def visit_calendar(request: Request, visit: UUID) -> HttpResponse:
    """A file for one's own calendar, with nothing in it but the time."""
    shown = queries.visit(request.viewer, request.viewer.user, visit)
    if shown.withdrawn_at:
        raise NotFound
    body = ics.appointment(
        shown.id, shown.effective_at, shown.minutes, cancelled=shown.status == "cancelled", version=shown.version
    )
    response = HttpResponse(body, content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="{ics.FILE_NAME}"'
    return response


# -- Questions ---------------------------------------------------------------------------------------------------------
@patient_page
def visit_question_new(request: Request) -> HttpResponse:
    """Write down a question for a visit."""
    viewer = request.viewer
    form = QuestionForm(viewer, request.POST or None, visits=_ahead(viewer), initial=chosen_of("category", (), ()))
    hesitation: list[str] = []
    if request.method == "POST" and form.is_valid():
        hesitation = form.hesitation()
        if not hesitation:
            try:
                question = once(request, lambda: services.add_question(viewer, **form.given, **form.chosen))
            except Invalid as refused:
                tell(form, refused)
            else:
                messages.success(request, saved(queries.question(viewer, viewer.user, question).see))
                return redirect("visits")
    status = UNPROCESSABLE if form.errors or hesitation else 200
    return page(request, "frontend/visit_question_new.html", {"form": form, "hesitation": hesitation}, status=status)


@patient_page
def visit_question(request: Request, question: UUID) -> HttpResponse:
    """One question. Two forms post here, `what` says which: its answer, or its words."""
    viewer = request.viewer
    shown = queries.question(viewer, viewer.user, question)
    words: QuestionWordsForm | None = None
    answer: AnswerForm | None = None
    now = None
    offered = _ahead(viewer)
    if shown.visit and shown.visit not in {one.id for one in offered}:
        offered.append(queries.visit(viewer, viewer.user, shown.visit))
    if request.method == "POST" and not shown.withdrawn_at:
        try:
            if request.POST.get("what") == "answer":
                answer = AnswerForm(request.POST, auto_id="answer_%s")
                if answer.is_valid():
                    text = answer.cleaned_data["answer"]
                    services.answer_question(viewer, question, answer=text, expected=version_seen(request))
                    return _saved(request, "question", question)
            else:
                words = QuestionWordsForm(request.POST, visits=offered)
                if words.is_valid():
                    services.edit_question(viewer, question, **words.given, expected=version_seen(request))
                    return _saved(request, "question", question)
        except Invalid as refused:
            if bound := words or answer:
                tell(bound, refused)
        except Conflict:
            now = _as_words("question", shown)
    context = {
        "question": shown,
        "words": words or QuestionWordsForm(visits=offered, initial={"words": shown.words, "visit": shown.visit}),
        "answer": answer or AnswerForm(initial={"answer": shown.answer}, auto_id="answer_%s"),
    }
    return _page(request, "frontend/visit_question.html", shown, context, now, words, answer)


@patient_page
def visit_question_move(request: Request, question: UUID) -> HttpResponse:
    """Put a question first, or one place up or down."""
    if request.method == "POST":
        to = request.POST.get("to")
        if to == "first":
            services.put_question_first(request.viewer, question)
        else:
            services.move_question(request.viewer, question, up=to == "up")
    return redirect(f"{reverse('visits')}#questions")


def _ahead(viewer: Viewer) -> list[VisitView]:
    """Visits that a question may be for."""
    found = queries.visits(viewer, viewer.user, page=SHOWN, since=viewer.today).items
    return [one for one in found[::-1] if one.status == "planned" and not one.withdrawn_at]


# -- Plans -------------------------------------------------------------------------------------------------------------
@patient_page
def plan_new(request: Request) -> HttpResponse:
    """Agree with somebody how progress is checked."""
    viewer = request.viewer
    form = PlanForm(viewer, request.POST or None, initial={"measures": ["phq-9"], "weeks": "2"})
    if request.method == "POST" and form.is_valid():
        try:
            user = UUID(form.cleaned_data["practitioner"])
            plan = once(request, lambda: services.add_plan(viewer, practitioner=user, **form.words))
        except Invalid as refused:
            tell(form, refused)
        else:
            return _saved(request, "plan", plan)
    return page(request, "frontend/plan_new.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


@patient_page
def plan(request: Request, plan: UUID) -> HttpResponse:
    """One plan, and how it was before."""
    viewer = request.viewer
    shown = queries.plan(viewer, viewer.user, plan)
    form, now = None, None
    if request.method == "POST" and not shown.withdrawn_at:
        form = PlanEditForm(viewer, request.POST)
        try:
            if form.is_valid():
                services.edit_plan(viewer, plan, **form.words, expected=version_seen(request))
                return _saved(request, "plan", plan)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = _as_words("plan", shown)
    context = {"plan": shown, "form": form or PlanEditForm(viewer, initial=PlanForm.typed(shown))}
    return _page(request, "frontend/plan.html", shown, context, now, form)


# -- Asking for a call -------------------------------------------------------------------------------------------------
@patient_page
def call_new(request: Request) -> HttpResponse:
    """Ask for a call. It is no promise, and the page says so before anything is sent."""
    viewer = request.viewer
    form = CallForm(viewer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call = once(request, lambda: calls.ask_for_call(viewer, **form.given))
        except Invalid as refused:
            tell(form, refused)
        else:
            return _saved(request, "call", call)
    return page(request, "frontend/call_new.html", {"form": form}, status=UNPROCESSABLE if form.errors else 200)


@patient_page
def call(request: Request, call: UUID) -> HttpResponse:
    """One request for a call."""
    shown = queries.call(request.viewer, request.viewer.user, call)
    return _page(request, "frontend/call.html", shown, {"call": shown}, None)


# -- All of them -------------------------------------------------------------------------------------------------------
def _withdraw(kind: str) -> Callable[..., HttpResponse]:
    """The page that withdraws one kind, after one question."""

    @patient_page
    def withdraw(request: Request, record: UUID) -> HttpResponse:
        viewer, own = request.viewer, OWN[kind]
        shown = own.read(viewer, viewer.user, record)
        if shown.withdrawn_at:
            raise NotFound
        if request.method == "POST":
            own.withdraw(viewer, record)
            messages.success(request, "Withdrawn. Nobody but you can see it now.")
            return redirect("visits")
        context = {
            "what": own.what,
            "said": shown.title,
            "opened": opened_by(viewer, record),
            "here_url": reverse(f"{kind}_withdraw", args=[record]),
            "back": reverse(PAGES[kind], args=[record]),
        }
        return page(request, "frontend/visits_withdraw.html", context)

    return withdraw


def _saved(request: Request, kind: str, record: UUID) -> HttpResponse:
    corrections.answered(request, record)
    shown = OWN[kind].read(request.viewer, request.viewer.user, record)
    messages.success(request, saved(shown.see))
    return redirect(PAGES[kind], record)


def _page(
    request: Request,
    template: str,
    shown: RecordView,
    context: dict[str, Any],
    now: list[tuple[str, str]] | None,
    *bound: forms.Form | None,
) -> HttpResponse:
    """One record's page with its history; a form that could not be kept is told by the status."""
    viewer = request.viewer
    more = {
        "versions": queries.earlier(viewer, viewer.user, shown.kind, shown.id),
        "opened": opened_by(viewer, shown.id),
        "now": now,
        **corrections.beside(request, shown),
    }
    wrong = any(form and form.errors for form in bound)
    status = CONFLICT if now else UNPROCESSABLE if wrong else 200
    return page(request, template, context | more, status=status)


def _as_words(kind: str, shown: Any) -> list[tuple[str, str]]:
    """What stands there now, for somebody whose words came too late."""
    match kind:
        case "visit":
            at = shown.effective_at
            facts = [
                ("When", f"{at:%A} {at.day} {at:%B} {at.year}, {at:%H:%M}"),
                ("With", shown.with_name),
                ("How", shown.mode_words),
                ("Where", shown.place),
                ("What was decided", shown.decisions),
            ]
        case "question":
            facts = [("Question", shown.words), ("Answer", shown.answer)]
        case _:
            facts = [
                ("How often", shown.often),
                ("What counts as better", shown.better),
                ("Next review", shown.review_words),
            ]
    return [(label, words) for label, words in facts if words]


PAGES = {"visit": "visit", "question": "visit_question", "plan": "plan", "call": "call"}
urls = [
    path("visits/", visits, name="visits"),
    path("visits/new/", visit_new, name="visit_new"),
    path("visits/<uuid:visit>/", visit, name="visit"),
    path("visits/<uuid:visit>/cancel/", visit_cancel, name="visit_cancel"),
    path("visits/<uuid:visit>/calendar.ics", visit_calendar, name="visit_calendar"),
    path("visits/<uuid:record>/withdraw/", _withdraw("visit"), name="visit_withdraw"),
    path("visits/questions/new/", visit_question_new, name="visit_question_new"),
    path("visits/questions/<uuid:question>/", visit_question, name="visit_question"),
    path("visits/questions/<uuid:question>/move/", visit_question_move, name="visit_question_move"),
    path("visits/questions/<uuid:record>/withdraw/", _withdraw("question"), name="question_withdraw"),
    path("visits/plans/new/", plan_new, name="plan_new"),
    path("visits/plans/<uuid:plan>/", plan, name="plan"),
    path("visits/plans/<uuid:record>/withdraw/", _withdraw("plan"), name="plan_withdraw"),
    path("visits/call/", call_new, name="call_new"),
    path("visits/calls/<uuid:call>/", call, name="call"),
    path("visits/calls/<uuid:record>/withdraw/", _withdraw("call"), name="call_withdraw"),
]
