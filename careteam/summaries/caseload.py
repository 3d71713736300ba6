"""The caseload: hundreds of people, those who need a look first, from what each shows this viewer and nothing else.

Everybody is judged, because a list cannot be sorted by what was not looked at; that discloses nothing. What the page
then shows is written down: one row for each person shown and each category.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from careteam.accounts.models import Patient, age_on
from careteam.accounts.names import compared, found_in
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.audit.queries import visit_starts
from careteam.audit.services import held_back
from careteam.measures import queries as measures
from careteam.measures.pictures import CaseloadScore, Point
from careteam.measures.seen import unseen_for
from careteam.sharing import queries as sharing
from careteam.sharing.errors import Invalid
from careteam.sharing.records import PAGE
from careteam.summaries.beginnings import anchors
from careteam.summaries.due import overdue_for
from careteam.summaries.queries import newer
from careteam.summaries.reasons import ORDER, SHORT, Why, place, reasons
from careteam.treatments import queries as treatments
from careteam.treatments.judging import reached_for
from careteam.visits import queries as visits
from careteam.visits.pictures import ComingVisit

LOOK, TODAY, EVERYONE = "look", "today", "everyone"
TABS = (LOOK, TODAY, EVERYONE)
SORTS = ("reason", "name", "score", "change", "visit")
USUAL = {LOOK: "reason", TODAY: "visit", EVERYONE: "name"}
SOON = timedelta(hours=1)
NEVER = datetime.max.replace(tzinfo=UTC)
QUERY_MOST = 200


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One person on whose team the viewer is. Nothing shown looks the same whatever the reason.

    `whys`: the reasons to look, in rule.md's order. `trend`: the last eight completed forms, oldest first.
    """

    patient: UUID
    name: str
    age: int
    whys: tuple[Why, ...]
    score: CaseloadScore | None
    trend: tuple[Point, ...]
    medicines: tuple[str, ...]
    visit: ComingVisit | None
    new: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """One reason to narrow by, and how many have it."""

    code: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Soon:
    """The viewer's own visit that begins within the hour (`minutes` from now) or is under way (0)."""

    row: CaseloadRow
    minutes: int
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Caseload:
    """A page of the caseload. `people`, `look` and `today` count the three lists, `found` the one that is shown.

    `tab` is that list, `reason` what it is narrowed to, `q` the name searched for; `sort` its order.
    """

    rows: tuple[CaseloadRow, ...]
    soon: Soon | None
    tab: str
    reason: str
    sort: str
    q: str
    number: int
    pages: int
    found: int
    people: int
    look: int
    today: int
    reasons: tuple[ReasonCount, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """What decides where one person stands, from what the viewer may see."""

    score: CaseloadScore | None
    visit: ComingVisit | None
    whys: tuple[Why, ...]


def caseload(
    viewer: Viewer,
    *,
    tab: str = "",
    reason: str = "",
    sort: str = "",
    q: str = "",
    number: int = 1,
    size: int = PAGE,
) -> Caseload:
    """A page of the caseload, in a constant number of statements whatever its length.

    `tab` is `look` (needs a look), `today` (the viewer's visits still to come today) or `everyone`; without one it is
    the first that has somebody, or everyone. `reason` narrows `look`; `q` finds any part of a name among everyone,
    whatever the script, without regard to case and accents. `sort` is `reason`, `name`, `score` (highest first),
    `change` (largest rise first) or `visit` (soonest first). Raises Invalid for anything else, or a page that is not.
    """
    q = " ".join(q.split())
    _check(tab, reason, sort, q)
    people = sharing.memberships(viewer)
    names = dict(people)
    now = viewer.local(database_now())
    with held_back() as shows:
        judged = _judge(viewer, names)
        look = [patient for patient in names if judged[patient].whys]
        today = [patient for patient in names if _is_today(judged[patient].visit, now)]
        tab = tab or (EVERYONE if q or not (look or reason) else LOOK)
        listed = {LOOK: look, TODAY: today, EVERYONE: list(names)}[tab]
        if reason:
            listed = [one for one in listed if any(why.reason == reason for why in judged[one].whys)]
        if q:
            listed = [one for one in listed if found_in(q, names[one])]
        sort = sort or USUAL[tab]
        listed = sorted(listed, key=lambda one: (*ORDERED[sort](judged[one]), compared(names[one]), one))
        pages = max(1, -(-len(listed) // size))
        if not 1 <= number <= pages:
            raise Invalid(page="There is no such page.")
        shown = listed[(number - 1) * size : number * size]
        soon = _soonest(judged, now)
        told = {one: names[one] for one in dict.fromkeys([*([soon] if soon else []), *shown])}
        # Whoever is counted is told of it as well: in a team of one a count says as much as a row.
        shows([*told, *look, *today])
        rows = _rows(viewer, told, judged)
        first = _soon(viewer, rows[soon], now) if soon else None
    return Caseload(
        rows=tuple(rows[patient] for patient in shown),
        soon=first,
        tab=tab,
        reason=reason,
        sort=sort,
        q=q,
        number=number,
        pages=pages,
        found=len(listed),
        people=len(people),
        look=len(look),
        today=len(today),
        reasons=tuple(
            ReasonCount(one, SHORT[one], sum(any(why.reason == one for why in judged[who].whys) for who in look))
            for one in ORDER
        ),
        at=now,
    )


def _check(tab: str, reason: str, sort: str, q: str) -> None:
    if tab not in ("", *TABS):
        raise Invalid(tab=f"Choose {', '.join(TABS)}.")
    if sort not in ("", *SORTS):
        raise Invalid(sort=f"Choose {', '.join(SORTS)}.")
    if reason and reason not in ORDER:
        raise Invalid(reason=f"Choose {', '.join(ORDER)}.")
    if reason and (q or tab not in ("", LOOK)):
        raise Invalid(reason="A reason narrows the list of those who need a look.")
    if q and tab not in ("", EVERYONE):
        raise Invalid(q="A name is searched for among everyone.")
    if len(q) > QUERY_MOST:
        raise Invalid(q=f"This is longer than {QUERY_MOST} characters.")


# -- What decides for everybody, and what the page shows of some -------------------------------------------------------
def _judge(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, Judged]:
    """The same few statements however many there are."""
    scores = measures.latest_for(viewer, patients, anchors=anchors(viewer, patients))
    late = overdue_for(viewer, patients)
    calls = visits.open_calls_for(viewer, patients)
    coming = visits.next_visits_for(viewer, patients)
    trials = reached_for(viewer, patients)
    unseen = unseen_for(viewer, patients)
    return {
        patient: Judged(
            scores.get(patient),
            coming.get(patient),
            reasons(
                scores.get(patient),
                late.get(patient),
                calls.get(patient),
                trials.get(patient),
                unseen.get(patient),
            ),
        )
        for patient in patients
    }


def _rows(viewer: Viewer, names: Mapping[UUID, str], judged: Mapping[UUID, Judged]) -> dict[UUID, CaseloadRow]:
    starts = visit_starts(viewer, names)
    trends = measures.recent_for(viewer, names)
    medicines = treatments.current_for(viewer, names)
    new = newer(viewer, {patient: next(iter(starts.get(patient, [])), None) for patient in names})
    births = dict(Patient.objects.filter(pk__among=names).values_list("pk", "birth_date"))
    return {
        patient: CaseloadRow(
            patient,
            name,
            age_on(births[patient], viewer.today),
            judged[patient].whys,
            judged[patient].score,
            trends.get(patient, ()),
            medicines.get(patient, ()),
            judged[patient].visit,
            new.get(patient, 0),
        )
        for patient, name in names.items()
    }


# -- The next visit within the hour ------------------------------------------------------------------------------------
def _soonest(judged: Mapping[UUID, Judged], now: datetime) -> UUID | None:
    """Whose visit with the viewer begins within the hour; else whose is under way."""
    found = [
        (one.visit.at < now, one.visit.at, patient)
        for patient, one in judged.items()
        if one.visit and one.visit.with_you and one.visit.at <= now + SOON
    ]
    return min(found)[2] if found else None


def _soon(viewer: Viewer, row: CaseloadRow, now: datetime) -> Soon | None:
    if row.visit is None:
        return None
    questions = visits.open_questions(viewer, row.patient, purpose=Purpose.CASELOAD)
    minutes = max(0, -(-int((row.visit.at - now).total_seconds()) // 60))
    return Soon(row, minutes, tuple(one.words for one in questions))


def _is_today(visit: ComingVisit | None, now: datetime) -> bool:
    return visit is not None and visit.with_you and visit.at.date() <= now.date()


# -- The orders: what is not there comes last, then by name ------------------------------------------------------------
def _by_reason(one: Judged) -> tuple[Any, ...]:
    return (place(one.whys), *_by_visit(one))


def _by_name(one: Judged) -> tuple[Any, ...]:
    return ()


def _by_score(one: Judged) -> tuple[Any, ...]:
    newest = one.score.newest if one.score else None
    return (-newest.total if newest else 1,)


def _by_change(one: Judged) -> tuple[Any, ...]:
    change = one.score.since_previous if one.score else None
    return (change is None, -change.points if change else 0)


def _by_visit(one: Judged) -> tuple[Any, ...]:
    return (one.visit.at if one.visit else NEVER,)


ORDERED: Mapping[str, Callable[[Judged], tuple[Any, ...]]] = {
    "reason": _by_reason,
    "name": _by_name,
    "score": _by_score,
    "change": _by_change,
    "visit": _by_visit,
}
