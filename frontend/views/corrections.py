"""Proposed corrections: a clinician writes one from the chart; the patient reads it beside her entry and answers it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from careteam.checkins.pictures import CheckInView
from careteam.corrections.queries import ProposedView, proposed
from careteam.corrections.services import propose_correction, settle_correction, settle_those
from careteam.measures.pictures import MeasureView, item_by_item
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import RecordView
from careteam.summaries.queries import identity
from frontend.forms import tell
from frontend.forms.clinician import CorrectionForm
from frontend.views.audience import KINDS, title_of
from frontend.views.doors import UNPROCESSABLE, Request, clinician_page, page, patient_page, shows_records
from frontend.views.once import once
from frontend.views.records import version_seen

CHANGED = "This entry was changed meanwhile. Please read it again; your words are not sent yet."
# The card that says what an entry of these kinds says, as on the chart, and its name for the entry. The others are told
# in a list of answers.
CARDS = {
    "medicine": ("_medicine", "medicine"),
    "procedure": ("_entry", "entry"),
    "level": ("_entry", "entry"),
    "condition": ("_entry", "entry"),
    "visit": ("_visit", "visit"),
    "question": ("_visit_question", "question"),
}
# The ordinary form of each kind that takes one; "" where it is on the entry's own page.
FORMS = {
    "measure": "measure_correct",
    "check-in": "check_in_write",
    "event": "",
    "medicine": "medicine_edit",
    "procedure": "procedure_edit",
    "level": "level_edit",
    "condition": "condition_edit",
    "visit": "",
    "question": "",
}


# -- The clinician -----------------------------------------------------------------------------------------------------
@clinician_page
def chart_correction(request: Request, patient: UUID, kind: str, record: UUID) -> HttpResponse:
    """Say what an entry of the patient's should say. It stands beside the entry, which stays as it is."""
    viewer = request.viewer
    if kind not in FORMS:
        raise NotFound
    read, what, _ = KINDS[kind]
    who, shown = identity(viewer, patient), read(viewer, patient, record)
    form = CorrectionForm(who.called, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given: dict[str, Any] = {"text": form.cleaned_data["text"], "expected": version_seen(request)}
        try:
            once(request, lambda: propose_correction(viewer, patient, kind, record, **given))
            messages.success(request, f"Proposed. {who.called} reads it beside the entry, which stays as it is.")
            return redirect("chart_correction", patient, kind, record)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            form.add_error(None, CHANGED)
    context = {"who": who, "record": shown, "what": what, "title": title_of(shown), "form": form}
    context["corrections"] = proposed(viewer, patient, [shown])
    if kind in CARDS:
        card, name = CARDS[kind]
        context |= {"card": f"frontend/{card}.html", name: shown}
    if isinstance(shown, MeasureView):
        context["items"] = item_by_item(shown, None)
    asked = page(request, "frontend/chart_correction.html", context, status=UNPROCESSABLE if form.errors else 200)
    return shows_records(asked)


def below_all(request: Request, patient: UUID, shown: Iterable[RecordView]) -> dict[str, Any]:
    """For a chart's page: what was proposed below the entries it shows, and that more can be."""
    return {"proposes": True, "corrections": proposed(request.viewer, patient, shown)}


# -- The patient -------------------------------------------------------------------------------------------------------
def beside(request: Request, shown: RecordView) -> dict[str, Any]:
    """For a page of an entry of hers, or its form: what was proposed below it, and where she corrects it."""
    found: tuple[ProposedView, ...] = proposed(request.viewer, request.viewer.user, [shown]).get(shown.id, ())
    return {"corrections": found, "correct_at": _form_of(shown) if found else ""}


def answered(request: Request, record: UUID) -> None:
    """After an entry was saved: those that stood beside the form are answered by it."""
    try:
        settle_those(request.viewer, record, [UUID(one) for one in request.POST.getlist("answers")])
    except ValueError:
        raise NotFound from None


@patient_page
def correction_settle(request: Request, correction: UUID) -> HttpResponse:
    """Leave an entry as it is, or say that it was corrected since."""
    if request.method != "POST":
        return redirect("today")
    settled = settle_correction(request.viewer, correction)
    messages.success(request, "Left as it is." if settled.left else "Answered.")
    return redirect(KINDS[settled.kind][2], settled.record)


def _form_of(shown: RecordView) -> str:
    match shown:
        case CheckInView():
            return f"{reverse('check_in_write')}?day={shown.day}"
        case MeasureView() if not shown.of.asks_question_9:
            return reverse("measure_correct_other", args=[shown.id])
    return reverse(FORMS[shown.kind], args=[shown.id]) if FORMS[shown.kind] else ""


urls = [
    path("patients/<uuid:patient>/corrections/<slug:kind>/<uuid:record>/", chart_correction, name="chart_correction"),
    path("corrections/<uuid:correction>/settle/", correction_settle, name="correction_settle"),
]
