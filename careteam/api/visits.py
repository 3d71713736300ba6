"""Visits, questions for them, plans of how progress is checked, and asking for a call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api import shapes
from careteam.api.base import CHANGE, CREATE, GET_LIST, GET_ONE, NO_CONTENT, Endpoint, listing
from careteam.api.people import AnyAccepted
from careteam.exchange import ics
from careteam.sharing.errors import NotFound
from careteam.visits import calls, queries, services
from careteam.visits.pictures import VisitView

WHEN = ("minutes", "practitioner", "with_words", "mode", "place")


# -- Visits ------------------------------------------------------------------------------------------------------------
class Visits(Endpoint):
    """A patient's visits, the latest start first."""

    @extend_schema(operation_id="visits_list", parameters=GET_LIST, responses=listing(shapes.VISIT))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.visits(self.viewer, patient, **self.listing()), shapes.VISIT)

    @extend_schema(
        operation_id="visits_create", parameters=CREATE, request=shapes.VisitIn, responses={201: shapes.VISIT}
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Write down a visit of one's own. Nothing is booked."""
        self.patient_only(patient)
        given = self.given(shapes.VisitIn)
        made = self.once(lambda: services.add_visit(self.viewer, **given))
        return self.created(made, queries.visit(self.viewer, patient, made.id), shapes.VISIT, "api_visit")


class Visit(Endpoint):
    """One visit."""

    @extend_schema(operation_id="visits_retrieve", parameters=GET_ONE, responses=shapes.VISIT)
    def get(self, request: Request, patient: UUID, visit: UUID) -> Response:
        self.asked()
        return self.record(queries.visit(self.viewer, patient, visit), shapes.VISIT)

    @extend_schema(operation_id="visits_change", parameters=CHANGE, request=shapes.VisitChange, responses=shapes.VISIT)
    def patch(self, request: Request, patient: UUID, visit: UUID) -> Response:
        """Correct a visit of one's own, add what was decided (it then took place), or cancel it."""
        seen = queries.visit(self.viewer, patient, visit)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.VISIT)
        given = self.given(shapes.VisitChange)
        if given.keys() & {"start", *WHEN}:
            expected = services.edit_visit(self.viewer, visit, **_when(seen, given), expected=expected)
        if given.get("status") == "cancelled":
            services.cancel_visit(self.viewer, visit, expected=expected)
        elif given.keys() & {"decisions", "status"}:
            text = given.get("decisions", seen.decisions)
            services.finish_visit(self.viewer, visit, decisions=text, expected=expected)
        return self.record(queries.visit(self.viewer, patient, visit), shapes.VISIT)


def _when(seen: VisitView, given: dict[str, Any]) -> dict[str, Any]:
    before = {name: getattr(seen, name) for name in ("minutes", "practitioner", "mode", "place")}
    before |= {"start": seen.effective_at, "with_words": "" if seen.practitioner else seen.with_name}
    if given.get("with_words"):
        before["practitioner"] = None  # free words take the place of a person
    return {name: given.get(name, before[name]) for name in ("start", *WHEN)}


class VisitCalendar(Endpoint):
    """A visit as a calendar file: the time and no more."""

    content_negotiation_class = AnyAccepted

    @extend_schema(operation_id="visits_calendar", responses={(200, "text/calendar"): OpenApiTypes.BINARY})
    def get(self, request: Request, patient: UUID, visit: UUID) -> HttpResponse:
        """The patient's alone. It names nobody, no place and nothing about health; its UID stays."""
        self.asked()
        self.patient_only(patient)
        shown = queries.visit(self.viewer, patient, visit)
        if shown.withdrawn_at:
            raise NotFound
        body = ics.appointment(
            shown.id, shown.effective_at, shown.minutes, cancelled=shown.status == "cancelled", version=shown.version
        )
        response = HttpResponse(body, content_type="text/calendar")
        response["Content-Disposition"] = f'attachment; filename="{ics.FILE_NAME}"'
        return response


# -- Questions ---------------------------------------------------------------------------------------------------------
class Questions(Endpoint):
    """Questions to bring to a visit, newest first. `priority` is the patient's own order, for her alone."""

    @extend_schema(operation_id="questions_list", parameters=GET_LIST, responses=listing(shapes.QUESTION))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.questions(self.viewer, patient, **self.listing()), shapes.QUESTION)

    @extend_schema(
        operation_id="questions_create", parameters=CREATE, request=shapes.QuestionIn, responses={201: shapes.QUESTION}
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Write down a question. Nobody answers it here."""
        self.patient_only(patient)
        given = self.given(shapes.QuestionIn)
        made = self.once(lambda: services.add_question(self.viewer, **given))
        return self.created(made, queries.question(self.viewer, patient, made.id), shapes.QUESTION, "api_question")


class Question(Endpoint):
    """One question."""

    @extend_schema(operation_id="questions_retrieve", parameters=GET_ONE, responses=shapes.QUESTION)
    def get(self, request: Request, patient: UUID, question: UUID) -> Response:
        self.asked()
        return self.record(queries.question(self.viewer, patient, question), shapes.QUESTION)

    @extend_schema(
        operation_id="questions_change", parameters=CHANGE, request=shapes.QuestionChange, responses=shapes.QUESTION
    )
    def patch(self, request: Request, patient: UUID, question: UUID) -> Response:
        """Change the words of a question of one's own, its visit, or its answer."""
        seen = queries.question(self.viewer, patient, question)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.QUESTION)
        given = self.given(shapes.QuestionChange)
        words, visit = given.get("words", seen.words), given.get("visit", seen.visit)
        expected = services.edit_question(self.viewer, question, words=words, visit=visit, expected=expected)
        if "answer" in given:
            services.answer_question(self.viewer, question, answer=given["answer"], expected=expected)
        return self.record(queries.question(self.viewer, patient, question), shapes.QUESTION)


class QuestionMove(Endpoint):
    """The order of one's own questions."""

    @extend_schema(operation_id="questions_move", request=shapes.MoveIn, responses={204: None})
    def post(self, request: Request, patient: UUID, question: UUID) -> Response:
        """Put an open question one place earlier or later."""
        queries.question(self.viewer, patient, question)
        self.patient_only(patient)
        services.move_question(self.viewer, question, up=self.given(shapes.MoveIn)["to"] == "up")
        return Response(status=NO_CONTENT)


# -- Plans -------------------------------------------------------------------------------------------------------------
class Plans(Endpoint):
    """How progress is checked, with whom, newest first."""

    @extend_schema(operation_id="plans_list", parameters=GET_LIST, responses=listing(shapes.PLAN))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.plans(self.viewer, patient, **self.listing()), shapes.PLAN)

    @extend_schema(operation_id="plans_create", parameters=CREATE, request=shapes.PlanIn, responses={201: shapes.PLAN})
    def post(self, request: Request, patient: UUID) -> Response:
        """Agree on a plan with somebody on one's team; she alone is named to see it."""
        self.patient_only(patient)
        given = self.given(shapes.PlanIn)
        made = self.once(lambda: services.add_plan(self.viewer, **given))
        return self.created(made, queries.plan(self.viewer, patient, made.id), shapes.PLAN, "api_plan")


class Plan(Endpoint):
    """One plan."""

    @extend_schema(operation_id="plans_retrieve", parameters=GET_ONE, responses=shapes.PLAN)
    def get(self, request: Request, patient: UUID, plan: UUID) -> Response:
        self.asked()
        return self.record(queries.plan(self.viewer, patient, plan), shapes.PLAN)

    @extend_schema(operation_id="plans_change", parameters=CHANGE, request=shapes.PlanChange, responses=shapes.PLAN)
    def patch(self, request: Request, patient: UUID, plan: UUID) -> Response:
        """Change a plan of one's own; what stood there is kept in its history."""
        seen = queries.plan(self.viewer, patient, plan)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.PLAN)
        given = self.given(shapes.PlanChange)
        whole = {name: given.get(name, getattr(seen, name)) for name in ("measures", "weeks", "better", "review")}
        services.edit_plan(self.viewer, plan, **whole, expected=expected)
        return self.record(queries.plan(self.viewer, patient, plan), shapes.PLAN)


# -- Asking for a call -------------------------------------------------------------------------------------------------
class Calls(Endpoint):
    """Calls that were asked for, newest first."""

    @extend_schema(operation_id="calls_list", parameters=GET_LIST, responses=listing(shapes.CALL))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(queries.calls(self.viewer, patient, **self.listing()), shapes.CALL)

    @extend_schema(operation_id="calls_create", parameters=CREATE, request=shapes.CallIn, responses={201: shapes.CALL})
    def post(self, request: Request, patient: UUID) -> Response:
        """Ask for a call. It is no promise, nobody watches it in real time, and 988 and 911 stand above it."""
        self.patient_only(patient)
        given = self.given(shapes.CallIn)
        made = self.once(lambda: calls.ask_for_call(self.viewer, **given))
        return self.created(made, queries.call(self.viewer, patient, made.id), shapes.CALL, "api_call")


class Call(Endpoint):
    """One call that was asked for."""

    @extend_schema(operation_id="calls_retrieve", parameters=GET_ONE, responses=shapes.CALL)
    def get(self, request: Request, patient: UUID, call: UUID) -> Response:
        self.asked()
        return self.record(queries.call(self.viewer, patient, call), shapes.CALL)


class CallDone(Endpoint):
    """A clinician has seen to it."""

    @extend_schema(operation_id="calls_done", request=None, responses=shapes.CALL)
    def post(self, request: Request, patient: UUID, call: UUID) -> Response:
        """Mark a call one sees as done, for everybody who sees it. The patient's own row stays as it is."""
        calls.mark_done(self.viewer, patient, call)
        return self.record(queries.call(self.viewer, patient, call), shapes.CALL)
