"""Other treatments, levels and conditions through the API: created, changed in part, refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.programs import Program
from tests.conftest import Maren

BODIES: dict[str, dict[str, Any]] = {
    "procedures": {
        "code": "esketamine",
        "name": "at the clinic",
        "start": "2025-03",
        "sessions": ["2025-03-14", "2025-03"],
        "session_count": 8,
        "helped": "a-little",
        "labels": ["trauma"],
    },
    "levels": {"substance": "Lithium", "value": "0,60", "unit": "µmol/L", "on": "2025-03", "hours": "12"},
    "conditions": {"name": "Depression", "status": "recurrence", "holds_episode": True, "episode_start": "2025-03"},
}
CHANGES: dict[str, dict[str, Any]] = {
    "procedures": {"session_count": 9},
    "levels": {"value": "0.8"},
    "conditions": {"stated_by": "my doctor"},
}


@pytest.mark.parametrize("room", BODIES)
def test_what_is_left_out_of_a_change_stays(maren: Program, patient: Maren, room: str) -> None:
    made = maren.post(f"patients/{patient.id}/{room}/", BODIES[room])
    assert made.status_code == 201
    here, before = made["Location"].removeprefix("/api/v1/"), made.json()
    assert maren.changes(here, {}).json()["version"] == 1
    (name, value), *_ = CHANGES[room].items()
    after = maren.changes(here, CHANGES[room]).json()
    assert (after[name], after["version"]) == (value, 2)
    moving = {name, "version", "changed_at", "title", "sessions_words"}
    assert {key: one for key, one in before.items() if key not in moving} == {
        key: one for key, one in after.items() if key not in moving
    }


def test_what_goes_out_is_what_was_meant(maren: Program, patient: Maren) -> None:
    made = {room: maren.post(f"patients/{patient.id}/{room}/", body).json() for room, body in BODIES.items()}
    procedure, level, condition = made["procedures"], made["levels"], made["conditions"]
    assert (procedure["title"], procedure["sessions"]) == ("Esketamine: at the clinic", ["2025-03", "2025-03-14"])
    assert (level["title"], level["on"]) == ("Lithium 0.60 \u03bcmol/L", "2025-03")
    assert (condition["episode"], condition["status_words"]) == ("since March 2025", "It came back")
    overview = maren.get(f"patients/{patient.id}/overview/").json()
    assert [len(overview[part]) for part in ("procedures", "levels", "conditions")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("room", "wrong", "field"),
    [
        ("procedures", {"code": "massage"}, "code"),
        ("procedures", {"sessions": ["03/04/2025"]}, "sessions"),
        ("procedures", {"sessions": ["\ud800"]}, "sessions"),
        ("procedures", {"end": "2024"}, "end"),
        ("procedures", {"session_count": 0}, "session_count"),
        ("levels", {"value": "1,000"}, "value"),
        ("levels", {"value": 0.6}, "value"),
        ("levels", {"unit": "\0"}, "unit"),
        ("levels", {"on": ""}, "on"),
        ("conditions", {"status": "relapse"}, "status"),
        ("conditions", {"status": "resolved"}, "holds_episode"),
    ],
)
def test_what_cannot_be_kept_is_a_problem_beside_its_field(
    maren: Program, patient: Maren, room: str, wrong: dict[str, Any], field: str
) -> None:
    refused = maren.post(f"patients/{patient.id}/{room}/", {**BODIES[room], **wrong})
    assert refused.status_code in (400, 422)
    assert [one["field"].split(".")[0] for one in refused.json()["errors"]] == [field]
    assert maren.get(f"patients/{patient.id}/{room}/").json()["results"] == []
