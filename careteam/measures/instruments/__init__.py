"""Questionnaires as data: exact words, codes, scoring. Pure: no database, no settings, no clock."""

from __future__ import annotations

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
