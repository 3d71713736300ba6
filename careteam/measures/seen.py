"""Which answers to question 9 a clinician has not yet marked as seen, and who has seen which. Each as she may see it.

A newer 0 erases nothing, a withdrawn form is nowhere, and none of it measures risk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.measures.models import Acknowledged, QuestionnaireResponse, Status
from careteam.measures.pictures import Item9, item9
from careteam.sharing.queries import must_be_open
from careteam.sharing.telling import asked_to_tell

SHOWN_MOST = 20


@dataclass(frozen=True, slots=True)
class Unseen:
    """An answer above "Not at all" that this viewer has not marked as seen, and the version it stands in.

    `told`: the patient chose beforehand that this viewer be told of it.
    """

    answer: Item9
    version: int
    told: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody marked an answer as seen. `current`: the answer that stands now; otherwise one before a correction.

    Her name travels with the form, as the name of whoever writes below a record does.
    """

    id: UUID
    response: UUID
    by: str
    mine: bool
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands first on a chart: answers not yet marked as seen (`more`: beyond those shown), and who saw which."""

    unseen: tuple[Unseen, ...]
    more: int
    seen: tuple[Seen, ...]


class _Answer(NamedTuple):
    patient: UUID
    id: UUID
    version: int
    since: int
    item9: int
    at: datetime
    changed_at: datetime
    told: bool = False


def unseen_for(
    viewer: Viewer,
    patients: Collection[UUID],
    *,
    purpose: Purpose = Purpose.CASELOAD,
    before: datetime | None = None,
) -> dict[UUID, Unseen]:
    """Of each of these patients the newest answer this clinician has not marked as seen: three statements, one log.

    With `before`, of forms sent until then alone.
    """
    found = _unseen(viewer, patients, before)
    _tell(viewer, purpose, [rows[0] for rows in found.values()])
    return {patient: _view(rows[0], viewer) for patient, rows in found.items()}


def banner(viewer: Viewer, patient: UUID, newest: Item9 | None, *, purpose: Purpose = Purpose.OVERVIEW) -> Banner:
    """For a chart: what this clinician has not marked as seen yet, newest first, and who has seen those.

    `newest` is the newest answer above "Not at all" (`CaseloadScore.banner`); without one nothing is asked.
    """
    must_be_open(viewer, patient)
    if newest is None:
        return Banner((), 0, ())
    rows = _unseen(viewer, [patient], None).get(patient, [])
    shown = rows[:SHOWN_MOST]
    _tell(viewer, purpose, shown)
    seen = _seen(viewer, [*(row.id for row in shown), newest.response], purpose)
    return Banner(tuple(_view(row, viewer) for row in shown), len(rows) - len(shown), seen)


def seen_by(viewer: Viewer, patient: UUID, response: UUID, *, purpose: Purpose = Purpose.READ) -> tuple[Seen, ...]:
    """Who marked the answer of one form as seen, oldest first, for whoever may see the form."""
    must_be_open(viewer, patient)
    return _seen(viewer, [response], purpose)


def marked_by(viewer: Viewer, since: Mapping[UUID, int]) -> dict[UUID, UUID]:
    """Of these forms, those whose answer this viewer has marked as seen as it stands, with her row.

    `since`: the version in which question 9 got the answer it has. It decides, and shows nothing.
    """
    return {
        one.about_id: one.id
        for one in Acknowledged.below(viewer, [*since], purpose=Purpose.CHECK, author_id=viewer.user)
        if one.about_version >= since[one.about_id]
    }


def _seen(viewer: Viewer, responses: Collection[UUID], purpose: Purpose) -> tuple[Seen, ...]:
    said = Acknowledged.below(viewer, list(dict.fromkeys(responses)), purpose=purpose)
    if not said:
        return ()
    rows = QuestionnaireResponse.objects.filter(pk__among=[one.about_id for one in said]).visible_to(viewer)
    since = dict(rows.values_list("id", "item9_since"))
    return tuple(
        Seen(
            one.id,
            one.about_id,
            one.author.name,
            one.author_id == viewer.user,
            viewer.local(one.recorded_at),
            one.about_version >= since[one.about_id],
        )
        for one in said
        if one.about_id in since  # a withdrawal may have come in between
    )


def _unseen(viewer: Viewer, patients: Collection[UUID], before: datetime | None) -> dict[UUID, list[_Answer]]:
    """Sent forms with an answer above "Not at all" that this clinician has not marked as seen, newest first."""
    if not viewer.is_clinician or not patients:
        return {}
    rows = QuestionnaireResponse.objects.filter(patient_id__among=patients, item9__gt=0, withdrawn_at=None)
    rows = rows.exclude(status=Status.IN_PROGRESS).visible_to(viewer)
    rows = rows.filter(effective_at__lt=before) if before else rows
    names = ("patient_id", "id", "version", "item9_since", "item9", "effective_at", "changed_at")
    listed = [_Answer(*row) for row in rows.order_by("-effective_at", "-id").values_list(*names)]
    hers = marked_by(viewer, {row.id: row.since for row in listed})
    asked = asked_to_tell(viewer, {row.patient for row in listed})
    found: dict[UUID, list[_Answer]] = defaultdict(list)
    for row in listed:
        if row.id not in hers:
            since = asked.get(row.patient)
            found[row.patient].append(row._replace(told=since is not None and since <= row.changed_at))
    return dict(found)


def _tell(viewer: Viewer, purpose: Purpose, rows: Collection[_Answer]) -> None:
    if rows and not is_silent(viewer, purpose):
        told: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
        for row in rows:
            told[row.patient].append((row.id, row.version))
        category = QuestionnaireResponse.category
        record_disclosures(disclosure(viewer, purpose, patient, category, pairs) for patient, pairs in told.items())


def _view(row: _Answer, viewer: Viewer) -> Unseen:
    at = viewer.local(row.at)
    return Unseen(item9(row.id, row.item9, at.date(), viewer.today), row.version, row.told)
