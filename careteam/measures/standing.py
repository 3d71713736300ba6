"""Where somebody stands: the one statement that marks each form with its place, and what is made of its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Window
from django.db.models.functions import DenseRank, RowNumber, TruncDate

from careteam.accounts.viewer import Viewer
from careteam.measures.baseline import Anchor, baseline
from careteam.measures.instruments import phq9
from careteam.measures.models import QuestionnaireResponse, Status
from careteam.measures.pictures import Item9, Point, item9
from careteam.sharing.records import told


def marked(
    viewer: Viewer,
    patients: Collection[UUID],
    before: datetime | None = None,
    *,
    questionnaire: str = phq9.NAME,
) -> Any:
    """Sent forms of one questionnaire, not withdrawn, each with its place among those that this viewer may see.

    The places are counted inside the rule: a form she may not see moves none of them, nor does one sent after `before`.
    """
    newest_first = [F("effective_at").desc(), F("id").desc()]
    mine = [F("patient_id"), F("whole")]
    incomplete = Count("id", filter=Q(whole=False))
    sent = QuestionnaireResponse.objects.filter(patient_id__among=patients, questionnaire=questionnaire)
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
            nth=Window(RowNumber(), partition_by=F("patient_id"), order_by=newest_first),
            nth_above=Window(RowNumber(), partition_by=[F("patient_id"), F("above")], order_by=newest_first),
            forms=Window(Count("id", filter=Q(whole=True)), partition_by=F("patient_id")),
            incomplete=Window(incomplete, partition_by=F("patient_id")),
            incomplete_newer=Window(incomplete, partition_by=F("patient_id"), order_by=newest_first),
        )
    )


def candidates(
    viewer: Viewer, patients: Collection[UUID], anchors: Mapping[UUID, Anchor], before: datetime | None = None
) -> list[Any]:
    """Per patient a few rows: newest, previous, what may be the baseline, newest of all, newest answer above 0.

    Whoever tells of some of them discloses those (`score_of` says which).
    """
    near = {patient: anchor.near or (date.max, date.min) for patient, anchor in anchors.items()}
    begins, ends = (told({patient: days[at] for patient, days in near.items()}) for at in (0, 1))
    episode = told({patient: anchor.since for patient, anchor in anchors.items()})
    rows = marked(viewer, patients, before).annotate(
        near=ExpressionWrapper(Q(day__gte=begins, day__lte=ends), output_field=BooleanField()),
        of_episode=ExpressionWrapper(Q(day__gte=episode), output_field=BooleanField()),
    )
    by_episode = [F("patient_id"), F("whole"), F("of_episode")]
    rows = rows.annotate(days_on=Window(DenseRank(), partition_by=by_episode, order_by=F("day").asc()))
    compared = Q(whole=True, of_day=1) & (Q(days_back__lte=2) | Q(of_episode=True, days_on=1) | Q(near=True))
    return list(rows.filter(compared | Q(nth=1) | Q(above=True, nth_above=1)))


def score_of(rows: Sequence[Any], viewer: Viewer, anchor: Anchor) -> tuple[dict[str, Any], list[Any]]:
    """The fields of CaseloadScore from one patient's rows, and the rows that they tell of."""
    compared = [row for row in rows if row.whole and row.of_day == 1]
    newest = next((row for row in compared if row.days_back == 1), None)
    previous = next((row for row in compared if row.days_back == 2), None)  # noqa: PLR2004 - one before the newest
    points = sorted((point(row, viewer) for row in compared), key=lambda one: (one.at, one.id))
    began = baseline(points, anchor)
    last = next(row for row in rows if row.nth == 1)
    above = next((row for row in rows if row.above and row.nth_above == 1), None)
    told_of = {row.id for row in (newest, previous, began, last, above) if row}
    score = {
        "patient": last.patient_id,
        "newest": point(newest, viewer) if newest else None,
        "previous": point(previous, viewer) if previous else None,
        "baseline": began,
        "forms": last.forms,
        "incomplete": last.incomplete,
        "incomplete_since": newest.incomplete_newer if newest else last.incomplete,
        "item9": said_to_9(last, viewer),
        "banner": said_to_9(above, viewer) if above else None,
    }
    return score, [row for row in rows if row.id in told_of]


def point(row: Any, viewer: Viewer) -> Point:
    """A completed form on the viewer's day."""
    at = viewer.local(row.effective_at)
    return Point(row.id, row.version, row.total, row.band, at, at.date())


def said_to_9(row: Any, viewer: Viewer) -> Item9:
    """What a form says to question 9."""
    return item9(row.id, row.item9, viewer.local(row.effective_at).date(), viewer.today)
