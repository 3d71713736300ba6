"""Marking answers to question 9 as seen: one button for what the page shows, each with the version it shows."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.measures.acknowledging import acknowledge_all
from careteam.measures.seen import SHOWN_MOST
from careteam.sharing.errors import Conflict, Invalid, NotFound
from frontend.views.doors import Request, clinician_page


@clinician_page
def measure_seen(request: Request, patient: UUID) -> HttpResponse:
    """Say that one has seen these answers. It hides none of them."""
    if request.method == "POST":
        shown = _shown(request.POST.getlist("seen"))
        try:
            acknowledge_all(request.viewer, patient, shown)
            messages.success(request, "Marked as seen. The patient can read that, with your name and the time.")
        except (Invalid, Conflict):
            messages.info(request, "This form was changed meanwhile. Please look at it again.")
    return redirect("chart", patient)


def _shown(given: list[str]) -> dict[UUID, int]:
    """`id.version` of each; raises NotFound for anything else."""
    found: dict[UUID, int] = {}
    for one in given[:SHOWN_MOST]:
        response, _, version = one.partition(".")
        if not (version.isascii() and version.isdigit() and len(version) < 10):  # noqa: PLR2004 - fits a column
            raise NotFound
        try:
            found[UUID(response)] = int(version)
        except ValueError:
            raise NotFound from None
    if not found:
        raise NotFound
    return found


urls = [path("patients/<uuid:patient>/measures/seen/", measure_seen, name="measure_seen")]
