"""What a visit summary says of visits: questions, what was decided, the next one, and what changed since the last."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from careteam.exchange.visit_blocks import Bullets, Line, Note, Rules, Section
from careteam.exchange.visit_words import visit_words
from careteam.summaries.pictures import ScoreLine, SinceLine, VisitLine
from tests.exchange.visits import Audience, visit

SINCE = SinceLine(date(2026, 10, 23), "Dr Lee", ("PHQ-9 from 18 to 14: down 4 points.",))
DECIDED = VisitLine(date(2026, 11, 9), "", "Tomás Rivera", "Two short walks.")
NEXT = VisitLine(date(2026, 12, 2), "Wednesday 2 December 2026, 2:20 pm (Berlin time)", "Dr Lee", "")


def sections(audience: Audience, **more: Any) -> dict[str, Section]:
    return {one.heading: one for one in visit_words(visit(audience=audience, **more)).sections}


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(("audience", "before"), [("clinician", "Changes in this period"), ("patient", "What changed")])
def test_changes_are_since_the_last_visit_with_its_day_or_in_the_summarys_days(audience: Audience, before: str) -> None:
    assert before in sections(audience)
    found = {plain(heading): one for heading, one in sections(audience, since_visit=SINCE).items()}
    assert before not in found
    assert found["Since the visit with Dr Lee on 23 October 2026"].blocks == (Bullets(SINCE.lines),)


def test_a_clinician_reads_the_questions_in_their_order_answer_first() -> None:
    found = sections("clinician", questions=("May I drive?", "How long?"))
    assert list(found)[2] == "Questions for this visit, the first three"
    lines = [block for block in found["Questions for this visit, the first three"].blocks if isinstance(block, Line)]
    assert [f"{one.lead} {plain(one.rest)}" for one in lines] == ["1. May I drive?", "2. How long?"]


def test_the_patient_has_room_for_each_answer_and_without_a_question_room_for_three() -> None:
    asked = sections("patient", questions=("May I drive?",))["My questions"].blocks
    assert [type(block) for block in asked] == [Line, Rules]
    (empty,) = sections("patient")["My questions"].blocks
    assert isinstance(empty, Rules)
    assert empty.count == 3


@pytest.mark.parametrize(
    ("audience", "heading"),
    [
        ("clinician", "What was decided, and the next visit"),
        ("patient", "What we decided, and when we meet next"),
    ],
)
def test_what_was_decided_and_the_next_visit_are_on_both_papers(audience: Audience, heading: str) -> None:
    blocks = sections(audience, decided=(DECIDED,), next_visit=NEXT)[heading].blocks
    assert blocks[0] == Note("Visit with Tomás Rivera", "9 November 2026", "Two short walks.", ())
    assert isinstance(blocks[1], Line)
    assert plain(blocks[1].rest) == "Wednesday 2 December 2026, 2:20 pm (Berlin time), with Dr Lee."


def test_nothing_of_visits_prints_the_same_words_as_everything_absent() -> None:
    found = sections("clinician")
    for heading in ("Questions for this visit, the first three", "What was decided, and the next visit"):
        assert found[heading].blocks == (Line("", "None shared in careteam. Ask."),)


def test_the_gad7_stands_for_itself_on_both_papers_and_without_one_there_is_no_word_of_it() -> None:
    before, now = ScoreLine(12, "moderate", date(2026, 11, 9)), ScoreLine(9, "mild", date(2026, 11, 23))
    (line,) = sections("clinician", anxiety=(before, now))["GAD-7"].blocks
    assert isinstance(line, Line)
    assert f"{line.lead} {line.rest}" == (
        "9 of 21, mild, on 23 November 2026. Lower is better. "
        "Since the previous form: down 3 points (from 12, moderate, on 9 November 2026)."
    )
    told = sections("patient", anxiety=(before, now))["How I have been"].blocks
    assert told[-2:] == (
        Line("My GAD-7 score was 9 of 21", "on 23 November 2026. The form calls this “mild”."),
        Line("", "Since the form before (12 on 9 November 2026): down 3 points. Lower is better."),
    )
    for audience in ("clinician", "patient"):
        assert "GAD-7" not in str(sections(audience))
