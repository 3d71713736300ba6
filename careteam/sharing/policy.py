"""Who may see what: docs/rule.md as SQL. Nothing else in careteam decides it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.sharing.codes import DRAFTS, Audience, Category, Kind
from careteam.sharing.compiled import Compiled
from careteam.sharing.models import CareTeamMember, Consent, Pause, RecordAudience, Withdrawal

Q_ = TypeVar("Q_", bound=QuerySet[Any])


def visible(records: Q_, viewer: Viewer) -> Q_:
    """Narrow `records` to what `viewer` may see now. Every unknown case sees nothing."""
    return records.filter(Compiled(_visible, records.model, viewer))


def stubs(viewer: Viewer) -> QuerySet[Withdrawal]:
    """Of records that `viewer` had opened and would still be allowed: "withdrawn on ..." and no more."""
    return Withdrawal.objects.filter(Compiled(_stub, Withdrawal, viewer), user_id=viewer.user)


def visible_replies(replies: Q_, viewer: Viewer, among: Collection[type[Any]] = ()) -> Q_:
    """What stands below a record is seen by whoever sees the record; it has no audience of its own.

    `among`: below records of these classes alone, where it may stand below many and is asked for below few.
    """
    return replies.filter(Compiled(_visible_reply, replies.model, viewer, *among))


def visible_members(members: QuerySet[CareTeamMember], viewer: Viewer) -> QuerySet[CareTeamMember]:
    """The team list: the patient's own, one's own memberships, and the list where the patient shows it."""
    return members.filter(Compiled(_visible_member, CareTeamMember, viewer))


def patients_of(viewer: Viewer) -> QuerySet[CareTeamMember]:
    """The viewer's live memberships: whose caseload row, chart and write forms she has (paused or not)."""
    return CareTeamMember.objects.filter(user_id=viewer.user, confirmed_at__isnull=False, ended_at=None)


def _visible(model: type[Any], viewer: Viewer) -> Q:
    # One account has one role: who keeps a record is on nobody's team, and is not asked about one.
    others = Q(pk__in=[]) if viewer.patient else _shared(viewer, model.category) & Q(withdrawn_at=None)
    shown = _hers(viewer) | others
    seen = _draft_of(viewer) | ~Q(status__in=DRAFTS) & shown
    return ~Q(audience=Audience.ONLY_ME) & seen if viewer.shared_only else seen


def _stub(_: type[Any], viewer: Viewer) -> Q:
    return _shared(viewer, OuterRef("category"), record="record_id")


def _visible_reply(model: type[Any], viewer: Viewer, *among: type[Any]) -> Q:
    about = Q(pk__in=[])
    for parent in among or model.parents():
        its = parent.unscoped("parent of a reply").filter(_visible(parent, viewer), pk=OuterRef("about_id"))
        about |= Q(Exists(its))
    return about & (Q(withdrawn_at=None) | _hers(viewer))


def _visible_member(_: type[Any], viewer: Viewer) -> Q:
    shown = (
        Q(Exists(_membership(viewer)))
        & ~Q(Exists(_pause()))
        & Q(Exists(_consents(viewer, Kind.CATEGORY).filter(code=Category.CARE_TEAM)))
        & Q(confirmed_at__isnull=False, ended_at=None)
    )
    return _hers(viewer) | Q(user_id=viewer.user) | shown


def _draft_of(viewer: Viewer) -> Q:
    return Q(status__in=DRAFTS, author_id=viewer.user)


def _hers(viewer: Viewer) -> Q:
    return Q(patient_id=viewer.patient) if viewer.patient else Q(pk__in=[])


def _shared(viewer: Viewer, category: str | OuterRef, *, record: str = "pk") -> Q:
    """One condition of rule.md per line, in its order (drafts, withdrawn and parents are said by the callers)."""
    return (
        Q(Exists(_membership(viewer)))
        & ~Q(Exists(_pause()))
        & Q(Exists(_consents(viewer, Kind.CATEGORY).filter(code=category)))
        & Q(labels__contained_by=ArraySubquery(_consents(viewer, Kind.LABEL).values("code")))
        & (Q(audience=Audience.CATEGORY) | Q(audience=Audience.NAMED) & Q(Exists(_named(viewer, record))))
    )


def _membership(viewer: Viewer) -> QuerySet[CareTeamMember]:
    return patients_of(viewer).filter(patient_id=OuterRef("patient_id"))


def _pause() -> QuerySet[Pause]:
    return Pause.objects.filter(patient_id=OuterRef("patient_id"), ended_at=None)


def live(consents: QuerySet[Consent]) -> QuerySet[Consent]:
    """Consents in force now, by the database's clock; the end is exclusive."""
    return consents.filter(starts_at__lte=Now(), ends_at__gt=Now(), ended_at=None)


def _consents(viewer: Viewer, kind: Kind) -> QuerySet[Consent]:
    """By a membership that lives itself: what an ended one once allowed never comes back with a new invitation."""
    hers = Consent.objects.filter(member__user_id=viewer.user)
    of_a_member = hers.filter(member__confirmed_at__isnull=False, member__ended_at=None)
    return live(of_a_member.filter(user_id=viewer.user, patient_id=OuterRef("patient_id"), kind=kind))


def _named(viewer: Viewer, record: str) -> QuerySet[RecordAudience]:
    """By a member of the record's own patient: a row about somebody else's record names nobody."""
    hers = RecordAudience.objects.filter(user_id=viewer.user, member__user_id=viewer.user)
    rows = hers.filter(record_id=OuterRef(record), member__ended_at=None)
    return rows.filter(patient_id=OuterRef("patient_id"), member__patient_id=OuterRef("patient_id"))
