"""Pages that are about careteam itself: home, help, rights."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from frontend.views.doors import page, public_page, who

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
    """The help page: the same lines for everybody, signed in or not."""
    return page(request, "frontend/help.html")


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
