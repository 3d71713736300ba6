"""A medicine's day to judge it by, how it was taken, and what it is: small answers that stand beside the medicine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.summaries.ledger import medicine_beside
from careteam.treatments import judging, queries, services, taking
from careteam.treatments.queries import MedicineView
from frontend.forms import tell
from frontend.forms.medicines import JudgeByForm, TakenForm
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, clinician_page, page, patient_page
from frontend.views.records import version_seen


def beside(request: Request, shown: MedicineView, form: TakenForm | None = None) -> dict[str, Any]:
    """What stands beside a medicine of hers: the day, who agreed, how it was taken, and what its name may mean."""
    found = medicine_beside(request.viewer, shown)
    return {"beside": found, "taken_form": form or TakenForm()}


@patient_page
def medicine_judge_by(request: Request, medicine: UUID) -> HttpResponse:
    """Set the day to judge a medicine by, change it, or take it out."""
    shown, now = _standing(request, medicine), None
    form = JudgeByForm(request.POST if request.method == "POST" else None, initial={"on": shown.judge_by})
    if form.is_bound and form.is_valid():
        try:
            on = form.cleaned_data["on"]
            judging.set_judge_by(request.viewer, medicine, on=on, expected=version_seen(request))
            said = "Saved. Whoever sees this medicine on your team can agree to the day." if on else "Taken out."
            messages.success(request, said)
            return redirect("medicine", medicine)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = [("Name", shown.name), ("Dose", shown.dose), ("Day", str(shown.judge_by or "none"))]
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    context = {"medicine": shown, "form": form, "now": now, **beside(request, shown)}
    return page(request, "frontend/medicine_judge_by.html", context, status=status)


@patient_page
def medicine_taken(request: Request, medicine: UUID) -> HttpResponse:
    """On how many of the last seven days: kept below the medicine, which stays as it is."""
    shown = _standing(request, medicine)
    form = TakenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        taking.say_taken(request.viewer, medicine, days=form.cleaned_data["days"])
        messages.success(request, "Saved. Whoever sees this medicine can see your answer.")
    if not form.is_bound or form.is_valid():
        return redirect("medicine", medicine)
    return page(request, "frontend/medicine_taken.html", {"medicine": shown, "taken_form": form}, status=UNPROCESSABLE)


@patient_page
def medicine_is(request: Request, medicine: UUID) -> HttpResponse:
    """Say yes to what a name may mean; the name stays as it was written."""
    _standing(request, medicine)
    if request.method == "POST":
        try:
            services.name_ingredient(
                request.viewer,
                medicine,
                ingredient=request.POST.get("ingredient", ""),
                expected=version_seen(request),
            )
            messages.success(request, "Saved. The name stays as you wrote it.")
        except (Invalid, Conflict):
            messages.info(request, "This changed meanwhile. Please look at it again.")
            return redirect("medicine", medicine)
    return redirect("tried")


@clinician_page
def medicine_agree(request: Request, patient: UUID, medicine: UUID) -> HttpResponse:
    """Agree to the day to judge a medicine by, as the medicine stands."""
    if request.method == "POST":
        try:
            judging.agree_to_judge_by(request.viewer, patient, medicine, expected=version_seen(request))
            messages.success(request, "Agreed. The patient sees that you did.")
        except (Invalid, Conflict):
            messages.info(request, "This medicine was changed meanwhile. Please look at it again.")
    return redirect("chart_tried", patient)


def _standing(request: Request, medicine: UUID) -> MedicineView:
    """A medicine of hers that she has kept and not withdrawn; raises NotFound."""
    shown = queries.medicine(request.viewer, request.viewer.user, medicine)
    if shown.see.kind == "draft" or shown.withdrawn_at:
        raise NotFound
    return shown


urls = [
    path("medicines/<uuid:medicine>/judge-by/", medicine_judge_by, name="medicine_judge_by"),
    path("medicines/<uuid:medicine>/taken/", medicine_taken, name="medicine_taken"),
    path("medicines/<uuid:medicine>/is/", medicine_is, name="medicine_is"),
    path("patients/<uuid:patient>/medicines/<uuid:medicine>/agree/", medicine_agree, name="medicine_agree"),
]
