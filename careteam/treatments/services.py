"""Writing down medicines: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.outcomes import Helped, StopReason, clean_better
from careteam.sharing.partial import clean_date, first_instant, order_problem
from careteam.sharing.records import change
from careteam.sharing.services import (
    clean_audience,
    clean_choice,
    clean_labels,
    clean_line,
    clean_text,
    created,
    decline,
    first_time,
    keep,
    own_at,
    pending,
    withdraw,
)
from careteam.treatments.codes import Coding, Status
from careteam.treatments.daily import must_ask_unit
from careteam.treatments.doses import (
    DosePeriod,
    checked,
    status_of,
    status_on,
    to_json,
    when_stopped,
    with_new_dose,
)
from careteam.treatments.medicine_names import clean_ingredient
from careteam.treatments.models import NAME_MOST, PURPOSE_MOST, WORDS_MOST, MedicationStatement

GOING_ON = (Status.ACTIVE, Status.INTENDED, Status.ON_HOLD, Status.UNKNOWN)
CODES_MOST = 20


@transaction.atomic
def add_medicine(
    viewer: Viewer,
    *,
    name: str,
    purpose: str = "",
    route_form: str = "",
    as_needed: bool = False,
    periods: Sequence[DosePeriod] = (),
    start: str | None = None,
    end: str | None = None,
    status: str = "",
    stop_reason: str = "",
    stopped_why: str = "",
    helped: str = "",
    best: int | None = None,
    at_end: int | None = None,
    side_effects: str = "",
    ingredient: str = "",
    unit_confirmed: bool = False,
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a medicine one takes, took or will take. The name is kept as typed (200 characters).

    `start` and `end` are partial dates, empty when not known. An empty `status` follows from them: a start to come is
    planned, an end gone by (or a reason for stopping) is over, everything else is taken. `best` and `at_end` are per
    cent better (0 to 100), `ingredient` is what she says it is: a name of the dose table, or nothing.
    Raises Invalid beside any field (`unit_confirmed`: a unit that looks mixed up), NotFound for a viewer who keeps no
    record or a named person not on her team.
    """
    must_ask_unit(name, periods, ingredient=ingredient, form=route_form, confirmed=unit_confirmed)
    medicine = _new(viewer, audience=clean_audience(audience, named), labels=clean_labels(labels))
    _fill(
        medicine,
        _written(
            viewer,
            name=name,
            purpose=purpose,
            route_form=route_form,
            as_needed=as_needed,
            periods=periods,
            start=start,
            end=end,
            status=status,
            stop_reason=stop_reason,
            stopped_why=stopped_why,
            helped=helped,
            best=best,
            at_end=at_end,
            side_effects=side_effects,
            ingredient=ingredient,
        ),
    )
    return created(viewer, medicine, named)


@transaction.atomic
def edit_medicine(
    viewer: Viewer,
    medicine: UUID,
    *,
    name: str,
    purpose: str,
    route_form: str,
    as_needed: bool,
    periods: Sequence[DosePeriod],
    start: str | None,
    end: str | None,
    status: str,
    stop_reason: str,
    stopped_why: str,
    helped: str,
    best: int | None,
    at_end: int | None,
    side_effects: str,
    ingredient: str,
    expected: int,
    unit_confirmed: bool = False,
) -> int:
    """Correct anything about a medicine of one's own, whole; the earlier version stays in its history.

    Codes of an import go when the name changes: they would speak of another medicine. So does what she said it is,
    unless that is said anew. Returns the new version.
    Raises Invalid beside any field, NotFound, and Conflict when `expected` is not the version there is.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    new = [period for period in periods if period not in found.doses or name != found.name]
    must_ask_unit(name, new, ingredient=ingredient, form=route_form, confirmed=unit_confirmed)
    changes = _written(
        viewer,
        name=name,
        purpose=purpose,
        route_form=route_form,
        as_needed=as_needed,
        periods=periods,
        start=start,
        end=end,
        status=status,
        stop_reason=stop_reason,
        stopped_why=stopped_why,
        helped=helped,
        best=best,
        at_end=at_end,
        side_effects=side_effects,
        ingredient="" if name != found.name and ingredient == found.ingredient else ingredient,
    )
    effective = changes.pop("effective_at") or found.recorded_at
    codes = found.codes if changes["name"] == found.name else []
    if changes["start"] != found.start:  # where she lives may have changed since, and that is no change of it
        changes["effective_at"] = effective
    return keep(viewer, found, **changes, codes=codes)


@transaction.atomic
def change_dose(
    viewer: Viewer,
    medicine: UUID,
    *,
    from_: str | None,
    amount: str,
    unit: str,
    times: str = "",
    unit_confirmed: bool = False,
    expected: int,
) -> int:
    """Start a new dose on `from_` (a partial date): what was taken before is closed the day before and never rewritten.

    The new dose stands for the whole day's. Returns the new version. Raises Invalid (from_, amount, unit, times, or ""
    for a medicine that has ended), NotFound, Conflict.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    if found.status not in GOING_ON:
        raise Invalid(**{"": "This medicine is marked as ended. Correct it where you edit it."})
    day = clean_date(from_, "from_")
    if day is None:
        raise Invalid(from_="When did the dose change? A month and year are enough.")
    steps = with_new_dose(found.doses, day, amount, unit, times)
    new = [period for period in steps if period.start == day and period.end is None]
    must_ask_unit(found.name, new, ingredient=found.ingredient, form=found.route_form, confirmed=unit_confirmed)
    if order_problem(found.began, day) or order_problem(day, found.ended):
        raise Invalid(from_="This is outside the time you take this medicine. Please check the dates.")
    return keep(viewer, found, periods=_stored(steps))


@transaction.atomic
def stop_medicine(
    viewer: Viewer,
    medicine: UUID,
    *,
    when: str | None = None,
    why: str = "",
    reason: str = StopReason.UNKNOWN,
    helped: str = "",
    best: int | None = None,
    at_end: int | None = None,
    expected: int,
) -> int:
    """Mark a medicine as stopped on `when` (a partial date; empty: not known), with the reason and one's own words.

    One that was planned and never begun becomes "not taken". An empty `helped` (or None for per cent) leaves the answer
    there is. Returns the new version. Raises Invalid (when, why, reason, helped, best, at_end, or "" for one that has
    ended already), NotFound, Conflict.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    if found.status not in GOING_ON:
        raise Invalid(**{"": "This medicine is already marked as ended. Correct it where you edit it."})
    words = {
        "stopped_why": clean_text(why, "why", WORDS_MOST, required=False),
        "stop_reason": clean_choice(StopReason, reason, "reason"),
        "helped": clean_choice(Helped, helped, "helped") or found.helped,
        **clean_better(found.best if best is None else best, found.at_end if at_end is None else at_end),
    }
    if found.began and found.began.earliest > viewer.today:
        return keep(viewer, found, status=Status.NOT_TAKEN, **words)
    last = clean_date(when, "when")
    if last and last.earliest > viewer.today:
        raise Invalid(when="This date is in the future. A month and year are enough, or leave it empty.")
    if problem := order_problem(found.began, last):
        raise Invalid(when=problem)
    return keep(
        viewer,
        found,
        status=Status.STOPPED,
        end=last.text if last else "",
        periods=_stored(when_stopped(found.doses, last, viewer.today)),
        **words,
    )


@transaction.atomic
def note_side_effects(viewer: Viewer, medicine: UUID, *, words: str, expected: int) -> int:
    """Set what one notices with a medicine, in one's own words (4,000 characters; empty takes them out).

    Returns the new version. Raises Invalid (words), NotFound, Conflict.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    return keep(viewer, found, side_effects=clean_text(words, "words", WORDS_MOST, required=False))


@transaction.atomic
def name_ingredient(viewer: Viewer, medicine: UUID, *, ingredient: str, expected: int) -> int:
    """Say which medicine of the dose table this is ("" takes it back); the name stays as it was typed.

    Returns the new version. Raises Invalid (ingredient), NotFound, Conflict.
    """
    found = own_at(viewer, MedicationStatement, medicine, expected)
    return keep(viewer, found, ingredient=clean_ingredient(ingredient))


def withdraw_medicine(viewer: Viewer, medicine: UUID) -> None:
    """Withdraw a medicine one wrote down."""
    withdraw(viewer, MedicationStatement, medicine)


# -- Imports -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_imported_medicine(
    viewer: Viewer,
    *,
    name: str,
    import_key: str,
    purpose: str = "",
    route_form: str = "",
    as_needed: bool = False,
    periods: Sequence[DosePeriod] = (),
    start: str | None = None,
    end: str | None = None,
    status: str = "",
    stop_reason: str = "",
    stopped_why: str = "",
    side_effects: str = "",
    codes: Sequence[Coding] = (),
    source: str = "import",
) -> UUID | None:
    """Lay a medicine from a file before its patient: pending and hers alone until she accepts it.

    `status` is what it becomes then. The same `import_key` twice adds nothing and returns None.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record.
    """
    medicine = _new(viewer, audience=Audience.ONLY_ME, labels=[])
    if not first_time(medicine, import_key, source):
        return None
    _fill(
        medicine,
        _written(
            viewer,
            name=name,
            purpose=purpose,
            route_form=route_form,
            as_needed=as_needed,
            periods=periods,
            start=start,
            end=end,
            status=status,
            stop_reason=stop_reason,
            stopped_why=stopped_why,
            helped="",
            best=None,
            at_end=None,
            side_effects=side_effects,
            ingredient="",
        ),
    )
    medicine.codes = _codings(codes)
    medicine.accepts_as, medicine.status = medicine.status, Status.PENDING
    return created(viewer, medicine, action="import")


@transaction.atomic
def accept_medicine(viewer: Viewer, medicine: UUID) -> None:
    """Take an imported medicine into one's record, still for oneself alone; who else sees it is decided after."""
    found = pending(viewer, MedicationStatement, medicine)
    change(found, status=status_on(found.accepts_as, found.began, found.ended, viewer.today), changed_at=Now())
    record_act(viewer, "accept", found.patient_id, category=found.category, records=[(found.id, found.version)])


def decline_medicine(viewer: Viewer, medicine: UUID) -> None:
    """Throw an imported medicine away. Nobody else ever saw it, so nothing of it is kept."""
    decline(viewer, MedicationStatement, medicine)


# -- What they share ---------------------------------------------------------------------------------------------------
def _new(viewer: Viewer, *, audience: Audience, labels: list[str]) -> MedicationStatement:
    if viewer.patient is None:
        raise NotFound
    return MedicationStatement(patient_id=viewer.patient, author_id=viewer.user, audience=audience, labels=labels)


def _fill(medicine: MedicationStatement, written: dict[str, Any]) -> None:
    for field, value in written.items():
        setattr(medicine, field, value)


def _written(
    viewer: Viewer,
    *,
    name: str,
    purpose: str,
    route_form: str,
    as_needed: bool,
    periods: Sequence[DosePeriod],
    start: str | None,
    end: str | None,
    status: str,
    stop_reason: str,
    stopped_why: str,
    helped: str,
    best: int | None,
    at_end: int | None,
    side_effects: str,
    ingredient: str,
) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    began, ended = clean_date(start, "start"), clean_date(end, "end")
    if problem := order_problem(began, ended):
        raise Invalid(end=problem)
    reason = clean_choice(StopReason, stop_reason, "stop_reason")
    why = clean_text(stopped_why, "stopped_why", WORDS_MOST, required=False)
    return {
        "name": clean_line(name, "name", NAME_MOST, required=True),
        "purpose": clean_line(purpose, "purpose", PURPOSE_MOST),
        "route_form": clean_line(route_form, "route_form", NAME_MOST),
        "as_needed": as_needed,
        "periods": _stored(checked(periods, began, ended)),
        "start": began.text if began else "",
        "end": ended.text if ended else "",
        "status": status_of(status, began, ended, viewer.today, stopped=bool(reason or why)),
        "stop_reason": reason,
        "stopped_why": why,
        "helped": clean_choice(Helped, helped, "helped"),
        **clean_better(best, at_end),
        "ingredient": clean_ingredient(ingredient),
        "side_effects": clean_text(side_effects, "side_effects", WORDS_MOST, required=False),
        "effective_at": first_instant(began, viewer.tz),
    }


def _stored(periods: Sequence[DosePeriod]) -> list[dict[str, str | None]]:
    return [to_json(period) for period in periods]


def _codings(codes: Sequence[Coding]) -> list[dict[str, str]]:
    if len(codes) > CODES_MOST:
        raise Invalid(codes=f"{CODES_MOST} codes fit here.")
    return [
        {key: clean_text(value, "codes", NAME_MOST, required=key != "display") for key, value in asdict(code).items()}
        for code in codes
    ]
