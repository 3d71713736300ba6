"""A form that is sent twice, by a second tap or a reload, makes one thing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from careteam.once import services
from careteam.once.services import KEY_MOST
from frontend.views.doors import Request

MARK = "once"
FOUND = 302
APART = (MARK, "csrfmiddlewaretoken")  # a page that shows her words again has a new token


def once(request: Request, make: Callable[[], UUID]) -> UUID:
    """Make it, unless this very form made it already: then say what it made. While it is being made, wait.

    The same form with other words in it is meant anew. Without its mark, as from an old tab, it is simply made.
    """
    mark = request.POST.get(MARK, "")[:KEY_MOST]
    if not mark:
        return make()
    words = [(name, values) for name, values in sorted(request.POST.lists()) if name not in APART]
    said = f"{request.path}\n{words}"
    return services.once(request.viewer, f"{mark}\n{said}", said, make, status=FOUND, wait=True).id
