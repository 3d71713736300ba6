"""Notes: list, one, create, change, what stands below; drafts, and signing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api import shapes
from careteam.api.base import (
    CHANGE,
    CREATE,
    CREATED,
    GET_LIST,
    GET_ONE,
    IF_MATCH,
    NO_CONTENT,
    Cursor,
    Endpoint,
    listing,
)
from careteam.api.pictures import shape
from careteam.notes import queries, services
from careteam.notes.queries import NoteView, SignedView
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.services import clean_labels


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note one signed, as one wrote it. What others see of it from now on is the patient's to say, and not told."""

    id: UUID
    patient: UUID
    title: str
    text: str
    labels: tuple[str, ...]
    status: str = "final"


SIGNED = shape(SignedNote)
ARCHIVED = shape(SignedView)
KINDS: list[Any] = [shapes.NOTE, SIGNED]
WRITTEN = PolymorphicProxySerializer("NoteWritten", KINDS, resource_type_field_name=None)
BELOW = {"reply": services.reply, "statement": services.add_statement, "addendum": services.add_addendum}


class Notes(Endpoint):
    """Notes, the patient's and the clinicians', newest first. Drafts are their author's and not listed here."""

    @extend_schema(operation_id="notes_list", parameters=GET_LIST, responses=listing(shapes.NOTE))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.progress_notes(self.viewer, patient, **self.listing()), shapes.NOTE)

    @extend_schema(operation_id="notes_create", parameters=CREATE, request=shapes.NoteIn, responses={201: WRITTEN})
    def post(self, request: Request, patient: UUID) -> Response:
        """A patient's own note; a clinician's draft, or with `sign` her signed note."""
        given = self.given(shapes.NoteIn)
        sign = given.pop("sign")
        if self.viewer.is_patient:
            self.patient_only(patient)
            if sign:
                raise Invalid(sign="Signing is for clinicians. Your notes are yours without it.")
            made = self.once(lambda: services.add_note(self.viewer, **given))
            return self.created(made, queries.progress_note(self.viewer, patient, made.id), shapes.NOTE, "api_note")
        if given.keys() & {"audience", "named"}:
            raise Invalid(audience="Who sees a note about a patient is the patient's to say.")
        made = self.once(lambda: self._write(patient, given, sign=sign))
        if sign:
            signed = queries.signed_text(self.viewer, patient, made.id)
            return _signed(made.id, patient, signed.title, signed.text, clean_labels(given.get("labels", ())))
        return self.created(made, queries.draft(self.viewer, patient, made.id), shapes.NOTE, "api_draft")

    def _write(self, patient: UUID, given: dict[str, Any], *, sign: bool) -> UUID:
        note = services.draft_clinical_note(self.viewer, patient, **given)
        if sign:
            services.sign_note(self.viewer, patient, note)
        return note


class Note(Endpoint):
    """One note with what stands below it."""

    @extend_schema(operation_id="notes_retrieve", parameters=GET_ONE, responses=shapes.NOTE)
    def get(self, request: Request, patient: UUID, note: UUID) -> Response:
        self.asked()
        return self.record(queries.progress_note(self.viewer, patient, note), shapes.NOTE)

    @extend_schema(operation_id="notes_change", parameters=CHANGE, request=shapes.NoteChange, responses=shapes.NOTE)
    def patch(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Change a note of one's own; the earlier words stay in its history. A signed note is never changed."""
        seen = queries.progress_note(self.viewer, patient, note)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.NOTE)
        services.edit_note(self.viewer, note, **_words(seen, self.given(shapes.NoteChange)), expected=expected)
        return self.record(queries.progress_note(self.viewer, patient, note), shapes.NOTE)


class Replies(Endpoint):
    """Below a note."""

    @extend_schema(operation_id="notes_reply", parameters=CREATE, request=shapes.ReplyIn, responses={201: shapes.NOTE})
    def post(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Write below a note one sees: a reply, the patient's statement, or the author's addendum."""
        queries.must_be_about(self.viewer, patient, note)
        given = self.given(shapes.ReplyIn)
        made = self.once(lambda: BELOW[given["kind"]](self.viewer, note, text=given["text"]))
        return self.created(made, queries.progress_note(self.viewer, patient, note), shapes.NOTE, "api_note")


class Reply(Endpoint):
    """One of what stands below a note. Whoever opens it opens the note."""

    @extend_schema(operation_id="replies_retrieve", parameters=GET_ONE, responses=shapes.REPLY)
    def get(self, request: Request, patient: UUID, note: UUID, reply: UUID) -> Response:
        self.asked()
        return self.record(queries.note_reply(self.viewer, patient, note, reply), shapes.REPLY)

    @extend_schema(operation_id="replies_change", parameters=CHANGE, request=shapes.ReplyChange, responses=shapes.REPLY)
    def patch(self, request: Request, patient: UUID, note: UUID, reply: UUID) -> Response:
        """Change the patient's own reply or statement; the earlier words stay in its history. Nobody else's changes."""
        seen = queries.note_reply(self.viewer, patient, note, reply)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.REPLY)
        services.edit_reply(self.viewer, reply, text=self.given(shapes.ReplyChange)["text"], expected=expected)
        return self.record(queries.note_reply(self.viewer, patient, note, reply), shapes.REPLY)


class ReplyWithdraw(Endpoint):
    """Withdraw what one wrote below a note."""

    @extend_schema(operation_id="replies_withdraw", parameters=[IF_MATCH], request=None, responses={204: None})
    def post(self, request: Request, patient: UUID, note: UUID, reply: UUID) -> Response:
        """Withdraw the patient's own reply or statement. It stays hers; for others nothing of it is left."""
        seen = queries.note_reply(self.viewer, patient, note, reply)
        self.patient_only(patient)
        self.expected(seen, shapes.REPLY)
        services.withdraw_reply(self.viewer, reply)
        return Response(status=NO_CONTENT)


# -- Drafts and signing ------------------------------------------------------------------------------------------------
class Drafts(Endpoint):
    """One's own unfinished notes about this patient, newest first. Nobody else sees them."""

    @extend_schema(operation_id="drafts_list", responses=shapes.NOTE(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        return Response(shapes.NOTE(queries.drafts(self.viewer, patient), many=True).data)


class Draft(Endpoint):
    """One of one's own drafts."""

    @extend_schema(operation_id="drafts_retrieve", parameters=GET_ONE, responses=shapes.NOTE)
    def get(self, request: Request, patient: UUID, note: UUID) -> Response:
        self.asked()
        return self.record(queries.draft(self.viewer, patient, note), shapes.NOTE)

    @extend_schema(operation_id="drafts_change", parameters=CHANGE, request=shapes.DraftChange, responses=shapes.NOTE)
    def patch(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Change it; what is left out stays. A draft has no history."""
        seen = queries.draft(self.viewer, patient, note)
        expected = self.expected(seen, shapes.NOTE)
        given = self.given(shapes.DraftChange)
        whole = {**_words(seen, given), "labels": given.get("labels", seen.labels), "expected": expected}
        if self.viewer.is_patient:
            services.keep_draft(self.viewer, note, **whole, audience=seen.audience, named=seen.named)
        else:
            services.draft_clinical_note(self.viewer, patient, note=note, **whole)
        return self.record(queries.draft(self.viewer, patient, note), shapes.NOTE)

    @extend_schema(operation_id="drafts_discard", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Throw a draft away. Nobody else ever saw it, so nothing of it is kept."""
        self.expected(queries.draft(self.viewer, patient, note), shapes.NOTE)
        services.discard_draft(self.viewer, note)
        return Response(status=NO_CONTENT)


class Sign(Endpoint):
    """Sign a draft."""

    @extend_schema(operation_id="notes_sign", parameters=[IF_MATCH], request=None, responses={201: SIGNED})
    def post(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Sign the draft one saw: the patient reads it from now on, and it cannot be deleted."""
        seen = queries.draft(self.viewer, patient, note)
        if not self.viewer.is_clinician:
            raise NotFound
        services.sign_note(self.viewer, patient, note, expected=self.expected(seen, shapes.NOTE))
        return _signed(seen.id, patient, seen.title, seen.text, seen.labels)


class Labels(Endpoint):
    """Sensitive topics of a note one signed."""

    @extend_schema(operation_id="notes_label", parameters=[IF_MATCH], request=shapes.LabelsIn, responses={204: None})
    def post(self, request: Request, patient: UUID, note: UUID) -> Response:
        """Add topics to a note one signed and sees; only the patient takes one off. What one sees then is not told."""
        seen = queries.progress_note(self.viewer, patient, note)
        if not (seen.mine and seen.clinical):
            raise NotFound
        self.expected(seen, shapes.NOTE)
        services.add_labels(self.viewer, note, labels=self.given(shapes.LabelsIn)["labels"])
        return Response(status=NO_CONTENT)


class SignedNotes(Endpoint):
    """The exact texts one signed, newest first: a clinician's to keep, whatever is shared later."""

    @extend_schema(operation_id="signed_notes", parameters=[Cursor], responses=listing(ARCHIVED))
    def get(self, request: Request) -> Response:
        if not self.viewer.is_clinician:
            raise NotFound
        found = queries.signed_notes(self.viewer, **self.paging())
        return Response({"results": ARCHIVED(found.items, many=True).data, "next": found.next})


def _signed(note: UUID, patient: UUID, title: str, text: str, labels: Collection[str]) -> Response:
    """What was written is answered, not read back: whether it may be seen now is not the author's to learn."""
    return Response(SIGNED(SignedNote(note, patient, title, text, tuple(labels))).data, status=CREATED)


def _words(seen: NoteView, given: dict[str, Any]) -> dict[str, Any]:
    return {name: given.get(name, getattr(seen, name)) for name in ("title", "text")}
