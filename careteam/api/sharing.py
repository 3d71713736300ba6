"""Who is on the team, what they see and until when, the pause, and who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from careteam.accounts.viewer import Viewer
from careteam.api import shapes
from careteam.api.base import CHANGE, GET_ONE, IF_MATCH, IF_MATCH_IF_SAID, NO_CONTENT, Endpoint, Strict
from careteam.api.pictures import shape
from careteam.sharing import queries, team, telling, whatif
from careteam.sharing.queries import ConsentView, MemberView
from careteam.sharing.whatif import Shift
from careteam.summaries.log import AccessLog, access_log


@dataclass(frozen=True, slots=True)
class Paused:
    """Since when everything is hidden from everybody; null while it is not."""

    paused_since: datetime | None


MEMBER, CONSENT, SHIFT, LOG = shape(MemberView), shape(ConsentView), shape(Shift), shape(AccessLog)
PAUSED = shape(Paused)
TOLD = {"type": "boolean", "description": "Whether she is told when question 9 is answered above 0."}
MEMBER_TOLD = type("MemberTold", (MEMBER,), {"more": {"told": TOLD}})


def what_she_sees(viewer: Viewer, member: UUID, *, lock: bool = False) -> dict[str, Any]:
    """What one member of the viewer's own team sees and is told of, as a change has to know it; raises NotFound."""
    view = queries.member(viewer, member, lock=lock)
    return {**MEMBER(view).data, "told": telling.is_told(viewer, member)}


class MemberConsents(Serializer[Any]):
    """One person and everything that was ever shared with her."""

    member = MEMBER()
    consents = CONSENT(many=True)


class CareTeam(Endpoint):
    """Who is on the team, where that is shown to the viewer."""

    @extend_schema(operation_id="care_team", responses=MEMBER(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        return Response(MEMBER(queries.care_team(self.viewer, patient), many=True).data)


class Consents(Endpoint):
    """The whole history of consents: the patient's alone."""

    @extend_schema(operation_id="consents", responses=MemberConsents(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        self.patient_only(patient)
        rows = [{"member": member, "consents": given} for member, given in queries.consents(self.viewer)]
        return Response(MemberConsents(rows, many=True).data)


class Consent(Endpoint):
    """What one member sees."""

    @extend_schema(operation_id="consent", parameters=GET_ONE, responses=MEMBER_TOLD)
    def get(self, request: Request, patient: UUID, member: UUID) -> Response:
        """What this member (`id`) sees now, and whether she is told: the patient's alone."""
        self.asked()
        self.patient_only(patient)
        return self.state(what_she_sees(self.viewer, member))

    @extend_schema(operation_id="share", parameters=CHANGE, request=shapes.ShareIn, responses=MEMBER_TOLD)
    def put(self, request: Request, patient: UUID, member: UUID) -> Response:
        """Set what this member (`id`) sees from now until the end of a day, in the patient's zone; the rest is off."""
        self.patient_only(patient)
        self.signed_in_recently()
        self.must_still_be(what_she_sees(self.viewer, member, lock=True))
        team.share(self.viewer, member, **self.given(shapes.ShareIn))
        return self.state(what_she_sees(self.viewer, member))

    @extend_schema(operation_id="stop", parameters=[IF_MATCH_IF_SAID], responses={204: None})
    def delete(self, request: Request, patient: UUID, member: UUID) -> Response:
        """End this membership and all its consents at once; coming back needs a new invitation."""
        self.patient_only(patient)
        self.signed_in_recently()
        self.must_still_be(what_she_sees(self.viewer, member, lock=True), when_said=True)
        team.stop(self.viewer, member)
        return Response(status=NO_CONTENT)


class ConsentPreview(Endpoint):
    """What would change for one member, before it is saved."""

    @extend_schema(operation_id="share_preview", request=shapes.ShareIn, responses=SHIFT)
    def post(self, request: Request, patient: UUID, member: UUID) -> Response:
        """How many entries of each kind these consents would show and hide today. Nothing is saved or logged."""
        self.patient_only(patient)
        return Response(SHIFT(whatif.would_change(self.viewer, member, **self.given(shapes.ShareIn))).data)


class Pause(Endpoint):
    """The pause that hides everything from everybody."""

    @extend_schema(operation_id="pause_state", parameters=GET_ONE, responses=PAUSED)
    def get(self, request: Request, patient: UUID) -> Response:
        """Whether everything is hidden now, and since when: the patient's alone."""
        self.asked()
        self.patient_only(patient)
        return self.state(self._paused())

    @extend_schema(operation_id="pause", parameters=[IF_MATCH_IF_SAID], request=None, responses={204: None})
    def put(self, request: Request, patient: UUID) -> Response:
        """Hide everything from everybody, at once, until resumed. It touches no consent, and nothing is asked first."""
        self.patient_only(patient)
        self.must_still_be(self._paused(lock=True), when_said=True)
        team.pause(self.viewer)
        return Response(status=NO_CONTENT)

    @extend_schema(operation_id="resume", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, patient: UUID) -> Response:
        """End the pause: what consents say holds again."""
        self.patient_only(patient)
        self.signed_in_recently()
        self.must_still_be(self._paused(lock=True))
        team.resume(self.viewer)
        return Response(status=NO_CONTENT)

    def _paused(self, *, lock: bool = False) -> Any:
        return PAUSED(Paused(queries.paused_since(self.viewer, lock=lock))).data


class LogAsk(Strict):
    """Which page of the log."""

    cursor = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Where the page before ended (`next` of its answer)."
    )


class Log(Endpoint):
    """Who looked and what changed, by day, in sentences: the patient's alone."""

    @extend_schema(operation_id="access_log", parameters=[LogAsk], responses=LOG)
    def get(self, request: Request, patient: UUID) -> Response:
        cursor = self.asked(LogAsk)["cursor"]
        self.patient_only(patient)
        return Response(LOG(access_log(self.viewer, cursor)).data)
