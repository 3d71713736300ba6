"""The two addresses that machines read. They stand outside sessions and the hook: both answer without a database."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from careteam.sharing.canary import fault as wall_fault

UNAVAILABLE = 503
BROKEN = (redis.RedisError, OSError)


def healthz() -> HttpResponse:
    """Alive: touches nothing."""
    return JsonResponse({"alive": True})


def readyz() -> HttpResponse:
    """200 while pages can be served (database, migrations, wall); broker, worker and beat are told beside it."""
    state = {"database": "ok", "migrations": "ok", "wall": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            state["migrations"] = "behind"
        if wall_fault():
            state["wall"] = "down"
    except DatabaseError:
        state["database"] = state["migrations"] = state["wall"] = "missing"
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
        client.ping()
        client.close()
        for part in ("worker", "beat"):
            if not cache.get(f"alive:{part}"):
                state[part] = "missing"
    except BROKEN:
        state["broker"] = state["worker"] = state["beat"] = "missing"
    ready = state["database"] == state["migrations"] == state["wall"] == "ok"
    word = "ready" if ready and set(state.values()) == {"ok"} else "degraded" if ready else "unavailable"
    return JsonResponse({"status": word, **state}, status=200 if ready else UNAVAILABLE)


PROBES = {"/healthz": healthz, "/readyz": readyz}


def probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware that answers them, whatever the host, the scheme and the cookies of the request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info)
        return probe() if probe else get_response(request)

    return middleware
