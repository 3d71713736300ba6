"""What would change before a consent is saved: asked of the rule itself, with the change made and undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.apps import apps
from django.db import transaction

from careteam.accounts.viewer import Viewer
from careteam.sharing import queries, team
from careteam.sharing.errors import NotFound
from careteam.sharing.records import Record


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of one kind."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Shift:
    """What one person would see that she does not see now (`adds`), and no longer see (`hides`), by kind.

    Counted as if sharing were not paused: a pause hides all of it meanwhile, and says nothing about what was chosen.
    """

    adds: tuple[Count, ...]
    hides: tuple[Count, ...]


class _TakenBackError(Exception):
    """Ends the attempt: whatever it wrote goes with it."""


def would_change(
    viewer: Viewer, member: UUID, *, categories: Collection[str], labels: Collection[str] = (), until: date
) -> Shift:
    """What saving these switches for a member of the viewer's team (confirmed or not yet) would change.

    Raises NotFound and Invalid as saving would. Leaves nothing behind, neither in the log nor elsewhere.
    """
    waiting = queries.member(viewer, member).state == "waiting"
    save = team.confirm if waiting else team.share
    return _shift(viewer, member, lambda: save(viewer, member, categories=categories, labels=labels, until=until))


def would_hide(viewer: Viewer, member: UUID) -> Shift:
    """What a member of the viewer's team sees now and would lose by being stopped; nothing for one not confirmed."""
    return _shift(viewer, member, lambda: team.stop(viewer, member))


def _shift(viewer: Viewer, member: UUID, change: Callable[[], None]) -> Shift:
    before: set[tuple[str, UUID]] = set()
    after: set[tuple[str, UUID]] = set()
    try:
        with transaction.atomic():
            team.resume(viewer)
            before = _seen(viewer, member)
            change()
            after = _seen(viewer, member)
            raise _TakenBackError
    except _TakenBackError:
        return Shift(_by_kind(after - before), _by_kind(before - after))


def _seen(viewer: Viewer, member: UUID) -> set[tuple[str, UUID]]:
    """What this member sees; nothing when she is no confirmed member."""
    try:
        return _seen_by(queries.reader(viewer, member), viewer.user)
    except NotFound:
        return set()


def _seen_by(reader: Viewer, patient: UUID) -> set[tuple[str, UUID]]:
    """(kind, id) of every record of this patient that the reader sees."""
    return {
        (model.kind, record)
        for model in apps.get_models()
        if issubclass(model, Record)
        for record in model.objects.about(patient)
        .visible_to(reader)
        .filter(withdrawn_at=None)
        .values_list("id", flat=True)
    }


def _by_kind(seen: set[tuple[str, UUID]]) -> tuple[Count, ...]:
    return tuple(Count(kind, count) for kind, count in sorted(Counter(kind for kind, _ in seen).items()))
