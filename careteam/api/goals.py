"""What stands beside a goal: agreeing to its words, its scale and rating, and the one figure over goals."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api import shapes
from careteam.api.base import CHANGE, IF_MATCH, Endpoint
from careteam.api.pictures import shape
from careteam.goals import agreeing, queries, services
from careteam.goals.queries import Figure
from careteam.sharing.errors import NotFound

FIGURE = shape(Figure)


class Answer(Endpoint):
    """What one says of a goal that asks one."""

    @extend_schema(
        operation_id="goals_answer", parameters=[IF_MATCH], request=shapes.GoalAnswerIn, responses=shapes.GOAL
    )
    def post(self, request: Request, patient: UUID, goal: UUID) -> Response:
        """Agree to the words as they stand, ask to talk about them, or say no. Said twice, it is said once."""
        seen = queries.goal(self.viewer, patient, goal)
        self.expected(seen, shapes.GOAL)
        given = self.given(shapes.GoalAnswerIn)
        agreeing.answer_goal(self.viewer, patient, goal, **given, wording=seen.wording)
        return self.record(queries.goal(self.viewer, patient, goal), shapes.GOAL)


class WithdrawProposal(Endpoint):
    """A goal that a clinician proposed and nobody has answered."""

    @extend_schema(operation_id="goals_withdraw_proposal", parameters=[IF_MATCH], request=None, responses=shapes.GOAL)
    def post(self, request: Request, patient: UUID, goal: UUID) -> Response:
        """Withdraw what one proposed oneself. It is closed and stays to be read; its patient may take it up anyway."""
        seen = queries.goal(self.viewer, patient, goal)
        if not (seen.mine and seen.proposed):
            raise NotFound
        self.expected(seen, shapes.GOAL)
        agreeing.withdraw_proposal(self.viewer, patient, goal)
        return self.record(queries.goal(self.viewer, patient, goal), shapes.GOAL)


class Scale(Endpoint):
    """The five levels of a goal."""

    @extend_schema(operation_id="goals_scale", parameters=CHANGE, request=shapes.GoalScaleIn, responses=shapes.GOAL)
    def put(self, request: Request, patient: UUID, goal: UUID) -> Response:
        """Write the scale whole. Other levels begin the rating anew, and ask anew whoever the goal asks."""
        seen = queries.goal(self.viewer, patient, goal)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.GOAL)
        services.set_scale(self.viewer, goal, **self.given(shapes.GoalScaleIn), expected=expected)
        return self.record(queries.goal(self.viewer, patient, goal), shapes.GOAL)


class Level(Endpoint):
    """Where a goal is on its scale."""

    @extend_schema(operation_id="goals_level", parameters=CHANGE, request=shapes.GoalLevelIn, responses=shapes.GOAL)
    def put(self, request: Request, patient: UUID, goal: UUID) -> Response:
        """Rate a goal of one's own, or take the rating back; what it was stays in its history."""
        seen = queries.goal(self.viewer, patient, goal)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.GOAL)
        services.rate_level(self.viewer, goal, level=self.given(shapes.GoalLevelIn)["level"], expected=expected)
        return self.record(queries.goal(self.viewer, patient, goal), shapes.GOAL)


class OneFigure(Endpoint):
    """How far the goals that count were reached, as one T-score; it says nothing about a person."""

    @extend_schema(operation_id="goals_figure", responses=FIGURE)
    def get(self, request: Request, patient: UUID) -> Response:
        """Over the goals that one may see and for which the patient turned it on; without any, none and why."""
        self.asked()
        nothing = Figure(t=None, counted=0, left_out=0, words="No figure: no goal that one may see counts in one.")
        return Response(FIGURE(queries.figure(self.viewer, patient) or nothing).data)
