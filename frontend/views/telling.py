"""Whom of the team to tell of an answer to question 9: off for everybody until the patient switches it on."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.sharing import telling as told
from careteam.sharing.errors import Invalid, NotFound
from frontend.views.doors import Request, page, patient_page, recently_signed_in


@patient_page
@recently_signed_in
def telling(request: Request) -> HttpResponse:
    """Everybody who sees questionnaires, each with one tick."""
    viewer = request.viewer
    if request.method != "POST":
        people = told.team_told(viewer)
        context = {"people": [one for one in people if one.sees], "others": [one for one in people if not one.sees]}
        return page(request, "frontend/telling.html", context)
    try:
        changed = told.tell_these(viewer, set(map(_member, request.POST.getlist("told"))))
    except Invalid as refused:
        messages.error(request, " ".join(refused.fields.values()))
        return redirect("telling")
    for name, now in changed:
        messages.success(request, f"{name} is {'told' if now else 'not told'} from now on.")
    if not changed:
        messages.info(request, "Nothing is different from before, so nothing was changed.")
    return redirect("telling")


def _member(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound from None


urls = [path("sharing/telling/", telling, name="telling")]
