"""How often something may be tried, counted in the cache that all processes share (decision 16).

Signing in, signing up, resets and second factors are counted by allauth in the same cache, with its own numbers and
those of `ACCOUNT_RATE_LIMITS`. While the cache is down each process counts for itself (cache.py).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from careteam.accounts.middleware import TOO_MANY, Refused

WORDS = "There were many requests in a short time. Wait {wait} seconds, then go on."
DOOR = "/api/"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds, counted from the start of each such span."""

    name: str
    most: int
    seconds: int


API_TOKEN = Limit("api-token", 600, 60)
API_ADDRESS = Limit("api-address", 1200, 60)
INVITATION = Limit("invitation", 30, 60)


def spend(limit: Limit, key: str) -> int:
    """Count one try of `key`. 0 when it may go on, otherwise the seconds until the next may."""
    if not settings.LIMITS:
        return 0
    span, into = divmod(int(time.time()), limit.seconds)
    place = f"limit:{limit.name}:{span}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    cache.add(place, 0, timeout=limit.seconds)
    try:
        count = cache.incr(place)
    except ValueError:  # the cache went, came or forgot between the two
        cache.set(place, 1, timeout=limit.seconds)
        count = 1
    return 0 if count <= limit.most else limit.seconds - into


def spend_from(limit: Limit, request: HttpRequest) -> int:
    """The same for the address a request came from; an IPv6 network counts as one."""
    return spend(limit, get_ip(request))


def api_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware of the API: by address, and by token whether it is good or not, before the database is asked."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(DOOR):
            token = request.headers.get("Authorization", "")
            wait = spend_from(API_ADDRESS, request) or (spend(API_TOKEN, token) if token else 0)
            if wait:
                refused = Refused(WORDS.format(wait=wait), TOO_MANY)
                refused.headers["Retry-After"] = str(wait)
                return refused
        return get_response(request)

    return middleware
