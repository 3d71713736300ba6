"""Invented visits for the tests of what is drawn from them: a full one, an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Literal

from careteam.summaries.pictures import (
    ConditionLine,
    GoalLine,
    Item9Line,
    LevelLine,
    MedicineLine,
    NoteLine,
    ProcedureLine,
    ScoreLine,
    TakenLine,
    TriedLine,
    TriedLines,
    VisitSummary,
)

Audience = Literal["patient", "clinician"]

NOW = ScoreLine(14, "moderate", date(2026, 11, 23))
PREVIOUS = ScoreLine(11, "moderate", date(2026, 11, 9))
BASELINE = ScoreLine(18, "moderately severe", date(2026, 10, 19))

FULL = VisitSummary(
    audience="clinician",
    patient_name="Maren Holt",
    birth_date=date(1984, 3, 3),
    age=42,
    start=date(2026, 9, 1),
    end=date(2026, 11, 30),
    recipient="Dr Sun-hee Lee",
    made_by="Maren Holt",
    made_at=datetime(2026, 11, 30, 23, 20, tzinfo=UTC),
    zone="Europe/Berlin",
    item9=Item9Line("Several days", 1, date(2026, 11, 23)),
    now=NOW,
    previous=PREVIOUS,
    baseline=BASELINE,
    scores=(BASELINE, PREVIOUS, NOW),
    incomplete_forms=1,
    medicines_now=(
        MedicineLine("Lithium", "900 mg, night", "since 19 October 2026", "mood", "a little", "", "Tremor before 10"),
        MedicineLine("Escitalopram", "20 mg, morning", "since 7 April 2025", "mood", "somewhat", "", ""),
        MedicineLine("that small blue pill", "one, as needed", "since 2024", "sleep", "", "", ""),
        MedicineLine("Vitamin D", "1000 units", "since 2023", "", "", "", ""),
    ),
    taken=TakenLine(4, 5, 7, date(2026, 11, 30)),
    medicines_before=(
        MedicineLine("Sertraline", "150 mg", "March 2023 to January 2024", "mood", "not enough", "no help", "Nausea"),
        MedicineLine("Bupropion XL", "150 mg", "3 weeks in 2024", "mood", "cannot tell", "could not sleep", ""),
    ),
    procedures=(
        ProcedureLine("Talking therapy: with Tomás", "since 3 March 2025", "40 sessions", "mood", "somewhat", "", ""),
        ProcedureLine("rTMS", "2024", "30 sessions", "mood", "a little", "", "Headache"),
    ),
    levels=(LevelLine("Lithium", "0.60 mmol/L", "9 November 2026", "12 hours after the last dose", ""),),
    conditions=(ConditionLine("Depression", "It came back", "since 2017", "since March 2023", "Dr Lee"),),
    changes=("Lithium started on 19 October 2026.", "Back at work since 2 November 2026."),
    goals=(
        GoalLine(
            "Walk to the library",
            "Active",
            "Improving",
            (("Find my boots", True), ("Ask Jonah", False)),
            "by March 2027",
        ),
        GoalLine("One whole book this season", "Active", "", (), ""),
    ),
    notes=(
        NoteLine(
            "Mornings",
            "Maren Holt",
            date(2026, 11, 12),
            "Getting up is easier.\n\nThe shaking is worst before ten.",
            (("Dr Sun-hee Lee", "reply", "Thank you. Let us look at the level."),),
        ),
        NoteLine("", "Dr Sun-hee Lee", date(2026, 11, 9), "Level 0.7. Continue.", ()),
    ),
    sources=("PHQ-9: Kroenke 2001.", "Baseline: rule 1."),
    tried=TriedLines(
        "1 medicine at a sufficient dose and time did not help enough in the current episode.",
        (
            TriedLine(
                "Sertraline",
                "150 mg",
                "March 2023 to January 2024",
                "Full trial. 18 weeks at a sufficient dose; 6 weeks are asked for.",
                "Did not help enough (20 % better at best)",
            ),
            TriedLine(
                "Bupropion", "150 mg", "3 weeks in 2024", "Not long enough. 3 weeks of the 6 weeks asked for.", ""
            ),
        ),
        "A count to discuss, not a diagnosis.",
        "The doses this is compared with were not yet signed by a pharmacist.",
        "What was tried: rule trials 1, table doses 2026-11-23.",
    ),
)

EMPTY = replace(
    FULL,
    item9=None,
    now=None,
    previous=None,
    baseline=None,
    scores=(),
    incomplete_forms=0,
    medicines_now=(),
    taken=None,
    medicines_before=(),
    procedures=(),
    levels=(),
    conditions=(),
    changes=(),
    goals=(),
    notes=(),
    sources=(),
    tried=None,
)


def visit(of: VisitSummary = FULL, *, audience: Audience = "clinician", **changed: Any) -> VisitSummary:
    """One of the two, changed as a test needs it."""
    return replace(of, audience=audience, **changed)


def note(text: str, author: str = "Maren Holt") -> tuple[NoteLine, ...]:
    """One note with this text."""
    return (NoteLine("Note", author, date(2026, 11, 12), text, ()),)
