"""Other treatments, levels and conditions as the patient meets them, and as a clinician finds them in a chart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.conditions.services import add_condition
from careteam.procedures.services import add_level, add_procedure
from careteam.sharing.codes import Category
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, text

KINDS = ("procedure", "level", "condition")
SENT: dict[str, dict[str, Any]] = {
    "procedure": {
        "code": "esketamine",
        "status": "active",
        "start_month": "03",
        "start_year": "2025",
        "session_count": "8",
        "sessions": "14 March 2025\n\n2025-03-11",
        "side_effects": "Dizzy for an hour.",
    },
    "level": {
        "substance": "Lithium",
        "value": "0,60",
        "unit": "mmol/L",
        "on_day": "4",
        "on_month": "03",
        "on_year": "2026",
        "hours": "12",
    },
    "condition": {
        "name": "Depression",
        "status": "recurrence",
        "onset_year": "2017",
        "stated_by": "my psychiatrist",
        "holds_episode": "on",
        "episode_start_month": "03",
        "episode_start_year": "2025",
    },
}
SHOWN = {
    "procedure": ("Esketamine", "since March 2025", "8 sessions, 2 with a date", "Dizzy for an hour."),
    "level": ("Lithium 0.60 mmol/L", "4 March 2026", "12 hours"),
    "condition": ("Depression", "It came back", "since 2017", "since March 2025", "my psychiatrist"),
}


def adds(patient: Maren, kind: str, **more: Any) -> Any:
    sent = {"audience": "category", "sure": "category", **SENT[kind], **more}
    return patient.browser.post(reverse(f"{kind}_new"), sent, follow=True)


def added(patient: Maren, kind: str) -> UUID:
    made: UUID = adds(patient, kind).context["entry"].id
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_added_is_shown_with_who_sees_it_on_every_page(
    patient: Maren, psychiatrist: Clinician, kind: str
) -> None:
    made = adds(patient, kind)
    assert "Saved. Dr Sun-hee Lee can see it." in text(made)
    record = made.context["entry"].id
    pages = [
        made,
        patient.browser.get(reverse(f"{kind}s")),
        psychiatrist.browser.get(f"/patients/{patient.id}/{kind}s/"),
    ]
    for page in pages:
        shown = text(page)
        for words in SHOWN[kind]:
            assert words in shown
    assert f'id="{kind}-{record}"' in pages[2].content.decode()  # where a weekly summary leads
    assert "March 2025" in text(patient.browser.get(reverse(f"{kind}_edit", args=[record]))) or kind != "procedure"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_stays_when_it_cannot_be_kept(patient: Maren, psychiatrist: Clinician, kind: str) -> None:
    wrong = {
        "procedure": {"session_count": "1"},
        "level": {"value": "1,000"},
        "condition": {"episode_start_year": "2016"},
    }
    sent = {**SENT[kind], **wrong[kind]} | ({"episode_start_month": ""} if kind == "condition" else {})
    answer = patient.browser.post(reverse(f"{kind}_new"), {"audience": "category", **sent})
    assert answer.status_code == 422
    assert next(iter(wrong[kind].values())) in answer.content.decode()
    said = {
        "procedure": "2 sessions have a date below",
        "level": "“1,000” can mean 1000 or 1",
        "condition": "This is before it first began",
    }
    assert said[kind] in text(answer)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_keeps_the_history_and_a_stale_one_shows_both(patient: Maren, kind: str) -> None:
    record = added(patient, kind)
    browser, address = patient.browser, reverse(f"{kind}_edit", args=[record])
    assert browser.post(address, {**SENT[kind], "version": 1}, follow=True).context["entry"].version == 1
    change = {"procedure": {"session_count": "9"}, "level": {"value": "0.8"}, "condition": {"name": "Low mood"}}[kind]
    shown = browser.post(address, {**SENT[kind], **change, "version": 1}, follow=True)
    assert in_order(text(shown), next(iter(change.values())), "How it was written before", SHOWN[kind][0])
    stale = browser.post(address, {**SENT[kind], "version": 1})
    assert stale.status_code == 409
    assert "The version saved meanwhile" in text(stale)


@pytest.mark.parametrize("kind", KINDS)
def test_withdrawing_is_asked_once_and_leaves_a_stub(patient: Maren, psychiatrist: Clinician, kind: str) -> None:
    record = added(patient, kind)
    chart = f"/patients/{patient.id}/{kind}s/"
    psychiatrist.browser.get(chart)
    address = reverse(f"{kind}_withdraw", args=[record])
    assert "Dr Sun-hee Lee opened it on" in text(patient.browser.get(address))
    assert "Withdrawn. Nobody but you can see it now." in text(patient.browser.post(address, follow=True))
    assert SHOWN[kind][0] not in text(psychiatrist.browser.get(chart))
    assert "that was here was withdrawn on" in text(psychiatrist.browser.get(chart))
    assert patient.browser.get(reverse(f"{kind}_edit", args=[record])).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_who_sees_it_is_decided_on_the_same_page_as_for_all_else(
    patient: Maren, psychiatrist: Clinician, kind: str
) -> None:
    record = added(patient, kind)
    address = reverse("audience", args=[kind, record])
    assert SHOWN[kind][0] in text(patient.browser.get(address))
    patient.browser.post(address, {"audience": "only_me"})
    assert SHOWN[kind][0] not in text(psychiatrist.browser.get(f"/patients/{patient.id}/{kind}s/"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_for_others(patient: Maren, other_patient: Maren, psychiatrist: Clinician, kind: str) -> None:
    record = added(patient, kind)
    for who in (other_patient, psychiatrist):
        for name in (kind, f"{kind}_edit", f"{kind}_withdraw"):
            assert who.browser.post(reverse(name, args=[record]), {"version": 1}).status_code == 404
    assert psychiatrist.browser.get(reverse(f"{kind}s")).status_code == 404


def test_a_treatment_ends(patient: Maren) -> None:
    record = added(patient, "procedure")
    address = reverse("procedure_end", args=[record])
    asked = patient.browser.post(address, {"version": 1, "when_year": "2025"})
    assert asked.status_code == 422
    shown = patient.browser.post(
        address, {"version": 1, "finished": "yes", "when_year": "2025", "helped": "a-lot"}, follow=True
    )
    assert in_order(text(shown), "Finished", "March 2025 to 2025", "A lot")
    again = patient.browser.get(address, follow=True)
    assert "This is marked as ended." in text(again)


def test_one_page_has_all_treatments_and_the_sentence_on_mixing_is_for_medicines_alone(
    patient: Maren, psychiatrist: Clinician
) -> None:
    patient.does(add_procedure, code="talking-therapy", name="with Tomás")
    patient.does(add_level, substance="Lithium", value="0.6", unit="mmol/L", on="2026")
    page = text(patient.browser.get(reverse("treatments")))
    assert in_order(
        page, "Medicines", "Other treatments", "Talking therapy: with Tomás", "Levels", "Lithium 0.6 mmol/L"
    )
    hidden = adds(patient, "procedure", audience="only_me")
    assert "Some medicines do not mix" not in text(hidden)
    assert "Only you can see it." in text(hidden)


def test_a_chart_shows_three_sections_and_says_where_nothing_is_shared(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    patient.does(add_procedure, code="rtms", start="2025-03")
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2025-03")
    chart = text(psychiatrist.browser.get(f"/patients/{patient.id}/medicines/"))
    assert in_order(chart, "Other treatments", "rTMS", "Levels", "None shared in careteam. Ask.")
    overview = text(psychiatrist.browser.get(f"/patients/{patient.id}/"))
    assert in_order(overview, "Conditions", "Depression", "Current episode: since March 2025")
    hers = text(gp.browser.get(f"/patients/{patient.id}/"))
    assert in_order(hers, "Conditions", "None shared in careteam. Ask.")
    assert "Depression" not in hers


def test_conditions_are_off_until_they_are_shown(patient: Maren, gp: Clinician) -> None:
    assert "Nobody sees your conditions unless" in text(patient.browser.get(reverse("conditions")))
    answer = adds(patient, "condition", sure="")
    assert "Right now you show your conditions to nobody." in text(answer)
    made = adds(patient, "condition")
    assert "Saved. Only you can see it." in text(made)
    patient.shares(gp, Category.CONDITIONS)
    assert "Depression" in text(gp.browser.get(f"/patients/{patient.id}/conditions/"))
