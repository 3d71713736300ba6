"""Sharing as the patient meets it: read back before it counts, nothing lost on an error, honest words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from careteam.accounts.models import Practitioner, Role
from careteam.sharing import queries, team
from careteam.sharing.codes import Category
from careteam.sharing.models import CareTeamMember, Consent, Invitation, Pause
from careteam.summaries.models import Outbox
from tests.conftest import PASSWORD, Clinician, Maren, as_owner, person
from tests.frontend.browsers import folded, hidden, signed_in, ticked, words

ADDRESS = "priya@clinic.example"
CHANGES = ("share_review", "share_save", "pause", "resume")


def seen_by(clinician: Clinician) -> queries.MemberView:
    """What is in force for this person."""
    shown: queries.MemberView = clinician.patient.does(queries.member, clinician.member.id)
    return shown


@pytest.fixture
def nurse(patient: Maren) -> Clinician:
    """Priya accepted an invitation and waits."""
    with as_owner():
        user = person(ADDRESS, "Priya Nair", Role.PRACTITIONER, profession="TMS clinic nurse")
        CareTeamMember(patient_id=patient.id, user=user, role="Nurse", invited_at=Now()).save(force_insert=True)
    return Clinician(user, patient)


def lapsed(clinician: Clinician, days: int = 9) -> None:
    """Her consents ended by themselves some days ago."""
    member = clinician.member
    with as_owner():
        Consent.objects.filter(member=member).update(ended_at=Now(), ended_by=clinician.patient.id)
        Consent(
            member=member,
            patient_id=clinician.patient.id,
            user=clinician.user,
            kind="category",
            code=Category.GOALS,
            starts_at=Now() - timedelta(days=90),
            ends_at=Now() - timedelta(days=days),
            created_by=clinician.patient.id,
        ).save(force_insert=True)


# -- Who may come in ---------------------------------------------------------------------------------------------------
def test_sharing_is_the_patients_alone(psychiatrist: Clinician) -> None:
    member = psychiatrist.member.id
    pages = [*map(reverse, ("sharing", "invite", "consents", *CHANGES))]
    pages += [reverse("stop", args=[member]), reverse("confirm_member", args=[member])]
    browser = psychiatrist.browser
    for address in pages:
        assert browser.get(address).status_code == browser.post(address).status_code == 404
        assert Client().get(address).headers["Location"].startswith(reverse("account_login"))


def test_another_patients_team_is_nowhere(other_patient: Maren, psychiatrist: Clinician, nurse: Clinician) -> None:
    browser = signed_in(other_patient)
    for name, member in (("stop", psychiatrist.member.id), ("confirm_member", nurse.member.id)):
        assert browser.get(reverse(name, args=[member])).status_code == 404
        assert browser.post(reverse(name, args=[member])).status_code == 404
    assert seen_by(psychiatrist).state == "member"


def test_opening_an_address_that_changes_changes_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    browser = signed_in(patient)
    for name in CHANGES:
        assert browser.get(reverse(name)).headers["Location"] == reverse("sharing")
    assert browser.get(reverse("stop", args=[psychiatrist.member.id])).status_code == 200
    assert seen_by(psychiatrist).state == "member"
    with as_owner():
        assert not Pause.objects.exists()


# -- The page ----------------------------------------------------------------------------------------------------------
def test_nobody_on_the_team_yet(patient: Maren) -> None:
    said = words(patient.browser.get(reverse("sharing")))
    assert "Nobody is on your team yet" in said
    assert "Invite someone" in said
    assert "Pause" not in said
    assert "Who sees what" not in said


def test_the_team_is_shown_with_its_dates(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    today = patient.viewer.today
    patient.shares(psychiatrist, Category.GOALS, until=today + timedelta(days=31))
    patient.shares(gp, Category.GOALS, until=today + timedelta(days=30))
    said = words(patient.browser.get(reverse("sharing")))
    assert "Sharing is on for 2 people" in said
    assert "Ends in 30 days" in said
    assert "Ends in 31 days" not in said
    assert said.count("Not yet vouched by a clinic") == 2
    with as_owner():
        Practitioner.objects.filter(pk=gp.id).update(vouched_at=Now())
    patient.shares(gp, Category.GOALS, until=today)
    said = words(patient.browser.get(reverse("sharing")))
    assert "Ends today" in said
    assert said.count("Not yet vouched by a clinic") == 1


def test_a_time_that_ended_is_told_and_renewing_fills_in_what_was_on(patient: Maren, gp: Clinician) -> None:
    lapsed(gp)
    browser = signed_in(patient)
    page = browser.get(reverse("sharing"))
    assert "Dr Amina Yusuf’s time to look ended on" in words(page)
    assert "You share nothing right now" in words(page)
    assert f"{gp.member.id}-categories" not in ticked(page)
    renewing = ticked(browser.get(reverse("sharing"), {"renew": str(gp.member.id)}))
    assert renewing[f"{gp.member.id}-categories"] == ["goals"]
    assert renewing[f"{gp.member.id}-until"] == str(team.months_after(patient.viewer.today, 12))
    assert seen_by(gp).categories == frozenset()  # looking renewed nothing
    review = browser.post(reverse("share_review"), renewing)
    assert "Dr Amina Yusuf can see your goals." in words(review)
    browser.post(reverse("share_save"), hidden(review))
    assert seen_by(gp).categories == {Category.GOALS}


def test_a_persons_card_says_in_one_line_what_she_sees_until_when(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    patient.shares(gp)
    said = words(patient.browser.get(reverse("sharing")))
    assert "Sees all topics, until" in said
    assert "Sees goals, your notes, clinicians’ notes and questionnaires, and what is marked “Trauma”, until" in said
    assert "Dr Amina Yusuf Family doctor Sees nothing of yours." in said
    patient.pauses()
    said = words(patient.browser.get(reverse("sharing")))
    assert "Paused. When you switch sharing on again, sees all topics, until" in said


# -- One person's own switches, on a phone -----------------------------------------------------------------------------
def test_one_persons_switches_change_nothing_for_anybody_else(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    browser = signed_in(patient)
    page = browser.get(reverse("sharing"))
    sent = folded(page, gp.member.id)
    assert sent == {name: value for name, value in ticked(page).items() if name.startswith(str(gp.member.id))}
    review = browser.post(reverse("share_review"), sent | {f"{gp.member.id}-categories": ["measures"]})
    assert "Dr Amina Yusuf can see your questionnaires." in words(review)
    assert "Dr Sun-hee Lee" not in words(review)
    browser.post(reverse("share_save"), hidden(review))
    assert seen_by(gp).categories == {Category.MEASURES}
    assert seen_by(psychiatrist).categories == set(Category)


def test_a_wrong_date_leaves_her_card_open_and_the_others_as_they_are(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    browser = signed_in(patient)
    sent = folded(browser.get(reverse("sharing")), gp.member.id)
    sent |= {f"{gp.member.id}-categories": ["measures"], f"{gp.member.id}-until": "2020-01-01"}
    answer = browser.post(reverse("share_review"), sent)
    assert answer.status_code == 422
    assert folded(answer, gp.member.id) == sent
    assert folded(answer, psychiatrist.member.id)[f"{psychiatrist.member.id}-categories"] == list(Category)
    page = answer.content.decode()
    assert page.count('<details class="phone-only" open>') == 1
    assert f'href="#fold-id_{gp.member.id}-until"' in page
    assert f'id="fold-id_{gp.member.id}-until"' in page


# -- Who sees what -----------------------------------------------------------------------------------------------------
def test_every_change_is_read_back_before_it_counts(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    browser = signed_in(patient)
    until = patient.viewer.today + timedelta(days=200)
    patient.shares(therapist, Category.GOALS, until=until)
    sent = ticked(browser.get(reverse("sharing")))
    sent[f"{gp.member.id}-categories"] = ["goals", "my_notes", "measures"]
    sent[f"{gp.member.id}-until"] = str(until)
    sent[f"{psychiatrist.member.id}-labels"] = ["trauma"]
    sent[f"{therapist.member.id}-until"] = str(until + timedelta(days=1))
    before = [seen_by(who) for who in (psychiatrist, therapist, gp)]
    review = browser.post(reverse("share_review"), sent)
    said = words(review)
    assert review.status_code == 200
    assert re.search(
        r"From now until \d+ \w+( \d{4})?, Dr Amina Yusuf can see your notes and your questionnaires\."
        r" You can stop this at any time\.",
        said,
    )
    assert "Dr Amina Yusuf no longer sees your medicines and other treatments." in said
    assert "Some medicines do not mix. Dr Amina Yusuf will not see yours." in said
    assert "This shows Dr Sun-hee Lee everything marked “Trauma”, old and new. Share it?" in said
    assert "What Tomás Rivera sees already stays on until" in said
    assert "It covers old and new entries alike." in said
    assert [seen_by(who) for who in (psychiatrist, therapist, gp)] == before
    saved = browser.post(reverse("share_save"), hidden(review), follow=True)
    assert "Saved. It holds from now on, for old and new entries alike." in words(saved)
    assert seen_by(gp).categories == {Category.GOALS, Category.MY_NOTES, Category.MEASURES}
    assert (seen_by(gp).until, seen_by(therapist).until) == (until, until + timedelta(days=1))
    assert seen_by(psychiatrist).labels == {"trauma"}
    assert seen_by(psychiatrist).categories == before[0].categories


def test_the_table_works_as_htmx_sends_it(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    sent = ticked(browser.get(reverse("sharing"))) | {f"{gp.member.id}-categories": ["measures"]}
    boosted = {"HX-Request": "true", "HX-Boosted": "true"}
    review = browser.post(reverse("share_review"), sent, headers=boosted)
    assert "<html" in review.content.decode()
    assert "can see your questionnaires" in words(review)


def test_saving_without_a_change_says_so(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    answer = browser.post(reverse("share_review"), ticked(browser.get(reverse("sharing"))), follow=True)
    assert "nothing was changed" in words(answer)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2020-01-01", "This date has passed."),
        ("2090-01-01", "Choose a date within 24 months."),
        ("", "Choose a date."),
        ("soon", "This is not a date."),
    ],
)
def test_a_wrong_date_loses_no_tick(
    patient: Maren, gp: Clinician, psychiatrist: Clinician, until: str, said: str
) -> None:
    browser = signed_in(patient)
    sent = ticked(browser.get(reverse("sharing")))
    sent |= {f"{gp.member.id}-categories": ["measures"], f"{gp.member.id}-labels": ["violence"]}
    sent |= {f"{psychiatrist.member.id}-labels": ["trauma", "hiv_sti"], f"{gp.member.id}-until": until}
    answer = browser.post(reverse("share_review"), sent)
    assert answer.status_code == 422
    assert f"Dr Amina Yusuf: {said}" in words(answer)
    assert "Nothing is saved yet" in words(answer)
    kept = ticked(answer)
    assert {name: kept[name] for name in sent} == sent
    assert Category.MEASURES not in seen_by(gp).categories


def test_a_date_matters_only_where_something_is_on(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    review = browser.post(reverse("share_review"), {f"{gp.member.id}-until": "2020-01-01"})
    assert "Dr Amina Yusuf no longer sees your goals and your medicines and other treatments." in words(review)
    browser.post(reverse("share_save"), hidden(review))
    assert seen_by(gp).categories == frozenset()
    assert seen_by(gp).state == "member"


def test_going_back_from_the_review_keeps_every_tick(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    sent = ticked(browser.get(reverse("sharing")))
    sent |= {f"{gp.member.id}-categories": ["measures"], f"{gp.member.id}-labels": ["violence"]}
    review = browser.post(reverse("share_review"), sent)
    back = browser.post(reverse("share_save"), hidden(review) | {"back": "1"})
    assert ticked(back) == sent
    assert seen_by(gp).labels == frozenset()


def test_what_was_not_read_back_is_not_saved(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    sent = ticked(browser.get(reverse("sharing"))) | {f"{gp.member.id}-categories": ["goals", "measures"]}
    review = browser.post(reverse("share_review"), sent)
    patient.shares(gp, Category.GOALS, Category.MY_NOTES)  # on another tab
    answer = browser.post(reverse("share_save"), hidden(review))
    assert answer.status_code == 409
    assert "Something was changed meanwhile" in words(answer)
    assert "Dr Amina Yusuf no longer sees your notes." in words(answer)
    assert seen_by(gp).categories == {Category.GOALS, Category.MY_NOTES}
    browser.post(reverse("share_save"), hidden(answer))
    assert seen_by(gp).categories == {Category.GOALS, Category.MEASURES}


def test_a_forged_review_saves_nothing(patient: Maren, gp: Clinician) -> None:
    browser = signed_in(patient)
    sent = {f"{gp.member.id}-categories": ["measures"], f"{gp.member.id}-until": str(patient.viewer.today)}
    assert browser.post(reverse("share_save"), sent | {"read": "x"}).status_code == 409
    answer = browser.post(reverse("share_save"), sent | {f"{gp.member.id}-labels": ["everything"]})
    assert answer.status_code == 422
    assert "There is no such topic." in words(answer)
    assert seen_by(gp).categories == {Category.GOALS, Category.TREATMENTS}


def test_somebody_who_joined_meanwhile_is_left_as_she_is(
    patient: Maren, gp: Clinician, psychiatrist: Clinician
) -> None:
    browser = signed_in(patient)
    sent = ticked(browser.get(reverse("sharing")))
    only_gp = {name: value for name, value in sent.items() if name.startswith(str(gp.member.id))}
    review = browser.post(reverse("share_review"), only_gp | {f"{gp.member.id}-categories": ["measures"]})
    assert "Dr Sun-hee Lee" not in words(review)
    browser.post(reverse("share_save"), hidden(review))
    assert seen_by(psychiatrist).categories == set(Category)


# -- Pause, and the password -------------------------------------------------------------------------------------------
def test_pausing_takes_one_tap_and_no_password(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    answer = patient.browser_left_open.post(reverse("pause"), follow=True)
    assert "Sharing is paused. Nobody but you sees anything here." in words(answer)
    assert "Switch sharing on again" in words(answer)
    assert not psychiatrist.reads(note)
    browser = signed_in(patient)
    said = words(browser.post(reverse("resume"), follow=True))
    assert "Sharing is on again, as the switches say." in said
    assert psychiatrist.reads(note)


def test_sharing_asks_for_the_password_when_the_sign_in_is_old(patient: Maren, gp: Clinician) -> None:
    with as_owner():
        Pause(patient_id=patient.id).save(force_insert=True)
    browser = patient.browser_left_open
    invitation = patient.does(team.invite, email=ADDRESS, role="Nurse")
    addresses = [*map(reverse, ("resume", "share_review", "share_save", "invite"))]
    addresses += [reverse("stop", args=[gp.member.id]), reverse("confirm_member", args=[gp.member.id])]
    for address in [*addresses, reverse("cancel_invitation", args=[invitation])]:
        assert browser.post(address).headers["Location"].startswith(reverse("account_reauthenticate"))
    for address in (reverse("sharing"), *addresses[-2:]):  # the pages themselves name her team
        assert browser.get(address).headers["Location"].startswith(reverse("account_reauthenticate"))
    asked = words(browser.get(reverse("sharing"), follow=True))
    assert "What you began is kept." in asked
    assert "Pausing needs no password." in asked
    look = browser.post(addresses[-1], {"look": "1"}, headers={"hx-request": "true"})
    assert look.headers["HX-Redirect"].startswith(reverse("account_reauthenticate"))
    assert seen_by(gp).state == "member"
    assert patient.does(queries.team).paused_since
    assert patient.does(queries.team).invitations


def test_what_she_chose_goes_through_after_the_password(patient: Maren, gp: Clinician) -> None:
    sent = ticked(patient.browser.get(reverse("sharing"))) | {f"{gp.member.id}-categories": ["measures"]}
    browser = patient.browser_left_open
    asked = browser.post(reverse("share_review"), sent)
    wrong = browser.post(asked.headers["Location"], {"password": "not it", "next": reverse("share_review")})
    assert "That is not your password. Try again." in words(wrong)
    review = browser.post(asked.headers["Location"], {"password": PASSWORD, "next": reverse("share_review")})
    assert "Dr Amina Yusuf can see your questionnaires." in words(review)
    browser.post(reverse("share_save"), hidden(review))
    assert seen_by(gp).categories == {Category.MEASURES}


def test_a_sign_in_of_sixteen_minutes_ago_is_old(patient: Maren, gp: Clinician) -> None:
    for minutes, asks in ((14, False), (16, True)):
        answer = patient.signed_in(minutes_ago=minutes).post(reverse("stop", args=[gp.member.id]))
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate")) is asks


# -- Stop --------------------------------------------------------------------------------------------------------------
def test_stopping_says_exactly_what_it_does(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    browser = signed_in(patient)
    address = reverse("stop", args=[psychiatrist.member.id])
    said = words(browser.get(address))
    assert "Stop sharing with Dr Sun-hee Lee?" in said
    assert "What was already read, printed or copied cannot be called back." in said
    assert "No message is sent." in said
    assert "invite them again; nothing is preselected" in said
    answer = browser.post(address, follow=True)
    assert "Dr Sun-hee Lee no longer sees anything of yours." in words(answer)
    assert not psychiatrist.reads(note)
    assert browser.get(address).status_code == 404
    with as_owner():
        assert not Outbox.objects.exists()


# -- Inviting and confirming -------------------------------------------------------------------------------------------
def test_inviting_shares_nothing_and_sends_one_mail(patient: Maren) -> None:
    browser = signed_in(patient)
    wrong = browser.post(reverse("invite"), {"email": "priya", "role": "Nurse"})
    assert wrong.status_code == 422
    assert "This does not look like an email address." in words(wrong)
    assert 'value="priya"' in wrong.content.decode()
    assert browser.post(reverse("invite"), {"email": "", "role": "Boss"}).status_code == 422
    said = words(browser.post(reverse("invite"), {"email": ADDRESS, "role": "Nurse"}, follow=True))
    assert "Nothing is shown until you confirm the person." in said
    assert f"{ADDRESS} was invited as nurse" in said
    with as_owner():
        assert Outbox.objects.filter(kind="invitation", user=patient.user).count() == 1


def test_an_invitation_that_ran_out_can_be_sent_anew_or_taken_off(patient: Maren) -> None:
    browser = signed_in(patient)
    browser.post(reverse("invite"), {"email": ADDRESS, "role": "Nurse"})
    with as_owner():
        Invitation.objects.update(created_at=F("created_at") - timedelta(days=9), expires_at=Now() - timedelta(days=2))
    page = browser.get(reverse("sharing"))
    assert "was not used within 7 days. Its link no longer works." in words(page)
    browser.post(reverse("invite"), {"email": ADDRESS, "role": "Nurse"})
    (waiting,) = patient.does(queries.team).invitations
    assert waiting.open
    gone = browser.post(reverse("cancel_invitation", args=[waiting.id]), follow=True)
    assert "The invitation is cancelled." in words(gone)
    assert patient.does(queries.team).invitations == ()


def test_confirming_is_by_name_and_nothing_is_ticked(patient: Maren, nurse: Clinician) -> None:
    browser = signed_in(patient)
    said = words(browser.get(reverse("sharing")))
    assert "Priya Nair , whom you invited as nurse, accepted and waits for you." in said
    address = reverse("confirm_member", args=[nurse.member.id])
    page = browser.get(address)
    assert "checked" not in page.content.decode()
    for told in ("Priya Nair", "TMS clinic nurse", ADDRESS, "Not yet vouched by a clinic"):
        assert told in words(page)
    wrong = browser.post(address, {"categories": ["goals", "measures"], "until": "2020-01-01"})
    assert wrong.status_code == 422
    assert "This date has passed." in words(wrong)
    assert wrong.content.decode().count("checked") == 2
    assert seen_by(nurse).state == "waiting"
    until = patient.viewer.today + timedelta(days=60)
    done = browser.post(address, {"categories": ["goals"], "until": str(until)}, follow=True)
    assert "Priya Nair is on your team." in words(done)
    assert seen_by(nurse).categories == {Category.GOALS}
    assert seen_by(nurse).until == until
    assert browser.post(address, {"until": str(until)}).headers["Location"] == reverse("sharing")


def test_somebody_else_than_expected_is_declined(patient: Maren, nurse: Clinician) -> None:
    browser = signed_in(patient)
    address = reverse("stop", args=[nurse.member.id])
    said = words(browser.get(address))
    assert "Not let Priya Nair join?" in said
    assert "Your name was told when the invitation was accepted." in said
    assert "Priya Nair does not join your team and sees nothing." in words(browser.post(address, follow=True))
    assert patient.does(queries.team).members == ()


def test_the_history_keeps_what_ended(patient: Maren, gp: Clinician, psychiatrist: Clinician) -> None:
    lapsed(gp)
    patient.stops(psychiatrist)
    said = words(patient.browser.get(reverse("consents")))
    assert "What was shared when" in said
    assert said.count("Ended") >= len(Category)
    assert "Dr Sun-hee Lee" in said
