"""All addresses and two that only fail: how a throttle and a fault of ours are answered."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from careteam.api.base import Endpoint


class Never(BaseThrottle):
    """Always too early."""

    def allow_request(self, request: Request, view: object) -> bool:
        return False

    def wait(self) -> float:
        return 2.5


class Throttled(Endpoint):
    """Asked too often."""

    throttle_classes = (Never,)


class Broken(Endpoint):
    """Fails after it wrote something."""

    def post(self, request: Request) -> Response:
        from careteam.accounts.services import rename  # noqa: PLC0415 - apps must be ready

        rename(self.viewer, "Written before the fault")
        raise RuntimeError("words of a record")


urlpatterns = [
    path("api/v1/throttled/", Throttled.as_view()),
    path("api/v1/broken/", Broken.as_view()),
    path("", include("careteam.urls")),
]
