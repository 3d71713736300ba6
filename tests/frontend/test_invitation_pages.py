"""The invited person's side: the link, signing up with the invited address, accepting."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from careteam.accounts.forms import INVITED
from careteam.accounts.models import Practitioner, Role, User
from careteam.sharing import queries, team
from careteam.sharing.models import Invitation
from tests.conftest import Clinician, Maren, as_owner, person
from tests.frontend.browsers import NEW, code_in, filled, is_signed_in, signed_in, words

ADDRESS = "priya@clinic.example"


def link_for(patient: Maren, email: str = ADDRESS) -> str:
    """The address in the mail of a new invitation."""
    invitation = patient.does(team.invite, email=email, role="Nurse")
    made = patient.does(team.new_token, invitation)
    assert made is not None
    return reverse("invitation", args=[made[1]])


# -- The link ----------------------------------------------------------------------------------------------------------
def test_a_link_tells_a_visitor_the_address_and_no_name(patient: Maren) -> None:
    browser = Client()
    page = browser.get(link_for(patient))
    assert ADDRESS in words(page)
    assert "Maren" not in words(page)
    assert browser.session[INVITED]["email"] == ADDRESS


def test_the_invited_person_reads_who_invites_and_accepts(patient: Maren) -> None:
    with as_owner():
        nurse = Clinician(person(ADDRESS, "Priya Nair", Role.PRACTITIONER), patient)
    browser, address = signed_in(nurse), link_for(patient)
    assert "Maren Holt invites you" in words(browser.get(address))
    assert patient.does(queries.team).members == ()  # looking accepted nothing
    answer = browser.post(address)
    assert answer.headers["Location"] == reverse("home")
    assert [member.state for member in patient.does(queries.team).members] == ["waiting"]
    gone = browser.get(address)
    assert gone.status_code == 404
    assert "An invitation works once" in words(gone)


def test_somebody_else_reads_no_name(stranger: Clinician, patient: Maren) -> None:
    address = link_for(patient)
    for who in (stranger, patient):
        browser = signed_in(who)
        for page in (browser.get(address), browser.post(address)):
            assert "It was sent to another address than the one you are signed in with." in words(page)
            assert "Maren Holt invites" not in words(page)
    assert patient.does(queries.team).members == ()


def test_a_patients_account_with_that_address_is_told_why_it_cannot_join(patient: Maren, other_patient: Maren) -> None:
    page = signed_in(other_patient).get(link_for(patient, other_patient.user.email))
    assert "An account has one role." in words(page)
    assert "Maren" not in words(page)


def test_used_cancelled_expired_and_invented_links_answer_alike(patient: Maren) -> None:
    expired = link_for(patient, "one@clinic.example")
    with as_owner():
        Invitation.objects.update(expires_at=Now())
    cancelled = link_for(patient, "two@clinic.example")
    (waiting,) = (one for one in patient.does(queries.team).invitations if one.open)
    patient.does(team.cancel_invitation, waiting.id)
    answers = [Client().get(address) for address in (expired, cancelled, reverse("invitation", args=["invented"]))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({words(answer) for answer in answers}) == 1


# -- Signing up with the invited address -------------------------------------------------------------------------------
def told(**changes: Any) -> dict[str, Any]:
    """The sign-up form as an invited clinician fills it in."""
    form = {"name": "Priya Nair", "profession": "TMS clinic nurse", "password1": "seven quiet harbours"}
    return {**form, "zone": "Asia/Kolkata", **changes}


def test_an_invited_clinician_signs_up_with_that_address_and_lands_on_the_invitation(patient: Maren) -> None:
    browser, link = Client(), link_for(patient)
    browser.get(link)
    page = browser.get(reverse("account_signup"), {"next": link}).content.decode()
    email = re.search(r'<input[^>]*name="email"[^>]*>', page)
    assert email
    assert f'value="{ADDRESS}"' in email[0]
    assert "disabled" in email[0]
    assert 'name="birth_date"' not in page
    answer = browser.post(reverse("account_signup"), told(email="mallory@example.org", next=link))
    assert answer.headers["Location"] == link  # no code: the link reached this address
    assert mail.outbox == []
    user = User.objects.get(name="Priya Nair")
    assert (user.email, user.role, user.zone) == (ADDRESS, Role.PRACTITIONER, "Asia/Kolkata")
    assert EmailAddress.objects.get(user=user).verified
    her = Practitioner.objects.get(pk=user.pk)
    assert (her.profession, her.vouched_at) == ("TMS clinic nurse", None)
    assert "Maren Holt invites you" in words(browser.get(link))
    browser.post(link)
    assert [member.name for member in patient.does(queries.team).members] == ["Priya Nair"]
    assert INVITED not in browser.session


def test_without_the_way_back_the_invitation_is_found_all_the_same(patient: Maren) -> None:
    browser, link = Client(), link_for(patient)
    browser.get(link)
    assert browser.post(reverse("account_signup"), told()).headers["Location"] == link


def test_an_invited_clinician_who_began_as_a_patient_by_mistake_can_still_join(patient: Maren) -> None:
    browser = Client()
    browser.post(reverse("account_signup"), filled(email=ADDRESS))
    assert User.objects.get(email=ADDRESS).role == Role.PATIENT
    link = link_for(patient)
    browser.get(link)
    assert "What you do" in words(browser.get(reverse("account_signup")))
    assert browser.post(reverse("account_signup"), told()).headers["Location"] == link
    assert User.objects.get(email=ADDRESS).role == Role.PRACTITIONER


@pytest.mark.django_db
def test_an_address_that_was_never_proven_is_not_lost() -> None:
    Client().post(reverse("account_signup"), filled(name="Somebody Else"))
    Client().post(reverse("account_signup"), filled())
    assert [user.name for user in User.objects.all()] == ["Somebody Else"]  # a code may still be on its way to her
    User.objects.update(joined_at=timezone.now() - timedelta(minutes=16))
    mail.outbox.clear()
    browser = Client()
    browser.post(reverse("account_signup"), filled())
    browser.post(reverse("account_email_verification_sent"), {"code": code_in(mail.outbox[0])})
    assert is_signed_in(browser)
    assert [user.name for user in User.objects.all()] == ["Ida Berg"]


def test_an_account_that_was_proven_once_is_never_replaced(patient: Maren) -> None:
    User.objects.update(joined_at=timezone.now() - timedelta(days=900), last_login=None)
    Client().post(reverse("account_signup"), filled(email=patient.user.email))
    assert User.objects.get().name == "Maren Holt"


def test_what_an_invited_clinician_leaves_empty_is_said(patient: Maren) -> None:
    browser = Client()
    browser.get(link_for(patient))
    answer = browser.post(reverse("account_signup"), told(profession=" "))
    assert "This is still empty." in words(answer)
    assert not Practitioner.objects.exists()


def test_an_invitation_taken_back_meanwhile_makes_no_account(patient: Maren) -> None:
    browser, link = Client(), link_for(patient)
    browser.get(link)
    (waiting,) = patient.does(queries.team).invitations
    patient.does(team.cancel_invitation, waiting.id)
    answer = browser.post(reverse("account_signup"), told(), follow=True)
    assert answer.status_code == 404
    assert "An invitation works once" in words(answer)
    assert not Practitioner.objects.exists()
    assert "Date of birth" in words(browser.get(reverse("account_signup")))  # the link is forgotten


def test_a_visitor_with_an_invitation_may_still_want_a_record_of_her_own(patient: Maren) -> None:
    browser = Client()
    browser.get(link_for(patient))
    page = browser.get(reverse("account_signup"), {"own": "1"})
    assert "Date of birth" in words(page)
    assert 'name="own"' in page.content.decode()
    answer = browser.post(reverse("account_signup"), filled(own="1"))
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert User.objects.get(email=NEW).role == Role.PATIENT


@pytest.mark.django_db
def test_nobody_becomes_a_clinician_without_an_invitation() -> None:
    Client().post(reverse("account_signup"), filled(profession="Surgeon", role="practitioner"))
    assert User.objects.get().role == Role.PATIENT


def test_an_invited_address_that_has_an_account_gets_the_same_page_and_a_mail(
    patient: Maren, stranger: Clinician
) -> None:
    browser = Client()
    browser.get(link_for(patient, stranger.user.email))
    answer = browser.post(reverse("account_signup"), told())
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert "There is one already." in str(mail.outbox[0].body)
    assert Practitioner.objects.count() == 1
