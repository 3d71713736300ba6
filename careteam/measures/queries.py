"""Reading questionnaires: whole forms, where somebody stands, and a caseload's scores in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Q, Window
from django.db.models.functions import DenseRank, RowNumber, TruncDate

from careteam.accounts.viewer import Viewer
from careteam.audit.models import Purpose
from careteam.measures.instruments import phq9
from careteam.measures.models import QuestionnaireResponse, Status
from careteam.measures.pictures import (
    CaseloadScore,
    FormLine,
    Forms,
    Given,
    Item9,
    Latest,
    MeasureVersion,
    MeasureView,
    Point,
    WillSee,
    item9,
    items_of,
)
from careteam.sharing import queries as sharing
from careteam.sharing.codes import Audience
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import Paged, RecordLine, Sight, cursor_of, head, line, see_line, who_can_see
from careteam.sharing.queries import context, must_be_open
from careteam.sharing.records import ALL, FIRST, Page, disclosed, versions


def open_response(viewer: Viewer, *, sight: Sight | None = None) -> MeasureView | None:
    """The viewer's own form in progress, if there is one; raises NotFound for somebody who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    rows = QuestionnaireResponse.objects.about(viewer.patient).filter(status=Status.IN_PROGRESS)
    found = _views(rows.disclose_to(viewer, purpose=Purpose.CHECK), viewer, viewer.patient, sight)
    return found[0] if found else None


def who_will_see(viewer: Viewer) -> WillSee:
    """Who will see the viewer's form in progress (or the next one) once she sends it, as sharing stands now."""
    seen = sharing.sight(viewer, viewer.user)
    view = open_response(viewer, sight=seen)
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
    """Sent forms, newest first, incomplete ones and both of one day included (a trend takes the day's last)."""
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


def measure_versions(viewer: Viewer, patient: UUID, response: UUID) -> tuple[MeasureVersion, ...]:
    """What a form said before each correction, newest first, for the patient alone."""
    if viewer.patient != patient:
        raise NotFound
    found = []
    for old in versions(viewer, response):
        answers = {int(item): value for item, value in old.content["answers"].items()}
        words = phq9.score(answers).words
        found.append(MeasureVersion(old.version, words, items_of(answers), viewer.local(old.until), old.why))
    return tuple(found)


def latest(
    viewer: Viewer, patient: UUID, *, purpose: Purpose = Purpose.READ, sight: Sight | None = None
) -> Latest | None:
    """Where the patient stands; None when the viewer may see no sent form. The log names the forms it rests on."""
    must_be_open(viewer, patient)
    rows = list(_standing(viewer, [patient]))
    if not rows:
        return None
    disclosed(rows, viewer, purpose)
    rows.sort(key=lambda row: (row.whole, row.effective_at, row.id))
    shown = rows[-1]  # the newest completed form, else the newest of all
    shared = context(viewer, patient, [shown.id], sight)
    named = shared.named.get(shown.id, frozenset())
    return Latest(**_score(rows, viewer), see=see_line(shown, viewer, shared.sight, named, shared.patient_name))


def latest_for(
    viewer: Viewer,
    patients: Collection[UUID],
    *,
    purpose: Purpose = Purpose.CASELOAD,
    before: datetime | None = None,
) -> dict[UUID, CaseloadScore]:
    """Where each of these patients stands, in two statements however many they are (the second is the log).

    With `before`, where they stood then, by what this viewer may see now. Whoever shows this viewer no form is not in
    the answer, whatever the reason.
    """
    if not patients:
        return {}
    by_patient: dict[UUID, list[Any]] = defaultdict(list)
    for row in _standing(viewer, patients, before):
        by_patient[row.patient_id].append(row)
    disclosed([row for rows in by_patient.values() for row in rows], viewer, purpose)
    return {patient: CaseloadScore(**_score(rows, viewer)) for patient, rows in by_patient.items()}


def recent_for(
    viewer: Viewer, patients: Collection[UUID], most: int = 8, *, purpose: Purpose = Purpose.CASELOAD
) -> dict[UUID, tuple[Point, ...]]:
    """The last completed forms of each of these patients, one a day, oldest first: one statement, one for the log."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in _marked(viewer, patients).filter(whole=True, of_day=1, days_back__lte=most):
        found[row.patient_id].append(row)
    disclosed([row for rows in found.values() for row in rows], viewer, purpose)
    return {
        patient: tuple(_point(row, viewer) for row in sorted(rows, key=lambda row: (row.effective_at, row.id)))
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
    marked = _marked(viewer, [patient]).between(viewer, since, until).filter(whole=True, of_day=1)
    rows = sorted(marked, key=lambda row: (row.effective_at, row.id))
    disclosed(rows, viewer, purpose)
    return tuple(_point(row, viewer) for row in rows)


def given(viewer: Viewer, patient: UUID) -> tuple[tuple[Given, ...], Given | None]:
    """All sent forms that the viewer may see, oldest first, for a drawing; and the baseline among them.

    The baseline is what it is in `latest`: of the first day with a completed form, the day's last. Whoever draws one of
    these discloses it.
    """
    rows = _sent([patient]).visible_to(viewer).filter(withdrawn_at=None).order_by("effective_at", "id")
    found = tuple(
        Given(record, version, total, item9, viewer.local(at).date())
        for record, version, total, item9, at in rows.values_list("id", "version", "total", "item9", "effective_at")
    )
    whole = [one for one in found if one.total is not None]
    return found, next((one for one in reversed(whole) if one.on == whole[0].on), None)


def incomplete(viewer: Viewer, patient: UUID, since: date, until: date, *, purpose: Purpose = Purpose.READ) -> int:
    """How many forms of these days were sent with questions left blank; the log names them like any that are shown."""
    must_be_open(viewer, patient)
    rows = list(_marked(viewer, [patient]).between(viewer, since, until).filter(whole=False))
    disclosed(rows, viewer, purpose)
    return len(rows)


def forms(viewer: Viewer, start: datetime, end: datetime) -> Forms:
    """The viewer's own forms sent from `start` until before `end`, and when the next one is offered (two statements).

    The PHQ-9 asks about two weeks, so it is offered every two weeks. An incomplete one counts: nobody is asked twice.
    """
    if viewer.patient is None:
        raise NotFound
    sent = _sent([viewer.patient]).visible_to(viewer).filter(withdrawn_at=None)
    done = sent.filter(effective_at__gte=start, effective_at__lt=end).order_by("effective_at", "id")
    found = sent.aggregate(
        last=Max("effective_at", filter=Q(effective_at__lt=end)), later=Count("id", filter=Q(effective_at__gte=end))
    )
    last = viewer.local(found["last"]).date() if found["last"] else None
    next_on = last + timedelta(days=phq9.LOOKS_BACK_DAYS) if last else None
    due = not found["later"] and (next_on is None or next_on <= viewer.local(end).date())
    return Forms(
        tuple(
            FormLine(row.id, row.questionnaire, viewer.local(row.effective_at).date(), phq9.score(row.given).words)
            for row in done
        ),
        due,
        None if due or found["later"] else next_on,
    )


def last_sent_for(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these patients last sent a form, whole or not, as far as this viewer may see: one statement.

    Whoever tells one of these days discloses it.
    """
    rows = _sent(patients).visible_to(viewer).filter(withdrawn_at=None).order_by()
    return dict(rows.values("patient_id").annotate(last=Max("effective_at")).values_list("patient_id", "last"))


def standing_at(viewer: Viewer, patient: UUID, at: datetime, *, purpose: Purpose = Purpose.READ) -> Point | None:
    """The last completed form that was sent by that instant."""
    must_be_open(viewer, patient)
    rows = _sent([patient]).filter(effective_at__lte=at, withdrawn_at=None, total__isnull=False).visible_to(viewer)
    found = list(rows.select_related("author").order_by("-effective_at", "-id")[:1])
    disclosed(found, viewer, purpose)
    return _point(found[0], viewer) if found else None


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
    return [line(row, viewer, f"PHQ-9: {phq9.score(row.given).words}") for row in shown if row.withdrawn_at is None]


def _sent(patients: Collection[UUID]) -> Any:
    return QuestionnaireResponse.objects.filter(patient_id__among=patients).exclude(status=Status.IN_PROGRESS)


def _marked(viewer: Viewer, patients: Collection[UUID], before: datetime | None = None) -> Any:
    """Sent forms, not withdrawn, each with its place among those of its patient that this viewer may see.

    The places are counted inside the rule: a form she may not see moves none of them, nor does one sent after `before`.
    """
    newest_first = [F("effective_at").desc(), F("id").desc()]
    mine = [F("patient_id"), F("whole")]
    incomplete = Count("id", filter=Q(whole=False))
    sent = QuestionnaireResponse.objects.filter(patient_id__among=patients)
    return (
        (sent.filter(effective_at__lt=before) if before else sent)
        .visible_to(viewer)
        .exclude(status=Status.IN_PROGRESS)
        .filter(withdrawn_at=None)
        .defer("answers")
        .annotate(
            whole=ExpressionWrapper(Q(total__isnull=False), output_field=BooleanField()),
            above=ExpressionWrapper(Q(item9__isnull=False, item9__gt=0), output_field=BooleanField()),
            day=TruncDate("effective_at", tzinfo=viewer.tz),
        )
        .annotate(
            of_day=Window(RowNumber(), partition_by=[*mine, F("day")], order_by=newest_first),
            days_back=Window(DenseRank(), partition_by=mine, order_by=F("day").desc()),
            days_on=Window(DenseRank(), partition_by=mine, order_by=F("day").asc()),
            nth=Window(RowNumber(), partition_by=F("patient_id"), order_by=newest_first),
            nth_above=Window(RowNumber(), partition_by=[F("patient_id"), F("above")], order_by=newest_first),
            forms=Window(Count("id", filter=Q(whole=True)), partition_by=F("patient_id")),
            incomplete=Window(incomplete, partition_by=F("patient_id")),
            incomplete_newer=Window(incomplete, partition_by=F("patient_id"), order_by=newest_first),
        )
    )


def _standing(viewer: Viewer, patients: Collection[UUID], before: datetime | None = None) -> Any:
    """Per patient at most five rows: newest, previous and first day's form, newest of all, newest answer above 0."""
    compared = Q(whole=True, of_day=1) & (Q(days_back__lte=2) | Q(days_on=1))
    return _marked(viewer, patients, before).filter(compared | Q(nth=1) | Q(above=True, nth_above=1))


def _score(rows: Sequence[Any], viewer: Viewer) -> dict[str, Any]:
    """The fields of CaseloadScore from one patient's rows."""
    compared = [row for row in rows if row.whole and row.of_day == 1]
    newest = next((row for row in compared if row.days_back == 1), None)
    previous = next((row for row in compared if row.days_back == 2), None)  # noqa: PLR2004 - one before the newest
    first = next((row for row in compared if row.days_on == 1), None)
    last = next(row for row in rows if row.nth == 1)
    above = next((row for row in rows if row.above and row.nth_above == 1), None)
    return {
        "patient": last.patient_id,
        "newest": _point(newest, viewer) if newest else None,
        "previous": _point(previous, viewer) if previous else None,
        "baseline": _point(first, viewer) if first else None,
        "forms": last.forms,
        "incomplete": last.incomplete,
        "incomplete_since": newest.incomplete_newer if newest else last.incomplete,
        "item9": _item9(last, viewer),
        "banner": _item9(above, viewer) if above else None,
    }


def _point(row: Any, viewer: Viewer) -> Point:
    at = viewer.local(row.effective_at)
    return Point(row.id, row.version, row.total, row.band, at, at.date())


def _item9(row: Any, viewer: Viewer) -> Item9:
    return item9(row.id, row.item9, viewer.local(row.effective_at).date(), viewer.today)


def _views(rows: Sequence[Any], viewer: Viewer, patient: UUID, sight: Sight | None) -> tuple[MeasureView, ...]:
    shared = context(viewer, patient, [row.id for row in rows], sight)
    return tuple(
        MeasureView(
            **head(row, viewer, shared),
            questionnaire=row.questionnaire,
            total=row.total,
            band=row.band,
            item9=row.item9,
            answered=phq9.score(row.given).answered,
            items=items_of(row.given),
        )
        for row in rows
    )
