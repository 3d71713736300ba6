"""The outbox: what is due becomes a row, a row becomes a digest and one mail; nothing is lost or made twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from careteam.accounts.models import Role, User
from careteam.accounts.viewer import Viewer, acting_as, database_now
from careteam.checkins import queries as checkins
from careteam.conditions import queries as conditions
from careteam.goals import queries as goals
from careteam.measures import queries as measures
from careteam.measures.telling import is_to_be_told
from careteam.notes import queries as notes
from careteam.procedures import queries as procedures
from careteam.sharing import queries as sharing
from careteam.sharing import team
from careteam.sharing.errors import NotFound
from careteam.summaries.models import Chosen, Digest, Kind, Outbox
from careteam.summaries.weeks import WEEK, due_weeks
from careteam.treatments import queries as treatments
from careteam.visits import queries as visits

ATTEMPTS = 5
BACK_OFF_MOST = 300
BATCH = 500
WEEKLY = {Role.PATIENT: Kind.PATIENT_WEEK, Role.PRACTITIONER: Kind.CLINICIAN_WEEK}
ROOMS = (
    ("goals", goals),
    ("notes", notes),
    ("measures", measures),
    ("checkins", checkins),
    ("treatments", treatments),
    ("procedures", procedures),
    ("conditions", conditions),
    ("visits", visits),
)

WORDS = "You have an update in careteam. Sign in to read it."
OFF = "To stop this mail, sign in here:"
NEW_ITEM = "You have a new item in careteam. Sign in to read it."
INVITED = "Somebody would like to connect with you in careteam. This link is for you alone and works for 7 days."


def plan() -> int:
    """Write an outbox row for every weekly summary that is due and absent; returns how many were missing.

    What is due is asked of the database and each person's own clock, so that a missed or doubled tick changes nothing.
    After an outage the last three weeks are made and one mail is sent, with the newest.
    """
    now = database_now()
    missing = 0
    known: set[tuple[UUID, date | None]] = set(
        Outbox.objects.filter(kind__in=WEEKLY.values(), period_start__gte=now.date() - WEEK * 6).values_list(
            "user_id", "period_start"
        )
    )
    rows: list[Outbox] = []
    people = User.objects.filter(is_active=True, role__in=WEEKLY)
    for user in people.only("id", "role", "zone", "joined_at", "weekly_mail").iterator():
        weeks = [week for week in due_weeks(now, user.zone, user.joined_at) if (user.pk, week) not in known]
        rows += [
            Outbox(
                user=user,
                kind=WEEKLY[Role(user.role)],
                period_start=week,
                zone=user.zone,
                mail=user.weekly_mail and week == weeks[-1],
            )
            for week in weeks
        ]
    for first in range(0, len(rows), BATCH):
        missing += len(Outbox.objects.bulk_create(rows[first : first + BATCH], ignore_conflicts=True))
    return missing


def waiting() -> list[UUID]:
    """Outbox rows whose time has come, oldest first; each is leased, so that a lost message is sent again later."""
    with transaction.atomic():
        due = Outbox.objects.select_for_update(skip_locked=True).filter(
            Q(done_at=None, dead_at=None, next_try_at__lte=Now())
        )
        found = list(due.order_by("next_try_at").values_list("id", flat=True)[:BATCH])
        lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        Outbox.objects.filter(pk__among=found).update(next_try_at=Now() + lease)
    return found


def dispatch(send: Callable[[str], object]) -> int:
    """Hand every waiting row to `send` by its id; returns how many."""
    found = waiting()
    for outbox in found:
        send(str(outbox))
    return len(found)


def work(outbox: UUID) -> None:
    """Do what one outbox row asks, as the person it is for. Asked twice, or by two at once, it is done once.

    An attempt is counted before the work, in a transaction of its own: a row that kills its worker dies after five.
    """
    open_ = Outbox.objects.filter(pk=outbox, done_at=None, dead_at=None)
    if not open_.filter(attempts__lt=ATTEMPTS).update(attempts=F("attempts") + 1):
        open_.update(dead_at=Now())
        return
    try:
        _step(open_, _make)
        _step(open_, _send)
    except Exception:
        tries = open_.values_list("attempts", flat=True).first() or 1
        wait = min(2**tries, BACK_OFF_MOST) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards nothing
        open_.update(next_try_at=Now() + timedelta(seconds=wait))
        raise


def _step(open_: QuerySet[Outbox], step: Callable[[Outbox], None]) -> None:
    """One transaction with the row in hand; nothing happens when it is done, or in another worker's hands."""
    with transaction.atomic():
        row = open_.select_for_update(skip_locked=True, of=("self",)).select_related("user").first()
        if row is not None:
            step(row)


def _make(row: Outbox) -> None:
    """First the summary, committed by itself: a mail server that is down takes nobody's week away."""
    if row.kind in WEEKLY.values():
        write_digest(Viewer.of(row.user), row)


def _send(row: Outbox) -> None:
    """Then the mail, and the row is done. A crash between the two may repeat the mail, with the same Message-ID."""
    mailed = False
    if row.kind == Kind.INVITATION:
        viewer = Viewer.of(row.user)
        with acting_as(viewer):
            found = team.new_token(viewer, row.about_id) if row.about_id else None
        if found:
            address, token = found
            link = f"{settings.BASE_URL}{reverse('invitation_link', args=[token])}"
            _mail(row, address, "An invitation", f"{INVITED}\n\n{link}")
            mailed = True
    elif row.kind == Kind.NEW_ITEM:
        viewer = Viewer.of(row.user)
        with acting_as(viewer):  # she may see less by now than when it was sent
            wanted = row.about_id is not None and row.user.is_active and is_to_be_told(viewer, row.about_id)
        if wanted:
            link = f"{settings.BASE_URL}{reverse('caseload')}"
            _mail(row, row.user.email, "You have a new item", f"{NEW_ITEM}\n\n{link}")
            mailed = True
    elif row.mail and row.user.weekly_mail:  # she may have turned it off since the row was written
        stop = f"{settings.BASE_URL}{reverse('weekly_mail')}"
        words = f"{WORDS}\n\n{settings.BASE_URL}{reverse('digests')}\n\n{OFF}\n{stop}"
        _mail(row, row.user.email, "You have an update", words, {"List-Unsubscribe": f"<{stop}>"})
        mailed = True
    Outbox.objects.filter(pk=row.pk).update(done_at=Now(), mailed_at=Now() if mailed else None)


def write_digest(viewer: Viewer, row: Outbox) -> None:
    """Store the week's references as this viewer may see them now. Selecting discloses nothing; opening will."""
    if row.period_start is None:
        raise ValueError("a weekly summary has a week")
    start, end = row.period_start, row.period_start + WEEK - timedelta(days=1)
    with acting_as(viewer):
        Digest.objects.bulk_create(
            [
                Digest(
                    user_id=viewer.user,
                    kind=row.kind,
                    period_start=start,
                    zone=row.zone,
                    references=references(viewer, start, end),
                    made_at=Now(),
                )
            ],
            ignore_conflicts=True,
        )


def references(viewer: Viewer, start: date, end: date) -> list[list[str | int]]:
    """What a summary of these days refers to, as this viewer may see it now: (room, patient, record, version)."""
    patients = [viewer.patient] if viewer.patient else [patient for patient, _ in sharing.memberships(viewer)]
    return [
        [category, str(patient), str(record), version]
        for category, room in ROOMS
        for patient, record, version in room.references(viewer, patients, start, end)
    ]


def _mail(row: Outbox, address: str, subject: str, body: str, more: Mapping[str, str] | None = None) -> None:
    """One recipient, no health word, no name, no link that signs in. The id is the row's: a repeat shows."""
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
    headers = {"Message-ID": f"<{row.pk}@{domain}>", "Auto-Submitted": "auto-generated", **(more or {})}
    EmailMessage(subject=subject, body=f"{body}\n", to=[address], headers=headers).send()


@transaction.atomic
def choose_staging(viewer: Viewer, *, on: bool) -> None:
    """Switch staging on or off for the pages this clinician opens; raises NotFound for others."""
    if not viewer.is_clinician:
        raise NotFound
    Chosen.objects.update_or_create(user_id=viewer.user, defaults={"staging": on})


@transaction.atomic
def invite(viewer: Viewer, *, email: str, role: str) -> UUID:
    """Invite somebody to the viewer's team: the invitation and its mail's outbox row in one transaction."""
    invitation = team.invite(viewer, email=email, role=role)
    Outbox(user_id=viewer.user, kind=Kind.INVITATION, zone=viewer.zone, about_id=invitation).save(force_insert=True)
    return invitation
