"""Where a goal stands when it asks somebody to agree: FHIR's life-cycle from what was said of its words. Pure.

A goal that names nobody stands where its patient says. One that names clinicians is proposed until she and at least one
of them agreed to the same words; what is kept is what she said, and agreement is worked out anew at each reading, so
that two who agree at the same moment need not wait for one another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from careteam.goals.codes import Acceptance, Status

ASKS = (Status.PROPOSED, Status.PLANNED)  # kept states in which agreement decides
OPEN_TO_ANSWERS = (Status.PROPOSED, Status.PLANNED, Status.ON_HOLD)
SAID_BY_HER = (
    Status.ACTIVE,
    Status.PLANNED,
    Status.ON_HOLD,
    Status.COMPLETED,
    Status.CANCELLED,
    Status.REJECTED,
    Status.ERROR,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What one of them said of the words as they stood in version `wording`."""

    by: UUID
    answer: str
    wording: int


def answers(said: Iterable[Said], wording: int) -> Mapping[UUID, str]:
    """The last answer of each to these very words; what was said of earlier ones counts no more."""
    return {one.by: one.answer for one in said if one.wording == wording}


def agreed(patient: UUID, asked: Collection[UUID], found: Mapping[UUID, str]) -> bool:
    """Whether the patient and at least one of those the goal names agreed to the same words; a no stands beside it."""
    yes = {who for who, answer in found.items() if answer == Acceptance.AGREE}
    return patient in yes and any(who in yes for who in asked)


def stands(kept: str, asked: Collection[object], both: bool) -> Status:
    """FHIR's lifecycleStatus from what is kept, whom the goal names, and whether both sides agreed."""
    status = Status(kept)
    if not asked or status not in ASKS:
        return status
    if not both:
        return Status.PROPOSED
    return Status.ACTIVE if status == Status.PROPOSED else Status.ACCEPTED


def kept_as(said: str, asked: Collection[object]) -> Status:
    """How it is kept when she says where it stands: to begin a goal that asks others is to propose it to them."""
    status = Status(said)
    return Status.PROPOSED if asked and status == Status.ACTIVE else status


def said_as(kept: str) -> Status:
    """What she said, whatever the others answer: a proposed goal is one that she would begin."""
    return Status.ACTIVE if kept == Status.PROPOSED else Status(kept)
