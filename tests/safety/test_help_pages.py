"""What stands below the help lines, each left out when it breaks; and the link to help on every page there is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from careteam.measures import queries
from careteam.measures.help import HELP_CORE
from careteam.measures.models import QuestionnaireResponse
from careteam.safety.services import write_plan
from careteam.sharing import telling
from frontend.views import extras
from tests.abuse.test_a01_every_route import addresses
from tests.conftest import Clinician, Maren, Person, as_owner
from tests.frontend.reading import in_order, text
from tests.measures.forms import begins

ABOVE = [1] * 8 + [2]
ADA = [{"name": "Ada", "phone": "555 010 23", "words": "my sister"}]


def test_below_the_help_lines_stand_her_own_people_who_can_see_it_and_whom_she_wants_told(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    patient.does(write_plan, contacts=ADA)
    patient.does(telling.tell, psychiatrist.member.id)
    saved = patient.browser.post(reverse("phq9"), {"part": 2, "q9": 2, "go": "next"})
    assert in_order(saved.content.decode(), HELP_CORE, "From your plan for hard days", 'href="tel:55501023"')
    assert in_order(text(saved), "Only you can see it until you press Send.", "Dr Sun-hee Lee and Tomás Rivera can")
    assert "told by a mail" not in text(saved), "nothing is sent before Send"
    sent = patient.browser.post(reverse("phq9_send"), {})
    assert in_order(
        text(sent), "No one is watching", "Ada", "Your answers are sent.", "Dr Sun-hee Lee and Tomás Rivera can see"
    )
    assert "You chose to have Dr Sun-hee Lee told by a mail" in text(sent)
    with as_owner():
        form = QuestionnaireResponse.unscoped("the test looks past the walls").get(patient_id=patient.id)
    one = reverse("measure", args=[form.id])
    assert "Would you like somebody to be told?" not in text(patient.browser.get(one))
    patient.does(telling.tell_no_more, psychiatrist.member.id)
    assert "Would you like somebody to be told?" in text(patient.browser.get(one)), "after the help page, not above it"
    assert in_order(patient.browser.get(reverse("help")).content.decode(), 'href="tel:988"', 'href="tel:55501023"')


@pytest.mark.parametrize("place", ["phq9", "phq9_send", "help"])
def test_whatever_breaks_below_the_help_lines_is_left_out_and_what_was_saved_stays(
    patient: Maren, psychiatrist: Clinician, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.does(write_plan, contacts=ADA)

    def breaks(*_: object, **__: object) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM sharing_consent")

    for module, name in (
        (extras, "people_to_reach"),
        (extras, "team_told"),
        (queries, "measure"),
        (queries, "who_will_see"),
    ):
        monkeypatch.setattr(module, name, breaks)
    with pytest.raises(DatabaseError), patient.acting():
        breaks()
    if place == "help":
        shown = patient.browser.get(reverse("help"))
    else:
        begins(patient, ABOVE)
        shown = patient.browser.post(reverse(place), {"part": 2, "q9": 3, "go": "next"})
    assert shown.status_code == 200
    words = shown.content.decode()
    assert 'href="tel:988"' in words
    assert "Ada" not in words
    if place != "help":
        assert in_order(words, HELP_CORE, "Your answer", "Continue")
        with as_owner():
            row = QuestionnaireResponse.unscoped("the test looks past the walls").get(patient_id=patient.id)
        assert (row.item9, row.is_draft) == ((3, True) if place == "phq9" else (2, False)), "it was saved all the same"


def test_a_place_is_her_choice_and_changes_nothing_above_it(patient: Maren) -> None:
    stranger, hers = Client(), patient.browser
    plain = stranger.get(reverse("help")).content.decode()
    assert "selected" not in plain, "of somebody who is not signed in nothing is guessed"
    assert '<option value="US" selected>' in hers.get(reverse("help")).content.decode()
    core = plain.partition('id="help"')[2].partition("</section>")[0]
    for code, said in (
        ("CA", "9-8-8 Suicide Crisis Helpline"),
        ("GB", "Nobody has checked a helpline there for us yet, so we show none."),
        ("other", "lists lines by country"),
        ("<b>", "lists lines by country"),
    ):
        shown = stranger.get(reverse("help"), {"place": code})
        assert said in text(shown)
        assert shown.content.decode().partition('id="help"')[2].partition("</section>")[0] == core
        assert "116123" not in shown.content.decode(), "a number nobody has verified is on no page"
    assert in_order(text(stranger.get(reverse("help"), {"place": "GB"})), "United Kingdom", "call 999")


def test_the_way_to_help_is_on_every_page_there_is(
    patient: Maren, psychiatrist: Clinician, admin: Person, stranger: Clinician
) -> None:
    """Every address without an id, as everybody; and the errors, and what nobody may see."""
    people = {"patient": patient, "clinician": psychiatrist, "admin": admin, "nobody": None}
    way, seen, without = f'href="{reverse("help")}"', 0, []
    for who, person in people.items():
        browser = person.browser if person else Client()
        paths = [one.filled() for one in addresses() if not one.ids and "GET" in one.methods]
        paths += ["/nothing/here/", reverse("chart", args=[UUID(int=1)]), reverse("chart", args=[patient.id])]
        for path in paths:
            if path.startswith("/api/"):
                continue
            answer: Any = browser.get(path)
            kind = answer.get("Content-Type", "")
            if kind.startswith("text/html") and answer.status_code not in (301, 302) and answer.content:
                seen += 1
                if way not in answer.content.decode():
                    without.append((who, path, answer.status_code))
    assert seen > 80
    assert without == []
