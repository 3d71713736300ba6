"""Oneself, the caseload, and a patient: identity, overview, weekly summaries and visit summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.accounts import services as accounts
from careteam.accounts.middleware import AfterCommit
from careteam.accounts.queries import own_settings
from careteam.api.base import CHANGE, GET_ONE, Endpoint, Strict, Text
from careteam.api.pictures import shape
from careteam.exchange.pdf import visit_summary_pdf
from careteam.exchange.timeline import Row, rows
from careteam.sharing.errors import NotFound
from careteam.summaries import digests, queries
from careteam.summaries.caseload import QUERY_MOST, SORTS, TABS, Caseload, caseload
from careteam.summaries.digests import DigestHead, DigestView
from careteam.summaries.pictures import VisitSummary
from careteam.summaries.queries import Identity, Overview
from careteam.summaries.reasons import ORDER
from careteam.summaries.timeline import timeline
from careteam.summaries.timeline_pictures import Span, TimelinePicture

FOUR_WEEKS = timedelta(days=27)  # both ends count


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks. A patient's `id` is the one in the addresses of her records."""

    id: UUID
    role: str
    name: str
    email: str
    zone: str


ME, CASELOAD, IDENTITY, OVERVIEW = shape(Me), shape(Caseload), shape(Identity), shape(Overview)
DIGEST, DIGEST_HEAD, SUMMARY = shape(DigestView), shape(DigestHead), shape(VisitSummary)


class MeChange(Strict):
    """One's own name and time zone (an IANA name)."""

    name = Text(required=False)
    zone = Text(required=False)


class MeEndpoint(Endpoint):
    """Oneself."""

    @extend_schema(operation_id="me", parameters=GET_ONE, responses=ME)
    def get(self, request: Request) -> Response:
        self.asked()
        return self.state(self._me())

    @extend_schema(operation_id="me_change", parameters=CHANGE, request=MeChange, responses=ME)
    def patch(self, request: Request) -> Response:
        """Change the name that others see, or the clock that one's days and weeks follow."""
        self.must_still_be(self._me(lock=True))
        given = self.given(MeChange)
        if "name" in given:
            accounts.rename(self.viewer, given["name"])
        if "zone" in given:
            accounts.set_zone(self.viewer, given["zone"])
        return self.state(self._me())

    def _me(self, *, lock: bool = False) -> Any:
        viewer = self.viewer
        now = own_settings(viewer, lock=lock)
        return ME(Me(viewer.user, viewer.role, now.name, now.email, now.zone)).data


class CaseloadAsk(Strict):
    """Which part of the caseload, in which order."""

    tab = serializers.ChoiceField(
        choices=["", *TABS],
        required=False,
        default="",
        help_text="Who needs a look, whom you meet today, or everyone; the first that has somebody when not said.",
    )
    reason = serializers.ChoiceField(
        choices=["", *ORDER], required=False, default="", help_text="Those who need a look for this reason."
    )
    sort = serializers.ChoiceField(
        choices=["", *SORTS], required=False, default="", help_text="The order; each part has its own when not said."
    )
    q = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=QUERY_MOST,
        help_text="Any part of a name, among everyone, without regard to case and accents.",
    )
    page = serializers.IntegerField(required=False, default=1, min_value=1, help_text="20 people on each.")


class CaseloadEndpoint(Endpoint):
    """Everybody on whose team a clinician is: who needs a look and why, by what each shows her. No reason is a risk."""

    @extend_schema(operation_id="caseload", parameters=[CaseloadAsk], responses=CASELOAD)
    def get(self, request: Request) -> Response:
        if not self.viewer.is_clinician:
            raise NotFound
        asked = self.asked(CaseloadAsk)
        return Response(CASELOAD(caseload(self.viewer, number=asked.pop("page"), **asked)).data)


class PatientEndpoint(Endpoint):
    """Who a chart is about."""

    @extend_schema(operation_id="patient", responses=IDENTITY)
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        return Response(IDENTITY(queries.identity(self.viewer, patient)).data)


class OverviewEndpoint(Endpoint):
    """The shared dashboard, with what this viewer may see. Opening it is a visit, and the patient's log tells it."""

    @extend_schema(operation_id="overview", responses=OVERVIEW)
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        return Response(OVERVIEW(queries.overview(self.viewer, patient)).data)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline as it is drawn, and the same in rows: when, as exactly as it is known, the kind of thing, and what."""

    picture: TimelinePicture
    rows: tuple[Row, ...]


class TimelineAsk(Strict):
    """How far back."""

    range = serializers.ChoiceField(choices=[one.value for one in Span], required=False, default=Span.TWO_YEARS.value)


class TimelineEndpoint(Endpoint):
    """Scores, treatments and life events on one axis, as far as this viewer may see them."""

    @extend_schema(operation_id="timeline", parameters=[TimelineAsk], responses=shape(Timeline))
    def get(self, request: Request, patient: UUID) -> Response:
        picture = timeline(self.viewer, patient, Span(self.asked(TimelineAsk)["range"]))
        return Response(shape(Timeline)(Timeline(picture, rows(picture))).data)


# -- Weekly summaries --------------------------------------------------------------------------------------------------
class OwnDigests(Endpoint):
    """One's own weekly summaries, newest first; none says what it holds."""

    @extend_schema(operation_id="own_digests", responses=DIGEST_HEAD(many=True))
    def get(self, request: Request) -> Response:
        self.asked()
        return Response(DIGEST_HEAD(digests.digests(self.viewer), many=True).data)


class OwnDigest(Endpoint):
    """One of one's own weekly summaries, passed through the rule anew."""

    @extend_schema(operation_id="own_digest", responses=DIGEST)
    def get(self, request: Request, digest: UUID) -> Response:
        self.asked()
        return Response(DIGEST(digests.digest(self.viewer, digest)).data)


class Digests(Endpoint):
    """The patient's own weekly summaries: hers alone."""

    @extend_schema(operation_id="digests", responses=DIGEST_HEAD(many=True))
    def get(self, request: Request, patient: UUID) -> Response:
        self.asked()
        self.patient_only(patient)
        return Response(DIGEST_HEAD(digests.digests(self.viewer), many=True).data)


class Digest(Endpoint):
    """One of the patient's own weekly summaries, passed through the rule anew."""

    @extend_schema(operation_id="digest", responses=DIGEST)
    def get(self, request: Request, patient: UUID, digest: UUID) -> Response:
        self.asked()
        self.patient_only(patient)
        return Response(DIGEST(digests.digest(self.viewer, digest)).data)


# -- The visit summary -------------------------------------------------------------------------------------------------
class SummaryAsk(Strict):
    """The days (the last four weeks when nothing is said), and for a patient whom the paper is for."""

    start = serializers.DateField(required=False, help_text="First day; four weeks before the last when not said.")
    end = serializers.DateField(required=False, help_text="Last day; today when not said.")
    recipient = serializers.UUIDField(
        required=False, help_text="Patients: a member of the team (`id`); it then holds what that member may see."
    )
    with_only_me = serializers.BooleanField(
        required=False, default=False, help_text="Patients, for their own paper: also what only they see."
    )


class PaperAsk(SummaryAsk):
    """The same, and the paper."""

    paper = serializers.ChoiceField(choices=["a4", "us-letter"], required=False, default="a4")


class Summary(Endpoint):
    """The visit summary as data, live."""

    @extend_schema(operation_id="visit_summary", parameters=[SummaryAsk], responses=SUMMARY)
    def get(self, request: Request, patient: UUID) -> Response:
        asked = self.asked(SummaryAsk)
        return Response(SUMMARY(queries.visit_summary(self.viewer, patient, *self.days(asked), **asked)).data)

    def days(self, asked: dict[str, Any]) -> tuple[date, date]:
        """First and last day."""
        end: date = asked.pop("end", None) or self.viewer.today
        return asked.pop("start", None) or max(end, date.min + FOUR_WEEKS) - FOUR_WEEKS, end


class AnyAccepted(BaseContentNegotiation):
    """Whatever the program says it accepts: the file is a PDF, a refusal a problem document."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return next(iter(parsers), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class SummaryPdf(Summary):
    """The visit summary as a PDF: a snapshot that cannot be called back, told in the log as a download."""

    content_negotiation_class = AnyAccepted

    @extend_schema(
        operation_id="visit_summary_pdf",
        parameters=[PaperAsk],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, patient: UUID) -> HttpResponse:  # type: ignore[override] # not JSON
        self.signed_in_recently()
        asked = self.asked(PaperAsk)
        paper = asked.pop("paper")
        summary = queries.downloaded_summary(self.viewer, patient, *self.days(asked), **asked)
        name = f"visit-summary-{summary.made_at:%Y-%m-%d}.pdf"
        return AfterCommit(
            lambda: visit_summary_pdf(summary, paper=paper),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


# -- Everywhere else ---------------------------------------------------------------------------------------------------
class Elsewhere(Endpoint):
    """Any other address of the API, asked in whatever way: the 404 that everything absent gets."""

    door = "public"
    schema = None  # type: ignore[assignment] # not an endpoint of the API

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before signing in is asked for: nobody finds anything here."""
        raise NotFound
