"""What every endpoint shares: the viewer, ETags, pages and date filters. No logic of its own."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from careteam.accounts.viewer import Viewer
from careteam.api.problems import PreconditionFailed, PreconditionRequired
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordView, page_of

T = TypeVar("T")
NOT_MODIFIED = 304

PAGING = [
    OpenApiParameter("cursor", str, description="Where the page before ended (`next` of its answer)."),
    OpenApiParameter("limit", int, description="How many entries, 1 to 100; 20 when not said."),
]
DATES = [
    OpenApiParameter("since", OpenApiTypes.DATE, description="First day, included, in your time zone."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Last day, included, in your time zone."),
]
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag you saw.")


class Strict(Serializer[Any]):
    """Input in which every unknown field is refused, so that a misspelt one is never silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such field."))
        return super().to_internal_value(data)


class Between(Serializer[Any]):
    """Date filters and paging of a list."""

    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    cursor = serializers.CharField(required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(required=False, default=20)


class Endpoint(APIView):
    """An endpoint behind sign-in; `viewer` is who asks."""

    door = "person"

    @property
    def viewer(self) -> Viewer:
        viewer: Viewer | None = self.request._request.viewer  # type: ignore[attr-defined] # set by ActingAs
        if viewer is None:
            raise NotFound
        return viewer

    def given(self, form: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The validated body."""
        serializer = form(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data

    def asked(self, form: type[Serializer[Any]]) -> dict[str, Any]:
        """The validated query."""
        serializer = form(data=self.request.query_params)
        serializer.is_valid(raise_exception=True)
        data: dict[str, Any] = serializer.validated_data
        return data

    def listing(self) -> tuple[dict[str, Any], Any]:
        """(date filters, page) of a list request."""
        asked = self.asked(Between)
        return {"since": asked.get("since"), "until": asked.get("until")}, page_of(asked["cursor"], asked["limit"])

    def shown(
        self, picture: Any, serializer: type[Serializer[Any]], marks: Iterable[tuple[UUID, int]] = ()
    ) -> Response:
        """A picture as JSON with its ETag: of what this viewer was shown, and of nothing she was not."""
        etag = self.etag(marks) if marks else ""
        if etag and etag in _tags(self.request.headers.get("If-None-Match", "")):
            response = Response(status=NOT_MODIFIED)
        else:
            response = Response(serializer(picture).data)
        if etag:
            response["ETag"] = etag
        return response

    def page(self, found: Paged[Any], serializer: type[Serializer[Any]]) -> Response:
        """A page of records: `results`, and `next` (empty at the end)."""
        data = {"results": serializer(found.items, many=True).data, "next": found.next}
        etag = self.etag((item.id, item.version) for item in found.items)
        if etag in _tags(self.request.headers.get("If-None-Match", "")):
            return Response(status=NOT_MODIFIED, headers={"ETag": etag})
        return Response(data, headers={"ETag": etag})

    def record(self, view: RecordView, serializer: type[Serializer[Any]], status: int = 200) -> Response:
        """A single record with the ETag that a change has to send back."""
        etag = self.etag_of(view)
        if status == 200 and etag in _tags(self.request.headers.get("If-None-Match", "")):  # noqa: PLR2004 - OK
            return Response(status=NOT_MODIFIED, headers={"ETag": etag})
        return Response(serializer(view).data, status=status, headers={"ETag": etag})

    def etag_of(self, view: RecordView) -> str:
        """HMAC(viewer, id, version): it does not move with audience, labels or anything hidden."""
        return _seal(str(self.viewer.user), str(view.id), str(view.version))

    def etag(self, marks: Iterable[tuple[UUID, int]]) -> str:
        """HMAC(viewer, url, visible ids and versions)."""
        return _seal(str(self.viewer.user), self.request.get_full_path(), *(f"{one}:{v}" for one, v in marks))

    def expected(self, view: RecordView) -> int:
        """The version a change is about; 428 without If-Match, 412 when it is stale."""
        given = _tags(self.request.headers.get("If-Match", ""))
        if not given:
            raise PreconditionRequired
        if self.etag_of(view) not in given:
            raise PreconditionFailed
        return view.version


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",") if tag.strip()}


def _seal(*parts: str) -> str:
    seal = hmac.new(settings.SECRET_KEY.encode(), "\n".join(parts).encode(), hashlib.sha256)
    return f'"{seal.hexdigest()[:32]}"'


def patient_only(viewer: Viewer, patient: UUID) -> None:
    """What is the patient's alone is absent for everybody else."""
    if viewer.patient != patient:
        raise NotFound
