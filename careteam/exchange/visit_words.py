"""A visit in words: VisitSummary becomes headings, lines and tables, in the order its reader needs. Draws nothing."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from careteam.exchange.visit_blocks import Block, Bullets, Drawing, Group, Line, Note, Rules, Section, Table, VisitWords
from careteam.sharing.partial import MONTHS
from careteam.summaries.pictures import (
    INCOMPLETE,
    NONE_SHARED,
    ConditionLine,
    GoalLine,
    Item9Line,
    LevelLine,
    MedicineLine,
    NoteLine,
    ProcedureLine,
    ScoreLine,
    TakenLine,
    TriedLines,
    VisitLine,
    VisitSummary,
)
from careteam.summaries.timeline_pictures import TimelinePicture, without_question_9

NOT_STATED = "not stated"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
ORDINARY_CHANGE = 5  # PHQ-9 points; Löwe 2004: a smaller change can be chance
HELP = (
    ("In danger now?", "Call 911."),
    ("Need someone now?", "Call or text 988, day or night."),
    ("Please know:", "careteam is not watched live. Nobody can say when your team will look."),
    ("", "988 and 911 are for the United States. Elsewhere, call your local emergency number."),
)


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
    if not for_patient:
        facts += [f"Condition: {_condition(one)}" for one in summary.conditions] or [f"Conditions: {NONE_SHARED}"]
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
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


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
        Section("Safety: PHQ-9 question 9", (_item_9(summary.item9),), boxed=True),
        Section("PHQ-9", _scores(summary)),
        *([Section("GAD-7", (_anxiety(summary.anxiety),))] if summary.anxiety else []),
        Section("Questions for this visit, the first three", _numbered(summary.questions) or absent),
        Section(
            "Medicines now",
            (*(_medicines_now(summary.medicines_now) if summary.medicines_now else absent), _taken(summary.taken)),
        ),
        Section("What was tried", _tried(summary.tried) if summary.tried else absent),
        _changes(summary, "Changes in this period", absent, absent),
        Section("Goals", tuple(map(_goal, summary.goals)) or absent),
        Section("Earlier medicines", tuple(map(_medicine_before, summary.medicines_before)) or absent),
        # Up to here it is the one page that answers first; what follows is detail and may be on the next.
        *_timeline("Timeline", summary.timeline),
        Section("Other treatments and levels", _others(summary.procedures, summary.levels)),
        Section("What was decided, and the next visit", _decided(summary) or absent),
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


def _anxiety(scores: tuple[ScoreLine, ...]) -> Line:
    """The latest GAD-7 and the one before it, in one line: never beside a total of the PHQ-9."""
    *before, now = scores
    moved = f" Since the previous form: {_since(now, before[-1])}" if before else ""
    return Line(f"{now.total} of 21, {now.band},", f"on {day(now.on)}. Lower is better.{moved}")


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


def _medicine_before(line: MedicineLine) -> Line:
    """One line for each: whether it was enough stands in the table of what was tried."""
    own = _if_told(("did it help", line.helped), ("why stopped", line.why_stopped), ("side effects", line.side_effects))
    told = [part for part in (line.dose, line.when) if part] + [f"{what}: {apart(words)}" for what, words in own]
    return Line(line.name, " · ".join(told))


def _tried(tried: TriedLines) -> tuple[Block, ...]:
    """Trial by trial, judged by the ledger; the count to discuss stands first."""
    return (
        Line(tried.count, tried.sentence),
        Table(
            columns=("Medicine", "Dose", "When", "Enough to judge it?", "What it did"),
            widths=(15, 18, 17, 27, 23),
            rows=tuple(_stated(one.title, one.dose, one.when, one.enough, one.outcome) for one in tried.trials),
        ),
        *([Line("", tried.unverified, small=True)] if tried.unverified else []),
    )


def _others(procedures: tuple[ProcedureLine, ...], levels: tuple[LevelLine, ...]) -> tuple[Block, ...]:
    """One line for each treatment and one for all levels: a page has to hold it all."""
    return (
        *(map(_procedure, procedures) if procedures else [Line("Other treatments:", NONE_SHARED)]),
        Line("Latest levels:", " · ".join(map(_level, levels)) or NONE_SHARED),
    )


# Somebody's own words stand before a space or at the end: the mark after them would stick to a bracket or comma.
def _procedure(line: ProcedureLine) -> Line:
    own = _if_told(("did it help", line.helped), ("why stopped", line.why_stopped), ("side effects", line.side_effects))
    told = [part for part in (line.when, line.sessions) if part] + [f"{what}: {apart(words)}" for what, words in own]
    return Line(line.name, " · ".join(told))


def _level(level: LevelLine) -> str:
    when = ", ".join(part for part in (level.when, level.after_dose) if part)
    return f"{apart(level.substance)} {apart(level.amount)} ({when})" + (
        f" {apart(level.words)}" if level.words else ""
    )


def _condition(condition: ConditionLine) -> str:
    episode = [f"current episode {condition.episode}"] if condition.episode else []
    told = ", ".join([condition.status, condition.when, *episode])
    return f"{apart(condition.name)} ({told})" + (
        f", stated by {apart(condition.stated_by)}" if condition.stated_by else ""
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


def _numbered(questions: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(Line(f"{number}.", apart(words)) for number, words in enumerate(questions, 1))


def _changes(
    summary: VisitSummary, heading: str, nothing: tuple[Block, ...], nothing_since: tuple[Block, ...]
) -> Section:
    """What changed since the last visit, with its day; without one that the reader may see, in the summary's days."""
    since = summary.since_visit
    if since is None:
        return Section(heading, (Bullets(summary.changes),) if summary.changes else nothing)
    whom = f" with {apart(since.with_name)}" if since.with_name else ""
    lines = (Bullets(since.lines),) if since.lines else nothing_since
    return Section(f"Since the visit{whom} on {day(since.on)}", lines)


def _timeline(heading: str, picture: TimelinePicture | None) -> tuple[Section, ...]:
    """Two years in a drawing, on the second page at the earliest; nothing where there is nothing to draw."""
    if picture is None or picture.empty:
        return ()
    return (Section(heading, (Drawing(picture),), behind_first_page=True),)


def _decided(summary: VisitSummary) -> tuple[Block, ...]:
    """What was decided in this period, newest first, then when the next visit is."""
    blocks: list[Block] = [Note(_visit(one), day(one.on), one.decisions, ()) for one in summary.decided]
    if summary.next_visit:
        coming = summary.next_visit
        whom = f", with {apart(coming.with_name)}" if coming.with_name else ""
        blocks.append(Line("Next visit:", f"{coming.when}{whom}."))
    return tuple(blocks)


def _visit(visit: VisitLine) -> str:
    return f"Visit with {visit.with_name}" if visit.with_name else "Visit"


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
        Section("My questions", _my_questions(summary)),
        Section("What I want from this visit", (Rules("Write down what matters most.", 2),)),
        Section(
            "My goals and how they go",
            tuple(map(_goal, summary.goals))
            or _plain("No goals here yet. When something matters to you, it can go here."),
        ),
        *_timeline("My timeline", summary.timeline and without_question_9(summary.timeline)),
        Section(
            "My medicines now",
            tuple(map(_my_medicine, summary.medicines_now)) or _plain("No medicines are written down here."),
        ),
        Section(
            "Medicines I took before",
            tuple(map(_my_earlier_medicine, summary.medicines_before))
            or _plain("No earlier medicines are written down here."),
        ),
        *([Section("Other treatments", tuple(map(_my_procedure, summary.procedures)))] if summary.procedures else []),
        *([Section("My levels", (Bullets(tuple(map(_level, summary.levels))),))] if summary.levels else []),
        *(
            [Section("My conditions", (Bullets(tuple(map(_condition, summary.conditions))),))]
            if summary.conditions
            else []
        ),
        _changes(
            summary,
            "What changed",
            _plain("No changes are written down for this time."),
            _plain("Nothing new is written down since then."),
        ),
        Section("Notes", tuple(map(_note, summary.notes)) or _plain("No notes are in this copy.")),
        Section(
            "What we decided, and when we meet next",
            (*_decided(summary), Rules("Fill in together at the visit.", 2)),
        ),
        *(
            [Section("Where this comes from", tuple(Line("", line, small=True) for line in summary.sources))]
            if summary.sources
            else []
        ),
        Section("Help, day or night", tuple(Line(lead, rest) for lead, rest in HELP), boxed=True),
    )


def _my_questions(summary: VisitSummary) -> tuple[Block, ...]:
    """Each question with room for its answer; without one, room for three."""
    if not summary.questions:
        return (Rules("Write down what matters most. Three is enough.", 3),)
    return tuple(
        block
        for number, words in enumerate(summary.questions, 1)
        for block in (Line(f"{number}.", apart(words)), Rules("Answer:", 1))
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
    if summary.anxiety:
        *earlier, last = summary.anxiety
        lines.append(
            Line(f"My GAD-7 score was {last.total} of 21", f"on {day(last.on)}. The form calls this “{last.band}”.")
        )
        lines += [
            Line("", f"Since the form before ({one.total} on {day(one.on)}): {change(last, one)}. Lower is better.")
            for one in earlier
        ]
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


def _my_procedure(procedure: ProcedureLine) -> Group:
    return _about(
        procedure,
        ("When:", procedure.when),
        *_if_told(
            ("What for:", procedure.purpose),
            ("How many:", procedure.sessions),
            ("Did it help:", procedure.helped),
            ("Why it stopped:", procedure.why_stopped),
            ("What I noticed:", procedure.side_effects),
        ),
    )


def _if_told(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(what, words) for what, words in facts if words.strip()]


def _about(medicine: MedicineLine | ProcedureLine, *facts: tuple[str, str]) -> Group:
    told = (Line("", f"{what} {apart(words.strip() or 'not written down')}") for what, words in facts)
    return Group((Line(medicine.name, ""), *told))


def _plain(words: str) -> tuple[Block, ...]:
    return (Line("", words),)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
