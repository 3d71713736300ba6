"""The doors of the pages: who may come in, and how a service's refusal becomes a page.

Every view of the frontend goes through one of these; the door's name is what the test of all addresses reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from careteam.accounts.recently import signed_in_recently
from careteam.accounts.viewer import Viewer
from careteam.sharing.errors import Conflict, NotFound
from frontend.views.kept import carries_words, words_kept

Door = Literal["public", "patient", "clinician", "admin", "person"]
View = Callable[..., HttpResponse]
CONFLICT = 409
UNPROCESSABLE = 422
READING = ("GET", "HEAD", "OPTIONS")
FILE = "file"  # session key: the file somebody wanted when she was asked who she is


class Request(HttpRequest):
    """A request behind a door: somebody is signed in."""

    viewer: Viewer
    htmx: Any


def public_page(view: View) -> View:
    """Anybody, signed in or not."""
    return _door("public", view, None)


def person_page(view: View) -> View:
    """Anybody signed in."""
    return _door("person", view, lambda viewer: True)


def patient_page(view: View) -> View:
    """Patients; anybody else gets the 404 that everything absent gets."""
    return _door("patient", view, lambda viewer: viewer.is_patient)


def clinician_page(view: View) -> View:
    """Clinicians; anybody else gets the 404 that everything absent gets."""
    return _door("clinician", view, lambda viewer: viewer.is_clinician)


def admin_page(view: View) -> View:
    """Administrators of a clinic; anybody else gets the 404 that everything absent gets."""
    return _door("admin", view, lambda viewer: viewer.is_admin)


def recently_signed_in(view: View) -> View:
    """Ask for the password or a factor again when the last time is over 15 minutes ago (decision 14), then go on.

    What was sent is kept meanwhile and goes through afterwards.
    """
    return _asking(view, lambda request: True)


def recently_signed_in_to_change(view: View) -> View:
    """The same before a change alone: looking asks for nothing here."""
    return _asking(view, lambda request: request.method not in READING)


def recently_signed_in_for_file(view: View) -> View:
    """The same before a file is handed out. Afterwards a page offers it.

    A download that began by itself would leave her on the page that asked, and look as if nothing had happened.
    """
    asking = _asking(view, lambda request: True)

    @wraps(view)
    def offered(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        here = request.get_full_path()
        if not signed_in_recently(request):
            request.session[FILE] = here
        elif request.session.pop(FILE, "") == here:
            return page(request, "frontend/file_ready.html", {"file": here})
        return asking(request, *args, **kwargs)

    return offered


def _asking(view: View, when: Callable[[Request], bool]) -> View:
    @wraps(view)
    def asked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        # allauth's own decorator does not count a sign-in of a minute ago; this one does.
        if when(request) and not signed_in_recently(request):
            if is_fragment(request):  # the question is a page: it must not end inside another
                return HttpResponseClientRedirect(suspend_request(request, reverse("account_reauthenticate")).url)
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def _door(door: Door, view: View, may_enter: Callable[[Viewer], bool] | None) -> View:
    @wraps(view)
    def opened(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if may_enter is not None:
            viewer = who(request)
            if viewer is None:
                if request.method not in READING and carries_words(request):
                    return words_kept(request)
                return redirect_to_login(request.get_full_path())
            if not may_enter(viewer):
                raise Http404
        try:
            # A savepoint: when a service refuses half-way, what it wrote before goes with it.
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None
        except Conflict as conflict:
            return render(request, "frontend/conflict.html", {"now": conflict.now}, status=CONFLICT)

    opened.door = door  # type: ignore[attr-defined] # read by the test that every address is classified
    return opened


def who(request: HttpRequest) -> Viewer | None:
    """Who is signed in; on a public page perhaps nobody."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return viewer


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece of a page (a boosted request wants the whole)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def shows_records(response: HttpResponse) -> HttpResponse:
    """Mark a page with errors that shows records all the same, so that what it disclosed stays in the log."""
    response.shows_records = True  # type: ignore[attr-defined] # read by the hook around every request
    return response


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page from a template. A form with errors is answered with status 422 by its view."""
    return render(request, template, context or {}, status=status)
