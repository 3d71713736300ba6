"""The questionnaires careteam asks, by name: what a page or a service needs to know of one, whichever it is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from careteam.measures import instruments
from careteam.measures.instruments import Question, Total, band_in, gad7, phq2, phq9


@dataclass(frozen=True, slots=True)
class Instrument:
    """One questionnaire. Of each of these a lower total is better; totals of two of them are never compared."""

    name: str
    short: str
    title: str
    stem: str
    licence: str
    questions: Mapping[int, Question]
    scored: tuple[int, ...]
    most: int
    bands: Mapping[int, str]
    looks_back_days: int

    def clean_answer(self, item: object, given: object) -> int:
        """The number of an answer as it was typed; raises ValueError in words for a page."""
        return instruments.clean_answer(self.questions, item, given)

    def score(self, answers: Mapping[int, int]) -> Total:
        """What cleaned answers come to: no total while one of the scored is blank, nothing is imputed."""
        given = [answers[item] for item in self.scored if item in answers]
        total = sum(given) if len(given) == len(self.scored) else None
        band = None if total is None or not self.bands else band_in(self.bands, total)
        return Total(total, band, len(given), len(self.scored))

    @property
    def asks_question_9(self) -> bool:
        """Whether its ninth question is the one after which help is shown."""
        return self.name == phq9.NAME


INSTRUMENTS: Mapping[str, Instrument] = {
    one.NAME: Instrument(
        one.NAME,
        one.SHORT,
        one.TITLE,
        one.STEM,
        one.LICENCE,
        one.QUESTIONS,
        tuple(one.SCORED),
        one.MOST,
        one.BANDS,
        one.LOOKS_BACK_DAYS,
    )
    for one in (phq9, gad7, phq2)
}
PHQ9, GAD7, PHQ2 = (INSTRUMENTS[name] for name in (phq9.NAME, gad7.NAME, phq2.NAME))
UNKNOWN = f"This questionnaire is not one of {', '.join(one.short for one in INSTRUMENTS.values())}."


def direction(points: int) -> str:
    """Which way a change went, in a word that needs no colour: of all of these a lower total is better."""
    return "better" if points < 0 else "worse" if points > 0 else "same"
