"""The patient's other treatments, levels and conditions: list, new, one with its history, correct, withdraw, end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from careteam.conditions import queries as conditions
from careteam.conditions import services as condition_services
from careteam.procedures import queries as procedures
from careteam.procedures import services as procedure_services
from careteam.procedures.pictures import ProcedureView
from careteam.procedures.services import GOING_ON
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from frontend.facts import Entry, as_words, title
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.entries import (
    ConditionForm,
    EndForm,
    EntryForm,
    LevelForm,
    NewConditionForm,
    NewLevelForm,
    NewProcedureForm,
    ProcedureForm,
)
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, View, page, patient_page
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of entry is called, read and written. Its addresses are its name and its plural."""

    name: str
    plural: str
    heading: str
    noun: str
    add_words: str
    lead: str
    none: str
    many: Callable[..., Any]
    one: Callable[..., Entry]
    versions: Callable[..., Any]
    add: Callable[..., UUID]
    edit: Callable[..., int]
    withdraw: Callable[..., None]
    form: type[EntryForm]
    new_form: Callable[..., Any]


PROCEDURE = Kind(
    name="procedure",
    plural="procedures",
    heading="Other treatments",
    noun="treatment",
    add_words="Add a treatment",
    lead="What it is, is enough. Everything else can be left out, or added later.",
    none="Therapy, rTMS, ECT or something else: what you have now and have tried before helps the next decision.",
    many=procedures.procedures,
    one=procedures.procedure,
    versions=procedures.procedure_versions,
    add=procedure_services.add_procedure,
    edit=procedure_services.edit_procedure,
    withdraw=procedure_services.withdraw_procedure,
    form=ProcedureForm,
    new_form=NewProcedureForm,
)
LEVEL = Kind(
    name="level",
    plural="levels",
    heading="Levels",
    noun="level",
    add_words="Add a level",
    lead="Copy it from the paper, number and unit. Careteam does not say whether it is high or low.",
    none="Such as the lithium in your blood, copied from the paper.",
    many=procedures.levels,
    one=procedures.level,
    versions=procedures.level_versions,
    add=procedure_services.add_level,
    edit=procedure_services.edit_level,
    withdraw=procedure_services.withdraw_level,
    form=LevelForm,
    new_form=NewLevelForm,
)
CONDITION = Kind(
    name="condition",
    plural="conditions",
    heading="Conditions",
    noun="condition",
    add_words="Add a condition",
    lead="In your own words. Nobody sees it unless you show your conditions to somebody under Sharing.",
    none="What you have or had, in your own words, and when the current episode began.",
    many=conditions.conditions,
    one=conditions.condition,
    versions=conditions.condition_versions,
    add=condition_services.add_condition,
    edit=condition_services.edit_condition,
    withdraw=condition_services.withdraw_condition,
    form=ConditionForm,
    new_form=NewConditionForm,
)
KINDS = (PROCEDURE, LEVEL, CONDITION)


# -- Pages of every kind -----------------------------------------------------------------------------------------------
def _list(kind: Kind) -> View:
    @patient_page
    def entries(request: Request) -> HttpResponse:
        """All of them, newest first."""
        shown = kind.many(request.viewer, request.viewer.user, page=page_of(after(request), SHOWN))
        return page(request, "frontend/entries.html", {"kind": kind, "shown": shown})

    return entries


def _new(kind: Kind) -> View:
    @patient_page
    def entry_new(request: Request) -> HttpResponse:
        """Write one down."""
        viewer = request.viewer
        form = kind.new_form(viewer, request.POST or None, initial=chosen_of("category", (), ()))
        hesitation: list[str] = []
        if request.method == "POST" and form.is_valid():
            hesitation = form.hesitation()
            if not hesitation:
                try:
                    record = once(request, lambda: kind.add(viewer, **form.written, **form.chosen))
                    messages.success(request, saved(kind.one(viewer, viewer.user, record).see))
                    return redirect(kind.name, record)
                except Invalid as refused:
                    tell(form, refused)
        context = {"kind": kind, "form": form, "hesitation": hesitation}
        status = UNPROCESSABLE if form.errors or hesitation else 200
        return page(request, "frontend/entry_form.html", context, status=status)

    return entry_new


def _one(kind: Kind) -> View:
    @patient_page
    def entry(request: Request, record: UUID) -> HttpResponse:
        """One with all that was written, and how it was written before."""
        viewer = request.viewer
        shown = kind.one(viewer, viewer.user, record)
        context = {
            "kind": kind,
            "entry": shown,
            "ends": isinstance(shown, ProcedureView) and shown.status in GOING_ON,
            "versions": kind.versions(viewer, viewer.user, record),
            "opened": opened_by(viewer, record),
            **corrections.beside(request, shown),
        }
        return page(request, "frontend/entry.html", context)

    return entry


def _edit(kind: Kind) -> View:
    @patient_page
    def entry_edit(request: Request, record: UUID) -> HttpResponse:
        """Correct anything; the earlier version stays in the history."""
        shown, now = _standing(request, kind, record), None
        form = kind.form(request.POST if request.method == "POST" else None, initial=kind.form.typed(shown))
        if form.is_bound and form.is_valid():
            try:
                kind.edit(request.viewer, record, **form.written, expected=version_seen(request))
                corrections.answered(request, record)
                messages.success(request, saved(shown.see))
                return redirect(kind.name, record)
            except Invalid as refused:
                tell(form, refused)
            except Conflict:
                now = as_words(shown)
        context = {"kind": kind, "entry": shown, "form": form, "now": now, **corrections.beside(request, shown)}
        status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
        return page(request, "frontend/entry_form.html", context, status=status)

    return entry_edit


def _withdraw(kind: Kind) -> View:
    @patient_page
    def entry_withdraw(request: Request, record: UUID) -> HttpResponse:
        """Withdraw one, after one question."""
        shown = _standing(request, kind, record)
        if request.method == "POST":
            kind.withdraw(request.viewer, record)
            messages.success(request, "Withdrawn. Nobody but you can see it now.")
            return redirect(kind.plural)
        context = {"kind": kind, "entry": shown, "title": title(shown), "opened": opened_by(request.viewer, record)}
        return page(request, "frontend/entry_withdraw.html", context)

    return entry_withdraw


@patient_page
def procedure_end(request: Request, record: UUID) -> HttpResponse:
    """A treatment came to its end, or was stopped: when, did it help, why."""
    shown, now = _standing(request, PROCEDURE, record), None
    if shown.status not in GOING_ON:
        messages.info(request, "This is marked as ended. You can correct that here.")
        return redirect("procedure_edit", record)
    form = EndForm(request.POST if request.method == "POST" else None, initial={"helped": getattr(shown, "helped", "")})
    if form.is_bound and form.is_valid():
        try:
            procedure_services.end_procedure(
                request.viewer, record, **form.cleaned_data, expected=version_seen(request)
            )
            messages.success(request, saved(shown.see))
            return redirect("procedure", record)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = as_words(shown)
    context = {"entry": shown, "form": form, "now": now}
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/procedure_end.html", context, status=status)


def _standing(request: Request, kind: Kind, record: UUID) -> Entry:
    shown = kind.one(request.viewer, request.viewer.user, record)
    if shown.withdrawn_at:
        raise NotFound
    return shown


def _urls(kind: Kind) -> list[URLPattern]:
    here = f"{kind.plural}/"
    return [
        path(here, _list(kind), name=kind.plural),
        path(f"{here}new/", _new(kind), name=f"{kind.name}_new"),
        path(f"{here}<uuid:record>/", _one(kind), name=kind.name),
        path(f"{here}<uuid:record>/edit/", _edit(kind), name=f"{kind.name}_edit"),
        path(f"{here}<uuid:record>/withdraw/", _withdraw(kind), name=f"{kind.name}_withdraw"),
    ]


urls = [
    *(one for kind in KINDS for one in _urls(kind)),
    path("procedures/<uuid:record>/end/", procedure_end, name="procedure_end"),
]
