"""Filling in PHQ-9 forms in tests, through the services a page uses; dates are moved as the owner, never the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from careteam.measures import services
from careteam.measures.models import QuestionnaireResponse
from tests.conftest import Maren, as_owner

FIVE = (1, 1, 1, 1, 1, 0, 0, 0, 0)
TWELVE = (2, 2, 2, 2, 1, 1, 2, 0, 0)
SEVENTEEN = (2, 2, 2, 2, 2, 2, 2, 3, 0)
TWENTY = (3, 3, 3, 3, 3, 3, 2, 0, 0)


def answers(values: Sequence[int | None]) -> dict[int, object]:
    """Answers in the order of the questions; None is left out, as a browser leaves out what was not picked."""
    return {item: value for item, value in enumerate(values, 1) if value is not None}


def begins(patient: Maren, values: Sequence[int | None] = ()) -> UUID:
    """A form in progress with these answers."""
    response: UUID = patient.does(services.begin)
    patient.does(services.save_answers, response, answers(values))
    return response


def sends(patient: Maren, values: Sequence[int | None], at: datetime | None = None) -> UUID:
    """A form sent now, or as if it had been sent at that moment."""
    response = begins(patient, values)
    patient.does(services.send, response)
    if at is not None:
        with as_owner():
            QuestionnaireResponse.unscoped("the test says when").filter(pk=response).update(effective_at=at, sent_at=at)
    return response


def row(response: UUID) -> QuestionnaireResponse:
    """The row as the owner finds it."""
    with as_owner():
        return QuestionnaireResponse.unscoped("the test looks past the walls").get(pk=response)
