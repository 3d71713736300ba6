"""My plan for hard days: her own words, hers alone until she shows it, and in no list, week, summary or timeline."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.safety import queries
from careteam.safety.pictures import tel
from careteam.safety.services import edit_plan, look_over, withdraw_plan, write_plan
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.summaries import services as summaries
from careteam.summaries.queries import overview, visit_summary
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, text

PLAN: dict[str, Any] = {
    "parts": [
        {"heading": "The mornings", "words": "Open the window. Wooden spoon, warm milk."},
        {"heading": "", "words": ""},
        {"heading": "", "words": "It has passed before."},
    ],
    "contacts": [
        {"name": "Ada", "phone": "+1 (555) 010-23", "words": "my sister"},
        {"name": "The practice", "phone": "", "words": "ask for Tomás"},
    ],
}


def writes(patient: Maren, **more: Any) -> UUID:
    plan: UUID = patient.does(write_plan, **PLAN, **more)
    return plan


def test_it_is_a_topic_of_its_own_that_only_its_patient_writes(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    plan = writes(patient)
    seen = psychiatrist.does(queries.plan, patient.id, plan)
    assert (seen.kind, seen.category, seen.see.kind) == ("hard-days", "hard_days_plan", "you")
    assert [part.heading for part in seen.parts] == ["The mornings", ""]
    assert [(one.name, one.tel) for one in seen.contacts] == [("Ada", "+155501023"), ("The practice", "")]
    assert seen.reviewed_on == patient.viewer.today
    for one in (therapist, gp):
        assert one.refused(queries.plan, patient.id, plan), "off until it is shown"
    assert psychiatrist.refused(write_plan, **PLAN)
    assert psychiatrist.refused(edit_plan, plan, **PLAN, expected=1)
    assert psychiatrist.refused(look_over, plan, expected=1)
    assert psychiatrist.refused(queries.plan_versions, patient.id, plan)
    patient.shares(gp, Category.HARD_DAYS_PLAN)
    assert gp.does(queries.plan, patient.id, plan).parts == seen.parts


def test_each_change_is_a_version_and_looking_it_over_has_its_day(patient: Maren, psychiatrist: Clinician) -> None:
    plan = writes(patient)
    assert patient.does(edit_plan, plan, **PLAN, expected=1) == 1, "the same again is no change"
    changed = {**PLAN, "contacts": []}
    assert patient.does(edit_plan, plan, **changed, expected=1) == 2
    with pytest.raises(Conflict):
        patient.does(edit_plan, plan, **PLAN, expected=1)
    (old,) = patient.does(queries.plan_versions, patient.id, plan)
    assert [one.name for one in old.contacts] == ["Ada", "The practice"]
    assert patient.does(look_over, plan, expected=2) == 2  # it was looked over today already
    psychiatrist.does(queries.plan, patient.id, plan)
    patient.does(withdraw_plan, plan)
    assert psychiatrist.refused(queries.plan, patient.id, plan) or not psychiatrist.does(queries.plans, patient.id)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "hard-days")] == [plan]
    assert patient.does(queries.people_to_reach) == ()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {""}),
        ({"parts": [{"heading": " ", "words": "\n"}]}, {""}),
        ({"parts": [{"words": "x" * 4001}]}, {"parts.0.words"}),
        ({"parts": [{"words": "ok"}, {"heading": "x" * 201}]}, {"parts.1.heading"}),
        ({"parts": [{"words": "x"}] * 13}, {"parts"}),
        ({"contacts": [{"name": "", "phone": "555"}]}, {"contacts.0.name"}),
        ({"contacts": [{"name": "Ada", "phone": "5" * 41}]}, {"contacts.0.phone"}),
        ({"contacts": [{"name": "Ada\0", "phone": ""}]}, {"contacts.0.name"}),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, given: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        patient.does(write_plan, **given)
    assert refused.value.fields.keys() == fields


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("+1 (555) 010-23", "+155501023"),
        ("988", "988"),
        ("116 123", "116123"),
        ("", ""),
        ("ask at the desk", ""),
        ("7", ""),
        ("javascript:alert(1)", ""),
        ("٠١٢٣", ""),
    ],
)
def test_a_number_becomes_one_to_tap(phone: str, link: str) -> None:
    assert tel(phone) == link


def test_it_joins_no_week_no_summary_no_overview_and_no_list(patient: Maren, psychiatrist: Clinician) -> None:
    plan = writes(patient)
    today = patient.viewer.today
    for one in (patient, psychiatrist):
        assert one.does(summaries.references, today, today) == []
        for picture in (
            one.does(overview, patient.id),
            one.does(visit_summary, patient.id, today, today),
        ):
            assert "Wooden spoon" not in repr(picture)
            assert str(plan) not in repr(picture)
    browser = psychiatrist.browser
    chart = reverse("chart", args=[patient.id])
    for place in (chart, f"{chart}timeline/?range=everything", f"{chart}summary/", reverse("caseload")):
        assert "Wooden spoon" not in browser.get(place).content.decode()


def test_she_writes_it_without_script_reads_prints_and_keeps_it(patient: Maren, psychiatrist: Clinician) -> None:
    browser = patient.browser
    assert "Nothing here yet" in text(browser.get(reverse("hard_days")))
    new = reverse("hard_days_new")
    sent = {"parts.0.heading": "The mornings", "parts.0.words": "Open the window.", "parts.1.heading": ""}
    sent |= {"parts.1.words": "", "contacts.0.name": "Ada", "contacts.0.phone": "555 010 23", "contacts.0.words": ""}
    more = browser.post(new, {**sent, "more": "1"})
    page = more.content.decode()
    assert "Open the window." in page
    assert page.count('name="parts.') == 8, "two rows more, and nothing saved"
    assert patient.does(queries.plans, patient.id).items == ()
    wrong = browser.post(new, {**sent, "contacts.0.name": ""})
    assert wrong.status_code == 422
    assert "Who is this? A first name is enough." in text(wrong)
    patient.shares(psychiatrist, Category.GOALS)
    said = text(browser.post(new, sent, follow=True))
    assert in_order(
        said, "Saved. Only you can see it.", "The mornings", "Open the window.", "People I can reach", "Ada"
    )
    (plan,) = patient.does(queries.plans, patient.id).items
    one = reverse("hard_days_one", args=[plan.id])
    assert 'href="tel:55501023"' in browser.get(reverse("hard_days")).content.decode()
    edit = reverse("hard_days_edit", args=[plan.id])
    assert 'value="Ada"' in browser.get(edit).content.decode()
    browser.post(edit, {**sent, "parts.0.words": "Curtains first.", "version": "1"})
    stale = browser.post(edit, {**sent, "version": "1"})
    assert stale.status_code == 409
    assert in_order(text(stale), "This was changed meanwhile", "Curtains first.")
    assert in_order(text(browser.get(one)), "Curtains first.", "How it was written before", "Open the window.")
    browser.post(reverse("hard_days_reviewed", args=[plan.id]), {"version": "2"})
    address = reverse("hard_days_file", args=[plan.id])
    assert "reauthenticate" in patient.browser_left_open.get(address).headers["Location"]
    kept = browser.get(address)
    assert kept.headers["Content-Disposition"] == 'attachment; filename="my-plan.html"'
    whole = kept.content.decode()
    assert in_order(whole, "Curtains first.", 'href="tel:55501023"', 'href="tel:988"')
    assert not re.search(r"(?:src|href)=\"(?:https?:|/)|<script|@import|url\(", whole), "it opens without a connection"
    assert "Curtains" not in text(psychiatrist.browser.get(reverse("chart_hard_days", args=[patient.id])))
    patient.shares(psychiatrist, Category.HARD_DAYS_PLAN)
    shown = text(psychiatrist.browser.get(reverse("chart_hard_days", args=[patient.id])))
    assert in_order(shown, "Plan for hard days, in Maren’s words", "Curtains first.", "Ada")
    assert "Dr Sun-hee Lee" in text(browser.get(one)), "who opened it"
    browser.post(reverse("hard_days_withdraw", args=[plan.id]))
    assert in_order(text(browser.get(reverse("hard_days"))), "Nothing here yet", "Withdrawn")
