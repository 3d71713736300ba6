"""The patient's treatments on one page, and her medicines: doses, stopping, side effects, and the history of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.outcomes import StopReason
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from careteam.treatments import queries, services
from careteam.treatments.codes import Status
from careteam.treatments.doses import DosePeriod, steps_words
from careteam.treatments.medicine_names import offered
from careteam.treatments.queries import MedicineView
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.medicines import (
    DoseRows,
    MedicineEditForm,
    MedicineForm,
    NewDoseForm,
    SideEffectsForm,
    StopForm,
    rows_of,
)
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, page, patient_page
from frontend.views.entries import LEVEL, PROCEDURE, Kind
from frontend.views.judging import beside
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen

SHOWN = 100
EACH = 20  # of the other kinds, which have pages of their own
SOON = (Status.INTENDED, Status.ON_HOLD, Status.UNKNOWN)
GOES_ON = (Status.ACTIVE, *SOON)


@patient_page
def treatments(request: Request) -> HttpResponse:
    """Medicines taken now, planned or on hold, and before; then other treatments and the latest levels."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.medicines(viewer, viewer.user, page=page_of(cursor, SHOWN))
    now = [medicine for medicine in shown.items if medicine.current]
    soon = [medicine for medicine in shown.items if medicine.status in SOON and not medicine.withdrawn_at]
    context = {
        "shown": shown,
        "now": now,
        "soon": soon,
        "before": [medicine for medicine in shown.items if medicine not in now and medicine not in soon],
        "pending": len(queries.pending_medicines(viewer)),
        "first": not cursor,
        "sections": [] if cursor else [_section(request, kind) for kind in (PROCEDURE, LEVEL)],
    }
    return page(request, "frontend/treatments.html", context)


def _section(request: Request, kind: Kind) -> dict[str, Any]:
    return {"kind": kind, "shown": kind.many(request.viewer, request.viewer.user, page=page_of("", EACH))}


@patient_page
def medicines(request: Request) -> HttpResponse:
    """The address they had when they were a page of their own."""
    return redirect("treatments")


@patient_page
def medicine_new(request: Request) -> HttpResponse:
    """Write down a medicine taken now, before or soon."""
    viewer = request.viewer
    form = MedicineForm(viewer, request.POST or None, initial=chosen_of("category", (), ()))
    hesitation: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            words = form.words()
            hesitation = form.hesitation(takes_now=form.takes_now)
            if not hesitation:
                medicine = once(request, lambda: services.add_medicine(viewer, **words, **form.chosen))
                messages.success(request, saved(queries.medicine(viewer, viewer.user, medicine).see))
                return redirect("medicine", medicine)
        except Invalid as refused:
            _tell(form, refused)
    status = UNPROCESSABLE if form.errors or hesitation else 200
    context = {"form": form, "hesitation": hesitation, "names": offered()}
    return page(request, "frontend/medicine_new.html", context, status=status)


@patient_page
def medicine(request: Request, medicine: UUID) -> HttpResponse:
    """One medicine with every step of its dose, and how it was written before."""
    viewer = request.viewer
    shown = _one(request, medicine)
    context = {
        "medicine": shown,
        "goes_on": shown.status in GOES_ON,
        "versions": queries.medicine_versions(viewer, viewer.user, medicine),
        "opened": opened_by(viewer, medicine),
        **beside(request, shown),
        **corrections.beside(request, shown),
    }
    return page(request, "frontend/medicine.html", context)


@patient_page
def medicine_edit(request: Request, medicine: UUID) -> HttpResponse:
    """Correct anything, every dose as well; the earlier version stays in the history."""
    shown, now = _standing(request, medicine), None
    given = request.POST if request.method == "POST" else None
    form = MedicineEditForm(given, stands=shown.status, initial=MedicineEditForm.typed(shown))
    rows = DoseRows(given, initial=rows_of(shown.periods), prefix="dose")
    if given is not None and form.is_valid() and rows.is_valid():
        try:
            services.edit_medicine(
                request.viewer, medicine, **form.cleaned_data, periods=_periods(rows), expected=version_seen(request)
            )
            corrections.answered(request, medicine)
            messages.success(request, saved(shown.see))
            return redirect("medicine", medicine)
        except Invalid as refused:
            _tell(form, refused)
        except Conflict:
            now = _as_words(shown)
    wrong = bool(form.errors) or (given is not None and not rows.is_valid())
    context = {"medicine": shown, "form": form, "rows": rows, "now": now, "names": offered()}
    context |= corrections.beside(request, shown)
    status = CONFLICT if now else UNPROCESSABLE if wrong else 200
    return page(request, "frontend/medicine_edit.html", context, status=status)


def _periods(rows: Any) -> list[DosePeriod]:
    """The doses of all rows; words about one stand on its fields, and one is enough to save nothing."""
    found: list[DosePeriod] = []
    refusals: list[Invalid] = []
    for row in rows:
        try:
            period = row.row()
        except Invalid as refused:
            refusals.append(refused)
        else:
            found += [period] if period else []
    if refusals:
        raise Invalid(**{"": "Please look at the doses again."})
    return found


@patient_page
def medicine_dose(request: Request, medicine: UUID) -> HttpResponse:
    """Another dose from some date on; what was taken before stays as it was."""

    def change(shown: MedicineView, form: forms.Form) -> None:
        services.change_dose(request.viewer, medicine, **form.cleaned_data, expected=version_seen(request))

    return _ask(request, medicine, NewDoseForm, change, "frontend/medicine_dose.html")


@patient_page
def medicine_stop(request: Request, medicine: UUID) -> HttpResponse:
    """Stopped: when, why, did it help."""

    def stop(shown: MedicineView, form: forms.Form) -> None:
        given = {**form.cleaned_data, "reason": form.cleaned_data["reason"] or StopReason.NOT_STOPPED.value}
        services.stop_medicine(request.viewer, medicine, **given, expected=version_seen(request))

    return _ask(request, medicine, StopForm, stop, "frontend/medicine_stop.html")


@patient_page
def medicine_side_effects(request: Request, medicine: UUID) -> HttpResponse:
    """What she notices with a medicine, in her own words."""

    def write(shown: MedicineView, form: forms.Form) -> None:
        services.note_side_effects(
            request.viewer, medicine, words=form.cleaned_data["words"], expected=version_seen(request)
        )

    return _ask(request, medicine, SideEffectsForm, write, "frontend/medicine_side_effects.html")


def _ask(request: Request, medicine: UUID, kind: type[forms.Form], save: Any, template: str) -> HttpResponse:
    """A page with one form about a medicine: show it, save it, or say in words why not, with all that was typed."""
    shown, now = _standing(request, medicine), None
    if kind in (NewDoseForm, StopForm) and shown.status not in GOES_ON:
        messages.info(request, "This medicine is marked as ended. You can correct that here.")
        return redirect("medicine_edit", medicine)
    last = shown.periods[-1] if shown.periods else None
    dose = {"unit": last.unit, "times": last.times} if last else {}
    answers = {name: getattr(shown, name) for name in ("helped", "best", "at_end")}
    initial = {"words": shown.side_effects, **answers, **dose}
    form = kind(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            save(shown, form)
            messages.success(request, saved(shown.see))
            return redirect("medicine", medicine)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = _as_words(shown)
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, template, {"medicine": shown, "form": form, "now": now}, status=status)


@patient_page
def medicine_withdraw(request: Request, medicine: UUID) -> HttpResponse:
    """Withdraw what was written about a medicine, after one question."""
    shown = _standing(request, medicine)
    if request.method == "POST":
        services.withdraw_medicine(request.viewer, medicine)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("treatments")
    context = {"medicine": shown, "opened": opened_by(request.viewer, medicine)}
    return page(request, "frontend/medicine_withdraw.html", context)


# -- What they share ---------------------------------------------------------------------------------------------------
def _one(request: Request, medicine: UUID) -> MedicineView:
    """A medicine of hers; one from a file that she has not accepted yet has its place under imports."""
    shown = queries.medicine(request.viewer, request.viewer.user, medicine)
    if shown.see.kind == "draft":
        raise NotFound
    return shown


def _standing(request: Request, medicine: UUID) -> MedicineView:
    shown = _one(request, medicine)
    if shown.withdrawn_at:
        raise NotFound
    return shown


def _tell(form: forms.Form, refused: Invalid) -> None:
    """Like `tell`; what a dose's own row has said already is not said twice."""
    if not form.errors or set(refused.fields) - set(form.errors):
        tell(form, refused)


def _as_words(shown: MedicineView) -> list[tuple[str, str]]:
    facts = [
        ("Name", shown.name),
        ("How it stands", shown.status_words),
        ("Dose", steps_words(shown.periods)),
        ("When", shown.when),
        ("What for", shown.purpose),
        ("Why it stopped", ": ".join(part for part in (shown.stop_reason_words, shown.stopped_why) if part)),
        ("Did it help", shown.helped_words),
        ("Better at its best", f"{shown.best} %" if shown.best is not None else ""),
        ("What you notice", shown.side_effects),
    ]
    return [(label, words) for label, words in facts if words]


urls = [
    path("treatments/", treatments, name="treatments"),
    path("medicines/", medicines, name="medicines"),
    path("medicines/new/", medicine_new, name="medicine_new"),
    path("medicines/<uuid:medicine>/", medicine, name="medicine"),
    path("medicines/<uuid:medicine>/edit/", medicine_edit, name="medicine_edit"),
    path("medicines/<uuid:medicine>/dose/", medicine_dose, name="medicine_dose"),
    path("medicines/<uuid:medicine>/stop/", medicine_stop, name="medicine_stop"),
    path("medicines/<uuid:medicine>/side-effects/", medicine_side_effects, name="medicine_side_effects"),
    path("medicines/<uuid:medicine>/withdraw/", medicine_withdraw, name="medicine_withdraw"),
]
