"""The help page: read from files once, then served from memory, so that it answers when nothing else does.

The numbers hold for the United States, and the page says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.safestring import SafeString

logger = logging.getLogger(__name__)


def _part(name: str) -> SafeString:
    return SafeString(Path(__file__).with_name(name).read_text(encoding="utf-8"))  # our own file, written as HTML


HELP_CORE = _part("help_core.html")
NOT_SAVED = SafeString(HELP_CORE + _part("help_not_saved.html"))
FRAME = _part("help_static.html")
HELP_PAGE = SafeString(FRAME.replace("<!-- help -->", HELP_CORE))
NOT_SAVED_PAGE = SafeString(FRAME.replace("<!-- help -->", NOT_SAVED))

PHQ9_PATH = "/measures/phq-9/"
HELP_PATH = "/help/"
FAILED = 400
BROKEN = 500
REDIRECTS = range(300, 400)
ANSWERED = frozenset({404, 409, 412, 422})  # pages that say themselves what is the matter
HEADERS = {
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "HX-Request, HX-Boosted",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class HelpWhenSavingFails:
    """Outermost: a PHQ-9 answer that could not be saved is answered with the help page, whatever the answer was.

    Decided by the path and the inner answer's status alone; database, session and cache are never touched. The form
    behind it may have carried an answer to question 9, and nobody can tell any more. The address of the help page
    itself shows it, too, when pages cannot be made.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        saving = request.method == "POST" and request.path_info.startswith(PHQ9_PATH)
        if not saving and (request.method != "GET" or request.path_info != HELP_PATH):
            return self.get_response(request)
        failed = _failed if saving else _broken
        try:
            response = self.get_response(request)
            if not failed(response):
                return response
        except Exception:  # whatever broke: a person may be waiting behind it
            what = "an answer was not saved" if saving else "a page could not be made"
            logger.exception("%s; the help page was shown", what)
        return not_saved(request) if saving else HttpResponse(HELP_PAGE, headers=HEADERS)


def not_saved(request: HttpRequest) -> HttpResponse:
    """The help page with "your answer was not saved" (503); to htmx the part of it that is swapped in."""
    part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    return HttpResponse(NOT_SAVED if part else NOT_SAVED_PAGE, status=503, headers=HEADERS)


def _broken(response: HttpResponse) -> bool:
    return response.status_code >= BROKEN


def _failed(response: HttpResponse) -> bool:
    """An error that has no page of its own, or the way to the sign-in page: the session ended meanwhile."""
    if response.status_code >= FAILED:
        return response.status_code not in ANSWERED
    header = "Location" if response.status_code in REDIRECTS else "HX-Redirect"
    sent_to = response.headers.get(header)
    return bool(sent_to) and urlsplit(sent_to).path == resolve_url(settings.LOGIN_URL)
