"""FHIR files nobody here wrote, where CARETEAM_FHIR_SAMPLES names their folder: counted by the file's own count."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from careteam.exchange.fhir_in import FhirPatient, read_fhir
from tests.exchange.fhir import needs_samples, sample

pytestmark = needs_samples


@pytest.mark.parametrize("name", ["Milan_Beatty.json", "Gilberto_Orosco.json"])
def test_real_lives_are_counted_as_the_file_itself_counts(name: str) -> None:
    raw = sample(f"synthea/{name}")
    held = Counter(entry["resource"]["resourceType"] for entry in json.loads(raw)["entry"])
    found = read_fhir(raw)
    assert len(found.medicines) == held.pop("MedicationRequest")
    assert len(found.goals) == held.pop("Goal")
    assert held.pop("Patient") == 1
    assert found.skipped == dict(held)
    assert found.problems == ()
    assert all(medicine.start_is == "prescribed" and medicine.end is None for medicine in found.medicines)


def test_milan_took_fluoxetine_twice_and_gilberto_sertraline() -> None:
    milan, gilberto = read_fhir(sample("synthea/Milan_Beatty.json")), read_fhir(sample("synthea/Gilberto_Orosco.json"))
    assert milan.patient == FhirPatient(("Milan Beatty",), "1973-11-24")
    doses = [(medicine.name, medicine.dose, medicine.start, medicine.status) for medicine in milan.medicines]
    assert ("Fluoxetine 25MG", "1 daily", "1993-01-09", "stopped") in doses
    assert ("Fluoxetine 25MG", "1 daily", "1993-01-17", "active") in doses
    assert ("Sertraline 100MG", None) in [(medicine.name, medicine.amount) for medicine in gilberto.medicines]


@pytest.mark.parametrize(("name", "count"), [("Bundle-IPS-examples-Bundle-01", 2), ("Bundle-bundle-minimal", 1)])
def test_real_summaries_name_their_medicines_by_reference(name: str, count: int) -> None:
    found = read_fhir(sample(f"ips/{name}.json"))
    assert len(found.medicines) == count
    assert found.patient == FhirPatient(("Martha DeLarosa",), "1972-05-01")
    assert "Medication" not in found.skipped
    assert found.medicines[-1].name == "Product containing anastrozole (medicinal product)"
    assert (found.medicines[-1].dose, found.medicines[-1].start) == ("1 tablet", "2015-03")


def test_real_single_resources_are_read() -> None:
    (axid,) = read_fhir(sample("us-core/medicationrequest-coded-oral-axid.json")).medicines
    assert (axid.dose, axid.reason, axid.start) == ("10 mL bid", "Active Duodenal Ulcer", "2008-04-05")
    (tylenol,) = read_fhir(sample("us-core/medicationrequest-self-tylenol.json")).medicines
    assert tylenol.as_needed
    (aim,) = read_fhir(sample("us-core/goal-1.json")).goals
    assert (aim.status, aim.due) == ("active", "2016-04-05")
    assert read_fhir(sample("us-core/careteam-example.json")).skipped == {"CareTeam": 1}
