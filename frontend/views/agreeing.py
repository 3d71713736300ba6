"""Agreeing on a goal from both sides, a clinician's proposal, and the scale of a goal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.goals import agreeing, queries, services
from careteam.goals.queries import GoalView
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.summaries.queries import identity
from frontend.forms import tell
from frontend.forms.goals import PROMPTS, AnswerForm, ProposeForm, ScaleForm, as_scale
from frontend.views.chart import goals_page
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, clinician_page, page, patient_page
from frontend.views.goals import as_words, goal_page, one_of_hers
from frontend.views.once import once
from frontend.views.records import saved, version_seen

CHANGED = "The words of this goal were changed meanwhile. Please read them again; your answer is not sent yet."
SENT = {"agree": "You agreed.", "pending": "Said that you want to talk about it.", "disagree": "Said no."}


# -- The patient -------------------------------------------------------------------------------------------------------
@patient_page
def goal_answer(request: Request, goal: UUID) -> HttpResponse:
    """Say what she thinks of the words of a goal of hers that asks others, or that was proposed to her."""
    shown = _standing(request, goal)
    form = AnswerForm(request.POST)
    if request.method != "POST":
        return redirect("goal", goal)
    if _answered(request, shown, form):
        messages.success(request, f"{SENT[form.cleaned_data['answer']]} Whoever sees this goal can see it.")
        return redirect("goal", goal)
    return goal_page(request, shown, answer=form)


@patient_page
def goal_scale(request: Request, goal: UUID) -> HttpResponse:
    """Write the five levels of a goal, before anything is rated."""
    shown, now = _standing(request, goal), None
    form = ScaleForm(request.POST if request.method == "POST" else None, initial=as_scale(shown.scale))
    if form.is_bound and form.is_valid():
        try:
            services.set_scale(request.viewer, goal, **form.scale, expected=version_seen(request))
            messages.success(request, saved(shown.see))
            return redirect("goal", goal)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = as_words(shown)
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/goal_scale.html", {"goal": shown, "form": form, "now": now}, status=status)


@patient_page
def goal_level(request: Request, goal: UUID) -> HttpResponse:
    """Say which level a goal is at now, or take that back."""
    shown = _standing(request, goal)
    if request.method == "POST":
        given = request.POST.get("level", "")
        try:
            level = None if given == "" else int(given)
            services.rate_level(request.viewer, goal, level=level, expected=version_seen(request))
            messages.success(request, saved(shown.see))
        except (Invalid, ValueError):
            messages.info(request, "Choose one of the five levels.")
        except Conflict:
            messages.info(request, "This goal was changed meanwhile. Please look at it again.")
    return redirect("goal", goal)


# -- The clinician -----------------------------------------------------------------------------------------------------
@clinician_page
def goal_propose(request: Request, patient: UUID) -> HttpResponse:
    """Lay a goal before a patient, who takes it up, changes it, or does not."""
    who = identity(request.viewer, patient)
    form = ProposeForm(who.called, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            once(request, lambda: agreeing.propose_goal(request.viewer, patient, **_proposed(form)))
            messages.success(request, f"Proposed. {who.called} can take it up, change it, or not.")
            return redirect("chart_goals", patient)
        except Invalid as refused:
            tell(form, refused)
    status = UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/goal_propose.html", {"who": who, "form": form}, status=status)


@clinician_page
def goal_agree(request: Request, patient: UUID, goal: UUID) -> HttpResponse:
    """Say what one thinks of the words of a goal that asks one."""
    if request.method != "POST":
        return redirect("chart_goals", patient)
    shown = queries.goal(request.viewer, patient, goal)
    form = AnswerForm(request.POST)
    if _answered(request, shown, form):
        messages.success(request, f"{SENT[form.cleaned_data['answer']]} The patient sees it.")
        return redirect("chart_goals", patient)
    return goals_page(request, patient, answer=form, answering=goal)


@clinician_page
def goal_withdraw_proposal(request: Request, patient: UUID, goal: UUID) -> HttpResponse:
    """Withdraw a goal one proposed, while nobody has answered it."""
    if request.method == "POST":
        try:
            agreeing.withdraw_proposal(request.viewer, patient, goal)
            messages.success(request, "Withdrawn. The patient sees that you did.")
        except Invalid as refused:
            messages.info(request, " ".join(refused.fields.values()))
    return redirect("chart_goals", patient)


# -- What both share ---------------------------------------------------------------------------------------------------
def _answered(request: Request, shown: GoalView, form: AnswerForm) -> bool:
    """Whether the answer was kept; otherwise the form says why it was not."""
    if not form.is_valid():
        return False
    try:
        agreeing.answer_goal(request.viewer, shown.patient, shown.id, **form.cleaned_data)
    except Invalid as refused:
        tell(form, refused)
    except Conflict:
        form.add_error(None, CHANGED)
    return not form.errors


def _standing(request: Request, goal: UUID) -> GoalView:
    """A goal of hers that she has kept and not withdrawn; raises NotFound."""
    shown = one_of_hers(request, goal)
    if shown.withdrawn_at:
        raise NotFound
    return shown


def _proposed(form: ProposeForm) -> dict[str, Any]:
    given = form.cleaned_data
    kept = {name: given[name] for name in ("words", "why", "target", "labels", *PROMPTS)}
    return {**kept, "steps": form.steps_after()}


urls = [
    path("goals/<uuid:goal>/answer/", goal_answer, name="goal_answer"),
    path("goals/<uuid:goal>/scale/", goal_scale, name="goal_scale"),
    path("goals/<uuid:goal>/level/", goal_level, name="goal_level"),
    path("patients/<uuid:patient>/goals/propose/", goal_propose, name="goal_propose"),
    path("patients/<uuid:patient>/goals/<uuid:goal>/answer/", goal_agree, name="goal_agree"),
    path(
        "patients/<uuid:patient>/goals/<uuid:goal>/withdraw-proposal/",
        goal_withdraw_proposal,
        name="goal_withdraw_proposal",
    ),
]
