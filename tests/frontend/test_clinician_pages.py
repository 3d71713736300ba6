"""What a clinician has of her own: the caseload, notes from draft to mistake, and the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from careteam.accounts.models import Role
from careteam.goals.services import add_goal
from careteam.notes import queries as notes
from careteam.notes import services
from careteam.notes.models import ClinicalNote
from careteam.sharing.codes import Category
from careteam.summaries.pictures import INCOMPLETE, NONE_SHARED
from careteam.treatments.doses import dose_period
from tests.conftest import Clinician, Maren, as_owner, joins, person
from tests.frontend.reading import in_order, main_of, said
from tests.measures.forms import TWELVE, at, sends
from tests.treatments.words import takes

WORSE = (3, 3, 3, 3, 2, 2, 1, 1, 1)


def url(patient: Maren, rest: str = "") -> str:
    return f"/patients/{patient.id}/{rest}"


def drafts(clinician: Clinician, **words: Any) -> UUID:
    """A draft of hers."""
    found: UUID = clinician.does(
        services.draft_clinical_note, clinician.patient.id, **{"title": "Visit", "text": "Level 0.7.", **words}
    )
    return found


def signs(clinician: Clinician, **words: Any) -> UUID:
    """A note of hers, signed."""
    draft = drafts(clinician, **words)
    clinician.does(services.sign_note, clinician.patient.id, draft)
    return draft


# -- The caseload ------------------------------------------------------------------------------------------------------
def test_a_row_says_who_what_to_ask_first_the_score_its_change_and_the_medicines(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, TWELVE, at(2))
    sends(patient, WORSE, at(20))
    takes(patient, "Lithium", dose_period("900", "mg", "night"), start="2025")
    text = said(psychiatrist.browser.get("/caseload/"))
    assert in_order(
        text,
        "Caseload",
        "Maren Holt 42",
        "Question 9 answered 1 (several days) on 20 Mar",
        "19 moderately severe 20 Mar",
        "7 points higher since 2 Mar",
        "Lithium 900 mg",
        "3 new",
        INCOMPLETE,
    )


def test_a_rise_of_five_or_more_is_named_where_question_9_asks_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, (1, 1, 1, 0, 0, 0, 0, 0, 0), at(2))
    sends(patient, TWELVE, at(20))
    html = main_of(psychiatrist.browser.get("/caseload/"))
    assert 'class="why">9 points higher since' in html


def test_a_row_of_somebody_who_shows_nothing_is_the_same_whatever_the_reason(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, WORSE)
    takes(patient, "Lithium", start="2025")
    patient.pauses()
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", [])
    html = main_of(psychiatrist.browser.get("/caseload/"))
    rows = [row.split("</tr>")[0] for row in html.split('<tr role="row">')[2:]]
    texts = [
        row.replace(str(one.id), "").replace(one.user.name, "")
        for row, one in zip(rows, (other_patient, patient), strict=True)
    ]
    assert texts[0] == texts[1]
    assert texts[0].count(NONE_SHARED) == 3


def test_the_caseload_has_pages_of_people(patient: Maren, psychiatrist: Clinician) -> None:
    with as_owner():
        for number in range(21):
            user = person(f"p{number}@example.org", f"Person {number:02}", Role.PATIENT)
            joins(Maren(user), psychiatrist.user, "Psychiatrist", [])
    browser = psychiatrist.browser
    first, second = said(browser.get("/caseload/")), said(browser.get("/caseload/?page=2"))
    assert "22 people" in first
    assert "page 1 of 2" in first
    assert in_order(first, "Maren Holt", "Person 00", "Person 18")
    assert "Person 19" not in first
    assert in_order(second, "Person 19", "Person 20")
    for wrong in ("3", "0", "-1", "x", "9" * 30):
        assert browser.get(f"/caseload/?page={wrong}").status_code == 404


def test_an_empty_caseload_says_how_people_come_here(stranger: Clinician) -> None:
    assert "Nobody here yet" in said(stranger.browser.get("/caseload/"))


def test_patients_have_no_caseload_and_no_archive(patient: Maren) -> None:
    browser = patient.browser
    assert [browser.get(page).status_code for page in ("/caseload/", "/signed/")] == [404, 404]


# -- From draft to signed ----------------------------------------------------------------------------------------------
def test_the_page_says_who_sees_a_note_and_when(patient: Maren, psychiatrist: Clinician) -> None:
    text = said(psychiatrist.browser.get(url(patient, "notes/new/")))
    assert "Maren sees this as soon as you sign it." in text
    assert "A note here is a progress note that Maren reads; do not keep psychotherapy notes here." in text
    assert "Careteam is not the legal chart. Save what you rely on into your own record." in text


def test_a_draft_is_kept_for_her_alone_until_she_signs(patient: Maren, psychiatrist: Clinician) -> None:
    browser = psychiatrist.browser
    page = browser.post(url(patient, "notes/new/"), {"title": "Visit", "text": "Level 0.7.", "do": "save"}, follow=True)
    assert "Kept as a draft. Only you can see it." in said(page)
    at_draft = page.redirect_chain[-1][0]
    assert "Level 0.7." not in said(patient.browser.get("/today/"))
    assert "Dr Sun-hee Lee" not in said(patient.browser.get("/log/"))
    assert "Your drafts" in said(browser.get(url(patient)))
    signed = {"title": "Visit", "text": "Level 0.8.", "do": "sign", "version": "1", "labels": ["trauma"]}
    page = browser.post(at_draft, signed, follow=True)
    assert "Signed. Maren can see it now." in said(page)
    assert "Level 0.8." in said(patient.browser.get("/today/"))
    assert "signed the note “Visit”" in said(patient.browser.get("/log/"))
    (view,) = patient.does(notes.progress_notes, patient.id).items
    assert view.labels == ("trauma",)


def test_a_note_can_be_signed_at_once(patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.browser.post(url(patient, "notes/new/"), {"text": "Level 0.7.", "do": "sign"})
    assert "Level 0.7." in said(patient.browser.get("/today/"))


@pytest.mark.parametrize(("text", "words"), [("  ", "Please write something here."), ("x" * 20_001, "20,000 fit here")])
def test_what_cannot_be_signed_stays_in_the_box_with_the_reason(
    patient: Maren, psychiatrist: Clinician, text: str, words: str
) -> None:
    page = psychiatrist.browser.post(url(patient, "notes/new/"), {"title": "Visit", "text": text, "do": "sign"})
    assert page.status_code == 422
    assert words in said(page)
    assert 'value="Visit"' in main_of(page)
    with as_owner():
        assert not ClinicalNote.unscoped("nothing was kept").exists()


def test_two_tabs_lose_no_word(patient: Maren, psychiatrist: Clinician) -> None:
    draft = drafts(psychiatrist)
    browser = psychiatrist.browser
    at_draft = url(patient, f"notes/{draft}/draft/")
    browser.post(at_draft, {"title": "Visit", "text": "From the first tab.", "version": "1", "do": "save"})
    page = browser.post(at_draft, {"title": "Visit", "text": "From the second tab.", "version": "1", "do": "sign"})
    assert page.status_code == 409
    text = said(page)
    assert "Your words are not saved yet." in text
    assert in_order(text, "From the second tab.", "The newer version", "From the first tab.")
    assert 'name="version" value="2"' in main_of(page)
    browser.post(at_draft, {"title": "Visit", "text": "From the second tab.", "version": "2", "do": "sign"})
    assert "From the second tab." in said(patient.browser.get("/today/"))


def test_a_draft_is_thrown_away_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    draft = drafts(psychiatrist)
    browser = psychiatrist.browser
    assert "Throw this draft away?" in said(browser.get(url(patient, f"notes/{draft}/draft/?ask=discard")))
    page = browser.post(url(patient, f"notes/{draft}/draft/"), {"do": "discard"}, follow=True)
    assert "thrown away" in said(page)
    assert browser.get(url(patient, f"notes/{draft}/draft/")).status_code == 404


def test_a_second_tap_signs_nothing_twice_and_is_told_as_no_attempt(patient: Maren, psychiatrist: Clinician) -> None:
    draft = drafts(psychiatrist)
    browser = psychiatrist.browser
    for _ in range(2):
        page = browser.post(
            url(patient, f"notes/{draft}/draft/"), {"text": "Level 0.7.", "version": "1", "do": "sign"}, follow=True
        )
        assert page.status_code == 200
    assert "This note is signed already." in said(page)
    again = browser.post(url(patient, f"notes/{draft}/draft/"), {"do": "discard"}, follow=True)
    assert "not there any more" in said(again)
    assert len(patient.does(notes.progress_notes, patient.id).items) == 1
    assert "Nothing was opened" not in said(patient.browser.get("/log/"))


def test_a_form_sent_twice_adds_one_note_and_loses_no_word(patient: Maren, psychiatrist: Clinician) -> None:
    browser = psychiatrist.browser
    html = main_of(browser.get(url(patient, "notes/new/")))
    once = html.split('name="once" value="', 1)[1].split('"')[0]
    browser.post(url(patient, "notes/new/"), {"text": "Level 0.7.", "once": once, "do": "sign"})
    page = browser.post(url(patient, "notes/new/"), {"text": "Something else.", "once": once, "do": "sign"})
    assert page.status_code == 409
    assert in_order(said(page), "A note from this form is kept already.", "Something else.")
    assert len(patient.does(notes.progress_notes, patient.id).items) == 1
    renewed = main_of(page).split('name="once" value="', 1)[1].split('"')[0]
    assert renewed != once
    browser.post(url(patient, "notes/new/"), {"text": "Something else.", "once": renewed, "do": "sign"})
    assert len(patient.does(notes.progress_notes, patient.id).items) == 2


def test_a_draft_is_nobody_elses(patient: Maren, psychiatrist: Clinician, therapist: Clinician) -> None:
    draft = drafts(psychiatrist)
    for rest in (f"notes/{draft}/draft/", f"notes/{draft}/"):
        assert therapist.browser.get(url(patient, rest)).status_code == 404
    therapist.browser.post(url(patient, f"notes/{draft}/draft/"), {"do": "discard"})
    assert psychiatrist.browser.get(url(patient, f"notes/{draft}/draft/")).status_code == 200


def test_writing_works_while_sharing_is_paused_and_looks_as_ever(patient: Maren, psychiatrist: Clinician) -> None:
    patient.pauses()
    page = psychiatrist.browser.post(url(patient, "notes/new/"), {"text": "Level 0.7.", "do": "sign"}, follow=True)
    assert page.status_code == 200
    assert "Signed. Maren can see it now." in said(page)
    assert "Level 0.7." in said(patient.browser.get("/today/"))


def test_nobody_writes_where_she_is_not_on_the_team(patient: Maren, stranger: Clinician) -> None:
    page = stranger.browser.post(url(patient, "notes/new/"), {"text": "Level 0.7.", "do": "sign"})
    assert page.status_code == 404


# -- Below a note ------------------------------------------------------------------------------------------------------
def test_a_reply_stands_below_the_note_for_whoever_sees_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("Two meetings.", title="Hard week", shared=True)
    browser = psychiatrist.browser
    assert "Whoever sees this note can see your reply." in said(browser.get(url(patient, f"notes/{note}/")))
    page = browser.post(url(patient, f"notes/{note}/reply/"), {"text": "Thank you."}, follow=True)
    assert in_order(said(page), "Sent.", "Two meetings.", "Reply", "Thank you.")
    assert "Thank you." in said(therapist.browser.get(url(patient, f"notes/{note}/")))


def test_an_empty_reply_and_one_too_long_stay_in_the_box(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("Two meetings.", shared=True)
    for text, words in (("", "Please write something here."), ("x" * 4001, "4,000 fit here")):
        page = psychiatrist.browser.post(url(patient, f"notes/{note}/reply/"), {"text": text})
        assert page.status_code == 422
        assert words in said(page)
        assert text in main_of(page)


def test_no_reply_to_what_one_does_not_see_or_through_another_chart(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    hidden, shown = patient.writes_note("x"), patient.writes_note("y", shared=True)
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", list(Category))
    browser = psychiatrist.browser
    for path in (url(patient, f"notes/{hidden}/reply/"), url(other_patient, f"notes/{shown}/reply/")):
        assert browser.post(path, {"text": "Thank you."}).status_code == 404
    assert browser.get(url(other_patient, f"notes/{shown}/")).status_code == 404
    assert patient.does(notes.progress_note, patient.id, shown).replies == ()


def test_an_addendum_is_signed_below_and_kept_in_the_archive(patient: Maren, psychiatrist: Clinician) -> None:
    note = signs(psychiatrist)
    browser = psychiatrist.browser
    assert "What you signed" in said(browser.get(url(patient, f"notes/{note}/addendum/")))
    page = browser.post(url(patient, f"notes/{note}/addendum/"), {"text": "The level was from Monday."}, follow=True)
    assert in_order(said(page), "Level 0.7.", "Addendum", "The level was from Monday.")
    assert in_order(said(browser.get("/signed/")), "Addendum signed", "The level was from Monday.", "Level 0.7.")
    assert browser.post(url(patient, f"notes/{note}/addendum/"), {"text": " "}).status_code == 422


def test_a_mistake_is_marked_with_its_reason_once_and_stays_readable(patient: Maren, psychiatrist: Clinician) -> None:
    note = signs(psychiatrist)
    browser = psychiatrist.browser
    at_error = url(patient, f"notes/{note}/error/")
    assert 'name="version" value="1"' in main_of(browser.get(at_error))
    assert browser.post(at_error, {"reason": "", "version": "1"}).status_code == 422
    page = browser.post(at_error, {"reason": "About another person.", "version": "1"}, follow=True)
    assert in_order(said(page), "Marked as a mistake on", "About another person.", "Level 0.7.")
    assert browser.get(at_error).status_code == 404
    assert "About another person." in said(patient.browser.get("/today/"))


def test_only_the_author_adds_to_a_note_or_calls_it_a_mistake(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note, hers = signs(psychiatrist), patient.writes_note("x", shared=True)
    browser = therapist.browser
    assert "Add to this note" not in said(browser.get(url(patient, f"notes/{note}/")))
    for one in (note, hers):
        for rest, data in (("addendum/", {"text": "x"}), ("error/", {"reason": "x", "version": "1"})):
            assert browser.get(url(patient, f"notes/{one}/{rest}")).status_code == 404
            assert browser.post(url(patient, f"notes/{one}/{rest}"), data).status_code == 404


# -- The archive -------------------------------------------------------------------------------------------------------
def test_the_archive_keeps_her_exact_words_and_nothing_else(patient: Maren, psychiatrist: Clinician) -> None:
    signs(psychiatrist)
    drafts(psychiatrist, text="not signed")
    patient.does(add_goal, words="Walk to the library")
    patient.stops(psychiatrist)
    text = said(psychiatrist.browser.get("/signed/"))
    assert in_order(text, "Visit", "About Maren Holt.", "Signed", "Level 0.7.")
    assert "not signed" not in text
    assert "library" not in text
    assert "href" not in main_of(psychiatrist.browser.get("/signed/")).split("<article")[1]


def test_the_archive_goes_on_with_older_ones(patient: Maren, psychiatrist: Clinician) -> None:
    for number in range(22):
        signs(psychiatrist, title=f"Visit {number:02}")
    browser = psychiatrist.browser
    first = browser.get("/signed/")
    assert "Visit 21" in said(first)
    assert "Visit 01" not in said(first)
    older = main_of(first).split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    text = said(browser.get("/signed/" + older))
    assert in_order(text, "Visit 01", "Visit 00")
    assert "Visit 02" not in text


def test_everybody_has_her_own_archive(psychiatrist: Clinician, therapist: Clinician) -> None:
    signs(psychiatrist)
    assert "No notes yet" in said(therapist.browser.get("/signed/"))


def test_every_change_is_a_post(patient: Maren, psychiatrist: Clinician, invite: Callable[..., Clinician]) -> None:
    note, draft = signs(psychiatrist), drafts(psychiatrist)
    browser = psychiatrist.browser
    for rest in (
        f"notes/{draft}/draft/?do=sign",
        f"notes/{draft}/draft/?do=discard",
        f"notes/{note}/reply/?text=x",
        f"notes/{note}/addendum/?text=x",
        f"notes/{note}/error/?reason=x&version=1",
        "notes/new/?text=x&do=sign",
        "leave/",
    ):
        browser.get(url(patient, rest))
    assert len(psychiatrist.does(notes.drafts, patient.id)) == 1
    view = psychiatrist.does(notes.progress_note, patient.id, note)
    assert (view.status, view.replies) == ("final", ())


# -- Sensitive topics of a signed note ---------------------------------------------------------------------------------
def test_a_signed_note_is_marked_with_a_topic_and_the_page_says_what_follows(
    patient: Maren, psychiatrist: Clinician
) -> None:
    note = signs(psychiatrist, labels=[])
    browser = psychiatrist.browser
    address = url(patient, f"notes/{note}/labels/")
    assert address in browser.get(url(patient, f"notes/{note}/")).content.decode()
    page = browser.get(address)
    assert "will not see this note any more. That can be you as well" in said(page)
    assert browser.post(address, {}).status_code == 422
    for _ in range(2):  # a second tap accuses nobody
        marked = browser.post(address, {"labels": ["violence"]}, follow=True)
        assert marked.redirect_chain == [(url(patient, "notes/"), 302)]
    assert "Level 0.7." not in said(marked)
    assert browser.get(address).status_code == 404
    assert "Level 0.7." in said(browser.get("/signed/"))
    assert "Sensitive topics: Violence" in said(patient.browser.get(f"/notes/{note}/"))


def test_a_second_tap_on_a_topic_she_is_shown_says_the_same(patient: Maren, therapist: Clinician) -> None:
    note = signs(therapist, labels=[])
    address = url(patient, f"notes/{note}/labels/")
    browser = therapist.browser
    for _ in range(2):
        assert "Marked. Maren decides who sees a topic." in said(
            browser.post(address, {"labels": ["trauma"]}, follow=True)
        )
    assert 'value="trauma"' not in browser.get(address).content.decode()


def test_a_note_of_somebody_else_has_no_page_for_topics(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    notes_ = [signs(therapist), patient.writes_note("hers", shared=True), drafts(psychiatrist)]
    browser = psychiatrist.browser
    for note in notes_:
        address = url(patient, f"notes/{note}/labels/")
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"labels": ["trauma"]}).status_code == 404
