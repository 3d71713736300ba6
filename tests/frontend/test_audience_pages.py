"""Who sees this one record: read back when it cancels out, honest about who had opened it, hers alone to say."""

from __future__ import annotations

from django.urls import reverse

from careteam.audit.models import AuditEvent
from careteam.notes import services
from careteam.notes.models import ProgressNote
from careteam.sharing.services import withdraw
from tests.conftest import Clinician, Maren
from tests.frontend.reading import text


def test_hiding_says_who_had_opened_it(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hard week", shared=True)
    psychiatrist.reads(note)
    browser = patient.browser
    address = reverse("audience", args=["note", note])
    page = browser.get(address)
    assert "Everybody who sees your notes Dr Sun-hee Lee today" in text(page)
    assert "Dr Sun-hee Lee opened it last." in text(page)
    shown = text(browser.post(address, {"audience": "only_me"}, follow=True))
    assert "Hidden now from Dr Sun-hee Lee. Dr Sun-hee Lee had opened it on" in shown
    assert not psychiatrist.reads(note)


def test_widening_and_topics_are_saved_together(patient: Maren, therapist: Clinician, psychiatrist: Clinician) -> None:
    note = patient.writes_note("that summer")
    address = reverse("audience", args=["note", note])
    shown = patient.browser.post(address, {"audience": "category", "labels": ["trauma"]}, follow=True)
    assert "Saved. Tomás Rivera can see it." in text(shown)
    assert "Trauma" in text(shown)
    assert shown.context["note"].version == 1
    assert not psychiatrist.reads(note)


def test_choices_that_cancel_out_are_read_back_first(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hard week", shared=True)
    address = reverse("audience", args=["note", note])
    asked = patient.browser.post(address, {"audience": "category", "labels": ["hiv_sti"]})
    assert asked.status_code == 422
    assert "nobody but you will see this note" in text(asked)
    assert psychiatrist.reads(note)


def test_a_pause_is_told_apart_from_only_me(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hello")
    patient.pauses()
    address = reverse("audience", args=["note", note])
    shown = patient.browser.post(address, {"audience": "category"}, follow=True)
    assert "Saved. Sharing is paused, so only you can see it." in text(shown)


def test_who_sees_what_is_hers_alone_to_say(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hello", shared=True)
    for kind in ("note", "clinical-note", "goal", "measure", "medicine", "member", "nonsense"):
        address = reverse("audience", args=[kind, note])
        assert other_patient.browser.post(address, {"audience": "only_me"}).status_code == 404
        assert psychiatrist.browser.post(address, {"audience": "only_me"}).status_code == 404
        if kind != "note":
            assert patient.browser.get(address).status_code == 404
    assert psychiatrist.reads(note)


def test_a_draft_and_a_withdrawn_note_have_no_audience_page(patient: Maren) -> None:
    unfinished = patient.does(services.add_note, text="half a thought", draft=True)
    gone = patient.writes_note("no")
    patient.does(withdraw, ProgressNote, gone)
    for note in (unfinished, gone):
        assert patient.browser.get(reverse("audience", args=["note", note])).status_code == 404


def test_saving_the_same_audience_again_leaves_no_trace_in_the_log(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hello", shared=True)
    patient.browser.post(reverse("audience", args=["note", note]), {"audience": "category"})
    with patient.acting():
        assert not AuditEvent.objects.filter(action__in=["audience", "labels"]).exists()
