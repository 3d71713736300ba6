"""Reading plans for hard days: all of them, one, how it was before, and whom to reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.safety.models import HardDaysPlan
from careteam.safety.pictures import Contact, ContactView, Part, tel
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, one_visible, versions


@dataclass(frozen=True, slots=True, kw_only=True)
class HardDaysView(RecordView):
    """A plan as she wrote it, and the day she last looked it over."""

    parts: tuple[Part, ...]
    contacts: tuple[ContactView, ...]
    reviewed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HardDaysVersion:
    """How a plan was written before, and until when."""

    version: int
    until: datetime
    parts: tuple[Part, ...]
    contacts: tuple[Contact, ...]
    reviewed_on: date


def plans(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
    standing: bool = False,
) -> Paged[HardDaysView]:
    """The plans this viewer may see, newest first; `standing`: without those withdrawn."""
    must_be_open(viewer, patient)
    rows = HardDaysPlan.objects.about(patient).between(viewer, since, until)
    if standing:
        rows = rows.filter(withdrawn_at=None)
    shown: Disclosed[HardDaysPlan] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight), cursor_of(shown))


def plan(
    viewer: Viewer, patient: UUID, plan: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> HardDaysView:
    """One plan; raises NotFound."""
    must_be_open(viewer, patient)
    found: Disclosed[HardDaysPlan] = (
        HardDaysPlan.objects.about(patient).filter(pk=plan).disclose_to(viewer, purpose=purpose)
    )
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight)[0]


def plan_versions(viewer: Viewer, patient: UUID, plan: UUID) -> tuple[HardDaysVersion, ...]:
    """How a plan was written before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(HardDaysPlan, viewer, plan, lock=False)
    return tuple(
        HardDaysVersion(
            version=old.version,
            until=viewer.local(old.until),
            parts=_parts(old.content["parts"]),
            contacts=tuple(Contact(**one) for one in old.content["contacts"]),
            reviewed_on=date.fromisoformat(old.content["reviewed_on"]),
        )
        for old in versions(viewer, plan)
    )


def people_to_reach(viewer: Viewer) -> tuple[ContactView, ...]:
    """Whom the viewer's own newest plan names, for the help page; nobody for somebody who keeps no record."""
    if viewer.patient is None:
        return ()
    rows = HardDaysPlan.objects.about(viewer.patient).visible_to(viewer).filter(withdrawn_at=None)
    newest = rows.order_by("-effective_at", "-id").values_list("contacts", flat=True)
    return _contacts(next(iter(newest[:1]), []))


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These plans in one line each, as far as the rule lets them through now: no word of what stands in them."""
    rows = HardDaysPlan.objects.filter(pk__among=ids)
    shown: Disclosed[HardDaysPlan] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, "plan for hard days") for row in shown if row.withdrawn_at is None]


def _views(
    rows: Sequence[HardDaysPlan], viewer: Viewer, patient: UUID, sight: Sight | None
) -> tuple[HardDaysView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        HardDaysView(
            **head(row, viewer, shared),
            parts=_parts(row.parts),
            contacts=_contacts(row.contacts),
            reviewed_on=row.reviewed_on,
        )
        for row in rows
    )


def _parts(stored: Sequence[dict[str, str]]) -> tuple[Part, ...]:
    return tuple(Part(**one) for one in stored)


def _contacts(stored: Sequence[dict[str, str]]) -> tuple[ContactView, ...]:
    return tuple(ContactView(**one, tel=tel(one["phone"])) for one in stored)
