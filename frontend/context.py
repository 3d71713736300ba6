"""What every page knows: who looks, where she can go, whether this is a demo. It touches no record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from careteam.accounts.viewer import Viewer

# (words, name of the address, icon). Six fit on a phone; the paper and the weeks are at the top at a desk, and below,
# the questions on Today, on Check in, and below.
PATIENT = (
    ("Today", "today", "home"),
    ("Check in", "check_in_write", "check"),
    ("Goals", "goals", "goal"),
    ("Notes", "notes", "note"),
    ("Treatments", "treatments", "pill"),
    ("Sharing", "sharing", "people"),
)
# Addresses that belong to a place and do not begin with its own.
BELOW = {"treatments": ("/medicines/", "/procedures/", "/levels/", "/conditions/", "/timeline/")}
CLINICIAN = (
    ("Caseload", "caseload", ""),
    ("Notes I signed", "signed_notes", ""),
    ("Account", "account", ""),
)
ADMIN = (("Clinicians", "clinic", ""), ("Account", "account", ""))


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the main navigation; `current` is the value of aria-current ("" elsewhere)."""

    words: str
    url: str
    icon: str
    current: Literal["page", "true", ""]


def places(viewer: Viewer | None, here: str) -> tuple[Place, ...]:
    """The main navigation of this person's role; the place one is in, or below, is marked."""
    if viewer is None:
        return ()
    found = []
    for words, name, icon in PATIENT if viewer.is_patient else ADMIN if viewer.is_admin else CLINICIAN:
        url = reverse(name)
        within: Literal["true", ""] = "true" if url != "/" and here.startswith((url, *BELOW.get(name, ()))) else ""
        found.append(Place(words, url, icon, "page" if here == url else within))
    return tuple(found)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {
        "viewer": viewer,
        "is_demo": settings.DEMO,
        "second_step": str(getattr(request, "second_step", "")),  # what is missing before anybody looks
        "nav": places(viewer, request.path),
        "here": request.path,
        "eyes": getattr(request, "eyes", None),
    }
