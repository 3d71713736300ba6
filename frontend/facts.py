"""Other treatments, levels and conditions in words: one list of facts, for cards, pages, histories and conflicts."""

from __future__ import annotations

from careteam.conditions.queries import ConditionVersion, ConditionView
from careteam.procedures.pictures import LevelVersion, LevelView, ProcedureVersion, ProcedureView

Entry = ProcedureView | LevelView | ConditionView
Old = ProcedureVersion | LevelVersion | ConditionVersion


def title(shown: Entry | Old) -> str:
    """What it is called."""
    return shown.name if isinstance(shown, ConditionView | ConditionVersion) else shown.title


def stands(shown: Entry | Old) -> str:
    """How it stands; a level does not."""
    return "" if isinstance(shown, LevelView | LevelVersion) else shown.status_words


def facts(shown: Entry | Old) -> list[tuple[str, str]]:
    """What was written down, as (label, words), without what was left empty."""
    match shown:
        case ProcedureView() | ProcedureVersion():
            why = ": ".join(part for part in (shown.stop_reason_words, shown.stopped_why) if part)
            found = [
                ("When", shown.when),
                ("Sessions", shown.sessions_words),
                ("What for", shown.purpose),
                ("Did it help", shown.helped_words),
                ("Why it stopped", why),
            ]
        case LevelView() | LevelVersion():
            found = [("Measured", ", ".join(part for part in (shown.when, shown.after_dose) if part))]
        case ConditionView() | ConditionVersion():
            found = [("When", shown.when), ("Current episode", shown.episode), ("Stated by", shown.stated_by)]
    return [(label, words) for label, words in found if words]


def quote(shown: Entry | Old) -> str:
    """The patient's own words about it."""
    return shown.side_effects if isinstance(shown, ProcedureView | ProcedureVersion) else shown.words


def dates(shown: Entry | Old) -> tuple[str, ...]:
    """The sessions with a date."""
    return shown.sessions_on if isinstance(shown, ProcedureView | ProcedureVersion) else ()


def as_words(shown: Entry) -> list[tuple[str, str]]:
    """All of it, for a page that shows two versions at once."""
    found = [
        ("What it is", title(shown)),
        ("How it stands", stands(shown)),
        *facts(shown),
        ("Dates of sessions", "\n".join(dates(shown))),
        ("In your own words", quote(shown)),
    ]
    return [(label, words) for label, words in found if words]
