"""A clinic's administrator: who clinicians say they are, vouching for them, closing accounts. No record, no patient."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.accounts import queries, services
from careteam.accounts.npi import is_npi
from careteam.accounts.viewer import Viewer
from careteam.sharing.errors import NotFound
from frontend.views.doors import Request, admin_page, page, recently_signed_in_to_change

PAGES_MOST = 10_000
# What is done to an account: the service, and what is said afterwards.
DEEDS: dict[str, tuple[Callable[[Viewer, UUID], None], str]] = {
    "vouch": (services.vouch, "Your clinic vouches for {name} now. People who invite or share with {name} read it."),
    "withdraw": (services.withdraw_vouching, "Your clinic no longer vouches for {name}."),
    "close": (services.close_account, "The account of {name} is closed. {name} is signed out everywhere."),
    "open": (services.open_account, "The account of {name} is open again."),
}
TOLD = {
    "made": "The account was made",
    "vouched": "Vouched for",
    "no-longer-vouched": "Vouching ended",
    "lapsed": "Changed name or NPI, so vouching ended",
    "closed": "Account closed",
    "opened": "Account opened again",
    "factor-forgotten": "Second step taken away",
}


@admin_page
def clinic(request: Request) -> HttpResponse:
    """All clinicians, those nobody vouched for first; or those found by name or address."""
    asked, number = request.GET.get("q", "").strip()[:200], request.GET.get("page", "1")
    here = int(number) if number.isdecimal() and 0 < int(number) <= PAGES_MOST else 1
    shown = queries.clinicians(request.viewer, asked.replace("\0", ""), here)
    return page(request, "frontend/clinic.html", {"shown": shown, "q": asked, "page": here})


@admin_page
def clinic_person(request: Request, person: UUID) -> HttpResponse:
    """One clinician's account, and what was done to it."""
    found, events = queries.clinician(request.viewer, person)
    told = [(TOLD[event.act], event) for event in events]
    return page(request, "frontend/clinic_person.html", {"one": found, "told": told, "npi_fits": is_npi(found.npi)})


@admin_page
@recently_signed_in_to_change
def clinic_deed(request: Request, person: UUID, deed: str) -> HttpResponse:
    """Vouch, end that, close or open an account."""
    found, _ = queries.clinician(request.viewer, person)
    if deed not in DEEDS:
        raise NotFound
    if request.method == "POST":
        service, words = DEEDS[deed]
        service(request.viewer, person)
        messages.success(request, words.format(name=found.name))
    return redirect("clinic_person", person)


urls = [
    path("clinic/", clinic, name="clinic"),
    path("clinic/<uuid:person>/", clinic_person, name="clinic_person"),
    path("clinic/<uuid:person>/<slug:deed>/", clinic_deed, name="clinic_deed"),
]
