"""How many SQL statements each address takes: the same for 5 records as for 50, for 5 patients as for 100."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from careteam.accounts.models import Role
from careteam.goals.services import add_goal
from careteam.summaries.models import Kind
from tests.api.programs import Program, program_of
from tests.api.world import answered, week_of
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.frontend.test_statements import write
from tests.statements import Statements

FEW, MANY = 5, 50

ROOM = dict.fromkeys(("questions", "plans", "calls"), "visits")  # four kinds, one room
ENTRIES = ("treatments", "procedures", "levels", "conditions")
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
    yield "patient access-log", programs["patient"], f"{home}/access-log/"
    yield "clinician signed-notes", programs["clinician"], "signed-notes/?limit=100"


def count(
    patient: Maren, psychiatrist: Clinician, statements: Statements, records: int, monday: date
) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, program, address in addresses(patient, psychiatrist, monday):
        program.get(address)  # the first use of a token in a minute is written down
        with statements.counted(f"api {name} ({records} records)") as counted:
            assert program.get(address).status_code == 200, address
        found[name] = counted.number
    return found


def test_no_address_asks_more_when_there_are_more_records(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    write(patient, psychiatrist, FEW)
    few = count(patient, psychiatrist, statements, FEW, date(2026, 11, 9))
    write(patient, psychiatrist, MANY - FEW)
    many = count(patient, psychiatrist, statements, MANY, date(2026, 11, 16))
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def test_the_caseload_asks_no_more_with_a_hundred_patients(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    lee = program_of(psychiatrist)
    found: list[int] = []
    people = 1
    for wanted in (5, 100):
        while people < wanted:
            with as_owner():
                other = Maren(person(f"other{people}@example.org", f"Other {people}", Role.PATIENT))
                joins(other, psychiatrist.user, "Psychiatrist", EVERYTHING)
            other.does(add_goal, words="walk")
            answered(other)
            people += 1
        lee.get("caseload/")
        with statements.counted(f"api clinician caseload ({wanted} patients)") as counted:
            assert lee.get("caseload/").json()["people"] == wanted
        found.append(counted.number)
    assert found[0] == found[1]


def test_writing_asks_no_more_when_there_are_more_records(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    maren = program_of(patient)
    home = f"patients/{patient.id}"
    found: list[dict[str, int]] = []
    for records in (FEW, MANY):
        write(patient, psychiatrist, FEW if records == FEW else MANY - FEW)
        maren.get("me/")  # the first use of a token in a minute is written down
        kept: dict[str, int] = {}
        bodies = {
            "goals": {"words": "w"},
            "notes": {"text": "t"},
            "treatments": {"name": "n"},
            "visits": {"place": "here", "start": "2026-01-05T10:00"},
            "questions": {"words": "w"},
            "procedures": {"name": "n", "code": "other"},
            "levels": {"substance": "s", "value": "1", "unit": "u", "on": "2025"},
            "conditions": {"name": "n"},
            "check-ins": {"words": "w"},
            "events": {"words": "w", "on": "2026"},
        }
        for room, body in bodies.items():
            with statements.counted(f"api patient {room}, create ({records} records)") as counted:
                made = maren.post(f"{home}/{room}/", body)
            kept[f"{room} create"] = counted.number
            here, tag = made["Location"].removeprefix("/api/v1/"), made["ETag"]
            with statements.counted(f"api patient {room}, change ({records} records)") as counted:
                assert maren.patch(here, {next(iter(body)): "other"}, if_match=tag).status_code == 200
            kept[f"{room} change"] = counted.number
        with statements.counted(f"api patient measures, create ({records} records)") as counted:
            assert maren.post(f"{home}/measures/", {"answers": {"1": 1}}).status_code == 201
        kept["measures create"] = counted.number
        found.append(kept)
    assert found[0] == found[1]
