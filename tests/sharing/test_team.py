"""The team: inviting, accepting, confirming, stopping; sharing with dates; pausing; and what the database forbids."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from careteam.accounts.models import Role, User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.audit.models import AuditEvent
from careteam.sharing import queries, team
from careteam.sharing.codes import Category
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.models import CareTeamMember, Consent, Invitation, Pause
from tests.conftest import Clinician, Maren, as_owner, person

ADDRESS = "priya@clinic.example"


def said(patient: Maren, what: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, str]:
    """The words of a refusal, by field."""
    with pytest.raises(Invalid) as refused:
        patient.does(what, *args, **kwargs)
    return refused.value.fields


def token_of(patient: Maren, invitation: UUID) -> str:
    """The token as the mail would carry it."""
    made = patient.does(team.new_token, invitation)
    assert made is not None
    return str(made[1])


def invited(patient: Maren, email: str = ADDRESS, role: str = "Nurse") -> str:
    """Invite somebody; returns the token of the mail."""
    return token_of(patient, patient.does(team.invite, email=email, role=role))


@pytest.fixture
def nurse(patient: Maren) -> Clinician:
    """Somebody with an account who is on nobody's team yet."""
    with as_owner():
        return Clinician(person(ADDRESS, "Priya Nair", Role.PRACTITIONER, profession="TMS clinic nurse"), patient)


def next_30_june(patient: Maren) -> date:
    today = patient.viewer.today
    coming = date(today.year, 6, 30)
    return coming if coming > today else date(today.year + 1, 6, 30)


def rows(clinician: Clinician) -> list[Consent]:
    with as_owner():
        return list(Consent.objects.filter(user=clinician.user).order_by("created_at", "kind", "code"))


def acts(patient: Maren) -> list[str]:
    with as_owner():
        return list(
            AuditEvent.objects.filter(patient_id=patient.id).order_by("at", "id").values_list("action", flat=True)
        )


# -- Inviting ----------------------------------------------------------------------------------------------------------
def test_an_invitation_shares_nothing_and_keeps_the_hash_of_its_token_alone(patient: Maren) -> None:
    token = invited(patient, email="  Priya@Clinic.Example ")
    with as_owner():
        row = Invitation.objects.get()
        assert (row.email, row.role, row.accepted_at) == (ADDRESS, "Nurse", None)
        assert token.encode() not in bytes(row.hash or b"")
        assert row.expires_at - row.created_at == timedelta(days=7)
        assert Consent.objects.count() == CareTeamMember.objects.count() == 0
    assert acts(patient) == ["invite"]


@pytest.mark.parametrize("email", ["", "priya", "priya@", "priya@clinic", "priya@clinic.example\nBcc: x@y.example"])
def test_an_address_that_is_none_is_refused_in_words(patient: Maren, email: str) -> None:
    assert said(patient, team.invite, email=email, role="Nurse") == {
        "email": "This does not look like an email address. Please check it."
    }


def test_one_cannot_invite_oneself_a_member_or_for_an_unknown_role(patient: Maren, gp: Clinician) -> None:
    assert said(patient, team.invite, email="Maren@example.org", role="Nurse") == {"email": "This is your own address."}
    assert said(patient, team.invite, email="yusuf@example.org", role="Nurse") == {
        "email": "This person is already on your team."
    }
    assert said(patient, team.invite, email=ADDRESS, role="Boss") == {"role": "Choose what this person does."}


def test_twenty_invitations_a_day_and_no_more(patient: Maren) -> None:
    for number in range(team.INVITATIONS_A_DAY):
        patient.does(team.invite, email=f"p{number}@clinic.example", role="Nurse")
    assert "20 invitations a day" in said(patient, team.invite, email="one.more@clinic.example", role="Nurse")["email"]
    with as_owner():
        Invitation.objects.update(created_at=F("created_at") - timedelta(hours=25))
    patient.does(team.invite, email="one.more@clinic.example", role="Nurse")


def test_a_team_has_thirty_people_with_those_who_are_invited(patient: Maren, invite: Callable[..., Clinician]) -> None:
    for _ in range(team.MEMBERS_MOST - 1):
        invite("Nurse")
    patient.does(team.invite, email=ADDRESS, role="Nurse")
    refused = said(patient, team.invite, email="another@clinic.example", role="Nurse")
    assert refused == {"email": "A team has at most 30 people."}


def test_only_a_patient_invites(psychiatrist: Clinician) -> None:
    assert psychiatrist.refused(team.invite, email=ADDRESS, role="Nurse")


def test_inviting_the_same_address_again_ends_the_earlier_invitation(patient: Maren, nurse: Clinician) -> None:
    first = invited(patient)
    second = invited(patient)
    assert nurse.refused(team.accept, first)
    nurse.does(team.accept, second)


def test_a_new_token_for_the_same_mail_ends_the_earlier_one(patient: Maren, nurse: Clinician) -> None:
    invitation = patient.does(team.invite, email=ADDRESS, role="Nurse")
    first, second = token_of(patient, invitation), token_of(patient, invitation)
    assert nurse.refused(team.accept, first)
    nurse.does(team.accept, second)


def test_a_cancelled_invitation_opens_nothing(patient: Maren, nurse: Clinician, other_patient: Maren) -> None:
    invitation = patient.does(team.invite, email=ADDRESS, role="Nurse")
    token = token_of(patient, invitation)
    assert other_patient.refused(team.cancel_invitation, invitation)
    patient.does(team.cancel_invitation, invitation)
    assert nurse.refused(team.accept, token)
    assert patient.refused(team.cancel_invitation, invitation)
    assert patient.does(team.new_token, invitation) is None
    assert acts(patient) == ["invite", "invite-off"]


# -- Accepting ---------------------------------------------------------------------------------------------------------
def test_the_inviters_name_is_told_to_the_invited_address_alone(
    patient: Maren, nurse: Clinician, stranger: Clinician
) -> None:
    token = invited(patient)
    assert team.invitation_for(None, token) == team.OpenInvitation(ADDRESS, "Nurse", "")
    assert stranger.does(team.invitation_for, token).patient_name == ""
    assert nurse.does(team.invitation_for, token).patient_name == "Maren Holt"


def test_accepting_makes_somebody_who_waits_and_sees_nothing(patient: Maren, nurse: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    nurse.does(team.accept, invited(patient))
    assert not nurse.reads(note)
    assert nurse.does(queries.memberships) == ()
    assert nurse.refused(queries.must_be_open, patient.id)
    (waiting,) = patient.does(queries.team).members
    assert (waiting.state, waiting.name, waiting.address) == ("waiting", "Priya Nair", ADDRESS)
    assert (waiting.profession, waiting.vouched) == ("TMS clinic nurse", False)
    assert acts(patient)[-1] == "accept"


def test_an_invitation_is_for_one_address_and_for_clinicians(
    patient: Maren, stranger: Clinician, other_patient: Maren
) -> None:
    token = invited(patient)
    assert stranger.refused(team.accept, token)
    own = invited(patient, email=other_patient.user.email)
    assert other_patient.refused(team.accept, own)


def test_an_invitation_works_once(patient: Maren, nurse: Clinician) -> None:
    token = invited(patient)
    nurse.does(team.accept, token)
    assert nurse.refused(team.accept, token)
    with pytest.raises(NotFound):
        team.invitation_for(None, token)


def test_an_invitation_ends_after_seven_days(patient: Maren, nurse: Clinician) -> None:
    token = invited(patient)
    with as_owner():
        Invitation.objects.update(expires_at=Now())
    assert nurse.refused(team.accept, token)
    assert not patient.does(queries.team).invitations[0].open
    with pytest.raises(NotFound):
        team.invitation_for(None, token)


def test_a_guessed_token_opens_nothing(patient: Maren, nurse: Clinician) -> None:
    invited(patient)
    for guess in ("", "x", "0" * 43):
        assert nurse.refused(team.accept, guess)


@pytest.mark.usefixtures("commits")
def test_twenty_who_accept_at_once_become_one_member(patient: Maren, nurse: Clinician) -> None:
    token = invited(patient)
    together = Barrier(20)

    def accepts(_: int) -> bool:
        together.wait()
        try:
            return not nurse.refused(team.accept, token)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(accepts, range(20)))
    assert done.count(True) == 1
    with as_owner():
        assert CareTeamMember.objects.count() == 1
        assert Invitation.objects.filter(accepted_at__isnull=False).count() == 1


# -- Confirming --------------------------------------------------------------------------------------------------------
def test_the_patient_confirms_by_name_and_shares_what_she_ticked(patient: Maren, nurse: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    member = nurse.does(team.accept, invited(patient))
    patient.does(team.confirm, member, categories=[Category.MY_NOTES], until=patient.viewer.today)
    assert nurse.reads(note)
    assert nurse.does(queries.memberships) == ((patient.id, "Maren Holt"),)
    assert [act for act in acts(patient) if act != "read"][-2:] == ["confirm", "category-on"]


def test_confirming_without_ticks_shares_nothing(patient: Maren, nurse: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    member = nurse.does(team.accept, invited(patient))
    patient.does(team.confirm, member, until=patient.viewer.today)
    assert not nurse.reads(note)
    assert rows(nurse) == []
    assert patient.does(queries.member, member).address == ""


def test_a_confirmation_with_a_date_too_far_confirms_nobody(patient: Maren, nurse: Clinician) -> None:
    member = nurse.does(team.accept, invited(patient))
    far = patient.viewer.today + timedelta(days=800)
    assert "24 months" in said(patient, team.confirm, member, categories=[Category.GOALS], until=far)["until"]
    assert patient.does(queries.member, member).state == "waiting"


def test_nobody_else_confirms_and_nobody_twice(patient: Maren, nurse: Clinician, other_patient: Maren) -> None:
    member = nurse.does(team.accept, invited(patient))
    until = patient.viewer.today
    assert nurse.refused(team.confirm, member, until=until)
    assert other_patient.refused(team.confirm, member, until=until)
    assert patient.refused(team.share, member, categories=[Category.GOALS], until=until)  # not before confirming
    patient.does(team.confirm, member, until=until)
    assert patient.refused(team.confirm, member, until=until)


def test_the_database_lets_only_the_patient_confirm_even_past_the_services(patient: Maren, nurse: Clinician) -> None:
    member = nurse.does(team.accept, invited(patient))
    with pytest.raises(DatabaseError, match="confirmed by its patient"), nurse.acting():
        CareTeamMember.objects.filter(pk=member).update(confirmed_at=Now())
    with pytest.raises(DatabaseError, match="confirmed by its patient"), as_owner(), transaction.atomic():
        CareTeamMember.objects.filter(pk=member).update(confirmed_at=Now())


def test_the_database_lets_nobody_join_without_an_invitation_in_hand(patient: Maren, nurse: Clinician) -> None:
    invited(patient)
    with pytest.raises(DatabaseError, match="row-level security"), nurse.acting():
        CareTeamMember(patient_id=patient.id, user=nurse.user, role="Nurse", invited_at=Now()).save(force_insert=True)


# -- Sharing, with dates -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"])
def test_until_30_june_ends_on_1_july_at_midnight_where_the_patient_lives(
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


def test_switching_one_topic_leaves_the_others(patient: Maren, gp: Clinician) -> None:
    until = patient.viewer.today + timedelta(days=50)
    patient.does(team.switch, gp.member.id, kind="label", code="trauma", on=True, until=until)
    patient.does(team.switch, gp.member.id, kind="category", code=Category.GOALS, on=False, until=until)
    shown = patient.does(queries.member, gp.member.id)
    assert (shown.categories, shown.labels, shown.until) == ({Category.TREATMENTS}, {"trauma"}, until)
    assert set(said(patient, team.switch, gp.member.id, kind="all", code="x", on=True, until=until)) == {"categories"}
    assert set(said(patient, team.share, gp.member.id, categories=["x"], until=until)) == {"categories"}
    assert set(said(patient, team.share, gp.member.id, categories=[], labels=["x"], until=until)) == {"categories"}


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
