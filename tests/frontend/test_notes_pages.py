"""Notes as the patient meets them: hers until she chooses, nothing lost on an error, honest about who sees what."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from careteam.notes import queries, services
from careteam.notes.models import ProgressNote
from careteam.sharing.codes import Audience
from tests.conftest import Clinician, Maren, Person, as_owner
from tests.frontend.reading import text

HTMX = {"HX-Request": "true"}


def rows() -> int:
    with as_owner():
        return ProgressNote.unscoped("the test counts").count()


def seen(who: Person, note: UUID, patient: Maren) -> queries.NoteView:
    found: queries.NoteView = who.does(queries.progress_note, patient.id, note)
    return found


def signs(clinician: Clinician, text: str) -> UUID:
    """A clinician's signed note about the patient."""
    note: UUID = clinician.does(services.draft_clinical_note, clinician.patient.id, title="Visit", text=text)
    clinician.does(services.sign_note, clinician.patient.id, note)
    return note


def draft(patient: Maren, text: str = "half a thought", **more: Any) -> UUID:
    note: UUID = patient.does(services.add_note, text=text, draft=True, **more)
    return note


# -- The list ----------------------------------------------------------------------------------------------------------
def test_an_empty_list_invites_without_urging(patient: Maren) -> None:
    shown = text(patient.browser.get(reverse("notes")))
    assert "No notes yet" in shown
    assert "When something is worth remembering, put it here." in shown


def test_the_list_shows_drafts_first_then_hers_and_clinicians(patient: Maren, psychiatrist: Clinician) -> None:
    patient.writes_note("birds again", shared=True)
    signs(psychiatrist, "We talked about sleep.")
    draft(patient)
    shown = text(patient.browser.get(reverse("notes")))
    assert shown.index("half a thought") < shown.index("We talked about sleep.") < shown.index("birds again")
    assert "A draft: only you can see this" in shown
    assert "Dr Sun-hee Lee can see this" in shown


def test_older_notes_are_one_link_away(patient: Maren) -> None:
    for number in range(21):
        patient.writes_note(f"note number {number:02}")
    browser = patient.browser
    first = browser.get(reverse("notes"))
    assert "note number 20" in text(first)
    assert "note number 00" not in text(first)
    older = browser.get(reverse("notes"), {"after": first.context["shown"].next})
    assert "note number 00" in text(older)
    assert browser.get(reverse("notes"), {"after": "nonsense"}).status_code == 200


def test_notes_have_no_page_for_clinicians_or_strangers(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("shared", shared=True)
    for name, args in (
        ("notes", []),
        ("note_new", []),
        ("note", [note]),
        ("note_edit", [note]),
        ("note_reply", [note]),
    ):
        assert psychiatrist.browser.get(reverse(name, args=args)).status_code == 404


# -- Writing -----------------------------------------------------------------------------------------------------------
def test_a_new_note_is_only_hers_unless_she_chooses(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    page = browser.get(reverse("note_new")).content.decode()
    assert 'value="only_me"' in page
    assert page.count("checked") == 1
    made = browser.post(reverse("note_new"), {"text": "slept badly", "audience": "only_me"}, follow=True)
    assert "Saved. Only you can see it." in text(made)
    note = made.context["note"]
    assert note.audience == Audience.ONLY_ME
    assert not psychiatrist.reads(note.id)


def test_a_note_for_people_she_chooses_names_them(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    browser = patient.browser
    sent = {"text": "for the session", "audience": "named", "named": [str(therapist.member.id)]}
    made = browser.post(reverse("note_new"), sent, follow=True)
    assert "Saved. Tomás Rivera can see it." in text(made)
    assert therapist.reads(made.context["note"].id)
    assert not psychiatrist.reads(made.context["note"].id)


def test_somebody_who_does_not_see_notes_is_named_with_that_said(patient: Maren, gp: Clinician) -> None:
    shown = text(patient.browser.get(reverse("note_new")))
    assert "Dr Amina Yusuf Family doctor. You do not show your notes to this person" in shown


def test_a_note_that_reaches_nobody_says_so_before_it_is_saved(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    sent = {"text": "that night", "audience": "category", "labels": ["violence"]}
    asked = browser.post(reverse("note_new"), sent)
    assert asked.status_code == 422
    assert (
        "nobody but you will see this note. You ticked “Violence”, and that topic is hidden from Dr Sun-hee Lee."
        in (text(asked))
    )
    assert "that night" in text(asked)
    assert rows() == 0
    sure = asked.context["form"].sure
    made = browser.post(reverse("note_new"), {**sent, "sure": sure}, follow=True)
    assert made.context["note"].labels == ("violence",)
    # What she read was about these choices: other ones are asked about again.
    assert browser.post(reverse("note_new"), {**sent, "labels": ["trauma"], "sure": sure}).status_code == 422


def test_without_a_team_a_note_for_everybody_says_so(patient: Maren) -> None:
    asked = patient.browser.post(reverse("note_new"), {"text": "hello", "audience": "category"})
    assert "Nobody is on your care team yet." in text(asked)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": "", "title": "kept title"}, "Please write something here."),
        ({"text": "x" * 20_001, "title": "kept title"}, "This is 20,001 characters long; 20,000 fit here."),
        ({"text": "kept words", "title": "t" * 201}, "This is 201 characters long; 200 fit here."),
        ({"text": "kept words", "audience": "named"}, "Name at least one person, or choose only me."),
        ({"text": "kept words", "audience": "named", "named": [str(uuid4())]}, "not on your team any more"),
        ({"text": "kept words", "audience": ""}, "Choose who can see this."),
    ],
)
def test_what_cannot_be_saved_is_said_at_the_field_and_kept(
    patient: Maren, psychiatrist: Clinician, sent: dict[str, Any], said: str
) -> None:
    refused = patient.browser.post(reverse("note_new"), {"audience": "only_me", **sent})
    assert refused.status_code == 422
    assert said in text(refused)
    page = refused.content.decode()
    assert all(kept in page for kept in ("kept title", "kept words") if kept in sent.values())
    assert rows() == 0


# -- Drafts ------------------------------------------------------------------------------------------------------------
def test_a_draft_keeps_itself_while_she_writes(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    kept = browser.post(reverse("note_new"), {"text": "first", "audience": "category"}, headers=HTMX)
    assert "Draft kept at" in text(kept)
    assert "Dr Sun-hee Lee will see this after you save" in text(kept)
    assert "<html" not in kept.content.decode()
    note = kept.context["draft"]
    assert kept.headers["HX-Replace-Url"] == reverse("note_draft", args=[note.id])
    again = {"text": "first and second", "audience": "category", "note": note.id, "version": note.version}
    kept = browser.post(reverse("note_new"), again, headers=HTMX)
    assert kept.context["draft"].text == "first and second"
    saved = browser.post(reverse("note_new"), {**again, "version": kept.context["draft"].version}, follow=True)
    assert "Saved. Dr Sun-hee Lee can see it." in text(saved)
    assert rows() == 1
    assert saved.context["note"].id != note  # ids tell when they were made: when she began is hers to know


def test_two_sendings_of_a_new_note_that_overlap_make_one_draft(patient: Maren) -> None:
    browser = patient.browser
    once = browser.get(reverse("note_new")).context["form"].initial["once"]
    sent = {"audience": "only_me", "once": once}
    # The form learns of its draft by an answer; neither of these had one.
    first = browser.post(reverse("note_new"), {**sent, "text": "first"}, headers=HTMX)
    second = browser.post(reverse("note_new"), {**sent, "text": "first and second"}, headers=HTMX)
    assert first.context["draft"].id == second.context["draft"].id
    saved = browser.post(reverse("note_new"), {**sent, "text": "first, second, third"}, follow=True)
    assert saved.context["note"].text == "first, second, third"
    assert rows() == 1
    # Save pressed again, its first answer lost: nothing is doubled, nothing is lost, and a press more means a new note.
    again = browser.post(reverse("note_new"), {**sent, "text": "first, second, third"})
    assert again.status_code == 409
    assert "first, second, third" in text(again)
    assert rows() == 1
    fresh = again.context["form"]["once"].value()
    assert fresh != once
    assert browser.post(reverse("note_new"), {**sent, "text": "another", "once": fresh}).status_code == 302
    assert rows() == 2


def test_the_mark_of_a_form_finds_nobody_elses_note(patient: Maren, other_patient: Maren) -> None:
    sent = {"text": "words", "audience": "only_me", "once": "a mark", "keep": 1}
    for browser in (patient.browser, other_patient.browser):
        assert browser.post(reverse("note_new"), sent).status_code == 302
    assert rows() == 2
    too_long = {**sent, "once": "m" * 65}
    assert patient.browser.post(reverse("note_new"), too_long).status_code == 422


def test_nothing_is_kept_of_an_empty_page(patient: Maren) -> None:
    kept = patient.browser.post(reverse("note_new"), {"text": " ", "audience": "only_me"}, headers=HTMX)
    assert kept.status_code == 200
    assert rows() == 0


def test_a_draft_waits_for_people_to_be_named(patient: Maren, psychiatrist: Clinician) -> None:
    kept = patient.browser.post(reverse("note_new"), {"text": "for whom?", "audience": "named"}, headers=HTMX)
    assert kept.context["draft"].audience == Audience.ONLY_ME


def test_keep_as_draft_works_without_script_and_remembers_the_choices(patient: Maren, therapist: Clinician) -> None:
    browser = patient.browser
    sent = {"text": "later", "audience": "named", "named": [str(therapist.member.id)], "labels": ["trauma"], "keep": 1}
    kept = browser.post(reverse("note_new"), sent, follow=True)
    assert "Kept as a draft. Only you can see it." in text(kept)
    page = browser.get(reverse("note_draft", args=[kept.context["drafts"][0].id]))
    assert page.context["form"].sure == f"named|{therapist.member.id}|trauma"
    assert page.content.decode().count("checked") == 3
    assert "Tomás Rivera will see this after you save" in text(page)


def test_a_draft_that_is_too_long_is_not_kept_and_says_so(patient: Maren) -> None:
    kept = patient.browser.post(reverse("note_new"), {"text": "x" * 20_001, "audience": "only_me"}, headers=HTMX)
    assert kept.status_code == 422
    assert "Not kept yet: This is 20,001 characters long; 20,000 fit here." in text(kept)


def test_two_tabs_lose_nothing_of_a_draft(patient: Maren) -> None:
    note = draft(patient)
    patient.does(services.keep_draft, note, text="from the other tab")
    browser = patient.browser
    sent = {"text": "from this tab", "audience": "only_me", "version": 1}
    both = browser.post(reverse("note_draft", args=[note]), sent)
    assert both.status_code == 409
    assert "from the other tab" in text(both)
    assert "from this tab" in text(both)
    version = both.context["draft"].version
    assert f'name="version" value="{version}"' in both.content.decode()
    saved = browser.post(reverse("note_draft", args=[note]), {**sent, "version": version}, follow=True)
    assert saved.context["note"].text == "from this tab"
    assert browser.post(reverse("note_draft", args=[note]), sent, headers=HTMX).status_code == 409


def test_a_draft_saved_on_another_tab_leaves_her_words_for_a_new_note(patient: Maren) -> None:
    note = draft(patient)
    patient.does(services.finish_note, note, audience="only_me")
    browser = patient.browser
    gone = browser.post(reverse("note_draft", args=[note]), {"text": "more words", "audience": "only_me", "version": 1})
    assert gone.status_code == 409
    assert "more words" in text(gone)
    assert f'action="{reverse("note_new")}"' in gone.content.decode()
    assert browser.get(reverse("note_draft", args=[note])).status_code == 404


def test_a_draft_is_thrown_away_after_one_question(patient: Maren) -> None:
    note = draft(patient)
    browser = patient.browser
    assert "Nobody else ever saw it" in text(browser.get(reverse("note_discard", args=[note])))
    assert rows() == 1
    browser.post(reverse("note_discard", args=[note]))
    assert rows() == 0


def test_nobody_opens_the_draft_of_somebody_else(patient: Maren, other_patient: Maren) -> None:
    note = draft(patient)
    browser = other_patient.browser
    for name in ("note_draft", "note_discard", "note"):
        assert browser.get(reverse(name, args=[note])).status_code == 404
    assert browser.post(reverse("note_discard", args=[note])).status_code == 404
    # A foreign draft named in a form is like one that is gone: the words stay the writer's own.
    assert browser.post(reverse("note_new"), {"note": note, "text": "mine", "audience": "only_me"}).status_code == 409
    assert rows() == 1


# -- One note ----------------------------------------------------------------------------------------------------------
def test_changed_words_keep_the_earlier_ones_for_her_alone(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("first words", title="Shakes", shared=True)
    browser = patient.browser
    page = browser.get(reverse("note_edit", args=[note]))
    assert "first words" in page.content.decode()
    browser.post(reverse("note_edit", args=[note]), {"title": "Shakes", "text": "second words", "version": 1})
    shown = text(browser.get(reverse("note", args=[note])))
    assert "second words" in shown
    assert "first words" in shown
    assert "changed on" in shown


def test_a_change_that_met_another_shows_both(patient: Maren) -> None:
    note = patient.writes_note("first words")
    patient.does(services.edit_note, note, text="words of the other tab")
    browser = patient.browser
    both = browser.post(reverse("note_edit", args=[note]), {"text": "words of this tab", "version": 1})
    assert both.status_code == 409
    assert "words of the other tab" in text(both)
    assert "words of this tab" in text(both)
    assert 'name="version" value="2"' in both.content.decode()
    assert seen(patient, note, patient).text == "words of the other tab"


def test_a_change_without_a_version_is_no_change(patient: Maren) -> None:
    note = patient.writes_note("first words")
    for version in ("", "x", "9" * 30, "٢"):
        sent = {"text": "blind", "version": version}
        assert patient.browser.post(reverse("note_edit", args=[note]), sent).status_code == 409


def test_she_replies_and_states_below_a_clinical_note(patient: Maren, psychiatrist: Clinician) -> None:
    note = signs(psychiatrist, "Patient reports low mood.")
    browser = patient.browser
    assert "Whoever can see this note can see what stands below it." in text(browser.get(reverse("note", args=[note])))
    browser.post(reverse("note_reply", args=[note]), {"text": "Thank you.", "kind": "reply"})
    shown = browser.post(
        reverse("note_reply", args=[note]), {"text": "I said tired.", "kind": "statement"}, follow=True
    )
    assert "Your statement stands below the note now." in text(shown)
    assert [reply.kind for reply in shown.context["note"].replies] == ["reply", "statement"]
    assert "Statement by the patient" in text(shown)


def test_a_reply_that_is_too_long_is_kept_in_the_box(patient: Maren) -> None:
    note = patient.writes_note("a note")
    refused = patient.browser.post(reverse("note_reply", args=[note]), {"text": "y" * 4_001, "kind": "reply"})
    assert refused.status_code == 422
    assert "4,000 fit here" in text(refused)
    assert "y" * 4_001 in refused.content.decode()


def test_there_is_no_statement_below_her_own_note(patient: Maren) -> None:
    note = patient.writes_note("a note")
    assert patient.browser.post(reverse("note_reply", args=[note]), {"text": "x", "kind": "statement"}).status_code == (
        404
    )


def test_a_clinical_note_is_hers_to_hide_and_not_to_change(patient: Maren, psychiatrist: Clinician) -> None:
    note = signs(psychiatrist, "Plan: go on.")
    browser = patient.browser
    page = browser.get(reverse("note", args=[note])).content.decode()
    assert reverse("note_edit", args=[note]) not in page
    assert reverse("audience", args=["clinical-note", note]) in page
    assert browser.get(reverse("note_edit", args=[note])).status_code == 404
    assert browser.post(reverse("note_withdraw", args=[note])).status_code == 404


def test_withdrawing_a_note_tells_who_had_opened_it(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("too much", shared=True)
    browser = patient.browser
    assert "Nobody else has opened it." in text(browser.get(reverse("note_withdraw", args=[note])))
    assert psychiatrist.reads(note)
    asked = text(browser.get(reverse("note_withdraw", args=[note])))
    assert "Dr Sun-hee Lee opened it on" in asked
    shown = text(browser.post(reverse("note_withdraw", args=[note]), follow=True))
    assert "Withdrawn on" in shown
    assert "Withdrawn: only you can see this" in shown
    assert not psychiatrist.reads(note)
    for name in ("note_edit", "note_withdraw"):
        assert browser.get(reverse(name, args=[note])).status_code == 404


def test_reading_never_writes(patient: Maren) -> None:
    note = draft(patient)
    browser = patient.browser
    for name in ("note_discard", "note_draft"):
        browser.get(reverse(name, args=[note]))
    own = patient.writes_note("stays")
    for name in ("note_withdraw", "note_reply", "note_edit"):
        browser.get(reverse(name, args=[own]))
    assert seen(patient, own, patient).withdrawn_at is None
    assert rows() == 2
