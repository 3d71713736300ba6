"""My plan for hard days: her own words, hers alone until she shows it; to print, and to keep on the phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path

from careteam.safety import queries, services
from careteam.safety.queries import HardDaysView
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from careteam.sharing.queries import withdrawals
from careteam.summaries import queries as summaries
from frontend.forms.hard_days import HardDaysForm
from frontend.views.doors import (
    CONFLICT,
    UNPROCESSABLE,
    Request,
    clinician_page,
    page,
    patient_page,
    recently_signed_in_for_file,
)
from frontend.views.once import once
from frontend.views.records import saved, version_seen

SHOWN_MOST = 100


@patient_page
def hard_days(request: Request) -> HttpResponse:
    """The newest plan in full, so that it is one tap away on a hard day; others below it."""
    shown = queries.plans(request.viewer, request.viewer.user, page=page_of(size=SHOWN_MOST)).items
    standing = [one for one in shown if not one.withdrawn_at]
    context = {
        "plan": standing[0] if standing else None,
        "others": standing[1:],
        "withdrawn": [one for one in shown if one.withdrawn_at],
    }
    return page(request, "frontend/hard_days.html", context)


@patient_page
def hard_days_new(request: Request) -> HttpResponse:
    """Write one down. Nobody sees it until it is shown to somebody."""
    form, problem = _form(request), False
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        try:
            made = once(request, lambda: services.write_plan(request.viewer, **form.written))
        except Invalid as refused:
            form.tell(refused)
            problem = True
        else:
            messages.success(request, saved(queries.plan(request.viewer, request.viewer.user, made).see))
            return redirect("hard_days_one", made)
    status = UNPROCESSABLE if problem else 200
    return page(request, "frontend/hard_days_form.html", {"form": form}, status=status)


@patient_page
def hard_days_one(request: Request, record: UUID) -> HttpResponse:
    """One plan, how it was before, and who opened it."""
    viewer = request.viewer
    context = {
        "plan": queries.plan(viewer, viewer.user, record),
        "versions": queries.plan_versions(viewer, viewer.user, record),
        "opened": opened_by(viewer, record),
    }
    return page(request, "frontend/hard_days_one.html", context)


@patient_page
def hard_days_edit(request: Request, record: UUID) -> HttpResponse:
    """Change anything; the earlier version stays in the history."""
    shown = _standing(request, record)
    form, now, problem = _form(request, shown), None, False
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        try:
            services.edit_plan(request.viewer, record, **form.written, expected=version_seen(request))
            messages.success(request, saved(shown.see))
            return redirect("hard_days_one", record)
        except Invalid as refused:
            form.tell(refused)
            problem = True
        except Conflict:
            now = [(one.heading or "Without a heading", one.words) for one in shown.parts]
            now += [(one.name, f"{one.phone} {one.words}".strip()) for one in shown.contacts]
    context = {"form": form, "plan": shown, "now": now}
    status = CONFLICT if now else UNPROCESSABLE if problem else 200
    return page(request, "frontend/hard_days_form.html", context, status=status)


@patient_page
def hard_days_reviewed(request: Request, record: UUID) -> HttpResponse:
    """It still holds: looked over today."""
    _standing(request, record)
    if request.method == "POST":
        try:
            services.look_over(request.viewer, record, expected=version_seen(request))
            messages.success(request, "Kept: you looked it over today.")
        except Conflict:
            messages.info(request, "It was changed meanwhile. Please look at it again.")
    return redirect("hard_days_one", record)


@patient_page
def hard_days_withdraw(request: Request, record: UUID) -> HttpResponse:
    """Withdraw one, after one question."""
    shown = _standing(request, record)
    if request.method == "POST":
        services.withdraw_plan(request.viewer, record)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("hard_days")
    context = {"plan": shown, "opened": opened_by(request.viewer, record)}
    return page(request, "frontend/hard_days_withdraw.html", context)


@patient_page
@recently_signed_in_for_file
def hard_days_file(request: Request, record: UUID) -> HttpResponse:
    """The plan as one file that opens without a connection; whoever opens the phone can read it."""
    shown = _standing(request, record)
    text = render_to_string("frontend/hard_days_file.html", {"plan": shown, "name": request.viewer.name})
    return HttpResponse(text, headers={"Content-Disposition": 'attachment; filename="my-plan.html"'})


@clinician_page
def chart_hard_days(request: Request, patient: UUID) -> HttpResponse:
    """What she shows of her plans to this clinician."""
    viewer = request.viewer
    context: dict[str, Any] = {
        "who": summaries.identity(viewer, patient),
        "plans": queries.plans(viewer, patient, page=page_of(size=SHOWN_MOST)).items,
        "stubs": withdrawals(viewer, patient, "hard-days"),
    }
    return page(request, "frontend/chart_hard_days.html", context)


def _form(request: Request, shown: HardDaysView | None = None) -> HardDaysForm:
    given = request.POST if request.method == "POST" else None
    return HardDaysForm(given, plan=shown, more="more" in request.POST)


def _standing(request: Request, record: UUID) -> HardDaysView:
    shown = queries.plan(request.viewer, request.viewer.user, record)
    if shown.withdrawn_at:
        raise NotFound
    return shown


urls = [
    path("hard-days/", hard_days, name="hard_days"),
    path("hard-days/new/", hard_days_new, name="hard_days_new"),
    path("hard-days/<uuid:record>/", hard_days_one, name="hard_days_one"),
    path("hard-days/<uuid:record>/edit/", hard_days_edit, name="hard_days_edit"),
    path("hard-days/<uuid:record>/reviewed/", hard_days_reviewed, name="hard_days_reviewed"),
    path("hard-days/<uuid:record>/withdraw/", hard_days_withdraw, name="hard_days_withdraw"),
    path("hard-days/<uuid:record>/file/", hard_days_file, name="hard_days_file"),
    path("patients/<uuid:patient>/hard-days/", chart_hard_days, name="chart_hard_days"),
]
