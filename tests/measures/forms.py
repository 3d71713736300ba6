"""Filling in PHQ-9 forms in tests, through the services a page uses; dates are moved as the owner, never the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.audit.models import AuditEvent
from careteam.measures import services
from careteam.measures.models import QuestionnaireResponse
from careteam.sharing.services import set_audience
from tests.conftest import Maren, Person, as_owner

NEW_YORK = ZoneInfo("America/New_York")
FIVE = (1, 1, 1, 1, 1, 0, 0, 0, 0)
TWELVE = (2, 2, 2, 2, 1, 1, 2, 0, 0)
SEVENTEEN = (2, 2, 2, 2, 2, 2, 2, 3, 0)
TWENTY = (3, 3, 3, 3, 3, 3, 2, 0, 0)


def answers(values: Sequence[int | None]) -> dict[int, object]:
    """Answers in the order of the questions; None is left out, as a browser leaves out what was not picked."""
    return {item: value for item, value in enumerate(values, 1) if value is not None}


def begins(patient: Maren, values: Sequence[int | None] = (), *, of: str = "phq-9") -> UUID:
    """A form in progress with these answers."""
    response: UUID = patient.does(services.begin, of)
    patient.does(services.save_answers, response, answers(values))
    return response


def sends(patient: Maren, values: Sequence[int | None], at: datetime | None = None, *, of: str = "phq-9") -> UUID:
    """A form sent now, or as if it had been sent at that moment."""
    response = begins(patient, values, of=of)
    patient.does(services.send, response)
    if at is not None:
        with as_owner():
            QuestionnaireResponse.unscoped("the test says when").filter(pk=response).update(effective_at=at, sent_at=at)
    return response


def row(response: UUID) -> QuestionnaireResponse:
    """The row as the owner finds it."""
    with as_owner():
        found: QuestionnaireResponse = QuestionnaireResponse.unscoped("the test looks past the walls").get(pk=response)
        return found


def at(day: int, hour: int = 9, minute: int = 0, *, month: int = 3, year: int = 2026) -> datetime:
    """A moment on the patient's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


def hides(patient: Maren, response: UUID) -> None:
    """She keeps a sent form to herself."""
    patient.does(set_audience, QuestionnaireResponse, response, audience="only_me")


def log(patient: Maren, action: str) -> list[AuditEvent]:
    """What the patient finds in her log under this action, oldest first."""
    with patient.acting():
        return list(AuditEvent.objects.filter(action=action).order_by("at", "id"))


def statements(someone: Person, query: Callable[..., Any], *args: Any, **kwargs: Any) -> int:
    """How many SQL statements a query asks."""
    with someone.acting() as viewer, CaptureQueriesContext(connection) as captured:
        query(viewer, *args, **kwargs)
    return len(captured)
