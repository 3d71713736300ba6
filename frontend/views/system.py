"""Pages that are about careteam itself: home, help, rights."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from careteam.safety import lines
from frontend.views.doors import page, public_page, who
from frontend.views.extras import own_people

A_MINUTE = 60
TOO_MANY = 429


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, or to where a person of that role begins."""
    viewer = who(request)
    if viewer is None:
        return redirect("account_login")
    return redirect("today" if viewer.is_patient else "clinic" if viewer.is_admin else "caseload")


@public_page
def help_now(request: HttpRequest) -> HttpResponse:
    """The help page: the same lines for everybody, signed in or not; below them what she chose, or wrote herself.

    `?place=` shows another place's lines below; her time zone presets the choice and never what stands above it.
    """
    viewer = who(request)
    chosen = request.GET.get("place", "")
    context = {
        "places": sorted(lines.PLACES.items(), key=lambda one: one[1]),
        "place": lines.place(chosen, timezone.localdate()),
        "preset": chosen if chosen in lines.PLACES else lines.suggested(viewer.zone) if viewer else "",
        "elsewhere": bool(chosen) and chosen not in lines.PLACES,
        "people": own_people(viewer) if viewer and viewer.is_patient else (),
    }
    return page(request, "frontend/help.html", context)


@public_page
def rights(request: HttpRequest) -> HttpResponse:
    """The rights of somebody in treatment; readable signed out."""
    return page(request, "frontend/rights.html")


def too_many_tries(request: HttpRequest, wait: int = A_MINUTE) -> HttpResponse:
    """A short break, in kind words; `wait` in seconds. allauth's own limits on whole pages are per minute."""
    response = page(request, "429.html", {"minutes": -(-wait // A_MINUTE)}, status=TOO_MANY)
    response.headers["Retry-After"] = str(wait)
    return response


urls = [
    path("", home, name="home"),
    path("help/", help_now, name="help"),
    path("rights/", rights, name="rights"),
]
