"""PHQ-2: the first two questions of the PHQ-9, total 0 to 6. From 3 on the whole PHQ-9 is offered; it names nothing."""

from __future__ import annotations

from collections.abc import Mapping

from careteam.measures.instruments import Total, phq9

NAME = "phq-2"
SHORT = "PHQ-2"
TITLE = "PHQ-2 (the first two questions of the PHQ-9)"
STEM = phq9.STEM
LICENCE = phq9.LICENCE
PANEL_LOINC = "55757-9"  # recalled, not re-read: unverified
TOTAL_LOINC = "55758-7"
SCORED = (1, 2)
QUESTIONS = {item: phq9.QUESTIONS[item] for item in SCORED}
MOST = 6
BANDS: dict[int, str] = {}
OFFERS_PHQ9_FROM = 3  # sensitivity 61 %, specificity 92 % (PMC2906530)
LOOKS_BACK_DAYS = 14
WORDS = tuple(question.words for question in QUESTIONS.values())


def score(answers: Mapping[int, int]) -> Total:
    """The total of the two; a PHQ-2 has no bands."""
    given = [answers[item] for item in SCORED if item in answers]
    return Total(sum(given) if len(given) == len(SCORED) else None, None, len(given), len(SCORED))


def offers_phq9(total: int) -> bool:
    """Whether the whole PHQ-9 is offered."""
    return total >= OFFERS_PHQ9_FROM
