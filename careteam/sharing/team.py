"""The team and its consents: invite, accept, confirm, stop, leave; share, pause, resume.

Everything here takes effect in the same transaction: the next statement of anybody else already sees it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now

from careteam.accounts.middleware import token_hash
from careteam.accounts.models import Patient, Role, User
from careteam.accounts.viewer import Viewer, acting_as, database_now
from careteam.audit.services import record_act
from careteam.sharing.codes import Category, Kind, Label
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.models import CareTeamMember, Consent, Invitation, Pause

ROLES = ("Psychiatrist", "Family doctor", "Therapist", "Psychologist", "Nurse", "Another doctor", "Another clinician")
PRESCRIBERS = frozenset({"Psychiatrist", "Family doctor", "Nurse", "Another doctor"})
MEMBERS_MOST = 30
INVITATIONS_A_DAY = 20
INVITATION_DAYS = 7
MONTHS_PRESET = 12
MONTHS_MOST = 24
EMAIL_MOST = 254


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def end_of(day: date, viewer: Viewer) -> datetime:
    """ "Until 30 June" ends at 1 July 00:00 in the patient's zone, as it is now."""
    return datetime.combine(day + timedelta(days=1), time(), viewer.tz)


def clean_until(viewer: Viewer, until: date) -> date:
    """A last day that a consent may have; raises Invalid for one that has passed or is over 24 months away."""
    today = viewer.local(database_now()).date()
    if until < today:
        raise Invalid(until="This date has passed. Choose today or a later day.")
    if until > months_after(today, MONTHS_MOST):
        raise Invalid(until=f"Choose a date within {MONTHS_MOST} months. You can renew it before then.")
    return until


# -- Joining and leaving -----------------------------------------------------------------------------------------------
@transaction.atomic
def invite(viewer: Viewer, *, email: str, role: str) -> UUID:
    """Invite somebody by e-mail address. Shares nothing. The token is made when the mail is sent (`new_token`).

    Raises Invalid: bad address, one's own, already on the team, more than 30 people or 20 invitations a day.
    """
    patient = _patient(viewer)
    one_at_a_time(patient)
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid(email="This does not look like an email address. Please check it.") from error
    if len(address) > EMAIL_MOST:
        raise Invalid(email="This address is too long.")
    if role not in ROLES:
        raise Invalid(role="Choose what this person does.")
    if User.objects.filter(pk=viewer.user, email=address).exists():
        raise Invalid(email="This is your own address.")
    team = CareTeamMember.objects.filter(patient_id=patient, ended_at=None)
    if team.filter(user__email=address).exists():
        raise Invalid(email="This person is already on your team.")
    waiting = Invitation.objects.filter(patient_id=patient, accepted_at=None, cancelled_at=None)
    if team.count() + waiting.filter(expires_at__gt=Now()).count() >= MEMBERS_MOST:
        raise Invalid(email=f"A team has at most {MEMBERS_MOST} people.")
    today = Invitation.objects.filter(patient_id=patient, created_at__gt=Now() - timedelta(days=1))
    if today.count() >= INVITATIONS_A_DAY:
        raise Invalid(email=f"You can send {INVITATIONS_A_DAY} invitations a day. Please try again tomorrow.")
    waiting.filter(email=address).update(cancelled_at=Now())
    invitation = Invitation(
        patient_id=patient, email=address, role=role, expires_at=Now() + timedelta(days=INVITATION_DAYS)
    )
    invitation.save(force_insert=True)
    record_act(viewer, "invite", patient, about=invitation.id)
    return invitation.id


def new_token(viewer: Viewer, invitation: UUID) -> tuple[str, str] | None:
    """(address, token) for the mail about to be sent; an earlier token stops working. None when not open any more."""
    token = secrets.token_urlsafe(32)
    open_ = Invitation.objects.filter(
        pk=invitation, patient_id=viewer.patient, accepted_at=None, cancelled_at=None, expires_at__gt=Now()
    )
    if not open_.update(hash=token_hash(token)):
        return None
    return open_.values_list("email", flat=True).get(), token


@transaction.atomic
def cancel_invitation(viewer: Viewer, invitation: UUID) -> None:
    """Cancel an invitation that nobody accepted yet."""
    patient = _patient(viewer)
    if not Invitation.objects.filter(pk=invitation, patient_id=patient, accepted_at=None, cancelled_at=None).update(
        cancelled_at=Now()
    ):
        raise NotFound
    record_act(viewer, "invite-off", patient, about=invitation)


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What somebody who opened the link may know: the address it is for; the name only once she signed in with it."""

    email: str
    role: str
    patient_name: str


def hash_of(token: str) -> str:
    """What may be kept of an invitation's token, and what opens its row: the SHA-256 in hex."""
    return token_hash(token).hex()


def invitation_for(viewer: Viewer | None, opened: str) -> OpenInvitation:
    """The open invitation whose token has this hash; NotFound when used, cancelled, expired or unknown: all one."""
    with acting_as(viewer, invitation=opened):
        found = _open_invitation(opened)
        hers = viewer is not None and User.objects.filter(pk=viewer.user, email=found.email).exists()
        return OpenInvitation(found.email, found.role, found.patient.user.name if hers else "")


def accept(viewer: Viewer, opened: str) -> UUID:
    """Accept the invitation with this hash, sent to this clinician's address. The patient has to confirm her by name.

    Single use, also when many try at once: the row is locked.
    """
    if viewer.role != Role.PRACTITIONER:
        raise NotFound
    with acting_as(viewer, invitation=opened):
        found = _open_invitation(opened, lock=True)
        if not User.objects.filter(pk=viewer.user, email=found.email).exists():
            raise NotFound
        if CareTeamMember.objects.filter(patient_id=found.patient_id, user_id=viewer.user, ended_at=None).exists():
            raise NotFound
        member = CareTeamMember(
            patient_id=found.patient_id, user_id=viewer.user, role=found.role, invited_at=found.created_at
        )
        member.save(force_insert=True)
        Invitation.objects.filter(pk=found.pk).update(accepted_at=Now())
        record_act(viewer, "accept", found.patient_id, about=member.id)
        return member.id


def _open_invitation(opened: str, *, lock: bool = False) -> Invitation:
    rows = Invitation.objects.filter(
        hash=bytes.fromhex(opened), accepted_at=None, cancelled_at=None, expires_at__gt=Now()
    ).select_related("patient__user")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def confirm(
    viewer: Viewer, member: UUID, *, categories: Collection[str] = (), labels: Collection[str] = (), until: date
) -> None:
    """Confirm somebody by name. What is ticked is shared from now; nothing is ticked beforehand."""
    found = _member(viewer, member, confirmed=False)
    CareTeamMember.objects.filter(pk=found.pk).update(confirmed_at=Now())
    record_act(viewer, "confirm", found.patient_id, about=found.id)
    share(viewer, member, categories=categories, labels=labels, until=until)


@transaction.atomic
def stop(viewer: Viewer, member: UUID) -> None:
    """End a membership and all its consents at once (by the patient). Coming back needs a new invitation."""
    patient = _patient(viewer)
    found = CareTeamMember.objects.select_for_update().filter(pk=member, patient_id=patient, ended_at=None).first()
    if found is None:
        raise NotFound
    _end(viewer, found, "stop")


@transaction.atomic
def leave(viewer: Viewer, patient: UUID) -> None:
    """End one's own membership of somebody's team (by the clinician)."""
    rows = CareTeamMember.objects.select_for_update().filter(patient_id=patient, user_id=viewer.user, ended_at=None)
    found = rows.first()
    if found is None:
        raise NotFound
    _end(viewer, found, "leave")


def _end(viewer: Viewer, member: CareTeamMember, action: str) -> None:
    Consent.objects.filter(member=member, ended_at=None).update(ended_at=Now(), ended_by=viewer.user)
    CareTeamMember.objects.filter(pk=member.pk).update(ended_at=Now(), ended_by=viewer.user)
    record_act(viewer, action, member.patient_id, about=member.id)


# -- Sharing -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def share(
    viewer: Viewer, member: UUID, *, categories: Collection[str], labels: Collection[str] = (), until: date
) -> None:
    """Set what a confirmed member sees from now until the end of `until`, in the patient's zone. The rest is off.

    Covers old and new records alike. Raises Invalid for a date not after today or over 24 months away.
    """
    found = _member(viewer, member, confirmed=True)
    if not set(categories) <= set(Category.values) or not set(labels) <= set(Label.values):
        raise Invalid(categories="There is no such topic.")
    ends = end_of(clean_until(viewer, until), viewer)
    wanted = {(Kind.CATEGORY, code) for code in categories} | {(Kind.LABEL, code) for code in labels}
    open_ = {(Kind(row.kind), row.code): row for row in Consent.objects.filter(member=found, ended_at=None)}
    now = database_now()
    if Category.MEASURES in categories:  # being told shows nothing; it lasts as long as what it tells of is shown
        wanted |= {key for key, row in open_.items() if key[0] == Kind.TELL and row.ends_at > now}
    kept = {key for key, row in open_.items() if key in wanted and row.ends_at == ends}
    Consent.objects.filter(pk__among=[row.pk for key, row in open_.items() if key not in kept]).update(
        ended_at=Now(), ended_by=viewer.user
    )
    for kind, code in sorted(wanted - kept):
        Consent(
            member=found,
            patient_id=found.patient_id,
            user_id=found.user_id,
            kind=kind,
            code=code,
            ends_at=ends,
            created_by=viewer.user,
        ).save(force_insert=True)
    in_force = {key for key, row in open_.items() if row.ends_at > now}
    for kind, code in sorted(wanted - in_force):
        record_act(viewer, f"{kind}-on", found.patient_id, category=code, about=found.id)
    for kind, code in sorted(in_force - wanted):
        topic = "" if kind == Kind.TELL else code
        record_act(viewer, f"{kind}-off", found.patient_id, category=topic, about=found.id)
    if wanted & in_force - kept:
        record_act(viewer, "until", found.patient_id, about=found.id)


@transaction.atomic
def pause(viewer: Viewer) -> None:
    """Hide everything from everybody, at once, until resumed. Touches no consent; asked twice it stays paused."""
    patient = _patient(viewer)
    one_at_a_time(patient)
    if not Pause.objects.filter(patient_id=patient, ended_at=None).exists():
        Pause(patient_id=patient).save(force_insert=True)
        record_act(viewer, "pause", patient)


@transaction.atomic
def resume(viewer: Viewer) -> None:
    """End the pause: what consents say holds again."""
    patient = _patient(viewer)
    if Pause.objects.filter(patient_id=patient, ended_at=None).update(ended_at=Now()):
        record_act(viewer, "resume", patient)


def one_at_a_time(patient: UUID) -> None:
    """Two taps at once: the second waits here until the first is done, and then sees what it did."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient)


def _patient(viewer: Viewer) -> UUID:
    if viewer.patient is None:
        raise NotFound
    return viewer.patient


def _member(viewer: Viewer, member: UUID, *, confirmed: bool) -> CareTeamMember:
    rows = CareTeamMember.objects.select_for_update().filter(
        pk=member, patient_id=_patient(viewer), ended_at=None, confirmed_at__isnull=not confirmed
    )
    found = rows.first()
    if found is None:
        raise NotFound
    return found
