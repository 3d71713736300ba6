"""Writing the log. Rows get their id in Python and never come back: the writer needs no right to read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db.models.functions import Now

from careteam.accounts.errors import NotFound
from careteam.accounts.viewer import Viewer, this_act
from careteam.audit.models import SILENT, AuditEvent, Purpose, SecurityEvent

_waiting: ContextVar[list[AuditEvent] | None] = ContextVar("waiting", default=None)


def record_disclosure(
    viewer: Viewer, purpose: Purpose, patient: UUID, category: str, shown: Iterable[tuple[UUID, int]]
) -> None:
    """Write that `viewer` was shown these (record id, version). Own reads and silent purposes need no row."""
    pairs = list(shown)
    if is_silent(viewer, purpose) or viewer.patient == patient or not pairs:
        return
    record_disclosures([disclosure(viewer, purpose, patient, category, pairs)])


def is_silent(viewer: Viewer, purpose: Purpose) -> bool:
    """Whether this reading discloses nothing to anybody: a decision, a selection, or the patient's own preview."""
    return viewer.preview or purpose in SILENT


def record_disclosures(events: Iterable[AuditEvent]) -> None:
    """Write many disclosures in one statement (one per patient of a list)."""
    waiting = _waiting.get()
    if waiting is None:
        AuditEvent.objects.bulk_create(events)
    else:
        waiting.extend(events)


@contextmanager
def held_back() -> Iterator[Callable[[Iterable[UUID]], None]]:
    """For a list that judges many people and tells of a few: what is disclosed within waits until it is said of whom.

    Yields that saying: `shows(patients)`, those in a row and those in a count. At the end their rows are written in one
    statement, one for each patient and category; the others were judged alone, which discloses nothing. Whoever forgets
    to say it is stopped (LookupError).
    When the block raises, nothing is shown and nothing is written.
    """
    waiting: list[AuditEvent] = []
    shown: set[UUID] = set()
    said = False

    def shows(patients: Iterable[UUID]) -> None:
        nonlocal said
        said = True
        shown.update(patients)

    token = _waiting.set(waiting)
    try:
        yield shows
    finally:
        _waiting.reset(token)
    if not said:
        raise LookupError("say who is shown")
    rows: dict[tuple[UUID, str, str], AuditEvent] = {}
    for event in waiting:
        if event.patient_id in shown:
            row = rows.setdefault((event.patient_id, event.action, event.category), event)
            if row is not event:
                _add(row, event)
    record_disclosures(rows.values())


def _add(row: AuditEvent, event: AuditEvent) -> None:
    known = set(row.record_ids)
    for record, version in zip(event.record_ids, event.versions, strict=True):
        if record not in known:
            row.record_ids.append(record)
            row.versions.append(version)


def disclosure(
    viewer: Viewer, purpose: Purpose, patient: UUID, category: str, shown: list[tuple[UUID, int]]
) -> AuditEvent:
    """The unsaved row of one disclosure."""
    return AuditEvent(
        patient_id=patient,
        actor_id=viewer.user,
        actor_role=viewer.role,
        action=purpose,
        category=category,
        record_ids=[record for record, _ in shown],
        versions=[version for _, version in shown],
        request_id=this_act(),
    )


def record_act(
    viewer: Viewer,
    action: str,
    patient: UUID,
    *,
    category: str = "",
    about: UUID | None = None,
    records: Iterable[tuple[UUID, int]] = (),
) -> None:
    """Write that `viewer` did something to `patient`'s record, team or consents. `about` is the member concerned.

    Who looks through another's eyes does nothing: raises NotFound, which takes back whatever was about to be done.
    """
    if viewer.preview:
        raise NotFound
    pairs = list(records)
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                patient_id=patient,
                actor_id=viewer.user,
                actor_role=viewer.role,
                action=action,
                category=category,
                about_id=about,
                record_ids=[record for record, _ in pairs],
                versions=[version for _, version in pairs],
                request_id=this_act(),
            )
        ]
    )


def record_visit(viewer: Viewer, patient: UUID) -> None:
    """Write that the viewer opened this patient's overview, her own as well: what is new is new since then."""
    if not viewer.preview:
        record_act(viewer, Purpose.OVERVIEW, patient)


def record_refusal(viewer: Viewer | None, patient: UUID | None, route: str) -> None:
    """Write a refusal, in a transaction of its own, after the refused request was rolled back.

    Whether the viewer is or was on the patient's team (`was_member`) is the database's to say.
    """
    SecurityEvent.objects.bulk_create(
        [
            SecurityEvent(
                actor_id=viewer.user if viewer else None,
                patient_id=patient,
                route=route,
                at=Now(),
            )
        ]
    )
