"""Reading medicines: all of them, those taken now, what changed, and the history that is the patient's alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.sharing.codes import DRAFTS
from careteam.sharing.errors import NotFound
from careteam.sharing.outcomes import Helped, StopReason, outcome_words
from careteam.sharing.partial import PartialDate, on_words, partial
from careteam.sharing.pictures import Change, Course, Paged, RecordLine, RecordView, Sight, cursor_of, head, line
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Disclosed, Page, Records, disclosed, one_visible, versions
from careteam.treatments.codes import Coding, Status
from careteam.treatments.doses import (
    DosePeriod,
    Step,
    amounts_of,
    doses_words,
    from_json,
    groups,
    is_current,
    running_on,
    status_on,
    steps,
    steps_words,
    when_words,
)
from careteam.treatments.models import MedicationStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineView(RecordView):
    """A medicine. `status` is how it reads today, `dose` what is taken now (or all its steps), `when` says since when.

    `effective_at` puts medicines in order and is never printed: it would invent a day for "2019".
    """

    name: str
    purpose: str
    route_form: str
    as_needed: bool
    periods: tuple[DosePeriod, ...]
    dose: str
    start: str | None
    end: str | None
    when: str
    current: bool
    status_words: str
    stop_reason: str
    stop_reason_words: str
    stopped_why: str
    helped: str
    helped_words: str
    best: int | None
    at_end: int | None
    side_effects: str
    ingredient: str
    judge_by: date | None
    codes: tuple[Coding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineCourse(Course):
    """A medicine over time, with what was taken when."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineVersion:
    """How a medicine was written down before, until when, and who changed it."""

    version: int
    until: datetime
    changed_by: str
    name: str
    purpose: str
    route_form: str
    as_needed: bool
    periods: tuple[DosePeriod, ...]
    dose: str
    start: str | None
    end: str | None
    when: str
    status: str
    status_words: str
    stop_reason_words: str
    stopped_why: str
    helped_words: str
    best: int | None
    at_end: int | None
    side_effects: str
    ingredient: str
    judge_by: str | None


def medicines(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[MedicineView]:
    """All medicines the viewer may see, newest start first (where it is not known: when it was written down)."""
    must_be_open(viewer, patient)
    rows = MedicationStatement.objects.about(patient).between(viewer, since, until).exclude(status__in=DRAFTS)
    shown: Disclosed[MedicationStatement] = rows.disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(shown, viewer, patient, sight, _today(viewer, patient)), cursor_of(shown))


def current_medicines(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> tuple[MedicineView, ...]:
    """What is taken now, as far as the viewer may see it, newest first. "Now" is the patient's day."""
    must_be_open(viewer, patient)
    today = _today(viewer, patient)
    rows = _current(MedicationStatement.objects.about(patient), viewer, {patient: today})
    disclosed(rows, viewer, purpose)
    return _views(rows, viewer, patient, sight, today)


def taken_medicines(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> tuple[MedicineView, ...]:
    """What is or was taken, those that began last first; what is planned or never was taken is not disclosed."""
    must_be_open(viewer, patient)
    today = _today(viewer, patient)
    taken = _taken(viewer, patient, today)
    disclosed(taken, viewer, purpose)
    return _views(taken, viewer, patient, sight, today)


def courses(viewer: Viewer, patient: UUID) -> tuple[MedicineCourse, ...]:
    """What is or was taken over time, as far as the viewer may see it. Whoever draws one of these discloses it."""
    today = _today(viewer, patient)
    return tuple(
        MedicineCourse(
            id=row.id,
            version=row.version,
            name=row.name,
            start=row.began,
            end=row.ended,
            current=is_current(row.status, row.began, row.ended, today),
            note=_note(row),
            steps=steps(row.doses),
        )
        for row in _taken(viewer, patient, today)
    )


def current_for(
    viewer: Viewer, patients: Collection[UUID], *, purpose: Purpose = Purpose.CASELOAD
) -> dict[UUID, tuple[str, ...]]:
    """What each of these patients takes now, for a list: `Lithium 900 mg`. Three statements, however many they are."""
    days = patient_days(viewer, patients)
    rows = _current(MedicationStatement.objects.filter(patient_id__among=patients), viewer, days)
    disclosed(rows, viewer, purpose)
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        found[row.patient_id].append(_short(row, running_on(row.doses, days[row.patient_id])))
    return {patient: tuple(lines) for patient, lines in found.items()}


def newest_starts_for(viewer: Viewer, patients: Collection[UUID], until: date | None = None) -> dict[UUID, PartialDate]:
    """When the newest regular medicine that each of these patients takes now began (by `until`), as far as it is known.

    Two statements, however many they are. Nothing is disclosed: whoever tells it says so.
    """
    days = patient_days(viewer, patients)
    rows = _may_be_current(MedicationStatement.objects.filter(patient_id__among=patients, as_needed=False), viewer)
    found: dict[UUID, PartialDate] = {}
    for patient, status, start, end in rows.values_list("patient_id", "status", "start", "end"):
        began = partial(start)
        if began is None or (until and began.earliest > until):
            continue
        if is_current(status, began, partial(end), days[patient]):
            known = found.setdefault(patient, began)
            found[patient] = max(known, began, key=lambda one: (one.earliest, one.latest))
    return found


def medicine(
    viewer: Viewer,
    patient: UUID,
    medicine: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    sight: Sight | None = None,
) -> MedicineView:
    """One medicine (a pending import as well, for the patient); raises NotFound."""
    must_be_open(viewer, patient)
    row = MedicationStatement.objects.about(patient).filter(pk=medicine)
    found: Disclosed[MedicationStatement] = row.disclose_to(viewer, purpose=purpose)
    if not found:
        raise NotFound
    return _views(found, viewer, patient, sight, _today(viewer, patient))[0]


def pending_medicines(viewer: Viewer) -> tuple[MedicineView, ...]:
    """Imported medicines that wait for the viewer's own yes or no; raises NotFound for one who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    rows = MedicationStatement.objects.about(viewer.patient).filter(status=Status.PENDING)
    found: Disclosed[MedicationStatement] = rows.disclose_to(viewer, purpose=Purpose.READ, page=ALL)
    return _views(found, viewer, viewer.patient, None, viewer.today)


def medicine_versions(viewer: Viewer, patient: UUID, medicine: UUID) -> tuple[MedicineVersion, ...]:
    """How a medicine was written down before, newest first, for the patient alone; raises NotFound for others."""
    if viewer.patient != patient:
        raise NotFound
    one_visible(MedicationStatement, viewer, medicine, lock=False)
    found = []
    for old in versions(viewer, medicine):
        was = old.content
        doses = tuple(from_json(period) for period in was["periods"])
        found.append(
            MedicineVersion(
                version=old.version,
                until=viewer.local(old.until),
                changed_by=old.changed_by.name,
                name=was["name"],
                purpose=was["purpose"],
                route_form=was["route_form"],
                as_needed=was["as_needed"],
                periods=doses,
                dose=steps_words(doses),
                start=was["start"] or None,
                end=was["end"] or None,
                when=when_words(partial(was["start"]), partial(was["end"]), was["status"]),
                status=was["status"],
                status_words=Status(was["status"]).label,
                stop_reason_words=_said(StopReason(was["stop_reason"])),
                stopped_why=was["stopped_why"],
                helped_words=_said(Helped(was["helped"])),
                best=was["best"],
                at_end=was["at_end"],
                side_effects=was["side_effects"],
                ingredient=was["ingredient"],
                judge_by=was["judge_by"],
            )
        )
    return tuple(found)


def changes(
    viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ
) -> tuple[Change, ...]:
    """What was started, stopped or changed in dose from `since` to `until` (both included), oldest first.

    Made from visible records alone; only those that a line speaks of are disclosed. A date known by its month counts
    when the month touches the period; a bare year only when it lies in it. What is planned has not changed yet.
    """
    must_be_open(viewer, patient)
    today = _today(viewer, patient)
    rows = MedicationStatement.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None)
    lines: list[Change] = []
    spoken_of: list[MedicationStatement] = []
    for row in rows.exclude(status__in=[*DRAFTS, Status.ERROR, Status.NOT_TAKEN]).order_by("-effective_at", "-id"):
        of_row = [line for line in _lines(row, today) if line.on.touches(since, min(until, today))]
        lines += of_row
        spoken_of += [row] if of_row else []
    disclosed(spoken_of, viewer, purpose)
    return tuple(sorted(lines, key=lambda line: (line.on.earliest, line.words)))


def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' medicines added or changed from `since` to `until`, in her days.

    By when they were written and not by when they began: a medicine of 2019 is new on the day it is added. What she
    may see now, in one statement however many patients. Selecting discloses nothing.
    """
    rows = MedicationStatement.objects.filter(patient_id__among=patients).visible_to(viewer).exclude(status__in=DRAFTS)
    rows = rows.filter(
        withdrawn_at=None,
        changed_at__gte=datetime.combine(since, time(), viewer.tz),
        changed_at__lt=datetime.combine(until + timedelta(days=1), time(), viewer.tz),
    )
    return list(rows.order_by("-changed_at", "-id").values_list("patient_id", "id", "version"))


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many medicines are new or changed since then."""
    found: dict[UUID, int] = MedicationStatement.objects.newer(viewer, since)
    return found


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These medicines in one line each, as far as the rule lets them through now."""
    rows = MedicationStatement.objects.filter(pk__among=ids).exclude(status__in=DRAFTS)
    shown: Disclosed[MedicationStatement] = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [line(row, viewer, row.name, at=row.changed_at) for row in shown if row.withdrawn_at is None]


# -- How pictures are made ---------------------------------------------------------------------------------------------
def patient_days(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, date]:
    """Today in each patient's zone; one statement unless it is the viewer's own record."""
    if set(patients) <= {viewer.patient}:
        return dict.fromkeys(patients, viewer.today)
    zones = User.objects.filter(pk__among=patients).values_list("pk", "zone")
    return {patient: datetime.now(ZoneInfo(zone)).date() for patient, zone in zones}


def _today(viewer: Viewer, patient: UUID) -> date:
    return patient_days(viewer, [patient])[patient]


def _taken(viewer: Viewer, patient: UUID, today: date) -> list[MedicationStatement]:
    """What is visible and is or was taken, those that began last first; the caller discloses what it tells."""
    never = [*DRAFTS, Status.NOT_TAKEN, Status.ERROR]
    rows = MedicationStatement.objects.about(patient).visible_to(viewer).filter(withdrawn_at=None)
    newest_first = rows.exclude(status__in=never).select_related("author").order_by("-effective_at", "-id")
    return [row for row in newest_first if status_on(row.status, row.began, row.ended, today) != Status.INTENDED]


def _current(
    records: Records[MedicationStatement], viewer: Viewer, days: dict[UUID, date]
) -> list[MedicationStatement]:
    """What is visible and taken now: by status in the database, by partial dates here; the caller discloses it."""
    rows = _may_be_current(records, viewer)
    return [
        row
        for row in rows.select_related("author").order_by("-effective_at", "-id")
        if is_current(row.status, row.began, row.ended, days[row.patient_id])
    ]


def _may_be_current(records: Records[MedicationStatement], viewer: Viewer) -> Records[MedicationStatement]:
    return records.visible_to(viewer).filter(withdrawn_at=None, status__in=[Status.ACTIVE, Status.INTENDED])


def _views(
    rows: Sequence[MedicationStatement], viewer: Viewer, patient: UUID, sight: Sight | None, today: date
) -> tuple[MedicineView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    views = []
    for row in rows:
        status = status_on(row.status, row.began, row.ended, today)
        current = status == Status.ACTIVE and row.withdrawn_at is None
        said = row.accepts_as if row.status == Status.PENDING else status  # what a pending one would become
        views.append(
            MedicineView(
                **{**head(row, viewer, shared), "status": status},
                name=row.name,
                purpose=row.purpose,
                route_form=row.route_form,
                as_needed=row.as_needed,
                periods=row.doses,
                dose=_dose_now(row, today) if current else steps_words(row.doses),
                start=row.start or None,
                end=row.end or None,
                when=when_words(row.began, row.ended, status_on(said, row.began, row.ended, today)),
                current=current,
                status_words=Status(status).label,
                stop_reason=row.stop_reason,
                stop_reason_words=_said(StopReason(row.stop_reason)),
                stopped_why=row.stopped_why,
                helped=row.helped,
                helped_words=_said(Helped(row.helped)),
                best=row.best,
                at_end=row.at_end,
                side_effects=row.side_effects,
                ingredient=row.ingredient,
                judge_by=row.judge_by,
                codes=tuple(Coding(**code) for code in row.codes),
            )
        )
    return tuple(views)


def _dose_now(row: MedicationStatement, today: date) -> str:
    """What is taken now; with its own beginning when that is later than the medicine's: `900 mg, night (since ...)`."""
    running = running_on(row.doses, today)
    begun = {step.start for step in running if step.start}
    words = doses_words(running)
    later = begun.pop() if len(begun) == 1 and words else None
    return f"{words} (since {later.words})" if later and row.began and later > row.began else words


def _said(answer: StopReason | Helped) -> str:
    return str(answer.label) if answer.value else ""


def _note(row: MedicationStatement) -> str:
    """`as needed; stopped: side effects`."""
    said = ["as needed" * row.as_needed, "on hold" * (row.status == Status.ON_HOLD)]
    return "; ".join(part for part in [*said, outcome_words(row.helped, row.stop_reason)] if part)


def _short(row: MedicationStatement, doses: Sequence[DosePeriod]) -> str:
    """`Lithium 900 mg`, `trazodone 50 mg, as needed`; the name exactly as it was written."""
    name = f"{row.name} {amounts_of(doses)}" if doses else row.name
    return f"{name}, as needed" if row.as_needed else name


def _lines(row: MedicationStatement, today: date) -> Iterator[Change]:
    told = groups(row.doses)
    first = told[0] if told and (row.began is None or told[0][0].start in (None, row.began)) else ()
    if row.began:
        yield Change(row.began, f"Started {_short(row, first)} {on_words(row.began)}", row.id)
    for step in told[1:] if first else told:
        if start := step[0].start:
            yield Change(start, f"Dose of {row.name} to {amounts_of(step)} {on_words(start)}", row.id)
    if row.ended and status_on(row.status, row.began, row.ended, today) in (Status.STOPPED, Status.COMPLETED):
        yield Change(row.ended, f"Stopped {row.name} {on_words(row.ended)}", row.id)
