"""Refusals as problem+json (RFC 9457): kind words, the fields concerned, and never why something is not there."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from careteam.sharing.errors import Conflict, Invalid, NotFound

MEDIA_TYPE = "application/problem+json"
MEANWHILE = "This was changed meanwhile. Get it again, then send your change with its new ETag."


class PreconditionRequired(APIException):
    """A change came without the version it is about."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = "Send the ETag of what you saw as If-Match."


class PreconditionFailed(APIException):
    """A change came for a version that is no longer there."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = MEANWHILE


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer for a refusal; None for a fault of ours, which becomes a 500."""
    if isinstance(error, NotFound | Http404 | PermissionDenied):
        return answer(HTTPStatus.NOT_FOUND, "There is nothing here.")
    if isinstance(error, Conflict):
        return answer(HTTPStatus.PRECONDITION_FAILED, MEANWHILE)
    if isinstance(error, Invalid):
        errors = [{"field": field, "detail": words} for field, words in error.fields.items()]
        return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "Something in it cannot be kept.", errors=errors)
    if isinstance(error, ValidationError):
        return answer(HTTPStatus.BAD_REQUEST, "The request is not of the expected form.", errors=_flat(error.detail))
    if isinstance(error, APIException):
        response = answer(HTTPStatus(error.status_code), str(error.detail))
        header = getattr(error, "auth_header", None)
        if header:
            response["WWW-Authenticate"] = header
        return response
    return None


def answer(status: HTTPStatus, detail: str, **more: Any) -> Response:
    """A problem document."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return Response(body, status=int(status), content_type=MEDIA_TYPE)


def _flat(detail: Any, field: str = "") -> list[dict[str, str]]:
    if isinstance(detail, Mapping):
        return [one for name, inner in detail.items() for one in _flat(inner, f"{field}.{name}".strip("."))]
    if isinstance(detail, list):
        return [one for inner in detail for one in _flat(inner, field)]
    return [{"field": field, "detail": str(detail)}]
