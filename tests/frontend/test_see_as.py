"""See as: the patient sees a clinician's real pages, and leaves no trace."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db.models import F
from pypdf import PdfReader

from careteam.audit.models import AuditEvent, SecurityEvent
from careteam.checkins.services import withdraw_event
from careteam.goals.models import Goal
from careteam.goals.services import add_goal
from careteam.notes import services as notes
from careteam.notes.models import ClinicalNote
from careteam.sharing.codes import Category
from careteam.sharing.records import Record
from careteam.visits.calls import mark_done
from careteam.visits.services import add_plan
from frontend.forms.sharing import COUNTED
from frontend.views.see_as import SHOWN
from tests.api.world import world_of
from tests.conftest import Clinician, Maren, as_owner, joins
from tests.frontend.browsers import signed_in
from tests.frontend.reading import MADE, main_of
from tests.measures.forms import TWELVE, at, sends
from tests.treatments.words import takes

PAGES = ("", "timeline/?range=everything", "notes/", "goals/", "measures/", "medicines/", "summary/")


@pytest.fixture
def record(patient: Maren, psychiatrist: Clinician) -> None:
    """Something shown, something hidden, and a draft of the clinician's."""
    takes(patient, "Lithium", start="2026-10-19")
    patient.does(add_goal, words="Walk to the library")
    patient.writes_note("Two meetings went past my limit.", title="Hard week", shared=True)
    patient.writes_note("Hidden from her.", title="Mine alone")
    patient.writes_note("Labelled.", title="Labelled", shared=True, labels=["trauma"])
    sends(patient, TWELVE, at(2))
    psychiatrist.does(notes.draft_clinical_note, patient.id, title="Unsigned", text="Not for her yet.")


def see_as(patient: Maren, who: Clinician, rest: str = "") -> str:
    return f"/see-as/{who.member.id}/{rest}"


def bare(page: str, prefix: str = "") -> str:
    """A page's main part with its addresses as the clinician has them, without tokens and marks of one request."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(prefix, "/") if prefix else page)
    return MADE.sub("", re.sub(r'name="once" value="[^"]*"', "", page))


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("rest", PAGES)
def test_it_is_the_clinicians_own_page(patient: Maren, psychiatrist: Clinician, rest: str) -> None:
    with as_owner():
        ClinicalNote.unscoped("her own draft is on her page and nobody else's").all().delete()
    seen = patient.browser.get(see_as(patient, psychiatrist, f"patients/{patient.id}/{rest}"))
    real = psychiatrist.browser.get(f"/patients/{patient.id}/{rest}")
    assert seen.status_code == real.status_code == 200
    band, _, shown = main_of(seen).partition("Back to my view</a></div></div>")
    assert "Dr Sun-hee Lee" in band
    ours, theirs = bare(shown, see_as(patient, psychiatrist)), bare(main_of(real))
    clock = re.compile(r"\d{1,2}:\d\d [ap]m")  # a summary says when it was made
    assert clock.sub("", ours).split() == clock.sub("", theirs).split()


@pytest.mark.usefixtures("record")
def test_what_is_hidden_from_her_is_not_there_and_no_draft_of_hers_is(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    for rest in ("caseload/", *(f"patients/{patient.id}/{page}" for page in PAGES)):
        page = browser.get(see_as(patient, psychiatrist, rest)).content.decode()
        for word in ("Mine alone", "Hidden from her", "Labelled", "Unsigned", "Not for her yet"):
            assert word not in page, (rest, word)


@pytest.mark.usefixtures("record")
def test_it_leaves_no_trace(patient: Maren, psychiatrist: Clinician) -> None:
    hidden = patient.writes_note("hidden")
    with as_owner():
        before = AuditEvent.objects.count()
    browser = patient.browser
    for rest in ("caseload/", *(f"patients/{patient.id}/{page}" for page in (*PAGES, "summary/pdf/"))):
        assert browser.get(see_as(patient, psychiatrist, rest)).status_code == 200, rest
    assert browser.get(see_as(patient, psychiatrist, f"patients/{patient.id}/notes/{hidden}/")).status_code == 404
    with as_owner():
        assert (AuditEvent.objects.count(), SecurityEvent.objects.count()) == (before, 0)


@pytest.mark.usefixtures("record")
def test_her_list_shows_this_patient_and_nobody_else(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", list(Category))
    page = patient.browser.get(see_as(patient, psychiatrist, "caseload/")).content.decode()
    assert "Maren Holt" in page
    assert "Ilse Brandt" not in page
    for rest in ("", "notes/", "summary/pdf/"):
        foreign = see_as(patient, psychiatrist, f"patients/{other_patient.id}/{rest}")
        assert patient.browser.get(foreign).status_code == 404


@pytest.mark.usefixtures("record")
def test_the_file_is_what_she_would_take_along(patient: Maren, psychiatrist: Clinician) -> None:
    def read(answer: Any) -> str:
        pages = PdfReader(BytesIO(answer.content)).pages
        return re.sub(r"\d{1,2}:\d\d [ap]m", "", " ".join(page.extract_text() for page in pages))

    seen = patient.browser.get(see_as(patient, psychiatrist, f"patients/{patient.id}/summary/pdf/"))
    assert read(seen) == read(psychiatrist.browser.get(f"/patients/{patient.id}/summary/pdf/"))


@pytest.mark.usefixtures("record")
def test_her_weekly_summaries_are_shown_as_they_would_be_made_now(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", list(Category))
        Goal.unscoped("of an earlier week").all().update(changed_at=F("changed_at") - timedelta(days=14))
    other_patient.does(add_goal, words="Of somebody else")
    browser = patient.browser
    weeks = browser.get(see_as(patient, psychiatrist, "weekly/")).content.decode()
    addresses = re.findall(rf'href="({see_as(patient, psychiatrist)}weekly/[0-9a-f-]+/)"', weeks)
    assert len(addresses) == 3
    pages = [browser.get(address).content.decode() for address in addresses]
    assert any("Walk to the library" in page for page in pages)
    for page in pages:
        assert "Of somebody else" not in page
        assert "Mine alone" not in page
    with as_owner():
        assert not AuditEvent.objects.filter(action="digest").exists()


@pytest.mark.usefixtures("record")
def test_nothing_can_be_done_through_her_eyes(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    for rest in ("notes/new/", "leave/"):
        address = see_as(patient, psychiatrist, f"patients/{patient.id}/{rest}")
        assert "Nothing happens while you look" in browser.get(address).content.decode()
        assert browser.post(address, {"title": "t", "text": "t", "do": "sign", "once": "x"}).status_code == 405
    assert browser.post(see_as(patient, psychiatrist, f"patients/{patient.id}/")).status_code == 405
    assert psychiatrist.browser.get(f"/patients/{patient.id}/").status_code == 200  # she is still on the team
    with as_owner():
        assert not AuditEvent.objects.filter(action="sign").exists()


def test_the_rooms_of_a_whole_record_are_hers_and_no_table_keeps_a_trace(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    world = world_of(patient, psychiatrist)
    psychiatrist.does(mark_done, patient.id, world.call)
    patient.does(withdraw_event, world.event)
    agreed: Any = {"practitioner": psychiatrist.id, "weeks": 1, "better": "Of somebody else"}
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", list(Category))
        ClinicalNote.unscoped("her own draft is on her page and nobody else's").filter(status="draft").delete()
    other_patient.does(add_plan, **agreed)
    clock = re.compile(r"\d{1,2}:\d\d [ap]m")
    real = {
        rest: bare(main_of(psychiatrist.browser.get(f"/patients/{patient.id}/{rest}")))
        for rest in (*PAGES, "check-ins/", "procedures/", "levels/", "conditions/", "visits/", "hard-days/")
    }
    before = rows_of_every_table()
    browser = patient.browser
    for rest, hers in real.items():
        answer = browser.get(see_as(patient, psychiatrist, f"patients/{patient.id}/{rest}"))
        assert answer.status_code == 200, rest
        shown = main_of(answer).partition("Back to my view</a></div></div>")[2]
        assert clock.sub("", bare(shown, see_as(patient, psychiatrist))).split() == clock.sub("", hers).split(), rest
        assert "Of somebody else" not in shown, rest
    for rest in ("caseload/", "weekly/", f"patients/{patient.id}/summary/pdf/"):
        assert browser.get(see_as(patient, psychiatrist, rest)).status_code == 200, rest
    assert rows_of_every_table() == before


def rows_of_every_table() -> dict[str, int]:
    """How many rows each table holds, but for the session that carries the browser."""
    with as_owner():
        models = [model for model in apps.get_models() if "session" not in model._meta.db_table]
        return {model._meta.db_table: model._base_manager.count() for model in models}


def test_help_is_the_same_help(patient: Maren, psychiatrist: Clinician) -> None:
    assert patient.browser.get(see_as(patient, psychiatrist, "help/")).headers["Location"] == "/help/"


def test_only_her_own_confirmed_team_can_be_looked_through(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    place = see_as(patient, psychiatrist)
    assert patient.browser.get(place, follow=True).status_code == 200
    assert other_patient.browser.get(place).status_code == 404
    assert psychiatrist.browser.get(place).status_code == 404
    assert stranger.browser.get(place).status_code == 404
    assert patient.browser.get(see_as(patient, psychiatrist, "nowhere/at/all/")).status_code == 404
    patient.stops(psychiatrist)
    assert patient.browser.get(place).status_code == 404


@pytest.mark.usefixtures("record")
def test_a_pause_looks_as_it_looks_to_her(patient: Maren, psychiatrist: Clinician) -> None:
    patient.pauses()
    page = patient.browser.get(see_as(patient, psychiatrist, f"patients/{patient.id}/")).content.decode()
    assert "Hard week" not in page
    assert "None shared in careteam. Ask." in page


def test_every_listed_page_is_a_clinicians() -> None:
    from django.urls import get_resolver  # noqa: PLC0415 - needs settings

    found = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    own = {"chart_staging", "chart_staging_choice"}  # what a clinician switched on and typed for herself alone
    own.add("chart_correction")  # where she writes; what she wrote is shown beside the entry
    assert {name for name in found if name.startswith("chart")} | {"caseload", "digest", "digests"} == SHOWN | own


# -- What would change -------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("record")
def test_the_review_says_how_many_entries_it_touches(patient: Maren, psychiatrist: Clinician) -> None:
    member = psychiatrist.member.id
    until = (patient.viewer.today + timedelta(days=300)).isoformat()
    sent = {f"{member}-categories": ["goals", "my_notes"], f"{member}-labels": ["trauma"], f"{member}-until": until}
    page = signed_in(patient).post("/sharing/review/", sent).content.decode()
    assert "Today that adds 1 note of yours and hides 1 questionnaire and 1 medicine." in page


@pytest.mark.usefixtures("record")
def test_stopping_says_how_many_entries_it_hides(patient: Maren, psychiatrist: Clinician) -> None:
    page = signed_in(patient).get(f"/sharing/{psychiatrist.member.id}/stop/").content.decode()
    assert "Today that hides 1 goal, 1 questionnaire, 1 medicine and 1 note of yours." in page


def test_every_kind_of_record_can_be_counted_in_words(patient: Maren) -> None:
    kinds = {model.kind for model in apps.get_models() if issubclass(model, Record)}
    assert kinds == set(COUNTED)
