"""Addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from careteam.api import people, records

P = "patients/<uuid:patient>/"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("me/", people.MeEndpoint.as_view(), name="api_me"),
    path("caseload/", people.CaseloadEndpoint.as_view(), name="api_caseload"),
    path("digests/", people.OwnDigestsEndpoint.as_view(), name="api_own_digests"),
    path("digests/<uuid:digest>/", people.OwnDigestEndpoint.as_view(), name="api_own_digest"),
    path(P, people.PatientEndpoint.as_view(), name="api_patient"),
    path(f"{P}overview/", people.OverviewEndpoint.as_view(), name="api_overview"),
    path(f"{P}goals/", records.Goals.as_view(), name="api_goals"),
    path(f"{P}goals/<uuid:goal>/", records.Goal.as_view(), name="api_goal"),
    path(f"{P}notes/", records.Notes.as_view(), name="api_notes"),
    path(f"{P}notes/<uuid:note>/", records.Note.as_view(), name="api_note"),
    path(f"{P}notes/<uuid:note>/replies/", records.Replies.as_view(), name="api_replies"),
    path(f"{P}measures/", records.Measures.as_view(), name="api_measures"),
    path(f"{P}measures/<uuid:response>/", records.Measure.as_view(), name="api_measure"),
    path(f"{P}treatments/", records.Treatments.as_view(), name="api_treatments"),
    path(f"{P}treatments/<uuid:medicine>/", records.Treatment.as_view(), name="api_treatment"),
    path(f"{P}<slug:room>/<uuid:record>/withdraw/", records.Withdraw.as_view(), name="api_withdraw"),
    path(f"{P}care-team/", people.CareTeamEndpoint.as_view(), name="api_care_team"),
    path(f"{P}consents/", people.ConsentsEndpoint.as_view(), name="api_consents"),
    path(f"{P}consents/<uuid:member>/", people.ConsentEndpoint.as_view(), name="api_consent"),
    path(f"{P}pause/", people.PauseEndpoint.as_view(), name="api_pause"),
    path(f"{P}access-log/", people.AccessLogEndpoint.as_view(), name="api_access_log"),
    path(f"{P}digests/", people.DigestsEndpoint.as_view(), name="api_digests"),
    path(f"{P}digests/<uuid:digest>/", people.DigestEndpoint.as_view(), name="api_digest"),
    path(f"{P}visit-summary/", people.VisitSummaryEndpoint.as_view(), name="api_visit_summary"),
    path(f"{P}visit-summary/pdf/", people.VisitSummaryPdfEndpoint.as_view(), name="api_visit_summary_pdf"),
    re_path(r"^(?P<rest>.*)$", people.Nothing.as_view(), name="api_nothing"),
]
