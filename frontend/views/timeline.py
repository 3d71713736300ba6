"""The timeline: one axis for scores, treatments and events, the same page for the patient and each clinician."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from careteam.exchange.timeline import rows
from careteam.summaries import queries
from careteam.summaries.timeline import timeline
from careteam.summaries.timeline_pictures import Span
from frontend.views.doors import Request, clinician_page, page, patient_page


@patient_page
def own_timeline(request: Request) -> HttpResponse:
    """The patient's own."""
    return page(request, "frontend/timeline.html", _shown(request, request.viewer.user))


@clinician_page
def chart_timeline(request: Request, patient: UUID) -> HttpResponse:
    """What a clinician may see of it."""
    who = queries.identity(request.viewer, patient)
    return page(request, "frontend/chart_timeline.html", {"who": who, **_shown(request, patient)})


def _shown(request: Request, patient: UUID) -> dict[str, Any]:
    wanted = request.GET.get("range", "")
    span = Span(wanted) if wanted in list(Span) else Span.TWO_YEARS
    picture = timeline(request.viewer, patient, span)
    return {"picture": picture, "rows": rows(picture), "span": span, "spans": list(Span)}


urls = [
    path("timeline/", own_timeline, name="timeline"),
    path("patients/<uuid:patient>/timeline/", chart_timeline, name="chart_timeline"),
]
