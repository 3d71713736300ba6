"""Pages that are about careteam itself: home, help, rights, and the two that machines read."""

from __future__ import annotations

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path

from frontend.views.doors import page, public_page, who

UNAVAILABLE = 503
BROKEN = (redis.RedisError, OSError)


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


@public_page
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: touches nothing."""
    return JsonResponse({"alive": True})


@public_page
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while pages can be served (database and its migrations); broker, worker and beat are told beside it."""
    state = {"database": "ok", "migrations": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            state["migrations"] = "behind"
    except DatabaseError:
        state["database"] = state["migrations"] = "missing"
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        client.ping()
        client.close()
        for part in ("worker", "beat"):
            if not cache.get(f"alive:{part}"):
                state[part] = "missing"
    except BROKEN:
        state["broker"] = state["worker"] = state["beat"] = "missing"
    ready = state["database"] == state["migrations"] == "ok"
    word = "ready" if ready and set(state.values()) == {"ok"} else "degraded" if ready else "unavailable"
    return JsonResponse({"status": word, **state}, status=200 if ready else UNAVAILABLE)


urls = [
    path("", home, name="home"),
    path("help/", help_now, name="help"),
    path("rights/", rights, name="rights"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
