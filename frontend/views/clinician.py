"""What a clinician has of her own: the caseload, the notes she writes, and those she signed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.notes import queries as notes
from careteam.notes import services
from careteam.notes.queries import NoteView
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.summaries import caseload as people
from careteam.summaries import queries as summaries
from frontend.forms import tell
from frontend.forms.clinician import BelowForm, ClinicalNoteForm, ErrorForm, LabelsForm
from frontend.views.chart import asked, note_page
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, clinician_page, page, shows_records
from frontend.views.once import once

LONGEST_NUMBER = 9
# How each order of the caseload is said.
SORTED = {
    "reason": "by reason, then by next visit",
    "name": "by name",
    "score": "by score, the highest first",
    "change": "by change, the largest rise first",
    "visit": "by next visit, the soonest first",
}


@clinician_page
def caseload(request: Request) -> HttpResponse:
    """Everybody on whose team one is: who needs a look, whom one meets today, or everyone, by name or as asked."""
    number = request.GET.get("page", "1")
    tab, reason, sort, q = (request.GET.get(name, "") for name in ("tab", "reason", "sort", "q"))
    whole = number.isdecimal() and len(number) < LONGEST_NUMBER
    try:
        shown = people.caseload(
            request.viewer, tab=tab, reason=reason, sort=sort, q=q, number=int(number) if whole else 0
        )
    except Invalid:
        raise NotFound from None
    context = {"caseload": shown, "before": shown.number - 1, "after": shown.number + 1, "sorted": SORTED[shown.sort]}
    return page(request, "frontend/caseload.html", context)


@clinician_page
def signed_notes(request: Request) -> HttpResponse:
    """The exact texts one signed, for good."""
    return page(
        request, "frontend/signed_notes.html", {"notes": notes.signed_notes(request.viewer, page=asked(request))}
    )


# -- Writing -----------------------------------------------------------------------------------------------------------
@clinician_page
def clinical_note_new(request: Request, patient: UUID) -> HttpResponse:
    """A new note: keep it as a draft, or sign it at once. The same form sent twice adds one note."""
    who = summaries.identity(request.viewer, patient)
    if request.method != "POST":
        mark = notes.next_mark(request.viewer, patient)
        return _writing(request, who, ClinicalNoteForm(who.called, initial={"once": mark}))
    form = ClinicalNoteForm(who.called, request.POST)
    if form.is_valid():
        once = form.cleaned_data["once"]
        try:
            note = services.draft_clinical_note(request.viewer, patient, once=once, **_words(form))
            return _kept(request, patient, note, who)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            again = _sent_again(who, request, once=notes.next_mark(request.viewer, patient))
            return _writing(request, who, again, twice=True, status=CONFLICT)
    return _writing(request, who, form)


@clinician_page
def clinical_note_draft(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """One's own draft: go on, keep, sign, or throw away."""
    who = summaries.identity(request.viewer, patient)
    if request.POST.get("do") == "discard":
        return _thrown_away(request, patient, note)
    try:
        draft = notes.draft(request.viewer, patient, note)
    except NotFound:
        if not notes.was_signed(request.viewer, patient, note):
            raise
        messages.info(request, "This note is signed already.")  # a second tap, or an old tab: nobody was refused
        return redirect("chart_notes", patient)
    if request.method != "POST":
        if request.GET.get("ask") == "discard":
            return page(request, "frontend/clinical_note_discard.html", {"who": who, "draft": draft})
        return _writing(request, who, ClinicalNoteForm(who.called, initial=_as_typed(draft)), draft=draft)
    return _written(request, who, draft)


def _written(request: Request, who: summaries.Identity, draft: NoteView) -> HttpResponse:
    form = ClinicalNoteForm(who.called, request.POST)
    patient, note = draft.patient, draft.id
    if form.is_valid():
        try:
            services.draft_clinical_note(
                request.viewer, patient, note=note, expected=form.cleaned_data["version"] or 0, **_words(form)
            )
            return _kept(request, patient, note, who)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            theirs = notes.draft(request.viewer, patient, note)
            again = _sent_again(who, request, version=theirs.version)
            return _writing(request, who, again, draft=theirs, theirs=theirs, status=CONFLICT)
    return _writing(request, who, form, draft=draft)


def _thrown_away(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    try:
        notes.draft(request.viewer, patient, note)
        services.discard_draft(request.viewer, note)
        messages.success(request, "The draft is thrown away. Nobody else ever saw it.")
    except NotFound:
        messages.info(request, "This draft is not there any more.")
    return redirect("chart_notes", patient)


def _sent_again(who: summaries.Identity, request: Request, **hidden: object) -> ClinicalNoteForm:
    """The same words in the box, with which saving again means them."""
    data = request.POST.copy()
    for name, value in hidden.items():
        data[name] = str(value)
    return ClinicalNoteForm(who.called, data)


def _words(form: ClinicalNoteForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("title", "text", "labels")}


def _as_typed(draft: NoteView) -> dict[str, Any]:
    return {"title": draft.title, "text": draft.text, "labels": list(draft.labels), "version": draft.version}


def _kept(request: Request, patient: UUID, note: UUID, who: summaries.Identity) -> HttpResponse:
    if request.POST.get("do") != "sign":
        messages.success(request, "Kept as a draft. Only you can see it.")
        return redirect("clinical_note_draft", patient, note)
    try:
        services.sign_note(request.viewer, patient, note)
    except NotFound:
        if not notes.was_signed(request.viewer, patient, note):
            raise
    messages.success(request, f"Signed. {who.called} can see it now. Your copy is under “Notes I signed”.")
    return redirect("chart_notes", patient)


def _writing(
    request: Request,
    who: summaries.Identity,
    form: ClinicalNoteForm,
    *,
    draft: NoteView | None = None,
    theirs: NoteView | None = None,
    twice: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"who": who, "form": form, "draft": draft, "theirs": theirs, "twice": twice}
    return page(
        request,
        "frontend/clinical_note.html",
        context,
        status=UNPROCESSABLE if form.is_bound and form.errors else status,
    )


@clinician_page
def clinical_note_reply(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """Reply below a note; whoever sees the note sees the reply."""
    notes.must_be_about(request.viewer, patient, note)
    form = BelowForm(request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: services.reply(request.viewer, note, text=form.cleaned_data["text"]))
            messages.success(request, "Sent. Whoever sees this note can see your reply.")
            return redirect("chart_note", patient, note)
        except Invalid as refused:
            tell(form, refused)
    if request.method != "POST":
        return redirect("chart_note", patient, note)
    return note_page(request, patient, note, form)


@clinician_page
def clinical_note_addendum(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """Add to a note one signed."""
    notes.must_be_about(request.viewer, patient, note)
    form = BelowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, lambda: services.add_addendum(request.viewer, note, text=form.cleaned_data["text"]))
            messages.success(request, "Signed and added below the note.")
            return redirect("chart_note", patient, note)
        except Invalid as refused:
            tell(form, refused)
    return _about(request, _own(request, patient, note), form, "frontend/clinical_note_addendum.html")


@clinician_page
def clinical_note_error(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """Say that a note one signed was a mistake, and why."""
    notes.must_be_about(request.viewer, patient, note)
    form = ErrorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_entered_in_error(
                request.viewer, note, reason=form.cleaned_data["reason"], expected=form.cleaned_data["version"]
            )
            messages.success(request, "Marked as a mistake, with your reason. It stays readable.")
            return redirect("chart_note", patient, note)
        except Invalid as refused:
            tell(form, refused)
    shown = _own(request, patient, note)
    if shown.status != "final":
        raise NotFound
    if not form.is_bound:
        form = ErrorForm(initial={"version": shown.version})
    return _about(request, shown, form, "frontend/clinical_note_error.html")


@clinician_page
def clinical_note_labels(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """Add sensitive topics to a note one signed; the patient alone takes one off, and decides who sees a topic."""
    who = summaries.identity(request.viewer, patient)
    try:
        shown = _own(request, patient, note)
    except NotFound:
        if request.method != "POST" or not notes.was_signed(request.viewer, patient, note):
            raise
        # A second tap: the first one may have put the note out of her sight. Nobody was refused.
        messages.info(request, "There is nothing to add here now. What you signed is under “Notes I signed”.")
        return redirect("chart_notes", patient)
    there = set(shown.labels) - set(request.POST.getlist("labels"))  # a second tap says the same again
    form = LabelsForm(there, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.add_labels(request.viewer, note, labels=form.cleaned_data["labels"])
        messages.success(request, f"Marked. {who.called} decides who sees a topic.")
        return redirect("chart_notes", patient)  # not to the note: it may be out of her sight now
    return _about(request, shown, form, "frontend/clinical_note_labels.html")


def _own(request: Request, patient: UUID, note: UUID) -> NoteView:
    """A note that this clinician signed and can see; anything else is not there."""
    shown = notes.progress_note(request.viewer, patient, note)
    if not (shown.mine and shown.clinical):
        raise NotFound
    return shown


def _about(request: Request, shown: NoteView, form: BelowForm | ErrorForm | LabelsForm, template: str) -> HttpResponse:
    context = {"who": summaries.identity(request.viewer, shown.patient), "note": shown, "form": form}
    return shows_records(page(request, template, context, status=UNPROCESSABLE if form.is_bound else 200))


urls = [
    path("caseload/", caseload, name="caseload"),
    path("signed/", signed_notes, name="signed_notes"),
    path("patients/<uuid:patient>/notes/new/", clinical_note_new, name="clinical_note_new"),
    path("patients/<uuid:patient>/notes/<uuid:note>/draft/", clinical_note_draft, name="clinical_note_draft"),
    path("patients/<uuid:patient>/notes/<uuid:note>/addendum/", clinical_note_addendum, name="clinical_note_addendum"),
    path("patients/<uuid:patient>/notes/<uuid:note>/error/", clinical_note_error, name="clinical_note_error"),
    path("patients/<uuid:patient>/notes/<uuid:note>/labels/", clinical_note_labels, name="clinical_note_labels"),
    path("patients/<uuid:patient>/notes/<uuid:note>/reply/", clinical_note_reply, name="clinical_note_reply"),
]
