"""Reading the team, its consents, and what every room's pictures need to say who can see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef

from careteam.accounts.models import User
from careteam.accounts.names import compared
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import Purpose
from careteam.audit.services import record_disclosure
from careteam.sharing import policy
from careteam.sharing.codes import Category, Kind, Label
from careteam.sharing.errors import NotFound
from careteam.sharing.models import CareTeamMember, Consent, Invitation, Pause, RecordAudience
from careteam.sharing.pictures import Context, MemberSight, Sight, Stub
from careteam.sharing.team import PRESCRIBERS, one_at_a_time

WARNED_DAYS = 30


def must_be_open(viewer: Viewer, patient: UUID) -> None:
    """Raise NotFound unless this is the viewer's own record or she is a live member of its team."""
    if viewer.patient != patient and not policy.patients_of(viewer).filter(patient_id=patient).exists():
        raise NotFound


def withdrawals(viewer: Viewer, patient: UUID, kind: str) -> tuple[Stub, ...]:
    """What is left of withdrawn records of a kind that the viewer opened and would still be allowed; newest first."""
    must_be_open(viewer, patient)
    rows = policy.stubs(viewer).filter(patient_id=patient, kind=kind).order_by("-withdrawn_at", "-record_id")
    return tuple(Stub(record, viewer.local(at)) for record, at in rows.values_list("record_id", "withdrawn_at"))


def sight(viewer: Viewer, patient: UUID) -> Sight:
    """Who can see what of the viewer's own record now (three statements); empty when it is somebody else's."""
    if viewer.patient != patient:
        return Sight(patient, False, ())
    members = list(
        CareTeamMember.objects.filter(patient_id=patient, confirmed_at__isnull=False, ended_at=None)
        .select_related("user")
        .order_by("confirmed_at", "id")
    )
    given: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    for member, kind, code in policy.live(Consent.objects.filter(patient_id=patient)).values_list(
        "member_id", "kind", "code"
    ):
        given[member, kind].add(code)
    return Sight(
        patient,
        Pause.objects.filter(patient_id=patient, ended_at=None).exists(),
        tuple(
            MemberSight(
                member.id,
                member.user_id,
                member.user.name,
                member.role,
                frozenset(given[member.id, Kind.CATEGORY]),
                frozenset(given[member.id, Kind.LABEL]),
            )
            for member in members
        ),
    )


def context(viewer: Viewer, patient: UUID, records: Collection[UUID], known: Sight | None = None) -> Context:
    """What the pictures of these records share: at most five statements, however many records there are."""
    named: dict[UUID, set[UUID]] = defaultdict(set)
    if viewer.patient == patient and records:
        rows = RecordAudience.objects.filter(patient_id=patient, record_id__among=records, member__ended_at=None)
        for record, member in rows.values_list("record_id", "member_id"):
            named[record].add(member)
    return Context(
        known or sight(viewer, patient),
        viewer.name if viewer.patient == patient else User.objects.values_list("name", flat=True).get(pk=patient),
        {record: frozenset(members) for record, members in named.items()},
    )


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One switch that is or was on: kind, code, from when, until which day (the last one, in the patient's zone).

    `ended_on` is the day it stopped, by itself or by somebody; None while it is on.
    """

    kind: str
    code: str
    words: str
    starts_at: datetime
    until: date
    live: bool
    ended_at: datetime | None

    @property
    def ended_on(self) -> date | None:
        if self.live:
            return None
        return min(self.until, self.ended_at.date()) if self.ended_at else self.until


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody on the team. `state` is waiting (accepted, to be confirmed) or member; consents for the patient alone.

    `profession` is what she says of herself, `npi` a number of which the form was checked; `vouched_by` is a clinic.
    `address` is told of somebody waiting, to compare with whom one invited.
    `expired`, `expired_categories` and `expired_labels` tell what ended by itself, while nothing is live.
    """

    id: UUID
    user: UUID
    name: str
    role: str
    profession: str
    address: str
    prescribes: bool
    vouched: bool
    vouched_by: str
    npi: str
    state: Literal["waiting", "member", "ended"]
    since: datetime
    ended_at: datetime | None
    categories: frozenset[str]
    labels: frozenset[str]
    until: date | None
    expired: date | None
    expired_categories: frozenset[str]
    expired_labels: frozenset[str]

    def days_left(self, today: date) -> int | None:
        """In how many days her time to look ends, from 30 days before; None when it is longer, or over."""
        left = (self.until - today).days if self.until else None
        return left if left is not None and left <= WARNED_DAYS else None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that nobody accepted yet."""

    id: UUID
    email: str
    role: str
    sent_at: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class TeamView:
    """The patient's own picture of her team (the Sharing page)."""

    paused_since: datetime | None
    members: tuple[MemberView, ...]
    invitations: tuple[InvitationView, ...]


def team(viewer: Viewer) -> TeamView:
    """Everybody on the viewer's own team with what each sees, for the patient alone (four statements)."""
    if viewer.patient is None:
        raise NotFound
    invitations = Invitation.objects.filter(patient_id=viewer.patient, accepted_at=None, cancelled_at=None)
    now = database_now()
    return TeamView(
        paused_since(viewer),
        _members(viewer, viewer.patient, now),
        tuple(
            InvitationView(row.id, row.email, row.role, viewer.local(row.created_at), row.expires_at > now)
            for row in invitations.order_by("created_at")
        ),
    )


def departures(viewer: Viewer, since: datetime) -> tuple[MemberView, ...]:
    """Who left the viewer's own team by themselves since then and is not back, the latest first (one statement)."""
    if viewer.patient is None:
        raise NotFound
    back = CareTeamMember.objects.filter(patient_id=viewer.patient, user_id=OuterRef("user_id"), ended_at=None)
    rows = (
        CareTeamMember.objects.filter(patient_id=viewer.patient, confirmed_at__isnull=False, ended_at__gte=since)
        .exclude(ended_by=viewer.user)
        .exclude(Exists(back))
        .select_related("user__practitioner__vouched_by")
    )
    return tuple(_member_view(viewer, row, [], since) for row in rows.order_by("-ended_at", "-id"))


def paused_since(viewer: Viewer, *, lock: bool = False) -> datetime | None:
    """Since when the viewer hides everything from everybody (None: she does not), locked for the change to come.

    For the patient alone; raises NotFound.
    """
    if viewer.patient is None:
        raise NotFound
    if lock:
        one_at_a_time(viewer.patient)
    rows = Pause.objects.filter(patient_id=viewer.patient, ended_at=None)
    since = rows.values_list("started_at", flat=True).first()
    return viewer.local(since) if since else None


def member(viewer: Viewer, member: UUID, *, lock: bool = False) -> MemberView:
    """One person of the viewer's own team, not ended, locked for the change to come if so asked; raises NotFound."""
    if lock:  # what others change meanwhile is waited for, and then read
        rows = CareTeamMember.objects.filter(pk=member, patient_id=viewer.patient)
        rows.select_for_update().values_list("pk").first()
    for found in team(viewer).members:
        if found.id == member:
            return found
    raise NotFound


def care_team(viewer: Viewer, patient: UUID) -> tuple[MemberView, ...]:
    """Who is on a patient's team, as far as the viewer may know it: names and roles; what they see is the patient's."""
    must_be_open(viewer, patient)
    if viewer.patient == patient:
        return tuple(found for found in _members(viewer, patient, database_now()) if found.state == "member")
    rows = policy.visible_members(CareTeamMember.objects.filter(patient_id=patient), viewer)
    shown = rows.filter(confirmed_at__isnull=False, ended_at=None).exclude(user_id=viewer.user)
    found = list(shown.select_related("user__practitioner__vouched_by").order_by("confirmed_at", "id"))
    record_disclosure(viewer, Purpose.READ, patient, Category.CARE_TEAM, [(row.id, 1) for row in found])
    return tuple(_member_view(viewer, row, [], database_now()) for row in found)


def _members(viewer: Viewer, patient: UUID, now: datetime) -> tuple[MemberView, ...]:
    rows = CareTeamMember.objects.filter(patient_id=patient, ended_at=None).select_related(
        "user__practitioner__vouched_by"
    )
    given: dict[UUID, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(patient_id=patient, ended_at=None, member__ended_at=None):
        given[consent.member_id].append(consent)
    return tuple(_member_view(viewer, row, given[row.id], now) for row in rows.order_by("accepted_at", "id"))


def _member_view(viewer: Viewer, row: CareTeamMember, consents: list[Consent], now: datetime) -> MemberView:
    live = [consent for consent in consents if consent.starts_at <= now < consent.ends_at]
    past = [] if live else [consent for consent in consents if consent.ends_at <= now]
    practitioner = getattr(row.user, "practitioner", None)
    waiting = row.confirmed_at is None and row.ended_at is None and row.patient_id == viewer.patient
    return MemberView(
        id=row.id,
        user=row.user_id,
        name=row.user.name,
        role=row.role,
        profession=practitioner.profession if practitioner else "",
        address=row.user.email if waiting else "",
        prescribes=row.role in PRESCRIBERS,
        vouched=bool(practitioner and practitioner.vouched_at),
        vouched_by=practitioner.vouched_by.name if practitioner and practitioner.vouched_by else "",
        npi=practitioner.npi if practitioner and row.patient_id == viewer.patient else "",
        state="ended" if row.ended_at else "member" if row.confirmed_at else "waiting",
        since=viewer.local(row.confirmed_at or row.accepted_at),
        ended_at=viewer.local(row.ended_at) if row.ended_at else None,
        categories=_codes(live, Kind.CATEGORY),
        labels=_codes(live, Kind.LABEL),
        until=max((_last_day(viewer, consent) for consent in live), default=None),
        expired=max((_last_day(viewer, consent) for consent in past), default=None),
        expired_categories=_codes(past, Kind.CATEGORY),
        expired_labels=_codes(past, Kind.LABEL),
    )


def _codes(consents: list[Consent], kind: Kind) -> frozenset[str]:
    return frozenset(consent.code for consent in consents if consent.kind == kind)


def _last_day(viewer: Viewer, consent: Consent) -> date:
    return (viewer.local(consent.ends_at) - timedelta(microseconds=1)).date()


def consents(viewer: Viewer) -> tuple[tuple[MemberView, tuple[ConsentView, ...]], ...]:
    """The whole history of what was ever shared with whom, for the patient alone; people and switches newest first."""
    if viewer.patient is None:
        raise NotFound
    now = database_now()
    given: dict[UUID, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(patient_id=viewer.patient).order_by("-starts_at", "kind", "code"):
        given[consent.member_id].append(consent)
    rows = CareTeamMember.objects.filter(patient_id=viewer.patient).select_related("user__practitioner__vouched_by")
    return tuple(
        (
            _member_view(viewer, row, [one for one in given[row.id] if one.ended_at is None], now),
            tuple(
                ConsentView(
                    one.kind,
                    one.code,
                    _switch_words(one),
                    viewer.local(one.starts_at),
                    _last_day(viewer, one),
                    one.ended_at is None and one.starts_at <= now < one.ends_at,
                    viewer.local(one.ended_at) if one.ended_at else None,
                )
                for one in given[row.id]
            ),
        )
        for row in rows.order_by("-accepted_at", "-id")
    )


def _switch_words(one: Consent) -> str:
    if one.kind == Kind.TELL:
        return "Being told of an answer to question 9"
    return str((Category if one.kind == Kind.CATEGORY else Label)(one.code).label)


def memberships(viewer: Viewer) -> tuple[tuple[UUID, str], ...]:
    """(patient, name) of everybody on whose team the viewer is, whatever is shown to her, by name."""
    rows = policy.patients_of(viewer).values_list("patient_id", "patient__user__name")
    return tuple(sorted(rows, key=lambda row: compared(row[1])))


def everybody(viewer: Viewer) -> tuple[tuple[UUID, UUID, str], ...]:
    """(member, user, name) of everybody who is or ever was on the viewer's own team: the names in the log."""
    rows = CareTeamMember.objects.filter(patient_id=viewer.patient).order_by("accepted_at", "id")
    return tuple(rows.values_list("id", "user_id", "user__name"))


def reader(viewer: Viewer, member: UUID) -> Viewer:
    """One's own record through the eyes of a member of one's team: exactly what she may see, and no trace of it.

    The database goes on with the patient as its viewer: her wall lets nothing of anybody else's through, and no draft
    that this member has not signed.
    """
    if viewer.patient is None:
        raise NotFound
    rows = CareTeamMember.objects.filter(
        pk=member, patient_id=viewer.patient, confirmed_at__isnull=False, ended_at=None
    ).select_related("user")
    found = rows.first()
    if found is None:
        raise NotFound
    return replace(Viewer.of(found.user), preview=True)
