"""Esketamine, pure: counted in sessions and never in milligrams a day. Eight of them within four weeks are a trial."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from careteam.sharing.outcomes import StopReason
from careteam.treatments.daily import strength
from careteam.treatments.dose_table import TABLE_VERSION, by_ingredient
from careteam.treatments.runs import NEVER, Days
from careteam.treatments.trials import Opening, Trial, told_outcome
from careteam.treatments.tried import FOUR_WEEKS, RULE_VERSION, Adequacy, Basis, Flag, Input, Outcome, Sessions

ENOUGH = 8
INGREDIENT = "esketamine"


def judged_sessions(course: Sessions, today: date) -> Trial:
    """One course. Sessions without a day may lie in the four weeks or not; an amount below the table's does not count.

    The amount of a session is read from the course's words ("84 mg"); where none stands there, nobody can tell.
    """
    row = by_ingredient()[INGREDIENT][0]
    days = sorted(one.earliest.toordinal() for one in course.dates if one.precision == "day")
    without = max(course.count or 0, len(course.dates)) - len(days)
    amount = strength(course.name)
    most = _within(days) + without
    too_little = amount is not None and amount < row.high
    sessions = Days(0 if amount is None else 0 if too_little else _within(days), 0 if too_little else most)
    met = sessions.reach(ENOUGH)
    adequacy = (
        Adequacy.FULL
        if met
        else Adequacy.CANNOT_TELL
        if met is None
        else Adequacy.BELOW
        if too_little
        else Adequacy.TOO_SHORT
    )
    openings = [Opening("sessions", INGREDIENT)] * bool(without) + [Opening("session-amount", INGREDIENT)] * (
        amount is None
    )
    outcome = told_outcome(course.answer)
    side_effects = course.answer.stop_reason == StopReason.SIDE_EFFECTS
    if side_effects and adequacy in (Adequacy.TOO_SHORT, Adequacy.BELOW):
        outcome = Outcome.NOT_TOLERATED
    first = course.start.latest.toordinal() if course.start else days[0] if days else today.toordinal()
    sure_last = days[-1] if days else course.end.earliest.toordinal() if course.end else NEVER
    last = min(course.end.latest.toordinal(), today.toordinal()) if course.end else today.toordinal()
    return Trial(
        key=course.id,
        entries=(course.id,),
        ingredient=INGREDIENT,
        names=(course.name or "Esketamine",),
        kind="antidepressant",
        start=course.start or min(course.dates, default=None),
        end=course.end,
        ongoing=course.ongoing and course.end is None,
        doses=(),
        strict=sessions,
        lower=sessions,
        needed=ENOUGH,
        counted="sessions",
        adequacy=adequacy,
        openings=tuple(openings) if adequacy == Adequacy.CANNOT_TELL else (),
        outcome=outcome,
        answer=course.answer,
        flags=frozenset({Flag.SIDE_EFFECTS} if side_effects else ()),
        beside=(),
        base=(),
        changed_on=(course.changed_on.isoformat(),) if course.changed_on else (),
        basis=Basis((Input(course),), RULE_VERSION, TABLE_VERSION),
        last=(sure_last, last),
        usual=(),
        taking=(first, sure_last),
    )


def _within(days: Sequence[int]) -> int:
    """The most sessions within any four weeks; two on one day are two."""
    return max((bisect_left(days, day + FOUR_WEEKS) - at for at, day in enumerate(days)), default=0)
