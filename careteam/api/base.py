"""What every endpoint shares: the viewer, strict input, pages, date filters and ETags. No logic of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn, Protocol
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView

from careteam.accounts.recently import signed_in_recently
from careteam.accounts.viewer import Viewer
from careteam.api.pictures import Picture
from careteam.api.problems import (
    MEDIA_TYPE,
    KeyInUse,
    KeyMissing,
    KeyUsed,
    PreconditionFailed,
    PreconditionRequired,
    SignInAgain,
    TooLarge,
)
from careteam.once.services import KEY_MOST, AnotherRequest, Made, StillRunning, once
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordView, page_of

NOT_MODIFIED = 304
OK = 200
CREATED = 201
NO_CONTENT = 204
PAGE = 20
PAGE_MOST = 100


# -- What comes in -----------------------------------------------------------------------------------------------------
class Json(BaseParser):
    """JSON in UTF-8, of a size and depth that a record can have."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        given = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(given) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return json.loads(given.decode(), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise ParseError("This is not JSON in UTF-8, or it is nested too deeply.") from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


class Strict(Serializer[Any]):
    """Input in which every unknown field is refused, so that a misspelt one is never silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such field."))
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text alone: a number or a truth value is not turned into one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Nothing(Strict):
    """A query without any field."""


class Cursor(Strict):
    """Which page of a list."""

    cursor = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Where the page before ended (`next` of its answer)."
    )
    limit = serializers.IntegerField(
        required=False, default=PAGE, min_value=1, max_value=PAGE_MOST, help_text="How many entries."
    )


class Between(Cursor):
    """Date filters, and which page of a list."""

    since = serializers.DateField(required=False, help_text="First day, included, in your time zone.")
    until = serializers.DateField(required=False, help_text="Last day, included, in your time zone.")


# -- What an endpoint takes and gives, for OpenAPI ---------------------------------------------------------------------
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you saw.")
IF_MATCH_IF_SAID = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="Counts when it is sent.")
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have: 304 when nothing you see changed."
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[OK, CREATED], description="Of exactly what you were shown."
)
GET_LIST: list[Any] = [Between, IF_NONE_MATCH, ETAG]
GET_ONE: list[Any] = [IF_NONE_MATCH, ETAG]
CHANGE: list[Any] = [IF_MATCH, ETAG]
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": KEY_MOST},
    OpenApiParameter.HEADER,
    required=True,
    description="A text of your own for this one request. The same again within 24 hours makes nothing more.",
)
CREATE: list[Any] = [IDEMPOTENCY_KEY, ETAG]


class Shown(Protocol):
    """What an ETag is made of: the head of a record, or what stands below one."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> str: ...


# -- Endpoints ---------------------------------------------------------------------------------------------------------
class Schema(AutoSchema):
    """What OpenAPI is told of an endpoint: sorted by what it is about, and every refusal a problem document."""

    def get_tags(self) -> list[str]:
        about = [part for part in self._tokenize_path() if part != "patients"]
        return about[:1] or ["patients"]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        problem = self.resolve_serializer(ProblemDocument, direction).ref
        refused = {"description": "A refusal.", "content": {MEDIA_TYPE: {"schema": problem}}}
        return {**super()._get_response_bodies(direction), "default": refused}


class FieldProblem(serializers.Serializer[Any]):
    """What is the matter with one field ("" for the whole)."""

    field = serializers.CharField(allow_blank=True)
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal (RFC 9457). `help` holds words of help when question 9 of a form that was not saved asks for them."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment] # a field, not the property
    help = serializers.CharField(required=False)


class Endpoint(APIView):
    """An endpoint behind sign-in; `viewer` is who asks."""

    door = "person"
    parser_classes = (Json,)
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # noqa: RUF012 - as the library has it
    schema = Schema()
    beside: Mapping[str, str] = MappingProxyType({})  # what a refusal says besides

    @property
    def viewer(self) -> Viewer:
        viewer: Viewer | None = self.request._request.viewer  # type: ignore[attr-defined] # set by ActingAs
        if viewer is None:
            raise NotFound
        return viewer

    def given(self, form: type[Serializer[Any]]) -> dict[str, Any]:
        """The validated body."""
        return _valid(form(data=self.request.data))

    def asked(self, form: type[Serializer[Any]] = Nothing) -> dict[str, Any]:
        """The validated query."""
        return _valid(form(data=self.request.query_params))

    def paging(self) -> dict[str, Any]:
        """The page of a list, as its query takes it."""
        return _paged(self.asked(Cursor))

    def listing(self) -> dict[str, Any]:
        """Date filters and page of a list, as its query takes them."""
        return _paged(self.asked(Between))

    def patient_only(self, patient: UUID) -> None:
        """What is the patient's alone is absent for everybody else."""
        if self.viewer.patient != patient:
            raise NotFound

    def signed_in_recently(self) -> None:
        """Sharing and files want a sign-in of the last 15 minutes, as on the pages; a token is asked nothing more."""
        if self.request.auth is None and not signed_in_recently(self.request._request):
            raise SignInAgain

    def once(self, make: Callable[[], UUID]) -> Made:
        """Make it, or when this request came before say what it made: what is answered is asked for anew either way."""
        key = self.request.headers.get("Idempotency-Key", "").strip()
        if not 0 < len(key) <= KEY_MOST:
            raise KeyMissing
        said = "\n".join([str(self.request.method), self.request.get_full_path(), _text(self.request.data)])
        try:
            return once(self.viewer, key, said, make, status=CREATED)
        except StillRunning:
            raise KeyInUse from None
        except AnotherRequest:
            raise KeyUsed from None

    # -- What goes out -------------------------------------------------------------------------------------------------
    def page(self, found: Paged[Any], picture: type[Picture]) -> Response:
        """A page of records: `results`, and `next` ("" at the end), with the ETag of all of it."""
        data = {"results": picture(found.items, many=True).data, "next": found.next}
        return self._shown(data, self._seal(self.request.get_full_path(), _text(data)))

    def record(self, view: Shown, picture: type[Picture], **beside: Any) -> Response:
        """A single record, with the ETag that a change has to send back."""
        data = picture(view).data
        return self._shown({**data, **beside}, self._etag(view, data))

    def created(self, made: Made, view: RecordView, picture: type[Picture], address: str, **beside: Any) -> Response:
        """A record just made, or made when this request came first, as it is shown now, and where it is found."""
        data = picture(view).data
        response = Response({**data, **beside}, status=made.status)
        response["ETag"] = f'"{self._etag(view, data)}"'
        response["Location"] = reverse(address, args=[view.patient, view.id])
        return response

    def expected(self, view: Shown, picture: type[Picture], *, whole: bool = False) -> int:
        """The version a change is about; 428 without If-Match, 412 when it is stale (`whole`: in anything shown)."""
        given = self._seen()
        if not given:
            raise PreconditionRequired
        now = self._etag(view, picture(view).data)
        if now not in given and (whole or _words(now) not in map(_words, given)):
            raise PreconditionFailed
        return view.version

    def state(self, data: Any) -> Response:
        """What is no record (an account, what somebody sees), with the ETag that a change has to send back."""
        return self._shown(data, self._seal(_text(data)))

    def must_still_be(self, data: Any, *, when_said: bool = False) -> None:
        """What a change was made for, as it is now, locked: 428 without If-Match unless `when_said`, 412 when stale."""
        given = self._seen()
        if not given and not when_said:
            raise PreconditionRequired
        if given and self._seal(_text(data)) not in given:
            raise PreconditionFailed

    def _seen(self) -> set[str]:
        return _tags(self.request.headers.get("If-Match", "")) - {"*"}

    def _etag(self, view: Shown, data: Any) -> str:
        """Two marks: of the words as they stand (a change names it), and of everything shown beside them.

        Words keep their mark while audience, topics or replies change, so that these are in nobody's way; a draft and
        what it became, both version 1, have two. Neither mark moves with anything that is not shown.
        """
        words = self._seal(str(view.id), str(view.version), view.status)
        return f"{words}.{self._seal(str(view.id), _text(data))}"

    def _seal(self, *parts: str) -> str:
        text = "\n".join([str(self.viewer.user), *parts])
        return salted_hmac("careteam etag", text, algorithm="sha256").hexdigest()[:32]

    def _shown(self, data: Any, etag: str) -> Response:
        same = self.request.method in ("GET", "HEAD") and etag in _tags(self.request.headers.get("If-None-Match", ""))
        response = Response(status=NOT_MODIFIED) if same else Response(data)
        response["ETag"] = f'"{etag}"'
        return response


def listing(of: type[BaseSerializer[Any]]) -> type[Serializer[Any]]:
    """The shape of a page: `results`, and `next` ("" at the end)."""
    fields = {"results": of(many=True), "next": serializers.CharField(allow_blank=True), "__doc__": "A page."}
    return type(f"{of.__name__}Page", (Serializer,), fields)


def _valid(serializer: Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def _paged(asked: dict[str, Any]) -> dict[str, Any]:
    page = page_of(asked.pop("cursor"), asked.pop("limit"))
    return {**asked, "page": page}


def _tags(header: str) -> set[str]:
    """The marks in If-Match or If-None-Match. A proxy that packs answers makes them weak; they still name the same."""
    return {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",") if tag.strip()}


def _words(etag: str) -> str:
    return etag.partition(".")[0]


def _text(data: Any) -> str:
    return json.dumps(data, sort_keys=True)
