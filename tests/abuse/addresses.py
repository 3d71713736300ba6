"""Every address there is, filled in: what an abuse case asks of all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.urls import converters, get_resolver, reverse

BY_KIND = {converters.IntConverter: 1, converters.SlugConverter: "goals", converters.PathConverter: "today/"}
RESET = {"uidb36": "1", "key": "1-1"}


def filled(one: UUID) -> Iterator[tuple[str, str]]:
    """(name, path) of every address that has a name; each id in it is this one."""
    resolver = get_resolver()
    for name in sorted({name for name in resolver.reverse_dict if isinstance(name, str)}):
        for possibilities, pattern, _, kinds in resolver.reverse_dict.getlist(name):
            parts = possibilities[0][1]
            values = {
                part: one
                if isinstance(kinds.get(part), converters.UUIDConverter)
                else BY_KIND.get(type(kinds.get(part)), RESET.get(part, "0" * 43))
                for part in parts
            }
            assert pattern is not None
            yield name, reverse(name, kwargs=values)
