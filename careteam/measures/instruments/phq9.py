"""PHQ-9: nine answers of 0 to 3, total 0 to 27 (Kroenke 2001). It counts; it neither diagnoses nor predicts.

A total exists only when all nine are answered: a guessed answer to question 9 would be unsafe, so nothing is imputed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from careteam.measures import instruments
from careteam.measures.instruments import Answer, Question

NAME = "phq-9"
SHORT = "PHQ-9"
TITLE = "PHQ-9 (Patient Health Questionnaire)"
STEM = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
PANEL_LOINC = "44249-1"
TOTAL_LOINC = "44261-6"
LICENCE = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant "
    "from Pfizer Inc. No permission required to reproduce, translate, display or distribute."
)
LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. "
    "and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the "
    "license at http://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)

HOW_OFTEN = (
    Answer(0, "Not at all", "LA6568-5"),
    Answer(1, "Several days", "LA6569-3"),
    Answer(2, "More than half the days", "LA6570-1"),
    Answer(3, "Nearly every day", "LA6571-9"),
)
HOW_DIFFICULT = (
    Answer(0, "Not difficult at all", "LA6572-7"),
    Answer(1, "Somewhat difficult", "LA6573-5"),
    Answer(2, "Very difficult", "LA6575-0"),  # LOINC numbered these two the other way round
    Answer(3, "Extremely difficult", "LA6574-3"),
)
QUESTIONS: dict[int, Question] = {
    question.number: question
    for question in (
        Question(1, "Little interest or pleasure in doing things", "44250-9", HOW_OFTEN),
        Question(2, "Feeling down, depressed, or hopeless", "44255-8", HOW_OFTEN),
        Question(3, "Trouble falling or staying asleep, or sleeping too much", "44259-0", HOW_OFTEN),
        Question(4, "Feeling tired or having little energy", "44254-1", HOW_OFTEN),
        Question(5, "Poor appetite or overeating", "44251-7", HOW_OFTEN),
        Question(
            6,
            "Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
            "44258-2",
            HOW_OFTEN,
        ),
        Question(
            7,
            "Trouble concentrating on things, such as reading the newspaper or watching television",
            "44252-5",
            HOW_OFTEN,
        ),
        Question(
            8,
            "Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or "
            "restless that you have been moving around a lot more than usual",
            "44253-3",
            HOW_OFTEN,
        ),
        Question(
            9, "Thoughts that you would be better off dead, or of hurting yourself in some way", "44260-8", HOW_OFTEN
        ),
        Question(
            10,
            "How difficult have these problems made it for you to do your work, take care of things at home, or get "
            "along with other people?",
            "69722-7",
            HOW_DIFFICULT,
            scored=False,
        ),
    )
}
SCORED = tuple(number for number, question in QUESTIONS.items() if question.scored)
SAFETY_ITEM = 9
MOST = 27

BANDS = {0: "none-minimal", 5: "mild", 10: "moderate", 15: "moderately severe", 20: "severe"}
REMISSION_BELOW = 5
NOTABLE_POINTS = 5  # two standard errors of measurement (Löwe 2004)
LOOKS_BACK_DAYS = 14

ANSWERS = range(4)


@dataclass(frozen=True, slots=True)
class Score:
    """What nine answers come to: `total` 0-27 and `band`, or neither when one is missing. `item9` None: left blank."""

    total: int | None
    band: str | None
    answered: int
    item9: int | None

    @property
    def asks_for_help(self) -> bool:
        """Whether question 9 was answered with anything but "Not at all" (the form may be incomplete)."""
        return bool(self.item9)

    @property
    def words(self) -> str:
        """`12, moderate`, or `incomplete (7 of 9)`."""
        return f"{self.total}, {self.band}" if self.band else f"incomplete ({self.answered} of {len(SCORED)})"


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier total to a later one. `points` below zero is lower (better); `percent` is the part of the earlier
    total by which it fell, rounded, None when that was 0.

    response: fell by half or more · partial: by a quarter or more, less than half · remission: the later total is below
    5 · worsening: rose by 5 or more.
    """

    points: int
    percent: int | None
    response: bool
    partial: bool
    remission: bool
    worsening: bool

    @property
    def notable(self) -> bool:
        """Whether the change is 5 points or more, either way; less can be ordinary wobble."""
        return abs(self.points) >= NOTABLE_POINTS

    @property
    def words(self) -> str:
        """`9 points lower`, `1 point higher`, `no change`."""
        if not self.points:
            return "no change"
        size = abs(self.points)
        return f"{size} {'point' if size == 1 else 'points'} {'lower' if self.points < 0 else 'higher'}"


def clean_answer(item: int, given: object) -> int:
    """The answer 0 to 3, from such a number or the one digit a form types; raises ValueError in words for a page."""
    return instruments.clean_answer(QUESTIONS, item, given)


def score(answers: Mapping[int, int]) -> Score:
    """Total and band of cleaned answers by question number; the tenth question is not scored."""
    given = [answers[item] for item in SCORED if item in answers]
    total = sum(given) if len(given) == len(SCORED) else None
    return Score(total, None if total is None else band_of(total), len(given), answers.get(SAFETY_ITEM))


@cache
def band_of(total: int) -> str:
    """The name of the range a total of 0 to 27 lies in (Kroenke 2001)."""
    return instruments.band_in(BANDS, total)


def change(baseline: int, current: int) -> Change:
    """What lies between two totals, by the published rules (a half, 5 points, below 5: see Change)."""
    drop = baseline - current
    return Change(
        points=-drop,
        percent=(200 * drop + baseline) // (2 * baseline) if baseline else None,
        response=baseline > 0 and 2 * drop >= baseline,
        partial=baseline > 0 and baseline <= 4 * drop < 2 * baseline,
        remission=current < REMISSION_BELOW,
        worsening=-drop >= NOTABLE_POINTS,
    )


def asks_for_help(given: Mapping[int, object]) -> bool:
    """Whether what was typed answers question 9 with 1 or more, be it that it could not be saved."""
    try:
        return clean_answer(SAFETY_ITEM, given.get(SAFETY_ITEM)) > 0
    except ValueError:
        return False
