"""Every address of careteam: pages, sign-in, API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("frontend.urls")),  # before allauth: sign-up is a page of our own
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("careteam.api.urls")),
]

handler429 = "frontend.views.system.too_many_tries"  # asked by allauth
