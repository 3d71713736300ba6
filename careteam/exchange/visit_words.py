"""A visit in words: VisitSummary becomes headings, lines and tables, in the order its reader needs. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from careteam.summaries.pictures import (
    INCOMPLETE,
    NONE_SHARED,
    GoalLine,
    Item9Line,
    MedicineLine,
    NoteLine,
    ScoreLine,
    TakenLine,
    VisitSummary,
)

NOT_STATED = "not stated"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
ORDINARY_CHANGE = 5  # PHQ-9 points; Löwe 2004: a smaller change can be chance
HELP = (
    ("In danger now?", "Call 911."),
    ("Need someone now?", "Call or text 988, day or night."),
    ("Please know:", "careteam is not watched live. Nobody can say when your team will look."),
    ("", "988 and 911 are for the United States. Elsewhere, call your local emergency number."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: an optional bold lead, then the rest."""

    lead: str
    rest: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Column titles with their relative widths, and rows of text."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stay together under one of their own: a goal, or a medicine on the patient's page."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note in full under a heading of its own, with what was added to it."""

    title: str
    byline: str
    text: str
    replies: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A plain list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Empty ruled lines to write on by hand, with what they are for."""

    prompt: str
    count: int


Block = Line | Table | Group | Note | Bullets | Rules


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; `boxed` sections are framed."""

    heading: str
    blocks: tuple[Block, ...]
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class VisitWords:
    """All words of one visit summary. `person` repeats on every page, `made` in every footer."""

    roomy: bool
    heading: str
    facts: tuple[str, ...]
    fixed: str
    person: str
    made: str
    sections: tuple[Section, ...]


def visit_words(summary: VisitSummary) -> VisitWords:
    """The words for the summary's own audience: answer first for a clinician, short sentences for the patient."""
    for_patient = summary.audience == "patient"
    made = summary.made_at.astimezone(ZoneInfo(summary.zone))
    clock = f"{made.hour % 12 or 12}:{made:%M} {'am' if made.hour < 12 else 'pm'}"  # noqa: PLR2004 # noon
    facts = [
        f"Age {summary.age}, born {day(summary.birth_date)}",
        f"From {day(summary.start)} to {day(summary.end)}",
        f"Made by {apart(summary.made_by)}" + (f" for {apart(summary.recipient)}" if summary.recipient else ""),
    ]
    name = apart(summary.patient_name)
    return VisitWords(
        roomy=for_patient,
        heading=f"My visit summary: {name}" if for_patient else f"Visit summary: {name}",
        facts=tuple(facts),
        fixed=INCOMPLETE,
        person=f"{name}, born {day(summary.birth_date)}",
        made=f"Made on {day(made.date())}, {clock} ({summary.zone}). A copy cannot be called back.",
        sections=_patient_sections(summary) if for_patient else _clinician_sections(summary),
    )


def apart(text: str) -> str:
    """Somebody's text inside a sentence of ours: its direction, right to left perhaps, stays its own."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def day(on: date) -> str:
    """A day as people write it: 3 November 2026."""
    return f"{on.day} {on:%B} {on.year}"


def change(now: ScoreLine, then: ScoreLine) -> str:
    """How the total moved, in words: up 3 points, down 1 point, no change."""
    points = now.total - then.total
    if not points:
        return "no change"
    return f"{'up' if points > 0 else 'down'} {abs(points)} point{'' if abs(points) == 1 else 's'}"


# --- for a clinician: answer first -------------------------------------------------------------------------------


def _clinician_sections(summary: VisitSummary) -> tuple[Section, ...]:
    absent = (Line("", NONE_SHARED),)
    return (
        Section("Safety: PHQ-9 item 9", (_item_9(summary.item9),), boxed=True),
        Section("PHQ-9", _scores(summary)),
        Section(
            "Medicines now",
            (*(_medicines_now(summary.medicines_now) if summary.medicines_now else absent), _taken(summary.taken)),
        ),
        Section(
            "Earlier medicines", _medicines_before(summary.medicines_before) if summary.medicines_before else absent
        ),
        Section("Changes in this period", (Bullets(summary.changes),) if summary.changes else absent),
        Section("Goals", tuple(map(_goal, summary.goals)) or absent),
        Section("Notes", tuple(map(_note, summary.notes)) or absent),
        *(
            [Section("Sources", tuple(Line("", line, small=True) for line in summary.sources))]
            if summary.sources
            else []
        ),
    )


def _item_9(item9: Item9Line | None) -> Line:
    if item9 is None:
        return Line("", NONE_SHARED)
    if item9.words is None:
        return Line("Not answered", f"on the form of {day(item9.on)}.")
    value = "" if item9.value is None else f"{item9.value} of 3: "
    return Line(f"Answered {value}“{item9.words}”", f"on {day(item9.on)}, the latest answer.")


def _scores(summary: VisitSummary) -> tuple[Block, ...]:
    now = summary.now
    blocks: list[Block] = []
    if now is None:
        blocks.append(Line("", NONE_SHARED))
    else:
        blocks += [
            Line(f"{now.total} of 27, {now.band},", f"on {day(now.on)}. Lower is better."),
            Line("Since the previous form:", _since(now, summary.previous)),
            Line(
                "Since baseline:",
                "this form is the baseline." if summary.baseline == now else _since(now, summary.baseline),
            ),
        ]
    if summary.scores:
        listed = " · ".join(f"{score.total} on {day(score.on)}" for score in summary.scores)
        blocks.append(
            Line("", f"{_count(len(summary.scores), 'completed form')} in this period: {listed}.", small=True)
        )
    if summary.incomplete_forms:
        left = _count(summary.incomplete_forms, "form")
        blocks.append(Line("", f"{left} not completed in this period, with no total.", small=True))
    return tuple(blocks)


def _since(now: ScoreLine, then: ScoreLine | None) -> str:
    if then is None:
        return NONE_SHARED
    return f"{change(now, then)} (from {then.total}, {then.band}, on {day(then.on)})."


def _medicines_now(medicines: tuple[MedicineLine, ...]) -> tuple[Block, ...]:
    return (
        Table(
            columns=("Medicine", "Dose", "When", "For", "Does it help?", "Side effects, own words"),
            widths=(20, 16, 16, 14, 14, 22),
            rows=tuple(
                _stated(line.name, line.dose, line.when, line.purpose, line.helped, line.side_effects)
                for line in medicines
            ),
        ),
    )


def _taken(taken: TakenLine | None) -> Line:
    """From check-ins: silence is never counted as a medicine that was not taken."""
    lead = "Taken as planned, by check-ins:"
    if taken is None:
        return Line(lead, NONE_SHARED)
    days = f"on {taken.planned} of the {taken.days} days to {day(taken.last)}; {taken.answered} of them were answered."
    return Line(lead, f"{days} No answer does not mean not taken.")


def _medicines_before(medicines: tuple[MedicineLine, ...]) -> tuple[Block, ...]:
    return (
        Table(
            columns=("Medicine", "Dose", "When", "Did it help?", "Why stopped", "Side effects, own words"),
            widths=(20, 14, 20, 14, 16, 20),
            rows=tuple(
                _stated(line.name, line.dose, line.when, line.helped, line.why_stopped, line.side_effects)
                for line in medicines
            ),
        ),
    )


def _stated(*cells: str) -> tuple[str, ...]:
    return tuple(cell.strip() or NOT_STATED for cell in cells)


def _goal(goal: GoalLine) -> Group:
    stands = " · ".join(apart(part) for part in (goal.status, goal.achievement, goal.target) if part.strip())
    lines = [Line(goal.words, ""), Line("", stands or NOT_STATED)]
    for heading, wanted in (("Steps done:", True), ("Steps still open:", False)):
        steps = "; ".join(apart(text) for text, done in goal.steps if done is wanted)
        if steps:
            lines.append(Line("", f"{heading} {steps}"))
    return Group(tuple(lines))


def _note(note: NoteLine) -> Note:
    return Note(
        title=note.title.strip() or "Note",
        byline=f"{apart(note.author)}, {day(note.on)}",
        text=note.text,
        replies=tuple(Line(f"{kind[:1].upper()}{kind[1:]} by {apart(who)}:", text) for who, kind, text in note.replies),
    )


# --- for the patient: short sentences ----------------------------------------------------------------------------


def _patient_sections(summary: VisitSummary) -> tuple[Section, ...]:
    return (
        Section("How I have been", _my_trend(summary)),
        Section(
            "My questions, and what I want from this visit",
            (Rules("Write down what matters most. Three is enough.", 3),),
        ),
        Section(
            "My goals and how they go",
            tuple(map(_goal, summary.goals))
            or _plain("No goals here yet. When something matters to you, it can go here."),
        ),
        Section(
            "My medicines now",
            tuple(map(_my_medicine, summary.medicines_now)) or _plain("No medicines are written down here."),
        ),
        Section(
            "Medicines I took before",
            tuple(map(_my_earlier_medicine, summary.medicines_before))
            or _plain("No earlier medicines are written down here."),
        ),
        Section(
            "What changed",
            (Bullets(summary.changes),) if summary.changes else _plain("No changes are written down for this time."),
        ),
        Section("Notes", tuple(map(_note, summary.notes)) or _plain("No notes are in this copy.")),
        Section("What we decided, and when we meet next", (Rules("Fill in together at the visit.", 2),)),
        *(
            [Section("Where this comes from", tuple(Line("", line, small=True) for line in summary.sources))]
            if summary.sources
            else []
        ),
        Section("Help, day or night", tuple(Line(lead, rest) for lead, rest in HELP), boxed=True),
    )


def _my_trend(summary: VisitSummary) -> tuple[Block, ...]:
    now = summary.now
    if now is None:
        lines = [Line("", "There is no finished PHQ-9 form here. Nothing to catch up on.")]
    else:
        lines = [
            Line(f"My PHQ-9 score was {now.total} of 27", f"on {day(now.on)}. The form calls this “{now.band}”."),
            Line("", "Lower is better."),
        ]
        before = (("the form before", summary.previous), ("the starting form", summary.baseline))
        known = [(what, then) for what, then in before if then is not None and then != now]
        lines += [
            Line("", f"Since {what} ({then.total} on {day(then.on)}): {change(now, then)}.") for what, then in known
        ]
        if any(0 < abs(now.total - then.total) < ORDINARY_CHANGE for _, then in known):
            lines.append(Line("", f"A change under {ORDINARY_CHANGE} can be ordinary wobble."))
    if summary.incomplete_forms:
        lines.append(
            Line("", f"{_count(summary.incomplete_forms, 'form')} not finished. That is all right; it has no score.")
        )
    return tuple(lines)


def _my_medicine(medicine: MedicineLine) -> Group:
    return _about(
        medicine,
        ("What for:", medicine.purpose),
        ("How I take it:", medicine.dose),
        ("When:", medicine.when),
        *_if_told(("Does it help:", medicine.helped), ("What I noticed:", medicine.side_effects)),
    )


def _my_earlier_medicine(medicine: MedicineLine) -> Group:
    return _about(
        medicine,
        ("How I took it:", medicine.dose),
        ("When:", medicine.when),
        *_if_told(
            ("Did it help:", medicine.helped),
            ("Why I stopped:", medicine.why_stopped),
            ("What I noticed:", medicine.side_effects),
        ),
    )


def _if_told(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(what, words) for what, words in facts if words.strip()]


def _about(medicine: MedicineLine, *facts: tuple[str, str]) -> Group:
    told = (Line("", f"{what} {apart(words.strip() or 'not written down')}") for what, words in facts)
    return Group((Line(medicine.name, ""), *told))


def _plain(words: str) -> tuple[Block, ...]:
    return (Line("", words),)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
