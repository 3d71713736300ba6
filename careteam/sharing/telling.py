"""Telling somebody of the team: a consent given beforehand, off until the patient switches it on, person by person.

It shows nothing. It is stored as every consent is, ends with sharing what it tells of, and hides behind a pause.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.sharing import policy, queries
from careteam.sharing.codes import Category, Kind
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.models import CareTeamMember, Consent, Pause
from careteam.sharing.pictures import who_can_see
from careteam.sharing.records import Record

ITEM_9 = "item-9"  # the one thing there is to be told of


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody of the viewer's own team: whether she sees questionnaires, and whether she is to be told."""

    member: UUID
    name: str
    role: str
    sees: bool
    on: bool


def team_told(viewer: Viewer) -> tuple[Told, ...]:
    """Everybody on the viewer's own team, for the patient alone."""
    if viewer.patient is None:
        raise NotFound
    on = set(_switches(viewer).values_list("member_id", flat=True))
    members = queries.sight(viewer, viewer.patient).members
    return tuple(
        Told(one.id, one.name, one.role, Category.MEASURES.value in one.categories, one.id in on) for one in members
    )


def is_told(viewer: Viewer, member: UUID) -> bool:
    """Whether this member of the viewer's own team is told now, as the patient chose."""
    return _switches(viewer).filter(member_id=member).exists()


@transaction.atomic
def tell(viewer: Viewer, member: UUID) -> None:
    """Have a member told of an answer above "Not at all" to question 9 that is sent from now on.

    It lasts as long as she is shown questionnaires. Said twice, it is said once. Raises NotFound; Invalid when she is
    not shown them.
    """
    found = _member(viewer, member)
    shown = policy.live(Consent.objects.filter(member=found, kind=Kind.CATEGORY, code=Category.MEASURES)).first()
    if shown is None:
        raise Invalid(**{"": f"{found.user.name} does not see your questionnaires, so there is nothing to tell of."})
    open_ = Consent.objects.filter(member=found, kind=Kind.TELL, code=ITEM_9, ended_at=None)
    if policy.live(open_).exists():
        return
    open_.update(ended_at=Now(), ended_by=viewer.user)  # one that ran out
    Consent(
        member=found,
        patient_id=found.patient_id,
        user_id=found.user_id,
        kind=Kind.TELL,
        code=ITEM_9,
        ends_at=shown.ends_at,
        created_by=viewer.user,
    ).save(force_insert=True)
    record_act(viewer, "tell-on", found.patient_id, about=found.id)


@transaction.atomic
def tell_no_more(viewer: Viewer, member: UUID) -> None:
    """Have a member told no more. Raises NotFound."""
    found = _member(viewer, member)
    open_ = Consent.objects.filter(member=found, kind=Kind.TELL, code=ITEM_9, ended_at=None)
    if open_.update(ended_at=Now(), ended_by=viewer.user):
        record_act(viewer, "tell-off", found.patient_id, about=found.id)


@transaction.atomic
def tell_these(viewer: Viewer, members: Collection[UUID]) -> tuple[tuple[str, bool], ...]:
    """Have exactly these members told, all or nothing; returns (name, told now) of those for whom that is a change.

    Raises as `tell`.
    """
    changed = [one for one in team_told(viewer) if one.on != (one.member in members)]
    for one in changed:
        (tell_no_more if one.on else tell)(viewer, one.member)
    return tuple((one.name, not one.on) for one in changed)


def to_be_told(viewer: Viewer, record: Record, by: datetime) -> tuple[UUID, ...]:
    """Accounts of those the patient wants told of this record of hers, asked for by then, who may see it now."""
    if viewer.patient != record.patient_id:
        raise NotFound
    asked = set(_switches(viewer).filter(starts_at__lte=by).values_list("user_id", flat=True))
    if not asked:
        return ()
    shared = queries.context(viewer, record.patient_id, [record.id])
    named = shared.named.get(record.id, frozenset())
    people = who_can_see(shared.sight, record.category, record.labels, record.audience, named)
    return tuple(one.user for one in people if one.user in asked)


def asked_to_tell(viewer: Viewer, patients: Collection[UUID]) -> dict[UUID, datetime]:
    """Of these patients, those who want this clinician told, and since when; a pause hides it. One statement."""
    paused = Pause.objects.filter(ended_at=None).values("patient_id")
    rows = policy.live(Consent.objects.filter(user_id=viewer.user, kind=Kind.TELL, code=ITEM_9))
    rows = rows.filter(patient_id__among=patients, member__confirmed_at__isnull=False, member__ended_at=None)
    return dict(rows.exclude(patient_id__in=paused).values_list("patient_id", "starts_at"))


def _switches(viewer: Viewer) -> QuerySet[Consent]:
    rows = Consent.objects.filter(patient_id=viewer.patient, kind=Kind.TELL, code=ITEM_9)
    return policy.live(rows.filter(member__confirmed_at__isnull=False, member__ended_at=None))


def _member(viewer: Viewer, member: UUID) -> CareTeamMember:
    rows = CareTeamMember.objects.select_for_update(of=("self",)).select_related("user")
    found = rows.filter(pk=member, patient_id=viewer.patient, confirmed_at__isnull=False, ended_at=None).first()
    if viewer.patient is None or found is None:
        raise NotFound
    return found
