"""Why somebody needs a look: rule.md's reasons as a table, their order, their words."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from careteam.measures.pictures import CaseloadScore, Point, item9
from careteam.measures.seen import Unseen
from careteam.summaries.reasons import ORDER, SHORT, Late, Reason, place, reasons
from careteam.visits.pictures import OpenCall

SOMEBODY = UUID(int=1)
NOW = datetime(2026, 3, 20, 9, tzinfo=ZoneInfo("America/New_York"))
THEN = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/New_York"))
ASKED = OpenCall(UUID(int=9), THEN, "")


def unseen(value: int) -> Unseen:
    """An answer to question 9 that this clinician has not marked as seen."""
    return Unseen(item9(SOMEBODY, value, THEN.date(), NOW.date()), 1, told=False)


def standing(*totals: int, above: int | None = None) -> CaseloadScore:
    """Where somebody stands after one or two forms; `above`: an answer to question 9 that is there."""
    points = [
        Point(UUID(int=n), 1, one, "band", at, at.date())
        for n, (one, at) in enumerate(zip(totals, (NOW, THEN), strict=False))
    ]
    told = item9(SOMEBODY, above, THEN.date(), NOW.date()) if above else None
    newest = points[0] if points else None
    return CaseloadScore(
        SOMEBODY,
        newest,
        points[1] if len(points) > 1 else None,
        points[-1] if points else None,
        len(points),
        0,
        0,
        item9(SOMEBODY, 0, NOW.date(), NOW.date()),
        told,
    )


@pytest.mark.parametrize(
    ("score", "late", "call", "above", "found"),
    [
        (None, None, None, None, []),
        (standing(27), None, None, None, []),  # a first form has nothing to be compared with, however high
        (standing(14, 10), None, None, None, []),  # 4 points are wobble
        (standing(15, 10), None, None, None, [(Reason.UP, "5 points higher since 2 Mar")]),
        (standing(27, 0), None, None, None, [(Reason.UP, "27 points higher since 2 Mar")]),
        (standing(5, 20), None, None, None, []),  # lower is better
        (standing(4, above=1), None, None, None, []),  # she has marked it as seen
        (standing(4, above=1), None, None, 1, [(Reason.ITEM_9, "Question 9 answered 1 (several days) on 2 Mar")]),
        (standing(above=3), None, None, 3, [(Reason.ITEM_9, "Question 9 answered 3 (nearly every day) on 2 Mar")]),
        (None, Late(7, "GAD-7"), None, None, [(Reason.OVERDUE, "GAD-7 overdue by 7 days")]),
        (None, None, ASKED, None, [(Reason.CALL, "Asked for a call on 2 Mar")]),
        (
            standing(20, 15, above=2),
            Late(16, "PHQ-9"),
            OpenCall(UUID(int=9), THEN, "After four"),
            2,
            [
                (Reason.ITEM_9, "Question 9 answered 2 (more than half the days) on 2 Mar"),
                (Reason.UP, "5 points higher since 2 Mar"),
                (Reason.OVERDUE, "PHQ-9 overdue by 16 days"),
                (Reason.CALL, "Asked for a call on 2 Mar: After four"),
            ],
        ),
    ],
)
def test_what_is_a_reason(
    score: CaseloadScore | None,
    late: Late | None,
    call: OpenCall | None,
    above: int | None,
    found: list[tuple[str, str]],
) -> None:
    whys = reasons(score, late, call, None, unseen(above) if above else None)
    assert [(why.reason, why.words) for why in whys] == found
    assert place(whys) == (ORDER.index(Reason(found[0][0])) if found else len(ORDER))


def test_the_order_is_rule_mds_and_no_word_speaks_of_risk() -> None:
    assert ORDER == (Reason.ITEM_9, Reason.UP, Reason.OVERDUE, Reason.TRIAL, Reason.CALL)
    said = " ".join(SHORT.values()).lower()
    for word in ("risk", "urgen", "alert", "priority", "danger"):
        assert word not in said
