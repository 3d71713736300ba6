"""How many SQL statements each address of the API takes; tests/frontend/test_statements.py asks, in its world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from careteam.summaries.models import Kind
from tests.api.programs import Program, program_of
from tests.api.world import week_of
from tests.conftest import Clinician, Maren
from tests.statements import Statements

ROOM = dict.fromkeys(("questions", "plans", "calls"), "visits")  # four kinds, one room
ENTRIES = ("treatments", "procedures", "levels", "conditions", "hard-days")
VISITS = ("visits", "questions", "plans", "calls")
ROOMS = ("goals", "notes", "measures", "check-ins", "events", *ENTRIES, *VISITS)


def addresses(patient: Maren, psychiatrist: Clinician, monday: date) -> Iterator[tuple[str, Program, str]]:
    """(name, who asks, address) of everything that is read."""
    programs = {"patient": program_of(patient), "clinician": program_of(psychiatrist)}
    home = f"patients/{patient.id}"
    newest = {room: programs["patient"].get(f"{home}/{room}/?limit=100").json()["results"] for room in ROOMS}
    references: list[list[str | int]] = [
        [ROOM.get(room, room), str(patient.id), one["id"], 1] for room, found in newest.items() for one in found
    ]
    for who, program in programs.items():
        kind = Kind.PATIENT_WEEK if who == "patient" else Kind.CLINICIAN_WEEK
        week = week_of(patient.id if who == "patient" else psychiatrist.id, kind, references, monday)
        for room, found in newest.items():
            yield f"{who} {room}", program, f"{home}/{room}/?limit=100"
            yield f"{who} {room}, one", program, f"{home}/{room}/{found[0]['id']}/"
        note = next(one for one in newest["notes"] if one["replies"])
        yield f"{who} reply", program, f"{home}/notes/{note['id']}/replies/{note['replies'][0]['id']}/"
        papers = ("visit-summary", "visit-summary/pdf")
        for place in ("overview", "timeline", "tried", "care-team", *papers, "notes/drafts"):
            yield f"{who} {place}", program, f"{home}/{place}/"
        yield f"{who} digests", program, "digests/"
        yield f"{who} digest", program, f"digests/{week}/"
        yield f"{who} identity", program, f"{home}/"
        yield f"{who} me", program, "me/"
    yield "patient consents", programs["patient"], f"{home}/consents/"
    yield "patient consents, one", programs["patient"], f"{home}/consents/{psychiatrist.member.id}/"
    yield "patient pause", programs["patient"], f"{home}/pause/"
    yield "patient access-log", programs["patient"], f"{home}/access-log/"
    yield "clinician signed-notes", programs["clinician"], "signed-notes/?limit=100"


def count(
    patient: Maren, psychiatrist: Clinician, statements: Statements, records: int, monday: date
) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, program, address in addresses(patient, psychiatrist, monday):
        with statements.counted(f"api {name} ({records} records)") as counted:
            assert program.get(address).status_code == 200, address
        found[f"api {name}"] = counted.number
    return found


def count_writing(patient: Maren, statements: Statements, records: int) -> dict[str, int]:
    """The statements of making and changing one of each."""
    maren, home = program_of(patient), f"patients/{patient.id}"
    kept: dict[str, int] = {}
    bodies: dict[str, dict[str, Any]] = {
        "goals": {"words": "w"},
        "notes": {"text": "t"},
        "treatments": {"name": "n"},
        "visits": {"place": "here", "start": "2026-01-05T10:00"},
        "questions": {"words": "w"},
        "procedures": {"name": "n", "code": "other"},
        "levels": {"substance": "s", "value": "1", "unit": "u", "on": "2025"},
        "conditions": {"name": "n"},
        "hard-days": {"parts": [{"words": "w"}]},
        "check-ins": {"words": "w"},
        "events": {"words": "w", "on": "2026"},
    }
    for room, body in bodies.items():
        with statements.counted(f"api patient {room}, create ({records} records)") as counted:
            made = maren.post(f"{home}/{room}/", body)
        kept[f"api {room} create"] = counted.number
        here, tag = made["Location"].removeprefix("/api/v1/"), made["ETag"]
        with statements.counted(f"api patient {room}, change ({records} records)") as counted:
            other = {next(iter(body)): [{"words": "other"}] if room == "hard-days" else "other"}
            assert maren.patch(here, other, if_match=tag).status_code == 200
        kept[f"api {room} change"] = counted.number
    with statements.counted(f"api patient measures, create ({records} records)") as counted:
        assert maren.post(f"{home}/measures/", {"answers": {"1": 1}}).status_code == 201
    kept["measures create"] = counted.number
    return kept
