"""Who looked: what the team saw and what she changed, in sentences, for the patient alone."""

from __future__ import annotations

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from careteam.sharing.errors import Invalid, NotFound
from careteam.summaries import log
from frontend.views.doors import Request, page, patient_page, recently_signed_in_for_file


@patient_page
def access_log(request: Request) -> HttpResponse:
    """By day, newest first, with a link to older sentences."""
    try:
        shown = log.access_log(request.viewer, request.GET.get("after", ""))
    except Invalid:
        raise NotFound from None
    return page(request, "frontend/access_log.html", {"log": shown})


@patient_page
@recently_signed_in_for_file
def access_log_download(request: Request) -> HttpResponse:
    """All of it as plain text, to keep."""
    text = render_to_string("frontend/access_log.txt", {"log": log.whole_log(request.viewer)}, request)
    name = f"access-log-{request.viewer.today:%Y-%m-%d}.txt"
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


urls = [
    path("log/", access_log, name="access_log"),
    path("log/download/", access_log_download, name="access_log_download"),
]
