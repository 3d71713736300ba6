"""Medicines as the patient meets them: the name is enough, dates as they are remembered, doses never rewritten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.treatments import services
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import text
from tests.treatments.words import sees, takes

NEW = {"stands": "now", "audience": "category"}


def rows() -> int:
    with as_owner():
        return MedicationStatement.unscoped("the test counts").count()


def lithium(patient: Maren, **more: Any) -> UUID:
    return takes(patient, "Lithium", dose_period("600", "mg", "at night"), start="2025-03", **more)


def adds(patient: Maren, **sent: Any) -> Any:
    return patient.browser.post(reverse("medicine_new"), {**NEW, "sure": "category", **sent}, follow=True)


# -- The list ----------------------------------------------------------------------------------------------------------
def test_the_list_tells_now_from_planned_and_before(patient: Maren, psychiatrist: Clinician) -> None:
    takes(patient, "Bupropion", start="2023-08", end="2023-09", status="stopped", stop_reason="side-effects")
    takes(patient, "Vortioxetine", start=str(patient.viewer.today.year + 1))
    lithium(patient)
    shown = text(patient.browser.get(reverse("treatments")))
    assert shown.index("Taking now") < shown.index("Lithium") < shown.index("Planned or on hold")
    assert shown.index("Vortioxetine") < shown.index("Before") < shown.index("Bupropion")
    assert "600 mg, at night" in shown
    assert "since March 2025" in shown
    assert "Dr Sun-hee Lee can see this" in shown
    assert "Please do not stop or change a dose on your own." in shown


def test_an_empty_list_says_what_it_is_for(patient: Maren) -> None:
    assert "No medicines written down yet" in text(patient.browser.get(reverse("treatments")))


def test_the_old_address_of_the_list_leads_to_the_new_one(patient: Maren) -> None:
    assert patient.browser.get("/medicines/").headers["Location"] == reverse("treatments")


def test_a_medicine_from_a_file_waits_elsewhere(patient: Maren) -> None:
    medicine = patient.does(services.add_imported_medicine, name="From a file", import_key="a")
    browser = patient.browser
    shown = text(browser.get(reverse("treatments")))
    assert "1 entry from a file waits for your yes." in shown
    assert "From a file" not in shown
    for name in ("medicine", "medicine_edit", "medicine_dose", "medicine_stop", "medicine_side_effects"):
        assert browser.get(reverse(name, args=[medicine])).status_code == 404


def test_medicines_have_no_page_for_others(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    medicine = lithium(patient)
    for who in (other_patient, psychiatrist):
        for name in ("medicine", "medicine_edit", "medicine_dose", "medicine_stop", "medicine_side_effects"):
            assert who.browser.post(reverse(name, args=[medicine]), {"version": 1}).status_code == 404
        assert who.browser.post(reverse("medicine_withdraw", args=[medicine])).status_code == 404
    assert sees(patient, medicine).version == 1


# -- Adding one --------------------------------------------------------------------------------------------------------
def test_the_name_is_enough(patient: Maren, psychiatrist: Clinician) -> None:
    made = adds(patient, name="Lithium")
    assert "Saved. Dr Sun-hee Lee can see it." in text(made)
    assert made.context["medicine"].current
    assert made.context["medicine"].when == "start not known"


def test_a_medicine_is_added_as_it_is_remembered(patient: Maren) -> None:
    made = adds(
        patient,
        name="Lithium",
        purpose="mood",
        amount="37,5",
        unit="mg",
        times="morning",
        route_form="tablet",
        start_month="03",
        start_year="2025",
        side_effects="shaky hands",
    )
    medicine = made.context["medicine"]
    assert medicine.dose == "37.5 mg, morning"
    assert medicine.when == "since March 2025"
    assert medicine.side_effects == "shaky hands"


def test_one_taken_before_keeps_when_why_and_whether_it_helped(patient: Maren) -> None:
    made = adds(
        patient,
        name="Bupropion",
        stands="before",
        start_year="2019",
        end_year="2020",
        stop_reason="side-effects",
        stopped_why="no sleep",
        helped="a-little",
    )
    medicine = made.context["medicine"]
    assert (medicine.status, medicine.when) == ("stopped", "2019 to 2020")
    assert (medicine.stop_reason, medicine.stopped_why, medicine.helped) == ("side-effects", "no sleep", "a-little")
    assert "Side effects: “no sleep”" in text(made)


def test_what_belongs_to_stopping_is_left_out_of_one_taken_now(patient: Maren) -> None:
    made = adds(
        patient,
        name="Lithium",
        end_year="2020",
        stop_reason="cost",
        stopped_why="typed before changing",
        helped="a-lot",
    )
    medicine = made.context["medicine"]
    assert medicine.current
    assert (medicine.end, medicine.stop_reason, medicine.stopped_why, medicine.helped) == (None, "", "", "")


def test_one_that_is_planned_may_have_no_date(patient: Maren) -> None:
    assert adds(patient, name="Ketamine", stands="planned").context["medicine"].status == "intended"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "Please write something here."),
        ({"name": "n" * 201}, "This is 201 characters long; 200 fit here."),
        ({"purpose": "p" * 501}, "This is 501 characters long; 500 fit here."),
        ({"side_effects": "s" * 4_001}, "This is 4,001 characters long; 4,000 fit here."),
        ({"amount": "a lot", "unit": "mg"}, "Write how much as a number, such as 100 or 37.5."),
        ({"amount": "1,000", "unit": "mg"}, "“1,000” can mean 1000 or 1."),
        ({"amount": "0", "unit": "mg"}, "Write an amount above zero."),
        ({"amount": "5", "unit": ""}, "Choose a unit, such as mg, mcg or tablet."),
        ({"amount": "5", "unit": "bucket"}, "bucket"),
        ({"amount": "", "times": "at night"}, "Write how much as a number, or leave the whole dose empty."),
        ({"amount": "5", "unit": "mg", "times": "t" * 61}, "Write when in at most 60 letters"),
        ({"start_day": "30", "start_month": "02", "start_year": "2025"}, "There is no such day."),
        ({"stands": "before", "start_year": "2020", "end_year": "2019"}, "The end is before the start."),
        ({"stands": "before", "end_year": "2999"}, "This end is in the future."),
        ({"stands": "before", "start_year": "2999"}, "This start is in the future"),
        ({"stands": "perhaps"}, "perhaps"),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field(patient: Maren, sent: dict[str, Any], said: str) -> None:
    whole = {**NEW, "audience": "only_me", "name": "kept name", "stopped_why": "kept words", **sent}
    refused = patient.browser.post(reverse("medicine_new"), whole)
    assert refused.status_code == 422
    assert said in text(refused)
    page = refused.content.decode()
    assert "kept words" in page
    assert whole["name"] in page
    assert rows() == 0


# -- Hidden from somebody who prescribes -------------------------------------------------------------------------------
def test_hiding_one_taken_now_from_a_prescriber_is_said_once(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    sent = {**NEW, "name": "Sertraline", "audience": "named", "named": [str(gp.member.id)]}
    asked = patient.browser.post(reverse("medicine_new"), sent)
    assert asked.status_code == 422
    # Tomás does not prescribe, and Dr Yusuf sees it.
    assert "Some medicines do not mix. Dr Sun-hee Lee will not see this one." in text(asked)
    assert rows() == 0
    made = patient.browser.post(reverse("medicine_new"), {**sent, "sure": asked.context["form"].sure})
    assert made.status_code == 302


def test_one_taken_before_is_hers_to_keep_without_a_word(patient: Maren, psychiatrist: Clinician) -> None:
    sent = {**NEW, "name": "Sertraline", "stands": "before", "audience": "only_me"}
    assert patient.browser.post(reverse("medicine_new"), sent).status_code == 302


def test_a_prescriber_who_sees_no_medicines_is_not_spoken_of(patient: Maren, therapist: Clinician) -> None:
    assert patient.browser.post(reverse("medicine_new"), {**NEW, "name": "A", "audience": "only_me"}).status_code == 302


def test_the_audience_page_says_it_for_a_medicine_taken_now(patient: Maren, psychiatrist: Clinician) -> None:
    now = lithium(patient)
    before = takes(patient, "Bupropion", status="stopped", stop_reason="cost")
    browser = patient.browser
    asked = browser.post(reverse("audience", args=["medicine", now]), {"audience": "only_me"})
    assert asked.status_code == 422
    assert "Some medicines do not mix. Dr Sun-hee Lee will not see this one." in text(asked)
    assert sees(psychiatrist, now)
    assert browser.post(reverse("audience", args=["medicine", before]), {"audience": "only_me"}).status_code == 302


# -- One medicine ------------------------------------------------------------------------------------------------------
def test_a_new_dose_closes_the_one_before(patient: Maren) -> None:
    medicine = lithium(patient)
    browser = patient.browser
    assert "So far: 600 mg, at night." in text(browser.get(reverse("medicine_dose", args=[medicine])))
    sent = {"amount": "900", "unit": "mg", "times": "at night", "from__month": "10", "from__year": "2025", "version": 1}
    shown = browser.post(reverse("medicine_dose", args=[medicine]), sent, follow=True)
    assert [period.words for period in sees(patient, medicine).periods] == ["600 mg, at night", "900 mg, at night"]
    assert "until October 2025" in text(shown)
    assert "since October 2025" in text(shown)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"amount": ""}, "Write how much as a number"),
        ({"unit": ""}, "Choose a unit."),
        ({"from__year": ""}, "When did the dose change? A month and year are enough."),
        ({"from__year": "2001"}, "This is outside the time you take this medicine."),
        ({"amount": "2.500"}, "“2.500” can mean 2500 or 2.5."),
    ],
)
def test_a_dose_that_cannot_be_kept_says_why(patient: Maren, sent: dict[str, Any], said: str) -> None:
    medicine = lithium(patient)
    whole = {"amount": "900", "unit": "mg", "times": "kept time", "from__year": "2025", "version": 1, **sent}
    refused = patient.browser.post(reverse("medicine_dose", args=[medicine]), whole)
    assert refused.status_code == 422
    assert said in text(refused)
    assert "kept time" in refused.content.decode()
    assert sees(patient, medicine).version == 1


def test_stopping_asks_when_why_and_whether_it_helped_and_demands_nothing(patient: Maren) -> None:
    medicine, other = lithium(patient), lithium(patient)
    browser = patient.browser
    assert "Stopping all at once can be hard on the body" in text(
        browser.get(reverse("medicine_stop", args=[medicine]))
    )
    sent = {
        "when_month": "11",
        "when_year": "2025",
        "reason": "did-not-help",
        "why": "no change",
        "helped": "not-at-all",
    }
    shown = browser.post(reverse("medicine_stop", args=[medicine]), {**sent, "version": 1}, follow=True)
    assert "March to November 2025" in text(shown)
    assert "It did not help enough: “no change”" in text(shown)
    browser.post(reverse("medicine_stop", args=[other]), {"version": 1})
    stopped = sees(patient, other)
    assert (stopped.status, stopped.stop_reason, stopped.when) == ("stopped", "", "March 2025, end not known")


def test_a_stop_in_the_future_is_asked_about(patient: Maren) -> None:
    medicine = lithium(patient)
    tomorrow = patient.viewer.today + timedelta(days=1)
    sent = {
        "when_day": tomorrow.day,
        "when_month": f"{tomorrow:%m}",
        "when_year": tomorrow.year,
        "why": "kept words",
        "version": 1,
    }
    refused = patient.browser.post(reverse("medicine_stop", args=[medicine]), sent)
    assert refused.status_code == 422
    assert "This date is in the future. A month and year are enough, or leave it empty." in text(refused)
    assert "kept words" in text(refused)


def test_one_that_has_ended_is_corrected_instead(patient: Maren) -> None:
    medicine = takes(patient, "Bupropion", status="stopped", stop_reason="cost")
    for name in ("medicine_stop", "medicine_dose"):
        answer = patient.browser.post(reverse(name, args=[medicine]), {"version": 1})
        assert answer.headers["Location"] == reverse("medicine_edit", args=[medicine])


def test_side_effects_are_hers_in_her_words(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = lithium(patient)
    browser = patient.browser
    assert "Nobody reads this at once." in text(browser.get(reverse("medicine_side_effects", args=[medicine])))
    browser.post(reverse("medicine_side_effects", args=[medicine]), {"words": "hands shake", "version": 1})
    assert sees(psychiatrist, medicine).side_effects == "hands shake"
    refused = browser.post(reverse("medicine_side_effects", args=[medicine]), {"words": "s" * 4_001, "version": 2})
    assert refused.status_code == 422
    assert "4,000 fit here" in text(refused)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("medicine_side_effects", {"words": "of this tab"}),
        ("medicine_stop", {"why": "of this tab"}),
        ("medicine_dose", {"amount": "5", "unit": "mg", "times": "of this tab", "from__year": "2026"}),
    ],
)
def test_a_change_that_met_another_shows_both(patient: Maren, name: str, sent: dict[str, Any]) -> None:
    medicine = lithium(patient)
    patient.does(services.note_side_effects, medicine, words="of the other tab", expected=1)
    both = patient.browser.post(reverse(name, args=[medicine]), {**sent, "version": 1})
    assert both.status_code == 409
    assert "of the other tab" in text(both)
    assert "of this tab" in both.content.decode()
    assert 'name="version" value="2"' in both.content.decode()
    assert sees(patient, medicine).version == 2
