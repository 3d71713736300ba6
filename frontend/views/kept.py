"""Words that came when they could not be taken: a session ended, or its token changed. Shown again, never stored.

Nothing of it is kept on the server: the page itself carries what was sent, and sends it again when its person says so.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.csrf import csrf_failure as plainly_refused

FORBIDDEN = 403
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
NEVER = ("password", "code", "token")  # what is not shown again, whatever else came with it
# What a person types, by the name of its field; everything else (choices, versions, the button) goes along unseen.
WORDS = {
    "title": "Title",
    "text": "Your words",
    "words": "Your words",
    "why": "Why",
    "steps": "Small steps",
    "exactly": "What exactly?",
    "measured": "How will you notice that you are there?",
    "realistic": "What part of it is realistic this month?",
    "comment": "In your words",
    "name": "Name",
    "purpose": "What is it for?",
    "route_form": "In what form?",
    "amount": "How much?",
    "times": "At what time of day?",
    "side_effects": "What do you notice with it?",
    "stopped_why": "In your own words",
    "reason": "Why",
}


def carries_words(request: HttpRequest) -> bool:
    """Whether something typed was sent that may be shown again: never with a password, a code or a file."""
    names = [name for name in request.POST if name != TOKEN]
    secret = any(mark in name.lower() for name in names for mark in NEVER)
    return not (secret or request.FILES) and any(request.POST[name].strip() for name in names if name in WORDS)


def words_kept(request: HttpRequest) -> HttpResponse:
    """The page that shows what was sent and can send it again: to the same address, as the resolver names it."""
    match: Any = request.resolver_match
    sent = [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]
    context = {
        "action": reverse(match.view_name, args=match.args, kwargs=match.kwargs),
        "words": [(f"kept_{at}", name, WORDS[name], value) for at, (name, value) in enumerate(sent) if name in WORDS],
        "beside": [(name, value) for name, value in sent if name not in WORDS],
    }
    return render(request, "frontend/words_kept.html", context, status=FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A token that is not the one of now, as after signing in again on another tab: the words, with a fresh token.

    Only for what one of our own pages sent to one of our own doors: words that another site put into her browser are
    not offered to her as hers.
    """
    match = request.resolver_match
    if match and hasattr(match.func, "door") and _from_here(request) and carries_words(request):
        return words_kept(request)
    return plainly_refused(request, reason)


def _from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
