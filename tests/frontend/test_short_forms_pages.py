"""GAD-7 and PHQ-2 as the patient meets them, and every sent form item by item; help stays the PHQ-9's."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from careteam.measures import queries, services
from careteam.measures.instruments import gad7, phq9
from careteam.measures.models import QuestionnaireResponse
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, text
from tests.measures.forms import TWELVE, TWENTY, at, begins, row, sends

HTMX = {"HX-Request": "true"}
HELP = 'id="help"'


def test_a_gad7_is_filled_in_kept_reviewed_and_sent(patient: Maren, psychiatrist: Clinician) -> None:
    browser, there = patient.browser, reverse("gad7")
    shown = text(browser.get(there))
    assert in_order(shown, gad7.STEM, *(one.words for one in gad7.QUESTIONS.values()), gad7.LICENCE)
    assert patient.does(queries.open_response, "gad-7") is None, "looking begins nothing"
    kept = browser.post(reverse("gad7_item", args=[4]), {"q4": 3}, headers=HTMX)
    assert "Kept. Only you can see it until you press Send." in text(kept)
    assert browser.post(reverse("gad7_item", args=[4]), {"q4": "7"}, headers=HTMX).status_code == 422
    assert browser.post(reverse("gad7_item", args=[8]), {"q8": 1}).status_code == 404
    assert browser.get(reverse("gad7_item", args=[4])).status_code == 404
    assert browser.post(there, {"q1": 1, "go": "later"}).headers["Location"] == reverse("measures")
    assert "You have begun: 2 of 7 answered." in text(browser.get(reverse("measures")))
    wrong = browser.post(there, {"q1": 2, "q2": "5"})
    assert (wrong.status_code, 'name="q1" value="2" checked' in wrong.content.decode()) == (422, True)
    assert browser.post(there, {"q2": 1, "q3": 0, "q5": 1}).headers["Location"] == f"{there}?part=review"
    review = text(browser.get(there, {"part": "review"}))
    assert "2 questions have no answer yet. You can send it like this." in review
    assert "Then Dr Sun-hee Lee can; we cannot say when Dr Sun-hee Lee will look." in review
    browser.post(there, {"q6": 1, "q7": 2})
    form = patient.does(queries.open_response, "gad-7").id
    for _ in range(2):  # the second tap is answered like the first
        sent = browser.post(reverse("gad7_send"), {"response": form}, follow=True)
        assert in_order(text(sent), "Sent. Dr Sun-hee Lee can see it.", "GAD-7: 9, mild", "0 to 21")
    assert HELP not in sent.content.decode()
    assert "Questions GAD-7" not in text(browser.get(there, {"part": "review"})), "there is none to review"
    theirs = text(psychiatrist.browser.get(reverse("chart_measures", args=[patient.id])))
    assert in_order(theirs, "GAD-7", "9, mild")


def test_a_short_form_is_thrown_away_corrected_and_withdrawn_and_is_nobody_elses(
    patient: Maren, psychiatrist: Clinician, other_patient: Maren
) -> None:
    browser = patient.browser
    assert browser.get(reverse("phq2_discard")).status_code == 404
    assert browser.post(reverse("phq2_send")).status_code == 404
    assert browser.get(reverse("phq2_send")).headers["Location"] == f"{reverse('phq2')}?part=review"
    mood = begins(patient, (0,) * 8 + (1,))
    assert browser.post(reverse("phq2_send"), {"response": mood}).status_code == 404, "it would show no help"
    patient.does(services.discard, mood)
    form = begins(patient, (1, 2), of="phq-2")
    for stranger in (psychiatrist, other_patient):
        assert stranger.browser.post(reverse("phq2_send"), {"response": form}).status_code == 404
    assert "Nobody else has seen them." in text(browser.get(reverse("phq2_discard")))
    browser.post(reverse("phq2_discard"))
    assert patient.does(queries.open_response, "phq-2") is None
    empty = begins(patient, of="gad-7")
    refused = browser.post(reverse("gad7_send"), {"response": empty})
    assert (refused.status_code, "Answer at least one question" in text(refused)) == (422, True)
    worry, mood = sends(patient, (1,) * 7, of="gad-7"), sends(patient, TWELVE)
    corrected = reverse("measure_correct_other", args=[worry])
    shown = text(browser.post(corrected, {"item": 7, "value": 3, "version": 1, "why": "wrong tap"}, follow=True))
    assert in_order(shown, "GAD-7: 9, mild", "What it said before", "7, mild", "wrong tap")
    assert browser.post(corrected, {"item": 9, "value": 3, "version": 2}).status_code == 422
    # The address that is answered with help when saving fails is the PHQ-9's, and the PHQ-9 has no other.
    assert browser.get(reverse("measure_correct", args=[worry])).status_code == 404
    assert browser.get(reverse("measure_correct_other", args=[mood])).status_code == 404
    assert Client().post(reverse("gad7"), {"q1": 1}).status_code == 302
    assert "GAD-7 of" in text(browser.get(reverse("audience", args=["measure", worry])))
    browser.post(reverse("measure_withdraw", args=[worry]))
    assert psychiatrist.refused(queries.measure, patient.id, worry)


@pytest.mark.parametrize(("values", "offered"), [((1, 1), False), ((2, 1), True), ((3,), False)])
def test_a_phq2_of_three_offers_the_phq9_and_names_nothing(
    patient: Maren, values: tuple[int, ...], offered: bool
) -> None:
    shown = text(patient.browser.get(reverse("measure", args=[sends(patient, values, of="phq-2")])))
    assert ("Open the PHQ-9" in shown) is offered
    for word in ("positive", "depress", "likely", "screen", "risk"):
        assert word not in shown.lower().replace("feeling down, depressed, or hopeless", "")


@pytest.mark.parametrize(
    ("values", "words", "help_"),
    [
        ((0,) * 9, "0, none-minimal", False),
        ((1,) * 9, "9, mild", True),
        ((3,) * 9, "27, severe", True),
        ((0,) * 8 + (1,), "1, none-minimal", True),  # lowest range: the page of help all the same
        ((0, 0, 0, None, 0, 0, 0, 0, 2), "incomplete (8 of 9)", True),
        ((0,) * 8 + (None,), "incomplete (8 of 9)", False),
        ((2, 2, 2, 2, 1, 1, 2, 0, 0), "12, moderate", False),
    ],
)
def test_the_vectors_of_the_phq9_hold_on_its_pages(
    patient: Maren, values: tuple[int | None, ...], words: str, help_: bool
) -> None:
    form, browser = begins(patient, values), patient.browser
    sent = browser.post(reverse("phq9_send"), {"response": form})
    assert (HELP in sent.content.decode()) is help_
    shown = text(browser.get(reverse("measure", args=[form])))
    assert f"PHQ-9: {words}" in shown
    assert ("not answered" in shown) is (None in values)
    assert row(form).item9 == values[8]


@pytest.mark.parametrize("wrong", ["4", "-1", "1.5", "2 ", "true"])
@pytest.mark.parametrize("name", ["phq9", "gad7", "phq2"])
def test_what_is_no_answer_is_refused_on_every_page_and_nothing_is_stored(
    patient: Maren, name: str, wrong: str
) -> None:
    assert patient.browser.post(reverse(name), {"part": 1, "q1": wrong}).status_code == 422
    with as_owner():
        assert not QuestionnaireResponse.unscoped("the test counts").exists()


def test_a_sent_form_is_read_item_by_item_beside_the_one_before(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWENTY, at(1))
    now = sends(patient, TWELVE, at(10))
    worry = sends(patient, (1,) * 7, at(10), of="gad-7")
    pages = (
        patient.browser.get(reverse("measure", args=[now])),
        psychiatrist.browser.get(reverse("chart_measure", args=[patient.id, now])),
    )
    for page in pages:
        shown = text(page)
        assert "Beside each answer: the one of the form before" in shown
        assert in_order(
            shown, phq9.QUESTIONS[1].words, "More than half the days", "Nearly every day", "1 lower", "the same"
        )
        assert "Overlapping window" in shown
        assert "datetime=" not in shown
        assert 'class="nw moved better"' in page.content.decode()
    alone = text(psychiatrist.browser.get(reverse("chart_measure", args=[patient.id, worry])))
    assert "Overlapping window" not in alone
    assert "Beside each answer" not in alone
