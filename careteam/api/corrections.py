"""Proposed corrections below an entry of the patient's: reading them, proposing one, answering one."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api.base import IDEMPOTENCY_KEY, NO_CONTENT, Endpoint, Strict, Text
from careteam.api.pictures import shape
from careteam.api.records import Room
from careteam.corrections.queries import ProposedView, proposed
from careteam.corrections.services import propose_correction, settle_correction
from careteam.sharing.errors import NotFound

PROPOSED = shape(ProposedView)
# The rooms whose entries take one.
ROOMS = ("measures", "check-ins", "events", "treatments", "procedures", "levels", "conditions", "visits", "questions")


class CorrectionIn(Strict):
    """What an entry should say, in plain words, and the version of it that one has read."""

    text = Text()
    seen_version = serializers.IntegerField(min_value=1)


def corrections_of(room: Room) -> type[Endpoint]:
    """The endpoint of what is proposed below an entry of this room."""

    class Corrections(Endpoint):
        """What clinicians think an entry should say. The entry changes by its patient alone."""

        @extend_schema(operation_id=f"{room.word}_corrections", responses=PROPOSED(many=True))
        def get(self, request: Request, patient: UUID, record: UUID) -> Response:
            """All of them, oldest first, for whoever may see the entry; `stands` says how the patient answered."""
            self.asked()
            found = proposed(self.viewer, patient, [room.one(self.viewer, patient, record)])
            return Response(PROPOSED(found.get(record, ()), many=True).data)

        @extend_schema(
            operation_id=f"{room.word}_correction_create",
            parameters=[IDEMPOTENCY_KEY],
            request=CorrectionIn,
            responses={201: PROPOSED},
        )
        def post(self, request: Request, patient: UUID, record: UUID) -> Response:
            """For a clinician: propose a correction of an entry one sees. The entry stays as it is."""
            shown = room.one(self.viewer, patient, record)
            if not self.viewer.is_clinician:
                raise NotFound
            given = self.given(CorrectionIn)
            words = {"text": given["text"], "expected": given["seen_version"]}
            made = self.once(lambda: propose_correction(self.viewer, patient, shown.kind, record, **words))
            for one in proposed(self.viewer, patient, [shown]).get(record, ()):
                if one.id == made.id:
                    return Response(PROPOSED(one).data, status=made.status)
            raise NotFound

    return Corrections


class Settle(Endpoint):
    """The patient's answer to a proposed correction."""

    @extend_schema(operation_id="corrections_settle", request=None, responses={204: None})
    def post(self, request: Request, patient: UUID, correction: UUID) -> Response:
        """Leave the entry as it is, or say that it was corrected since, whichever is so. Twice it is one."""
        self.patient_only(patient)
        settle_correction(self.viewer, correction)
        return Response(status=NO_CONTENT)
