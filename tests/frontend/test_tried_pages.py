"""What we tried as people meet it: the published case in words, agreeing to a day, days taken, staging on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from careteam.conditions.services import add_condition
from careteam.sharing.codes import NONE_SHARED
from careteam.treatments.judging import set_judge_by
from careteam.treatments.medicine_names import brands
from tests.conftest import Clinician, Maren
from tests.frontend.reading import in_order, main_of, said, text
from tests.summaries.test_ledger import writes
from tests.treatments.doses import dose
from tests.treatments.words import sees, takes

TRIED = "/treatments/tried/"
NEW = {"stands": "now", "audience": "category", "sure": "category"}


def chart(patient: Maren, rest: str = "") -> str:
    return f"/patients/{patient.id}/tried/{rest}"


def test_both_read_the_published_case_and_no_dose_to_take(patient: Maren, psychiatrist: Clinician) -> None:
    writes(patient)
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    hers, lees = said(patient.browser.get(TRIED)), said(psychiatrist.browser.get(chart(patient)))
    for page in (hers, lees):
        assert in_order(
            page,
            "1 medicine at a sufficient dose and time did not help enough in the current episode.",
            "sertraline. The current episode is since December 2017.",
            "2 of 5 tried in the current episode.",
            "A count to discuss, not a diagnosis.",
            "not yet signed by a pharmacist",
            "Rules: trials 1. Doses: doses 2026-11-23.",
            "Aripiprazole, added to duloxetine",
            "4 weeks and 1 day at a sufficient dose; 4 weeks are asked for.",
            "Duloxetine",
            "Helped, then stopped helping (80 % better at best, later 35 %)",
            "Venlafaxine",
            "Standards differ",
            "6 weeks at the stricter dose: no",
            "Citalopram",
            "4 weeks and 2 days of the 6 weeks asked for.",
            "Worked out from: citalopram, 20 mg, 10 April to 9 May 2018",
            "Sertraline",
        )
        assert "150 mg" not in page  # of doses is told what was taken, and no figure of the table
        assert not any(word in page.lower() for word in ("you failed", "you have trd", "resistan"))
    assert "Dr Sun-hee Lee can see this" in hers
    assert "People choose what they share in careteam" in lees
    assert 'href="/treatments/tried/"' in main_of(patient.browser.get("/treatments/"))
    assert f'href="{chart(patient)}"' in main_of(psychiatrist.browser.get(f"/patients/{patient.id}/medicines/"))


def test_who_may_see_nothing_reads_that_none_is_shared(
    patient: Maren, therapist: Clinician, stranger: Clinician
) -> None:
    assert "No medicine is written down yet." in said(patient.browser.get(TRIED))
    writes(patient)
    assert NONE_SHARED in said(therapist.browser.get(chart(patient)))
    assert stranger.browser.get(chart(patient)).status_code == 404
    assert patient.browser.get(chart(patient)).status_code == 404


def test_a_day_is_set_by_her_and_agreed_to_once(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Lithium", dose("600"), start="2026-01")
    on = patient.viewer.today + timedelta(days=28)
    address = reverse("medicine_judge_by", args=[medicine])
    late = patient.browser.post(address, {"on": "2020-01-01", "version": 1})
    assert (late.status_code, "This day is over." in said(late)) == (422, True)
    assert patient.browser.post(address, {"on": on.isoformat(), "version": 7}).status_code == 409
    saved = text(patient.browser.post(address, {"on": on.isoformat(), "version": 1}, follow=True))
    assert "Nobody on your team has agreed yet." in saved
    lees = psychiatrist.browser
    page = main_of(lees.get(chart(patient)))
    agree = reverse("medicine_agree", args=[patient.id, medicine])
    assert f'action="{agree}"' in page
    assert "This medicine was changed meanwhile." in text(lees.post(agree, {"version": 1}, follow=True))
    agreed = lees.post(agree, {"version": 2}, follow=True)
    assert "Agreed. The patient sees that you did." in agreed.content.decode()
    assert f'action="{agree}"' not in main_of(agreed)
    assert "Dr Sun-hee Lee agreed." in said(patient.browser.get(f"/medicines/{medicine}/"))
    assert patient.browser.post(agree, {"version": 2}).status_code == 404
    assert lees.get(agree).status_code == 302


def test_days_taken_are_asked_on_its_page_and_may_be_left_open(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "sertraline", dose("100"), start="2026-01")
    page = said(patient.browser.get(f"/medicines/{medicine}/"))
    assert "In the last 7 days, on how many days did you take this medicine as planned?" in page
    address = reverse("medicine_taken", args=[medicine])
    empty = patient.browser.post(address, {})
    assert (empty.status_code, "Choose a number, or leave it." in said(empty)) == (422, True)
    assert patient.browser.post(address, {"days": "9"}).status_code == 422
    answered = text(patient.browser.post(address, {"days": "6"}, follow=True))
    assert "6 of 7 days, up to" in answered
    assert "Taken as planned: 6 of 7 days" in said(psychiatrist.browser.get(chart(patient)))


def test_a_brand_is_kept_and_asked_about(patient: Maren) -> None:
    browser = patient.browser
    form = browser.get(reverse("medicine_new")).content.decode()
    assert 'list="medicine-names"' in form
    assert all(f'<option value="{brand}">' in form for brand, _ in brands().values())
    medicine = takes(patient, "Zoloft", dose("100"), start="2025-01-01", end="2025-03-31")
    page = main_of(browser.get(TRIED))
    assert "It stands as it was written" in page
    assert 'value="sertraline">sertraline (sold as Zoloft)' in page
    assert "It is sertraline (sold as Zoloft)" in said(browser.get(f"/medicines/{medicine}/"))
    address = reverse("medicine_is", args=[medicine])
    assert "This changed meanwhile." in text(
        browser.post(address, {"ingredient": "sertraline", "version": 5}, follow=True)
    )
    assert "This changed meanwhile." in text(browser.post(address, {"ingredient": "tea", "version": 1}, follow=True))
    kept = text(browser.post(address, {"ingredient": "sertraline", "version": 1}, follow=True))
    assert in_order(kept, "Sertraline", "Full trial", "Written as Zoloft")
    assert sees(patient, medicine).name == "Zoloft"


def test_a_unit_that_looks_mixed_up_is_asked_about_before_it_is_kept(patient: Maren) -> None:
    sent = {**NEW, "name": "liothyronine", "amount": "25", "unit": "mg"}
    asked = patient.browser.post(reverse("medicine_new"), sent)
    assert (asked.status_code, "Is it really mg?" in said(asked)) == (422, True)
    assert "Yes, the unit is right" in said(asked)
    assert "Yes, the unit is right" not in said(patient.browser.get(reverse("medicine_new")))
    kept = patient.browser.post(reverse("medicine_new"), {**sent, "unit_confirmed": "on"})
    assert kept.status_code == 302


def test_per_cent_better_is_asked_and_may_stay_open(patient: Maren) -> None:
    medicine = takes(patient, "sertraline", dose("100"), start="2025-01-01")
    address = reverse("medicine_stop", args=[medicine])
    form = said(patient.browser.get(address))
    assert "At its best, how much better did you feel?" in form
    refused = patient.browser.post(address, {"version": 1, "best": "20", "at_end": "40"})
    assert (refused.status_code, "This is more than at its best." in said(refused)) == (422, True)
    stopped = {"version": 1, "best": "60", "at_end": "20", "when_0": "3", "when_1": "31", "when_2": "2025"}
    assert patient.browser.post(address, stopped).status_code == 302
    assert "Helped, then stopped helping (60 % better at best, later 20 %)" in said(patient.browser.get(TRIED))
    edit = main_of(patient.browser.get(reverse("medicine_edit", args=[medicine])))
    assert 'name="best" value="60"' in edit


def test_staging_is_there_for_the_clinician_who_switched_it_on_and_for_nobody_else(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    writes(patient)
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    lees = psychiatrist.browser
    off = said(lees.get(chart(patient)))
    assert "It is off" in off
    assert "of 15" not in off
    on: Any = lees.post(chart(patient, "staging/choice/"), {"staging": "on"}, follow=True)
    assert in_order(said(on), "No number: something is missing.", "How severe it was, as you enter it", "Whether ECT")
    worked = lees.post(chart(patient, "staging/"), {"severity": "moderate", "ect": "no"})
    assert "8 of 15, moderate" in said(worked)
    assert "8 of 15" not in said(lees.get(chart(patient)))  # nothing of it is kept
    wrong = lees.post(chart(patient, "staging/"), {"severity": "awful"})
    assert (wrong.status_code, "of 15" in said(wrong)) == (422, False)
    assert lees.get(chart(patient, "staging/")).status_code == 302
    assert "It is off" in said(gp.browser.get(chart(patient)))
    assert "Maudsley" not in said(patient.browser.get(TRIED))
    seen_as = f"/see-as/{psychiatrist.member.id}{chart(patient)}"
    through = said(patient.browser.get(seen_as))
    assert "Aripiprazole, added to duloxetine" in through
    assert "of 15" not in through
    assert "No number" not in through


def test_the_log_names_who_agreed_and_never_what_was_answered(patient: Maren, psychiatrist: Clinician) -> None:
    medicine: UUID = takes(patient, "Lithium", dose("600"), start="2026-01")
    patient.does(set_judge_by, medicine, on=patient.viewer.today, expected=1)
    psychiatrist.browser.post(reverse("medicine_agree", args=[patient.id, medicine]), {"version": 2})
    patient.browser.post(reverse("medicine_taken", args=[medicine]), {"days": "2"})
    log = said(patient.browser.get("/log/"))
    assert "agreed to the day to judge the medicine Lithium by." in log
