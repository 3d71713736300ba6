"""The PHQ-9 as the patient meets it: exact words, blanks allowed, help in the very answer, sent when she says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from careteam.measures import queries, services
from careteam.measures.instruments import phq9
from careteam.measures.models import QuestionnaireResponse
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, plain, text
from tests.measures.forms import FIVE, SEVENTEEN, TWELVE, at, begins, hides, row, sends

HTMX = {"HX-Request": "true"}
HELP = 'id="help"'


def rows() -> int:
    with as_owner():
        return QuestionnaireResponse.unscoped("the test counts").count()


def posts(patient: Maren, part: int, **answers: Any) -> Any:
    return patient.browser.post(reverse("phq9"), {"part": part, **answers})


def open_form(patient: Maren) -> Any:
    return patient.does(queries.open_response)


# -- The pages ---------------------------------------------------------------------------------------------------------
def test_the_questions_stand_in_their_exact_words(patient: Maren) -> None:
    browser = patient.browser
    one, two = (text(browser.get(reverse("phq9"), {"part": part})) for part in (1, 2))
    assert phq9.STEM in one
    for number, question in phq9.QUESTIONS.items():
        if number in phq9.SCORED:
            assert question.words in (one if number < 6 else two)
    assert in_order(one, *(answer.words for answer in phq9.HOW_OFTEN))
    assert phq9.LICENCE in one
    assert rows() == 0, "looking begins nothing"


def test_before_question_9_she_reads_who_will_see_it(patient: Maren, psychiatrist: Clinician) -> None:
    shown = text(patient.browser.get(reverse("phq9"), {"part": 2}))
    said = "Only you can see this until you press Send. Then Dr Sun-hee Lee can; we cannot say when Dr Sun-hee Lee will"
    assert in_order(shown, "8. Moving", said, "9. Thoughts")


@pytest.mark.parametrize("part", ["0", "9", "x", ""])
def test_an_unknown_part_is_the_first(patient: Maren, part: str) -> None:
    assert "1. Little interest" in text(patient.browser.get(reverse("phq9"), {"part": part}))


def test_answers_are_kept_part_by_part_and_come_back(patient: Maren) -> None:
    there = posts(patient, 1, q1=2, q3=1, go="next")
    assert there.url == reverse("phq9") + "?part=2"
    assert open_form(patient).answers == {1: 2, 3: 1}
    assert patient.browser.get(reverse("phq9")).content.decode().count("checked") == 2
    assert posts(patient, 2, q6=0, go="back").url == reverse("phq9") + "?part=1"
    assert posts(patient, 2, q6=0, go="later").url == reverse("measures")
    assert "You have begun: 3 of 9 answered." in text(patient.browser.get(reverse("measures")))
    assert rows() == 1


def test_one_tap_keeps_one_answer(patient: Maren) -> None:
    kept = patient.browser.post(reverse("phq9_item", args=[4]), {"q4": 3}, headers=HTMX)
    assert "Kept. Only you can see it until you press Send." in text(kept)
    assert HELP not in kept.content.decode()
    assert open_form(patient).answers == {4: 3}
    assert patient.browser.get(reverse("phq9_item", args=[4])).status_code == 404
    assert patient.browser.post(reverse("phq9_item", args=[11]), {"q11": 1}).status_code == 404


def test_blanks_are_allowed_and_named_kindly(patient: Maren) -> None:
    begins(patient, (1, 1, None, 0))
    shown = text(patient.browser.get(reverse("phq9"), {"part": 3}))
    assert "6 questions have no answer yet. You can send it like this." in shown
    assert "not answered" in shown
    assert "How difficult have these problems made it" in shown


def test_the_tenth_question_is_asked_when_something_bothers_her(patient: Maren) -> None:
    begins(patient, (0, 0, 0))
    assert "How difficult" not in text(patient.browser.get(reverse("phq9"), {"part": 3}))


def test_the_review_without_a_form_leads_to_the_first_question(patient: Maren) -> None:
    browser = patient.browser
    assert browser.get(reverse("phq9"), {"part": 3}).headers["Location"] == reverse("phq9")
    assert browser.get(reverse("phq9_send")).headers["Location"] == reverse("phq9") + "?part=3"


# -- Question 9 --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", [1, 2, 3])
def test_help_comes_first_in_the_answer_to_the_tap(patient: Maren, answer: int) -> None:
    kept = patient.browser.post(reverse("phq9_item", args=[9]), {"q9": answer}, headers=HTMX).content.decode()
    assert in_order(kept, HELP, "tel:988", "Kept.")
    assert open_form(patient).item9 == answer


def test_help_comes_first_in_the_answer_to_a_plain_form(patient: Maren) -> None:
    shown = posts(patient, 2, q9=1, go="next")
    assert shown.status_code == 200
    assert in_order(shown.content.decode(), HELP, "tel:911", "Your answer is kept.", f"{reverse('phq9')}?part=3")
    assert open_form(patient).item9 == 1


def test_help_is_not_shown_after_not_at_all(patient: Maren) -> None:
    assert posts(patient, 2, q9=0, go="next").status_code == 302
    kept = patient.browser.post(reverse("phq9_item", args=[9]), {"q9": 0}, headers=HTMX)
    assert HELP not in kept.content.decode()


@pytest.mark.parametrize("wrong", [{"q6": "4"}, {"q7": "1.5"}, {"q8": "true"}])
def test_help_comes_although_another_answer_cannot_be_kept(patient: Maren, wrong: dict[str, str]) -> None:
    shown = posts(patient, 2, q9=2, **wrong, go="next")
    assert shown.status_code == 422
    page = shown.content.decode()
    assert in_order(page, HELP, "Choose one of the four answers.")
    assert 'name="q9" value="2" checked' in page, "what could be kept stays ticked"
    assert open_form(patient) is None


def test_help_comes_with_every_way_of_going_on(patient: Maren) -> None:
    for where in ("back", "later", "next"):
        assert HELP in posts(patient, 2, q9=3, go=where).content.decode()


def test_an_answer_to_question_9_that_is_none_gets_words(patient: Maren) -> None:
    kept = patient.browser.post(reverse("phq9_item", args=[9]), {"q9": "7"}, headers=HTMX)
    assert kept.status_code == 422
    assert "Choose one of the four answers." in text(kept)


def test_signed_out_in_between_is_answered_with_help(patient: Maren) -> None:
    shown = Client().post(reverse("phq9"), {"part": 2, "q9": 1})
    assert shown.status_code == 503
    assert in_order(plain(shown.content.decode()), "You are not alone", "Your answer was not saved")


# -- Sending -----------------------------------------------------------------------------------------------------------
def test_sending_says_who_can_see_it(patient: Maren, psychiatrist: Clinician) -> None:
    form = begins(patient, TWELVE)
    shown = patient.browser.post(reverse("phq9_send"), {"response": form, "q10": 2}, follow=True)
    assert "Sent. Dr Sun-hee Lee can see it." in text(shown)
    assert "PHQ-9: 12, moderate" in text(shown)
    assert row(form).answers["10"] == 2
    assert psychiatrist.does(queries.measure, patient.id, form)


def test_sending_during_a_pause_says_so(patient: Maren, psychiatrist: Clinician) -> None:
    form = begins(patient, TWELVE)
    patient.pauses()
    shown = patient.browser.post(reverse("phq9_send"), {"response": form}, follow=True)
    assert "Sent. Sharing is paused, so only you can see it." in text(shown)


def test_sending_an_empty_form_is_refused_in_words(patient: Maren) -> None:
    form = begins(patient)
    refused = patient.browser.post(reverse("phq9_send"), {"response": form})
    assert refused.status_code == 422
    assert "Answer at least one question before you send this." in text(refused)


def test_a_form_with_blanks_is_sent_without_a_total(patient: Maren) -> None:
    form = begins(patient, (1, 1, 1))
    shown = patient.browser.post(reverse("phq9_send"), {"response": form}, follow=True)
    assert "PHQ-9: incomplete (3 of 9)" in text(shown)


def test_the_second_tap_on_send_is_answered_like_the_first(patient: Maren, psychiatrist: Clinician) -> None:
    form = begins(patient, (0, 0, 0, 0, 0, 0, 0, 0, 2))
    for _ in range(2):
        shown = patient.browser.post(reverse("phq9_send"), {"response": form})
        assert in_order(shown.content.decode(), HELP, "Your answers are sent.", "Dr Sun-hee Lee", "can see them now")
    assert rows() == 1


def test_nobody_sends_or_corrects_for_somebody_else(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    form, sent = begins(patient, FIVE), sends(other_patient, FIVE)
    assert other_patient.browser.post(reverse("phq9_send"), {"response": form}).status_code == 404
    assert psychiatrist.browser.post(reverse("phq9_send"), {"response": form}).status_code == 404
    for name in ("measure", "measure_correct", "measure_withdraw"):
        assert patient.browser.get(reverse(name, args=[sent])).status_code == 404


def test_a_form_in_progress_is_thrown_away_after_one_question(patient: Maren) -> None:
    begins(patient, FIVE)
    browser = patient.browser
    assert "Nobody else has seen them." in text(browser.get(reverse("phq9_discard")))
    assert rows() == 1
    browser.post(reverse("phq9_discard"))
    assert rows() == 0


# -- Results -----------------------------------------------------------------------------------------------------------
def test_the_result_says_what_changed_and_how_much_that_means(patient: Maren) -> None:
    sends(patient, SEVENTEEN, at(1))
    last = sends(patient, (2, 2, 2, 2, 2, 2, 2, 2, 0), at(20))
    shown = text(patient.browser.get(reverse("measure", args=[last])))
    assert "PHQ-9: 16, moderately severe" in shown
    assert "Your score went from 17 to 16. A change under 5 can be ordinary wobble." in shown
    assert "Lower is better: 0 to 27." in shown


def test_a_notable_change_is_no_wobble(patient: Maren) -> None:
    sends(patient, SEVENTEEN, at(1))
    last = sends(patient, FIVE, at(20))
    shown = text(patient.browser.get(reverse("measure", args=[last])))
    assert "Your score went from 17 to 5." in shown
    assert "wobble" not in shown


def test_the_list_shows_every_sent_form_with_who_sees_it(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, FIVE, at(1))
    hidden = sends(patient, (1, 1), at(20))
    hides(patient, hidden)
    shown = text(patient.browser.get(reverse("measures")))
    assert in_order(
        shown, "PHQ-9: incomplete (2 of 9)", "Only you can see this", "PHQ-9: 5, mild", "Dr Sun-hee Lee can see this"
    )


# -- Correcting --------------------------------------------------------------------------------------------------------
def test_a_correction_keeps_what_was_said_before(patient: Maren) -> None:
    form = sends(patient, FIVE)
    sent = {"item": 1, "value": 3, "why": "tapped the wrong one", "version": 1}
    shown = text(patient.browser.post(reverse("measure_correct", args=[form]), sent, follow=True))
    assert "Corrected. What it said before stays in its history." in shown
    assert "PHQ-9: 7, mild" in shown
    assert in_order(shown, "What it said before", "5, mild", "tapped the wrong one")


def test_a_correction_to_blank_takes_the_total(patient: Maren) -> None:
    form = sends(patient, FIVE)
    patient.browser.post(reverse("measure_correct", args=[form]), {"item": 1, "value": "blank", "version": 1})
    assert row(form).total is None


def test_correcting_question_9_is_answered_with_help(patient: Maren, psychiatrist: Clinician) -> None:
    form = sends(patient, FIVE)
    hides(patient, form)
    sent = {"item": 9, "value": 1, "version": 1}
    shown = patient.browser.post(reverse("measure_correct", args=[form]), sent)
    assert in_order(shown.content.decode(), HELP, "Your answer is corrected. Only you can see them.")
    assert "Dr Sun-hee Lee" not in text(shown), "this form is hers alone"


@pytest.mark.parametrize("more", [{"why": "w" * 201, "version": 2}, {"version": 1}, {}])
def test_help_comes_although_the_correction_cannot_be_kept(patient: Maren, more: dict[str, Any]) -> None:
    form = sends(patient, FIVE)
    patient.does(services.correct, form, 1, 2)
    shown = patient.browser.post(reverse("measure_correct", args=[form]), {"item": 9, "value": 2, **more})
    assert shown.status_code == (422 if "why" in more else 409)
    assert HELP in shown.content.decode()
    assert row(form).item9 == 0


def test_a_correction_that_met_another_shows_both_and_can_be_saved_then(patient: Maren) -> None:
    form = sends(patient, FIVE)
    patient.does(services.correct, form, 1, 2)
    browser = patient.browser
    sent = {"item": 2, "value": 3, "why": "kept words", "version": 1}
    both = browser.post(reverse("measure_correct", args=[form]), sent)
    assert both.status_code == 409
    assert "This was changed meanwhile" in text(both)
    assert "kept words" in both.content.decode()
    assert 'name="version" value="2"' in both.content.decode()
    assert browser.post(reverse("measure_correct", args=[form]), {**sent, "version": 2}).status_code == 302


def test_the_last_answer_is_withdrawn_and_not_blanked(patient: Maren) -> None:
    form = sends(patient, (1,))
    sent = {"item": 1, "value": "blank", "version": 1}
    refused = patient.browser.post(reverse("measure_correct", args=[form]), sent)
    assert refused.status_code == 422
    assert "This is the last answer. To remove it, withdraw the questionnaire." in text(refused)


def test_a_form_is_withdrawn_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    form = sends(patient, FIVE)
    browser = patient.browser
    browser.get(reverse("measure_withdraw", args=[form]))
    assert psychiatrist.does(queries.measure, patient.id, form)
    browser.post(reverse("measure_withdraw", args=[form]))
    assert psychiatrist.refused(queries.measure, patient.id, form)
    assert browser.get(reverse("measure_correct", args=[form])).status_code == 404
