"""The invited person's side: the link in the mail, then accepting. The browser holds the hash of the token alone."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from careteam.accounts.limits import INVITATION, spend_from
from careteam.accounts.middleware import Request as Visit
from careteam.accounts.middleware import sign_out
from careteam.accounts.queries import own_settings
from careteam.sharing import team
from careteam.sharing.errors import NotFound
from frontend.views.doors import CONFLICT, Request, page, person_page, public_page
from frontend.views.system import too_many_tries

HELD = "invitation"  # session key: the hash of the token whose link was opened in this browser
NOT_FOUND = 404


def held(request: HttpRequest) -> str:
    """The invitation whose link was opened in this browser, by its hash ("" when none was)."""
    found: str = request.session.get(HELD, "")
    return found


def mark_of(opened: str) -> str:
    """What a page says of the invitation it shows, so that no other is answered by it."""
    return salted_hmac("careteam invitation", opened, algorithm="sha256").hexdigest()[:32]


def was_read(request: HttpRequest) -> bool:
    """Whether the form that was sent showed the invitation in hand."""
    return constant_time_compare(request.POST.get("read", ""), mark_of(held(request)))


def _hold(request: HttpRequest, opened: str, *, visitor: bool) -> None:
    request.session[HELD] = opened
    if visitor:  # until the browser is closed: it may be used by others, and who holds an invitation needs no code
        request.session.set_expiry(0)


@public_page
def invitation_link(request: Visit, token: str) -> HttpResponse:
    """The link in the mail: its token ends here. What goes on has an address without it, and the session its hash."""
    if wait := spend_from(INVITATION, request):
        return too_many_tries(request, wait)
    opened = team.hash_of(token)
    try:
        team.invitation_for(request.viewer, opened)
    except NotFound:
        request.session.pop(HELD, None)
    else:
        _hold(request, opened, visitor=request.viewer is None)
    response = redirect("invitation")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@public_page
def invitation(request: Visit) -> HttpResponse:
    """What the holder of an invitation may do: sign in or make an account with its address, then accept."""
    if request.method == "POST" and (wait := spend_from(INVITATION, request)):
        return too_many_tries(request, wait)
    viewer = request.viewer
    try:
        found = team.invitation_for(viewer, held(request))
    except NotFound:
        request.session.pop(HELD, None)
        return page(request, "frontend/invitation_gone.html", status=NOT_FOUND)
    if viewer is None:
        query = urlencode({"next": reverse("invitation")})
        return page(request, "frontend/invitation.html", {"invitation": found, "query": query})
    if not viewer.is_clinician or not found.patient_name:
        hers = own_settings(viewer).email == found.email
        return page(request, "frontend/invitation_other.html", {"hers": hers})
    if request.method == "POST" and was_read(request):
        team.accept(viewer, held(request))
        request.session.pop(HELD, None)
        words = f"Accepted. {found.patient_name} now confirms you by name and chooses what you see."
        messages.success(request, words)
        return redirect("home")
    other = request.method == "POST"  # another link was opened since: she has not read this one yet
    shown = {"invitation": found, "read": mark_of(held(request)), "other": other}
    return page(request, "frontend/invitation_accept.html", shown, status=CONFLICT if other else 200)


@person_page
def change_account(request: Request) -> HttpResponse:
    """Sign out and keep the invitation in hand: it was sent to another account's address."""
    if request.method == "POST":
        kept = held(request)
        sign_out(request)
        if kept:
            _hold(request, kept, visitor=True)
    return redirect("invitation")


urls = [
    path("invitation/", invitation, name="invitation"),
    path("invitation/change-account/", change_account, name="change_account"),
    path("invitation/<str:token>/", invitation_link, name="invitation_link"),
]
