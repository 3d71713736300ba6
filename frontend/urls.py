"""Every page's address. A view that is not behind a door of doors.py fails the test of all addresses."""

from __future__ import annotations

from django.urls import URLPattern

from frontend.views import (
    account,
    audience,
    chart,
    checkins,
    clinic,
    clinician,
    entries,
    events,
    goals,
    imports,
    invitations,
    judging,
    log,
    measures,
    medicines,
    notes,
    second_step,
    see_as,
    sharing,
    summary,
    system,
    timeline,
    tried,
    visits,
)

urlpatterns: list[URLPattern] = [
    *system.urls,
    *account.urls,
    *second_step.urls,
    *sharing.urls,
    *invitations.urls,
    *see_as.urls,
    *log.urls,
    *notes.urls,
    *audience.urls,
    *goals.urls,
    *medicines.urls,
    *judging.urls,
    *tried.urls,
    *entries.urls,
    *measures.urls,
    *visits.urls,
    *checkins.urls,
    *events.urls,
    *imports.urls,
    *chart.urls,
    *clinician.urls,
    *clinic.urls,
    *summary.urls,
    *timeline.urls,
]
