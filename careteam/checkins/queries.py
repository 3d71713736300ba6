"""Reading check-ins and life events. Days are the patient's own calendar's, whoever looks and from where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.checkins.codes import TELLING, Medicines
from careteam.checkins.days import after_a_gap, day_of, days_open, noon_of
from careteam.checkins.models import CheckIn, LifeEvent
from careteam.checkins.pictures import (
    ASKED,
    CheckInVersion,
    CheckInView,
    EventMark,
    EventVersion,
    EventView,
    Taken,
    answered,
)
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.partial import PartialDate
from careteam.sharing.pictures import Paged, RecordLine, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, Record, Records, one_visible, versions

CLASSES: tuple[type[Record], ...] = (CheckIn, LifeEvent)
FORTNIGHT = 14
WEEK = 7


# -- Check-ins ---------------------------------------------------------------------------------------------------------
def check_ins(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[CheckInView]:
    """Check-ins the viewer may see, newest first; a day without one is simply not there."""
    must_be_open(viewer, patient)
    rows = _kept(CheckIn.objects.about(patient))
    if since:
        rows = rows.filter(day__gte=since)
    if until:
        rows = rows.filter(day__lte=until)
    shown: Disclosed[CheckIn] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight), cursor_of(shown))


def check_in(
    viewer: Viewer, patient: UUID, check_in: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> CheckInView:
    """One check-in; raises NotFound."""
    must_be_open(viewer, patient)
    rows = _kept(CheckIn.objects.about(patient)).filter(pk=check_in)
    found: Disclosed[CheckIn] = rows.disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight)[0]


def of_day(viewer: Viewer, day: date) -> CheckInView | None:
    """The viewer's own check-in of a day, when there is one; raises NotFound for one who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    rows = _kept(CheckIn.objects.about(viewer.patient)).filter(day=day, withdrawn_at=None)
    found: Disclosed[CheckIn] = rows.disclose_to(viewer, purpose=Purpose.READ)
    return _views(found, viewer, viewer.patient, None)[0] if found else None


def recent(
    viewer: Viewer,
    patient: UUID,
    *,
    days: int = FORTNIGHT,
    purpose: Purpose = Purpose.READ,
    sight: Sight | None = None,
) -> tuple[CheckInView, ...]:
    """The check-ins of the last days up to the patient's today, newest first, and none that was withdrawn."""
    since = today(viewer, patient) - timedelta(days=days - 1)
    rows = _kept(CheckIn.objects.about(patient)).filter(withdrawn_at=None, day__gte=since)
    return _views(rows.disclose_to(viewer, purpose=purpose, page=ALL), viewer, patient, sight)


def taken_as_planned(
    viewer: Viewer,
    patient: UUID,
    *,
    days: int = WEEK,
    until: date | None = None,
    purpose: Purpose = Purpose.READ,
) -> Taken | None:
    """On how many of the days up to `until` (the patient's today when None) medicines were answered, and as planned.

    None when no visible check-in answers. What is not answered is never counted as not taken.
    """
    last = until or today(viewer, patient)
    before = date.fromordinal(max(last.toordinal() - days, 1))  # a program may ask about the year 1
    rows = _kept(CheckIn.objects.about(patient)).filter(
        withdrawn_at=None, medicines__in=TELLING, day__gt=before, day__lte=last
    )
    found: Disclosed[CheckIn] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    planned = sum(row.medicines == Medicines.AS_PLANNED for row in found)
    return Taken(planned, len(found), days, last) if found else None


def check_in_versions(viewer: Viewer, patient: UUID, check_in: UUID) -> tuple[CheckInVersion, ...]:
    """How a check-in was before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(CheckIn, viewer, check_in, lock=False)
    return tuple(
        CheckInVersion(
            version=old.version,
            until=viewer.local(old.until),
            changed_by=old.changed_by.name,
            said=tuple((asked, answered(name, old.content[name])) for name, asked in ASKED if old.content[name]),
            words=old.content["words"],
        )
        for old in versions(viewer, check_in)
    )


def days_to_write(viewer: Viewer) -> tuple[date, ...]:
    """The days the viewer may begin a check-in for, today first."""
    return days_open(day_of(database_now(), viewer.tz))


def comes_back(viewer: Viewer) -> bool:
    """Whether the viewer's last three days or more are blank after an earlier check-in; raises NotFound for others."""
    if viewer.patient is None:
        raise NotFound
    rows = _kept(CheckIn.objects.about(viewer.patient)).filter(withdrawn_at=None).visible_to(viewer)
    last: date | None = rows.order_by("-day").values_list("day", flat=True).first()
    return after_a_gap(last, today(viewer, viewer.patient))


# -- Life events -------------------------------------------------------------------------------------------------------
def events(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[EventView]:
    """Life events the viewer may see, newest first, by the first day their date can mean."""
    must_be_open(viewer, patient)
    rows = _kept(LifeEvent.objects.about(patient).between(viewer, since, until))
    shown: Disclosed[LifeEvent] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_event_views(shown, viewer, patient, sight), cursor_of(shown))


def happened(
    viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ
) -> tuple[EventView, ...]:
    """The life events of these days (both included), oldest first; what is still to come has not happened.

    Only those that are told are disclosed. A date known by its month counts when the month touches the days.
    """
    must_be_open(viewer, patient)
    rows = _kept(LifeEvent.objects.about(patient)).visible_to(viewer).filter(withdrawn_at=None)
    last = min(until, today(viewer, patient))
    touching = [pk for pk, on in rows.values_list("pk", "on") if PartialDate(on).touches(since, last)]
    shown = (
        _kept(LifeEvent.objects.about(patient))
        .filter(pk__among=touching)
        .disclose_to(viewer, purpose=purpose, page=ALL)
    )
    return tuple(reversed(_event_views(shown, viewer, patient, None)))


def marks(viewer: Viewer, patient: UUID) -> tuple[EventMark, ...]:
    """All life events the viewer may see, for a drawing. Whoever draws one of these discloses it."""
    rows = _kept(LifeEvent.objects.about(patient)).visible_to(viewer).filter(withdrawn_at=None)
    return tuple(EventMark(row.id, row.version, row.words, row.date) for row in rows.order_by("effective_at", "id"))


def event(
    viewer: Viewer, patient: UUID, event: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> EventView:
    """One life event; raises NotFound."""
    must_be_open(viewer, patient)
    rows = _kept(LifeEvent.objects.about(patient)).filter(pk=event)
    found: Disclosed[LifeEvent] = rows.disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _event_views(found, viewer, patient, sight)[0]


def event_versions(viewer: Viewer, patient: UUID, event: UUID) -> tuple[EventVersion, ...]:
    """How a life event was written before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(LifeEvent, viewer, event, lock=False)
    return tuple(
        EventVersion(
            version=old.version,
            until=viewer.local(old.until),
            changed_by=old.changed_by.name,
            words=old.content["words"],
            on_words=PartialDate(old.content["on"]).words,
        )
        for old in versions(viewer, event)
    )


# -- For summaries and the log -----------------------------------------------------------------------------------------
def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of check-ins and events written or changed from `since` to `until`, in the viewer's days.

    What she may see now, in one statement for each class however many patients. Selecting discloses nothing.
    """
    found: list[tuple[UUID, UUID, int]] = []
    for model in CLASSES:
        rows = _kept(model.objects.filter(patient_id__among=patients)).visible_to(viewer)
        rows = rows.filter(
            withdrawn_at=None,
            changed_at__gte=datetime.combine(since, time(), viewer.tz),
            changed_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz),
        )
        found += rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version")
    return found


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many check-ins and events are new or changed since then."""
    total: dict[UUID, int] = defaultdict(int)
    for model in CLASSES:
        for patient, count in model.objects.newer(viewer, since).items():
            total[patient] += count
    return dict(total)


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These check-ins and events in one line each, as far as the rule lets them through now."""
    days: Disclosed[CheckIn] = _kept(CheckIn.objects.filter(pk__among=ids)).disclose_to(
        viewer, purpose=purpose, page=ALL
    )
    happened: Disclosed[LifeEvent] = _kept(LifeEvent.objects.filter(pk__among=ids)).disclose_to(
        viewer, purpose=purpose, page=ALL
    )
    # Her calendar day, not the instant on the reader's clock; an event says its date itself, as exactly as it is known.
    told = [
        replace(line(row, viewer, _in_one_line(row)), at=noon_of(row.day, viewer.tz))
        for row in days
        if row.withdrawn_at is None
    ]
    return told + [
        replace(line(row, viewer, f"{row.words}, {row.date.words}"), at=viewer.local(row.changed_at))
        for row in happened
        if row.withdrawn_at is None
    ]


def today(viewer: Viewer, patient: UUID) -> date:
    """The patient's calendar day now, where she lives."""
    at = database_now()
    if viewer.patient == patient:
        return day_of(at, viewer.tz)
    zone = User.objects.values_list("zone", flat=True).get(pk=patient)
    return day_of(at, Viewer(patient, viewer.role, "", zone).tz)


# -- What they share ---------------------------------------------------------------------------------------------------
def _kept(rows: Records[Any]) -> Records[Any]:
    return rows.exclude(status__in=DRAFTS)


def _in_one_line(row: CheckIn) -> str:
    """`Low, sleep broken, medicines as planned`: what was answered, or that there are words alone."""
    said = [answered(name, getattr(row, name)) for name, _ in ASKED]
    about = ["", "sleep ", "energy ", "medicines "]
    parts = [f"{what}{words.lower() if what else words}" for what, words in zip(about, said, strict=True) if words]
    told = ", ".join(parts)
    return told[:1].upper() + told[1:] if told else f"“{row.words}”"


def _views(rows: Sequence[CheckIn], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[CheckInView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        CheckInView(
            **head(row, viewer, shared),
            day=row.day,
            mood=row.mood,
            sleep=row.sleep,
            energy=row.energy,
            medicines=row.medicines,
            words=row.words,
            mood_words=answered("mood", row.mood),
            sleep_words=answered("sleep", row.sleep),
            energy_words=answered("energy", row.energy),
            medicines_words=answered("medicines", row.medicines),
        )
        for row in rows
    )


def _event_views(
    rows: Sequence[LifeEvent], viewer: Viewer, patient: UUID, sight: Sight | None
) -> tuple[EventView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        EventView(**head(row, viewer, shared), words=row.words, on=row.date, on_words=row.date.words) for row in rows
    )
