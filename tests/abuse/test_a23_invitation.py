"""A23, the half of invitations: a token stolen, guessed, used twice or kept opens nothing. Links wait for theirs."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from careteam.accounts.limits import Limit
from careteam.accounts.models import Role
from careteam.sharing import queries, team
from careteam.sharing.models import CareTeamMember, Invitation
from frontend.views import invitations
from tests.conftest import Clinician, Maren, as_owner, person
from tests.frontend.browsers import words
from tests.sharing.steps import ADDRESS, invited, token_of


@pytest.fixture
def nurse(patient: Maren) -> Clinician:
    with as_owner():
        return Clinician(person(ADDRESS, "Priya Nair", Role.PRACTITIONER), patient)


def everything() -> str:
    """The table of invitations as the database prints it."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM sharing_invitation t")
        return str(cursor.fetchone()[0])


def test_a_token_has_256_bits_and_its_hash_alone_is_kept(patient: Maren) -> None:
    tokens = [
        token_of(patient, patient.does(team.invite, email=f"{name}@clinic.example", role="Nurse")) for name in "ab"
    ]
    assert [len(base64.urlsafe_b64decode(token + "=")) for token in tokens] == [32, 32]
    for token in tokens:
        assert team.hash_of(token) in everything()
        assert token not in everything()
        assert token.encode().hex() not in everything()
        assert base64.urlsafe_b64decode(token + "=").hex() not in everything()


def test_a_stolen_token_is_bound_to_the_address_it_was_sent_to(
    patient: Maren, nurse: Clinician, stranger: Clinician
) -> None:
    opened = invited(patient)
    assert stranger.does(team.invitation_for, opened).patient_name == ""
    assert stranger.refused(team.accept, opened)
    assert patient.does(queries.team).members == ()
    assert not nurse.refused(team.accept, opened)


def test_a_token_is_used_once_and_within_seven_days(patient: Maren, nurse: Clinician) -> None:
    late = invited(patient)
    with as_owner():
        row = Invitation.objects.get()
        assert row.expires_at - row.created_at == timedelta(days=7)
        Invitation.objects.update(expires_at=Now())
    assert nurse.refused(team.accept, late)
    opened = invited(patient)
    assert not nurse.refused(team.accept, opened)
    patient.stops(Clinician(nurse.user, patient))
    assert nurse.refused(team.accept, opened)  # and nobody comes back by an old one


def test_guesses_are_counted_and_all_answered_alike(
    patient: Maren, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited(patient)
    settings.LIMITS = True
    monkeypatch.setattr(invitations, "INVITATION", Limit(f"guesses-{patient.id}", 3, 3600))
    guesses = [Client().get(reverse("invitation_link", args=[f"{guess:043}"]), follow=True) for guess in range(5)]
    assert [guess.status_code for guess in guesses] == [404, 404, 404, 429, 429]
    assert len({words(guess) for guess in guesses}) == 2


@pytest.mark.usefixtures("commits")
def test_twenty_who_use_one_token_at_once_become_one_member(patient: Maren, nurse: Clinician) -> None:
    opened = invited(patient)
    together = Barrier(20)

    def accepts(_: int) -> bool:
        together.wait()
        try:
            return not nurse.refused(team.accept, opened)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        done = list(pool.map(accepts, range(20)))
    assert done.count(True) == 1
    with as_owner():
        assert CareTeamMember.objects.count() == 1
        assert Invitation.objects.filter(accepted_at__isnull=False).count() == 1
