"""Oneself, the caseload, a patient's overview, team, consents, log, weekly summaries and visit summary."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.accounts import services as accounts
from careteam.accounts.middleware import AfterCommit
from careteam.api import shapes
from careteam.api.base import Endpoint, Strict, patient_only
from careteam.audit.models import Purpose
from careteam.exchange.pdf import visit_summary_pdf
from careteam.sharing import queries as sharing
from careteam.sharing import team
from careteam.sharing.errors import NotFound
from careteam.summaries import digests, log, queries

MONTHS_3 = timedelta(days=91)


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks."""

    id: UUID
    name: str
    role: str
    zone: str


class MeChange(Strict):
    """One's own name and time zone."""

    name = serializers.CharField(required=False)
    zone = serializers.ChoiceField(choices=sorted(zoneinfo.available_timezones()), required=False)


class MeEndpoint(Endpoint):
    """Oneself."""

    @extend_schema(operation_id="me", responses=shapes.shape(Me))
    def get(self, request: Request) -> Response:
        viewer = self.viewer
        return Response(shapes.shape(Me)(Me(viewer.user, viewer.name, viewer.role, viewer.zone)).data)

    @extend_schema(operation_id="me_change", request=MeChange, responses=shapes.shape(Me))
    def patch(self, request: Request) -> Response:
        given = self.given(MeChange)
        viewer = self.viewer
        if "name" in given:
            accounts.rename(viewer, name=given["name"])
        if "zone" in given:
            accounts.set_zone(viewer, zone=given["zone"])
        now = Me(viewer.user, given.get("name", viewer.name), viewer.role, given.get("zone", viewer.zone))
        return Response(shapes.shape(Me)(now).data)


class CaseloadAsk(serializers.Serializer[Any]):
    """Which page of the caseload."""

    page = serializers.IntegerField(required=False, default=1, min_value=1)


class CaseloadEndpoint(Endpoint):
    """Everybody on whose team one is, by name."""

    @extend_schema(operation_id="caseload", parameters=[OpenApiParameter("page", int)], responses=shapes.CASELOAD)
    def get(self, request: Request) -> Response:
        return self.shown(queries.caseload(self.viewer, number=self.asked(CaseloadAsk)["page"]), shapes.CASELOAD)


class PatientEndpoint(Endpoint):
    """Who a chart is about."""

    @extend_schema(operation_id="patient", responses=shapes.IDENTITY)
    def get(self, request: Request, patient: UUID) -> Response:
        return self.shown(queries.identity(self.viewer, patient), shapes.IDENTITY)


class OverviewEndpoint(Endpoint):
    """The shared dashboard, with what this viewer may see."""

    @extend_schema(operation_id="overview", responses=shapes.OVERVIEW)
    def get(self, request: Request, patient: UUID) -> Response:
        return self.shown(queries.overview(self.viewer, patient), shapes.OVERVIEW)


class CareTeamEndpoint(Endpoint):
    """Who is on the team, where that is shown to the viewer."""

    @extend_schema(operation_id="care_team", responses=shapes.MEMBER(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        return Response(shapes.MEMBER(sharing.care_team(self.viewer, patient), many=True).data)


class MemberConsents(serializers.Serializer[Any]):
    """One person and everything that was ever shared with her."""

    member = shapes.MEMBER()
    consents = shapes.CONSENT(many=True)


class ConsentsEndpoint(Endpoint):
    """The whole history of consents: the patient's alone."""

    @extend_schema(operation_id="consents", responses=MemberConsents(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        rows = [{"member": member, "consents": given} for member, given in sharing.consents(self.viewer)]
        return Response(MemberConsents(rows, many=True).data)


class ConsentEndpoint(Endpoint):
    """What one member sees."""

    @extend_schema(operation_id="share", request=shapes.ShareIn, responses=shapes.MEMBER)
    def put(self, request: Request, patient: UUID, member: UUID) -> Response:
        patient_only(self.viewer, patient)
        team.share(self.viewer, member, **self.given(shapes.ShareIn))
        return Response(shapes.MEMBER(sharing.member(self.viewer, member)).data)

    @extend_schema(operation_id="stop", responses={204: None})
    def delete(self, request: Request, patient: UUID, member: UUID) -> Response:
        patient_only(self.viewer, patient)
        team.stop(self.viewer, member)
        return Response(status=204)


class PauseEndpoint(Endpoint):
    """Hide everything from everybody (PUT), or end that (DELETE)."""

    @extend_schema(operation_id="pause", request=None, responses={204: None})
    def put(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        team.pause(self.viewer)
        return Response(status=204)

    @extend_schema(operation_id="resume", responses={204: None})
    def delete(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        team.resume(self.viewer)
        return Response(status=204)


class LogAsk(serializers.Serializer[Any]):
    """Where the page before ended."""

    cursor = serializers.CharField(required=False, allow_blank=True, default="")


LOG = shapes.shape(log.AccessLog)


class AccessLogEndpoint(Endpoint):
    """Who looked, by day, in sentences: the patient's alone."""

    @extend_schema(operation_id="access_log", parameters=[OpenApiParameter("cursor", str)], responses=LOG)
    def get(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        return Response(LOG(log.access_log(self.viewer, self.asked(LogAsk)["cursor"])).data)


class DigestsEndpoint(Endpoint):
    """The viewer's own weekly summaries. Under a patient's address: the patient's, for the patient."""

    @extend_schema(operation_id="digests", responses=shapes.DIGEST_HEAD(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        return Response(shapes.DIGEST_HEAD(digests.digests(self.viewer), many=True).data)


class DigestEndpoint(Endpoint):
    """One weekly summary, opened."""

    @extend_schema(operation_id="digest", responses=shapes.DIGEST)
    def get(self, request: Request, patient: UUID, digest: UUID) -> Response:
        patient_only(self.viewer, patient)
        return Response(shapes.DIGEST(digests.digest(self.viewer, digest)).data)


class OwnDigestsEndpoint(Endpoint):
    """One's own weekly summaries, whatever one's role."""

    @extend_schema(operation_id="own_digests", responses=shapes.DIGEST_HEAD(many=True))
    def get(self, request: Request) -> Response:
        return Response(shapes.DIGEST_HEAD(digests.digests(self.viewer), many=True).data)


class OwnDigestEndpoint(Endpoint):
    """One of one's own weekly summaries, opened."""

    @extend_schema(operation_id="own_digest", responses=shapes.DIGEST)
    def get(self, request: Request, digest: UUID) -> Response:
        return Response(shapes.DIGEST(digests.digest(self.viewer, digest)).data)


class SummaryAsk(serializers.Serializer[Any]):
    """Period (three months up to today when not said), and for a patient whom it is for."""

    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
    recipient = serializers.UUIDField(required=False)
    with_only_me = serializers.BooleanField(required=False, default=False)


SUMMARY_ASK = [
    OpenApiParameter("start", OpenApiTypes.DATE),
    OpenApiParameter("end", OpenApiTypes.DATE),
    OpenApiParameter("recipient", OpenApiTypes.UUID, description="A member of the patient's team (patients only)."),
    OpenApiParameter("with_only_me", bool, description="Also what only the patient sees (patients only)."),
]


class VisitSummaryEndpoint(Endpoint):
    """The visit summary as data, live."""

    purpose = Purpose.READ

    def summary(self, patient: UUID) -> Any:
        asked = self.asked(SummaryAsk)
        end: date = asked.pop("end", None) or self.viewer.today
        start: date = asked.pop("start", None) or end - MONTHS_3
        return queries.visit_summary(self.viewer, patient, start, end, purpose=self.purpose, **asked)

    @extend_schema(operation_id="visit_summary", parameters=SUMMARY_ASK, responses=shapes.SUMMARY)
    def get(self, request: Request, patient: UUID) -> HttpResponse:
        return Response(shapes.SUMMARY(self.summary(patient)).data)


class VisitSummaryPdfEndpoint(VisitSummaryEndpoint):
    """The visit summary as a PDF: a snapshot that cannot be called back."""

    purpose = Purpose.EXPORT

    @extend_schema(
        operation_id="visit_summary_pdf",
        parameters=SUMMARY_ASK,
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, patient: UUID) -> HttpResponse:
        summary = self.summary(patient)
        name = f"visit-summary-{self.viewer.today.isoformat()}.pdf"
        return AfterCommit(
            lambda: visit_summary_pdf(summary),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class Nothing(Endpoint):
    """Any other address of the API: the 404 that everything absent gets, as a problem document."""

    door = "public"
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str = "") -> Response:
        raise NotFound
