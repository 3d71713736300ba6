"""Entries from a file: each waits for her yes or no, and stays hers alone."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from careteam.goals.services import add_imported_goal
from careteam.treatments.services import add_imported_medicine
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, text


def brings(patient: Maren) -> tuple[UUID, UUID]:
    """A medicine and a goal from a file."""
    return (
        patient.does(add_imported_medicine, name="Lithium", import_key="a", start="2019"),
        patient.does(add_imported_goal, words="Sleep through", import_key="b"),
    )


def test_entries_wait_one_by_one(patient: Maren) -> None:
    brings(patient)
    shown = text(patient.browser.get(reverse("imports")))
    assert in_order(shown, "Lithium", "2019", "Keep it", "Leave it out", "Sleep through", "Keep it", "Leave it out")


def test_what_is_taken_stays_hers_alone_until_she_widens_it(patient: Maren, psychiatrist: Clinician) -> None:
    medicine, _ = brings(patient)
    browser = patient.browser
    shown = text(browser.post(reverse("import_answer", args=["treatments", medicine, "accept"]), follow=True))
    assert "It is in your record now. Only you can see it until you choose otherwise." in shown
    assert "Lithium" not in shown
    assert "Only you can see this" in text(browser.get(reverse("medicine", args=[medicine])))
    widened = browser.post(reverse("audience", args=["medicine", medicine]), {"audience": "category"}, follow=True)
    assert "Saved. Dr Sun-hee Lee can see it." in text(widened)


def test_what_is_left_out_is_gone(patient: Maren) -> None:
    medicine, goal = brings(patient)
    browser = patient.browser
    browser.post(reverse("import_answer", args=["goals", goal, "decline"]))
    browser.post(reverse("import_answer", args=["treatments", medicine, "decline"]))
    assert "Nothing is waiting." in text(browser.get(reverse("imports")))
    assert browser.post(reverse("import_answer", args=["goals", goal, "accept"])).status_code == 404


def test_an_answer_is_given_by_a_button_and_by_nobody_else(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician
) -> None:
    medicine, _ = brings(patient)
    address = reverse("import_answer", args=["treatments", medicine, "accept"])
    assert patient.browser.get(address).status_code == 404
    assert other_patient.browser.post(address).status_code == 404
    assert psychiatrist.browser.post(address).status_code == 404
    assert "Lithium" in text(patient.browser.get(reverse("imports")))
