"""ProgressNote (the patient's), ClinicalNote (drafted and signed by a clinician), NoteReply, and the signed archive."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, Role, User
from careteam.sharing.codes import Category
from careteam.sharing.records import Record, Reply

TITLE_MOST = 200
NOTE_MOST = 20_000
REPLY_MOST = 4_000


class ProgressNote(Record):
    """A note of the patient's own: `draft` or `final`."""

    category = Category.MY_NOTES
    kind = "note"
    content = ("title", "text")

    title = models.CharField(max_length=TITLE_MOST, blank=True)
    text = models.TextField()

    class Meta(Record.Meta):
        pass


class ClinicalNote(Record):
    """A clinician's note about a patient: `draft`, then `final` once signed; `entered-in-error`, never gone."""

    category = Category.CLINICAL_NOTES
    kind = "clinical-note"
    written_by = Role.PRACTITIONER
    content = ("title", "text", "status", "error_reason")

    title = models.CharField(max_length=TITLE_MOST, blank=True)
    text = models.TextField()
    error_reason = models.CharField(max_length=TITLE_MOST, blank=True)

    class Meta(Record.Meta):
        pass


class ReplyKind(models.TextChoices):
    """What stands below a note: a reply, the patient's statement on a clinical note, the author's addendum."""

    REPLY = "reply", "Reply"
    STATEMENT = "statement", "Statement by the patient"
    ADDENDUM = "addendum", "Addendum"


class NoteReply(Reply):
    """Written below a note; whoever sees the note sees it. The patient changes or withdraws her own, nobody else's."""

    content = ("text",)

    kind = models.CharField(max_length=9, choices=ReplyKind.choices)
    text = models.TextField()

    class Meta(Reply.Meta):
        pass

    @classmethod
    def parents(cls) -> tuple[type[Record], ...]:
        """Both kinds of notes."""
        return (ProgressNote, ClinicalNote)


class SignedNote(models.Model):
    """The exact text a clinician signed, hers to read for good on "Notes I signed", whatever is shared later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    note_id = models.UUIDField()
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=[("note", "Note"), ("addendum", "Addendum")])
    title = models.CharField(max_length=TITLE_MOST, blank=True)
    text = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["author", "-signed_at", "-id"], name="signed_newest")]

    def __str__(self) -> str:
        return str(self.id)
