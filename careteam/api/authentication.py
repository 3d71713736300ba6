"""Signing in as a program: a personal token, resolved by the middleware before the hook opened."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ct_...`. A token that is wrong, ended or past its date is refused, all alike."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if request.headers.get("Authorization", "").partition(" ")[0].lower() != "bearer":
            return None
        token = request._request.token  # type: ignore[attr-defined] # set by BearerToken
        if token is None:
            raise AuthenticationFailed("This token is not valid, or no longer.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # the library's registry
    """How the schema names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A personal token, made under Account."}
