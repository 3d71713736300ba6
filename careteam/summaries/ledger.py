"""What was tried, of one patient for one viewer: the rooms read it, the pure ledger judges it, and the log is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.audit.services import disclosure, is_silent, record_disclosures
from careteam.conditions import queries as conditions
from careteam.conditions.queries import CurrentEpisode
from careteam.procedures.codes import What
from careteam.procedures.tried import Given, Measured, given, measured
from careteam.sharing.codes import NONE_SHARED, Category
from careteam.sharing.partial import MONTHS
from careteam.sharing.queries import must_be_open
from careteam.summaries.ledger_pictures import (
    AsideLine,
    BesideLine,
    CountLine,
    EntryLine,
    JudgeLine,
    LedgerPicture,
    MaybeLine,
    TrialLine,
    TwiceLine,
)
from careteam.summaries.models import Chosen
from careteam.treatments import trial_words as words
from careteam.treatments.counts import NO_EPISODE, Count, reached
from careteam.treatments.dose_table import NOT_SIGNED, by_ingredient, unsigned
from careteam.treatments.doses import when_words
from careteam.treatments.entries import Aside
from careteam.treatments.history import History, Tried, beside, history
from careteam.treatments.judging import JudgeDay
from careteam.treatments.ledger import Ledger
from careteam.treatments.ledger import ledger as judge
from careteam.treatments.medicine_names import recognized, suggestions
from careteam.treatments.queries import MedicineView
from careteam.treatments.runs import ordinals
from careteam.treatments.staging import Severity, Staging, maudsley, months_of
from careteam.treatments.taking import TakenView
from careteam.treatments.trials import Trial
from careteam.treatments.tried import SENTENCE, Answer, Episode, Level, NotJudged, Sessions

NONE_OF_ONES_OWN = "No medicine is written down yet."
FULL_WEEK = 7
ANSWERS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Read:
    """Everything the ledger is worked out from, and the ledger."""

    history: History
    given: tuple[Given, ...]
    episode: CurrentEpisode | None
    ledger: Ledger


def ledger(viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ) -> LedgerPicture:
    """Every trial judged, from what this viewer may see and nothing else; the same few statements however many.

    Told to the log: the medicines, the esketamine and the levels that were used, and the condition that holds the
    current episode. A stranger raises NotFound.
    """
    return _picture(viewer, patient, _read(viewer, patient, purpose))


def _read(viewer: Viewer, patient: UUID, purpose: Purpose) -> Read:
    must_be_open(viewer, patient)
    told = history(viewer, patient, purpose=purpose)
    courses = given(viewer, patient)
    levels = [one for one in measured(viewer, patient) if _says_something(one)]
    episode = conditions.current_episode(viewer, patient, purpose=purpose)
    found = judge(
        [one.medicine for one in told.tried],
        [_sessions(one) for one in courses if one.code == What.ESKETAMINE],
        [_level(one) for one in levels],
        Episode(episode.start, str(episode.condition), episode.version) if episode else None,
        today=told.today,
    )
    used = {id_ for trial in found.trials for id_ in (one.id for one in trial.basis.inputs)}
    shown = {one.id: one.version for one in courses} | {one.id: one.version for one in levels}
    _tell(viewer, patient, purpose, ((id_, version) for id_, version in shown.items() if str(id_) in used))
    return Read(told, courses, episode, found)


def _tell(viewer: Viewer, patient: UUID, purpose: Purpose, shown: Iterable[tuple[UUID, int]]) -> None:
    records = sorted(shown)
    if records and not is_silent(viewer, purpose) and viewer.patient != patient:
        record_disclosures([disclosure(viewer, purpose, patient, Category.TREATMENTS, records)])


def _says_something(level: Measured) -> bool:
    row = by_ingredient().get(recognized(level.substance), ())
    return bool(row and row[0].level_unit)


def _sessions(one: Given) -> Sessions:
    return Sessions(
        id=str(one.id),
        name=one.name,
        dates=one.sessions,
        count=one.count,
        start=one.start,
        end=one.end,
        ongoing=one.current,
        answer=Answer(helped=one.helped, stop_reason=one.stop_reason),
        version=one.version,
        changed_on=one.changed_on,
    )


def _level(one: Measured) -> Level:
    return Level(
        id=str(one.id),
        substance=one.substance,
        value=Decimal(one.value),
        unit=one.unit,
        on=one.on,
        hours=Decimal(one.hours) if one.hours else None,
        version=one.version,
    )


# -- The picture -------------------------------------------------------------------------------------------------------
def _picture(viewer: Viewer, patient: UUID, read: Read) -> LedgerPicture:
    mine = viewer.patient == patient
    found = read.ledger
    tried = {str(one.id): one for one in read.history.tried}
    courses = {str(one.id): one for one in read.given}
    start = read.episode.start if read.episode else None
    return LedgerPicture(
        trials=tuple(_trial(trial, tried, courses) for trial in found.trials),
        aside=tuple(_aside(one, tried[one.medicine.id], mine=mine) for one in found.aside),
        twice=tuple(TwiceLine(one.ingredient, UUID(one.kept), UUID(one.other)) for one in found.twice),
        current=_count(found.counts.current),
        ever=_told(found.counts.ever),
        atrq_current=_count(found.counts.atrq_current),
        atrq_ever=_told(found.counts.atrq_ever),
        episode=f"since {start.words}" if start else "",
        no_episode="" if start else NO_EPISODE if mine else NONE_SHARED,
        none=NONE_OF_ONES_OWN if mine else NONE_SHARED,
        sentence=SENTENCE,
        unverified=NOT_SIGNED if unsigned() else "",
        rule=found.rule,
        table=found.table,
        today=found.today,
    )


def _trial(trial: Trial, tried: dict[str, Tried], courses: dict[str, Given]) -> TrialLine:
    inputs = {one.id: one for one in trial.basis.inputs}
    return TrialLine(
        key=trial.key,
        ingredient=trial.ingredient,
        title=words.title(trial),
        chip=words.chip(trial),
        adequacy=trial.adequacy.value,
        why=words.why(trial),
        settled_by=words.settled_by(trial),
        standards=words.standards_words(trial),
        outcome=trial.outcome.value,
        outcome_words=words.outcome_said(trial),
        stopped=words.stopped_words(trial),
        when=when_words(trial.start, trial.end, "active" if trial.ongoing else "stopped"),
        dose=trial.dose,
        ongoing=trial.ongoing,
        added=trial.augments,
        notes=words.notes(trial),
        changed_on=tuple(_day(on) for on in trial.changed_on),
        entries=tuple(
            _entry(tried[id_], inputs[id_].words) if id_ in tried else _course(courses[id_], inputs[id_].words)
            for id_ in trial.entries
        ),
        used=tuple(one.words for one in trial.basis.inputs),
    )


def _entry(one: Tried, said: str) -> EntryLine:
    return EntryLine(
        id=one.id,
        version=one.version,
        kind="medicine",
        name=one.medicine.name,
        words=said,
        current=one.current,
        taken=_taken(one.taken),
        side_effects=one.side_effects,
        stopped_why=one.stopped_why,
        judge=_judge(one.judge),
        see=one.see,
    )


def _course(one: Given, said: str) -> EntryLine:
    return EntryLine(one.id, one.version, "procedure", one.name, said, one.current, "", "", "", None, None)


def _judge(one: JudgeDay) -> JudgeLine:
    said = _day(one.on.isoformat()) if one.on else ""
    return JudgeLine(one.on, said, one.agreed_by, one.agreed, one.may_agree, one.reached)


def _taken(answers: tuple[TakenView, ...]) -> str:
    """The last answer: `6 of 7 days, up to 3 March 2026`."""
    if not answers:
        return ""
    last = answers[-1]
    return f"{last.days} of {FULL_WEEK} days, up to {_day(last.on.isoformat())}"


def _aside(one: Aside, tried: Tried, *, mine: bool) -> AsideLine:
    asks = mine and one.why == NotJudged.NO_MATCH
    return AsideLine(
        tried.id,
        tried.version,
        tried.medicine.name,
        one.why.value,
        words.aside_words(one.why, one.ingredient),
        _maybe(tried.medicine.name) if asks else (),
    )


def _count(count: Count | None) -> CountLine | None:
    return _told(count) if count else None


def _told(count: Count) -> CountLine:
    return CountLine(count.number, count.of, count.names, count.open, count.notes, count.words)


def _day(iso: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{day} {MONTHS[month - 1]} {year}"


def medicine_beside(viewer: Viewer, shown: MedicineView) -> BesideLine:
    """What stands beside one medicine on its own page; three statements."""
    found = beside(viewer, shown.id)
    known = shown.ingredient or recognized(shown.name)
    return BesideLine(
        _judge(found.judge),
        tuple(_taken((one,)) for one in reversed(found.taken[-ANSWERS_SHOWN:])),
        () if known else _maybe(shown.name),
        known,
    )


def _maybe(name: str) -> tuple[MaybeLine, ...]:
    return tuple(MaybeLine(one.ingredient, one.words) for one in suggestions(name))


# -- Staging, for clinicians who switched it on ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StagingPicture:
    """The staging with its parts, or what is missing. `augmented` and `ect` are what the records say, None: nothing."""

    staging: Staging
    augmented: bool | None
    ect: bool | None


def shows_staging(viewer: Viewer) -> bool:
    """Whether this clinician switched staging on for the pages she opens; nobody sees it through her eyes."""
    return (
        viewer.is_clinician and not viewer.preview and Chosen.objects.filter(user_id=viewer.user, staging=True).exists()
    )


def staging(
    viewer: Viewer,
    patient: UUID,
    *,
    severity: Severity | None = None,
    augmented: bool | None = None,
    ect: bool | None = None,
    purpose: Purpose = Purpose.READ,
) -> StagingPicture | None:
    """The Maudsley staging from what this clinician may see and what she enters; None unless she switched it on.

    What the records say stands; she is asked for what they do not say. Nothing of it is stored.
    """
    if not shows_staging(viewer):
        return None
    read = _read(viewer, patient, purpose)
    start = read.episode.start if read.episode else None
    began = ordinals(start) if start else None
    added = began and any(trial.augments and trial.base and reached(trial, began) for trial in read.ledger.trials)
    known_ect = began and any(_since(one, began) for one in read.given if one.code == What.ECT)
    if known_ect:
        _tell(viewer, patient, purpose, ((one.id, one.version) for one in read.given if one.code == What.ECT))
    current = read.ledger.counts.current
    return StagingPicture(
        maudsley(
            months=months_of(start, read.history.today),
            severity=severity,
            failed=current.number if current else None,
            augmented=True if added else augmented,
            ect=True if known_ect else ect,
        ),
        True if added else None,
        True if known_ect else None,
    )


def _since(one: Given, began: tuple[int, int]) -> bool:
    """Whether a treatment certainly reached into the episode."""
    days = [date_.earliest.toordinal() for date_ in one.sessions]
    last = one.end.earliest.toordinal() if one.end else max(days, default=0)
    return one.current or last >= began[1]
