"""Sending and correcting a questionnaire: with it, in one transaction, a row of the outbox for each who is to be told.

Pages and programs send every questionnaire through here (a test holds them to it), so that nobody is forgotten; whoever
nobody asked for is told nothing. The answer to the person who sends waits for no worker and no mail.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer
from careteam.measures import services as measures
from careteam.measures.telling import whom_to_tell
from careteam.summaries.models import Kind, Outbox


@transaction.atomic
def send_questionnaire(viewer: Viewer, response: UUID, *, questionnaire: str = "") -> bool:
    """Send the form; True when question 9 is answered above 0. Takes and raises what `measures.services.send` does."""
    above = measures.send(viewer, response, questionnaire=questionnaire)
    if above:
        _tell(viewer, response)
    return above


@transaction.atomic
def correct_questionnaire(
    viewer: Viewer, response: UUID, item: int, given: object, *, expected: int | None = None, why: str = ""
) -> bool:
    """Correct one answer; True when question 9 is answered above 0 by this. Raises as `measures.services.correct`."""
    above = measures.correct(viewer, response, item, given, expected=expected, why=why)
    if above:
        _tell(viewer, response)
    return above


def _tell(viewer: Viewer, response: UUID) -> None:
    """One row for each and form, however often it is sent: ids and times alone."""
    told = whom_to_tell(viewer, response)
    if told:
        zones = User.objects.filter(pk__in=told).values_list("pk", "zone")
        Outbox.objects.bulk_create(
            [Outbox(user_id=user, kind=Kind.NEW_ITEM, zone=zone, about_id=response) for user, zone in zones],
            ignore_conflicts=True,
        )
