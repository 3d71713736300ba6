"""What stands below the help lines: each found in a step of its own, and left out when that fails.

The help lines themselves need none of it: no database, no worker, no mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from careteam.accounts.viewer import Viewer
from careteam.safety.pictures import ContactView
from careteam.safety.queries import people_to_reach
from careteam.sharing.telling import team_told

logger = logging.getLogger(__name__)
T = TypeVar("T")


def guarded(find: Callable[[], T], instead: T) -> T:
    """What was found; `instead` of it when anything breaks. The savepoint keeps what was saved before."""
    try:
        with transaction.atomic():
            return find()
    except Exception:  # whatever broke: help stands above it, and goes out
        logger.exception("something below the help lines was left out")
        return instead


def own_people(viewer: Viewer) -> tuple[ContactView, ...]:
    """Whom her own plan for hard days names."""
    return guarded(lambda: people_to_reach(viewer), ())


def told_people(viewer: Viewer) -> tuple[str, ...]:
    """Names of those she wants told, as sharing stands; nobody when that cannot be found out."""
    return guarded(lambda: tuple(one.name for one in team_told(viewer) if one.on), ())
