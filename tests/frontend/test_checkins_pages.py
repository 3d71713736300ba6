"""Check-ins as the patient meets them: one tap, the rest if she likes, and no word about a day that stayed blank."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.checkins import queries, services
from careteam.checkins.models import CheckIn
from careteam.checkins.pictures import CheckInView
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import in_order, text

HTMX = {"HX-Request": "true"}
TAP, WRITE = "/check-in/tap/", "/check-in/"


def taps(patient: Maren, mood: str | None = "low", **more: Any) -> UUID:
    one: UUID = patient.does(services.check_in, mood=mood, **more)
    return one


def ago(patient: Maren, days: int) -> date:
    return patient.viewer.today - timedelta(days=days)


def kept(patient: Maren) -> list[CheckInView]:
    return list(patient.does(queries.check_ins, patient.id).items)


# -- Today -------------------------------------------------------------------------------------------------------------
def test_today_asks_once_and_says_who_would_see_it(patient: Maren, psychiatrist: Clinician) -> None:
    page = patient.browser.get("/today/")
    said = text(page)
    assert in_order(said, "How is today so far?", "One tap is enough.", "Very low", "Low", "In between", "Fairly good")
    assert in_order(said, "Good", "Dr Sun-hee Lee can see this")
    assert page.content.count(b'name="mood"') == 5
    assert "Nothing to catch up on" not in said


def test_one_tap_without_script_is_a_check_in(patient: Maren, psychiatrist: Clinician) -> None:
    answer = patient.browser.post(TAP, {"mood": "low"}, follow=True)
    assert answer.redirect_chain == [("/today/", 302)]
    said = text(answer)
    assert "Saved. Dr Sun-hee Lee can see it." in said
    assert in_order(said, "Mood Low", "Add sleep, energy or a few words")
    assert "How is today so far?" not in said
    assert [one.mood for one in kept(patient)] == ["low"]


def test_the_button_of_the_card_names_no_line_that_is_filled_in(patient: Maren) -> None:
    taps(patient, day=ago(patient, 0), sleep="broken", energy="low")
    said = text(patient.browser.get("/today/"))
    assert "Add or change" in said
    assert "Add sleep" not in said


def test_with_script_the_card_alone_is_drawn_anew(patient: Maren, psychiatrist: Clinician) -> None:
    answer = patient.browser.post(TAP, {"mood": "good"}, headers=HTMX)
    page = answer.content.decode()
    assert "<html" not in page
    assert page.lstrip().startswith('<section class="card lamp" id="check-in-card"')
    assert "Saved. Dr Sun-hee Lee can see it." in text(answer)
    again = patient.browser.get("/today/")  # no message waits for the next page
    assert "Saved." not in text(again)


def test_a_tap_that_is_none_leads_to_the_form(patient: Maren) -> None:
    for wrong in ({}, {"mood": ""}, {"mood": "splendid"}):
        assert patient.browser.post(TAP, wrong).headers["Location"] == WRITE
    assert patient.browser.get(TAP).headers["Location"] == "/today/"
    assert kept(patient) == []


def test_nobody_is_told_when_nobody_sees_it(patient: Maren) -> None:
    said = text(patient.browser.post(TAP, {"mood": "low"}, follow=True))
    assert "Saved. Only you can see it." in said


def test_after_three_blank_days_she_is_greeted_and_nothing_is_counted(patient: Maren) -> None:
    taps(patient, day=ago(patient, 3))
    assert "Good to see you." not in text(patient.browser.get("/today/"))
    with as_owner():
        CheckIn.unscoped("the test's dates").update(day=ago(patient, 30))
    said = text(patient.browser.get("/today/"))
    assert "Good to see you. Nothing to catch up on." in said
    assert "30" not in said.split("How is today so far?")[1].split("Two-week")[0]


@pytest.mark.parametrize("path", ["/today/", WRITE, "/check-ins/"])
def test_nothing_counts_or_praises(patient: Maren, path: str) -> None:
    for back in (0, 1, 2, 4):
        taps(patient, day=ago(patient, back), medicines="as-planned")
    said = text(patient.browser.get(path)).lower()
    for word in ("streak", "in a row", "%", "missed", "well done", "great", "you haven", "average", "days this"):
        assert word not in said


# -- The whole form ----------------------------------------------------------------------------------------------------
def sent(patient: Maren, path: str = WRITE, **changed: str) -> dict[str, str]:
    """The form as the browser would send it back."""
    page = patient.browser.get(path).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(day|version)" value="([^"]*)"', page))
    chosen = dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', page))
    return {**hidden, **chosen, **changed}


def test_every_line_can_be_left_blank_but_one(patient: Maren, psychiatrist: Clinician) -> None:
    answer = patient.browser.post(WRITE, sent(patient, sleep="broken", words="Rain."), follow=True)
    assert "Saved. Dr Sun-hee Lee can see it." in text(answer)
    (one,) = kept(patient)
    assert (one.mood, one.sleep, one.words) == ("", "broken", "Rain.")
    empty = patient.browser.post(WRITE, sent(patient, sleep="", words=""))
    assert empty.status_code == 422
    assert "Choose one answer. One is enough, whichever it is." in text(empty)


def test_the_form_of_a_day_that_was_begun_holds_what_was_said(patient: Maren) -> None:
    one = taps(patient, sleep="broken", words="Rain.")
    form = sent(patient)
    assert (form["mood"], form["sleep"], form["version"]) == ("low", "broken", "1")
    assert b"Who can see this</summary>" not in patient.browser.get(WRITE).content  # decided on its own page
    patient.browser.post(WRITE, {**form, "mood": "", "energy": "some", "words": "Rain, then sun."})
    shown = patient.does(queries.check_in, patient.id, one)
    assert (shown.mood, shown.sleep, shown.energy, shown.words) == ("", "broken", "some", "Rain, then sun.")
    assert shown.version == 2


def test_a_first_check_in_can_be_for_herself_from_the_first_moment(patient: Maren, psychiatrist: Clinician) -> None:
    answer = patient.browser.post(WRITE, sent(patient, mood="very-low", audience="only_me"), follow=True)
    assert "Saved. Only you can see it." in text(answer)
    assert psychiatrist.refused(queries.check_in, patient.id, kept(patient)[0].id)


def test_a_sensitive_topic_that_hides_it_is_said_before_saving(patient: Maren, psychiatrist: Clinician) -> None:
    asked = patient.browser.post(WRITE, {**sent(patient, mood="low"), "labels": ["trauma"]})
    assert asked.status_code == 422
    assert "nobody but you will see this check-in" in text(asked)
    assert kept(patient) == []


def test_a_day_of_the_last_week_can_be_added(patient: Maren) -> None:
    day = ago(patient, 2)
    path = f"{WRITE}?day={day.isoformat()}"
    assert "Medicines that day" in text(patient.browser.get(path))
    patient.browser.post(WRITE, sent(patient, path, mood="good"))
    assert [one.day for one in kept(patient)] == [day]


@pytest.mark.parametrize("day", ["2020-01-01", "nonsense", "2026-02-30", "9999-12-31"])
def test_other_days_are_not_there(patient: Maren, day: str) -> None:
    assert patient.browser.get(WRITE, {"day": day}).status_code == 404
    assert patient.browser.post(WRITE, {"day": day, "mood": "low"}).status_code == 404


def test_a_form_left_open_over_midnight_is_kept_for_the_day_it_shows(patient: Maren) -> None:
    yesterday = ago(patient, 1).isoformat()
    patient.browser.post(WRITE, {"day": yesterday, "version": "0", "mood": "low"})
    assert [one.day.isoformat() for one in kept(patient)] == [yesterday]


def test_what_was_changed_meanwhile_is_shown_beside_and_nothing_is_lost(patient: Maren) -> None:
    form = sent(patient, mood="low", words="Mine.")
    taps(patient, mood="good", words="From the other device.")
    both = patient.browser.post(WRITE, form)
    assert both.status_code == 409
    page = both.content.decode()
    assert "data-both" in page
    assert in_order(text(both), "This was changed meanwhile", "Good", "From the other device.")
    assert 'value="Mine."' in page
    patient.browser.post(WRITE, {**form, "version": "1"})
    (one,) = kept(patient)
    assert (one.mood, one.words, one.version) == ("low", "Mine.", 2)


def test_one_that_was_withdrawn_meanwhile_is_said_and_can_be_begun_anew(patient: Maren) -> None:
    one = taps(patient)
    form = sent(patient, words="More.")
    patient.does(services.withdraw_check_in, one)
    both = patient.browser.post(WRITE, form)
    assert both.status_code == 409
    assert "The check-in of this day was withdrawn." in text(both)
    assert patient.browser.post(WRITE, {**form, "version": "0"}).status_code == 302


# -- The days there are ------------------------------------------------------------------------------------------------
def test_days_are_listed_newest_first_and_blank_ones_are_not_there(patient: Maren) -> None:
    taps(patient, words="Today's.")
    taps(patient, day=ago(patient, 5), words="Five days ago.")
    said = text(patient.browser.get("/check-ins/"))
    assert in_order(said, "Today's.", "Five days ago.")
    assert f"{ago(patient, 3):%A}" not in said or ago(patient, 3).strftime("%A") in f"{ago(patient, 0):%A}"


def test_an_empty_list_presses_nobody(patient: Maren) -> None:
    assert "A day you skip stays blank, and that is fine." in text(patient.browser.get("/check-ins/"))


def test_one_day_has_its_history_and_who_opened_it(patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    psychiatrist.does(queries.check_in, patient.id, one)
    taps(patient, mood="good")
    said = text(patient.browser.get(reverse("check_in", args=[one])))
    assert in_order(
        said, "Mood Good", "How it was before", "Mood Low", "Who opened it", "Dr Sun-hee Lee opened it last."
    )


def test_taking_one_back_asks_first(patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    page = reverse("check_in_withdraw", args=[one])
    assert "Nobody else has opened it." in text(patient.browser.get(page))
    answer = patient.browser.post(page, follow=True)
    assert "Withdrawn. Nobody but you can see it now." in text(answer)
    assert psychiatrist.refused(queries.check_in, patient.id, one)
    assert patient.browser.get(page).status_code == 404


def test_these_pages_are_hers_alone(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    event = patient.does(services.add_event, words="Moved", on="2025")
    for path in ("/check-in/", "/check-ins/", "/events/", "/events/new/"):
        assert psychiatrist.browser.get(path).status_code == 404
    for name, record in (("check_in", one), ("check_in_withdraw", one), ("event", event), ("event_withdraw", event)):
        for who in (other_patient, psychiatrist):
            assert who.browser.get(reverse(name, args=[record])).status_code == 404
            assert who.browser.post(reverse(name, args=[record])).status_code == 404
    assert psychiatrist.browser.post(TAP, {"mood": "low"}).status_code == 404


# -- Life events -------------------------------------------------------------------------------------------------------
def test_an_event_is_marked_changed_and_keeps_its_history(patient: Maren, psychiatrist: Clinician) -> None:
    form = {"words": "Started night shifts", "on_month": "03", "on_day": "", "on_year": "2025", "audience": "category"}
    answer = patient.browser.post("/events/new/", form, follow=True)
    assert in_order(text(answer), "Saved. Dr Sun-hee Lee can see it.", "Started night shifts", "March 2025")
    event = patient.does(queries.events, patient.id).items[0].id
    page = reverse("event", args=[event])
    change = {"words": "Night shifts", "on_month": "", "on_day": "", "on_year": "2025", "version": "1"}
    assert in_order(text(patient.browser.post(page, change, follow=True)), "Night shifts", "2025", "March 2025")
    again = patient.browser.post(page, {**change, "words": "From another tab"})
    assert again.status_code == 409
    assert in_order(text(again), "This was changed meanwhile", "Night shifts")


def test_an_event_without_a_date_is_not_kept(patient: Maren) -> None:
    answer = patient.browser.post("/events/new/", {"words": "Moved", "audience": "category"})
    assert answer.status_code == 422
    assert patient.does(queries.events, patient.id).items == ()


# -- The chart ---------------------------------------------------------------------------------------------------------
def test_a_clinician_reads_days_and_events_in_plain_words(patient: Maren, psychiatrist: Clinician) -> None:
    taps(patient, sleep="broken", medicines="not-today", words="Rain.")
    taps(patient, day=ago(patient, 1), mood=None, energy="empty")
    patient.does(services.add_event, words="Started night shifts", on=patient.viewer.today.isoformat())
    chart = f"/patients/{patient.id}/"
    said = text(psychiatrist.browser.get(chart))
    assert in_order(said, "Check-ins of the last 14 days", "Low", "Sleep: broken", "Medicines: not today", "“Rain.”")
    assert in_order(said, "Energy: empty", "Life events", "Started night shifts")
    page = psychiatrist.browser.get(f"{chart}check-ins/")
    assert in_order(text(page), "Life events", "Started night shifts", "Check-ins, newest first", "Low", "Not answered")
    assert "People choose what they share in careteam" in text(page)


def test_nothing_shared_says_so(patient: Maren, gp: Clinician) -> None:
    taps(patient)
    said = text(gp.browser.get(f"/patients/{patient.id}/check-ins/"))
    assert said.count("None shared in careteam. Ask.") == 2


def test_what_was_taken_back_after_it_was_opened_leaves_a_line(patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    page = f"/patients/{patient.id}/check-ins/"
    psychiatrist.browser.get(page)
    patient.does(services.withdraw_check_in, one)
    assert "A check-in that was here was withdrawn on" in text(psychiatrist.browser.get(page))


# -- Who sees one ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["check-in", "event"])
def test_who_sees_one_is_decided_on_its_own_page(patient: Maren, psychiatrist: Clinician, kind: str) -> None:
    query: Any = queries.check_in if kind == "check-in" else queries.event
    one = taps(patient) if kind == "check-in" else patient.does(services.add_event, words="Moved", on="2025")
    page = reverse("audience", args=[kind, one])
    assert patient.browser.get(page).status_code == 200
    patient.browser.post(page, {"audience": "only_me"})
    assert psychiatrist.refused(query, patient.id, one)


def test_the_log_says_what_was_done_and_opened(patient: Maren, psychiatrist: Clinician) -> None:
    patient.browser.post(TAP, {"mood": "low"})
    patient.does(services.add_event, words="Moved", on="2025")
    psychiatrist.browser.get(f"/patients/{patient.id}/check-ins/")
    said = text(patient.browser.get("/log/"))
    today = patient.viewer.today
    assert "Dr Sun-hee Lee opened your check-ins and life events." in said
    assert "You added the life event “Moved, 2025”." in said
    assert f"You added the check-in of {today.day} {today:%B}." in said
