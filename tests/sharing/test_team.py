"""The team: stopping and leaving; sharing with dates; pausing; and what the database forbids."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.sharing import queries, team
from careteam.sharing.codes import Category
from careteam.sharing.models import CareTeamMember, Consent, Pause
from tests.conftest import Clinician, Maren, as_owner
from tests.sharing.steps import acts, invited, rows, said


def next_30_june(patient: Maren) -> date:
    today = patient.viewer.today
    coming = date(today.year, 6, 30)
    return coming if coming > today else date(today.year + 1, 6, 30)


# -- Sharing, with dates -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"])
def test_e40_until_30_june_ends_on_1_july_at_midnight_where_the_patient_lives(
    patient: Maren, gp: Clinician, zone: str
) -> None:
    patient.user.zone = zone
    until = next_30_june(patient)
    patient.shares(gp, Category.GOALS, until=until)
    ends = {row.ends_at for row in rows(gp) if row.ended_at is None}
    assert ends == {datetime(until.year, 7, 1, tzinfo=zoneinfo.ZoneInfo(zone))}
    assert patient.does(queries.member, gp.member.id).until == until


def test_an_end_that_was_set_stays_when_the_patient_moves(patient: Maren, gp: Clinician) -> None:
    patient.shares(gp, Category.GOALS, until=next_30_june(patient))
    before = {row.id: row.ends_at for row in rows(gp)}
    with as_owner():
        User.objects.filter(pk=patient.id).update(zone="Asia/Tokyo")
    assert {row.id: row.ends_at for row in rows(gp)} == before


def test_today_is_the_first_date_and_24_months_the_last(patient: Maren, gp: Clinician) -> None:
    today = patient.viewer.today
    last = team.months_after(today, 24)
    patient.shares(gp, Category.GOALS, until=today)
    patient.shares(gp, Category.GOALS, until=last)
    for wrong in (today - timedelta(days=1), last + timedelta(days=1)):
        assert set(said(patient, team.share, gp.member.id, categories=[Category.GOALS], until=wrong)) == {"until"}
    assert patient.does(queries.member, gp.member.id).until == last


def test_months_end_on_their_last_day() -> None:
    assert team.months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert team.months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert team.months_after(date(2025, 12, 15), 1) == date(2026, 1, 15)
    assert team.months_after(date(2026, 3, 31), 24) == date(2028, 3, 31)


def test_sharing_covers_old_and_new_and_turns_off_the_rest(patient: Maren, gp: Clinician) -> None:
    old = patient.writes_note("an old one", shared=True)
    assert not gp.reads(old)
    patient.shares(gp, Category.MY_NOTES)
    assert gp.reads(old)
    assert gp.reads(patient.writes_note("a new one", shared=True))
    assert patient.does(queries.member, gp.member.id).categories == {Category.MY_NOTES}
    assert {"category-on", "category-off"} <= set(acts(patient))


def test_what_stays_the_same_leaves_no_trace(patient: Maren, gp: Clinician) -> None:
    until = patient.viewer.today + timedelta(days=100)
    patient.shares(gp, Category.GOALS, labels=["trauma"], until=until)
    before, told = [(row.id, row.ended_at) for row in rows(gp)], acts(patient)
    patient.shares(gp, Category.GOALS, labels=["trauma"], until=until)
    assert [(row.id, row.ended_at) for row in rows(gp)] == before
    assert acts(patient) == told


def test_a_new_date_closes_the_row_and_opens_another(patient: Maren, gp: Clinician) -> None:
    first = patient.viewer.today + timedelta(days=100)
    patient.shares(gp, Category.GOALS, until=first)
    patient.shares(gp, Category.GOALS, until=first + timedelta(days=30))
    assert acts(patient)[-1] == "until"
    goals = [row for row in rows(gp) if row.code == Category.GOALS]
    assert [row.ended_at is None for row in goals].count(True) == 1
    assert all(row.ended_by == patient.id for row in goals if row.ended_at)


def test_a_renewal_closes_the_expired_row_first(patient: Maren, nurse: Clinician) -> None:
    member = nurse.does(team.accept, invited(patient))
    patient.does(team.confirm, member, until=patient.viewer.today)
    with as_owner():
        Consent(
            member_id=member,
            patient_id=patient.id,
            user=nurse.user,
            kind="category",
            code=Category.GOALS,
            starts_at=Now() - timedelta(days=90),
            ends_at=Now() - timedelta(days=9),
            created_by=patient.id,
        ).save(force_insert=True)
    lapsed = patient.does(queries.member, member)
    assert (lapsed.until, lapsed.categories, lapsed.expired_categories) == (None, frozenset(), {Category.GOALS})
    assert lapsed.expired is not None
    patient.shares(nurse, Category.GOALS)
    expired, renewed = rows(nurse)
    assert expired.ended_at is not None
    assert renewed.ended_at is None
    ((_, history),) = patient.does(queries.consents)
    assert [one.live for one in history] == [True, False]
    assert history[1].ended_on == history[1].until  # it ended by itself then, whenever the row was closed


def test_nobody_shares_for_somebody_else(patient: Maren, other_patient: Maren, gp: Clinician) -> None:
    for who in (other_patient, gp):
        assert who.refused(team.share, gp.member.id, categories=[Category.MY_NOTES], until=patient.viewer.today)


# -- Stop, leave, come back --------------------------------------------------------------------------------------------
def test_stop_ends_all_at_once(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    assert psychiatrist.reads(note)
    patient.stops(psychiatrist)
    assert not psychiatrist.reads(note)
    assert psychiatrist.does(queries.memberships) == ()
    assert {row.ended_by for row in rows(psychiatrist)} == {patient.id}
    assert patient.refused(team.stop, psychiatrist.member.id)
    assert acts(patient)[-1] == "stop"


def test_coming_back_needs_a_new_invitation_and_begins_with_nothing(patient: Maren, gp: Clinician) -> None:
    for_him = patient.writes_note("for him alone", for_=[gp])
    patient.shares(gp, *Category, labels=["trauma"])
    assert gp.reads(for_him)
    patient.stops(gp)
    assert patient.refused(team.share, gp.member.id, categories=[Category.GOALS], until=patient.viewer.today)
    member = gp.does(team.accept, invited(patient, email=gp.user.email, role="Family doctor"))
    patient.does(team.confirm, member, until=patient.viewer.today)
    shown = patient.does(queries.member, member)
    assert (shown.categories, shown.labels, shown.expired_categories) == (frozenset(), frozenset(), frozenset())
    patient.shares(gp, Category.MY_NOTES)
    assert not gp.reads(for_him)  # he was named as a member that ended


def test_a_clinician_leaves_by_herself(patient: Maren, psychiatrist: Clinician, stranger: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    assert stranger.refused(team.leave, patient.id)
    psychiatrist.does(team.leave, patient.id)
    assert not psychiatrist.reads(note)
    assert psychiatrist.refused(team.leave, patient.id)
    assert {row.ended_by for row in rows(psychiatrist)} == {psychiatrist.id}
    assert acts(patient)[-1] == "leave"


def test_somebody_who_waits_can_be_declined(patient: Maren, nurse: Clinician) -> None:
    member = nurse.does(team.accept, invited(patient))
    patient.does(team.stop, member)
    assert patient.does(queries.team).members == ()
    assert patient.refused(team.confirm, member, until=patient.viewer.today)


# -- Pause -------------------------------------------------------------------------------------------------------------
def test_a_pause_hides_everything_and_touches_no_consent(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    before = [(row.id, row.ended_at) for row in rows(psychiatrist)]
    patient.pauses()
    patient.pauses()
    assert not psychiatrist.reads(note)
    assert psychiatrist.does(queries.memberships) == ((patient.id, "Maren Holt"),)  # or the row would tell the pause
    assert patient.does(queries.team).paused_since is not None
    patient.resumes()
    patient.resumes()
    assert psychiatrist.reads(note)
    assert [(row.id, row.ended_at) for row in rows(psychiatrist)] == before
    assert [act for act in acts(patient) if act != "read"][-2:] == ["pause", "resume"]
    with as_owner():
        assert Pause.objects.count() == 1


def test_only_the_patient_pauses(psychiatrist: Clinician) -> None:
    assert psychiatrist.refused(team.pause)
    assert psychiatrist.refused(team.resume)


# -- Who is on the team ------------------------------------------------------------------------------------------------
def test_the_list_of_the_team_is_a_topic_of_its_own(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, nurse: Clinician, stranger: Clinician
) -> None:
    nurse.does(team.accept, invited(patient))
    names = [member.name for member in psychiatrist.does(queries.care_team, patient.id)]
    assert names == ["Dr Amina Yusuf"]  # not herself, and nobody who waits
    assert gp.does(queries.care_team, patient.id) == ()
    assert {member.name for member in patient.does(queries.care_team, patient.id)} == {
        "Dr Sun-hee Lee",
        "Dr Amina Yusuf",
    }
    assert nurse.refused(queries.care_team, patient.id)
    assert stranger.refused(queries.care_team, patient.id)
    patient.pauses()
    assert psychiatrist.does(queries.care_team, patient.id) == ()


def test_what_others_see_and_where_they_are_reached_is_the_patients_alone(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    (shown,) = psychiatrist.does(queries.care_team, patient.id)
    assert (shown.categories, shown.labels, shown.until, shown.address) == (frozenset(), frozenset(), None, "")
    assert psychiatrist.refused(queries.team)
    assert psychiatrist.refused(queries.consents)


def test_the_sharing_page_needs_the_same_statements_however_large_the_team(
    patient: Maren, invite: Callable[..., Clinician], django_assert_num_queries: Any
) -> None:
    def statements() -> int:
        with patient.acting(), django_assert_num_queries(5) as counted:
            queries.team(patient.viewer)
        return len(counted)

    invite("Nurse", sees=[Category.GOALS])
    first = statements()
    for _ in range(5):
        invite("Nurse", sees=[Category.GOALS, Category.MEASURES])
    assert statements() == first


# -- What the database forbids -----------------------------------------------------------------------------------------
CHANGES: list[dict[str, Any]] = [
    {"ends_at": Now() + timedelta(days=900)},
    {"starts_at": Now() - timedelta(days=900)},
    {"code": "measures"},
    {"ended_by": None},
]


@pytest.mark.parametrize("changes", CHANGES, ids=lambda changes: next(iter(changes)))
def test_a_consent_is_never_changed_even_by_the_owner(gp: Clinician, changes: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError, match="never changed"), as_owner(), transaction.atomic():
        Consent.objects.filter(user=gp.user).update(**changes)


def test_a_consent_is_ended_once_and_never_deleted_even_by_the_owner(patient: Maren, gp: Clinician) -> None:
    patient.stops(gp)
    for change in ({"ended_at": None, "ended_by": None}, {"ended_at": Now(), "ended_by": patient.id}):
        with pytest.raises(DatabaseError, match="ended once"), as_owner(), transaction.atomic():
            Consent.objects.filter(user=gp.user).update(**change)
    with pytest.raises(DatabaseError, match="ended once"), as_owner(), transaction.atomic():
        Consent.objects.filter(user=gp.user).delete()


@pytest.mark.parametrize("changes", CHANGES[:3], ids=lambda changes: next(iter(changes)))
def test_the_serving_role_has_no_right_to_change_anything_but_the_end(
    patient: Maren, gp: Clinician, changes: dict[str, Any]
) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), patient.acting():
        Consent.objects.filter(user=gp.user).update(**changes)


def test_the_serving_role_deletes_neither_consents_nor_members(patient: Maren, gp: Clinician) -> None:
    for table in ("sharing_consent", "sharing_careteammember", "sharing_pause", "sharing_invitation"):
        with pytest.raises(DatabaseError, match="permission denied"), patient.acting(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - one of four constants


def test_nobody_gives_herself_consent_past_the_services(patient: Maren, gp: Clinician, other_patient: Maren) -> None:
    for who in (gp, other_patient):
        with pytest.raises(DatabaseError, match="row-level security"), acting_as(who.viewer):
            given(patient, gp, by=who.viewer).save(force_insert=True)


def given(patient: Maren, gp: Clinician, by: Viewer) -> Consent:
    """A consent that is not in force yet, as its forger would write it."""
    ends = Now() + timedelta(days=9)
    ids = {"member_id": gp.member.id, "patient_id": patient.id, "user_id": gp.id}
    return Consent(kind="category", code=Category.MY_NOTES, ends_at=ends, created_by=by.user, **ids)


def test_an_ended_membership_never_comes_back(patient: Maren, gp: Clinician) -> None:
    member = gp.member.id
    patient.stops(gp)
    for who in (patient, gp):
        with pytest.raises(DatabaseError, match="never comes back"), who.acting():
            CareTeamMember.objects.filter(pk=member).update(ended_at=None)


def test_a_topic_that_there_is_not_cannot_be_shared(patient: Maren, gp: Clinician) -> None:
    until = patient.viewer.today + timedelta(days=50)
    assert set(said(patient, team.share, gp.member.id, categories=["x"], until=until)) == {"categories"}
    assert set(said(patient, team.share, gp.member.id, categories=[], labels=["x"], until=until)) == {"categories"}
    assert patient.does(queries.member, gp.member.id).categories == {Category.GOALS, Category.TREATMENTS}
