"""Reading treatments beside medicines, and levels: lists, what is under way, and the history that is the patient's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.procedures.codes import Status, What
from careteam.procedures.course import sessions_words, status_on, when_words
from careteam.procedures.models import Observation, Procedure
from careteam.procedures.pictures import LevelVersion, LevelView, ProcedureVersion, ProcedureView
from careteam.sharing.errors import NotFound
from careteam.sharing.outcomes import Helped, StopReason, outcome_words
from careteam.sharing.partial import PartialDate, on_words, partial
from careteam.sharing.pictures import Change, Course, Paged, RecordLine, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, disclosed, one_visible, versions

OVER = (Status.STOPPED, Status.COMPLETED)


# -- Treatments --------------------------------------------------------------------------------------------------------
def procedures(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
    standing: bool = False,
) -> Paged[ProcedureView]:
    """All treatments the viewer may see, newest start first; `standing`: without those withdrawn or never done."""
    must_be_open(viewer, patient)
    rows = _about(Procedure, patient).between(viewer, since, until)
    if standing:
        rows = rows.filter(withdrawn_at=None).exclude(status=Status.NOT_DONE)
    shown: Disclosed[Procedure] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_courses(shown, viewer, patient, sight, patient_day(viewer, patient)), cursor_of(shown))


def current_procedures(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> tuple[ProcedureView, ...]:
    """What is under way, as far as the viewer may see it, newest first. "Now" is the patient's day."""
    must_be_open(viewer, patient)
    today = patient_day(viewer, patient)
    rows = _about(Procedure, patient).visible_to(viewer).filter(withdrawn_at=None)
    going = rows.filter(status__in=[Status.ACTIVE, Status.PLANNED]).select_related("author")
    now = [
        row
        for row in going.order_by("-effective_at", "-id")
        if status_on(row.status, row.began, row.ended, today) == Status.ACTIVE
    ]
    disclosed(now, viewer, purpose)
    return _courses(now, viewer, patient, sight, today)


def courses(viewer: Viewer, patient: UUID) -> tuple[Course, ...]:
    """What is or was under way over time, as far as the viewer may see it. Whoever draws one of these discloses it."""
    today = patient_day(viewer, patient)
    rows = _about(Procedure, patient).visible_to(viewer).filter(withdrawn_at=None).exclude(status=Status.NOT_DONE)
    found = []
    for row in rows.order_by("-effective_at", "-id"):
        status = status_on(row.status, row.began, row.ended, today)
        sessions = sessions_words(row.session_count, [PartialDate(text) for text in row.sessions])
        note = "; ".join(part for part in (sessions, outcome_words(row.helped, row.stop_reason)) if part)
        if status != Status.PLANNED:
            found.append(
                Course(
                    id=row.id,
                    version=row.version,
                    name=_title(row.code, row.name),
                    start=row.began,
                    end=row.ended,
                    current=status == Status.ACTIVE,
                    note=note,
                )
            )
    return tuple(found)


def procedure(
    viewer: Viewer,
    patient: UUID,
    procedure: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    sight: Sight | None = None,
) -> ProcedureView:
    """One treatment; raises NotFound."""
    must_be_open(viewer, patient)
    found: Disclosed[Procedure] = _about(Procedure, patient).filter(pk=procedure).disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _courses(found, viewer, patient, sight, patient_day(viewer, patient))[0]


def procedure_versions(viewer: Viewer, patient: UUID, procedure: UUID) -> tuple[ProcedureVersion, ...]:
    """How a treatment was written down before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(Procedure, viewer, procedure, lock=False)
    found = []
    for old in versions(viewer, procedure):
        was = old.content
        dates = [PartialDate(text) for text in was["sessions"]]
        found.append(
            ProcedureVersion(
                version=old.version,
                until=viewer.local(old.until),
                changed_by=old.changed_by.name,
                title=_title(was["code"], was["name"]),
                purpose=was["purpose"],
                when=when_words(partial(was["start"]), partial(was["end"]), was["status"]),
                sessions_on=tuple(one.words for one in dates),
                sessions_words=sessions_words(was["session_count"], dates),
                status_words=Status(was["status"]).label,
                stop_reason_words=_said(StopReason(was["stop_reason"])),
                stopped_why=was["stopped_why"],
                helped_words=_said(Helped(was["helped"])),
                side_effects=was["side_effects"],
            )
        )
    return tuple(found)


def changes(
    viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ
) -> tuple[Change, ...]:
    """What was begun, finished or stopped from `since` to `until` (both included), oldest first.

    Made from visible records alone; only those that a line speaks of are disclosed. What is planned has not changed.
    """
    must_be_open(viewer, patient)
    today = patient_day(viewer, patient)
    rows = _about(Procedure, patient).visible_to(viewer).filter(withdrawn_at=None)
    lines: list[Change] = []
    spoken_of: list[Procedure] = []
    for row in rows.exclude(status=Status.NOT_DONE).order_by("-effective_at", "-id"):
        of_row = [one for one in _lines(row, today) if one.on.touches(since, min(until, today))]
        lines += of_row
        spoken_of += [row] if of_row else []
    disclosed(spoken_of, viewer, purpose)
    return tuple(sorted(lines, key=lambda one: (one.on.earliest, one.words)))


# -- Levels ------------------------------------------------------------------------------------------------------------
def levels(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
    standing: bool = False,
) -> Paged[LevelView]:
    """All levels the viewer may see, the last measured first; `standing`: without those withdrawn."""
    must_be_open(viewer, patient)
    rows = _about(Observation, patient).between(viewer, since, until)
    if standing:
        rows = rows.filter(withdrawn_at=None)
    shown: Disclosed[Observation] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_measured(shown, viewer, patient, sight), cursor_of(shown))


def level(
    viewer: Viewer, patient: UUID, level: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> LevelView:
    """One level; raises NotFound."""
    must_be_open(viewer, patient)
    found: Disclosed[Observation] = _about(Observation, patient).filter(pk=level).disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _measured(found, viewer, patient, sight)[0]


def level_versions(viewer: Viewer, patient: UUID, level: UUID) -> tuple[LevelVersion, ...]:
    """How a level was written down before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(Observation, viewer, level, lock=False)
    return tuple(
        LevelVersion(
            version=old.version,
            until=viewer.local(old.until),
            changed_by=old.changed_by.name,
            title=_amount(old.content["substance"], old.content["value"], old.content["unit"]),
            when=PartialDate(old.content["on"]).words,
            after_dose=_after_dose(old.content["hours"]),
            words=old.content["words"],
        )
        for old in versions(viewer, level)
    )


# -- Both, for summaries and the log -----------------------------------------------------------------------------------
def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' treatments and levels added or changed from `since` to `until`.

    By when they were written, in the viewer's days, as far as she may see them now; one statement for each of the two
    kinds however many patients. Selecting discloses nothing.
    """
    found: list[tuple[UUID, UUID, int]] = []
    for model in (Procedure, Observation):
        rows = (
            model.objects.filter(patient_id__among=patients)
            .visible_to(viewer)
            .filter(
                withdrawn_at=None,
                changed_at__gte=datetime.combine(since, time(), viewer.tz),
                changed_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz),
            )
        )
        found += rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version")
    return found


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many treatments and levels are new or changed since then."""
    found: dict[UUID, int] = dict(Procedure.objects.newer(viewer, since))
    for patient, count in Observation.objects.newer(viewer, since).items():
        found[patient] = found.get(patient, 0) + count
    return found


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These treatments and levels in one line each, as far as the rule lets them through now."""
    courses: Disclosed[Procedure] = (
        _about(Procedure).filter(pk__among=ids).disclose_to(viewer, purpose=purpose, page=ALL)
    )
    measured: Disclosed[Observation] = (
        _about(Observation).filter(pk__among=ids).disclose_to(viewer, purpose=purpose, page=ALL)
    )
    found = [
        line(row, viewer, _title(row.code, row.name), at=row.changed_at) for row in courses if row.withdrawn_at is None
    ]
    return found + [
        line(row, viewer, _amount(row.substance, row.value, row.unit), at=row.changed_at)
        for row in measured
        if row.withdrawn_at is None
    ]


# -- How pictures are made ---------------------------------------------------------------------------------------------
def _about(model: type[Procedure | Observation], patient: UUID | None = None) -> Any:
    """Its rows, of one patient or of all, before the rule narrows them."""
    return model.objects.about(patient) if patient else model.objects.all()


def patient_day(viewer: Viewer, patient: UUID) -> date:
    """The patient's day."""
    if viewer.patient == patient:
        return viewer.today
    return datetime.now(ZoneInfo(User.objects.values_list("zone", flat=True).get(pk=patient))).date()


def _courses(
    rows: Sequence[Procedure], viewer: Viewer, patient: UUID, sight: Sight | None, today: date
) -> tuple[ProcedureView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    views = []
    for row in rows:
        status = status_on(row.status, row.began, row.ended, today)
        dates = [PartialDate(text) for text in row.sessions]
        views.append(
            ProcedureView(
                **{**head(row, viewer, shared), "status": status},
                title=_title(row.code, row.name),
                code=row.code,
                code_words=What(row.code).label,
                name=row.name,
                purpose=row.purpose,
                start=row.start or None,
                end=row.end or None,
                when=when_words(row.began, row.ended, status),
                sessions=tuple(row.sessions),
                sessions_on=tuple(one.words for one in dates),
                session_count=row.session_count,
                sessions_words=sessions_words(row.session_count, dates),
                current=status == Status.ACTIVE and row.withdrawn_at is None,
                status_words=Status(status).label,
                stop_reason=row.stop_reason,
                stop_reason_words=_said(StopReason(row.stop_reason)),
                stopped_why=row.stopped_why,
                helped=row.helped,
                helped_words=_said(Helped(row.helped)),
                side_effects=row.side_effects,
            )
        )
    return tuple(views)


def _measured(rows: Sequence[Observation], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[LevelView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        LevelView(
            **head(row, viewer, shared),
            title=_amount(row.substance, row.value, row.unit),
            substance=row.substance,
            value=row.value,
            unit=row.unit,
            on=row.on,
            when=row.measured_on.words,
            hours=row.hours,
            after_dose=_after_dose(row.hours),
            words=row.words,
        )
        for row in rows
    )


def _title(code: str, name: str) -> str:
    """`Talking therapy: with Tomás`, `rTMS`, or the patient's own name for something else."""
    if code == What.OTHER:
        return name
    label = str(What(code).label)
    return f"{label}: {name}" if name else label


def _amount(substance: str, value: str, unit: str) -> str:
    return f"{substance} {value} {unit}"


def _after_dose(hours: str) -> str:
    return f"{hours} hour{'' if hours == '1' else 's'} after the last dose" if hours else ""


def _said(answer: StopReason | Helped) -> str:
    return str(answer.label) if answer.value else ""


def _lines(row: Procedure, today: date) -> list[Change]:
    title = _title(row.code, row.name)
    status = status_on(row.status, row.began, row.ended, today)
    found = []
    if row.began and status != Status.PLANNED:
        found.append(Change(row.began, f"Began {title} {on_words(row.began)}", row.id))
    if row.ended and status in OVER:
        verb = "Stopped" if status == Status.STOPPED else "Finished"
        found.append(Change(row.ended, f"{verb} {title} {on_words(row.ended)}", row.id))
    return found
