"""Reading questionnaires: whole forms, where somebody stands, and a caseload's scores in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, Value

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.measures.baseline import Anchor, baseline
from careteam.measures.instruments import gad7, phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS
from careteam.measures.models import QuestionnaireResponse, ReminderPause, Status
from careteam.measures.pictures import (
    Before,
    CaseloadScore,
    FormLine,
    Given,
    Latest,
    MeasureVersion,
    MeasureView,
    Point,
    Sent,
    WillSee,
    items_of,
)
from careteam.measures.standing import candidates, marked, point, score_of
from careteam.sharing import queries as sharing
from careteam.sharing.codes import Audience
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordLine, Sight, cursor_of, head, line, see_line, who_can_see
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Page, disclosed, versions

NOWHERE = Anchor()
DRAWN = (phq9.NAME, gad7.NAME)


def open_response(viewer: Viewer, questionnaire: str = phq9.NAME, *, sight: Sight | None = None) -> MeasureView | None:
    """The viewer's own form in progress, if there is one; raises NotFound for somebody who keeps no record."""
    return open_responses(viewer, sight=sight).get(questionnaire)


def open_responses(viewer: Viewer, *, sight: Sight | None = None) -> dict[str, MeasureView]:
    """The viewer's own forms in progress by questionnaire, at most one of each; raises NotFound like the one."""
    if viewer.patient is None:
        raise NotFound
    rows = QuestionnaireResponse.objects.about(viewer.patient).filter(status=Status.IN_PROGRESS)
    found = _views(rows.disclose_to(viewer, purpose=Purpose.CHECK), viewer, viewer.patient, sight)
    return {one.questionnaire: one for one in found}


def who_will_see(viewer: Viewer, questionnaire: str = phq9.NAME) -> WillSee:
    """Who will see the viewer's form in progress (or the next one) once she sends it, as sharing stands now."""
    seen = sharing.sight(viewer, viewer.user)
    view = open_response(viewer, questionnaire, sight=seen)
    audience, labels, named = (view.audience, view.labels, view.named) if view else (Audience.CATEGORY, (), ())
    unpaused = replace(seen, paused=False)
    people = who_can_see(unpaused, QuestionnaireResponse.category, labels, audience, frozenset(named))
    names = tuple(member.name for member in people)
    return WillSee(
        names=() if seen.paused else names,
        after_pause=names if seen.paused else (),
        ordinary=audience == Audience.CATEGORY and not labels,
    )


def measures(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    page: Page = FIRST,
    since: date | None = None,
    until: date | None = None,
    sight: Sight | None = None,
) -> Paged[MeasureView]:
    """Sent forms of every questionnaire, newest first, incomplete ones and both of one day included."""
    must_be_open(viewer, patient)
    rows = _sent([patient]).between(viewer, since, until).disclose_to(viewer, purpose=purpose, page=page)
    return Paged(_views(rows, viewer, patient, sight), cursor_of(rows))


def measure(viewer: Viewer, patient: UUID, response: UUID, *, purpose: Purpose = Purpose.READ) -> MeasureView:
    """One sent form with all its answers; raises NotFound when it is absent, hidden, unsent or of somebody else."""
    must_be_open(viewer, patient)
    rows = _sent([patient]).filter(pk=response).disclose_to(viewer, purpose=purpose)
    if not rows:
        raise NotFound
    return _views(rows, viewer, patient, None)[0]


def before(viewer: Viewer, form: MeasureView, *, purpose: Purpose = Purpose.READ) -> Before | None:
    """The completed form of the same questionnaire that came before this one, as far as this viewer may see one."""
    must_be_open(viewer, form.patient)
    earlier = Q(effective_at__lt=form.effective_at) | Q(effective_at=form.effective_at, id__lt=form.id)
    rows = _sent([form.patient]).filter(earlier, questionnaire=form.questionnaire, total__isnull=False)
    found = list(rows.filter(withdrawn_at=None).visible_to(viewer).order_by("-effective_at", "-id")[:1])
    disclosed(found, viewer, purpose)
    return next(
        (
            Before(row.id, viewer.local(row.effective_at), _words(row), row.total, items_of(row.given, form.of))
            for row in found
        ),
        None,
    )


def measure_versions(viewer: Viewer, patient: UUID, response: UUID) -> tuple[MeasureVersion, ...]:
    """What a form said before each correction, newest first, for the patient alone."""
    if viewer.patient != patient:
        raise NotFound
    found = []
    for old in versions(viewer, response):
        of = INSTRUMENTS[old.content["questionnaire"]]
        answers = {int(item): value for item, value in old.content["answers"].items()}
        words = of.score(answers).words
        found.append(MeasureVersion(old.version, words, items_of(answers, of), viewer.local(old.until), old.why))
    return tuple(found)


def latest(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    sight: Sight | None = None,
    anchor: Anchor = NOWHERE,
) -> Latest | None:
    """Where the patient stands by the PHQ-9; None when the viewer may see no sent one. The log names what it rests on.

    Whoever tells the baseline says beside what it is looked for (`anchor`).
    """
    must_be_open(viewer, patient)
    rows = candidates(viewer, [patient], {patient: anchor})
    if not rows:
        return None
    score, told = score_of(rows, viewer, anchor)
    disclosed(told, viewer, purpose)
    rows.sort(key=lambda row: (row.whole, row.effective_at, row.id))
    shown = rows[-1]  # the newest completed form, else the newest of all
    shared = context(viewer, patient, [shown.id], sight)
    named = shared.named.get(shown.id, frozenset())
    return Latest(**score, see=see_line(shown, viewer, shared.sight, named, shared.patient_name))


def latest_for(
    viewer: Viewer,
    patients: Collection[UUID],
    *,
    purpose: Purpose = Purpose.CASELOAD,
    before: datetime | None = None,
    anchors: Mapping[UUID, Anchor] | None = None,
) -> dict[UUID, CaseloadScore]:
    """Where each of these patients stands, in two statements however many they are (the second is the log).

    With `before`, where they stood then, by what this viewer may see now. Whoever shows this viewer no PHQ-9 is not in
    the answer, whatever the reason. `anchors` as in `latest`.
    """
    if not patients:
        return {}
    beside = {patient: (anchors or {}).get(patient, NOWHERE) for patient in patients}
    by_patient: dict[UUID, list[Any]] = defaultdict(list)
    for row in candidates(viewer, patients, beside, before):
        by_patient[row.patient_id].append(row)
    scores = {patient: score_of(rows, viewer, beside[patient]) for patient, rows in by_patient.items()}
    disclosed([row for _, told in scores.values() for row in told], viewer, purpose)
    return {patient: CaseloadScore(**score) for patient, (score, _) in scores.items()}


def recent_for(
    viewer: Viewer,
    patients: Collection[UUID],
    most: int = 8,
    *,
    purpose: Purpose = Purpose.CASELOAD,
    questionnaire: str = phq9.NAME,
) -> dict[UUID, tuple[Point, ...]]:
    """The last completed forms of each of these patients, one a day, oldest first: one statement, one for the log."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in marked(viewer, patients, questionnaire=questionnaire).filter(whole=True, of_day=1, days_back__lte=most):
        found[row.patient_id].append(row)
    disclosed([row for rows in found.values() for row in rows], viewer, purpose)
    return {
        patient: tuple(point(row, viewer) for row in sorted(rows, key=lambda row: (row.effective_at, row.id)))
        for patient, rows in found.items()
    }


def trend(
    viewer: Viewer,
    patient: UUID,
    *,
    purpose: Purpose = Purpose.READ,
    since: date | None = None,
    until: date | None = None,
) -> tuple[Point, ...]:
    """Completed forms as a chart draws them, oldest first: one for each local day, the day's last."""
    must_be_open(viewer, patient)
    found = marked(viewer, [patient]).between(viewer, since, until).filter(whole=True, of_day=1)
    rows = sorted(found, key=lambda row: (row.effective_at, row.id))
    disclosed(rows, viewer, purpose)
    return tuple(point(row, viewer) for row in rows)


def given(viewer: Viewer, patient: UUID, anchor: Anchor = NOWHERE) -> tuple[tuple[Given, ...], Given | None]:
    """All sent PHQ-9s and GAD-7s that the viewer may see, oldest first, for a drawing; and the baseline.

    It is what it is in `latest`: of its day the last completed PHQ-9. Whoever draws one of these discloses it.
    """
    rows = _sent([patient]).visible_to(viewer).filter(questionnaire__in=DRAWN, withdrawn_at=None)
    columns = ("id", "version", "questionnaire", "total", "item9", "effective_at")
    found = tuple(
        Given(record, version, of, total, item9, viewer.local(at).date())
        for record, version, of, total, item9, at in rows.order_by("effective_at", "id").values_list(*columns)
    )
    last_of_day = {one.on: one for one in found if one.questionnaire == phq9.NAME and one.total is not None}
    return found, baseline([last_of_day[on] for on in sorted(last_of_day)], anchor)


def incomplete(viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ) -> int:
    """How many forms of these days were sent with questions left blank; the log names them like any that are shown."""
    must_be_open(viewer, patient)
    rows = list(marked(viewer, [patient]).between(viewer, since, until).filter(whole=False))
    disclosed(rows, viewer, purpose)
    return len(rows)


def forms(viewer: Viewer, start: datetime, end: datetime) -> tuple[FormLine, ...]:
    """The viewer's own forms sent from `start` until before `end`, oldest first."""
    if viewer.patient is None:
        raise NotFound
    sent = _sent([viewer.patient]).visible_to(viewer).filter(withdrawn_at=None)
    done = sent.filter(effective_at__gte=start, effective_at__lt=end).order_by("effective_at", "id")
    return tuple(
        FormLine(
            row.id,
            row.questionnaire,
            INSTRUMENTS[row.questionnaire].short,
            viewer.local(row.effective_at).date(),
            _words(row),
        )
        for row in done
    )


def sent_for(
    viewer: Viewer, patients: Collection[UUID], *, before: datetime | None = None
) -> dict[tuple[UUID, str], Sent]:
    """When each of these patients last sent each questionnaire, whole or not, as far as this viewer may see.

    One statement. With `before`, the last by then, and whether it was sent again since. Whoever tells one of these days
    discloses it.
    """
    rows = _sent(patients).visible_to(viewer).filter(withdrawn_at=None).order_by()
    last = Max("effective_at", filter=Q(effective_at__lt=before)) if before else Max("effective_at")
    later = Count("id", filter=Q(effective_at__gte=before)) if before else Value(0)
    found = rows.values("patient_id", "questionnaire").annotate(last=last, later=later)
    return {
        (patient, of): Sent(at, bool(since))
        for patient, of, at, since in found.values_list("patient_id", "questionnaire", "last", "later")
    }


def paused_reminders(viewer: Viewer) -> dict[str, date | None]:
    """Of which questionnaires the viewer wants no reminder now: until the end of a day, or (None) until she resumes."""
    if viewer.patient is None:
        raise NotFound
    rows = ReminderPause.objects.filter(Q(until=None) | Q(until__gte=viewer.today), patient_id=viewer.patient)
    return dict(rows.values_list("questionnaire", "until"))


def standing_at(viewer: Viewer, patient: UUID, at: datetime, *, purpose: Purpose = Purpose.READ) -> Point | None:
    """The last completed PHQ-9 that was sent by that instant."""
    must_be_open(viewer, patient)
    rows = _sent([patient]).filter(questionnaire=phq9.NAME, effective_at__lte=at, total__isnull=False)
    found = list(
        rows.filter(withdrawn_at=None).visible_to(viewer).select_related("author").order_by("-effective_at", "-id")[:1]
    )
    disclosed(found, viewer, purpose)
    return point(found[0], viewer) if found else None


def references(viewer: Viewer, patients: Collection[UUID], since: date, until: date) -> list[tuple[UUID, UUID, int]]:
    """(patient, id, version) of these patients' forms sent from `since` to `until` that the viewer may see now.

    One statement however many patients. Selecting discloses nothing.
    """
    rows = _sent(patients).between(viewer, since, until).visible_to(viewer).filter(withdrawn_at=None)
    return list(rows.order_by("-effective_at", "-id").values_list("patient_id", "id", "version"))


def newer(viewer: Viewer, since: Mapping[UUID, datetime | None]) -> dict[UUID, int]:
    """Per patient, how many sent forms are new since then."""
    return QuestionnaireResponse.objects.newer(viewer, since)


def lines(viewer: Viewer, ids: Collection[UUID], *, purpose: Purpose) -> list[RecordLine]:
    """These forms in one line each, as far as the rule lets them through now: `PHQ-9: 14, moderate`."""
    rows = QuestionnaireResponse.objects.filter(pk__among=ids).exclude(status=Status.IN_PROGRESS)
    shown = rows.disclose_to(viewer, purpose=purpose, page=ALL)
    return [
        line(row, viewer, f"{INSTRUMENTS[row.questionnaire].short}: {_words(row)}")
        for row in shown
        if row.withdrawn_at is None
    ]


def _sent(patients: Collection[UUID]) -> Any:
    return QuestionnaireResponse.objects.filter(patient_id__among=patients).exclude(status=Status.IN_PROGRESS)


def _words(row: Any) -> str:
    words: str = INSTRUMENTS[row.questionnaire].score(row.given).words
    return words


def _views(rows: Sequence[Any], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[MeasureView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        MeasureView(
            **head(row, viewer, shared),
            questionnaire=row.questionnaire,
            total=row.total,
            band=row.band,
            item9=row.item9,
            answered=INSTRUMENTS[row.questionnaire].score(row.given).answered,
            items=items_of(row.given, INSTRUMENTS[row.questionnaire]),
        )
        for row in rows
    )
