"""How many SQL statements the API's caseload takes; its other addresses: tests/frontend/test_statements.py."""

from __future__ import annotations

from careteam.accounts.models import Role
from careteam.goals.services import add_goal
from tests.api.programs import program_of
from tests.api.world import answered
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.statements import Statements


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
