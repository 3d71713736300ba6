"""Around question 9: who has marked an answer as seen, and marking it."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.api.base import IDEMPOTENCY_KEY, IF_MATCH, IF_MATCH_IF_SAID, NO_CONTENT, Endpoint, Strict
from careteam.api.pictures import shape
from careteam.api.sharing import what_she_sees
from careteam.measures import queries as measures
from careteam.measures.acknowledging import acknowledge
from careteam.measures.seen import Seen, seen_by
from careteam.sharing import telling
from careteam.sharing.errors import NotFound

SEEN = shape(Seen)


class AcknowledgeIn(Strict):
    """Which version of the questionnaire one has seen: an answer that was corrected since is another one."""

    seen_version = serializers.IntegerField(min_value=1)


class Acknowledgements(Endpoint):
    """Who has marked the answer to question 9 of a questionnaire as seen."""

    @extend_schema(operation_id="acknowledgements_list", responses=SEEN(many=True))
    def get(self, request: Request, patient: UUID, measure: UUID) -> Response:
        """All of them, oldest first, for whoever may see the questionnaire; `current` is about the answer as it is."""
        self.asked()
        measures.measure(self.viewer, patient, measure)
        return Response(SEEN(seen_by(self.viewer, patient, measure), many=True).data)

    @extend_schema(
        operation_id="acknowledgements_create",
        parameters=[IDEMPOTENCY_KEY],
        request=AcknowledgeIn,
        responses={201: SEEN},
    )
    def post(self, request: Request, patient: UUID, measure: UUID) -> Response:
        """For a clinician: say that one has seen an answer above "Not at all". It hides nothing; twice it is one."""
        measures.measure(self.viewer, patient, measure)
        if not self.viewer.is_clinician:
            raise NotFound
        version = self.given(AcknowledgeIn)["seen_version"]
        made = self.once(lambda: acknowledge(self.viewer, patient, measure, expected=version))
        seen = next((one for one in seen_by(self.viewer, patient, measure) if one.id == made.id), None)
        if seen is None:
            raise NotFound
        return Response(SEEN(seen).data, status=made.status)


class Telling(Endpoint):
    """Whether one member of the team is told when an answer above "Not at all" to question 9 is sent.

    The ETag is that of `consents/{member}/`, which says whether she is.
    """

    @extend_schema(operation_id="tell", parameters=[IF_MATCH], request=None, responses={204: None})
    def put(self, request: Request, patient: UUID, member: UUID) -> Response:
        """Have this member (`id`) told from now on, by a mark on her list and a mail without a word of it.

        It lasts as long as she is shown questionnaires, and it is no promise that she looks.
        """
        self.patient_only(patient)
        self.signed_in_recently()
        self.must_still_be(what_she_sees(self.viewer, member, lock=True))
        telling.tell(self.viewer, member)
        return Response(status=NO_CONTENT)

    @extend_schema(operation_id="tell_no_more", parameters=[IF_MATCH_IF_SAID], responses={204: None})
    def delete(self, request: Request, patient: UUID, member: UUID) -> Response:
        """Have her told no more."""
        self.patient_only(patient)
        self.signed_in_recently()
        self.must_still_be(what_she_sees(self.viewer, member, lock=True), when_said=True)
        telling.tell_no_more(self.viewer, member)
        return Response(status=NO_CONTENT)
