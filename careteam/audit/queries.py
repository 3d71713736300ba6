"""Reading the log: the patient's own, and one's own visits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Window
from django.db.models.functions import Lag

from careteam.accounts.viewer import Viewer
from careteam.audit.models import AuditEvent, Purpose, SecurityEvent

GAP = timedelta(minutes=30)
VISITS = 2


def visit_starts(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, list[datetime]]:
    """Per patient the starts of the viewer's last two visits to the overview, newest first (a gap of 30 minutes parts two).

    One statement, however many patients.
    """
    last = Window(Lag("at"), partition_by=F("patient_id"), order_by=F("at").asc())
    rows = (
        AuditEvent.objects.filter(actor_id=viewer.user, action=Purpose.OVERVIEW, category="", patient_id__in=patients)
        .annotate(pause=ExpressionWrapper(F("at") - last, output_field=DurationField()))
        .filter(Q(pause=None) | Q(pause__gt=GAP))
        .order_by("-at")
        .values_list("patient_id", "at")
    )
    starts: dict[UUID, list[datetime]] = {}
    for patient, at in rows:
        found = starts.setdefault(patient, [])
        if len(found) < VISITS:
            found.append(at)
    return starts


def last_overview(viewer: Viewer, patient: UUID) -> datetime | None:
    """When the viewer last opened this patient's overview."""
    rows = AuditEvent.objects.filter(actor_id=viewer.user, action=Purpose.OVERVIEW, category="", patient_id=patient)
    return rows.order_by("-at").values_list("at", flat=True).first()


def looked_before(viewer: Viewer, patient: UUID, now: datetime) -> datetime | None:
    """The start of the visit before the one in hand: what is later is new. None when there was none."""
    starts = visit_starts(viewer, [patient]).get(patient, [])
    last = last_overview(viewer, patient)
    if last is not None and now - last <= GAP:
        starts = starts[1:]
    return starts[0] if starts else None


def events(viewer: Viewer, before: tuple[datetime, UUID] | None, size: int) -> list[AuditEvent]:
    """The patient's own log, newest first, without her own openings."""
    return list(_older(AuditEvent.objects.filter(patient_id=viewer.user), before).exclude(
        actor_id=viewer.user, action__in=Purpose.values
    )[:size])


def refusals(viewer: Viewer, since: datetime, until: datetime) -> list[SecurityEvent]:
    """Refused attempts by people who are or were on the patient's team, newest first."""
    rows = SecurityEvent.objects.filter(patient_id=viewer.user, was_member=True, at__gte=since, at__lte=until)
    return list(rows.order_by("-at", "-id"))


def _older(rows: QuerySet[AuditEvent], before: tuple[datetime, UUID] | None) -> QuerySet[AuditEvent]:
    if before:
        at, last = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last))
    return rows.order_by("-at", "-id")
