"""Who is told of an answer to question 9: those the patient chose beforehand and who may see it, once, in no words."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.urls import reverse

from careteam.measures import services as measures
from careteam.measures.acknowledging import acknowledge
from careteam.measures.models import QuestionnaireResponse
from careteam.measures.telling import is_to_be_told
from careteam.sharing import telling
from careteam.sharing.codes import Category
from careteam.sharing.services import set_audience, set_labels
from careteam.summaries import services
from careteam.summaries.caseload import caseload
from careteam.summaries.models import Kind, Outbox
from careteam.summaries.telling import correct_questionnaire, send_questionnaire
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, text
from tests.measures.forms import begins, hides
from tests.summaries.test_mail import mails_to, worked

ABOVE = [1] * 8 + [2]


def sends(patient: Maren, values: list[int] = ABOVE) -> UUID:
    """A form, sent as the page and the API send it."""
    response = begins(patient, values)
    patient.does(send_questionnaire, response)
    return response


def rows() -> list[tuple[UUID, UUID | None]]:
    with as_owner():
        return list(Outbox.objects.filter(kind=Kind.NEW_ITEM).values_list("user_id", "about_id"))


def test_e46_without_a_wish_nobody_is_sent_anything_and_those_who_see_the_form_find_it_on_their_list(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    sends(patient)
    worked()
    assert (rows(), mail.outbox) == ([], [])
    whys = {
        one.id: [why.words for why in one.does(caseload, tab="everyone").rows[0].whys] for one in (psychiatrist, gp)
    }
    assert [words.startswith("Question 9 answered 2") for words in whys[psychiatrist.id]] == [True]
    assert "told" not in whys[psychiatrist.id][0]
    assert whys[gp.id] == []


def test_who_was_chosen_and_sees_it_gets_one_mail_without_a_word_of_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.does(telling.tell, psychiatrist.member.id)
    response = begins(patient, ABOVE)
    assert rows() == [], "never before Send"
    patient.does(send_questionnaire, response)
    patient.does(send_questionnaire, response)  # a second tap
    patient.does(correct_questionnaire, response, 9, 3)
    assert rows() == [(psychiatrist.id, response)]
    worked()
    worked()
    (one,) = mail.outbox
    assert (one.to, one.cc, one.bcc, one.subject) == (["lee@example.org"], [], [], "You have a new item")
    link = f"{settings.BASE_URL}{reverse('caseload')}"
    assert one.body == f"You have a new item in careteam. Sign in to read it.\n\n{link}\n"
    shown = text(psychiatrist.browser.get(reverse("caseload")))
    assert in_order(shown, "Question 9 answered 3", "You were to be told of it")
    chart = text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    assert "You were to be told of it." in chart
    assert "were to be told" not in text(therapist.browser.get(reverse("caseload")))


def test_what_she_may_see_is_asked_again_when_the_mail_is_about_to_go(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.does(telling.tell, psychiatrist.member.id)
    response = sends(patient)
    meanwhile: list[Callable[[], object]] = [
        patient.pauses,
        lambda: patient.stops(psychiatrist),
        lambda: patient.shares(psychiatrist, Category.GOALS),
        lambda: patient.does(telling.tell_no_more, psychiatrist.member.id),
        lambda: hides(patient, response),
        lambda: patient.does(measures.withdraw_response, response),
        lambda: patient.does(measures.correct, response, 9, 0),
        lambda: psychiatrist.does(acknowledge, patient.id, response, expected=1),
    ]
    for change in meanwhile:
        with transaction.atomic():
            change()
            worked()
            assert mail.outbox == []
            with as_owner():
                assert not Outbox.objects.filter(done_at=None).exists()
            transaction.set_rollback(True)
    worked()
    assert len(mails_to(psychiatrist)) == 1


def test_who_may_see_is_not_left_to_the_databases_wall(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.does(telling.tell, psychiatrist.member.id)
    response = sends(patient)
    form = (QuestionnaireResponse, response)
    hidden: list[Callable[[], object]] = [
        lambda: hides(patient, response),
        lambda: patient.does(set_audience, *form, audience="named", named=[therapist.member.id]),
        lambda: patient.does(set_labels, *form, labels=["trauma"]),
    ]
    for hide in hidden:
        with transaction.atomic():
            with as_owner():  # whom the wall hides nothing from
                assert psychiatrist.does(is_to_be_told, response)
            hide()
            with as_owner():
                assert not psychiatrist.does(is_to_be_told, response)
            transaction.set_rollback(True)


@pytest.mark.parametrize("values", [[1] * 8 + [0], [1] * 8])
def test_an_answer_that_is_not_above_0_tells_nobody(patient: Maren, psychiatrist: Clinician, values: list[int]) -> None:
    patient.does(telling.tell, psychiatrist.member.id)
    response = sends(patient, values)
    assert rows() == []
    patient.does(correct_questionnaire, response, 9, 1)
    assert rows() == [(psychiatrist.id, response)]


def test_a_form_sent_while_sharing_is_paused_or_hidden_from_her_tells_nobody(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.does(telling.tell, psychiatrist.member.id)
    patient.pauses()
    sends(patient)
    patient.resumes()
    assert rows() == []
    response = begins(patient, ABOVE)
    patient.does(set_audience, QuestionnaireResponse, response, audience="named", named=[therapist.member.id])
    patient.does(send_questionnaire, response)
    assert rows() == []


def test_a_wish_that_came_later_than_the_answer_tells_nothing_of_it(patient: Maren, psychiatrist: Clinician) -> None:
    response = sends(patient)
    patient.does(telling.tell, psychiatrist.member.id)
    patient.does(send_questionnaire, response)
    assert rows() == []
    assert "told" not in psychiatrist.does(caseload, tab="everyone").rows[0].whys[0].words


def test_e45_with_the_worker_stopped_and_no_mail_server_help_and_banner_are_there(
    patient: Maren, psychiatrist: Clinician, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined] # pytest-django's
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined] # nobody listens there
    patient.does(telling.tell, psychiatrist.member.id)
    begins(patient, ABOVE)
    sent = patient.browser.post(reverse("phq9_send"), {})
    assert sent.status_code == 200
    assert in_order(sent.content.decode(), 'id="help"', "tel:988", "Your answers are sent.")
    assert "Question 9 answered 2" in text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    for outbox in services.waiting():
        with pytest.raises(ConnectionRefusedError):
            services.work(outbox)
    with as_owner():
        assert Outbox.objects.filter(kind=Kind.NEW_ITEM, done_at=None, dead_at=None).exists(), "it is tried again"
