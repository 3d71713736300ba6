"""A10: hidden, foreign, withdrawn and absent are one refusal, also where the database itself would refuse a write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.abuse.kept import kept
from tests.api.programs import ABSENT, Program
from tests.api.world import World
from tests.conftest import Clinician, Maren
from tests.privacy.hidden import hides


def test_a_write_that_names_what_is_hidden_is_as_one_that_names_nothing(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician, world: World, lee: Program
) -> None:
    hidden, home = hides(patient, gp), f"patients/{patient.id}"
    foreign = other_patient.writes_note("hers", shared=True)
    tries: list[tuple[str, dict[str, Any]]] = [
        ("notes/{}/replies/", {"text": "t"}),
        ("notes/{}/replies/", {"text": "t", "kind": "addendum"}),
        ("calls/{}/done/", {}),
        ("notes/{}/sign/", {}),
        ("notes/{}/labels/", {"labels": ["trauma"]}),
    ]
    before = kept()
    for path, body in tries:
        answers = set()
        for one in (ABSENT, foreign, *hidden["note"], *hidden["call"]):
            said = lee.ask("POST", f"{home}/{path.format(one)}", body or None, if_match='"seen"')
            answers.add((said.status_code, said.content))
        assert len(answers) == 1, path
        assert answers.pop()[0] == 404
    assert kept() == before


def test_a_patients_write_that_names_another_patients_is_as_one_that_names_nothing(
    patient: Maren, other_patient: Maren, world: World, maren: Program
) -> None:
    visit = f"patients/{patient.id}/questions/{world.question}/"
    foreign: UUID = other_patient.writes_note("hers")
    tag, before = maren.get(visit)["ETag"], kept()
    tries: list[tuple[str, str, str, dict[str, Any]]] = [
        ("POST", f"patients/{patient.id}/notes/", "named", {"text": "t", "audience": "named"}),
        ("POST", f"patients/{patient.id}/goals/", "named", {"words": "w", "audience": "named"}),
        ("PATCH", visit, "visit", {}),
    ]
    for method, path, name, body in tries:
        answers = set()
        for one in (ABSENT, other_patient.id, foreign):
            value = [str(one)] if name == "named" else str(one)
            said = maren.ask(method, path, body | {name: value}, if_match=tag)
            answers.add((said.status_code, said.content))
        assert len(answers) == 1, path
        assert answers.pop()[0] in {404, 422}
    assert kept() == before
