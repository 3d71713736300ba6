"""Runs of days, pure: doses with imprecise dates as stretches of days, and how long a run can be at least and at most.

Days are ordinals (`date.toordinal`). Every question has two answers, from what certainly was and from what may have
been: what is certain is part of what may be, so the shortest run is never longer than the longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from careteam.sharing.partial import PartialDate

BRIDGED = 3  # days: a shorter break is bridged, and its days are not counted
SAME_TRIAL = 14  # days: a longer break begins a new trial of the same medicine
NEVER = 1  # the ordinal of the first day there is: "began nobody knows when"

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A dose on the days it may have been taken (`first` to `last`) and certainly was (`sure_first` to `sure_last`).

    `sure_first` lies after `sure_last` where no day is certain. `amount` is None where it is not known. `start` and
    `end` are the dates as they were written; `entry` is the record they stand in.
    """

    entry: str
    first: int
    sure_first: int
    sure_last: int
    last: int
    amount: Decimal | None
    start: PartialDate | None = None
    end: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the same is known: at least and at most so much a day; `most` is None for nobody knows."""

    first: int
    last: int
    least: Decimal
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class Run:
    """The longest run there is: how many of its days count, and from when to when it lasts. No days: 0 to -1."""

    days: int = 0
    first: int = 0
    last: int = -1


@dataclass(frozen=True, slots=True)
class Days:
    """How many days a run has at least and at most; `most` is None where it may have begun at any time."""

    least: int
    most: int | None

    def reach(self, needed: int) -> bool | None:
        """Whether it lasted so many days: yes, no, or None for "cannot tell"."""
        if self.least >= needed:
            return True
        return None if self.most is None or self.most >= needed else False


@lru_cache(maxsize=4096)
def _ordinals(text: str) -> tuple[int, int]:
    on = PartialDate(text)
    return on.earliest.toordinal(), on.latest.toordinal()


def ordinals(on: PartialDate) -> tuple[int, int]:
    """The first and the last day it can mean."""
    return _ordinals(on.text)


def span_of(
    entry: str, amount: Decimal | None, start: PartialDate | None, end: PartialDate | None, today: int, *, open_: bool
) -> Span | None:
    """A dose as days up to today, None for one that is still to come or whose end lies before its start.

    Without an end it goes on until today when it is `open_`; else nobody knows how long it went on.
    """
    first, begun_by = ordinals(start) if start else (NEVER, None)
    if first > today:
        return None
    over_from, over_by = ordinals(end) if end else (today if open_ else first, today)
    last = min(over_by, today)
    if last < first:
        return None
    sure_first = last if begun_by is None else min(begun_by, last)
    return Span(entry, first, sure_first, max(min(over_from, last), first), last, amount, start, end)


# -- Several doses, day by day -----------------------------------------------------------------------------------------
def handed_over(spans: Sequence[Span]) -> list[Span]:
    """The same doses, where one ends in the month (or year) in which another begins as one change on a day in it.

    On each day of that month it was the one or the other: at least the smaller, at most the larger, never both, never
    none.
    """
    changes = {span.end for span in spans if span.end and span.end.precision != "day"} & {
        span.start for span in spans if span.start
    }
    if not changes:
        return list(spans)
    within: list[Span] = []
    found = list(spans)
    for change in sorted(changes):
        before = [span for span in found if span.end == change != span.start]
        after = [span for span in found if span.start == change != span.end]
        inside = [span for span in found if span.start == change == span.end]
        if not (before and after) and not (inside and (before or after)):
            continue
        # Its last day belongs to what came after, its first to what was before; neither is longer there than it was.
        first = max(change.earliest.toordinal(), min((span.first for span in before), default=NEVER))
        last = min(change.latest.toordinal(), max(span.last for span in (*before, *inside, *after)))
        within += _stages(before, inside, after, first, last)
        found = [_cut(span, before, after, first, last) for span in found if span not in inside]
        found = [span for span in found if span.first <= span.last]
    return found + within


def _cut(span: Span, before: Sequence[Span], after: Sequence[Span], first: int, last: int) -> Span:
    """A dose without the days on which it may have been changed."""
    if span in before:
        return replace(span, sure_last=first, last=first, end=None)
    if span in after:
        return replace(span, first=last, sure_first=last, start=None)
    return span


def _stages(
    before: Sequence[Span], inside: Sequence[Span], after: Sequence[Span], first: int, last: int
) -> Iterator[Span]:
    """What was taken while it was changed, as two doses: the least of all stages, and what may have come on top."""
    begun = first + 1 if before else first
    gone = last - 1 if after else last
    if begun > gone:
        return
    entry = (before or after or inside)[0].entry
    least, most = Decimal(0), None
    stages = [total for part in (before, inside, after) if part for total in [_total(part)] if total is not None]
    if len(stages) == sum(bool(part) for part in (before, inside, after)):
        most = max(stages)
        if before and after:  # else nobody knows that it was taken on each of these days
            least = min(*stages, *(span.amount for span in inside if span.amount is not None))
    if least:
        surely_from = max(begun, min(span.sure_first for span in before))
        surely_to = min(gone, max(span.sure_last for span in after))
        yield Span(entry, begun, surely_from, surely_to, gone, least)
    if most is None or most > least:
        yield Span(entry, begun, gone + 1, begun - 1, gone, None if most is None else most - least)


def _total(spans: Iterable[Span]) -> Decimal | None:
    total = Decimal(0)
    for span in spans:
        if span.amount is None:
            return None
        total += span.amount
    return total


def stretches(spans: Sequence[Span]) -> list[Stretch]:
    """What is known of each day, oldest first; side by side doses add up. Days on which nothing was taken are left out.

    An amount nobody knows counts for nothing at least and for anything at most.
    """
    if len(spans) == 1:
        return _alone(spans[0])
    events: list[tuple[int, int, int, Decimal]] = []
    for span in handed_over(spans):
        amount = span.amount or Decimal(0)
        unknown = int(span.amount is None)
        events += [(span.first, 0, unknown, amount), (span.last + 1, 0, -unknown, -amount)]
        if span.sure_first <= span.sure_last and not unknown:
            events += [(span.sure_first, 1, 0, amount), (span.sure_last + 1, 1, 0, -amount)]
    events.sort(key=lambda event: event[0])
    found: list[Stretch] = []
    least = most = Decimal(0)
    unknowns = at = 0
    for day, sure, nobody_knows, amount in events:
        if day > at and (most or unknowns):
            found.append(Stretch(at, day - 1, least, None if unknowns else most))
        at = day
        if sure:
            least += amount
        else:
            most += amount
            unknowns += nobody_knows
    return found


def _alone(span: Span) -> list[Stretch]:
    """One dose by itself: the days before it certainly began, those it certainly was, and those after."""
    if span.amount is None or span.sure_first > span.sure_last:
        return [Stretch(span.first, span.last, Decimal(0), span.amount)]
    parts = (
        Stretch(span.first, span.sure_first - 1, Decimal(0), span.amount),
        Stretch(span.sure_first, span.sure_last, span.amount, span.amount),
        Stretch(span.sure_last + 1, span.last, Decimal(0), span.amount),
    )
    return [part for part in parts if part.first <= part.last]


# -- Runs --------------------------------------------------------------------------------------------------------------
def surely(found: Iterable[Stretch], needed: Decimal) -> list[Interval]:
    """The days with certainly so much."""
    return joined((one.first, one.last) for one in found if one.least >= needed)


def possibly(found: Iterable[Stretch], needed: Decimal) -> list[Interval]:
    """The days with perhaps so much."""
    return joined((one.first, one.last) for one in found if one.most is None or one.most >= needed)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals in order, those that touch or overlap as one."""
    found: list[Interval] = []
    for first, last in sorted(intervals):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def common(ones: Sequence[Interval], others: Sequence[Interval]) -> list[Interval]:
    """The days in both; each list is in order and does not overlap itself."""
    found: list[Interval] = []
    at = 0
    for first, last in ones:
        while at < len(others) and others[at][1] < first:
            at += 1
        beside = at
        while beside < len(others) and others[beside][0] <= last:
            found.append((max(first, others[beside][0]), min(last, others[beside][1])))
            beside += 1
    return found


def count(intervals: Iterable[Interval]) -> int:
    """How many days these are."""
    return sum(last - first + 1 for first, last in intervals)


def longest(intervals: Iterable[Interval]) -> Run:
    """The longest single run: breaks of up to three days are bridged and not counted. Of two as long, the later one."""
    best = Run()
    days = begun = 0
    end: int | None = None
    for first, last in intervals:
        if end is None or first - end - 1 > BRIDGED:
            days, begun = 0, first
        days, end = days + last - first + 1, last
        if days >= best.days:
            best = Run(days, begun, last)
    return best


# -- Which doses are one trial -----------------------------------------------------------------------------------------
def trials_of(spans: Iterable[Span]) -> list[list[Span]]:
    """The doses of one medicine as trials: a break of more than fourteen days begins a new one.

    Doses of one entry are one trial unless the break certainly is that long; two entries only when it certainly is not,
    or when one ends in the very month or year in which the other begins: she wrote down two.
    """
    found: list[list[Span]] = []
    reach_possible = reach_sure = 0
    for span in sorted(spans, key=attrgetter("first", "sure_first", "sure_last", "last", "entry")):
        current = found[-1] if found else []
        near = span.first - reach_possible - 1 <= SAME_TRIAL
        surely_near = span.sure_first - reach_sure - 1 <= SAME_TRIAL
        same = any(one.entry == span.entry for one in current)
        follows = span.start is not None and any(one.end == span.start for one in current)
        if current and (surely_near or (near and (same or follows))):
            current.append(span)
            reach_possible, reach_sure = max(reach_possible, span.last), max(reach_sure, span.sure_last)
        else:
            found.append([span])
            reach_possible, reach_sure = span.last, span.sure_last
    return found
