"""Writing check-ins and life events: the patient's alone. A later tap on a day is a new version of one record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models, transaction

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer, database_now
from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.checkins.days import day_of, days_open, noon_of
from careteam.checkins.models import EVENT_MOST, WORDS_MOST, CheckIn, LifeEvent
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.partial import PartialDate, clean_date
from careteam.sharing.services import clean_audience, clean_labels, clean_text, created, keep, own_at, withdraw
from careteam.sharing.team import months_after

ANSWERS: Mapping[str, type[models.TextChoices]] = {
    "mood": Mood,
    "sleep": Sleep,
    "energy": Energy,
    "medicines": Medicines,
}
MONTHS_AHEAD = 12
FUTURE = "This day is in the future."
TOO_OLD = "This day is more than a week back. A check-in can be added for the last seven days."


# -- Check-ins ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def check_in(
    viewer: Viewer,
    *,
    day: date | None = None,
    mood: str | None = None,
    sleep: str | None = None,
    energy: str | None = None,
    medicines: str | None = None,
    words: str | None = None,
    expected: int | None = None,
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Say how a day was (today when `day` is None); what is None stays as it is, "" takes an answer back.

    The first one of a day is a new record, seen as `audience`, `named` and `labels` say; a later one changes it and
    leaves who sees it alone. A day may be begun for today and the seven days before. `words` hold 500 characters.
    `expected` is the version that was seen, 0 where there was none; None takes any.
    Raises Invalid beside any field, Conflict, NotFound for a viewer who keeps no record.
    """
    if viewer.patient is None:
        raise NotFound
    # Two taps at the same time: the second waits here, then finds what the first wrote.
    Patient.objects.select_for_update(no_key=True).get(pk=viewer.patient)
    now = database_now()
    today = day_of(now, viewer.tz)
    wanted = day or today
    found = CheckIn.objects.about(viewer.patient).filter(day=wanted, withdrawn_at=None).visible_to(viewer)
    there: CheckIn | None = found.select_for_update(of=("self",)).first()
    version = there.version if there else 0
    if expected is not None and expected != version:
        raise Conflict(version)  # before anything is judged: the answers were about another version
    if there is None and wanted not in days_open(today):
        raise Invalid(day=FUTURE if wanted > today else TOO_OLD)
    said = _said(there, mood=mood, sleep=sleep, energy=energy, medicines=medicines, words=words)
    if there is not None:
        keep(viewer, there, **said)
        return there.id
    row = CheckIn(patient_id=viewer.patient, author_id=viewer.user, day=wanted, **said)
    row.effective_at = now if wanted == today else noon_of(wanted, viewer.tz)
    row.audience = clean_audience(audience, named)
    row.labels = clean_labels(labels)
    return created(viewer, row, named)


@transaction.atomic
def change_check_in(
    viewer: Viewer,
    check_in: UUID,
    *,
    mood: str | None = None,
    sleep: str | None = None,
    energy: str | None = None,
    medicines: str | None = None,
    words: str | None = None,
    expected: int,
) -> int:
    """Correct a check-in of one's own, however long ago; what is None stays. Returns the new version.

    Raises Invalid beside any field, NotFound, and Conflict when `expected` is not the version there is.
    """
    found = own_at(viewer, CheckIn, check_in, expected)
    return keep(viewer, found, **_said(found, mood=mood, sleep=sleep, energy=energy, medicines=medicines, words=words))


def withdraw_check_in(viewer: Viewer, check_in: UUID) -> None:
    """Withdraw a check-in of one's own; the day may then be begun anew."""
    withdraw(viewer, CheckIn, check_in)


def _said(there: CheckIn | None, **given: str | None) -> dict[str, str]:
    """The answers that were given, as columns; with those that stay there is one at least."""
    said = {name: answer for name, answer in given.items() if answer is not None}
    for name, choices in ANSWERS.items():
        if said.get(name, "") not in ("", *choices.values):
            raise Invalid(**{name: "Choose one of these answers, or leave it blank."})
    if "words" in said:
        said["words"] = clean_text(said["words"], "words", WORDS_MOST, required=False)
    if not any(said.get(name, getattr(there, name, "")) for name in given):
        raise Invalid(mood="Choose one answer. One is enough, whichever it is.")
    return said


# -- Life events -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_event(
    viewer: Viewer,
    *,
    words: str,
    on: str,
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down something that happened, or will within a year. `words` hold 200 characters, `on` is a partial date.

    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    if viewer.patient is None:
        raise NotFound
    row = LifeEvent(patient_id=viewer.patient, author_id=viewer.user, **_happened(viewer, words, on))
    row.audience = clean_audience(audience, named)
    row.labels = clean_labels(labels)
    return created(viewer, row, named)


@transaction.atomic
def edit_event(viewer: Viewer, event: UUID, *, words: str, on: str, expected: int) -> int:
    """Change the words and the date of a life event; how it was written before is kept. Returns the new version.

    Raises Invalid beside any field, NotFound, and Conflict when `expected` is not the version there is.
    """
    found = own_at(viewer, LifeEvent, event, expected)
    happened = _happened(viewer, words, on)
    if happened["on"] == found.on:
        del happened["effective_at"]  # where she lives may have changed since, and that is no change of the event
    return keep(viewer, found, **happened)


def withdraw_event(viewer: Viewer, event: UUID) -> None:
    """Withdraw a life event of one's own."""
    withdraw(viewer, LifeEvent, event)


def _happened(viewer: Viewer, words: str, on: str) -> dict[str, Any]:
    """What was written about an event, cleaned, as columns. It is listed by the first day its date can mean."""
    when = _date(viewer, on)
    happened = " ".join(clean_text(words, "words", EVENT_MOST).splitlines())
    return {"words": happened, "on": when.text, "effective_at": noon_of(when.earliest, viewer.tz)}


def _date(viewer: Viewer, on: str) -> PartialDate:
    when = clean_date(on, "on")
    if when is None:
        raise Invalid(on="Please add a date. A year is enough.")
    if when.earliest > months_after(day_of(database_now(), viewer.tz), MONTHS_AHEAD):
        raise Invalid(on="This date is more than a year away. Write it down when it is nearer.")
    return when
