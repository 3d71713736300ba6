"""What was tried, judged; and the small answers beside a medicine: the day to judge it by, agreeing, days taken."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api import shapes
from careteam.api.base import CHANGE, IF_MATCH, NO_CONTENT, Endpoint, Strict
from careteam.api.pictures import shape
from careteam.summaries.ledger import ledger
from careteam.summaries.ledger_pictures import LedgerPicture
from careteam.treatments import judging, queries, taking

LEDGER = shape(LedgerPicture)


class JudgeByIn(Strict):
    """The day to judge a medicine by; null takes it out."""

    on = serializers.DateField(allow_null=True)


class TakenIn(Strict):
    """On how many of the last seven days, today among them, the medicine was taken as planned."""

    days = serializers.IntegerField(min_value=0, max_value=taking.SEVEN)


class Tried(Endpoint):
    """What was tried, worked out anew from what this viewer may see. A count to discuss, not a diagnosis."""

    @extend_schema(operation_id="tried", responses=LEDGER)
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        return Response(LEDGER(ledger(self.viewer, patient)).data)


class JudgeBy(Endpoint):
    """The day to judge a medicine by."""

    @extend_schema(operation_id="treatments_judge_by", parameters=CHANGE, request=JudgeByIn, responses=shapes.MEDICINE)
    def put(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        """Set the day, or take it out. Whoever agreed before is asked anew, as after any change of the medicine."""
        seen = queries.medicine(self.viewer, patient, medicine)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.MEDICINE)
        judging.set_judge_by(self.viewer, medicine, on=self.given(JudgeByIn)["on"], expected=expected)
        return self.record(queries.medicine(self.viewer, patient, medicine), shapes.MEDICINE)


class Agree(Endpoint):
    """A clinician agrees to the day to judge a medicine by."""

    @extend_schema(operation_id="treatments_agree", parameters=[IF_MATCH], request=None, responses={204: None})
    def post(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        """Agree to the day of a medicine one sees, as the medicine stands. Said twice, it is said once."""
        seen = queries.medicine(self.viewer, patient, medicine)
        expected = self.expected(seen, shapes.MEDICINE)
        judging.agree_to_judge_by(self.viewer, patient, medicine, expected=expected)
        return Response(status=NO_CONTENT)


class Taken(Endpoint):
    """How a medicine was taken."""

    @extend_schema(operation_id="treatments_taken", request=TakenIn, responses={204: None})
    def post(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        """Say on how many of the last seven days. The medicine stays as it is; the last answer of a day counts."""
        queries.medicine(self.viewer, patient, medicine)
        self.patient_only(patient)
        taking.say_taken(self.viewer, medicine, days=self.given(TakenIn)["days"])
        return Response(status=NO_CONTENT)
