"""The patient's notes: hers and those clinicians wrote about her; writing, changing, replying, withdrawing."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from careteam.notes import queries, services
from careteam.notes.marks import MARK_MOST
from careteam.notes.queries import NoteView, ReplyView
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.notes import NoteForm, ReplyForm, ReplyWordsForm, WordsForm
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, is_fragment, page, patient_page
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen


@patient_page
def notes(request: Request) -> HttpResponse:
    """Drafts first, then everything that is finished, newest first."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.progress_notes(viewer, viewer.user, page=page_of(cursor))
    drafts = () if cursor else queries.drafts(viewer, viewer.user)
    return page(request, "frontend/notes.html", {"shown": shown, "drafts": drafts, "first": not cursor})


@patient_page
def note(request: Request, note: UUID) -> HttpResponse:
    """One note with what stands below it, how it was before, and who opened it."""
    return _note(request, note, ReplyForm(auto_id="reply_%s"))


def _note(request: Request, note: UUID, form: ReplyForm) -> HttpResponse:
    viewer = request.viewer
    shown = queries.progress_note(viewer, viewer.user, note)
    before = queries.reply_versions(viewer, viewer.user, [reply.id for reply in shown.replies])
    context = {
        "note": shown,
        "below": [(reply, before.get(reply.id, ())) for reply in shown.replies],
        "versions": queries.note_versions(viewer, viewer.user, note),
        "opened": opened_by(viewer, note),
        "form": form,
    }
    return page(request, "frontend/note.html", context, status=UNPROCESSABLE if form.errors else 200)


# -- Writing -----------------------------------------------------------------------------------------------------------
@patient_page
def note_new(request: Request) -> HttpResponse:
    """A new note. A draft that was kept while she wrote names itself in the form, or is found by the form's mark."""
    if request.method == "POST":
        return _write(request, _kept_draft(request))
    initial = {**chosen_of("only_me", (), ()), "once": _new_mark()}
    return _editor(request, NoteForm(request.viewer, initial=initial), None)


@patient_page
def note_draft(request: Request, note: UUID) -> HttpResponse:
    """Go on with a draft: keep it, or save it as a note."""
    if request.method == "POST":
        return _write(request, note)
    draft = queries.draft(request.viewer, request.viewer.user, note)
    initial = {"title": draft.title, "text": draft.text, **chosen_of(draft.audience, draft.named, draft.labels)}
    return _editor(request, NoteForm(request.viewer, initial=initial), draft)


def _kept_draft(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("note", ""))
    except ValueError:
        return None


def _new_mark() -> str:
    return secrets.token_urlsafe(16)


def _write(request: Request, note: UUID | None) -> HttpResponse:
    """Keep or save what the form holds.

    Two sendings of a new note can overlap, or the answer to the first be lost, so that the form does not know its
    draft: then the mark does, and what comes last is what she wrote last.
    """
    form = NoteForm(request.viewer, request.POST)
    if note:
        try:
            draft = queries.draft(request.viewer, request.viewer.user, note)
        except NotFound:
            return _gone(request)
        try:
            return _written(request, form, draft, version_seen(request))
        except Conflict:
            return _changed(request, form, draft)
    once = request.POST.get("once", "")[:MARK_MOST]
    try:
        return _written(request, form, queries.draft_marked(request.viewer, once))
    except Conflict:  # in this very moment the other sending made the draft, or the note
        draft_now = queries.draft_marked(request.viewer, once)
    return _written(request, form, draft_now) if draft_now else _gone(request)


def _written(request: Request, form: NoteForm, draft: NoteView | None, expected: int | None = None) -> HttpResponse:
    keeping = is_fragment(request) or "keep" in request.POST
    try:
        if keeping:
            return _keep(request, form, draft, expected)
        if form.is_valid():
            said = form.hesitation()
            return _editor(request, form, draft, hesitation=said) if said else _save(request, form, draft, expected)
    except Invalid as refused:
        tell(form, refused)
    return _kept(request, form, draft) if is_fragment(request) else _editor(request, form, draft)


def _keep(request: Request, form: NoteForm, draft: NoteView | None, expected: int | None) -> HttpResponse:
    viewer, by_itself = request.viewer, is_fragment(request)
    if not form.is_kept():
        return _kept(request, form, draft) if by_itself else _editor(request, form, draft)
    words = {name: form.cleaned_data[name] for name in ("title", "text")}
    if draft:
        services.keep_draft(viewer, draft.id, **words, **form.chosen, expected=expected)
        id_: UUID | None = draft.id
    elif any(words.values()):
        id_ = services.add_note(viewer, **words, **form.chosen, draft=True, once=form.cleaned_data["once"])
    else:
        id_ = None
    if not by_itself:
        messages.success(request, "Kept as a draft. Only you can see it." if id_ else "There was nothing to keep yet.")
        return redirect("notes")
    return _kept(request, form, queries.draft(viewer, viewer.user, id_) if id_ else None)


def _save(request: Request, form: NoteForm, draft: NoteView | None, expected: int | None) -> HttpResponse:
    viewer, words = request.viewer, {name: form.cleaned_data[name] for name in ("title", "text")}
    if draft:
        services.keep_draft(viewer, draft.id, **words, **form.chosen, expected=expected)
        id_ = services.finish_note(viewer, draft.id, **form.chosen)
    else:
        id_ = services.add_note(viewer, **words, **form.chosen, once=form.cleaned_data["once"])
    messages.success(request, saved(queries.progress_note(viewer, viewer.user, id_).see))
    return redirect("note", id_)


def _kept(request: Request, form: NoteForm, draft: NoteView | None) -> HttpResponse:
    """What stands below the form after it was kept by itself."""
    status = UNPROCESSABLE if form.errors else 200
    context = {"form": form, "draft": draft, "at": request.viewer.local(timezone.now())}
    response = render(request, "frontend/_note_kept.html", context, status=status)
    if draft:
        response.headers["HX-Replace-Url"] = reverse("note_draft", args=[draft.id])  # a reload goes on with it
    return response


def _editor(
    request: Request, form: NoteForm, draft: NoteView | None, *, hesitation: list[str] | None = None, **more: Any
) -> HttpResponse:
    status = more.pop("status", UNPROCESSABLE if form.errors or hesitation else 200)
    context = {"form": form, "draft": draft, "hesitation": hesitation, **more}
    return page(request, "frontend/note_write.html", context, status=status)


def _gone(request: Request) -> HttpResponse:
    """The draft was saved or thrown away on another tab: her words stay, as those of a new note."""
    sent = request.POST.copy()
    sent["once"] = _new_mark()
    return _editor(request, NoteForm(request.viewer, sent), None, gone=True, status=CONFLICT)


def _changed(request: Request, form: NoteForm, draft: NoteView) -> HttpResponse:
    """Another tab was faster: her words stay in the form, the newer ones stand beside."""
    newest = queries.draft(request.viewer, request.viewer.user, draft.id)
    return _editor(request, form, newest, now=_as_words(newest), status=CONFLICT)


def _as_words(shown: NoteView) -> list[tuple[str, str]]:
    return [(label, words) for label, words in (("Title", shown.title), ("Note", shown.text)) if words]


# -- Changing ----------------------------------------------------------------------------------------------------------
@patient_page
def note_edit(request: Request, note: UUID) -> HttpResponse:
    """Change the words of a note of one's own; how it was before stays in its history."""
    viewer = request.viewer
    shown = _own(request, note)
    form = WordsForm(request.POST or None, initial={"title": shown.title, "text": shown.text})
    now = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_note(viewer, note, **form.cleaned_data, expected=version_seen(request))
            messages.success(request, saved(shown.see))
            return redirect("note", note)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = _as_words(shown)
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/note_edit.html", {"form": form, "note": shown, "now": now}, status=status)


@patient_page
def note_reply(request: Request, note: UUID) -> HttpResponse:
    """Reply below a note, or put one's own statement below a clinical one."""
    if request.method != "POST":
        return redirect("note", note)
    form = ReplyForm(request.POST, auto_id="reply_%s")
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            if form.cleaned_data["kind"] == "statement":
                once(request, lambda: services.add_statement(request.viewer, note, text=text))
                messages.success(request, "Your statement stands below the note now.")
            else:
                once(request, lambda: services.reply(request.viewer, note, text=text))
                messages.success(request, "Your reply stands below the note now.")
            return redirect("note", note)
        except Invalid as refused:
            tell(form, refused)
    return _note(request, note, form)


@patient_page
def reply_edit(request: Request, note: UUID, reply: UUID) -> HttpResponse:
    """Change what one wrote below a note; how it was before stays in its history."""
    shown, found = _own_reply(request, note, reply)
    form = ReplyWordsForm(request.POST or None, initial={"text": found.text})
    now = None
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_reply(request.viewer, reply, **form.cleaned_data, expected=version_seen(request))
            messages.success(request, saved(shown.see))
            return redirect("note", note)
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = [(found.kind_words, found.text)]
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    context = {"form": form, "note": shown, "reply": found, "now": now}
    return page(request, "frontend/reply_edit.html", context, status=status)


@patient_page
def reply_withdraw(request: Request, note: UUID, reply: UUID) -> HttpResponse:
    """Withdraw what one wrote below a note, after one question."""
    shown, found = _own_reply(request, note, reply)
    if request.method == "POST":
        services.withdraw_reply(request.viewer, reply)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("note", note)
    context = {"note": shown, "reply": found, "opened": opened_by(request.viewer, reply)}
    return page(request, "frontend/reply_withdraw.html", context)


def _own_reply(request: Request, note: UUID, reply: UUID) -> tuple[NoteView, ReplyView]:
    """A note, and below it a reply or statement of one's own, both standing; nothing else has such a page."""
    shown = queries.progress_note(request.viewer, request.viewer.user, note)
    for found in shown.replies:
        if found.id == reply and found.mine and not (found.withdrawn_at or shown.withdrawn_at):
            return shown, found
    raise NotFound


@patient_page
def note_withdraw(request: Request, note: UUID) -> HttpResponse:
    """Take a note of one's own back, after one question."""
    shown = _own(request, note)
    if request.method == "POST":
        services.withdraw_note(request.viewer, note)
        messages.success(request, "Withdrawn. Nobody but you can open it now.")
        return redirect("note", note)
    context = {"note": shown, "opened": opened_by(request.viewer, note)}
    return page(request, "frontend/note_withdraw.html", context)


@patient_page
def note_discard(request: Request, note: UUID) -> HttpResponse:
    """Throw a draft away, after one question."""
    draft = queries.draft(request.viewer, request.viewer.user, note)
    if request.method == "POST":
        services.discard_draft(request.viewer, note)
        messages.success(request, "The draft is gone. Nobody else ever saw it.")
        return redirect("notes")
    return page(request, "frontend/note_discard.html", {"note": draft})


def _own(request: Request, note: UUID) -> NoteView:
    """A note of one's own that stands; a clinician's or a withdrawn one has no such page."""
    shown = queries.progress_note(request.viewer, request.viewer.user, note)
    if not shown.mine or shown.withdrawn_at:
        raise NotFound
    return shown


urls = [
    path("notes/", notes, name="notes"),
    path("notes/new/", note_new, name="note_new"),
    path("notes/<uuid:note>/", note, name="note"),
    path("notes/<uuid:note>/edit/", note_edit, name="note_edit"),
    path("notes/<uuid:note>/draft/", note_draft, name="note_draft"),
    path("notes/<uuid:note>/withdraw/", note_withdraw, name="note_withdraw"),
    path("notes/<uuid:note>/reply/", note_reply, name="note_reply"),
    path("notes/<uuid:note>/replies/<uuid:reply>/edit/", reply_edit, name="reply_edit"),
    path("notes/<uuid:note>/replies/<uuid:reply>/withdraw/", reply_withdraw, name="reply_withdraw"),
    path("notes/<uuid:note>/discard/", note_discard, name="note_discard"),
]
