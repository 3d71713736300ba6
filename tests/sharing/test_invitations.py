"""Joining a team: inviting, accepting once, being confirmed by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now

from careteam.sharing import queries, team
from careteam.sharing.codes import Category
from careteam.sharing.errors import NotFound
from careteam.sharing.models import CareTeamMember, Consent, Invitation
from tests.conftest import Clinician, Maren, as_owner
from tests.sharing.steps import ADDRESS, acts, invited, rows, said, token_of


# -- Inviting ----------------------------------------------------------------------------------------------------------
def test_an_invitation_shares_nothing_and_keeps_the_hash_of_its_token_alone(patient: Maren) -> None:
    token = token_of(patient, patient.does(team.invite, email="  Priya@Clinic.Example ", role="Nurse"))
    with as_owner():
        row = Invitation.objects.get()
        assert (row.email, row.role, row.accepted_at) == (ADDRESS, "Nurse", None)
        assert bytes(row.hash or b"").hex() == team.hash_of(token)
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
    first, second = (team.hash_of(token_of(patient, invitation)) for _ in range(2))
    assert nurse.refused(team.accept, first)
    nurse.does(team.accept, second)


def test_a_cancelled_invitation_opens_nothing(patient: Maren, nurse: Clinician, other_patient: Maren) -> None:
    invitation = patient.does(team.invite, email=ADDRESS, role="Nurse")
    opened = team.hash_of(token_of(patient, invitation))
    assert other_patient.refused(team.cancel_invitation, invitation)
    patient.does(team.cancel_invitation, invitation)
    assert nurse.refused(team.accept, opened)
    assert patient.refused(team.cancel_invitation, invitation)
    assert patient.does(team.new_token, invitation) is None
    assert acts(patient) == ["invite", "invite-off"]


# -- Accepting ---------------------------------------------------------------------------------------------------------
def test_the_inviters_name_is_told_to_the_invited_address_alone(
    patient: Maren, nurse: Clinician, stranger: Clinician
) -> None:
    opened = invited(patient)
    assert team.invitation_for(None, opened) == team.OpenInvitation(ADDRESS, "Nurse", "")
    assert stranger.does(team.invitation_for, opened).patient_name == ""
    assert nurse.does(team.invitation_for, opened).patient_name == "Maren Holt"


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
    opened = invited(patient)
    assert stranger.refused(team.accept, opened)
    own = invited(patient, email=other_patient.user.email)
    assert other_patient.refused(team.accept, own)


def test_an_invitation_works_once(patient: Maren, nurse: Clinician) -> None:
    opened = invited(patient)
    nurse.does(team.accept, opened)
    assert nurse.refused(team.accept, opened)
    with pytest.raises(NotFound):
        team.invitation_for(None, opened)


def test_an_invitation_ends_after_seven_days(patient: Maren, nurse: Clinician) -> None:
    opened = invited(patient)
    with as_owner():
        Invitation.objects.update(expires_at=Now())
    assert nurse.refused(team.accept, opened)
    assert not patient.does(queries.team).invitations[0].open
    with pytest.raises(NotFound):
        team.invitation_for(None, opened)


def test_a_guessed_token_opens_nothing(patient: Maren, nurse: Clinician) -> None:
    invited(patient)
    for guess in ("", team.hash_of(""), team.hash_of("0" * 43)):
        assert nurse.refused(team.accept, guess)


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
