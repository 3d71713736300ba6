"""Reading proposed corrections: below entries one was just shown, and those that wait for the patient's answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.corrections.models import CorrectionSettled, ProposedCorrection, correctable
from careteam.sharing.errors import NotFound
from careteam.sharing.queries import must_be_open
from careteam.sharing.records import Record

Stands = Literal["waits", "changed", "left"]
STANDS: dict[Stands, str] = {"waits": "Not answered yet", "changed": "Corrected since", "left": "Left as it is"}


class Entry(Protocol):
    """What is asked of an entry: a picture of a record has it, and so has a line about one."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ProposedView:
    """What a clinician thinks an entry should say. Her name travels with the entry.

    `kind` is the entry's, `about_version` the version that was read. `stands`: it waits for the patient's answer; she
    `changed` the entry and said so, or `left` it as it is. `changed_since`: the entry is another version now.
    """

    id: UUID
    record: UUID
    kind: str
    about_version: int
    text: str
    author_name: str
    mine: bool
    at: datetime
    stands: Stands
    settled_at: datetime | None
    changed_since: bool

    @property
    def waits(self) -> bool:
        """Whether the patient has not answered it."""
        return self.stands == "waits"

    @property
    def words(self) -> str:
        """How it stands."""
        return STANDS[self.stands]


def proposed(
    viewer: Viewer, patient: UUID, entries: Iterable[Entry], *, purpose: Purpose = Purpose.READ
) -> dict[UUID, tuple[ProposedView, ...]]:
    """Below these entries of a patient, oldest first, by the entry; one statement, two where there are any."""
    must_be_open(viewer, patient)
    shown = {entry.id: entry for entry in entries}
    among = [correctable()[kind] for kind in sorted({entry.kind for entry in shown.values()} & correctable().keys())]
    if not among:
        return {}
    rows = ProposedCorrection.below(viewer, shown, purpose=purpose, among=among, patient_id=patient)
    answers = answered(viewer, {row.about_id for row in rows}, purpose=purpose, among=among)
    found: dict[UUID, list[ProposedView]] = defaultdict(list)
    for row in rows:
        found[row.about_id].append(_view(row, viewer, answers.get(row.id), shown[row.about_id].version))
    return {record: tuple(views) for record, views in found.items()}


def open_corrections(viewer: Viewer) -> tuple[ProposedView, ...]:
    """Those below the viewer's own entries that wait for an answer, newest first; raises NotFound for who keeps none.

    Whether the entry still stands, and in which version, is its room's to say.
    """
    has_answer = CorrectionSettled.unscoped("whether one was answered").filter(correction_id=OuterRef("id"))
    rows = _own(viewer).exclude(Exists(has_answer)).select_related("author").order_by("-recorded_at", "-id")
    return tuple(_view(row, viewer, None, row.about_version) for row in rows)


def own_correction(viewer: Viewer, correction: UUID) -> ProposedCorrection:
    """One below an entry of the viewer's own; raises NotFound."""
    found: ProposedCorrection | None = _own(viewer).filter(pk=correction).first()
    if found is None or found.about_kind not in correctable():
        raise NotFound
    return found


def answered(
    viewer: Viewer, entries: Collection[UUID], *, purpose: Purpose, among: Collection[type[Record]]
) -> dict[UUID, CorrectionSettled]:
    """What the patient answered below these entries, by the correction that it answers."""
    return {row.correction_id: row for row in CorrectionSettled.below(viewer, entries, purpose=purpose, among=among)}


def _own(viewer: Viewer) -> Any:
    if viewer.patient is None:
        raise NotFound
    return ProposedCorrection.unscoped("the patient's own, whatever it stands below").filter(patient_id=viewer.patient)


def _view(row: ProposedCorrection, viewer: Viewer, answer: CorrectionSettled | None, version: int) -> ProposedView:
    stands: Stands = "waits"
    if answer:
        stands = "changed" if answer.about_version > row.about_version else "left"
    return ProposedView(
        id=row.id,
        record=row.about_id,
        kind=row.about_kind,
        about_version=row.about_version,
        text=row.text,
        author_name=row.author.name,
        mine=row.author_id == viewer.user,
        at=viewer.local(row.recorded_at),
        stands=stands,
        settled_at=viewer.local(answer.recorded_at) if answer else None,
        changed_since=version != row.about_version,
    )
