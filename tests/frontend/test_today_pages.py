"""What Today says of the team: what waits, what ended or ends soon, who left, and what others did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent
from careteam.goals.services import add_goal
from careteam.sharing import team
from careteam.sharing.codes import Category
from careteam.sharing.models import CareTeamMember, Consent, Invitation
from careteam.summaries.today import team_news
from tests.conftest import Clinician, Maren, as_owner, joins, person
from tests.frontend.reading import main_of, said
from tests.frontend.test_statements import statements
from tests.sharing.steps import invited
from tests.statements import Statements

__all__ = ["statements"]


def today(patient: Maren) -> str:
    """The words of her page."""
    return said(patient.browser.get("/today/"))


def sees_until(patient: Maren, clinician: Clinician, days: int) -> None:
    """Her consents for this person end in so many days, or ended so many ago."""
    member = clinician.member
    with as_owner():
        Consent.objects.filter(member=member, ended_at=None).update(ended_at=Now(), ended_by=patient.id)
        Consent(
            member=member,
            patient_id=patient.id,
            user=clinician.user,
            kind="category",
            code=Category.GOALS,
            starts_at=Now() - timedelta(days=300),
            ends_at=Now() + timedelta(days=days),
            created_by=patient.id,
            created_at=Now() - timedelta(days=300),
        ).save(force_insert=True)


def test_nothing_is_said_of_the_team_when_there_is_nothing_to_say(patient: Maren, psychiatrist: Clinician) -> None:
    assert "News of your team" not in main_of(patient.browser.get("/today/"))


# -- Somebody waits, or does not answer --------------------------------------------------------------------------------
def test_somebody_who_accepted_waits_for_her_with_a_link(patient: Maren, stranger: Clinician) -> None:
    token = invited(patient, stranger.user.email)
    stranger.does(team.accept, token)
    page = patient.browser.get("/today/")
    assert "Dr Nobody, whom you invited as nurse, accepted and waits for you." in said(page)
    with as_owner():
        member = CareTeamMember.objects.get(user=stranger.user)
    assert f'href="/sharing/{member.id}/confirm/"' in main_of(page)
    patient.does(team.confirm, member.id, until=patient.viewer.today)
    assert "waits for you" not in today(patient)


def test_an_invitation_without_an_answer_is_told_quietly(patient: Maren) -> None:
    invited(patient, "priya@clinic.example")
    page = patient.browser.get("/today/")
    assert "Your invitation to priya@clinic.example from" in said(page)
    assert "has no answer yet" in said(page)
    assert 'class="alert' not in main_of(page).split('<div class="cols">')[0]


@pytest.mark.parametrize(("ago", "told"), [(8, True), (29, True), (31, False)])
def test_an_invitation_that_ran_out_is_told_for_a_month(patient: Maren, ago: int, told: bool) -> None:
    invited(patient)
    with as_owner():
        Invitation.objects.update(created_at=Now() - timedelta(days=ago), expires_at=Now() - timedelta(days=ago - 7))
    assert ("was not used within 7 days" in today(patient)) is told


# -- The pause ---------------------------------------------------------------------------------------------------------
def test_a_pause_is_told_with_its_day_and_can_be_ended_here(patient: Maren, psychiatrist: Clinician) -> None:
    patient.pauses()
    page = patient.browser.get("/today/")
    assert "Sharing is paused since" in said(page)
    assert 'method="post" action="/sharing/resume/"' in main_of(page)
    patient.resumes()
    assert "Sharing is paused" not in today(patient)


# -- Time that ends ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "told"), [(1, True), (30, True), (32, False)])
def test_somebodys_time_that_ends_within_30_days_is_told(
    patient: Maren, psychiatrist: Clinician, days: int, told: bool
) -> None:
    sees_until(patient, psychiatrist, days)
    page = patient.browser.get("/today/")
    assert ("Dr Sun-hee Lee’s time to look ends on" in said(page)) is told
    assert (f"/sharing/#id_{psychiatrist.member.id}-until" in main_of(page)) is told


def test_what_ended_by_itself_is_told_and_can_be_renewed_or_left(patient: Maren, psychiatrist: Clinician) -> None:
    sees_until(patient, psychiatrist, -2)
    page = patient.browser.get("/today/")
    assert "Dr Sun-hee Lee’s time to look ended on" in said(page)
    assert f"/sharing/?renew={psychiatrist.member.id}#what" in main_of(page)
    sees_until(patient, psychiatrist, -40)
    assert "time to look ended" not in today(patient)


# -- Somebody left -----------------------------------------------------------------------------------------------------
def left(patient: Maren, name: str, ago: int) -> None:
    """Somebody who was on the team left it, so many days ago."""
    with as_owner():
        user = person(f"{name.lower().replace(' ', '-')}@example.org", name, Role.PRACTITIONER)
        CareTeamMember(
            patient_id=patient.id,
            user=user,
            role="Nurse",
            invited_at=Now() - timedelta(days=200),
            accepted_at=Now() - timedelta(days=200),
            confirmed_at=Now() - timedelta(days=200),
            ended_at=Now() - timedelta(days=ago),
            ended_by=user.pk,
        ).save(force_insert=True)


def test_somebody_who_leaves_is_told(patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.does(team.leave, patient.id)
    assert "Dr Sun-hee Lee, psychiatrist, left your team on" in today(patient)


def test_somebody_who_left_is_told_for_a_month(patient: Maren) -> None:
    left(patient, "Priya Nair", 29)
    left(patient, "Ola Berg", 31)
    text = today(patient)
    assert "Priya Nair, nurse, left your team on" in text
    assert "Ola Berg" not in text


def test_who_looks_in_later_is_told_of_all_who_left_since(patient: Maren) -> None:
    today(patient)
    with as_owner():
        AuditEvent.objects.filter(action="overview").update(at=F("at") - timedelta(days=90))
    left(patient, "Priya Nair", 80)
    for _ in range(2):  # a reload is the same visit
        assert "Priya Nair, nurse, left your team on" in today(patient)


def test_whom_she_stopped_and_who_came_back_did_not_leave(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    patient.stops(psychiatrist)
    gp.does(team.leave, patient.id)
    with as_owner():
        joins(patient, gp.user, "Family doctor", [Category.GOALS])
    assert "left your team on" not in today(patient)


def test_the_news_are_the_patients_alone(patient: Maren, psychiatrist: Clinician) -> None:
    left(patient, "Priya Nair", 1)
    assert psychiatrist.refused(team_news, None)
    assert "left your team" not in said(psychiatrist.browser.get(f"/patients/{patient.id}/"))


# -- What the team saw -------------------------------------------------------------------------------------------------
def test_what_the_team_did_is_told_however_much_she_did_herself(patient: Maren, psychiatrist: Clinician) -> None:
    goal = patient.does(add_goal, words="Walk to the lake")
    psychiatrist.browser.get(f"/patients/{patient.id}/goals/")
    for number in range(10):
        patient.does(add_goal, words=f"Goal {number} of {goal}")
    log = main_of(patient.browser.get("/today/")).split('id="saw"')[1]
    assert "<b>Dr Sun-hee Lee</b> opened the goal “Walk to the lake”." in log
    assert "<b>You</b>" not in log
    assert 'class="mine"' not in log


def test_her_own_acts_alone_are_no_look(patient: Maren) -> None:
    patient.does(add_goal, words="Walk")
    assert "Nobody has opened anything yet." in today(patient)


# -- Finding one's way -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["/today/", "/goals/", "/notes/new/", "/measures/phq-9/", "/sharing/", "/account/"])
def test_every_room_is_one_step_away_on_every_page(patient: Maren, page: str) -> None:
    html = patient.browser.get(page).content.decode()
    shell = html.split("<main", 1)[0] + html.split("</main>", 1)[1]
    nav = html.split('aria-label="Main"', 1)[1].split("</nav>", 1)[0]
    for room in ("today", "check-in", "goals", "notes", "treatments", "sharing"):
        assert f'href="/{room}/"' in nav
    for room in ("measures", "summary", "weekly", "log", "account", "help", "rights"):
        assert f'href="/{room}/"' in shell


def test_the_room_one_is_in_is_marked(patient: Maren) -> None:
    assert '<a href="/goals/" aria-current="true">' in patient.browser.get("/goals/new/").content.decode()


# -- However many ------------------------------------------------------------------------------------------------------
def test_today_asks_no_more_when_more_is_to_be_told(
    patient: Maren, invite: Callable[..., Clinician], statements: Statements
) -> None:
    def one_of_each(number: int) -> None:
        sees_until(patient, invite("nurse"), 10)
        sees_until(patient, invite("nurse"), -2)
        left(patient, f"Left {number}", 3)
        with as_owner():
            user = person(f"new{number}@clinic.example", f"New {number}", Role.PRACTITIONER)
        Clinician(user, patient).does(team.accept, invited(patient, user.email))
        invited(patient, f"quiet{number}@clinic.example")

    def asked(client: Client, name: str) -> int:
        client.get("/today/")
        with statements.counted(name) as counted:
            assert client.get("/today/").status_code == 200
        return counted.number

    browser = patient.browser
    one_of_each(0)
    few = asked(browser, "patient today (1 of each news)")
    for number in range(1, 5):
        one_of_each(number)
    many = asked(browser, "patient today (5 of each news)")
    text = said(browser.get("/today/"))
    assert text.count("waits for you.") == text.count("has no answer yet") == text.count("left your team on") == 5
    assert text.count("time to look ends on") == text.count("time to look ended on") == 5
    assert few == many
