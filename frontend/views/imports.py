"""What a file brought: each entry waits here, hers alone, until she takes it or leaves it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.goals import queries as goals
from careteam.goals import services as goal_services
from careteam.sharing.errors import NotFound
from careteam.treatments import queries as treatments
from careteam.treatments import services as treatment_services
from frontend.views.doors import Request, page, patient_page

ANSWERS = {
    ("treatments", "accept"): treatment_services.accept_medicine,
    ("treatments", "decline"): treatment_services.decline_medicine,
    ("goals", "accept"): goal_services.accept_goal,
    ("goals", "decline"): goal_services.decline_goal,
}


@patient_page
def imports(request: Request) -> HttpResponse:
    """Everything that waits."""
    context = {"medicines": treatments.pending_medicines(request.viewer), "goals": goals.pending_goals(request.viewer)}
    return page(request, "frontend/imports.html", context)


@patient_page
def answer(request: Request, category: str, record: UUID, answer: str) -> HttpResponse:
    """Keep one entry in the record, still for herself alone, or leave it out."""
    service = ANSWERS.get((category, answer))
    if request.method != "POST" or service is None:
        raise NotFound
    service(request.viewer, record)
    kept = "It is in your record now. Only you can see it until you choose otherwise."
    messages.success(request, kept if answer == "accept" else "Left out.")
    return redirect("imports")


urls = [
    path("imports/", imports, name="imports"),
    path("imports/<slug:category>/<uuid:record>/<slug:answer>/", answer, name="import_answer"),
]
