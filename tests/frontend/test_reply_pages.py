"""Changing and withdrawing what she wrote below a note: nothing lost, nothing left for others, said beforehand."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from careteam.notes import services
from tests.conftest import Clinician, Maren
from tests.frontend.reading import said, text


def replied(patient: Maren, text: str = "first words") -> tuple[UUID, UUID]:
    note = patient.writes_note("a week", title="Week", shared=True)
    return note, patient.does(services.reply, note, text=text)


def test_her_own_reply_can_be_changed_and_the_earlier_words_are_hers_alone(
    patient: Maren, psychiatrist: Clinician
) -> None:
    note, reply = replied(patient)
    browser = patient.browser
    edit = reverse("reply_edit", args=[note, reply])
    assert edit in browser.get(reverse("note", args=[note])).content.decode()
    assert "first words" in browser.get(edit).content.decode()
    shown = browser.post(edit, {"text": "second words", "version": 1}, follow=True)
    assert "Saved. Dr Sun-hee Lee can see it." in text(shown)
    for words in ("second words", "first words", "changed on", "Only you can see earlier versions."):
        assert words in text(shown)
    theirs = said(psychiatrist.browser.get(reverse("chart_note", args=[patient.id, note])))
    assert "second words" in theirs
    assert "changed on" in theirs
    assert "first words" not in theirs


def test_a_change_of_a_reply_that_met_another_shows_both(patient: Maren) -> None:
    note, reply = replied(patient)
    patient.does(services.edit_reply, reply, text="from the other tab")
    both = patient.browser.post(reverse("reply_edit", args=[note, reply]), {"text": "from this tab", "version": 1})
    assert both.status_code == 409
    assert "from the other tab" in text(both)
    assert "from this tab" in text(both)
    assert 'name="version" value="2"' in both.content.decode()
    for version in ("", "x"):
        sent = {"text": "blind", "version": version}
        assert patient.browser.post(reverse("reply_edit", args=[note, reply]), sent).status_code == 409


def test_a_changed_reply_that_is_too_long_stays_in_the_box(patient: Maren) -> None:
    note, reply = replied(patient)
    sent = {"text": "y" * 4_001, "version": 1}
    refused = patient.browser.post(reverse("reply_edit", args=[note, reply]), sent)
    assert refused.status_code == 422
    assert "4,000 fit here" in text(refused)
    assert "y" * 4_001 in refused.content.decode()


def test_withdrawing_a_reply_says_who_saw_it_and_leaves_it_hers_alone(patient: Maren, psychiatrist: Clinician) -> None:
    note, reply = replied(patient)
    browser = patient.browser
    withdraw = reverse("reply_withdraw", args=[note, reply])
    assert "Nobody else has opened it." in said(browser.get(withdraw))
    chart = reverse("chart_note", args=[patient.id, note])
    assert "first words" in said(psychiatrist.browser.get(chart))
    assert "Dr Sun-hee Lee opened it on" in said(browser.get(withdraw))
    shown = browser.post(withdraw, follow=True)
    assert "Withdrawn. Nobody but you can see it now." in text(shown)
    assert "first words" in text(shown)
    assert withdraw not in shown.content.decode()
    theirs = said(psychiatrist.browser.get(chart))
    assert "first words" not in theirs
    assert "ithdrawn" not in theirs
    assert browser.get(withdraw).status_code == 404
    assert "first words" not in said(browser.get("/summary/?days=own&start=2026-01-01"))


def test_what_others_wrote_below_a_note_has_no_such_pages(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    note, reply = replied(patient)
    theirs = psychiatrist.does(services.reply, note, text="Thank you.")
    page = patient.browser.get(reverse("note", args=[note])).content.decode()
    for name in ("reply_edit", "reply_withdraw"):
        assert reverse(name, args=[note, theirs]) not in page
        for who, one in ((patient, theirs), (psychiatrist, theirs), (psychiatrist, reply), (other_patient, reply)):
            assert who.browser.get(reverse(name, args=[note, one])).status_code == 404
            assert who.browser.post(reverse(name, args=[note, one]), {"text": "x", "version": 1}).status_code == 404
