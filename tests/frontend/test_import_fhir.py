"""The command that reads a FHIR file into an account: real files, invented files, bad files."""

from __future__ import annotations

import json
import os
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from careteam.goals import queries as goals
from careteam.goals import services as goal_services
from careteam.treatments import queries as treatments
from careteam.treatments import services as treatment_services
from tests.conftest import Clinician, Maren

SAMPLES = os.environ.get("CARETEAM_FHIR_SAMPLES")
needs_samples = pytest.mark.skipif(
    not SAMPLES, reason="CARETEAM_FHIR_SAMPLES names no folder with FHIR files nobody here wrote"
)


def run(path: Path, patient: Maren, *more: str) -> str:
    out = StringIO()
    call_command("import_fhir", str(path), "--patient", patient.user.email, *more, stdout=out)
    return out.getvalue()


def bundle(tmp_path: Path, *resources: dict[str, Any], name: str = "Maren Holt", born: str = "1984-05-04") -> Path:
    """An invented bundle about this person."""
    whole = [{"resourceType": "Patient", "id": "p", "name": [{"text": name}], "birthDate": born}, *resources]
    path = tmp_path / "invented.json"
    entries = [{"fullUrl": f"urn:x:{number}", "resource": one} for number, one in enumerate(whole)]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


SERTRALINE: dict[str, Any] = {
    "resourceType": "MedicationStatement",
    "id": "m1",
    "status": "stopped",
    "medicationCodeableConcept": {"text": "sertraline"},
    "subject": {"reference": "urn:x:0"},
    "effectivePeriod": {"start": "2025-03"},
    "dosage": [
        {
            "text": "100 mg once a day",
            "doseAndRate": [{"doseQuantity": {"value": 100, "unit": "mg"}}],
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        }
    ],
}
WALK: dict[str, Any] = {
    "resourceType": "Goal",
    "id": "g1",
    "lifecycleStatus": "accepted",
    "description": {"text": "Walk to the harbour"},
    "subject": {"reference": "urn:x:0"},
}


def test_entries_wait_hers_alone_until_accepted_one_by_one(
    patient: Maren, psychiatrist: Clinician, tmp_path: Path
) -> None:
    said = run(bundle(tmp_path, SERTRALINE, WALK), patient)
    assert "1 medicines, 1 goals" in said
    assert psychiatrist.does(treatments.medicines, patient.id).items == ()
    assert patient.does(treatments.medicines, patient.id).items == ()
    (waiting,) = patient.does(treatments.pending_medicines)
    assert (waiting.name, waiting.start, waiting.end) == ("sertraline", "2025-03", None)
    patient.does(treatment_services.accept_medicine, waiting.id)
    (accepted,) = patient.does(treatments.medicines, patient.id).items
    assert (accepted.status, accepted.end, accepted.audience) == ("stopped", None, "only_me")
    assert psychiatrist.does(treatments.medicines, patient.id).items == ()
    (goal,) = patient.does(goals.pending_goals)
    patient.does(goal_services.accept_goal, goal.id)
    assert [one.words for one in patient.does(goals.goals, patient.id).items] == ["Walk to the harbour"]


def test_twice_adds_nothing(patient: Maren, tmp_path: Path) -> None:
    path = bundle(tmp_path, SERTRALINE, WALK)
    run(path, patient)
    assert "Here already: 2" in run(path, patient)
    assert len(patient.does(treatments.pending_medicines)) == 1


@pytest.mark.parametrize("person", [{"name": "Ilse Brandt"}, {"born": "1990-01-01"}])
def test_somebody_elses_file_stops_unless_confirmed(patient: Maren, tmp_path: Path, person: dict[str, str]) -> None:
    path = bundle(tmp_path, SERTRALINE, **person)
    with pytest.raises(CommandError, match="somebody else"):
        run(path, patient)
    assert patient.does(treatments.pending_medicines) == ()
    run(path, patient, "--same-person")
    assert len(patient.does(treatments.pending_medicines)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"{}",
        b'{"resourceType": 7}',
        b'{"resourceType": "Bundle", "entry": 3}',
        b"[" * 1_000 + b"]" * 1_000,
        b'{"a":' * 1_000 + b"1" + b"}" * 1_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_bad_file_gets_a_clear_error_and_changes_nothing(patient: Maren, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        run(path, patient)
    assert "Nothing was added" in str(refusal.value)
    assert patient.does(treatments.pending_medicines) == ()


def test_fifty_megabytes_are_refused_before_they_are_read(patient: Maren, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(CommandError, match="10 MB"):
        run(path, patient)


@pytest.mark.django_db
def test_an_unknown_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no patient"):
        call_command("import_fhir", str(bundle(tmp_path, SERTRALINE)), "--patient", "nobody@example.org")


@needs_samples
@pytest.mark.parametrize("file", ["Milan_Beatty.json", "Gilberto_Orosco.json"])
def test_whole_lives_are_imported_and_counted(patient: Maren, file: str) -> None:
    path = Path(SAMPLES or "") / "synthea" / file
    kinds = Counter(entry["resource"]["resourceType"] for entry in json.loads(path.read_text())["entry"])
    with pytest.raises(CommandError, match="somebody else"):
        run(path, patient)
    said = run(path, patient, "--same-person")
    assert f"{kinds['MedicationRequest']} medicines, {kinds['Goal']} goals" in said
    for kind, count in kinds.items():
        if kind not in {"MedicationRequest", "Goal", "Patient"}:
            assert f"Not imported: {count} {kind}\n" in said
    waiting = patient.does(treatments.pending_medicines)
    assert len(waiting) == kinds["MedicationRequest"]
    assert all(one.end is None for one in waiting)
    assert f"Here already: {kinds['MedicationRequest'] + kinds['Goal']}" in run(path, patient, "--same-person")
