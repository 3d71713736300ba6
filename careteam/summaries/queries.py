"""Composed pictures: the shared dashboard and the visit summary. Each is rows the rooms disclosed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from careteam.accounts.models import Patient, age_on
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.audit.queries import looked_before
from careteam.audit.services import record_visit
from careteam.checkins import queries as checkins
from careteam.checkins.pictures import CheckInView, EventView
from careteam.conditions import queries as conditions
from careteam.conditions.queries import ConditionView
from careteam.goals import queries as goals
from careteam.goals.queries import GoalView
from careteam.measures import queries as measures
from careteam.measures.instruments import gad7
from careteam.measures.pictures import Latest, Point
from careteam.notes import queries as notes
from careteam.notes.queries import NoteView
from careteam.procedures import queries as procedures
from careteam.procedures.pictures import LevelView, ProcedureView
from careteam.sharing import queries as sharing
from careteam.sharing.errors import Invalid
from careteam.sharing.pictures import RecordView, Sight
from careteam.sharing.queries import MemberView
from careteam.sharing.records import ALL, Page
from careteam.summaries.beginnings import BASELINE_RULE, anchor
from careteam.summaries.corrections import Waiting, waiting
from careteam.summaries.ledger import ledger
from careteam.summaries.ledger_pictures import LedgerPicture
from careteam.summaries.pictures import (
    ConditionLine,
    GoalLine,
    Item9Line,
    LevelLine,
    MedicineLine,
    NoteLine,
    ProcedureLine,
    ScoreLine,
    SinceLine,
    TakenLine,
    TriedLine,
    TriedLines,
    VisitLine,
    VisitSummary,
)
from careteam.summaries.reminders import Reminder, reminders
from careteam.summaries.since import SinceVisit, changed, since_visit
from careteam.summaries.timeline import timeline
from careteam.summaries.timeline_pictures import Span
from careteam.treatments import queries as treatments
from careteam.treatments.queries import MedicineView
from careteam.visits import queries as visits
from careteam.visits.moments import clock
from careteam.visits.pictures import CallView, PlanView, QuestionView, VisitView

NOTES_SHOWN = 5
LEVELS_SHOWN = 3
LEVELS_PRINTED = 6
CONDITIONS_SHOWN = 20
EVENTS_SHOWN = 5
EVENT_DAYS = timedelta(days=90)
YEARS_MOST = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a chart is about."""

    patient: UUID
    name: str
    birth_date: date
    age: int

    @property
    def called(self) -> str:
        """The first word of the name, for sentences that speak to or of this person."""
        return self.name.split()[0] if self.name.split() else self.name


@dataclass(frozen=True, slots=True)
class Visits:
    """What the overview says of visits: the next one, one that waits for what was decided, open questions and calls.

    `to_decide` is for the patient alone.
    """

    next: VisitView | None
    to_decide: VisitView | None
    questions: tuple[QuestionView, ...]
    plans: tuple[PlanView, ...]
    calls: tuple[CallView, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The shared dashboard: one picture for the patient and for each clinician, each with what she may see.

    `new` holds the ids of what others wrote or changed after `since`, the start of the viewer's visit before this one
    (None: she never looked before). `reminders` and `corrections`, which wait for an answer, are the patient's alone.
    """

    who: Identity
    mine: bool
    score: Latest | None
    medicines: tuple[MedicineView, ...]
    procedures: tuple[ProcedureView, ...]
    levels: tuple[LevelView, ...]
    conditions: tuple[ConditionView, ...]
    goals: tuple[GoalView, ...]
    check_ins: tuple[CheckInView, ...]
    events: tuple[EventView, ...]
    notes: tuple[NoteView, ...]
    more_notes: bool
    visits: Visits
    reminders: tuple[Reminder, ...]
    corrections: tuple[Waiting, ...]
    since_visit: SinceVisit | None
    team: tuple[MemberView, ...]
    since: datetime | None
    new: frozenset[UUID]


def identity(viewer: Viewer, patient: UUID) -> Identity:
    """Name and age of somebody whose chart is open to the viewer; raises NotFound."""
    sharing.must_be_open(viewer, patient)
    row = Patient.objects.select_related("user").get(pk=patient)
    return Identity(patient, row.user.name, row.birth_date, age_on(row.birth_date, viewer.today))


def overview(viewer: Viewer, patient: UUID) -> Overview:
    """Everything about one patient that this viewer may see, answer first. Opening it is a visit, written down."""
    who = identity(viewer, patient)
    now = database_now()
    since = looked_before(viewer, patient, now)
    record_visit(viewer, patient)
    seen = sharing.sight(viewer, patient)
    listed = notes.progress_notes(viewer, patient, purpose=Purpose.OVERVIEW, page=Page(NOTES_SHOWN), sight=seen)
    score = measures.latest(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen, anchor=anchor(viewer, patient))
    found = Overview(
        who=who,
        mine=viewer.patient == patient,
        score=score,
        medicines=treatments.current_medicines(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        procedures=procedures.current_procedures(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        levels=_levels(viewer, patient, Purpose.OVERVIEW, LEVELS_SHOWN, seen),
        conditions=_conditions(viewer, patient, Purpose.OVERVIEW, seen),
        goals=_open_goals(viewer, patient, Purpose.OVERVIEW, seen),
        check_ins=checkins.recent(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        events=_newest_events(viewer, patient, seen),
        notes=tuple(note for note in listed.items if note.withdrawn_at is None),
        more_notes=bool(listed.next),
        visits=_visits(viewer, patient, seen),
        reminders=reminders(viewer) if viewer.patient == patient else (),
        corrections=waiting(viewer) if viewer.patient == patient else (),
        since_visit=since_visit(viewer, patient, score, purpose=Purpose.OVERVIEW),
        team=sharing.care_team(viewer, patient),
        since=viewer.local(since) if since else None,
        new=frozenset(),
    )
    return replace(found, new=_new(found, since))


def _visits(viewer: Viewer, patient: UUID, seen: Sight) -> Visits:
    mine = viewer.patient == patient
    return Visits(
        next=visits.next_visit(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        to_decide=visits.visit_to_decide(viewer, sight=seen) if mine else None,
        questions=visits.open_questions(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        plans=visits.live_plans(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
        calls=visits.open_calls(viewer, patient, purpose=Purpose.OVERVIEW, sight=seen),
    )


def _new(found: Overview, since: datetime | None) -> frozenset[UUID]:
    if since is None:
        return frozenset()
    shown: list[RecordView] = [
        *found.medicines,
        *found.procedures,
        *found.levels,
        *found.conditions,
        *found.goals,
        *found.check_ins,
        *found.events,
        *found.notes,
    ]
    shown += [*found.visits.questions, *found.visits.plans, *found.visits.calls]
    shown += [found.visits.next] if found.visits.next else []
    new = {one.id for one in shown if not one.mine and (one.changed_at or one.recorded_at) > since}
    new |= {one.correction.id for one in found.corrections if one.correction.at > since}
    if found.score and found.score.newest and not found.mine and found.score.newest.at > since:
        new.add(found.score.newest.id)
    return frozenset(new)


def _open_goals(viewer: Viewer, patient: UUID, purpose: Purpose, seen: Sight | None = None) -> tuple[GoalView, ...]:
    return goals.goals(viewer, patient, purpose=purpose, page=Page(100), sight=seen, open_only=True).items


def _levels(
    viewer: Viewer, patient: UUID, purpose: Purpose, most: int, seen: Sight | None = None
) -> tuple[LevelView, ...]:
    """The last measured."""
    return procedures.levels(viewer, patient, purpose=purpose, page=Page(most), sight=seen, standing=True).items


def _conditions(
    viewer: Viewer, patient: UUID, purpose: Purpose, seen: Sight | None = None
) -> tuple[ConditionView, ...]:
    """Where the current episode is one of, first."""
    page = Page(CONDITIONS_SHOWN)
    found = conditions.conditions(viewer, patient, purpose=purpose, page=page, sight=seen, standing=True).items
    return tuple(sorted(found, key=lambda one: not one.holds_episode))


def _newest_events(viewer: Viewer, patient: UUID, seen: Sight) -> tuple[EventView, ...]:
    """What happened in about three months, or is to come."""
    since, page = viewer.today - EVENT_DAYS, Page(EVENTS_SHOWN)
    found = checkins.events(viewer, patient, purpose=Purpose.OVERVIEW, page=page, since=since, sight=seen).items
    return tuple(event for event in found if event.withdrawn_at is None)


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many entries that the viewer may see are new since then, over all rooms."""
    total: dict[UUID, int] = {}
    for room in (goals, notes, measures, checkins, treatments, procedures, conditions, visits):
        for patient, count in room.newer(viewer, since).items():
            total[patient] = total.get(patient, 0) + count
    return total


# -- The visit summary -------------------------------------------------------------------------------------------------
def visit_summary(
    viewer: Viewer,
    patient: UUID,
    start: date,
    end: date,
    *,
    recipient: UUID | None = None,
    with_only_me: bool = False,
    purpose: Purpose = Purpose.READ,
) -> VisitSummary:
    """The picture of a visit, from `start` to `end`, both inclusive, with exactly what its reader may see.

    A clinician's is hers. A patient's own leaves out what only she sees unless `with_only_me`; made for a member of
    her team (`recipient`), it holds what that member may see, in the clinician's order. Raises Invalid for the period.
    """
    if end < start:
        raise Invalid(end="The end is before the start. Please check both.")
    if end > viewer.today:
        raise Invalid(end="This date is in the future.")
    if (end - start).days > YEARS_MOST * 366:
        raise Invalid(start=f"A summary covers {YEARS_MOST} years at most.")
    who = identity(viewer, patient)
    reader = viewer
    for_whom = ""
    if viewer.patient == patient:
        reader = replace(viewer, shared_only=not with_only_me)
        if recipient is not None:
            reader = replace(sharing.reader(viewer, recipient), zone=viewer.zone)
            purpose, for_whom = Purpose.PREVIEW, reader.name
    elif recipient is not None:
        raise Invalid(recipient="You can make this paper for yourself alone.")
    latest = measures.latest(reader, patient, purpose=purpose, anchor=anchor(reader, patient))
    medicines = treatments.taken_medicines(reader, patient, purpose=purpose)
    worry = measures.recent_for(reader, [patient], 2, purpose=purpose, questionnaire=gad7.NAME).get(patient, ())
    since = since_visit(reader, patient, latest, purpose=purpose)
    coming = visits.next_visit(reader, patient, purpose=purpose)
    courses = procedures.procedures(reader, patient, purpose=purpose, page=ALL, standing=True).items
    tried = None if reader.patient == patient else _tried(ledger(reader, patient, purpose=purpose))
    return VisitSummary(
        audience="patient" if reader.patient == patient else "clinician",
        patient_name=who.name,
        birth_date=who.birth_date,
        age=who.age,
        start=start,
        end=end,
        recipient=for_whom,
        made_by=viewer.name,
        made_at=viewer.local(database_now()),
        zone=viewer.zone,
        item9=_item9(latest),
        now=_score(latest.newest) if latest and latest.newest else None,
        previous=_score(latest.previous) if latest and latest.previous else None,
        baseline=_score(latest.baseline) if latest and latest.baseline else None,
        scores=tuple(
            ScoreLine(point.total, point.band, point.on)
            for point in measures.trend(reader, patient, purpose=purpose, since=start, until=end)
        ),
        incomplete_forms=measures.incomplete(reader, patient, start, end, purpose=purpose),
        medicines_now=tuple(_medicine(one) for one in medicines if one.current),
        taken=_taken(reader, patient, None if end == viewer.today else end, purpose),
        medicines_before=tuple(_medicine(one) for one in medicines if not one.current),
        procedures=tuple(map(_procedure, courses)),
        levels=tuple(map(_level, _levels(reader, patient, purpose, LEVELS_PRINTED))),
        conditions=tuple(map(_condition, _conditions(reader, patient, purpose))),
        # Told since the last visit, or in the summary's days; what is not printed is not disclosed.
        changes=() if since else changed(reader, patient, start, end, purpose),
        goals=tuple(_goal(goal) for goal in _open_goals(reader, patient, purpose)),
        notes=tuple(
            _note(note)
            for note in notes.progress_notes(reader, patient, purpose=purpose, page=ALL, since=start, until=end).items
            if note.withdrawn_at is None
        ),
        sources=(
            "PHQ-9: Kroenke, Spitzer and Williams 2001. Bands 5, 10, 15, 20.",
            "A change of 5 points or more is the smallest worth noting (Löwe 2004).",
            BASELINE_RULE,
            *(("GAD-7: Spitzer, Kroenke, Williams and Löwe 2006. Bands 5, 10, 15.",) if worry else ()),
            *((tried.versions,) if tried else ()),
        ),
        questions=tuple(one.words for one in visits.open_questions(reader, patient, purpose=purpose)),
        since_visit=SinceLine(since.on, since.with_name, since.lines) if since else None,
        decided=tuple(_visit(one) for one in visits.decided(reader, patient, start, end, purpose=purpose)),
        next_visit=_visit(coming) if coming else None,
        timeline=timeline(reader, patient, Span.TWO_YEARS, purpose=purpose),
        anxiety=tuple(map(_score, worry)),
        tried=tried,
    )


def downloaded_summary(
    viewer: Viewer,
    patient: UUID,
    start: date,
    end: date,
    *,
    recipient: UUID | None = None,
    with_only_me: bool = False,
) -> VisitSummary:
    """The same picture for a file: a snapshot that cannot be called back, told in the log as a download."""
    return visit_summary(
        viewer, patient, start, end, recipient=recipient, with_only_me=with_only_me, purpose=Purpose.EXPORT
    )


def _score(point: Point) -> ScoreLine:
    return ScoreLine(point.total, point.band, point.on)


def _item9(latest: Latest | None) -> Item9Line | None:
    return Item9Line(latest.item9.words, latest.item9.value, latest.item9.on) if latest else None


def _medicine(one: MedicineView) -> MedicineLine:
    why = ". ".join(part for part in (one.stop_reason_words, one.stopped_why) if part)
    return MedicineLine(one.name, one.dose, one.when, one.purpose, one.helped_words, why, one.side_effects)


def _tried(found: LedgerPicture) -> TriedLines | None:
    """The trials as they are printed; None where no medicine is shown."""
    if not found.trials:
        return None
    return TriedLines(
        count=found.current.words if found.current else found.no_episode,
        trials=tuple(
            TriedLine(one.title, one.dose, one.when, f"{one.chip}. {one.why}", one.outcome_words)
            for one in found.trials
        ),
        sentence=found.sentence,
        unverified=found.unverified,
        versions=f"What was tried: rule {found.rule}, table {found.table}.",
    )


def _procedure(one: ProcedureView) -> ProcedureLine:
    why = ". ".join(part for part in (one.stop_reason_words, one.stopped_why) if part)
    return ProcedureLine(one.title, one.when, one.sessions_words, one.purpose, one.helped_words, why, one.side_effects)


def _level(one: LevelView) -> LevelLine:
    return LevelLine(one.substance, f"{one.value} {one.unit}", one.when, one.after_dose, one.words)


def _condition(one: ConditionView) -> ConditionLine:
    return ConditionLine(one.name, one.status_words, one.when, one.episode, one.stated_by)


def _taken(reader: Viewer, patient: UUID, until: date | None, purpose: Purpose) -> TakenLine | None:
    found = checkins.taken_as_planned(reader, patient, until=until, purpose=purpose)
    return TakenLine(found.planned, found.answered, found.days, found.last) if found else None


def _goal(goal: GoalView) -> GoalLine:
    steps = tuple((step.text, step.done) for step in goal.steps)
    return GoalLine(goal.words, goal.status_words, goal.achievement_words, steps, goal.target_words)


def _visit(visit: VisitView) -> VisitLine:
    at = visit.effective_at
    when = f"{at:%A} {at.day} {at:%B} {at.year}, {clock(at)} ({visit.clock_of})"
    return VisitLine(at.date(), when, visit.with_name, visit.decisions)


def _note(note: NoteView) -> NoteLine:
    below = tuple((reply.author_name, reply.kind_words, reply.text) for reply in note.replies if not reply.withdrawn_at)
    text = note.text if not note.error_reason else f"Marked as written in error: {note.error_reason}\n\n{note.text}"
    return NoteLine(note.title, note.author_name, note.effective_at.date(), text, below)
