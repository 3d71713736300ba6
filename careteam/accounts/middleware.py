"""The hook around every request: who looks, in one transaction, and nothing is kept by browsers or proxies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import get_callable, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from careteam.accounts.models import ApiToken, User
from careteam.accounts.second_factor import Step, step_of, whole_accounts
from careteam.accounts.viewer import Viewer, acting_as, refused_by_the_wall

Get = Callable[[HttpRequest], HttpResponse]
FAILED = 400
SAFE = ("GET", "HEAD", "OPTIONS")
FORBIDDEN = 403
TOO_MANY = 429
TOUCH_EVERY = timedelta(minutes=1)
THEN = "then"  # session key: where somebody wanted to go before a second factor was asked for
# What answers while something is missing: signing out, help, what stands there for everybody, and the step itself.
ALWAYS = frozenset({"account_logout", "help", "rights", "schema", "api_docs"})
OPEN = {
    Step.SET_UP: ALWAYS | {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"},
    Step.SHOW: ALWAYS | {"mfa_reauthenticate", "mfa_reauthenticate_webauthn"},
}
MISSING = "Sign in on the pages first and set up a second step, or show it there. Then this works."


class Request(HttpRequest):
    """A request inside the hook: the viewer is known (None when signed out)."""

    viewer: Viewer | None
    htmx: Any
    token: ApiToken | None
    second_step: Step


class Refused(HttpResponse):
    """A refusal on the API's addresses; `words` says why, for people."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words, status=status)
        self.words = words


class AfterCommit(HttpResponse):
    """A response whose body is made after the transaction: slow drawing (PDF) holds no database connection."""

    def __init__(self, draw: Callable[[], bytes], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.draw: Callable[[], bytes] | None = draw

    def finish(self) -> None:
        """Draw the body now."""
        if self.draw is not None:
            self.content = self.draw()
            self.draw = None


def private_pages(get_response: Get) -> Get:
    """No page is kept by a browser, its back button or a proxy; static files never come here.

    A form that was refused for its many tries says so in its status as well (`wait`, in seconds, set by the adapter).
    Signing out takes along what the browser kept of this place.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        patch_vary_headers(response, ["Cookie", "Authorization"])
        if wait := getattr(request, "wait", 0):
            response.status_code = TOO_MANY
            response.headers["Retry-After"] = str(wait)
        if getattr(request, "signed_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def storable_cookies(get_response: Get) -> Get:
    """A cookie with a letter that no database stores is none of ours: it is taken as not sent, not asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return middleware


def sign_out(request: HttpRequest) -> None:
    """End the session because its person says so; an idle one ends without clearing a draft that is still open."""
    logout(request)
    request.signed_out = True  # type: ignore[attr-defined] # read by private_pages alone


def from_here(get_response: Get) -> Get:
    """No other site, nor another host of this one, changes anything with somebody's cookies: the browser says whence.

    It stands beside the token of forms, which holds for browsers that say nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: Request, *_: Any) -> HttpResponse | None:
        whence = request.headers.get("Sec-Fetch-Site", "none")
        if request.method in SAFE or request.token is not None or whence in ("same-origin", "none"):
            return None
        refuse: Callable[..., HttpResponse] = get_callable(settings.CSRF_FAILURE_VIEW)
        return refuse(request, reason="Sec-Fetch-Site")

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django's own way
    return middleware


def token_hash(token: str) -> bytes:
    """What is stored of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


class BearerToken:
    """`Authorization: Bearer …` on the API's paths: the token's person is known before the hook opens."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.token = None
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.path.startswith("/api/"):
            live = ApiToken.objects.filter(whole_accounts(), ended_at=None, ends_at__gt=Now(), user__is_active=True)
            request.token = live.select_related("user").filter(hash=token_hash(given.strip())).first()
            if request.token and (
                request.token.used_at is None or timezone.now() - request.token.used_at > TOUCH_EVERY
            ):
                ApiToken.objects.filter(pk=request.token.pk).update(used_at=Now())
        return self.get_response(request)


def idle_timeout(get_response: Get) -> Get:
    """Sign out after the idle time of the person's role (rule.md, Limits); every use begins it anew."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.get("_auth_user_id") and request.user.is_authenticated:
            now = timezone.now()
            idle = timedelta(seconds=settings.IDLE_SECONDS[request.user.role])
            touched = request.session.get("touched")
            if touched and now - datetime.fromisoformat(touched) > idle:
                logout(request)
            elif not touched or now - datetime.fromisoformat(touched) > TOUCH_EVERY:
                request.session["touched"] = now.isoformat()
                request.session.set_expiry(int(idle.total_seconds()))
        return get_response(request)

    return middleware


class SecondFactor:
    """Whoever must have a second factor and has not shown it in this browser looks at nothing but how to do so.

    Nobody is the viewer meanwhile (ActingAs), so that pages and the database's wall know of nobody either.
    """

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        signed_in = request.token is None and request.session.get("_auth_user_id")
        request.second_step = step_of(request) if signed_in else Step.NONE
        return self.get_response(request)

    def process_view(self, request: Request, *_: Any) -> HttpResponse | None:
        """Lead to the missing step; where she wanted to go is kept for afterwards."""
        match = request.resolver_match
        if not request.second_step or (match and match.view_name in OPEN[request.second_step]):
            return None
        if request.path.startswith("/api/"):
            return Refused(MISSING, FORBIDDEN)
        here = request.get_full_path() if request.method == "GET" else ""
        if request.second_step == Step.SHOW:
            return redirect_to_login(here or "/", reverse("mfa_reauthenticate"))
        if here:
            request.session[THEN] = here
        return redirect("mfa_index")


class ActingAs:
    """View, template and inner middleware in one transaction with its viewer. A failed one leaves nothing behind.

    A page that shows a record beside a form with errors says `shows_records`: what it disclosed stays in the log, and
    the service that refused has already undone its own writes.
    """

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        if request.token is not None:
            request.user = request.token.user
            request._cached_user = request.token.user  # type: ignore[attr-defined] # Django's own lazy slot
        user = request.user
        account = user if isinstance(user, User) and not request.second_step else None
        request.viewer = Viewer.of(account) if account is not None else None
        with acting_as(request.viewer):
            response = self.get_response(request)  # exceptions arrive here as responses, so roll back by hand
            failed = getattr(request, "view_failed", False) or response.status_code >= FAILED
            if failed and not getattr(response, "shows_records", False):
                transaction.set_rollback(True)
        if isinstance(response, AfterCommit):
            response.finish()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember that the view failed: its answer may still be a page.

        What the database's wall refuses to write was taken away between the decision and the writing: it is absent.
        """
        request.view_failed = True  # type: ignore[attr-defined] # set and read in this class alone
        if refused_by_the_wall(exception):
            raise Http404 from exception
