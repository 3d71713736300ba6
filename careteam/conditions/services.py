"""Writing down conditions: the patient's alone. Every change keeps what stood there before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction

from careteam.accounts.models import Patient
from careteam.accounts.viewer import Viewer
from careteam.conditions.codes import GONE_BY, Status
from careteam.conditions.models import NAME_MOST, WORDS_MOST, Condition
from careteam.sharing import queries as sharing
from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.partial import PartialDate, clean_date, first_instant, order_problem
from careteam.sharing.pictures import listed, who_can_see
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


@transaction.atomic
def add_condition(
    viewer: Viewer,
    *,
    name: str,
    status: str = Status.ACTIVE,
    onset: str | None = None,
    abatement: str | None = None,
    stated_by: str = "",
    words: str = "",
    holds_episode: bool = False,
    episode_start: str | None = None,
    audience: str = Audience.CATEGORY,
    named: Collection[UUID] = (),
    labels: Collection[str] = (),
) -> UUID:
    """Write down a condition by its name (200 characters), with who says so in the patient's own words.

    `onset`, `abatement` and `episode_start` are partial dates, empty when not known. `holds_episode` says that the
    current episode is one of this condition; it is then none of another, unless somebody sees that one and not this.
    Raises Invalid beside any field, NotFound for a viewer who keeps no record or a named person not on her team.
    """
    if viewer.patient is None:
        raise NotFound
    condition = Condition(
        patient_id=viewer.patient,
        author_id=viewer.user,
        audience=clean_audience(audience, named),
        labels=clean_labels(labels),
        **_written(
            viewer,
            name=name,
            status=status,
            onset=onset,
            abatement=abatement,
            stated_by=stated_by,
            words=words,
            holds_episode=holds_episode,
            episode_start=episode_start,
        ),
    )
    if holds_episode:
        _no_other_holds_it(viewer, condition, frozenset(named))
    return created(viewer, condition, named)


@transaction.atomic
def edit_condition(
    viewer: Viewer,
    condition: UUID,
    *,
    name: str,
    status: str,
    onset: str | None,
    abatement: str | None,
    stated_by: str,
    words: str,
    holds_episode: bool,
    episode_start: str | None,
    expected: int,
) -> int:
    """Correct a condition of one's own, whole. Returns the new version. Raises Invalid, NotFound, Conflict."""
    found = own_at(viewer, Condition, condition, expected)
    written = _written(
        viewer,
        name=name,
        status=status,
        onset=onset,
        abatement=abatement,
        stated_by=stated_by,
        words=words,
        holds_episode=holds_episode,
        episode_start=episode_start,
    )
    effective = written.pop("effective_at") or found.recorded_at
    if written["onset"] != found.onset:  # where she lives may have changed since, and that is no change of it
        written["effective_at"] = effective
    if holds_episode:
        named = sharing.context(viewer, found.patient_id, [found.id]).named
        _no_other_holds_it(viewer, found, named.get(found.id, frozenset()))
    return keep(viewer, found, **written)


def withdraw_condition(viewer: Viewer, condition: UUID) -> None:
    """Withdraw a condition one wrote down; the current episode is then one of none."""
    withdraw(viewer, Condition, condition)


def _no_other_holds_it(viewer: Viewer, condition: Condition, named: frozenset[UUID]) -> None:
    """Take the current episode from the condition that holds it so far, as a change that its history keeps.

    Raises Invalid when somebody sees that one and would not see this: what is hidden must move nothing she sees.
    """
    # Two at the same time: the second waits here, then finds what the first wrote.
    Patient.objects.select_for_update(no_key=True).get(pk=viewer.patient)
    holding = Condition.objects.about(condition.patient_id).visible_to(viewer)
    for other in (
        holding.filter(holds_episode=True, withdrawn_at=None).exclude(pk=condition.pk).select_for_update(of=("self",))
    ):
        if people := _left_guessing(viewer, other, condition, named):
            raise Invalid(
                holds_episode=f"The current episode is written down for “{other.name}”. {people} can see that one and"
                " would not see this, only that something changed. If that is all right, take it out there first."
            )
        keep(viewer, other, holds_episode=False, episode_start="")


def _left_guessing(viewer: Viewer, other: Condition, condition: Condition, named: frozenset[UUID]) -> str:
    """Who sees the other condition and not this one, pause aside; "" for nobody."""
    shared = sharing.context(viewer, other.patient_id, [other.id])
    seen, category = replace(shared.sight, paused=False), Condition.category
    of_other = shared.named.get(other.id, frozenset())
    stay = who_can_see(seen, category, condition.labels, condition.audience, named)
    before = who_can_see(seen, category, other.labels, other.audience, of_other)
    return listed([member.name for member in before if member not in stay])


def _written(
    viewer: Viewer,
    *,
    name: str,
    status: str,
    onset: str | None,
    abatement: str | None,
    stated_by: str,
    words: str,
    holds_episode: bool,
    episode_start: str | None,
) -> dict[str, Any]:
    """What was written, cleaned, as columns."""
    began, ended = _past(viewer, onset, "onset"), _past(viewer, abatement, "abatement")
    episode = _past(viewer, episode_start, "episode_start") if holds_episode else None
    stands = Status(clean_choice(Status, status, "status"))
    if problem := order_problem(began, ended):
        raise Invalid(abatement=problem)
    if ended and stands not in GONE_BY:
        raise Invalid(abatement="There is an end here, and it is marked as there now. Please check both.")
    if holds_episode and (ended or stands == Status.RESOLVED):
        raise Invalid(holds_episode="What is over holds no current episode. Please check both.")
    if order_problem(began, episode):
        raise Invalid(episode_start="This is before it first began. Please check both.")
    return {
        "name": clean_line(name, "name", NAME_MOST, required=True),
        "status": stands,
        "onset": began.text if began else "",
        "abatement": ended.text if ended else "",
        "stated_by": clean_line(stated_by, "stated_by", NAME_MOST),
        "words": clean_text(words, "words", WORDS_MOST, required=False),
        "holds_episode": holds_episode,
        "episode_start": episode.text if episode else "",
        "effective_at": first_instant(began, viewer.tz),
    }


def _past(viewer: Viewer, text: str | None, field: str) -> PartialDate | None:
    found = clean_date(text, field)
    if found and found.earliest > viewer.today:
        raise Invalid(**{field: "This date is in the future. Please check it."})
    return found
