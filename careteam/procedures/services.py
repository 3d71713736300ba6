"""Writing down treatments beside medicines, and levels: the patient's alone. Every change keeps what stood before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from careteam.accounts.viewer import Viewer
from careteam.procedures.codes import Measured, Status, What
from careteam.procedures.course import clean_count, sessions_on, status_of
from careteam.procedures.models import ABOUT_MOST, NAME_MOST, PURPOSE_MOST, WORDS_MOST, Observation, Procedure
from careteam.procedures.units import clean_unit
from careteam.sharing.amounts import clean_number, exact
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.outcomes import Helped, StopReason
from careteam.sharing.partial import clean_date, first_instant, order_problem
from careteam.sharing.services import (
    clean_audience,
    clean_choice,
    clean_labels,
    clean_line,
    clean_text,
    created,
    keep,
    own_at,
    withdraw,
)

GOING_ON = (Status.ACTIVE, Status.PLANNED, Status.UNKNOWN)
VALUE_ASKED = "Write the number, such as 0.8. What is no number goes below, in your own words."
HOURS_ASKED = "Write the hours as a number, such as 12."


# -- Treatments --------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_procedure(
    viewer: Viewer,
    *,
    code: str,
    name: str = "",
    purpose: str = "",
    start: str | None = None,
    end: str | None = None,
    sessions: Sequence[str] = (),
    session_count: int | None = None,
    status: str = "",
    stop_reason: str = "",
    stopped_why: str = "",
    helped: str = "",
    side_effects: str = "",
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a treatment one has, had or will have. `other` needs a name (200 characters).

    `start`, `end` and `sessions` are partial dates; `session_count` is how many in all, None when not known. An empty
    `status` follows from the dates: a start to come is planned, an end gone by is over, everything else is under way.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    written = _course(
        viewer,
        code=code,
        name=name,
        purpose=purpose,
        start=start,
        end=end,
        sessions=sessions,
        session_count=session_count,
        status=status,
        stop_reason=stop_reason,
        stopped_why=stopped_why,
        helped=helped,
        side_effects=side_effects,
    )
    procedure = Procedure(**_new(viewer, audience, named, labels), **written)
    return created(viewer, procedure, named)


@transaction.atomic
def edit_procedure(
    viewer: Viewer,
    procedure: UUID,
    *,
    code: str,
    name: str,
    purpose: str,
    start: str | None,
    end: str | None,
    sessions: Sequence[str],
    session_count: int | None,
    status: str,
    stop_reason: str,
    stopped_why: str,
    helped: str,
    side_effects: str,
    expected: int,
) -> int:
    """Correct anything about a treatment of one's own, whole. Returns the new version.

    Raises Invalid beside any field, NotFound, Conflict.
    """
    found = own_at(viewer, Procedure, procedure, expected)
    written = _course(
        viewer,
        code=code,
        name=name,
        purpose=purpose,
        start=start,
        end=end,
        sessions=sessions,
        session_count=session_count,
        status=status,
        stop_reason=stop_reason,
        stopped_why=stopped_why,
        helped=helped,
        side_effects=side_effects,
    )
    effective = written.pop("effective_at") or found.recorded_at
    if written["start"] != found.start:  # where she lives may have changed since, and that is no change of it
        written["effective_at"] = effective
    return keep(viewer, found, **written)


@transaction.atomic
def end_procedure(
    viewer: Viewer,
    procedure: UUID,
    *,
    when: str | None = None,
    finished: bool = False,
    why: str = "",
    reason: str = StopReason.NOT_STOPPED,
    helped: str = "",
    expected: int,
) -> int:
    """Say that a treatment came to its end (`finished`), or was stopped before, on `when` (a partial date or nothing).

    One that was planned and never begun did not happen. An empty `helped` leaves the answer there is. Returns the new
    version. Raises Invalid (when, why, reason, helped, or "" for one that has ended already), NotFound, Conflict.
    """
    found = own_at(viewer, Procedure, procedure, expected)
    if found.status not in GOING_ON:
        raise Invalid(**{"": "This is already marked as ended. Correct it where you edit it."})
    words: dict[str, Any] = {"helped": clean_choice(Helped, helped, "helped") or found.helped}
    if not finished:
        words["stopped_why"] = clean_text(why, "why", WORDS_MOST, required=False)
        words["stop_reason"] = clean_choice(StopReason, reason, "reason")
    if found.began and found.began.earliest > viewer.today:
        return keep(viewer, found, status=Status.NOT_DONE, **words)
    last = clean_date(when, "when")
    if last and last.earliest > viewer.today:
        raise Invalid(when="This date is in the future. A month and year are enough, or leave it empty.")
    if problem := order_problem(found.began, last):
        raise Invalid(when=problem)
    if any(order_problem(clean_date(one, "when"), last) for one in found.sessions):
        raise Invalid(when="A session is written down after this date. Please check both.")
    status = Status.COMPLETED if finished else Status.STOPPED
    return keep(viewer, found, status=status, end=last.text if last else "", **words)


def withdraw_procedure(viewer: Viewer, procedure: UUID) -> None:
    """Withdraw a treatment one wrote down."""
    withdraw(viewer, Procedure, procedure)


def _course(
    viewer: Viewer,
    *,
    code: str,
    name: str,
    purpose: str,
    start: str | None,
    end: str | None,
    sessions: Sequence[str],
    session_count: int | None,
    status: str,
    stop_reason: str,
    stopped_why: str,
    helped: str,
    side_effects: str,
) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    kind = clean_choice(What, code, "code")
    began, ended = clean_date(start, "start"), clean_date(end, "end")
    if problem := order_problem(began, ended):
        raise Invalid(end=problem)
    reason = clean_choice(StopReason, stop_reason, "stop_reason")
    why = clean_text(stopped_why, "stopped_why", WORDS_MOST, required=False)
    dates = sessions_on([one for one in sessions if one.strip()], began, ended, viewer.today)
    return {
        "code": kind,
        "name": clean_line(name, "name", NAME_MOST, required=kind == What.OTHER),
        "purpose": clean_line(purpose, "purpose", PURPOSE_MOST),
        "start": began.text if began else "",
        "end": ended.text if ended else "",
        "sessions": [one.text for one in dates],
        "session_count": clean_count(session_count, dates),
        "status": status_of(status, began, ended, viewer.today, stopped=bool(reason or why)),
        "stop_reason": reason,
        "stopped_why": why,
        "helped": clean_choice(Helped, helped, "helped"),
        "side_effects": clean_text(side_effects, "side_effects", WORDS_MOST, required=False),
        "effective_at": first_instant(began, viewer.tz),
    }


# -- Levels ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_level(
    viewer: Viewer,
    *,
    substance: str,
    value: str,
    unit: str,
    on: str | None,
    hours: str = "",
    words: str = "",
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a level as the laboratory gave it. `substance` and `unit` are kept as typed (200 characters each).

    `value` is a decimal number as text, kept digit for digit; `on` a partial date; `hours` since the last dose, or
    nothing; `words` 500 characters. Raises Invalid beside any field, NotFound for a viewer who keeps no record or a
    named person not on her team.
    """
    written = _level(viewer, substance=substance, value=value, unit=unit, on=on, hours=hours, words=words)
    level = Observation(status=Measured.FINAL, **_new(viewer, audience, named, labels), **written)
    return created(viewer, level, named)


@transaction.atomic
def edit_level(
    viewer: Viewer,
    level: UUID,
    *,
    substance: str,
    value: str,
    unit: str,
    on: str | None,
    hours: str,
    words: str,
    expected: int,
) -> int:
    """Correct a level of one's own, whole. Returns the new version. Raises Invalid, NotFound, Conflict."""
    found = own_at(viewer, Observation, level, expected)
    written = _level(viewer, substance=substance, value=value, unit=unit, on=on, hours=hours, words=words)
    if written["on"] == found.on:
        del written["effective_at"]  # where she lives may have changed since, and that is no change of the level
    return keep(viewer, found, **written)


def withdraw_level(viewer: Viewer, level: UUID) -> None:
    """Withdraw a level one wrote down."""
    withdraw(viewer, Observation, level)


def _level(
    viewer: Viewer, *, substance: str, value: str, unit: str, on: str | None, hours: str, words: str
) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    day = clean_date(on, "on")
    if day is None:
        raise Invalid(on="When was it measured? A month and year are enough.")
    if day.earliest > viewer.today:
        raise Invalid(on="This date is in the future. Please check it.")
    return {
        "substance": clean_line(substance, "substance", NAME_MOST, required=True),
        "value": exact(clean_number(value, "value", VALUE_ASKED, zero=True)),
        "unit": clean_unit(clean_line(unit, "unit", NAME_MOST, required=True)),
        "on": day.text,
        "hours": exact(clean_number(hours, "hours", HOURS_ASKED, zero=True)) if hours.strip() else "",
        "words": clean_line(words, "words", ABOUT_MOST),
        "effective_at": first_instant(day, viewer.tz),
    }


def _new(viewer: Viewer, audience: str, named: Collection[UUID], labels: Collection[str]) -> dict[str, Any]:
    if viewer.patient is None:
        raise NotFound
    return {
        "patient_id": viewer.patient,
        "author_id": viewer.user,
        "audience": clean_audience(audience, named),
        "labels": clean_labels(labels),
    }
