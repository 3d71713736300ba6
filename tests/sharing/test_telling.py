"""Being told: off until the patient switches it on, ended by whatever ends sharing, kept as consents are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.urls import reverse

from careteam.accounts.ids import new_id
from careteam.sharing import telling
from careteam.sharing.codes import Category, Kind
from careteam.sharing.errors import Invalid
from careteam.sharing.models import Consent
from careteam.sharing.queries import consents
from careteam.summaries.log import what_others_did
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, text
from tests.measures.forms import log


def on(patient: Maren) -> list[str]:
    return [one.name for one in patient.does(telling.team_told) if one.on]


def test_it_is_off_for_everybody_and_goes_with_the_sharing_of_questionnaires(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    assert on(patient) == []
    patient.does(telling.tell, psychiatrist.member.id)
    patient.does(telling.tell, psychiatrist.member.id)  # said twice, it is said once
    patient.does(telling.tell, therapist.member.id)
    with pytest.raises(Invalid):
        patient.does(telling.tell, gp.member.id)  # she sees no questionnaires
    assert on(patient) == ["Dr Sun-hee Lee", "Tomás Rivera"]
    later = patient.viewer.today + timedelta(days=90)
    patient.shares(psychiatrist, Category.MEASURES, Category.GOALS, until=later)  # another last day: it goes along
    with as_owner():
        ends = set(Consent.objects.filter(user=psychiatrist.user, ended_at=None).values_list("ends_at"))
    assert len(ends) == 1
    patient.shares(therapist, Category.GOALS)
    assert on(patient) == ["Dr Sun-hee Lee"]
    patient.shares(therapist, Category.MEASURES)
    assert on(patient) == ["Dr Sun-hee Lee"], "it never comes back by itself"
    patient.does(telling.tell_no_more, psychiatrist.member.id)
    assert on(patient) == []
    assert [event.action for name in ("tell-on", "tell-off") for event in log(patient, name)] == [
        *["tell-on"] * 2,
        *["tell-off"] * 2,
    ]
    kinds = [one.words for _, given in patient.does(consents) for one in given if one.kind == Kind.TELL]
    assert kinds == ["Being told of an answer to question 9"] * 3
    assert patient.does(what_others_did, 9) == ()  # her own doing


def test_stopping_pausing_and_a_last_day_that_passed_end_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    for one in (psychiatrist, therapist):
        patient.does(telling.tell, one.member.id)
    assert psychiatrist.does(telling.asked_to_tell, [patient.id]).keys() == {patient.id}
    patient.pauses()
    assert psychiatrist.does(telling.asked_to_tell, [patient.id]) == {}
    patient.resumes()
    assert psychiatrist.does(telling.asked_to_tell, [patient.id])
    patient.stops(psychiatrist)
    assert psychiatrist.does(telling.asked_to_tell, [patient.id]) == {}
    with as_owner():  # rows are never changed: it is ended, and one that ran out yesterday stands in its place
        row = Consent.objects.get(kind=Kind.TELL, user=therapist.user)
        Consent.objects.filter(pk=row.pk).update(ended_at=Now(), ended_by=patient.id)
        row.pk, row.starts_at, row.ends_at = new_id(), Now() - timedelta(days=2), Now() - timedelta(days=1)
        row.save(force_insert=True)
    assert therapist.does(telling.asked_to_tell, [patient.id]) == {}
    assert on(patient) == []
    patient.does(telling.tell, therapist.member.id)
    assert on(patient) == ["Tomás Rivera"]


def test_the_patient_alone_decides_and_no_row_is_ever_changed(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    member = psychiatrist.member.id
    for person in (psychiatrist, other_patient):
        assert person.refused(telling.tell, member)
        assert person.refused(telling.tell_no_more, member)
    patient.does(telling.tell, member)
    for statement in (
        "UPDATE sharing_consent SET ends_at = now() + interval '9 years' WHERE kind = 'tell'",
        "UPDATE sharing_consent SET starts_at = now() - interval '9 years' WHERE kind = 'tell'",
        "DELETE FROM sharing_consent WHERE kind = 'tell'",
    ):
        with pytest.raises(DatabaseError), patient.acting(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_page_asks_who_she_is_says_what_happens_and_promises_nothing(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    address = reverse("telling")
    assert "reauthenticate" in patient.browser_left_open.get(address).headers["Location"]
    browser = patient.browser
    page = browser.get(address)
    assert "checked" not in page.content.decode()
    shown = text(page)
    assert in_order(shown, "Nothing is sent before you press Send.", "nobody can say when", "Who is told")
    assert "Not shown your questionnaires, so not told: Dr Amina Yusuf." in shown
    said = text(browser.post(address, {"told": [str(psychiatrist.member.id)]}, follow=True))
    assert "Dr Sun-hee Lee is told from now on." in said
    assert on(patient) == ["Dr Sun-hee Lee"]
    said = text(browser.post(address, {"told": [str(therapist.member.id), str(gp.member.id)]}, follow=True))
    assert "Dr Amina Yusuf does not see your questionnaires" in said
    assert on(patient) == ["Dr Sun-hee Lee"], "all or nothing"
    assert "Dr Sun-hee Lee is not told from now on." in text(browser.post(address, {}, follow=True))
    assert "Nothing is different" in text(browser.post(address, {}, follow=True))
    log_page = text(browser.get(reverse("access_log")))
    assert "chose that Dr Sun-hee Lee is told of an answer to question 9" in log_page
