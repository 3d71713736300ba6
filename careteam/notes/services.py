"""Writing notes. A note is written whole with its audience and its log row, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from careteam.accounts.models import Role
from careteam.accounts.viewer import Viewer, labelling
from careteam.audit.services import record_act
from careteam.notes.marks import mark_of
from careteam.notes.models import (
    NOTE_MOST,
    REPLY_MOST,
    TITLE_MOST,
    ClinicalNote,
    NoteReply,
    ProgressNote,
    ReplyKind,
    SignedNote,
)
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.queries import must_be_open
from careteam.sharing.records import change, one_visible, revise
from careteam.sharing.services import clean_audience, clean_labels, clean_text, created, name_members, withdraw


@transaction.atomic
def add_note(
    viewer: Viewer,
    *,
    text: str,
    title: str = "",
    audience: str = Audience.ONLY_ME,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
    draft: bool = False,
    once: str = "",
) -> UUID:
    """Add a note of the viewer's own: for everybody who may see notes, for named members, or for herself.

    A draft may be empty. `once` marks the form it was written in: sent again it adds nothing and raises Conflict.
    Raises Invalid (text empty or over 20,000 characters, title over 200) and NotFound (somebody named who is not on
    her team, or a viewer who keeps no record).
    """
    if viewer.patient is None:
        raise NotFound
    note = ProgressNote(
        patient_id=viewer.patient,
        author_id=viewer.user,
        title=clean_text(title, "title", TITLE_MOST, required=False),
        text=clean_text(text, "text", NOTE_MOST, required=not draft),
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
        status="draft" if draft else "final",
        import_key=mark_of(viewer, once),
    )
    try:
        return created(viewer, note, named, action="draft" if draft else "create")
    except IntegrityError:  # the same form was faster, perhaps in this very moment
        raise Conflict(1) from None


@transaction.atomic
def edit_note(viewer: Viewer, note: UUID, *, text: str, title: str = "", expected: int | None = None) -> int:
    """Change the words of a note of the viewer's own; the earlier words stay in its history. Returns the new version.

    Saying the same again changes nothing. Raises NotFound, Invalid, Conflict (somebody, perhaps she on another device,
    changed it meanwhile).
    """
    found = _own_note(viewer, note)
    title = clean_text(title, "title", TITLE_MOST, required=False)
    text = clean_text(text, "text", NOTE_MOST, required=not found.is_draft)
    if expected is not None and expected != found.version:
        raise Conflict(found.version)
    if (title, text) == (found.title, found.text):
        return found.version
    revise(found, viewer, expected, title=title, text=text)
    if not found.is_draft:
        record_act(viewer, "revise", found.patient_id, category=found.category, records=[(found.id, found.version)])
    return found.version


@transaction.atomic
def keep_draft(
    viewer: Viewer,
    note: UUID,
    *,
    text: str,
    title: str = "",
    audience: str = Audience.ONLY_ME,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
    expected: int | None = None,
) -> int:
    """Keep a draft as it stands, with whom it is meant for. Nobody else sees a draft, so nothing of it is told.

    Returns the new version; the same again changes nothing. Raises NotFound, Invalid, Conflict.
    """
    found = _own_note(viewer, note)
    if not found.is_draft:
        raise NotFound
    wanted = clean_audience(audience, named)
    words = {
        "title": clean_text(title, "title", TITLE_MOST, required=False),
        "text": clean_text(text, "text", NOTE_MOST, required=False),
    }
    if expected is not None and expected != found.version:
        raise Conflict(found.version)
    change(found, audience=wanted, labels=clean_labels(labels))
    name_members(viewer, note, named if wanted == Audience.NAMED else (), draft=True)
    if words != {"title": found.title, "text": found.text}:
        revise(found, viewer, expected, **words)
    return found.version


@transaction.atomic
def finish_note(
    viewer: Viewer, note: UUID, *, audience: str, named: Collection[UUID] = (), labels: Collection[str] = ()
) -> UUID:
    """Turn a draft into a note: from here on its audience decides who sees it. Returns the note's id.

    It is inserted anew under an id of its own: ids tell when they were made, and when she began is hers to know.
    """
    found = _own_note(viewer, note)
    if not found.is_draft:
        raise NotFound
    finished = ProgressNote(
        patient_id=found.patient_id,
        author_id=viewer.user,
        status="final",
        title=found.title,
        text=clean_text(found.text, "text", NOTE_MOST),
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
        import_key=found.import_key,
    )
    name_members(viewer, note, ())
    ProgressNote.unscoped("the draft becomes the note").filter(pk=note, status="draft").delete()
    return created(viewer, finished, named)


@transaction.atomic
def discard_draft(viewer: Viewer, note: UUID) -> None:
    """Throw a draft away. Nobody else ever saw it, so nothing of it is kept."""
    for model in (ProgressNote, ClinicalNote):
        drafts = model.unscoped("one's own draft is deleted").filter(pk=note, author_id=viewer.user, status="draft")
        if drafts.delete()[0]:
            return
    raise NotFound


def withdraw_note(viewer: Viewer, note: UUID) -> None:
    """Take a note of the viewer's own back."""
    withdraw(viewer, ProgressNote, note)


@transaction.atomic
def draft_clinical_note(
    viewer: Viewer,
    patient: UUID,
    *,
    text: str,
    title: str = "",
    labels: Collection[str] = (),
    note: UUID | None = None,
    expected: int | None = None,
    once: str = "",
) -> UUID:
    """Keep a clinician's draft (a new one, or `note` anew). Hers alone until signed. Works while sharing is paused.

    `once` marks the form a new note was written in: what is signed cannot be deleted, so a form sent twice adds one
    note, and the second time raises Conflict.
    """
    must_be_open(viewer, patient)
    if viewer.role != Role.PRACTITIONER:
        raise NotFound
    fields: dict[str, Any] = {
        "title": clean_text(title, "title", TITLE_MOST, required=False),
        "text": clean_text(text, "text", NOTE_MOST, required=False),
        "labels": clean_labels(labels),
    }
    if note is None:
        key = mark_of(viewer, once)
        draft = ClinicalNote(patient_id=patient, author_id=viewer.user, status="draft", import_key=key, **fields)
        try:
            return created(viewer, draft, action="draft")
        except IntegrityError:  # the same form was faster, perhaps in this very moment
            raise Conflict(1) from None
    found = _own_draft(viewer, patient, note)
    if expected is not None and expected != found.version:
        raise Conflict(found.version)
    if any(getattr(found, name) != value for name, value in fields.items()):
        revise(found, viewer, expected, **fields)
    return note


@transaction.atomic
def sign_note(viewer: Viewer, patient: UUID, note: UUID, *, expected: int | None = None) -> None:
    """Sign a draft: from now on the patient reads it, and whoever she shows clinical notes to. It cannot be deleted.

    It keeps the draft's id, by which a form that is sent twice finds it signed already; so the id tells when the draft
    was begun. The signed row is inserted anew under it: a writer to whom clinical notes are not shown (or while
    sharing is paused) may not see the row she makes, and an UPDATE would need her to.
    """
    must_be_open(viewer, patient)
    draft = _own_draft(viewer, patient, note)
    if expected is not None and draft.version != expected:
        raise Conflict(draft.version)
    text = clean_text(draft.text, "text", NOTE_MOST)
    ClinicalNote.unscoped("the draft becomes the signed note").filter(pk=note, status="draft").delete()
    signed = ClinicalNote(
        id=note,
        patient_id=patient,
        author_id=viewer.user,
        status="final",
        title=draft.title,
        text=text,
        labels=draft.labels,
        audience=Audience.CATEGORY,
        import_key=draft.import_key,
    )
    created(viewer, signed, action="sign")
    _archive(viewer, signed.patient_id, note, "note", draft.title, text)


@transaction.atomic
def add_addendum(viewer: Viewer, note: UUID, *, text: str) -> UUID:
    """Add to a note one has signed, below it; raises NotFound when it is not visible or not one's own."""
    found = one_visible(ClinicalNote, viewer, note, lock=False)
    if found.author_id != viewer.user or found.is_draft:
        raise NotFound
    words = clean_text(text, "text", NOTE_MOST)
    _archive(viewer, found.patient_id, note, "addendum", found.title, words)
    return _below(viewer, found, ReplyKind.ADDENDUM, words)


@transaction.atomic
def add_labels(viewer: Viewer, note: UUID, *, labels: Collection[str]) -> None:
    """Add sensitive topics to a note one signed and sees; only the patient takes one off again.

    It may be out of the author's own sight afterwards, and neither version nor answer tells. Raises Invalid (none
    chosen, or an unknown one) and NotFound.
    """
    found = one_visible(ClinicalNote, viewer, note)
    if found.author_id != viewer.user or found.is_draft:
        raise NotFound
    wanted = clean_labels([*found.labels, *labels])
    if not labels:
        raise Invalid(labels="Choose at least one topic.")
    if wanted != list(found.labels):
        with labelling(note):
            change(found, labels=wanted)
        record_act(viewer, "label-add", found.patient_id, category=found.category, records=[(note, found.version)])


@transaction.atomic
def mark_entered_in_error(viewer: Viewer, note: UUID, *, reason: str, expected: int | None = None) -> None:
    """Say that a note one signed was a mistake, and why. It stays readable, marked."""
    found = one_visible(ClinicalNote, viewer, note)
    if found.author_id != viewer.user or found.status != "final":
        raise NotFound
    why = clean_text(reason, "reason", TITLE_MOST)
    revise(found, viewer, expected, status="entered-in-error", error_reason=why)
    record_act(viewer, "error", found.patient_id, category=found.category, records=[(found.id, found.version)])


@transaction.atomic
def reply(viewer: Viewer, note: UUID, *, text: str) -> UUID:
    """Reply below a note one sees. Whoever sees the note sees the reply."""
    return _below(viewer, _any_note(viewer, note), ReplyKind.REPLY, clean_text(text, "text", REPLY_MOST))


@transaction.atomic
def add_statement(viewer: Viewer, note: UUID, *, text: str) -> UUID:
    """The patient's own statement below a clinical note about her."""
    found = one_visible(ClinicalNote, viewer, note)
    if found.patient_id != viewer.patient:
        raise NotFound
    return _below(viewer, found, ReplyKind.STATEMENT, clean_text(text, "text", REPLY_MOST))


@transaction.atomic
def edit_reply(viewer: Viewer, reply: UUID, *, text: str, expected: int | None = None) -> int:
    """Change the words of the patient's own reply or statement; the earlier ones stay in its history.

    Returns the new version; the same again changes nothing. Raises NotFound (not hers, withdrawn, or below a note that
    is), Invalid, Conflict.
    """
    found = NoteReply.own(viewer, reply)
    note = _any_note(viewer, found.about_id)
    words = clean_text(text, "text", REPLY_MOST)
    if expected is not None and expected != found.version:
        raise Conflict(found.version)
    if words != found.text:
        revise(found, viewer, expected, text=words)
        _told(viewer, found, note, "revise")
    return found.version


@transaction.atomic
def withdraw_reply(viewer: Viewer, reply: UUID) -> None:
    """Withdraw the patient's own reply or statement: it stays hers, and for others nothing of it is left."""
    found = NoteReply.own(viewer, reply)
    note = _any_note(viewer, found.about_id)
    change(found, withdrawn_at=Now())
    _told(viewer, found, note, "withdraw")


def _told(viewer: Viewer, reply: NoteReply, note: ProgressNote | ClinicalNote, did: str) -> None:
    action = f"{reply.kind}-{did}"
    record_act(viewer, action, note.patient_id, category=note.category, records=[(note.id, note.version)])


def _any_note(viewer: Viewer, note: UUID) -> ProgressNote | ClinicalNote:
    models: tuple[type[ProgressNote | ClinicalNote], ...] = (ProgressNote, ClinicalNote)
    for model in models:
        try:
            found = one_visible(model, viewer, note, lock=False)
        except NotFound:
            continue
        if not found.is_draft and found.withdrawn_at is None:
            return found
    raise NotFound


def _own_note(viewer: Viewer, note: UUID) -> ProgressNote:
    found = one_visible(ProgressNote, viewer, note)
    if found.author_id != viewer.user or found.withdrawn_at is not None:
        raise NotFound
    return found


def _own_draft(viewer: Viewer, patient: UUID, note: UUID) -> ClinicalNote:
    found = one_visible(ClinicalNote, viewer, note)
    if found.author_id != viewer.user or found.patient_id != patient or not found.is_draft:
        raise NotFound
    return found


def _below(viewer: Viewer, note: ProgressNote | ClinicalNote, kind: ReplyKind, text: str) -> UUID:
    now: Any = Now()
    below = NoteReply(
        patient_id=note.patient_id,
        author_id=viewer.user,
        about_id=note.id,
        kind=kind,
        text=text,
        recorded_at=now,
        changed_at=now,
    )
    below.save(force_insert=True)
    record_act(viewer, kind, note.patient_id, category=note.category, records=[(note.id, note.version)])
    return below.id


def _archive(viewer: Viewer, patient: UUID, note: UUID, kind: str, title: str, text: str) -> None:
    SignedNote(
        note_id=note, author_id=viewer.user, patient_id=patient, kind=kind, title=title, text=text, signed_at=Now()
    ).save(force_insert=True)
