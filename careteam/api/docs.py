"""The page that shows the API to people: drawn in the browser from the schema, under the same policy as every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest) -> HttpResponse:
    """Nothing on it is anybody's: it may be read signed out."""
    return render(request, "careteam_api/docs.html")
