"""Goals for programs: proposing, answering, scales and the figure, with the marks that every change sends back."""

from __future__ import annotations

from careteam.goals.agreeing import propose_goal
from careteam.goals.services import add_goal
from tests.api.programs import Program
from tests.api.world import World
from tests.conftest import Clinician, Maren

LEVELS = ["a", "b", "c", "d", "e"]


def test_a_program_proposes_answers_and_rates(
    maren: Program, lee: Program, world: World, patient: Maren, psychiatrist: Clinician
) -> None:
    home = f"patients/{world.patient}/goals/"
    body = {"words": "Walk", "exactly": "To the corner", "steps": [{"text": "Shoes"}]}
    assert lee.post(home, body, idempotency_key="").status_code == 400
    first, again = (lee.post(home, body, idempotency_key="p") for _ in range(2))
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert first.json().keys() == {"id", "patient"}
    refused = lee.post(home, {**body, "audience": "only_me"}, idempotency_key="q")
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, ["audience"])
    place = f"{home}{first.json()['id']}/"
    shown = maren.get(place).json()
    assert (shown["status"], shown["proposed"], shown["agreement"]["waits_for_you"]) == ("proposed", True, True)
    assert maren.post(f"{place}answer/", {"answer": "agree"}).status_code == 428
    mark = maren.get(place)["ETag"]
    answered = maren.post(f"{place}answer/", {"answer": "agree"}, if_match=mark)
    assert (answered.status_code, answered.json()["status"]) == (200, "active")
    assert maren.post(f"{place}answer/", {"answer": "agree"}, if_match=mark).status_code == 412  # the state has moved
    assert lee.post(f"{place}answer/", {"answer": "perhaps"}, if_match=lee.get(place)["ETag"]).status_code == 400
    scale = maren.put(f"{place}scale/", {"levels": LEVELS, "counts": True}, if_match=maren.get(place)["ETag"])
    assert (scale.status_code, scale.json()["status"]) == (200, "proposed")
    assert lee.get(f"{home}figure/").json()["words"] == "No figure: none of these goals is rated yet."
    rated = maren.put(f"{place}level/", {"level": 2}, if_match=scale["ETag"])
    assert rated.json()["scale"]["achievement"] == "achieved"
    assert lee.get(f"{home}figure/").json() == {"t": "70.0", "counted": 1, "left_out": 0, "words": "70.0, from 1 goal"}
    edited = maren.patch(place, {"words": "Run", "agree_with": []}, if_match=rated["ETag"])
    assert (edited.json()["status"], edited.json()["agreement"]) == ("active", None)
    assert maren.patch(place, {"status": "accepted"}, if_match=edited["ETag"]).status_code == 400
    asked = patient.does(add_goal, words="Sleep", agree_with=[psychiatrist.id])
    said = lee.get(f"{home}{asked}/").json()["agreement"]
    assert (said["words"], said["may_answer"]) == ("Agreed by Maren Holt. Waiting for you.", True)


def test_a_program_takes_back_what_its_clinician_proposed(
    maren: Program, lee: Program, patient: Maren, psychiatrist: Clinician
) -> None:
    proposal = psychiatrist.does(propose_goal, patient.id, words="Sleep by eleven")
    place = f"patients/{patient.id}/goals/{proposal}/"
    seen = lee.get(place)
    assert seen.json()["agreement"]["may_withdraw"]
    assert not maren.get(place).json()["agreement"]["may_withdraw"]
    assert lee.post(f"{place}withdraw-proposal/").status_code == 428
    back = lee.post(f"{place}withdraw-proposal/", if_match=seen["ETag"])
    assert (back.status_code, back.json()["status"], back.json()["status_words"]) == (200, "cancelled", "Withdrawn")
    assert lee.post(f"{place}withdraw-proposal/", if_match=seen["ETag"]).status_code == 412
    assert (
        lee.post(f"{place}withdraw-proposal/", if_match=back["ETag"]).status_code == 200
    )  # said twice, it is said once
    maren.post(f"{place}answer/", {"answer": "agree"}, if_match=maren.get(place)["ETag"])
    assert lee.post(f"{place}withdraw-proposal/", if_match=lee.get(place)["ETag"]).status_code == 422
