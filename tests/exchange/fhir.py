"""FHIR files for the tests: invented ones beside this module, small ones built here, real ones where there are any."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from careteam.exchange.fhir_in import FhirImport, read_fhir

BUNDLES = Path(__file__).with_name("bundles")
SAMPLES = os.environ.get("CARETEAM_FHIR_SAMPLES", "")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="CARETEAM_FHIR_SAMPLES names no folder with real FHIR files")

MAREN = {"resourceType": "Patient", "id": "maren", "name": [{"text": "Maren Holt"}], "birthDate": "1984-03-03"}


def invented(name: str) -> dict[str, Any]:
    """One of the invented Bundles."""
    loaded: dict[str, Any] = json.loads((BUNDLES / f"{name}.json").read_text())
    return loaded


def sample(name: str) -> bytes:
    """A real file from outside the project."""
    return (Path(SAMPLES) / name).read_bytes()


def bundle(*resources: Any, type_: str = "collection") -> dict[str, Any]:
    """A Bundle of these resources, without addresses."""
    return {"resourceType": "Bundle", "type": type_, "entry": [{"resource": resource} for resource in resources]}


def prescribed(name: str = "Sertraline", **more: Any) -> dict[str, Any]:
    """A prescription for Maren."""
    told = {"status": "active", "intent": "order", "subject": {"reference": "Patient/maren"}}
    return {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"text": name}, **told, **more}


def taken(name: str = "Sertraline", **more: Any) -> dict[str, Any]:
    """A medicine Maren says she takes."""
    told = {"status": "active", "subject": {"reference": "Patient/maren"}}
    return {"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": name}, **told, **more}


def goal(text: str = "Walk more", **more: Any) -> dict[str, Any]:
    """A goal of Maren's."""
    told = {"lifecycleStatus": "active", "subject": {"reference": "Patient/maren"}}
    return {"resourceType": "Goal", "description": {"text": text}, **told, **more}


def read(resource: Any) -> FhirImport:
    """What the importer makes of it."""
    return read_fhir(json.dumps(resource).encode())


def problems(found: FhirImport) -> str:
    """All its sentences."""
    return "\n".join(found.problems)
