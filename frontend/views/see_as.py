"""See as: the patient looks at her record through one clinician's eyes: the real pages, and no trace of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, ResolverMatch, get_script_prefix, path, resolve, reverse, set_script_prefix

from careteam.accounts.viewer import Viewer
from careteam.sharing import queries
from careteam.sharing.errors import NotFound
from frontend.views.doors import READING, Request, page, patient_page

# The pages of a clinician that show something. Whatever else she could press answers that nothing happens here.
SHOWN = {
    "caseload",
    "chart",
    "chart_check_ins",
    "chart_conditions",
    "chart_goals",
    "chart_hard_days",
    "chart_levels",
    "chart_measure",
    "chart_measures",
    "chart_medicines",
    "chart_note",
    "chart_notes",
    "chart_procedures",
    "chart_summary",
    "chart_summary_pdf",
    "chart_timeline",
    "chart_tried",
    "chart_visits",
    "digest",
    "digests",
}
NOT_ALLOWED = 405


@dataclass(frozen=True, slots=True)
class Eyes:
    """Through whose eyes a page is seen, and the way back."""

    name: str
    back: str


@patient_page
def see_as(request: Request, member: UUID, rest: str = "") -> HttpResponse:
    """One page as this member of the team sees it now: her views and templates, read alone, with a band on top."""
    viewer = request.viewer
    reader = queries.reader(viewer, member)
    if not rest:
        return redirect(reverse("see_as", args=[member]) + reverse("chart", args=[viewer.user]).lstrip("/"))
    try:
        match = resolve(f"/{rest}")
    except Resolver404:
        raise NotFound from None
    if getattr(match.func, "door", None) == "public":
        return redirect(f"/{rest}")  # help and rights are the same for everybody, and help must work from here too
    if match.kwargs.get("patient", viewer.user) != viewer.user:
        raise NotFound
    eyes = Eyes(reader.name, reverse("sharing"))
    with through(request, reader, match, eyes, reverse("see_as", args=[member])):
        if match.view_name in SHOWN and request.method in READING:
            shown: HttpResponse = match.func(request, *match.args, **match.kwargs)
            return shown
        status = 200 if request.method in READING else NOT_ALLOWED
        return page(request, "frontend/see_as_looking.html", {"patient_id": viewer.user}, status=status)


@contextmanager
def through(request: Request, reader: Viewer, match: ResolverMatch, eyes: Eyes, prefix: str) -> Iterator[None]:
    """The request as that person's own, every address on the page below `prefix`; afterwards as it was."""
    before, prefix_before = (request.viewer, request.resolver_match), get_script_prefix()
    request.viewer, request.resolver_match = reader, match
    request.eyes = eyes  # type: ignore[attr-defined] # read by the context processor
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(prefix_before)
        request.viewer, request.resolver_match = before


urls = [
    path("see-as/<uuid:member>/", see_as, name="see_as"),
    path("see-as/<uuid:member>/<path:rest>", see_as, name="see_as_page"),
]
