"""What we tried: the same trials for the patient and for each clinician who may see them; staging for her who asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.summaries import queries
from careteam.summaries.ledger import ledger, shows_staging, staging
from careteam.summaries.services import choose_staging
from frontend.forms.clinician import StagingForm
from frontend.views.doors import UNPROCESSABLE, Request, clinician_page, page, patient_page, shows_records


@patient_page
def tried(request: Request) -> HttpResponse:
    """The patient's own."""
    return page(request, "frontend/tried.html", {"picture": ledger(request.viewer, request.viewer.user)})


@clinician_page
def chart_tried(request: Request, patient: UUID) -> HttpResponse:
    """What a clinician may see of it."""
    return _chart(request, patient)


@clinician_page
def chart_staging(request: Request, patient: UUID) -> HttpResponse:
    """The staging from what she enters; shown once and kept nowhere. Without an entry, the page."""
    if request.method != "POST":
        return redirect("chart_tried", patient)
    form = StagingForm(request.POST)
    if not form.is_valid():
        return _chart(request, patient, form=form, status=UNPROCESSABLE)
    return _chart(request, patient, form=form, entered=form.entered)


@clinician_page
def chart_staging_choice(request: Request, patient: UUID) -> HttpResponse:
    """Switch staging on or off, for all pages this clinician opens."""
    queries.identity(request.viewer, patient)  # a chart that is not open to her answers nothing here either
    if request.method == "POST":
        on = request.POST.get("staging") == "on"
        choose_staging(request.viewer, on=on)
        messages.success(request, "Staging is shown to you now." if on else "Staging is off.")
    return redirect("chart_tried", patient)


def _chart(
    request: Request,
    patient: UUID,
    *,
    form: StagingForm | None = None,
    entered: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = request.viewer
    context = {
        "who": queries.identity(viewer, patient),
        "picture": ledger(viewer, patient),
        "shows_staging": shows_staging(viewer),
        "staging": staging(viewer, patient, **(entered or {})),
        "form": form or StagingForm(),
    }
    return shows_records(page(request, "frontend/chart_tried.html", context, status=status))


urls = [
    path("treatments/tried/", tried, name="tried"),
    path("patients/<uuid:patient>/tried/", chart_tried, name="chart_tried"),
    path("patients/<uuid:patient>/tried/staging/", chart_staging, name="chart_staging"),
    path("patients/<uuid:patient>/tried/staging/choice/", chart_staging_choice, name="chart_staging_choice"),
]
