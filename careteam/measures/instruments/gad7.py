"""GAD-7: seven answers of 0 to 3, total 0 to 21 (Spitzer 2006, doi:10.1001/archinte.166.10.1092). It counts, no more.

A total exists only when all seven are answered; nothing is imputed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from careteam.measures.instruments import Question, Total, band_in
from careteam.measures.instruments.phq9 import HOW_OFTEN

NAME = "gad-7"
SHORT = "GAD-7"
TITLE = "GAD-7 (Generalized Anxiety Disorder questionnaire)"
STEM = "Over the last 2 weeks, how often have you been bothered by the following problems?"
PANEL_LOINC = "69737-5"
TOTAL_LOINC = "70274-6"
LICENCE = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant "
    "from Pfizer Inc. No permission required to reproduce, translate, display or distribute."
)
QUESTIONS: dict[int, Question] = {
    number: Question(number, words, loinc, HOW_OFTEN)
    for number, (words, loinc) in enumerate(
        (
            ("Feeling nervous, anxious, or on edge", "69725-0"),
            ("Not being able to stop or control worrying", "68509-9"),
            ("Worrying too much about different things", "69733-4"),
            ("Trouble relaxing", "69734-2"),
            ("Being so restless that it is hard to sit still", "69735-9"),
            ("Becoming easily annoyed or irritable", "69689-8"),
            ("Feeling afraid, as if something awful might happen", "69736-7"),
        ),
        1,
    )
}
SCORED = tuple(QUESTIONS)
MOST = 21
BANDS = {0: "minimal", 5: "mild", 10: "moderate", 15: "severe"}
NOTABLE_POINTS = 4  # Toussaint 2020; recalled, not re-read: unverified
LOOKS_BACK_DAYS = 14


def score(answers: Mapping[int, int]) -> Total:
    """Total and band of cleaned answers by question number."""
    given = [answers[item] for item in SCORED if item in answers]
    total = sum(given) if len(given) == len(SCORED) else None
    return Total(total, None if total is None else band_of(total), len(given), len(SCORED))


@cache
def band_of(total: int) -> str:
    """The name of the range a total of 0 to 21 lies in (Spitzer 2006)."""
    return band_in(BANDS, total)
