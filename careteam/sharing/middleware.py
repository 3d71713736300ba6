"""Refusals are written down after the refused request was rolled back, in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from careteam.accounts.viewer import Viewer, acting_as
from careteam.audit.services import record_refusal

NOT_FOUND = 404


class Refusals:
    """A 404 about a patient, asked by somebody else: the patient is told when that person is or was on her team."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        patient = match.kwargs.get("patient") if match else None
        viewer: Viewer | None = getattr(request, "viewer", None)
        if (
            response.status_code == NOT_FOUND
            and match
            and isinstance(patient, UUID)
            and viewer
            and viewer.patient != patient
        ):
            with acting_as(viewer):
                record_refusal(viewer, patient, match.view_name[:100])
        return response
