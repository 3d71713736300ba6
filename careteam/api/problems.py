"""Refusals as problem+json (RFC 9457): kind words, the fields concerned, and never why something is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.settings import api_settings

from careteam.sharing.errors import Conflict, Invalid, NotFound

MEDIA_TYPE = "application/problem+json"
DOOR = "/api/"
FAILED = 400
ERRORS_MOST = 50
NOTHING = "There is nothing here."
MEANWHILE = "This was changed meanwhile. Get it again, then send your change with its new ETag."
FAULT = "Something went wrong here. Nothing was changed."


class PreconditionRequired(exceptions.APIException):
    """A change came without the version it is about."""

    status_code = HTTPStatus.PRECONDITION_REQUIRED
    default_detail = "Send the ETag of what you saw as If-Match."


class PreconditionFailed(exceptions.APIException):
    """A change came for a version that is no longer there."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = MEANWHILE


class KeyMissing(exceptions.APIException):
    """What makes something has to name itself, so that an answer that was lost can be asked for again."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = (
        "Send an Idempotency-Key with what makes something new: a text of your own for this one request, of 255 "
        "characters at most. Sent again with the same key it makes nothing more."
    )


class KeyInUse(exceptions.APIException):
    """The first request with this key is still being answered."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "A request with this Idempotency-Key is being answered right now. Ask again in a moment."


class KeyUsed(exceptions.APIException):
    """The key stands for a request that said something else."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = "This Idempotency-Key was used for another request. Nothing was changed; choose a new one."


class TooLarge(exceptions.APIException):
    """More was sent than is read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "This is more than fits in one request."


class SignInAgain(exceptions.APIException):
    """What is shared is changed, and a file taken, shortly after signing in, as on the pages."""

    status_code = HTTPStatus.FORBIDDEN
    default_detail = "Your last sign-in is over 15 minutes ago. Sign in again, then ask for this again."


def problem(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The answer for a refusal; None for a fault of ours, which becomes a 500. The view may have `beside` it to say."""
    beside: Mapping[str, str] = getattr(context.get("view"), "beside", {})
    match error:
        case NotFound() | Http404() | PermissionDenied() | exceptions.NotFound():
            return answer(HTTPStatus.NOT_FOUND, NOTHING)
        case Conflict():
            return answer(HTTPStatus.PRECONDITION_FAILED, MEANWHILE, **beside)
        case Invalid():
            errors = [{"field": field, "detail": words} for field, words in error.fields.items()]
            words = "Something in it cannot be kept."
            return answer(HTTPStatus.UNPROCESSABLE_ENTITY, words, errors=errors, **beside)
        case exceptions.ValidationError():
            errors = list(islice(_flat(error.detail), ERRORS_MOST))
            words = "The request is not of the expected form."
            return answer(HTTPStatus.BAD_REQUEST, words, errors=errors, **beside)
        case exceptions.APIException():
            response = answer(HTTPStatus(error.status_code), str(error.detail), **beside)
            if header := getattr(error, "auth_header", None):
                response["WWW-Authenticate"] = header
            if wait := getattr(error, "wait", None):
                response["Retry-After"] = str(-int(-wait // 1))
            return response
    return None


def answer(status: HTTPStatus, detail: str, **more: Any) -> HttpResponse:
    """A problem document. Plain ASCII, so that whatever was sent can be named in it."""
    return HttpResponse(_document(status, detail, **more), status=int(status), content_type=MEDIA_TYPE)


class Problems:
    """Outermost on the API's addresses: what a framework refuses by itself, before or around a view, is one as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code >= FAILED
            and request.path_info.startswith(DOOR)
            and response.headers.get("Content-Type") != MEDIA_TYPE
        ):
            status = HTTPStatus(response.status_code)
            known = {HTTPStatus.NOT_FOUND: NOTHING, HTTPStatus.INTERNAL_SERVER_ERROR: FAULT}
            words = getattr(response, "words", "") or known.get(status, status.description or status.phrase)
            response.content = _document(status, words)
            response.headers["Content-Type"] = MEDIA_TYPE
            response.headers["Content-Length"] = str(len(response.content))
        return response


def _document(status: HTTPStatus, detail: str, **more: Any) -> bytes:
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}
    return json.dumps(body).encode()


def _flat(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _flat(inner, field if whole else f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        yield {"field": field, "detail": str(detail)}
