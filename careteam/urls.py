"""Every address of careteam: pages, sign-in, API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("careteam.api.urls")),
    path("", include("frontend.urls")),
]
