"""Pages that are about careteam itself: home, help, rights."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from frontend.views.doors import page, public_page, who


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, to Today or to the caseload."""
    viewer = who(request)
    if viewer is None:
        return redirect("account_login")
    return redirect("today" if viewer.is_patient else "caseload")


@public_page
def help_now(request: HttpRequest) -> HttpResponse:
    """The help page: the same lines for everybody, signed in or not."""
    return page(request, "frontend/help.html")


@public_page
def rights(request: HttpRequest) -> HttpResponse:
    """The rights of somebody in treatment; readable signed out."""
    return page(request, "frontend/rights.html")


urls = [
    path("", home, name="home"),
    path("help/", help_now, name="help"),
    path("rights/", rights, name="rights"),
]
