"""The visit summary, on the page and as a PDF from the same words, and the weekly summaries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path, reverse

from careteam.accounts.middleware import AfterCommit
from careteam.accounts.viewer import Viewer
from careteam.exchange.pdf import visit_summary_pdf
from careteam.exchange.visit_blocks import Block, Section, Table
from careteam.exchange.visit_words import visit_words
from careteam.sharing.errors import Invalid
from careteam.sharing.pictures import RecordLine
from careteam.summaries import digests as weekly
from careteam.summaries import queries
from careteam.summaries.pictures import VisitSummary
from frontend.forms import tell
from frontend.forms.visit import MyPeriodForm, PeriodForm
from frontend.views.doors import (
    UNPROCESSABLE,
    Request,
    clinician_page,
    page,
    patient_page,
    person_page,
    recently_signed_in_for_file,
)

Make = Callable[..., VisitSummary]
# kind: (the patient's own page, the clinician's, what it is)
PLACES = {
    "goal": ("goal", "chart_goals", "Goal"),
    "note": ("note", "chart_note", "Note"),
    "clinical-note": ("note", "chart_note", "Note"),
    "measure": ("measure", "chart_measure", "Questionnaire"),
    "check-in": ("check_in", "chart_check_ins", "Check-in"),
    "event": ("event", "chart_check_ins", "Life event"),
    "medicine": ("medicine", "chart_medicines", "Medicine"),
    "visit": ("visit", "chart_visits", "Visit"),
    "question": ("visit_question", "chart_visits", "Question"),
    "plan": ("plan", "chart_visits", "Plan"),
    "call": ("call", "chart_visits", "Asked for a call"),
    "procedure": ("procedure", "chart_procedures", "Treatment"),
    "level": ("level", "chart_levels", "Level"),
    "condition": ("condition", "chart_conditions", "Condition"),
}
# Pages of a chart that show all of a kind: the line leads to its place there.
LISTED = {
    "chart_check_ins",
    "chart_conditions",
    "chart_goals",
    "chart_levels",
    "chart_medicines",
    "chart_procedures",
    "chart_visits",
}


# -- The visit summary -------------------------------------------------------------------------------------------------
@patient_page
def summary(request: Request) -> HttpResponse:
    """The patient's own paper, or one for somebody on her team."""
    form = MyPeriodForm(request.viewer, request.GET)
    return _page(request, form, request.viewer.user, _made(form, queries.visit_summary, request.viewer.user))


@patient_page
@recently_signed_in_for_file
def summary_pdf(request: Request) -> HttpResponse:
    """The same as a file."""
    return _file(request, MyPeriodForm(request.viewer, request.GET), request.viewer.user)


@clinician_page
def chart_summary(request: Request, patient: UUID) -> HttpResponse:
    """A clinician's paper about one patient: what she may see, answer first."""
    form = PeriodForm(request.viewer, request.GET)
    return _page(request, form, patient, _made(form, queries.visit_summary, patient))


@clinician_page
@recently_signed_in_for_file
def chart_summary_pdf(request: Request, patient: UUID) -> HttpResponse:
    """The same as a file; the patient's log tells it as a download."""
    return _file(request, PeriodForm(request.viewer, request.GET), patient)


def _made(form: PeriodForm, make: Make, patient: UUID) -> VisitSummary | None:
    """The summary that the form asks for; None, with words beside the fields, when it cannot be made."""
    if form.is_valid():
        try:
            return make(form.viewer, patient, **form.chosen)
        except Invalid as refused:
            tell(form, refused)
    return None


def _page(request: Request, form: PeriodForm, patient: UUID, picture: VisitSummary | None) -> HttpResponse:
    mine = request.viewer.patient == patient
    words = visit_words(picture) if picture else None
    context: dict[str, Any] = {
        "form": form,
        "who": queries.identity(request.viewer, patient),
        "mine": mine,
        "words": words,
        "sections": [(section, _blocks(section)) for section in words.sections] if words else [],
        "here_url": reverse("summary") if mine else reverse("chart_summary", args=[patient]),
        "pdf_url": reverse("summary_pdf") if mine else reverse("chart_summary_pdf", args=[patient]),
        "recipient": picture.recipient if picture else "",
    }
    return page(request, "frontend/summary.html", context, status=200 if picture else UNPROCESSABLE)


def _blocks(section: Section) -> Sequence[tuple[str, Block, Sequence[Sequence[tuple[str, str]]]]]:
    """Each block with its kind, as the paper's template reads it too, and a table's cells each with its column."""
    return [
        (
            type(block).__name__.lower(),
            block,
            [list(zip(block.columns, row, strict=True)) for row in block.rows] if isinstance(block, Table) else (),
        )
        for block in section.blocks
    ]


def _file(request: Request, form: PeriodForm, patient: UUID) -> HttpResponse:
    picture = _made(form, queries.downloaded_summary, patient)
    if picture is None:
        return _page(request, form, patient, None)
    size = form.size
    return AfterCommit(
        lambda: visit_summary_pdf(picture, paper=size),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="visit-summary-{picture.made_at:%Y-%m-%d}.pdf"'},
    )


# -- Weekly summaries --------------------------------------------------------------------------------------------------
@person_page
def digests(request: Request) -> HttpResponse:
    """The weeks there are, newest first; none says what it holds."""
    return page(request, "frontend/digests.html", {"weeks": weekly.digests(request.viewer)})


@person_page
def digest(request: Request, digest: UUID) -> HttpResponse:
    """One week, passed through the rule anew."""
    week = weekly.digest(request.viewer, digest)
    parts = [(part, [(one, *_place(request.viewer, one.line)) for one in part.lines]) for part in week.parts]
    return page(request, "frontend/digest.html", {"week": week, "parts": parts})


def _place(viewer: Viewer, line: RecordLine) -> tuple[str, str]:
    """Where a line leads, and what it is where its words do not say so themselves (`Visit with Dr Lee`)."""
    mine, theirs, what = PLACES[line.kind]
    if line.words.startswith(what):
        what = ""
    if viewer.is_patient:
        return reverse(mine, args=[line.id]), what
    if theirs in LISTED:
        return f"{reverse(theirs, args=[line.patient])}#{line.kind}-{line.id}", what
    return reverse(theirs, args=[line.patient, line.id]), what


urls = [
    path("summary/", summary, name="summary"),
    path("summary/pdf/", summary_pdf, name="summary_pdf"),
    path("patients/<uuid:patient>/summary/", chart_summary, name="chart_summary"),
    path("patients/<uuid:patient>/summary/pdf/", chart_summary_pdf, name="chart_summary_pdf"),
    path("weekly/", digests, name="digests"),
    path("weekly/<uuid:digest>/", digest, name="digest"),
]
