"""Changes with the ETag of what was seen: nothing is lost, nothing untouched is moved, nothing hidden is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from careteam.notes.models import ProgressNote
from careteam.notes.services import reply
from careteam.sharing import services as sharing
from tests.api.programs import Program, program_of, told
from tests.api.world import World, drafted
from tests.conftest import Clinician, Maren

MEDICINE = {
    "name": "Sertraline",
    "purpose": "sleep",
    "route_form": "tablet",
    "as_needed": False,
    "start": "2025-03",
    "periods": [
        {"amount": "50", "unit": "mg", "times": "morning", "start": "2025-03", "end": "2025-04"},
        {"amount": "100", "unit": "mg", "times": "morning", "start": "2025-05"},
    ],
    "helped": "a-little",
    "side_effects": "dry mouth",
    "labels": ["trauma"],
}
GOAL = {
    "words": "Walk to the lake",
    "why": "It clears my head",
    "steps": [{"text": "shoes", "done": True}, {"text": "once around", "done": False}],
    "target": "2027-06",
    "achievement": "improving",
}

OTHER: dict[str, dict[str, Any]] = {
    "goals": {"why": "another"},
    "notes": {"text": "another"},
    "treatments": {"purpose": "another"},
    "measures": {"item": 2, "value": 1},
}


def untouched(before: dict[str, Any], after: dict[str, Any], *changed: str) -> bool:
    """Whether nothing moved but these fields and what counts changes."""
    moving = {*changed, "version", "changed_at"}
    return {name: value for name, value in before.items() if name not in moving} == {
        name: value for name, value in after.items() if name not in moving
    }


def test_what_is_left_out_of_a_change_of_a_goal_stays(maren: Program, patient: Maren) -> None:
    made = maren.post(f"patients/{patient.id}/goals/", GOAL)
    here = made["Location"].removeprefix("/api/v1/")
    before = made.json()
    after = maren.changes(here, {"why": "The lake is quiet"}).json()
    assert (after["why"], after["version"]) == ("The lake is quiet", 2)
    assert untouched(before, after, "why", "wording")
    rated = maren.changes(here, {"achievement": "achieved", "status": "completed"}).json()
    assert (rated["achievement"], rated["status"]) == ("achieved", "completed")
    assert untouched(after, rated, "achievement", "achievement_words", "status", "status_words", "said")
    bare = maren.changes(here, {"target": None, "steps": [], "why": ""}).json()
    assert (bare["target"], bare["steps"], bare["why"], bare["words"]) == (None, [], "", GOAL["words"])


def test_what_is_left_out_of_a_change_of_a_medicine_stays(maren: Program, patient: Maren) -> None:
    made = maren.post(f"patients/{patient.id}/treatments/", MEDICINE)
    here = made["Location"].removeprefix("/api/v1/")
    before = made.json()
    assert [one["start"] for one in before["periods"]] == ["2025-03", "2025-05"]
    for name, value in (("purpose", "mood"), ("side_effects", ""), ("helped", "a-lot"), ("as_needed", True)):
        after = maren.changes(here, {name: value}).json()
        assert after[name] == value
        assert untouched(before, after, name, f"{name}_words")
        before = after
    stopped = maren.changes(here, {"end": "2025-08", "stop_reason": "cost", "status": "stopped"}).json()
    assert (stopped["end"], stopped["status"], stopped["current"]) == ("2025-08", "stopped", False)
    assert stopped["periods"] == before["periods"]


def test_what_is_left_out_of_a_change_of_a_note_stays(maren: Program, patient: Maren) -> None:
    made = maren.post(f"patients/{patient.id}/notes/", {"title": "Monday", "text": "first", "labels": ["trauma"]})
    here = made["Location"].removeprefix("/api/v1/")
    after = maren.changes(here, {"text": "second"}).json()
    assert (after["title"], after["text"], after["labels"], after["audience"]) == (
        "Monday",
        "second",
        ["trauma"],
        "only_me",
    )
    assert untouched(made.json(), after, "text")
    assert maren.changes(here, {"title": ""}).json()["text"] == "second"


@pytest.mark.parametrize(
    ("room", "body", "same"),
    [
        (
            "goals",
            GOAL,
            [{}, {"words": " Walk to the lake\n"}, {"status": "active"}, {"achievement": "improving"}, GOAL],
        ),
        ("notes", {"text": "first"}, [{}, {"text": "first"}, {"title": ""}]),
        ("treatments", MEDICINE, [{}, {"name": "Sertraline"}, {"start": "2025-03"}, {"periods": MEDICINE["periods"]}]),
    ],
)
def test_a_change_that_changes_nothing_is_no_new_version_and_is_told_to_nobody(
    maren: Program, patient: Maren, room: str, body: Any, same: list[Any]
) -> None:
    made = maren.post(f"patients/{patient.id}/{room}/", body)
    here = made["Location"].removeprefix("/api/v1/")
    for change in same:
        after = maren.changes(here, change)
        assert (after.status_code, after.json()["version"], after["ETag"]) == (200, 1, made["ETag"])
    assert [words.split()[:2] for words in told(maren.get(f"patients/{patient.id}/access-log/"))] == [["You", "added"]]


def test_the_tag_of_an_answer_is_the_tag_of_the_next_reading(maren: Program, patient: Maren) -> None:
    answers = {"answers": {"1": 1}}
    for room, body in (("goals", GOAL), ("notes", {"text": "t"}), ("treatments", MEDICINE), ("measures", answers)):
        made = maren.post(f"patients/{patient.id}/{room}/", body)
        here = made["Location"].removeprefix("/api/v1/")
        assert maren.get(here)["ETag"] == made["ETag"]
        changed = maren.changes(here, OTHER[room])
        assert changed["ETag"] != made["ETag"]
        assert maren.get(here)["ETag"] == changed["ETag"]


def test_a_stale_change_is_refused_and_loses_nothing(maren: Program, world: World) -> None:
    here = f"patients/{world.patient}/goals/{world.goal}/"
    seen = maren.get(here)["ETag"]
    assert maren.patch(here, {"words": "from the phone"}, if_match=seen).status_code == 200
    stale = maren.patch(here, {"words": "from the desk"}, if_match=seen)
    assert (stale.status_code, stale.json()["title"]) == (412, "Precondition Failed")
    assert maren.get(here).json()["words"] == "from the phone"
    for verb in ("withdraw", "audience"):
        body = {"audience": "only_me", "labels": []} if verb == "audience" else None
        refused = maren.ask("POST" if verb == "withdraw" else "PUT", f"{here}{verb}/", body, if_match=seen)
        assert refused.status_code == 412
    assert maren.get(here).json()["withdrawn_at"] is None


def test_one_of_several_tags_and_a_weak_one_name_the_same(maren: Program, world: World) -> None:
    here = f"patients/{world.patient}/goals/{world.goal}/"
    seen = maren.get(here)["ETag"]
    assert maren.patch(here, {}, if_match=f'"other", {seen}').status_code == 200
    assert maren.patch(here, {}, if_match=f"W/{seen}").status_code == 200  # packed on its way by a proxy
    assert maren.get(here, if_none_match=f'W/{seen}, "other"').status_code == 304


def test_who_sees_it_and_replies_are_in_nobodys_way_when_words_are_changed(
    maren: Program, world: World, patient: Maren, psychiatrist: Clinician
) -> None:
    here = f"patients/{world.patient}/notes/{world.note}/"
    seen = maren.get(here)["ETag"]
    psychiatrist.does(reply, world.note, text="Let us talk on Tuesday.")
    now = maren.get(here, if_none_match=seen)
    assert (now.status_code, len(now.json()["replies"])) == (200, 2)  # what is shown changed, so it is sent
    assert maren.patch(here, {"text": "slept a little"}, if_match=seen).status_code == 200


def test_deciding_who_sees_it_asks_for_everything_as_it_is_shown(
    maren: Program, world: World, patient: Maren, psychiatrist: Clinician
) -> None:
    here = f"patients/{world.patient}/notes/{world.note}/"
    seen = maren.get(here)["ETag"]
    with patient.acting() as viewer:  # on another device
        sharing.set_audience(viewer, ProgressNote, world.note, audience="only_me")
    opens = maren.put(f"{here}audience/", {"audience": "category", "labels": ["trauma"]}, if_match=seen)
    assert opens.status_code == 412
    assert maren.get(here).json()["audience"] == "only_me"


def test_the_tags_of_two_people_differ_for_the_same_thing(
    maren: Program, lee: Program, yusuf: Program, world: World
) -> None:
    goal = f"patients/{world.patient}/goals/{world.goal}/"
    goals = f"patients/{world.patient}/goals/"
    for path in (goal, goals):
        tags = [program.get(path)["ETag"] for program in (maren, lee, yusuf)]
        assert len(set(tags)) == 3
        for program, tag in ((lee, tags[2]), (yusuf, tags[1]), (maren, tags[1])):
            assert program.get(path, if_none_match=tag).status_code == 200
        assert lee.get(path, if_none_match=tags[1]).status_code == 304


def test_nothing_that_is_hidden_moves_a_tag(maren: Program, yusuf: Program, world: World, patient: Maren) -> None:
    goal = f"patients/{world.patient}/goals/{world.goal}/"
    paths = [
        goal,
        f"patients/{world.patient}/goals/",
        f"patients/{world.patient}/notes/",
        f"patients/{world.patient}/measures/",
    ]
    before = [yusuf.get(path)["ETag"] for path in paths]
    maren.post(f"patients/{world.patient}/notes/", {"text": "hidden", "audience": "category"})
    maren.post(f"patients/{world.patient}/goals/", {"words": "hidden", "audience": "only_me"})
    maren.post(f"patients/{world.patient}/goals/", {"words": "hidden", "labels": ["trauma"]})
    maren.post(f"patients/{world.patient}/measures/", {"answers": {"1": 3}})
    maren.changes(f"patients/{world.patient}/notes/{world.own_note}/", {"text": "other words"})
    assert [yusuf.get(path)["ETag"] for path in paths] == before
    assert {yusuf.get(path, if_none_match=tag).status_code for path, tag in zip(paths, before, strict=True)} == {304}


def test_who_else_sees_it_moves_the_patients_tag_and_nobody_elses(
    maren: Program, lee: Program, world: World, gp: Clinician, patient: Maren
) -> None:
    goals = f"patients/{world.patient}/goals/"
    hers, lees = maren.get(goals)["ETag"], lee.get(goals)["ETag"]
    patient.shares(gp)  # nothing any more
    assert lee.get(goals, if_none_match=lees).status_code == 304
    now = maren.get(goals, if_none_match=hers)
    assert (now.status_code, "Dr Amina Yusuf" in now.json()["results"][0]["see"]["words"]) == (200, False)


def test_a_304_is_told_in_the_log_as_any_other_opening(maren: Program, lee: Program, world: World) -> None:
    goal = f"patients/{world.patient}/goals/{world.goal}/"
    tag = lee.get(goal)["ETag"]
    again = lee.get(goal, if_none_match=tag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    log = told(maren.get(f"patients/{world.patient}/access-log/"))
    assert len([words for words in log if words.startswith("Dr Sun-hee Lee opened")]) == 2


def test_a_draft_and_what_it_became_have_two_tags(psychiatrist: Clinician, lee: Program, patient: Maren) -> None:
    note = drafted(psychiatrist)
    draft = lee.get(f"patients/{patient.id}/notes/drafts/{note}/")
    assert lee.post(f"patients/{patient.id}/notes/{note}/sign/", if_match=draft["ETag"]).status_code == 201
    signed = lee.get(f"patients/{patient.id}/notes/{note}/")
    assert (draft.json()["version"], signed.json()["version"]) == (1, 1)
    assert draft["ETag"].split(".")[0] != signed["ETag"].split(".")[0]


def test_of_twelve_clients_with_one_tag_one_wins(commits: None, patient: Maren) -> None:
    maren = program_of(patient)
    made = maren.post(f"patients/{patient.id}/goals/", {"words": "first"})
    here = made["Location"].removeprefix("/api/v1/")
    clients = [program_of(patient) for _ in range(12)]
    start = threading.Barrier(len(clients))
    answers: list[tuple[int, int]] = []

    def changes(number: int, client: Program) -> None:
        try:
            start.wait()
            answers.append(
                (client.patch(here, {"words": f"from client {number}"}, if_match=made["ETag"]).status_code, number)
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=changes, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [number for status, number in answers if status == 200]
    assert sorted(status for status, _ in answers) == [200] + [412] * 11
    after = maren.get(here).json()
    assert (after["words"], after["version"]) == (f"from client {won[0]}", 2)
