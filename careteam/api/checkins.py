"""Check-ins and life events: list, one, create, change."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api import shapes
from careteam.api.base import CHANGE, CREATE, GET_LIST, GET_ONE, Endpoint, listing
from careteam.checkins import queries, services


class CheckIns(Endpoint):
    """Check-ins, newest first; `since` and `until` are days of the patient's own calendar."""

    @extend_schema(operation_id="check_ins_list", parameters=GET_LIST, responses=listing(shapes.CHECK_IN))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.check_ins(self.viewer, patient, **self.listing()), shapes.CHECK_IN)

    @extend_schema(
        operation_id="check_ins_create",
        parameters=CREATE,
        request=shapes.CheckInIn,
        responses={201: shapes.CHECK_IN},
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Say how a day was; today when `day` is not said. One answer is enough.

        When that day has a check-in already, this changes it: what is left out stays, and so does who sees it.
        """
        self.patient_only(patient)
        given = self.given(shapes.CheckInIn)
        made = self.once(lambda: services.check_in(self.viewer, **given))
        return self.created(made, queries.check_in(self.viewer, patient, made.id), shapes.CHECK_IN, "api_check_in")


class CheckIn(Endpoint):
    """One check-in."""

    @extend_schema(operation_id="check_ins_retrieve", parameters=GET_ONE, responses=shapes.CHECK_IN)
    def get(self, request: Request, patient: UUID, check_in: UUID) -> Response:
        self.asked()
        return self.record(queries.check_in(self.viewer, patient, check_in), shapes.CHECK_IN)

    @extend_schema(
        operation_id="check_ins_change", parameters=CHANGE, request=shapes.CheckInChange, responses=shapes.CHECK_IN
    )
    def patch(self, request: Request, patient: UUID, check_in: UUID) -> Response:
        """Change the answers of a day; an empty one takes it back, what stood there is kept in its history."""
        seen = queries.check_in(self.viewer, patient, check_in)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.CHECK_IN)
        services.change_check_in(self.viewer, check_in, **self.given(shapes.CheckInChange), expected=expected)
        return self.record(queries.check_in(self.viewer, patient, check_in), shapes.CHECK_IN)


class Events(Endpoint):
    """Life events, newest first, by the first day their date can mean."""

    @extend_schema(operation_id="events_list", parameters=GET_LIST, responses=listing(shapes.EVENT))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.events(self.viewer, patient, **self.listing()), shapes.EVENT)

    @extend_schema(
        operation_id="events_create", parameters=CREATE, request=shapes.EventIn, responses={201: shapes.EVENT}
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Write down something that happened, or will within a year."""
        self.patient_only(patient)
        given = self.given(shapes.EventIn)
        made = self.once(lambda: services.add_event(self.viewer, **given))
        return self.created(made, queries.event(self.viewer, patient, made.id), shapes.EVENT, "api_event")


class Event(Endpoint):
    """One life event."""

    @extend_schema(operation_id="events_retrieve", parameters=GET_ONE, responses=shapes.EVENT)
    def get(self, request: Request, patient: UUID, event: UUID) -> Response:
        self.asked()
        return self.record(queries.event(self.viewer, patient, event), shapes.EVENT)

    @extend_schema(operation_id="events_change", parameters=CHANGE, request=shapes.EventChange, responses=shapes.EVENT)
    def patch(self, request: Request, patient: UUID, event: UUID) -> Response:
        """Change a life event of one's own; what is left out stays, what stood there is kept in its history."""
        seen = queries.event(self.viewer, patient, event)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.EVENT)
        whole = {"words": seen.words, "on": seen.on.text} | self.given(shapes.EventChange)
        services.edit_event(self.viewer, event, **whole, expected=expected)
        return self.record(queries.event(self.viewer, patient, event), shapes.EVENT)
