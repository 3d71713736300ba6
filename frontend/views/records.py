"""What the pages of a patient's own records share."""

from __future__ import annotations

from careteam.sharing.errors import Invalid
from careteam.sharing.pictures import SeeLine, listed, page_of
from frontend.views.doors import Request


def after(request: Request) -> str:
    """The page marker asked for; one that is not ours starts from the beginning."""
    cursor = request.GET.get("after", "")
    try:
        page_of(cursor)
    except Invalid:
        return ""
    return cursor


def version_seen(request: Request) -> int:
    """The version a form was filled in from; 0, which no record has, when it does not say."""
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0  # noqa: PLR2004 - fits a column


def saved(line: SeeLine) -> str:
    """`Saved. Dr Lee and Tomás can see it.`"""
    if line.kind == "people":
        return f"Saved. {listed(line.names)} can see it."
    if line.kind == "paused":
        return "Saved. Sharing is paused, so only you can see it."
    return "Saved. Only you can see it."
