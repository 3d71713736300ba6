"""The invited person's side: the link, signing up with the invited address, accepting."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from careteam.accounts.models import Practitioner, Role, User
from careteam.logs import Quiet
from careteam.sharing import queries, team
from careteam.sharing.models import Invitation
from careteam.summaries import services as summaries
from careteam.summaries.models import Outbox
from frontend.views.invitations import HELD
from tests.conftest import PASSWORD, Clinician, Maren, as_owner, code_of, person
from tests.frontend.browsers import NEW, code_in, filled, is_signed_in, sets_up_app, signed_in, words

ADDRESS = "priya@clinic.example"
HERE = "/invitation/"


def link_for(patient: Maren, email: str = ADDRESS) -> str:
    """The address in the mail of a new invitation."""
    invitation = patient.does(team.invite, email=email, role="Nurse")
    made = patient.does(team.new_token, invitation)
    assert made is not None
    return reverse("invitation_link", args=[made[1]])


def holding(link: str) -> Client:
    """A browser in which this link was opened."""
    browser = Client()
    browser.get(link)
    return browser


def read_in(browser: Client, address: str) -> dict[str, str]:
    """Which invitation the form at this address shows."""
    found = re.search(r'name="read" value="(\w+)"', browser.get(address).content.decode())
    return {"read": found[1]} if found else {}


def accepts(browser: Client) -> Any:
    """Press "Accept" on the page of the invitation that was opened last."""
    return browser.post(HERE, read_in(browser, HERE))


# -- The link ----------------------------------------------------------------------------------------------------------
def test_a_link_tells_a_visitor_the_address_and_no_name(patient: Maren) -> None:
    page = Client().get(link_for(patient), follow=True)
    assert ADDRESS in words(page)
    assert "Maren" not in words(page)


def test_the_invited_person_reads_who_invites_and_accepts(patient: Maren) -> None:
    with as_owner():
        nurse = Clinician(person(ADDRESS, "Priya Nair", Role.PRACTITIONER), patient)
    browser, link = signed_in(nurse), link_for(patient)
    assert "Maren Holt invites you" in words(browser.get(link, follow=True))
    browser.post(link, follow=True)
    assert patient.does(queries.team).members == ()  # opening the link accepted nothing
    answer = accepts(browser)
    assert answer.headers["Location"] == reverse("home")
    assert [member.state for member in patient.does(queries.team).members] == ["waiting"]
    for again in (browser.get(link, follow=True), browser.post(HERE), Client().get(link, follow=True)):
        assert again.status_code == 404
        assert "An invitation works once" in words(again)


def test_somebody_else_reads_no_name(stranger: Clinician, patient: Maren) -> None:
    link = link_for(patient)
    for who in (stranger, patient):
        browser = signed_in(who)
        for page in (browser.get(link, follow=True), browser.post(HERE)):
            assert "It was sent to another address than the one you are signed in with." in words(page)
            assert "Maren Holt invites" not in words(page)
    assert patient.does(queries.team).members == ()


def test_a_patients_account_with_that_address_is_told_why_it_cannot_join(patient: Maren, other_patient: Maren) -> None:
    page = signed_in(other_patient).get(link_for(patient, other_patient.user.email), follow=True)
    assert "An account has one role." in words(page)
    assert "Maren" not in words(page)


def test_used_cancelled_expired_and_invented_links_answer_alike(patient: Maren) -> None:
    expired = link_for(patient, "one@clinic.example")
    with as_owner():
        Invitation.objects.update(expires_at=Now())
    cancelled = link_for(patient, "two@clinic.example")
    (waiting,) = (one for one in patient.does(queries.team).invitations if one.open)
    patient.does(team.cancel_invitation, waiting.id)
    links = (expired, cancelled, reverse("invitation_link", args=["invented"]))
    answers = [Client().get(link, follow=True) for link in links] + [Client().get(HERE)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({words(answer) for answer in answers}) == 1
    assert not Session.objects.exists()  # guessing leaves nothing behind


def test_an_invitation_that_ends_while_it_is_read_is_not_accepted(patient: Maren, stranger: Clinician) -> None:
    browser = signed_in(stranger)
    for end in ({"expires_at": Now()}, {"cancelled_at": Now()}):
        page = browser.get(link_for(patient, stranger.user.email), follow=True)
        assert "Maren Holt invites you" in words(page)
        with as_owner():
            Invitation.objects.update(**end)
        assert browser.post(HERE, {"read": page.context["read"]}).status_code == 404
    assert patient.does(queries.team).members == ()


def test_the_invitation_that_was_read_is_accepted_and_no_other(
    patient: Maren, other_patient: Maren, stranger: Clinician
) -> None:
    browser = signed_in(stranger)
    read = browser.get(link_for(patient, stranger.user.email), follow=True).context["read"]
    browser.get(link_for(other_patient, stranger.user.email))  # on another tab
    answer = browser.post(HERE, {"read": read})
    assert answer.status_code == 409
    assert "You opened another invitation meanwhile" in words(answer)
    assert "Ilse Brandt invites you" in words(answer)
    assert patient.does(queries.team).members == other_patient.does(queries.team).members == ()
    assert browser.post(HERE, {"read": answer.context["read"]}).status_code == 302
    assert [member.state for member in other_patient.does(queries.team).members] == ["waiting"]


def test_another_account_signs_out_and_goes_on_without_the_mail(patient: Maren, stranger: Clinician) -> None:
    with as_owner():
        person(ADDRESS, "Priya Nair", Role.PRACTITIONER)
    browser = signed_in(stranger)
    browser.get(link_for(patient))
    assert browser.get(reverse("change_account")).headers["Location"] == HERE
    assert is_signed_in(browser)  # a link signs nobody out
    asked = browser.post(reverse("change_account"), follow=True)
    assert not is_signed_in(browser)
    assert "Somebody you treat wants to share their record" in words(asked)
    sign_in = f"{reverse('account_login')}?next={quote(HERE, safe='')}"
    assert f'href="{sign_in}"' in asked.content.decode()
    browser.post(sign_in, {"login": ADDRESS, "password": PASSWORD, "next": HERE})
    code = code_of(User.objects.get(email=ADDRESS))
    assert "Maren Holt invites you" in words(browser.post(reverse("mfa_authenticate"), {"code": code}, follow=True))


# -- The token ---------------------------------------------------------------------------------------------------------
class Trail(Client):
    """A browser that remembers every address it asked for and every answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.answers: list[Any] = []

    def request(self, **request: Any) -> Any:
        self.asked.append(request["PATH_INFO"] + "?" + request.get("QUERY_STRING", ""))
        self.answers.append(super().request(**request))
        return self.answers[-1]


def everything_stored() -> str:
    """Every row of every table as the database prints it, and what the sessions hold."""
    found = [str(session.get_decoded()) for session in Session.objects.all()]
    with as_owner(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - a table's name
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_after_the_whole_walk_the_token_was_nowhere_but_in_the_mail_and_its_link(
    patient: Maren, stranger: Clinician, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in(patient).post(reverse("invite"), {"email": ADDRESS, "role": "Nurse"})
    with as_owner():
        outbox = Outbox.objects.values_list("id", flat=True).get()
    summaries.work(outbox)
    (message,) = mail.outbox
    found = re.search(r"http://[^/]+(/invitation/([\w-]{43})/)$", str(message.body), re.MULTILINE)
    assert found
    link, token = found.groups()
    mail.outbox.clear()
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django").addHandler(caplog.handler)
    caplog.handler.setFormatter(Quiet())
    stored = []
    try:
        browser = Trail()
        browser.post(reverse("account_login"), {"login": stranger.user.email, "password": PASSWORD})
        browser.get(link, follow=True)
        browser.post(HERE)
        browser.post(reverse("change_account"), follow=True)
        stored.append(everything_stored())
        for page in ("account_signup", "account_login"):
            browser.get(reverse(page), {"next": HERE})
        browser.post(reverse("account_login"), {"login": ADDRESS, "password": "not hers", "next": HERE})
        signs_up(browser, follow=True, next=HERE)
        stored.append(everything_stored())
        sets_up_app(browser)
        accepts(browser)
        browser.get(link, follow=True)
        refused = Client(enforce_csrf_checks=True).post(link)
    finally:
        logging.getLogger("django").removeHandler(caplog.handler)
    assert refused.status_code == 403
    assert [member.name for member in patient.does(queries.team).members] == ["Priya Nair"]
    stored.append(everything_stored())
    for where in stored:
        assert token not in where
        assert token.encode().hex() not in where
    assert team.hash_of(token) in stored[0]  # what is kept is the hash
    assert [address for address in browser.asked if token in address] == [f"{link}?", f"{link}?"]
    for answer in browser.answers:
        assert token not in answer.content.decode()
        assert token not in str(answer.headers)
    assert "Forbidden (CSRF cookie not set.): /invitation/…/" in caplog.text
    assert token not in caplog.text
    assert token not in "".join(str(message.message()) for message in mail.outbox)


def test_the_link_is_told_to_no_page_that_is_opened_from_it(patient: Maren) -> None:
    answer = Client().get(link_for(patient))
    assert answer.headers["Location"] == HERE
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_visitors_browser_forgets_the_invitation_when_it_is_closed(patient: Maren, stranger: Clinician) -> None:
    browser = holding(link_for(patient))
    assert browser.cookies["sessionid"]["max-age"] == ""
    signs_up(browser)
    browser.get(HERE)
    assert browser.cookies["sessionid"]["max-age"]  # signed in, she stays so as anybody does
    her_own = signed_in(stranger)
    her_own.get(link_for(patient, stranger.user.email))
    assert her_own.cookies["sessionid"]["max-age"] == 1800
    her_own.post(reverse("change_account"))
    assert her_own.cookies["sessionid"]["max-age"] == ""


# -- Signing up with the invited address -------------------------------------------------------------------------------
def told(**changes: Any) -> dict[str, Any]:
    """The sign-up form as an invited clinician fills it in."""
    form = {"name": "Priya Nair", "profession": "TMS clinic nurse", "password1": "rainbarn"}
    return {**form, "zone": "Asia/Kolkata", **changes}


def signs_up(browser: Client, *, follow: bool = False, **changes: Any) -> Any:
    """Fill in the form as it stands there now."""
    address = reverse("account_signup")
    return browser.post(address, told(**changes) | read_in(browser, address), follow=follow)


def test_an_invited_clinician_signs_up_with_that_address_and_lands_on_the_invitation(patient: Maren) -> None:
    browser = holding(link_for(patient))
    page = browser.get(reverse("account_signup"), {"next": HERE}).content.decode()
    email = re.search(r'<input[^>]*name="email"[^>]*>', page)
    assert email
    assert f'value="{ADDRESS}"' in email[0]
    assert "disabled" in email[0]
    assert 'name="birth_date"' not in page
    answer = signs_up(browser, email="mallory@example.org", next=HERE)
    assert answer.headers["Location"] == HERE  # no code: the link reached this address
    assert mail.outbox == []
    user = User.objects.get(name="Priya Nair")
    assert (user.email, user.role, user.zone) == (ADDRESS, Role.PRACTITIONER, "Asia/Kolkata")
    assert EmailAddress.objects.get(user=user).verified
    her = Practitioner.objects.get(pk=user.pk)
    assert (her.profession, her.vouched_at) == ("TMS clinic nurse", None)
    assert browser.get(HERE).headers["Location"] == reverse("mfa_index")  # a second step first
    assert "Maren" not in words(browser.get(reverse("mfa_index")))
    codes = browser.get(sets_up_app(browser).headers["Location"])
    assert f'href="{reverse("go_on")}"' in codes.content.decode()
    assert browser.get(reverse("go_on")).headers["Location"] == HERE
    assert "Maren Holt invites you" in words(browser.get(HERE))
    accepts(browser)
    assert [member.name for member in patient.does(queries.team).members] == ["Priya Nair"]
    assert HELD not in browser.session


def test_an_account_is_made_for_the_address_that_was_read_and_no_other(patient: Maren, other_patient: Maren) -> None:
    browser = holding(link_for(patient))
    read = read_in(browser, reverse("account_signup"))
    browser.get(link_for(other_patient, "mallory@clinic.example"))  # on another tab, perhaps by another's doing
    answer = browser.post(reverse("account_signup"), told() | read, follow=True)
    assert "You opened another invitation meanwhile." in words(answer)
    assert 'value="mallory@clinic.example"' in answer.content.decode()
    assert not User.objects.filter(name="Priya Nair").exists()


def test_without_the_way_back_the_invitation_is_found_all_the_same(patient: Maren) -> None:
    browser = holding(link_for(patient))
    assert signs_up(browser).headers["Location"] == HERE


def test_an_invited_clinician_who_began_as_a_patient_by_mistake_can_still_join(patient: Maren) -> None:
    browser = Client()
    browser.post(reverse("account_signup"), filled(email=ADDRESS))
    assert User.objects.get(email=ADDRESS).role == Role.PATIENT
    browser.get(link_for(patient))
    assert "What you do" in words(browser.get(reverse("account_signup")))
    assert signs_up(browser).headers["Location"] == HERE
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
    browser = holding(link_for(patient))
    answer = signs_up(browser, profession=" ")
    assert "This is still empty." in words(answer)
    answer = signs_up(browser, profession="x" * 201)
    assert "200" in words(answer)
    assert not Practitioner.objects.exists()


def test_an_invitation_cancelled_meanwhile_makes_no_account(patient: Maren) -> None:
    browser = holding(link_for(patient))
    (waiting,) = patient.does(queries.team).invitations
    patient.does(team.cancel_invitation, waiting.id)
    answer = browser.post(reverse("account_signup"), told(), follow=True)
    assert answer.status_code == 404
    assert "An invitation works once" in words(answer)
    assert not Practitioner.objects.exists()
    assert "Date of birth" in words(browser.get(reverse("account_signup")))  # the link is forgotten


def test_a_visitor_with_an_invitation_may_still_want_a_record_of_her_own(patient: Maren) -> None:
    browser = holding(link_for(patient))
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
    browser = holding(link_for(patient, stranger.user.email))
    answer = signs_up(browser)
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert "There is one already." in str(mail.outbox[0].body)
    assert Practitioner.objects.count() == 1
