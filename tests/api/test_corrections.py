"""Proposed corrections through the API: made under a key, read by whoever sees the entry, answered by the patient."""

from __future__ import annotations

import pytest

from careteam.api.corrections import ROOMS
from tests.api.programs import Program
from tests.conftest import Clinician, Maren
from tests.corrections.test_corrections import WORDS, entries
from tests.treatments.words import takes


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_of_entries_takes_one(room: str, patient: Maren, maren: Program, lee: Program) -> None:
    record = entries(patient)[{"treatments": "medicine"}.get(room, room.removesuffix("s"))]
    entry = f"patients/{patient.id}/{room}/{record}/"
    before = maren.get(entry).json()
    made = lee.post(f"{entry}corrections/", {"text": WORDS, "seen_version": 1})
    assert made.status_code == 201, made.content
    assert (made.json()["kind"], made.json()["stands"], made.json()["words"]) == (
        before["kind"],
        "waits",
        "Not answered yet",
    )
    assert maren.get(entry).json() == before  # nothing of the entry moves
    assert [one["text"] for one in maren.get(f"{entry}corrections/").json()] == [WORDS]


def test_it_is_made_once_under_its_key_and_answered_by_the_patient_alone(
    patient: Maren, psychiatrist: Clinician, maren: Program, lee: Program, yusuf: Program
) -> None:
    entry = f"patients/{patient.id}/treatments/{takes(patient, 'Trintellix', start='2018')}/"
    place, sent = f"{entry}corrections/", {"text": WORDS, "seen_version": 1}
    assert lee.post(place, sent, idempotency_key="").status_code == 400
    first, again = (lee.post(place, sent, idempotency_key="k") for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert lee.post(place, {"text": WORDS, "seen_version": 2}).status_code == 412
    assert lee.post(place, {"text": "x" * 4001, "seen_version": 1}).status_code == 422
    assert maren.post(place, sent).status_code == 404
    (waits,) = maren.get(f"patients/{patient.id}/overview/").json()["corrections"]
    assert (waits["correction"]["id"], waits["called"]) == (first.json()["id"], "the medicine Trintellix")
    assert lee.get(f"patients/{patient.id}/overview/").json()["corrections"] == []
    assert maren.changes(entry, {"start": "2019"}).status_code == 200
    settle = f"patients/{patient.id}/corrections/{first.json()['id']}/settle/"
    assert lee.post(settle).status_code == 404
    assert [maren.post(settle).status_code for _ in range(2)] == [204, 204]
    for reader in (maren, lee, yusuf):
        (one,) = reader.get(place).json()
        assert (one["stands"], one["about_version"], one["changed_since"]) == ("changed", 1, True)
    assert maren.get(f"patients/{patient.id}/overview/").json()["corrections"] == []
