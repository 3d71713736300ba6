"""Being reminded of questionnaires, or not: the patient's alone, and nobody else is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api.base import NO_CONTENT, Endpoint, Strict
from careteam.api.pictures import shape
from careteam.measures import queries, services
from careteam.measures.instruments.catalogue import INSTRUMENTS
from careteam.sharing.errors import NotFound


@dataclass(frozen=True, slots=True)
class ReminderOf:
    """Of one questionnaire: whether its reminder is paused, and until the end of which day (null: until resumed)."""

    questionnaire: str
    name: str
    paused: bool
    until: date | None


REMINDER = shape(ReminderOf)


class PauseIn(Strict):
    """Until the end of which day; null, or left out: until it is resumed."""

    until = serializers.DateField(allow_null=True, required=False, default=None)


class Reminders(Endpoint):
    """Of which questionnaires one is reminded."""

    @extend_schema(operation_id="reminders_list", responses=REMINDER(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        """All questionnaires, paused or not. What is due, and by which plan, stands in one's own overview."""
        self.asked()
        self.patient_only(patient)
        paused = queries.paused_reminders(self.viewer)
        found = [
            ReminderOf(one.name, one.short, one.name in paused, paused.get(one.name)) for one in INSTRUMENTS.values()
        ]
        return Response(REMINDER(found, many=True).data)


class ReminderPause(Endpoint):
    """The pause of the reminder of one questionnaire. It is silent; what a plan expects goes on as it was agreed."""

    @extend_schema(operation_id="reminders_pause", request=PauseIn, responses={204: None})
    def put(self, request: Request, patient: UUID, questionnaire: str) -> Response:
        """Be reminded of it no more, until a day or until it is resumed."""
        self._must_be_hers(patient, questionnaire)
        services.pause_reminder(self.viewer, questionnaire, until=self.given(PauseIn)["until"])
        return Response(status=NO_CONTENT)

    @extend_schema(operation_id="reminders_resume", responses={204: None})
    def delete(self, request: Request, patient: UUID, questionnaire: str) -> Response:
        """Be reminded of it again."""
        self._must_be_hers(patient, questionnaire)
        services.resume_reminder(self.viewer, questionnaire)
        return Response(status=NO_CONTENT)

    def _must_be_hers(self, patient: UUID, questionnaire: str) -> None:
        self.patient_only(patient)
        if questionnaire not in INSTRUMENTS:
            raise NotFound
