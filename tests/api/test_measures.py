"""Questionnaires through the API: what is sent counts, blanks are blanks, and question 9 is answered with help."""

from __future__ import annotations

from typing import Any

import pytest

from careteam.measures.help import HELP_CORE
from careteam.measures.services import begin
from tests.api.programs import PROBLEM, Program
from tests.api.world import answered
from tests.conftest import Maren

ALL = {str(item): 1 for item in range(1, 10)}
CALM = ALL | {"9": 0}


def home(patient: Maren) -> str:
    return f"patients/{patient.id}/measures/"


def test_a_form_is_sent_with_its_score_and_its_words(maren: Program, lee: Program, patient: Maren) -> None:
    made = maren.post(home(patient), {"answers": CALM | {"10": 1}})
    sent = made.json()
    assert (made.status_code, sent["status"], sent["total"], sent["band"]) == (201, "completed", 8, "mild")
    assert (sent["words"], sent["help"]) == ("8, mild", None)
    assert [one["answer"] for one in sent["items"]][-2:] == ["Not at all", "Somewhat difficult"]
    assert lee.get(made["Location"].removeprefix("/api/v1/")).json()["total"] == 8
    assert "help" not in lee.get(made["Location"].removeprefix("/api/v1/")).json()


@pytest.mark.parametrize("blank", [{"3": None}, {}])
def test_what_was_left_blank_has_no_total(maren: Program, patient: Maren, blank: dict[str, None]) -> None:
    answers = {item: value for item, value in CALM.items() if item != "3"} | blank
    sent = maren.post(home(patient), {"answers": answers}).json()
    assert (sent["status"], sent["total"], sent["band"], sent["answered"]) == ("stopped", None, "", 8)
    assert sent["items"][2]["value"] is None


@pytest.mark.parametrize("nine", [1, 2, 3])
def test_an_answer_above_0_to_question_9_brings_words_of_help_in_the_same_answer(
    maren: Program, patient: Maren, nine: int
) -> None:
    for answers in (ALL | {"9": nine}, {"9": nine}):
        sent = maren.post(home(patient), {"answers": answers}).json()
        assert sent["help"].startswith("Thank you for telling us. You are not alone.")
        assert "988" in sent["help"]
        assert "911" in sent["help"]


def test_the_words_of_help_are_those_of_the_help_page(maren: Program, patient: Maren) -> None:
    words = maren.post(home(patient), {"answers": {"9": 1}}).json()["help"]
    plain = HELP_CORE.replace("<strong>", "").replace("</strong>", "").replace("this app", "this")
    assert [one for one in words.split(". ") if one.rstrip(".") not in plain] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answers": ALL | {"9": 2, "3": 7}}, 400),
        ({"answers": ALL | {"9": 2, "11": 1}}, 400),
        ({"answers": {"9": 2}, "note": "x"}, 400),
    ],
)
def test_help_comes_also_when_the_form_could_not_be_saved(
    maren: Program, patient: Maren, body: dict[str, Any], status: int
) -> None:
    refused = maren.post(home(patient), body)
    assert (refused.status_code, refused["Content-Type"]) == (status, PROBLEM)
    assert refused.json()["help"].startswith("Thank you for telling us.")
    assert maren.get(home(patient)).json()["results"] == []


def test_a_form_that_is_open_on_the_page_is_not_sent_from_elsewhere(maren: Program, patient: Maren) -> None:
    patient.does(begin)
    refused = maren.post(home(patient), {"answers": ALL | {"9": 1}})
    assert (refused.status_code, "help" in refused.json()) == (422, True)
    assert "help" not in maren.post(home(patient), {"answers": CALM}).json()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": {}},
        {"answers": {"10": 2}},
        {"answers": {"1": 4}},
        {"answers": {"1": -1}},
        {"answers": {"1": True}},
        {"answers": {"1": 1.5}},
        {"answers": {"1": [1]}},
        {"answers": {"9": {"9": 1}}},
        {"answers": {"01": 1}},
        {"answers": [1, 1, 1, 1, 1, 1, 1, 1, 1]},
        {"answers": None},
        {"answers": "9"},
    ],
)
def test_what_is_no_form_is_refused_and_nothing_stays(maren: Program, patient: Maren, body: Any) -> None:
    assert maren.post(home(patient), body).status_code in (400, 422)
    assert maren.get(home(patient)).json()["results"] == []
    assert maren.post(home(patient), {"answers": CALM}).status_code == 201  # nothing was left open


def test_one_answer_is_corrected_and_the_rest_stays(maren: Program, patient: Maren) -> None:
    here = f"{home(patient)}{answered(patient)}/"
    before = maren.get(here).json()
    after = maren.changes(here, {"item": 2, "value": 3, "why": "misread"}).json()
    assert (after["total"], after["status"], after["version"], after["help"]) == (10, "amended", 2, None)
    assert [one["value"] for one in after["items"]] == [1, 3, 1, 1, 1, 1, 1, 1, 0, None]
    assert after["effective_at"] == before["effective_at"]
    blank = maren.changes(here, {"item": 2, "value": None}).json()
    assert (blank["total"], blank["answered"]) == (None, 8)


def test_correcting_question_9_brings_help_and_stale_or_wrong_ones_do_too(maren: Program, patient: Maren) -> None:
    here = f"{home(patient)}{answered(patient)}/"
    seen = maren.get(here)["ETag"]
    assert maren.patch(here, {"item": 1, "value": 2}, if_match=seen).json()["help"] is None
    stale = maren.patch(here, {"item": 9, "value": 2}, if_match=seen)
    assert (stale.status_code, stale.json()["help"][:9]) == (412, "Thank you")
    without = maren.patch(here, {"item": 9, "value": 2})
    assert (without.status_code, without.json()["help"][:9]) == (428, "Thank you")
    assert maren.changes(here, {"item": 9, "value": 1}).json()["help"].startswith("Thank you")
    assert maren.changes(here, {"item": 9, "value": 0}).json()["help"] is None


def test_the_same_answer_again_changes_nothing(maren: Program, patient: Maren) -> None:
    here = f"{home(patient)}{answered(patient)}/"
    seen = maren.get(here)["ETag"]
    again = maren.changes(here, {"item": 1, "value": 1})
    assert (again["ETag"], again.json()["version"], again.json()["status"]) == (seen, 1, "completed")


@pytest.mark.parametrize(
    "body", [{"item": 0, "value": 1}, {"item": 11, "value": 1}, {"item": 1}, {"item": 1, "value": 9}, {"value": 1}]
)
def test_a_correction_of_nothing_is_refused(maren: Program, patient: Maren, body: Any) -> None:
    here = f"{home(patient)}{answered(patient)}/"
    assert maren.changes(here, body).status_code == 400
    assert maren.get(here).json()["version"] == 1


def test_another_questionnaire_is_named_and_has_no_words_of_help(maren: Program, lee: Program, patient: Maren) -> None:
    worry = {str(item): 2 for item in range(1, 8)}
    made = maren.post(home(patient), {"questionnaire": "gad-7", "answers": worry})
    sent = made.json()
    assert (made.status_code, sent["name"], sent["words"], sent["help"]) == (201, "GAD-7", "14, moderate", None)
    assert len(sent["items"]) == 7
    two = maren.post(home(patient), {"questionnaire": "phq-2", "answers": {"1": 2, "2": 1}}).json()
    assert (two["total"], two["band"], two["item9"]) == (3, "", None)
    where = made["Location"].removeprefix("/api/v1/")
    assert maren.changes(where, {"item": 7, "value": 0}).json()["words"] == "12, moderate"
    refused = maren.changes(where, {"item": 9, "value": 3})
    assert (refused.status_code, "help" in refused.json()) == (422, False)
    assert [one["name"] for one in lee.get(home(patient)).json()["results"]] == ["PHQ-2", "GAD-7"]
    assert lee.get(f"patients/{patient.id}/overview/").json()["score"] is None
    assert [one["total"] for one in lee.get(f"patients/{patient.id}/timeline/").json()["picture"]["anxiety"]] == [12]


@pytest.mark.parametrize("unknown", ["madrs", "", None, 9, ["gad-7"]])
def test_an_unknown_questionnaire_is_refused_in_words_and_help_is_not_lost(
    maren: Program, patient: Maren, unknown: Any
) -> None:
    refused = maren.look(home(patient), "POST", {"questionnaire": unknown, "answers": {"9": 2}}, idempotency_key="k")
    assert refused.status_code == 400
    assert refused.json()["help"].startswith("Thank you for telling us.")
    assert [one["field"] for one in refused.json()["errors"]] == ["questionnaire"]
