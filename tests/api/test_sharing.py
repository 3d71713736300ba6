"""Sharing through the API: who sees a record, what one member sees, stopping, pausing, and the log of it all."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from careteam.sharing import telling
from careteam.sharing.codes import Category
from careteam.sharing.team import invite
from tests.api.programs import Program, in_the_browser_of, program_of, told
from tests.api.world import World
from tests.conftest import PASSWORD, Clinician, Maren

ROOMS = [
    ("goals", "goal"),
    ("notes", "note"),
    ("measures", "measure"),
    ("treatments", "medicine"),
    ("procedures", "procedure"),
    ("levels", "level"),
    ("conditions", "condition"),
    ("hard-days", "hard_days"),
    ("check-ins", "check_in"),
    ("events", "event"),
]


def home(patient: Maren) -> str:
    return f"patients/{patient.id}"


def decides(program: Program, here: str, **body: Any) -> Any:
    return program.put(f"{here}audience/", body, if_match=program.get(here)["ETag"])


# -- One record --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("room", "one"), [*ROOMS, ("notes", "signed")])
def test_who_sees_a_record_is_decided_one_by_one(
    maren: Program, lee: Program, therapist: Clinician, world: World, room: str, one: str
) -> None:
    here = f"patients/{world.patient}/{room}/{getattr(world, one)}/"
    assert lee.get(here).status_code == 200
    before = maren.get(here).json()
    hidden = decides(maren, here, audience="only_me", labels=[])
    assert (hidden.status_code, hidden.json()["audience"], hidden.json()["version"]) == (200, "only_me", 1)
    assert lee.get(here).status_code == 404
    labelled = decides(maren, here, audience="category", labels=["trauma"])
    assert labelled.json()["labels"] == ["trauma"]
    assert lee.get(here).status_code == 404  # the topic is not shown to her
    named = decides(maren, here, audience="named", named=[str(world.member)], labels=[])
    assert (named.json()["named"], lee.get(here).status_code) == ([str(world.member)], 200)
    back = decides(maren, here, audience="category", labels=[])
    assert back.json() == before
    assert lee.get(here).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"audience": "category"},
        {"labels": []},
        {"audience": "everybody", "labels": []},
        {"audience": "named", "labels": []},
        {"audience": "named", "named": [], "labels": []},
        {"audience": "category", "labels": ["nonsense"]},
        {"audience": "category", "labels": "trauma"},
        {"audience": "category", "labels": [], "version": 2},
        {"audience": "named", "named": ["nobody"], "labels": []},
        {"audience": "named", "named": ["01900000-0000-7000-8000-000000000000"], "labels": []},
        {"audience": "named", "named": ["01900000-0000-7000-8000-000000000000"] * 31, "labels": []},
    ],
)
def test_half_a_decision_or_an_unknown_one_changes_nothing(
    maren: Program, lee: Program, world: World, body: Any
) -> None:
    here = f"patients/{world.patient}/goals/{world.goal}/"
    assert decides(maren, here, **body).status_code in (400, 404, 422)
    seen = maren.get(here).json()
    assert (seen["audience"], seen["labels"], lee.get(here).status_code) == ("category", [], 200)


def test_deciding_the_same_again_is_told_to_nobody(maren: Program, world: World) -> None:
    here = f"patients/{world.patient}/goals/{world.goal}/"
    before = told(maren.get(f"patients/{world.patient}/access-log/"))
    decides(maren, here, audience="category", labels=[])
    assert told(maren.get(f"patients/{world.patient}/access-log/")) == before


@pytest.mark.parametrize(("room", "one"), ROOMS)
def test_what_is_taken_back_stays_the_patients_and_goes_for_everybody_else(
    maren: Program, lee: Program, world: World, room: str, one: str
) -> None:
    here = f"patients/{world.patient}/{room}/{getattr(world, one)}/"
    seen = maren.get(here)["ETag"]
    assert maren.post(f"{here}withdraw/", if_match=seen).status_code == 204
    assert lee.get(here).status_code == 404
    assert lee.get(f"patients/{world.patient}/{room}/").json()["results"] == [] or room == "notes"
    assert maren.get(here).json()["withdrawn_at"] is not None
    assert maren.get(here).json()["see"]["kind"] == "withdrawn"
    assert maren.post(f"{here}withdraw/", if_match=seen).status_code == 204  # once more is once
    assert maren.get(here, if_none_match=seen).status_code == 200
    change = {
        "goals": {"words": "x"},
        "notes": {"text": "x"},
        "treatments": {"name": "x"},
        "procedures": {"name": "x"},
        "levels": {"substance": "x"},
        "conditions": {"name": "x"},
        "hard-days": {"parts": [{"words": "x"}]},
        "check-ins": {"mood": "good"},
        "events": {"words": "x"},
        "measures": {"item": 1, "value": 2},
    }
    assert maren.changes(here, change[room]).status_code == 404
    assert decides(maren, here, audience="only_me", labels=[]).status_code == 404


# -- The team ----------------------------------------------------------------------------------------------------------
def test_the_patient_sees_her_team_with_what_each_sees(
    maren: Program, patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    team = {one["name"]: one for one in maren.get(f"{home(patient)}/care-team/").json()}
    assert team["Dr Amina Yusuf"]["categories"] == ["goals", "treatments"]
    assert team["Dr Amina Yusuf"]["id"] == str(gp.member.id)
    assert sorted(team) == ["Dr Amina Yusuf", "Dr Sun-hee Lee"]


def test_a_clinician_sees_names_where_the_list_is_shown_and_never_what_others_see(
    lee: Program, yusuf: Program, patient: Maren
) -> None:
    (one,) = lee.get(f"{home(patient)}/care-team/").json()
    assert (one["name"], one["categories"], one["labels"], one["until"], one["address"]) == (
        "Dr Amina Yusuf",
        [],
        [],
        None,
        "",
    )
    assert yusuf.get(f"{home(patient)}/care-team/").json() == []


def test_sets_come_in_one_order(maren: Program, patient: Maren, psychiatrist: Clinician) -> None:
    (one,) = maren.get(f"{home(patient)}/care-team/").json()
    assert one["categories"] == sorted(one["categories"])


# -- Consents ----------------------------------------------------------------------------------------------------------
def test_sharing_sets_all_of_what_one_member_sees(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    until = (patient.viewer.today + timedelta(days=30)).isoformat()
    note = patient.writes_note("labelled", shared=True, labels=["trauma"])
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    now = maren.changes(place, {"categories": ["my_notes"], "labels": ["trauma"], "until": until}, how="PUT")
    assert (now.json()["categories"], now.json()["labels"], now.json()["until"]) == (["my_notes"], ["trauma"], until)
    assert lee.get(f"{home(patient)}/notes/{note}/").status_code == 200
    assert lee.get(f"{home(patient)}/goals/").json()["results"] == []
    nothing = maren.changes(place, {"categories": [], "until": until}, how="PUT").json()
    assert (nothing["categories"], nothing["labels"]) == ([], [])
    assert lee.get(f"{home(patient)}/notes/{note}/").status_code == 404
    (row,) = maren.get(f"{home(patient)}/consents/").json()
    assert row["member"]["name"] == "Dr Sun-hee Lee"
    assert {one["live"] for one in row["consents"]} == {False}
    assert {one["ended_on"] for one in row["consents"]} == {patient.viewer.today.isoformat()}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"categories": ["goals"]},
        {"until": "2027-01-01"},
        {"categories": ["everything"], "until": "2027-01-01"},
        {"categories": ["goals"], "labels": ["everything"], "until": "2027-01-01"},
        {"categories": ["goals"], "until": "2020-01-01"},
        {"categories": ["goals"], "until": "9999-12-31"},
        {"categories": ["goals"], "until": "0001-01-01"},
        {"categories": ["goals"], "until": "soon"},
        {"categories": ["goals"], "until": "2027-01-01", "starts_at": "2020-01-01"},
    ],
)
def test_what_is_no_consent_changes_nothing(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician, body: Any
) -> None:
    before = maren.get(f"{home(patient)}/consents/").content
    refused = maren.changes(f"{home(patient)}/consents/{psychiatrist.member.id}/", body, how="PUT")
    assert refused.status_code in (400, 422)
    assert maren.get(f"{home(patient)}/consents/").content == before


def test_stopping_ends_everything_at_once(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    assert lee.get(f"{home(patient)}/overview/").status_code == 200
    assert maren.changes(place, how="DELETE").status_code == 204
    assert lee.get(f"{home(patient)}/overview/").status_code == 404
    assert lee.get("caseload/").json()["people"] == 0
    assert maren.delete(place, if_match='"seen"').status_code == 404  # there is nobody any more
    assert maren.get(place).status_code == 404
    assert maren.get(f"{home(patient)}/care-team/").json() == []


def test_pausing_hides_everything_and_resuming_brings_it_back(maren: Program, lee: Program, world: World) -> None:
    place = f"patients/{world.patient}/pause/"
    goals = f"patients/{world.patient}/goals/"
    for _ in range(2):  # asked twice it stays paused
        assert maren.put(place).status_code == 204
        assert lee.get(goals).json()["results"] == []
    assert maren.get(goals).json()["results"][0]["see"]["kind"] == "paused"
    for _ in range(2):
        assert maren.changes(place, how="DELETE").status_code == 204
        assert len(lee.get(goals).json()["results"]) == 1


def test_an_invitation_that_waits_is_no_member_to_share_with(maren: Program, patient: Maren) -> None:
    invitation = patient.does(invite, email="somebody@example.org", role="Therapist")
    refused = maren.put(f"{home(patient)}/consents/{invitation}/", {"categories": ["goals"], "until": "2027-01-01"})
    assert refused.status_code == 404


# -- As it was seen ----------------------------------------------------------------------------------------------------
def test_what_one_member_sees_is_changed_as_it_was_seen(
    maren: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    later = patient.viewer.today + timedelta(days=30)
    goals = {"categories": ["goals"], "until": later.isoformat()}
    seen = maren.get(place)
    assert (seen.json()["told"], seen.json()["categories"]) == (False, sorted(Category.values))
    assert maren.get(place, if_none_match=seen["ETag"]).status_code == 304
    changes: list[tuple[str, str, Any]] = [("PUT", "", goals), ("DELETE", "", None)]
    changes += [("PUT", "telling/", None), ("DELETE", "telling/", None)]
    moves = (
        lambda: patient.shares(psychiatrist, Category.MEASURES, until=later),  # on another device
        lambda: patient.does(telling.tell, psychiatrist.member.id),
        lambda: patient.does(telling.tell_no_more, psychiatrist.member.id),
        lambda: patient.shares(psychiatrist, *Category, until=later),
    )
    for move in moves:
        stale = maren.get(place)["ETag"]
        move()
        before = maren.get(f"{home(patient)}/consents/").content
        assert maren.get(place)["ETag"] != stale
        for how, below, body in changes:
            refused = maren.ask(how, place + below, body, if_match=stale)
            assert (refused.status_code, "changed meanwhile" in refused.json()["detail"]) == (412, True), (how, below)
            for missing in ({}, {"if_match": "*"}):
                if how != "DELETE":  # what takes away asks for nothing: tested below
                    assert maren.ask(how, place + below, body, **missing).status_code == 428, (how, below)
        assert maren.get(f"{home(patient)}/consents/").content == before
    now = maren.changes(place, goals, how="PUT")
    assert (now.status_code, now["ETag"]) == (200, maren.get(place)["ETag"])
    assert maren.put(place, goals, if_match=now["ETag"])["ETag"] == now["ETag"]  # the same again


def test_a_pause_asks_for_nothing_and_its_end_for_what_was_seen(maren: Program, world: World) -> None:
    place = f"patients/{world.patient}/pause/"
    running = maren.get(place)
    assert running.json() == {"paused_since": None}
    assert maren.put(place).status_code == 204
    paused = maren.get(place)
    assert paused.json()["paused_since"]
    assert maren.get(place, if_none_match=paused["ETag"]).status_code == 304
    assert maren.delete(place).status_code == 428
    assert maren.delete(place, if_match=running["ETag"]).status_code == 412
    assert maren.get(place).content == paused.content
    assert maren.delete(place, if_match=paused["ETag"]).status_code == 204
    assert maren.get(place)["ETag"] == running["ETag"]
    assert maren.put(place, if_match=paused["ETag"]).status_code == 412, "what is said counts"
    assert maren.put(place, if_match=running["ETag"]).status_code == 204
    assert maren.get(place)["ETag"] not in {running["ETag"], paused["ETag"]}, "another pause"


def test_what_takes_away_asks_for_nothing(maren: Program, patient: Maren, psychiatrist: Clinician) -> None:
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    patient.does(telling.tell, psychiatrist.member.id)
    assert maren.delete(f"{place}telling/").status_code == 204
    assert maren.get(place).json()["told"] is False
    assert maren.delete(place).status_code == 204
    assert maren.get(place).status_code == 404


def at_once(patient: Maren, how: str, path: str, bodies: list[Any]) -> list[int]:
    """What as many programs with one tag are answered, each with a change of its own."""
    seen, start = program_of(patient).get(path)["ETag"], threading.Barrier(len(bodies))
    statuses: list[int] = []

    def changes(body: Any) -> None:
        try:
            program = program_of(patient)
            start.wait()
            statuses.append(program.ask(how, path, body, if_match=seen).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=changes, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_of_six_programs_with_one_tag_one_wins(commits: None, patient: Maren, psychiatrist: Clinician) -> None:
    names = [{"name": f"Maren {number}"} for number in range(6)]
    assert at_once(patient, "PATCH", "me/", names) == [200] + [412] * 5
    until = (patient.viewer.today + timedelta(days=30)).isoformat()
    topics = [{"categories": list(Category)[:number], "until": until} for number in range(6)]
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    assert at_once(patient, "PUT", place, topics) == [200] + [412] * 5


# -- Shortly after signing in ------------------------------------------------------------------------------------------
def test_a_browser_changes_what_is_shared_shortly_after_a_sign_in_alone(
    patient: Maren, psychiatrist: Clinician
) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": patient.user.email, "password": PASSWORD})
    here = Program(client=browser)
    share = {"categories": ["goals"], "until": (patient.viewer.today + timedelta(days=9)).isoformat()}
    place = f"{home(patient)}/consents/{psychiatrist.member.id}/"
    assert here.changes(place, share, how="PUT").status_code == 200
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 16 * 60}]
    session.save()
    refusals = [here.put(place, share), here.delete(place), here.delete(f"{home(patient)}/pause/")]
    assert [one.status_code for one in refusals] == [403, 403, 403]
    assert "Sign in again" in refusals[0].json()["detail"]
    assert here.put(f"{home(patient)}/pause/").status_code == 204  # hiding asks nothing
    assert here.get(place.replace(str(psychiatrist.member.id) + "/", "")).status_code == 200
    program = program_of(patient)
    assert program.changes(f"{home(patient)}/pause/", how="DELETE").status_code == 204  # a token is asked nothing more


def test_somebody_elses_sharing_is_404_before_any_sign_in_is_asked(patient: Maren, psychiatrist: Clinician) -> None:
    here = in_the_browser_of(psychiatrist)
    assert here.put(f"{home(patient)}/consents/{psychiatrist.member.id}/", {}).status_code == 404


# -- The log -----------------------------------------------------------------------------------------------------------
def test_the_log_tells_what_programs_did_in_sentences(maren: Program, lee: Program, world: World) -> None:
    lee.get(f"patients/{world.patient}/overview/")
    lee.get(f"patients/{world.patient}/notes/{world.note}/")
    log = maren.get(f"patients/{world.patient}/access-log/").json()
    sentences = [one for day in log["days"] for one in day["told"]]
    assert {one["mine"] for one in sentences} == {True, False}
    assert sentences[0]["words"] == f"Dr Sun-hee Lee {sentences[0]['did']}"
    assert sentences[0]["did"].startswith("opened")
    assert b"slept badly" not in maren.get(f"patients/{world.patient}/access-log/").content


def test_pages_of_the_log_join(maren: Program, lee: Program, patient: Maren) -> None:
    note = patient.writes_note("words", shared=True)
    for _ in range(40):
        lee.get(f"{home(patient)}/notes/{note}/")
    first = maren.get(f"{home(patient)}/access-log/")
    second = maren.get(f"{home(patient)}/access-log/?cursor={first.json()['next']}")
    assert (len(told(first)), len(told(second)), second.json()["next"]) == (30, 11, "")
    assert maren.get(f"{home(patient)}/access-log/?cursor=nonsense").status_code == 422
