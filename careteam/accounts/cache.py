"""The cache: Valkey or Redis. What is counted in it (sign-ins, codes used) goes on being counted when it is gone."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)
BROKEN = (redis.RedisError, OSError)
REST_SECONDS = 5
ENTRIES_MOST = 10_000


class Cache(RedisCache):
    """While Valkey does not answer, the memory of this process takes its place: sign-in works, and is still limited.

    Each process counts for itself then, and counts begin anew. Nothing but limits and signs of life is kept here.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare = LocMemCache("spare", {"max_entries": ENTRIES_MOST})
        self.rests_until = 0.0

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask("set", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask("delete", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._ask("incr", *args, **kwargs))

    def _ask(self, verb: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.rests_until:
            try:
                return getattr(super(), verb)(*args, **kwargs)
            except BROKEN as error:
                # A sign-in asks a dozen times: not each of them waits for a server that is silent.
                self.rests_until = time.monotonic() + REST_SECONDS
                logger.warning("the cache does not answer (%s); this process counts for itself", type(error).__name__)
        return getattr(self.spare, verb)(*args, **kwargs)
