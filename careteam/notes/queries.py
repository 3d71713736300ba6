"""Reading notes, newest first: the patient's and the clinicians' in one list, each by its own category's rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.notes.marks import mark_of
from careteam.notes.models import ClinicalNote, NoteReply, ProgressNote, ReplyKind, SignedNote
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.models import RecordVersion
from careteam.sharing.pictures import Context, Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, disclosed, versions

Note = ProgressNote | ClinicalNote


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What somebody wrote below a note. Withdrawn ones are told to the patient alone, who wrote them."""

    id: UUID
    kind: str
    kind_words: str
    version: int
    author_name: str
    mine: bool
    text: str
    recorded_at: datetime
    changed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def status(self) -> str:
        """There are no drafts of replies."""
        return "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView(RecordView):
    """A note in full. `clinical` = a clinician wrote it; `error_reason` is set when it was marked as a mistake."""

    clinical: bool
    title: str
    text: str
    error_reason: str
    replies: tuple[ReplyView, ...]


@dataclass(frozen=True, slots=True)
class NoteVersion:
    """Earlier words of a note, or of what stands below one, until when they stood, and who changed them."""

    version: int
    title: str
    text: str
    until: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class SignedView:
    """An exact text one signed."""

    id: UUID
    kind: str
    patient_name: str
    title: str
    text: str
    signed_at: datetime


def progress_notes(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[NoteView]:
    """Finished notes, newest first; what each reader may open is the rule's to say and goes to the patient's log."""
    must_be_open(viewer, patient)
    found: list[Note] = []
    for model in (ProgressNote, ClinicalNote):
        rows = model.objects.about(patient).between(viewer, since, until).visible_to(viewer).exclude(status__in=DRAFTS)
        if page.before:
            at, last = page.before
            rows = rows.filter(Q(effective_at__lt=at) | Q(effective_at=at, id__lt=last))
        found += rows.order_by("-effective_at", "-id").select_related("author")[: page.size + 1]
    found.sort(key=lambda note: (note.effective_at, note.id), reverse=True)
    shown: Disclosed[Note] = Disclosed(found[: page.size])
    if len(found) > page.size:
        shown.next = (shown[-1].effective_at, shown[-1].id)
    disclosed(shown, viewer, purpose)
    return Paged(_views(shown, viewer, patient, sight, purpose), cursor_of(shown))


def progress_note(viewer: Viewer, patient: UUID, note: UUID, *, purpose: Purpose = Purpose.READ) -> NoteView:
    """One finished note; raises NotFound when it is absent, hidden, withdrawn from this viewer, or of somebody else."""
    must_be_open(viewer, patient)
    for model in (ProgressNote, ClinicalNote):
        row = model.objects.about(patient).filter(pk=note).exclude(status__in=DRAFTS)
        found = row.disclose_to(viewer, purpose=purpose)
        if found:
            return _views(found, viewer, patient, None, purpose)[0]
    raise NotFound


def note_reply(viewer: Viewer, patient: UUID, note: UUID, reply: UUID) -> ReplyView:
    """One of what stands below a note: whoever opens it opens the note. Raises NotFound."""
    for found in progress_note(viewer, patient, note).replies:
        if found.id == reply:
            return found
    raise NotFound


def drafts(viewer: Viewer, patient: UUID) -> tuple[NoteView, ...]:
    """The viewer's own unfinished notes about this patient, newest first."""
    must_be_open(viewer, patient)
    model = ProgressNote if viewer.patient == patient else ClinicalNote
    rows = model.objects.about(patient).filter(status__in=DRAFTS).disclose_to(viewer, purpose=Purpose.CHECK)
    return _views(rows, viewer, patient, None, Purpose.CHECK)


def draft(viewer: Viewer, patient: UUID, note: UUID) -> NoteView:
    """One of the viewer's own drafts; raises NotFound."""
    for found in drafts(viewer, patient):
        if found.id == note:
            return found
    raise NotFound


def draft_marked(viewer: Viewer, once: str) -> NoteView | None:
    """The viewer's own draft that was begun in the form with this mark."""
    rows = ProgressNote.objects.about(viewer.user).filter(status__in=DRAFTS, import_key=mark_of(viewer, once))
    found = rows.exclude(import_key="").disclose_to(viewer, purpose=Purpose.CHECK)
    return next(iter(_views(found, viewer, viewer.user, None, Purpose.CHECK)), None)


def note_versions(viewer: Viewer, patient: UUID, note: UUID) -> tuple[NoteVersion, ...]:
    """Earlier versions of a note, newest first, for the patient alone."""
    if viewer.patient != patient:
        raise NotFound
    return tuple(_version(viewer, old) for old in versions(viewer, note))


def reply_versions(viewer: Viewer, patient: UUID, replies: Collection[UUID]) -> dict[UUID, tuple[NoteVersion, ...]]:
    """Earlier versions of what stands below a note, newest first, for the patient alone."""
    if viewer.patient != patient:
        raise NotFound
    found: dict[UUID, tuple[NoteVersion, ...]] = {}
    for old in versions(viewer, *replies):
        found[old.record_id] = (*found.get(old.record_id, ()), _version(viewer, old))
    return found


def _version(viewer: Viewer, old: RecordVersion) -> NoteVersion:
    words = old.content
    return NoteVersion(old.version, words.get("title", ""), words["text"], viewer.local(old.until), old.changed_by.name)


def signed_notes(viewer: Viewer, *, page: Page = FIRST) -> Paged[SignedView]:
    """The archive: the exact texts this clinician signed, newest first. Nothing else is made visible by it."""
    rows = SignedNote.objects.filter(author_id=viewer.user).select_related("patient__user")
    if page.before:
        at, last = page.before
        rows = rows.filter(Q(signed_at__lt=at) | Q(signed_at=at, id__lt=last))
    found: Disclosed[Any] = Disclosed(rows.order_by("-signed_at", "-id")[: page.size + 1])
    if len(found) > page.size:
        del found[page.size :]
        found.next = (found[-1].signed_at, found[-1].id)
    return Paged(tuple(_archived(viewer, row) for row in found), cursor_of(found))


def _archived(viewer: Viewer, row: SignedNote) -> SignedView:
    return SignedView(row.id, row.kind, row.patient.user.name, row.title, row.text, viewer.local(row.signed_at))


def was_signed(viewer: Viewer, patient: UUID, note: UUID) -> bool:
    """Whether the viewer signed this note about this patient: her own archive knows, whatever is shown to her."""
    must_be_open(viewer, patient)
    return SignedNote.objects.filter(author_id=viewer.user, patient_id=patient, note_id=note, kind="note").exists()


def signed_text(viewer: Viewer, patient: UUID, note: UUID) -> SignedView:
    """The exact text of a note the viewer signed about somebody on whose team she still is; raises NotFound."""
    must_be_open(viewer, patient)
    rows = SignedNote.objects.filter(author_id=viewer.user, patient_id=patient, note_id=note, kind="note")
    row = rows.select_related("patient__user").first()
    if row is None:
        raise NotFound
    return _archived(viewer, row)


def next_mark(viewer: Viewer, patient: UUID) -> str:
    """What marks the viewer's next note about this patient: it moves with each one she keeps, and with nothing else."""
    must_be_open(viewer, patient)
    drafts = ClinicalNote.objects.about(patient).filter(status__in=DRAFTS, author_id=viewer.user).visible_to(viewer)
    signed = SignedNote.objects.filter(author_id=viewer.user, patient_id=patient, kind="note")
    last = [
        drafts.order_by("-id").values_list("id", flat=True).first(),
        signed.order_by("-note_id").values_list("note_id", flat=True).first(),
    ]
    newest = max((note for note in last if note), default=None)
    return f"after {newest}" if newest else "first"


def must_be_about(viewer: Viewer, patient: UUID, note: UUID) -> None:
    """Raise NotFound unless this is a finished note about this patient that the viewer may see. Discloses nothing."""
    must_be_open(viewer, patient)
    for model in (ProgressNote, ClinicalNote):
        if model.objects.about(patient).filter(pk=note).exclude(status__in=DRAFTS).visible_to(viewer).exists():
            return
    raise NotFound


def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' notes from `since` to `until` that the viewer may see now.

    One statement for each of the two kinds however many patients. Selecting discloses nothing.
    """
    found: list[tuple[UUID, UUID, int]] = []
    for model in (ProgressNote, ClinicalNote):
        rows = model.objects.filter(patient_id__among=patients).between(viewer, since, until).visible_to(viewer)
        kept = rows.filter(withdrawn_at=None).exclude(status__in=DRAFTS).order_by("-effective_at", "-id")
        found += kept.values_list("patient_id", "id", "version")
    return found


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many notes others wrote or changed since then."""
    total: dict[UUID, int] = defaultdict(int)
    for model in (ProgressNote, ClinicalNote):
        for patient, count in model.objects.newer(viewer, since).items():
            total[patient] += count
    return dict(total)


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These notes in one line each, as far as the rule lets them through now."""
    found: list[RecordLine] = []
    for model in (ProgressNote, ClinicalNote):
        rows = (
            model.objects.filter(pk__among=ids)
            .exclude(status__in=DRAFTS)
            .disclose_to(viewer, purpose=purpose, page=ALL)
        )
        found += [
            line(row, viewer, f"“{row.title}”" if row.title else "A note") for row in rows if not row.withdrawn_at
        ]
    return found


def _views(
    rows: Sequence[Note], viewer: Viewer, patient: UUID, sight: Sight | None, purpose: Purpose
) -> tuple[NoteView, ...]:
    shared: Context = context(viewer, patient, [row.id for row in rows], sight)
    below: dict[UUID, list[ReplyView]] = defaultdict(list)
    replies = NoteReply.below(viewer, [row.id for row in rows], purpose=purpose)
    for row in replies:
        below[row.about_id].append(_reply(row, viewer))
    return tuple(
        NoteView(
            **head(row, viewer, shared),
            clinical=isinstance(row, ClinicalNote),
            title=row.title,
            text=row.text,
            error_reason=row.error_reason if isinstance(row, ClinicalNote) else "",
            replies=tuple(below[row.id]),
        )
        for row in rows
    )


def _reply(row: NoteReply, viewer: Viewer) -> ReplyView:
    return ReplyView(
        id=row.id,
        kind=row.kind,
        kind_words=ReplyKind(row.kind).label,
        version=row.version,
        author_name=row.author.name,
        mine=row.author_id == viewer.user,
        text=row.text,
        recorded_at=viewer.local(row.recorded_at),
        changed_at=viewer.local(row.changed_at) if row.version > 1 else None,
        withdrawn_at=viewer.local(row.withdrawn_at) if row.withdrawn_at else None,
    )
