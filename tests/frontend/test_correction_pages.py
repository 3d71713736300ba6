"""Proposed corrections as people meet them: written from a chart, read beside the entry, answered by the patient."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from careteam.sharing import services as sharing
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import withdraw_medicine
from tests.api.world import answered
from tests.conftest import Clinician, Maren
from tests.corrections.test_corrections import WORDS, beside, entries, proposes
from tests.frontend.reading import in_order, main_of, said, text
from tests.frontend.test_medicine_edit_pages import typed
from tests.treatments.doses import dose
from tests.treatments.words import sees, takes

# kind: (the chart's page that lists it, the patient's own page, the ordinary form)
PAGES = {
    "measure": ("measures/{}/", "measure", "measure_correct"),
    "check-in": ("check-ins/", "check_in", "check_in_write"),
    "event": ("check-ins/", "event", "event"),
    "medicine": ("medicines/", "medicine", "medicine_edit"),
    "procedure": ("procedures/", "procedure", "procedure_edit"),
    "level": ("levels/", "level", "level_edit"),
    "condition": ("conditions/", "condition", "condition_edit"),
    "visit": ("visits/", "visit", "visit"),
    "question": ("visits/", "visit_question", "visit_question"),
}


def address(patient: Maren, record: UUID, kind: str = "medicine") -> str:
    return reverse("chart_correction", args=[patient.id, kind, record])


def form_of(page: Any, action: str) -> dict[str, Any]:
    """The hidden fields of the form that posts there."""
    found: dict[str, Any] = {}
    form = main_of(page).split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)"[^>]* value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


# What the page that proposes one says of the entry, beside its name.
SAYS = {
    "measure": ("Little interest or pleasure", "Several days"),
    "check-in": ("Mood", "Low"),
    "event": ("When", "2025"),
    "medicine": ("When", "Patient-reported"),
    "procedure": ("ECT", "Patient-reported"),
    "level": ("Measured", "2025"),
    "condition": ("Depression", "Patient-reported"),
    "visit": ("Where", "room 2"),
    "question": ("May I drive?", "Written on"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_from_the_chart_to_the_entry_and_to_its_ordinary_form(
    kind: str, patient: Maren, psychiatrist: Clinician
) -> None:
    record = entries(patient)[kind]
    lees, hers = psychiatrist.browser, patient.browser
    listed, own, form = PAGES[kind]
    chart = f"/patients/{patient.id}/{listed.format(record)}"
    where = address(patient, record, kind)
    assert f'href="{where}"' in main_of(lees.get(chart))
    asked = lees.get(where)
    assert in_order(said(asked), "What it says now", *SAYS[kind], "stays as it is")
    sent = lees.post(where, {**form_of(asked, where), "text": WORDS}, follow=True)
    assert in_order(text(sent), "Proposed.", WORDS)
    assert WORDS in said(lees.get(chart))  # whoever sees the entry reads it there
    today = main_of(hers.get("/today/"))
    page = reverse(own, args=[record])
    assert in_order(today, "Dr Sun-hee Lee", f'href="{page}"')
    shown = hers.get(page)
    assert in_order(said(shown), "Dr Sun-hee Lee", WORDS, "Leave it as it is")
    there = f"{reverse(form)}?day={patient.viewer.today}" if kind == "check-in" else reverse(form, args=[record])
    assert there == page or f'href="{there}"' in main_of(shown)
    assert WORDS in said(hers.get(there))  # beside the ordinary form


def test_saving_the_form_it_stands_beside_answers_it(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix", dose("10"), start="2018")
    proposes(psychiatrist, medicine)
    hers, there = patient.browser, reverse("medicine_edit", args=[medicine])
    given = typed(patient, medicine) | form_of(hers.get(there), there) | {"start_year": "2019"}
    saved = hers.post(there, given, follow=True)
    assert sees(patient, medicine).start == "2019"
    assert "Until" in said(saved)  # how it was is kept
    assert [one.stands for one in beside(patient, patient, medicine, 2)] == ["changed"]
    assert "Corrected since" in said(saved)
    assert "proposes a correction" not in said(hers.get("/today/"))


def test_she_leaves_it_as_it_is_with_one_button(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix", start="2018")
    correction = proposes(psychiatrist, medicine)
    settle = reverse("correction_settle", args=[correction])
    hers = patient.browser
    assert f'action="{settle}"' in main_of(hers.get(reverse("medicine", args=[medicine])))
    assert hers.get(settle, follow=True).redirect_chain[-1][0] == "/today/"
    left = hers.post(settle, follow=True)
    assert in_order(text(left), "Left as it is.", WORDS, "Left as it is, ")
    assert f'action="{settle}"' not in main_of(left)
    assert sees(patient, medicine).version == 1
    assert "Left as it is" in said(psychiatrist.browser.get(f"/patients/{patient.id}/medicines/"))


def test_what_cannot_be_kept_is_said_and_keeps_her_words(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix")
    lees, where = psychiatrist.browser, address(patient, medicine)
    empty = lees.post(where, {"text": "", "version": 1})
    assert (empty.status_code, "Please write something here." in said(empty)) == (422, True)
    late = lees.post(where, {"text": WORDS, "version": 7})
    assert (late.status_code, "changed meanwhile" in said(late), WORDS in main_of(late)) == (422, True, True)
    twice = {"text": WORDS, "version": 1, "once": "mark"}
    for _ in range(2):
        lees.post(where, twice)
    assert len(beside(patient, patient, medicine)) == 1


def refused(browser: Client, where: str) -> bool:
    return browser.get(where).status_code == browser.post(where, {"text": WORDS, "version": 1}).status_code == 404


def test_who_does_not_see_the_entry_finds_nothing(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    medicine = takes(patient, "Trintellix")
    note = patient.writes_note("slept", shared=True)
    where = address(patient, medicine)
    correction = proposes(psychiatrist, medicine)
    for who in (patient, therapist, stranger):
        assert refused(who.browser, where)
    for kind, record in (("note", note), ("medicine", note), ("nothing", medicine), ("level", medicine)):
        assert refused(psychiatrist.browser, address(patient, record, kind))
    assert psychiatrist.browser.post(reverse("correction_settle", args=[correction])).status_code == 404
    patient.does(sharing.set_audience, MedicationStatement, medicine, audience="only_me")
    assert refused(psychiatrist.browser, where)
    assert WORDS in said(patient.browser.get(reverse("medicine", args=[medicine])))


def test_a_withdrawn_entry_asks_for_no_answer(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix")
    settle = reverse("correction_settle", args=[proposes(psychiatrist, medicine)])
    patient.does(withdraw_medicine, medicine)
    page = patient.browser.get(reverse("medicine", args=[medicine]))
    assert WORDS in said(page)
    assert f'action="{settle}"' not in main_of(page)
    assert patient.browser.post(settle).status_code == 404
    assert "proposes a correction" not in said(patient.browser.get("/today/"))


def test_a_corrected_answer_to_question_9_is_met_with_help_first(patient: Maren, psychiatrist: Clinician) -> None:
    form = answered(patient)
    proposes(psychiatrist, form, kind="measure")
    there = reverse("measure_correct", args=[form])
    hidden = form_of(patient.browser.get(there), there)
    helped = patient.browser.post(there, {**hidden, "item": 9, "value": "1"})
    assert "988" in said(helped)
    assert [one.stands for one in beside(patient, patient, form, 2, "measure")] == ["changed"]


def test_through_her_eyes_the_patient_reads_it_and_can_propose_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix")
    proposes(psychiatrist, medicine)
    eyes = f"/see-as/{psychiatrist.member.id}"
    shown = patient.browser.get(f"{eyes}/patients/{patient.id}/medicines/")
    assert WORDS in said(shown)
    assert patient.browser.post(eyes + address(patient, medicine), {"text": WORDS, "version": 1}).status_code == 405
    assert len(beside(patient, patient, medicine)) == 1
