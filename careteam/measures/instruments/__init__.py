"""Questionnaires as data: exact words, codes, scoring. Pure: no database, no settings, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """One of a question's printed answers, its number and its LOINC answer code."""

    value: int
    words: str
    loinc: str


@dataclass(frozen=True, slots=True)
class Question:
    """One printed question with its LOINC code. A question that is not `scored` adds nothing to the total."""

    number: int
    words: str
    loinc: str
    answers: tuple[Answer, ...]
    scored: bool = True

    def words_of(self, value: int | None) -> str | None:
        """The printed answer with this number; None when the question was left blank."""
        return next((answer.words for answer in self.answers if answer.value == value), None)


@dataclass(frozen=True, slots=True)
class Total:
    """What answers come to: `total` and `band`, or neither when one of the `of` scored questions was left blank."""

    total: int | None
    band: str | None
    answered: int
    of: int

    @property
    def words(self) -> str:
        """`10, moderate`, or `incomplete (6 of 7)`."""
        if self.total is None:
            return f"incomplete ({self.answered} of {self.of})"
        return f"{self.total}, {self.band}" if self.band else str(self.total)


def clean_answer(questions: Mapping[int, Question], item: object, given: object) -> int:
    """The number of an answer, from such a number or the one digit a form types; raises ValueError for a page."""
    if type(item) is not int or item not in questions:
        raise ValueError("There is no such question.")
    for answer in questions[item].answers:
        if (type(given) is int and given == answer.value) or (isinstance(given, str) and given == str(answer.value)):
            return answer.value  # True is an int to Python, and no answer
    raise ValueError("Choose one of the four answers.")


def band_in(bands: Mapping[int, str], total: int) -> str:
    """The name of the range that a total lies in; `bands` by the total at which each begins."""
    return bands[max(start for start in bands if start <= total)]
