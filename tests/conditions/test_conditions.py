"""Conditions in the patient's own words, off for everybody until shown, and the one current episode."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from careteam.conditions import queries
from careteam.conditions.services import add_condition, edit_condition, withdraw_condition
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from tests.conftest import Clinician, Maren

DEPRESSION: dict[str, Any] = {
    "name": "Depression",
    "status": "recurrence",
    "onset": "2017",
    "abatement": None,
    "stated_by": "my psychiatrist",
    "words": "It comes in the dark months.",
    "holds_episode": True,
    "episode_start": "2025-03",
}


def test_a_condition_is_kept_in_her_own_words(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    condition = patient.does(add_condition, **DEPRESSION)
    seen = psychiatrist.does(queries.condition, patient.id, condition)
    assert (seen.kind, seen.category, seen.name, seen.status_words) == (
        "condition",
        "conditions",
        "Depression",
        "It came back",
    )
    assert (seen.when, seen.episode, seen.stated_by) == ("since 2017", "since March 2025", "my psychiatrist")
    assert gp.refused(queries.condition, patient.id, condition)  # a topic of its own, off until it is shown
    assert gp.does(queries.current_episode, patient.id) is None


def test_the_current_episode_is_one_of_one_condition(patient: Maren, psychiatrist: Clinician) -> None:
    first = patient.does(add_condition, **DEPRESSION)
    other = patient.does(add_condition, **{**DEPRESSION, "name": "Anxiety", "episode_start": None})
    episode = psychiatrist.does(queries.current_episode, patient.id)
    assert (episode.condition, episode.name, episode.start) == (other, "Anxiety", None)
    before = patient.does(queries.condition, patient.id, first)
    assert (before.version, before.episode) == (2, "")
    assert [old.episode for old in patient.does(queries.condition_versions, patient.id, first)] == ["since March 2025"]
    patient.does(edit_condition, first, **DEPRESSION, expected=2)
    episode = psychiatrist.does(queries.current_episode, patient.id)
    assert (episode.condition, episode.start.text) == (first, "2025-03")
    patient.does(withdraw_condition, first)
    assert patient.does(queries.current_episode, patient.id) is None


def test_what_is_hidden_holds_no_episode_for_others(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(add_condition, **DEPRESSION, audience="only_me")
    assert psychiatrist.does(queries.current_episode, patient.id) is None
    assert patient.does(queries.current_episode, patient.id) is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"status": "relapsed"}, "status"),
        ({"onset": "2999"}, "onset"),
        ({"onset": "long ago"}, "onset"),
        ({"status": "resolved", "abatement": "2016", "holds_episode": False}, "abatement"),  # E6: before the onset
        ({"abatement": "2020", "holds_episode": False}, "abatement"),  # FHIR con-4: an end, and there now
        ({"status": "resolved"}, "holds_episode"),
        ({"status": "inactive", "abatement": "2020"}, "holds_episode"),
        ({"episode_start": "2016"}, "episode_start"),
        ({"episode_start": "2999"}, "episode_start"),
        ({"stated_by": "x" * 201}, "stated_by"),
        ({"words": "x" * 4001}, "words"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        patient.does(add_condition, **{**DEPRESSION, **given})
    assert refused.value.fields.keys() == {field}


def test_equal_dates_and_a_bare_year_are_enough(patient: Maren) -> None:
    condition = patient.does(add_condition, name="Low mood", status="resolved", onset="2019", abatement="2019")
    assert patient.does(queries.condition, patient.id, condition).when == "2019"
    bare = patient.does(add_condition, name="Something")
    seen = patient.does(queries.condition, patient.id, bare)
    assert (seen.when, seen.episode, seen.episode_start) == ("dates not known", "", None)


def test_a_correction_is_a_version_and_a_stale_one_a_conflict(patient: Maren, psychiatrist: Clinician) -> None:
    condition = patient.does(add_condition, **DEPRESSION)
    assert patient.does(edit_condition, condition, **DEPRESSION, expected=1) == 1
    assert patient.does(edit_condition, condition, **{**DEPRESSION, "words": ""}, expected=1) == 2
    with pytest.raises(Conflict):
        patient.does(edit_condition, condition, **DEPRESSION, expected=1)
    assert psychiatrist.refused(edit_condition, condition, **DEPRESSION, expected=2)
    assert psychiatrist.refused(queries.condition_versions, patient.id, condition)


def test_what_is_withdrawn_leaves_a_stub_for_who_opened_it(patient: Maren, psychiatrist: Clinician) -> None:
    condition = patient.does(add_condition, **DEPRESSION)
    psychiatrist.does(queries.conditions, patient.id)
    patient.does(withdraw_condition, condition)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "condition")] == [condition]


def test_of_two_at_the_same_time_one_holds_the_episode(commits: None, patient: Maren) -> None:
    start = threading.Barrier(2)
    faults: list[BaseException] = []

    def adds(name: str) -> None:
        try:
            start.wait()
            patient.does(add_condition, name=name, holds_episode=True)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=adds, args=[name]) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    held = [one.name for one in patient.does(queries.conditions, patient.id).items if one.holds_episode]
    assert len(held) == 1
