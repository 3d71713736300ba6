"""The events of the patient's life that she marks for the chart: list, one with its history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.checkins import queries, services
from careteam.checkins.pictures import EventView
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import page_of
from careteam.sharing.preview import opened_by
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.checkins import EventForm, EventWordsForm
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, page, patient_page
from frontend.views.once import once
from frontend.views.records import after, saved, version_seen


@patient_page
def events(request: Request) -> HttpResponse:
    """What happened and what is to come, by date, newest first."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.events(viewer, viewer.user, page=page_of(cursor))
    return page(request, "frontend/events.html", {"shown": shown, "first": not cursor})


@patient_page
def event_new(request: Request) -> HttpResponse:
    """Mark something that happened, or is to come."""
    viewer = request.viewer
    form = EventForm(viewer, request.POST or None, initial=chosen_of("category", (), ()))
    hesitation: list[str] = []
    if form.is_bound and form.is_valid():
        hesitation = form.hesitation()
        if not hesitation:
            try:
                made = once(request, lambda: services.add_event(viewer, **_words(form), **form.chosen))
            except Invalid as refused:
                tell(form, refused)
            else:
                messages.success(request, saved(queries.event(viewer, viewer.user, made).see))
                return redirect("events")
    status = UNPROCESSABLE if form.errors or hesitation else 200
    return page(request, "frontend/event_new.html", {"form": form, "hesitation": hesitation}, status=status)


@patient_page
def event(request: Request, event: UUID) -> HttpResponse:
    """One event: changing its words or date, how it was written before, and who opened it."""
    viewer = request.viewer
    shown = queries.event(viewer, viewer.user, event)
    given = request.POST if request.method == "POST" and not shown.withdrawn_at else None
    form = EventWordsForm(given, initial={"words": shown.words, "on": shown.on.text})
    now: list[tuple[str, str]] = []
    if form.is_bound and form.is_valid():
        try:
            services.edit_event(viewer, event, **_words(form), expected=version_seen(request))
        except Invalid as refused:
            tell(form, refused)
        except Conflict:
            now = _as_words(shown)
        else:
            corrections.answered(request, event)
            messages.success(request, saved(shown.see))
            return redirect("event", event)
    context = {
        "event": shown,
        "form": form,
        "now": now,
        "versions": queries.event_versions(viewer, viewer.user, event),
        "opened": opened_by(viewer, event),
        **corrections.beside(request, shown),
    }
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/event.html", context, status=status)


@patient_page
def event_withdraw(request: Request, event: UUID) -> HttpResponse:
    """Withdraw an event, after one question."""
    viewer = request.viewer
    shown = queries.event(viewer, viewer.user, event)
    if shown.withdrawn_at:
        raise NotFound
    if request.method == "POST":
        services.withdraw_event(viewer, event)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("events")
    return page(request, "frontend/event_withdraw.html", {"event": shown, "opened": opened_by(viewer, event)})


def _words(form: EventWordsForm) -> dict[str, Any]:
    return {"words": form.cleaned_data["words"], "on": form.cleaned_data["on"]}


def _as_words(shown: EventView) -> list[tuple[str, str]]:
    return [("What happened", shown.words), ("When", shown.on_words)]


urls = [
    path("events/", events, name="events"),
    path("events/new/", event_new, name="event_new"),
    path("events/<uuid:event>/", event, name="event"),
    path("events/<uuid:event>/withdraw/", event_withdraw, name="event_withdraw"),
]
