"""Correcting a medicine: what stands there stays, every dose is a row, and the version before is hers alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.treatments import queries, services
from careteam.treatments.doses import dose_period
from tests.conftest import Clinician, Maren
from tests.frontend.reading import text
from tests.treatments.words import sees, takes


def lithium(patient: Maren, **more: Any) -> UUID:
    return takes(patient, "Lithium", dose_period("600", "mg", "at night"), start="2025-03", **more)


def typed(patient: Maren, medicine: UUID) -> dict[str, Any]:
    """The form of the edit page as a browser would send it back."""
    page = patient.browser.get(reverse("medicine_edit", args=[medicine]))
    sent: dict[str, Any] = {"version": page.context["medicine"].version}
    for form in (page.context["form"], page.context["rows"].management_form, *page.context["rows"]):
        for bound in form:
            value = bound.value()
            if hasattr(bound.field.widget, "widgets_names"):
                parts = bound.field.widget.decompress(value)
                names = bound.field.widget.widgets_names
                sent |= {bound.html_name + name: part for name, part in zip(names, parts, strict=True)}
            elif value not in (None, False):
                sent[bound.html_name] = value
    return sent


def test_saving_what_stands_there_changes_no_word(patient: Maren) -> None:
    medicine = takes(
        patient,
        "Lithium",
        dose_period("1.1250", "mg", "morning", start="2025-03-14", end="2025-04"),
        dose_period("900", "mg", "at night", start="2025-05"),
        start="2025-03",
        purpose="mood",
        side_effects="shaky",
    )
    before = sees(patient, medicine)
    answer = patient.browser.post(reverse("medicine_edit", args=[medicine]), typed(patient, medicine))
    assert answer.status_code == 302
    after = sees(patient, medicine)
    assert (after.periods, after.start, after.purpose, after.status) == (
        before.periods,
        before.start,
        before.purpose,
        before.status,
    )


def test_a_dose_is_corrected_taken_out_or_added(patient: Maren) -> None:
    medicine = takes(patient, "Lithium", dose_period("5", "mg"), dose_period("7", "mg", start="2025"), start="2025")
    sent = typed(patient, medicine) | {
        "dose-0-DELETE": "on",
        "dose-1-amount": "8",
        "dose-2-amount": "9",
        "dose-2-unit": "mg",
        "dose-2-start_year": "2026",
    }
    shown = patient.browser.post(reverse("medicine_edit", args=[medicine]), sent, follow=True)
    assert [period.words for period in sees(patient, medicine).periods] == ["8 mg", "9 mg"]
    assert "5 mg" in text(shown)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"dose-0-amount": "many"}, "Write how much as a number"),
        ({"dose-0-start_year": "2026", "dose-0-end_year": "2020"}, "The end is before the start."),
        ({"dose-0-start_year": "20"}, "Write the year with four digits"),
        ({"dose-0-start_year": "2001"}, "this dose is before the medicine began"),
        ({"status": "stopped", "end_year": "2999"}, "This end is in the future."),
        ({"stop_reason": "cost"}, "There is a reason for stopping here."),
        ({"name": " "}, "Please write something here."),
    ],
)
def test_a_correction_that_cannot_be_kept_says_why(patient: Maren, sent: dict[str, Any], said: str) -> None:
    medicine = lithium(patient)
    whole = typed(patient, medicine) | {"purpose": "kept words", "dose-1-times": ""} | sent
    refused = patient.browser.post(reverse("medicine_edit", args=[medicine]), whole)
    assert refused.status_code == 422
    assert said in text(refused)
    assert "kept words" in refused.content.decode()
    assert sees(patient, medicine).version == 1


def test_a_correction_that_met_another_shows_both(patient: Maren) -> None:
    medicine = lithium(patient)
    sent = typed(patient, medicine) | {"purpose": "of this tab"}
    patient.does(services.note_side_effects, medicine, words="of the other tab", expected=1)
    both = patient.browser.post(reverse("medicine_edit", args=[medicine]), sent)
    assert both.status_code == 409
    assert "of the other tab" in text(both)
    assert "of this tab" in both.content.decode()


def test_how_it_was_written_before_is_hers_alone(patient: Maren) -> None:
    medicine = lithium(patient)
    patient.does(services.note_side_effects, medicine, words="shaky hands", expected=1)
    patient.does(services.note_side_effects, medicine, words="", expected=2)
    shown = text(patient.browser.get(reverse("medicine", args=[medicine])))
    assert "Only you can see earlier versions." in shown
    assert "shaky hands" in shown


def test_a_medicine_is_withdrawn_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = lithium(patient)
    browser = patient.browser
    asked = text(browser.get(reverse("medicine_withdraw", args=[medicine])))
    assert "that it was tried is worth knowing" in asked
    browser.post(reverse("medicine_withdraw", args=[medicine]))
    assert sees(patient, medicine).withdrawn_at
    assert psychiatrist.refused(queries.medicine, patient.id, medicine)
    for name in ("medicine_edit", "medicine_stop", "medicine_dose", "medicine_side_effects", "medicine_withdraw"):
        assert browser.get(reverse(name, args=[medicine])).status_code == 404
