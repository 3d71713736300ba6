"""Words that no page, mail or program of ours says: domain 6's "Never", over everything that is shown to a reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What must not be said -> where it may stand all the same.
NEVER = {
    r"\brisks?\b": r"no (?:measure|reason is a measure) of risk",
    r"\b(?:risk (?:level|score)|score of risk|(?:low|moderate|medium|high|lower|higher|at) risk)\b": "",
    r"\bsafe(?:ly|r)?\b": r"accounts? safe|Your draft is safe",
    r"\bwe(?: have|’ve|'ve)? (?:told|informed|notified|alerted|contacted)\b": "",
    r"\bhelp is (?:on|coming)\b|\b(?:help|team|somebody|someone|doctor) (?:is|are) on (?:the|their|her) way\b": "",
    r"\b(?:has|have|had|was|were|been|is|are|be) (?:notified|alerted|flagged|warned|escalated)\b": "",
    r"\bwill (?:answer you|call you|contact you|be in touch|reach out|check on you|get back)\b": "",
    r"\b(?:somebody|someone|your team|your doctor|we) (?:is|are|will be) (?:watching|reading|there)\b": "",
    r"\bmonitor(?:ed|ing)\b": r"not monitored",
    r"\b(?:police|authorities|welfare check)\b": "",
    r"\bcommit(?:ted|s)? suicide\b|\bsuicidal\b|\bself-harm\b": "",
    r"\b(?:urgent|urgency|red flag|danger level|crisis score)\b": "",
}
# Nothing of question 9 leaves in a mail or a letter of a lock screen.
NOT_IN_MAIL = re.compile(r"question|item 9|item-9|phq|score|medicine|depress|goal|note\b|clinic|doctor", re.IGNORECASE)


def templates() -> Iterator[tuple[str, str]]:
    """Every page, fragment and mail, without what only a program reads."""
    for path in (ROOT / "frontend/templates").rglob("*.*"):
        text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", " ", path.read_text(), flags=re.DOTALL)
        yield str(path.relative_to(ROOT)), re.sub(r"<[^>]+>", " ", text)
    for path in (ROOT / "careteam").rglob("*.*"):
        if path.suffix in {".html", ".typ"} or path.name == "crisis_lines.csv":
            yield str(path.relative_to(ROOT)), re.sub(r"<[^>]+>", " ", path.read_text())


def strings() -> Iterator[tuple[str, str]]:
    """Every text in the code that is no docstring: what pages, files and answers of programs are put together from."""
    for room in ("careteam", "frontend"):
        for path in (ROOT / room).rglob("*.py"):
            if {"migrations", "embedded"} & {*path.parts}:
                continue
            tree = ast.parse(path.read_text())
            docs = {
                id(node.body[0].value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and node.body
                and isinstance(node.body[0], ast.Expr)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


SAID = [*templates(), *strings()]
SQL = re.compile(r"PARALLEL SAFE|\bSELECT\b|search_path")


@pytest.mark.parametrize("never", NEVER)
def test_what_must_never_be_said_is_said_nowhere(never: str) -> None:
    allowed = re.compile(NEVER[never], re.IGNORECASE) if NEVER[never] else None
    found = [
        (where, one.group(0))
        for where, text in SAID
        if not SQL.search(text)
        for words in [allowed.sub(" ", text) if allowed else text]
        for one in re.finditer(never, words, re.IGNORECASE)
    ]
    assert found == []


def test_the_words_are_looked_for_where_they_would_be() -> None:
    """Or the test above would be about nothing."""
    told = " ".join(text for _, text in SAID)
    assert len(SAID) > 4_000
    for there in (
        "No one is watching this app in real time",
        "no measure of risk",
        "You have a new item in careteam",
        "You were to be told of it",
        "I have seen this answer",
        "From your plan for hard days",
    ):
        assert there in told, there
    for never, wrong in (
        (r"\bsafe(?:ly|r)?\b", "You are safe now"),
        (r"\brisks?\b", "low risk"),
        (r"\bwe(?: have|’ve|'ve)? (?:told|informed|notified|alerted|contacted)\b", "We told your doctor"),
    ):
        assert never in NEVER
        assert re.search(never, wrong, re.IGNORECASE)
    assert any(re.search(never, "Help is on the way", re.IGNORECASE) for never in NEVER)


def test_no_mail_says_a_word_of_health() -> None:
    from careteam.summaries import services  # noqa: PLC0415 - settings must be ready

    for words in (services.WORDS, services.NEW_ITEM, services.INVITED, services.OFF):
        assert not NOT_IN_MAIL.search(words), words
