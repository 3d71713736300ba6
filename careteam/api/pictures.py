"""Frozen pictures as JSON, and what OpenAPI says of them: every field as its type says it, and nothing besides."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.plumbing import ComponentIdentity
from rest_framework.serializers import BaseSerializer

from careteam.corrections.queries import ProposedView
from careteam.measures.instruments.phq9 import Change
from careteam.measures.pictures import CaseloadScore, MeasureView
from careteam.sharing.partial import PartialDate
from careteam.sharing.pictures import SeeLine
from careteam.sharing.queries import ConsentView
from careteam.summaries.log import Told
from careteam.summaries.timeline_pictures import AnxietyPoint, ScorePoint
from careteam.treatments.doses import DosePeriod

# What a picture works out from its fields and says in words or numbers: pages print these, so programs get them too.
ALSO: dict[type, tuple[str, ...]] = {
    SeeLine: ("words",),
    MeasureView: ("words", "name"),
    CaseloadScore: ("since_previous", "since_baseline"),
    Change: ("words",),
    ConsentView: ("ended_on",),
    ProposedView: ("words",),
    DosePeriod: ("words", "when"),
    Told: ("words",),
    ScorePoint: ("band",),
    AnxietyPoint: ("band",),
}
PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    Decimal: {"type": "string", "format": "decimal"},
    PartialDate: {"type": "string", "description": "A partial date: `2025`, `2025-03` or `2025-03-14`."},
}
WRITTEN: dict[type, Callable[[Any], str]] = {
    UUID: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
    Decimal: str,
    PartialDate: attrgetter("text"),
}


@cache
def hints(picture: type) -> dict[str, Any]:
    """What a picture says: its fields and what is worked out from them, each with its type."""
    typed = get_type_hints(picture)
    said = {field.name: typed[field.name] for field in fields(picture)}
    for kind in picture.__mro__:
        for name in ALSO.get(kind, ()):
            said[name] = get_type_hints(getattr(kind, name).fget)["return"]
    return said


def plain(value: Any) -> Any:
    """A value of a picture as JSON knows it. Sets in order, so that the same is always said with the same letters."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if type(value) in WRITTEN:
        return WRITTEN[type(value)](value)
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in hints(type(value))}
    raise TypeError(f"a picture holds a {type(value).__name__}")


class Picture(BaseSerializer[Any]):
    """Writes one kind of picture; made by `shape`."""

    picture: ClassVar[type]
    more: ClassVar[dict[str, Any]] = {}  # what an endpoint says beside the picture, for OpenAPI

    def to_representation(self, instance: Any) -> Any:
        return plain(instance)


@cache
def shape(picture: type) -> type[Picture]:
    """The serializer of a kind of picture, under the picture's own name."""
    return type(picture.__name__, (Picture,), {"picture": picture, "__doc__": picture.__doc__})


class PictureScheme(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # the library's registry
    """What OpenAPI says of a picture, read from its types."""

    target_class = Picture
    match_subclasses = True

    def get_name(self, auto_schema: Any, direction: Any) -> str:
        return type(self.target).__name__

    def get_identity(self, auto_schema: Any, direction: Any) -> ComponentIdentity:
        return ComponentIdentity(type(self.target))  # type: ignore[no-untyped-call]

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        said = {name: _schema(hint, auto_schema, direction) for name, hint in hints(self.target.picture).items()}
        said |= self.target.more
        about = {"description": self.target.picture.__doc__}
        return {"type": "object", **about, "properties": said, "required": list(said), "additionalProperties": False}


def _schema(hint: Any, auto_schema: Any, direction: Any) -> dict[str, Any]:
    """The schema of a value with this type."""

    def of(inner: Any) -> dict[str, Any]:
        return _schema(inner, auto_schema, direction)

    origin, parts = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return dict(PLAIN[hint])
    if is_dataclass(hint):
        found: dict[str, Any] = auto_schema.resolve_serializer(shape(hint), direction).ref  # type: ignore[arg-type]
        return found
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin in (Union, types.UnionType) and len(parts) == 2 and parts[1] is type(None):  # noqa: PLR2004 - or nothing
        inner = of(parts[0])
        return {"allOf": [inner], "nullable": True} if "$ref" in inner else {**inner, "nullable": True}
    if origin is frozenset or (origin is tuple and parts[1:] == (...,)):
        return {"type": "array", "items": of(parts[0])} | ({"uniqueItems": True} if origin is frozenset else {})
    if origin is tuple:
        kinds = [of(part) for part in dict.fromkeys(parts)]
        each = kinds[0] if len(kinds) == 1 else {"oneOf": kinds}
        return {"type": "array", "items": each, "minItems": len(parts), "maxItems": len(parts)}
    raise TypeError(f"OpenAPI is not told what {hint} is")
