"""Reading everything tried, for the ledger: what was written down, with the day to judge it by and how it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.sharing.codes import DRAFTS
from careteam.sharing.pictures import SeeLine, Sight, see_line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import disclosed, one_visible
from careteam.treatments.codes import Status
from careteam.treatments.doses import status_on
from careteam.treatments.judging import JudgeDay, judge_days
from careteam.treatments.models import MedicationStatement
from careteam.treatments.queries import patient_days
from careteam.treatments.taking import TakenView, as_taken, taken_below
from careteam.treatments.tried import Answer, Medicine


@dataclass(frozen=True, slots=True)
class Tried:
    """One medicine for the ledger, and what its page shows beside the judgement."""

    medicine: Medicine
    id: UUID
    version: int
    current: bool
    judge: JudgeDay
    taken: tuple[TakenView, ...]
    side_effects: str
    stopped_why: str
    see: SeeLine


@dataclass(frozen=True, slots=True)
class History:
    """Everything written down about medicines that this viewer may see, and the patient's day."""

    tried: tuple[Tried, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside one medicine: the day to judge it by, and how it was taken, oldest first."""

    judge: JudgeDay
    taken: tuple[TakenView, ...]


def beside(viewer: Viewer, medicine: UUID, *, purpose: Purpose = Purpose.READ) -> Beside:
    """The same for one medicine that this viewer was shown already; raises NotFound."""
    row = one_visible(MedicationStatement, viewer, medicine, lock=False)
    today = patient_days(viewer, [row.patient_id])[row.patient_id]
    taken = taken_below(viewer, [row.id], purpose).get(row.id, ())
    return Beside(judge_days(viewer, [row], today, purpose)[row.id], taken)


def history(viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None) -> History:
    """All medicines but those withdrawn, waiting or written by mistake; the same few statements however many."""
    must_be_open(viewer, patient)
    today = patient_days(viewer, [patient])[patient]
    rows = MedicationStatement.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None)
    rows = rows.exclude(status__in=[*DRAFTS, Status.ERROR]).select_related("author").order_by("-effective_at", "-id")
    found = list(rows)
    disclosed(found, viewer, purpose)
    shared = context(viewer, patient, [row.id for row in found], sight)
    taken = taken_below(viewer, [row.id for row in found], purpose)
    judges = judge_days(viewer, found, today, purpose)
    return History(
        tuple(
            Tried(
                medicine=_plain(row, today, taken.get(row.id, ()), viewer),
                id=row.id,
                version=row.version,
                current=status_on(row.status, row.began, row.ended, today) == Status.ACTIVE,
                judge=judges[row.id],
                taken=taken.get(row.id, ()),
                side_effects=row.side_effects,
                stopped_why=row.stopped_why,
                see=see_line(row, viewer, shared.sight, shared.named.get(row.id, frozenset()), shared.patient_name),
            )
            for row in found
        ),
        today,
    )


def _plain(row: MedicationStatement, today: date, taken: tuple[TakenView, ...], viewer: Viewer) -> Medicine:
    return Medicine(
        id=str(row.id),
        name=row.name,
        periods=row.doses,
        start=row.began,
        end=row.ended,
        status=status_on(row.status, row.began, row.ended, today),
        ingredient=row.ingredient,
        form=row.route_form,
        as_needed=row.as_needed,
        answer=Answer(best=row.best, at_end=row.at_end, helped=row.helped, stop_reason=row.stop_reason),
        taken=as_taken(taken),
        version=row.version,
        changed_on=viewer.local(row.changed_at).date() if row.version > 1 else None,
    )
