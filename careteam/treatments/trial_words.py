"""The words for trials, pure: what was enough, what was not, and what would settle it. They judge no person."""

from __future__ import annotations

from careteam.sharing.outcomes import Helped, StopReason
from careteam.treatments.daily import Missing
from careteam.treatments.runs import Days
from careteam.treatments.trials import Opening, Standard, Trial
from careteam.treatments.tried import HALF, Adequacy, Flag, NotJudged, Outcome

PARTLY = 25  # per cent: from here to below half it helped partly
WEEK = 7
CHIPS = {
    Adequacy.FULL: "Full trial",
    Adequacy.TOO_SHORT: "Not long enough",
    Adequacy.BELOW: "Dose below",
    Adequacy.DIFFER: "Standards differ",
    Adequacy.CANNOT_TELL: "Cannot tell",
    Adequacy.NOT_ASSESSABLE: "Cannot be judged",
}
OUTCOMES = {
    Outcome.NOT_ENOUGH: "Did not help enough",
    Outcome.HELPED: "Helped",
    Outcome.LOST: "Helped, then stopped helping",
    Outcome.NOT_TOLERATED: "Stopped for side effects before it could be judged",
    Outcome.UNKNOWN: "Outcome unknown",
}
NOTES = {
    Flag.TWICE: "The same dose is written down twice for the same time. It counts once until one of them is changed.",
    Flag.LESS_THAN_PLANNED: "Taken less than planned in these weeks, so nobody can tell whether it was enough.",
    Flag.WEEKLY: "A weekly form: it is counted as its usual daily amount.",
    Flag.BY_LEVEL: "Judged by the level that was measured.",
    Flag.BY_AMOUNT_ALONE: "Some count it by its amount alone when no level was measured. Here it stays open.",
}
ASIDE = {
    NotJudged.NO_MATCH: "Not a medicine of our table. It stands as it was written and is not judged.",
    NotJudged.AS_NEEDED: "Taken only when needed, so it is not counted as a trial.",
    NotJudged.FORM: "In this form it is not counted as a trial for depression.",
    NotJudged.SESSIONS: "It is counted in sessions, which have their place under other treatments.",
    NotJudged.PLANNED: "Planned: no day of it has come yet.",
    NotJudged.NOT_TAKEN: "Written down, and not taken.",
}
REASONS = {
    Adequacy.BELOW: "The dose stayed below the range that is usually counted.",
    Adequacy.NOT_ASSESSABLE: "It is judged beside an antidepressant at a sufficient dose; none is written down then.",
}
FOR_SLEEP = frozenset({"trazodone", "doxepin", "mirtazapine", "amitriptyline", "quetiapine"})
MISSING = {
    Missing.DOSE: "How much of {name} was taken a day would settle it.",
    Missing.HOW_OFTEN: "How often a day “{words}” of {name} was taken would settle it.",
    Missing.STRENGTH: "How many mg “{words}” of {name} is would settle it.",
    Missing.UNIT: "Whether “{words}” of {name} is the right unit would settle it.",
    Missing.FORM: "The form of {name} would settle it.",
}


def chip(trial: Trial) -> str:
    """In a word or two: `Full trial`, `Still running`."""
    running = trial.ongoing and trial.adequacy == Adequacy.TOO_SHORT
    return "Still running" if running else CHIPS[trial.adequacy]


def why(trial: Trial) -> str:
    """Why it is so, in a sentence: `4 weeks and 2 days of the 6 weeks asked for.`"""
    asked = f"the {duration(trial.needed)} asked for"
    if trial.counted == "sessions":
        said = f"{_sessions(trial.strict)} within four weeks; {trial.needed} are asked for."
    elif trial.adequacy == Adequacy.TOO_SHORT:
        days = trial.strict if trial.strict.most != 0 else trial.lower
        said = f"{span(days)}{' so far' * trial.ongoing} of {asked}."
    elif trial.adequacy == Adequacy.DIFFER:
        said = (
            f"{span(trial.lower)} at a dose that some standards count and stricter ones do not: "
            "by the one it is a full trial, by the other it is not."
        )
    elif Flag.LESS_THAN_PLANNED in trial.flags and trial.adequacy == Adequacy.CANNOT_TELL:
        said = f"{span(trial.strict)} of {asked}, taken less than planned."
    elif trial.adequacy in REASONS:
        said = REASONS[trial.adequacy]
    else:
        said = f"{span(_open(trial))} at a sufficient dose; {duration(trial.needed)} are asked for."
    return said


def settled_by(trial: Trial) -> tuple[str, ...]:
    """What would settle it, each in a sentence: `The day in March 2025 on which citalopram began would settle it.`"""
    return tuple(_opening(opening) for opening in trial.openings)


def standards_words(trial: Trial) -> tuple[str, ...]:
    """Each standard with its answer: `4 weeks at the stricter dose: yes`."""
    return tuple(
        f"{_standard(standard, trial)}: {'cannot tell' if standard.met is None else 'yes' if standard.met else 'no'}"
        for standard in trial.standards
    )


def outcome_said(trial: Trial) -> str:
    """What it did: `Did not help enough (30 % better, partly)`, `Helped, then stopped helping (80 %, later 35 %)`."""
    answer = trial.answer
    said = OUTCOMES[trial.outcome]
    if trial.outcome == Outcome.UNKNOWN and trial.ongoing:
        said = "Not known yet"
    if answer.best is None:
        words = Helped(answer.helped).label.lower() if answer.helped else ""
        return f"{said} (“{words}”)" if words else said
    later = f", later {answer.at_end} %" if answer.at_end is not None and answer.at_end != answer.best else ""
    partly = ", partly" if PARTLY <= answer.best < HALF else ""
    return f"{said} ({answer.best} % better at best{partly}{later})"


def stopped_words(trial: Trial) -> str:
    """Why it stopped, "" where nothing was said."""
    return str(StopReason(trial.answer.stop_reason).label) if trial.answer.stop_reason else ""


def notes(trial: Trial) -> tuple[str, ...]:
    """Everything else to know, each in a sentence."""
    said = [NOTES[flag] for flag in sorted(trial.flags) if flag in NOTES]
    if trial.augments and trial.base:
        said.insert(0, f"Added to {listed(trial.base)}: judged on days when that was at a sufficient dose.")
    if Flag.COMBINATION in trial.flags:
        said.insert(0, f"A combination: taken together with {listed(trial.beside)}.")
    elif Flag.CHANGING_OVER in trial.flags:
        said.insert(0, f"Overlaps with {listed(trial.beside)} while one was changed for the other.")
    if trial.adequacy == Adequacy.BELOW and trial.ingredient in FOR_SLEEP:
        said.append("In small doses it is often taken for sleep or pain.")
    return tuple(said)


def aside_words(why_not: NotJudged, ingredient: str) -> str:
    """Why something is no trial."""
    if why_not == NotJudged.AS_NEEDED and ingredient in FOR_SLEEP:
        return "Taken only when needed, often for sleep, so it is not counted as a trial."
    return ASIDE[why_not]


def title(trial: Trial) -> str:
    """`Sertraline`, `Lithium, added to escitalopram`."""
    name = trial.ingredient[:1].upper() + trial.ingredient[1:]
    base = [one for one in trial.base if one not in trial.ingredient]
    return f"{name}, added to {listed(base)}" if trial.augments and base else name


# -- Lengths -----------------------------------------------------------------------------------------------------------
def duration(days: int) -> str:
    """`6 weeks`, `4 weeks and 2 days`, `5 days`."""
    weeks, left = divmod(days, WEEK)
    parts = [f"{weeks} week{'' if weeks == 1 else 's'}"] * bool(weeks)
    parts += [f"{left} day{'' if left == 1 else 's'}"] * bool(left or not weeks)
    return " and ".join(parts)


def span(days: Days) -> str:
    """`6 weeks`, `Between 31 and 61 days`, `At least 5 days`."""
    if days.most is None:
        return f"At least {duration(days.least)}"
    if days.least == days.most:
        return duration(days.least)
    return f"Between {days.least} and {days.most} days"


def listed(names: tuple[str, ...] | list[str]) -> str:
    """`sertraline`, `sertraline and bupropion`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _open(trial: Trial) -> Days:
    """The run that stays open."""
    return trial.strict if trial.strict.reach(trial.needed) is None else trial.lower


def _sessions(days: Days) -> str:
    if days.least == days.most:
        return f"{days.least} session{'' if days.least == 1 else 's'}"
    return f"Between {days.least} and {days.most} sessions"


def _standard(standard: Standard, trial: Trial) -> str:
    if trial.counted == "sessions":
        return f"{trial.needed} sessions within {duration(standard.days)}"
    return f"{duration(standard.days)} at the {'stricter' if standard.strict else 'lower'} dose"


def _opening(opening: Opening) -> str:
    name = opening.medicine
    match opening.what:
        case "start" | "end":
            verb = "began" if opening.what == "start" else "ended"
            if opening.on is None:
                return f"When {name} {verb} would settle it."
            return f"The day in {opening.on.words} on which {name} {verb} would settle it."
        case "level":
            return f"A level of {name}, measured about 12 hours after a dose, would settle it."
        case "sessions":
            return "The days of its sessions would settle it."
        case "session-amount":
            return "How many mg a session was would settle it, written beside its name, such as “84 mg”."
    return MISSING[Missing(opening.what)].format(name=name, words=opening.words)
