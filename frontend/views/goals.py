"""The patient's goals: list, one with its steps, how it stands and how it was before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from careteam.goals import queries, services
from careteam.goals.queries import GoalView
from careteam.goals.templates import Template, template, templates
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from careteam.sharing.queries import sight
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.goals import PROMPTS, AnswerForm, AsksForm, GoalForm, GoalStandsForm
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, is_fragment, page, patient_page
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen

SHOWN = 100
OPEN = ("proposed", "planned", "accepted", "active", "on-hold")


@patient_page
def goals(request: Request) -> HttpResponse:
    """What she works toward, then what is finished or let go."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.goals(viewer, viewer.user, page=page_of(cursor, SHOWN))
    now = [goal for goal in shown.items if goal.status in OPEN and not goal.withdrawn_at]
    waiting = [goal for goal in now if goal.agreement and goal.agreement.waits_for_you]
    context = {
        "shown": shown,
        "waiting": waiting,
        "now": [goal for goal in now if goal not in waiting],
        "before": [goal for goal in shown.items if goal not in now],
        "pending": len(queries.pending_goals(viewer)),
        "first": not cursor,
    }
    return page(request, "frontend/goals.html", context)


@patient_page
def goal_new(request: Request) -> HttpResponse:
    """Set a goal, in one's own words or beginning with one of five; it counts from now on."""
    viewer = request.viewer
    begun = template(request.GET.get("template", ""))
    form = GoalForm(viewer, request.POST or None, initial=_begun(begun))
    hesitation: list[str] = []
    if request.method == "POST" and form.is_valid():
        hesitation = form.hesitation()
        if not hesitation:
            try:
                later = form.cleaned_data["later"]
                goal = once(request, lambda: services.add_goal(viewer, **_words(form), **form.chosen, later=later))
            except Invalid as refused:
                tell(form, refused)
            else:
                messages.success(request, saved(queries.goal(viewer, viewer.user, goal).see))
                return redirect("goal", goal)
    status = UNPROCESSABLE if form.errors or hesitation else 200
    context = {"form": form, "hesitation": hesitation, "begun": begun, "templates": templates()}
    return page(request, "frontend/goal_new.html", context, status=status)


def _begun(begun: Template | None) -> dict[str, Any]:
    """An empty form, or one with the words and topics of a template, every one of them hers to change."""
    if begun is None:
        return chosen_of("category", (), ())
    steps = "\n".join(step.text for step in begun.steps)
    return {"words": begun.words, "steps": steps, **chosen_of("category", (), begun.labels)}


@patient_page
def goal(request: Request, goal: UUID) -> HttpResponse:
    """One goal. Two forms post here, `what` says which: its words, or how it stands."""
    shown = one_of_hers(request, goal)
    if request.method != "POST" or shown.withdrawn_at:
        return goal_page(request, shown)
    if request.POST.get("what") == "words":
        return _words_changed(request, shown)
    return _stands(request, shown)


def _words_changed(request: Request, shown: GoalView) -> HttpResponse:
    form, now = AsksForm(request.POST), None
    _offer(request, form, shown)
    if form.is_valid():
        words = _words(form, shown)
        try:
            services.edit_goal(request.viewer, shown.id, **words, expected=version_seen(request))
            messages.success(request, saved(shown.see))
            return redirect("goal", shown.id)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = as_words(shown)
    return goal_page(request, shown, words=form, now=now)


def _stands(request: Request, shown: GoalView) -> HttpResponse:
    form, now = GoalStandsForm(request.POST, auto_id="stands_%s"), None
    if form.is_valid():
        viewer, version = request.viewer, version_seen(request)
        status, achievement = form.cleaned_data["status"], form.cleaned_data["achievement"]
        try:
            if status != shown.said or version != shown.version:
                version = services.set_status(viewer, shown.id, status=status, expected=version)
            if achievement != shown.achievement:
                services.rate(viewer, shown.id, achievement=achievement, expected=version)
            messages.success(request, saved(shown.see))
            return redirect("goal", shown.id)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = as_words(shown)
    return goal_page(request, shown, stands=form, now=now)


def goal_page(
    request: Request,
    shown: GoalView,
    *,
    words: AsksForm | None = None,
    stands: GoalStandsForm | None = None,
    answer: AnswerForm | None = None,
    now: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    """The page of one goal, with a form that could not be kept, or beside what changed meanwhile."""
    viewer = request.viewer
    if words is None:
        words = AsksForm(initial=_as_typed(shown))
        _offer(request, words, shown)
    context = {
        "goal": shown,
        "words": words,
        "answer": answer,
        "answering": shown.id,
        "stands": stands
        or GoalStandsForm(initial={"status": shown.said, "achievement": shown.achievement}, auto_id="stands_%s"),
        "versions": queries.goal_versions(viewer, viewer.user, shown.id),
        "opened": opened_by(viewer, shown.id),
        "now": now,
    }
    wrong = words.errors or (stands and stands.errors) or (answer and answer.errors)
    return page(request, "frontend/goal.html", context, status=CONFLICT if now else UNPROCESSABLE if wrong else 200)


@patient_page
def goal_step(request: Request, goal: UUID) -> HttpResponse:
    """Tick a step, or untick it; with htmx the goal is drawn anew where it stands."""
    if request.method != "POST":
        return redirect("goal", goal)
    index = request.POST.get("index", "")
    try:
        services.tick_step(
            request.viewer,
            goal,
            index=int(index) if index.isascii() and index.isdigit() else -1,
            done=request.POST.get("done") == "1",
            expected=version_seen(request),
        )
    except Invalid as refused:
        messages.error(request, " ".join(refused.fields.values()))
        return redirect("goal", goal)
    if is_fragment(request):
        shown = queries.goal(request.viewer, request.viewer.user, goal)
        on_its_page = request.htmx.current_url_abs_path == reverse("goal", args=[goal])
        context = {"goal": shown, "mine": True, "answers": on_its_page, "on_its_page": on_its_page}
        return render(request, "frontend/_goal_ticked.html", context)
    return redirect("goal", goal)


@patient_page
def goal_withdraw(request: Request, goal: UUID) -> HttpResponse:
    """Withdraw a goal, after one question."""
    shown = one_of_hers(request, goal)
    if shown.withdrawn_at:
        raise NotFound
    if request.method == "POST":
        services.withdraw_goal(request.viewer, goal)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("goals")
    return page(request, "frontend/goal_withdraw.html", {"goal": shown, "opened": opened_by(request.viewer, goal)})


def one_of_hers(request: Request, goal: UUID) -> GoalView:
    """A goal of hers; one from a file that she has not accepted yet has its place under imports."""
    shown = queries.goal(request.viewer, request.viewer.user, goal)
    if shown.see.kind == "draft":
        raise NotFound
    return shown


def _words(form: AsksForm, before: GoalView | None = None) -> dict[str, Any]:
    given = form.cleaned_data
    steps = form.steps_after(before.steps if before else ())
    prompts = {name: given[name] for name in PROMPTS}
    words = {"words": given["words"], "why": given["why"], "steps": steps, "target": given["target"], **prompts}
    return {**words, "agree_with": form.asked}


def _as_typed(shown: GoalView) -> dict[str, Any]:
    asked = [str(one.user) for one in shown.agreement.parties if not one.is_patient] if shown.agreement else []
    steps = "\n".join(step.text for step in shown.steps)
    prompts = {name: getattr(shown, name) for name in PROMPTS}
    words = {"words": shown.words, "why": shown.why, "target": shown.target, "steps": steps}
    return {**words, **prompts, "agree_with": asked}


def _offer(request: Request, form: AsksForm, shown: GoalView) -> None:
    parties = shown.agreement.parties if shown.agreement else ()
    before = [(one.user, one.name) for one in parties if not one.is_patient]
    form.offer(sight(request.viewer, request.viewer.user).members, before)


def as_words(shown: GoalView) -> list[tuple[str, str]]:
    """A goal as it is now, to stand beside a form that met another change."""
    steps = "\n".join(f"{step.text}{' (done)' if step.done else ''}" for step in shown.steps)
    facts = [
        ("What you want", shown.words),
        ("Why it matters", shown.why),
        ("Steps", steps),
        ("By when", shown.target_words),
        ("What exactly", shown.exactly),
        ("How you notice", shown.measured),
        ("Realistic this month", shown.realistic),
        ("Where it stands", shown.status_words),
        ("How it goes", shown.achievement_words),
    ]
    return [(label, words) for label, words in facts if words]


urls = [
    path("goals/", goals, name="goals"),
    path("goals/new/", goal_new, name="goal_new"),
    path("goals/<uuid:goal>/", goal, name="goal"),
    path("goals/<uuid:goal>/step/", goal_step, name="goal_step"),
    path("goals/<uuid:goal>/withdraw/", goal_withdraw, name="goal_withdraw"),
]
