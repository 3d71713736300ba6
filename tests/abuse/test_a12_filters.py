"""A12: filters, order, search and markers of pages find nothing that is hidden, and an unknown one is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.programs import Program
from tests.api.world import World
from tests.conftest import Clinician, Maren
from tests.privacy.hidden import hides

ROOMS: tuple[str, ...] = ("goals", "notes", "measures", "treatments", "visits", "check-ins", "events", "levels")
ROOMS += ("conditions", "hard-days")


def test_no_filter_finds_what_is_hidden(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, world: World, lee: Program
) -> None:
    today = patient.viewer.today
    days = [(today + timedelta(days=number)).isoformat() for number in (-4, 0, 9)]
    queries = ["limit=1", "limit=2", *(f"since={day}" for day in days), *(f"until={day}" for day in days)]

    def found() -> list[list[object]]:
        lists: list[list[object]] = []
        for room in ROOMS:
            for query in queries:
                said = lee.get(f"patients/{patient.id}/{room}/?{query}").json()
                lists.append([room, query, [one["id"] for one in said["results"]], said["next"]])
        return lists

    before = found()
    hidden = hides(patient, gp)
    assert found() == before
    search = psychiatrist.browser.get("/caseload/?q=kittiwake").content.decode()
    assert "Maren" not in search
    told = str(before)
    assert not [one for some in hidden.values() for one in some if str(one) in told]


@pytest.mark.parametrize("query", ["audience=only_me", "author=x", "labels=violence", "ordering=text", "text__has=x"])
def test_what_is_no_filter_is_refused(patient: Maren, world: World, lee: Program, query: str) -> None:
    answer = lee.get(f"patients/{patient.id}/notes/?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, "There is no such field.")
