"""Medicines from a file: they wait for the patient's yes, hers alone, and come once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from careteam.sharing.codes import Audience
from careteam.sharing.errors import Invalid
from careteam.sharing.services import set_audience
from careteam.treatments.codes import Coding
from careteam.treatments.models import MedicationStatement
from careteam.treatments.queries import (
    current_medicines,
    medicine,
    medicines,
    pending_medicines,
)
from careteam.treatments.services import (
    accept_medicine,
    add_imported_medicine,
    decline_medicine,
    edit_medicine,
    note_side_effects,
)
from tests.conftest import Clinician, Maren
from tests.treatments.words import acts, as_written, sees

SERTRALINE = Coding("http://www.nlm.nih.gov/research/umls/rxnorm", "36437", "sertraline")


def brought(patient: Maren, **more: Any) -> UUID:
    facts = {"name": "Sertraline 50 mg tablet", "import_key": "k" * 64, "codes": [SERTRALINE], "start": "2023-03-14"}
    id_: UUID = patient.does(add_imported_medicine, **{**facts, **more})
    return id_


def test_an_imported_medicine_waits_for_her_yes_and_is_hers_alone(patient: Maren, psychiatrist: Clinician) -> None:
    id_ = brought(patient, status="stopped")
    (view,) = patient.does(pending_medicines)
    assert (view.id, view.status, view.source, view.codes) == (id_, "pending", "import", (SERTRALINE,))
    assert (view.when, view.current) == ("14 March 2023, end not known", False)
    assert patient.does(medicines, patient.id).items == ()
    assert patient.does(current_medicines, patient.id) == ()
    assert psychiatrist.refused(medicine, patient.id, id_)
    assert psychiatrist.refused(pending_medicines)
    assert patient.refused(note_side_effects, id_, words="x", expected=1)


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "active"),
        ({"end": "2023-06"}, "completed"),
        ({"status": "on-hold"}, "on-hold"),
        ({"status": "stopped"}, "stopped"),
    ],
)
def test_an_accepted_medicine_becomes_what_the_file_said_and_stays_hers_alone(
    patient: Maren, psychiatrist: Clinician, facts: dict[str, str], status: str
) -> None:
    id_ = brought(patient, **facts)
    patient.does(accept_medicine, id_)
    view = sees(patient, id_)
    assert (view.status, view.audience, view.version) == (status, Audience.ONLY_ME, 1)
    assert psychiatrist.refused(medicine, patient.id, id_)
    patient.does(set_audience, MedicationStatement, id_, audience=Audience.CATEGORY)
    assert sees(psychiatrist, id_).name == "Sertraline 50 mg tablet"
    assert patient.refused(accept_medicine, id_)
    assert patient.refused(decline_medicine, id_)
    assert acts(patient, id_) == ["import", "accept", "audience"]


def test_a_declined_medicine_is_gone_and_may_come_again(patient: Maren) -> None:
    id_ = brought(patient)
    patient.does(decline_medicine, id_)
    assert patient.refused(medicine, patient.id, id_)
    assert acts(patient, id_) == ["import", "decline"]
    assert brought(patient) != id_


def test_the_same_entry_twice_adds_nothing(patient: Maren, other_patient: Maren) -> None:
    id_ = brought(patient)
    assert brought(patient) is None
    patient.does(accept_medicine, id_)
    assert brought(patient) is None
    assert brought(other_patient) is not None


def test_two_imports_of_one_file_at_once_add_one_entry(patient: Maren, commits: None) -> None:
    at_once = Barrier(4)

    def load(_: int) -> UUID | None:
        try:
            at_once.wait(10)
            return brought(patient)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as devices:
        found = list(devices.map(load, range(4)))
    assert [id_ is None for id_ in sorted(found, key=lambda id_: id_ is None)] == [False, True, True, True]
    assert len(patient.does(pending_medicines)) == 1


def test_nobody_else_accepts_or_declines(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    id_ = brought(patient)
    for person in (other_patient, psychiatrist):
        assert person.refused(accept_medicine, id_)
        assert person.refused(decline_medicine, id_)
    assert psychiatrist.refused(add_imported_medicine, name="x", import_key="k")
    assert len(patient.does(pending_medicines)) == 1


def test_codes_stay_with_the_name_they_speak_of(patient: Maren) -> None:
    id_ = brought(patient)
    patient.does(accept_medicine, id_)
    written = as_written(sees(patient, id_))
    patient.does(edit_medicine, id_, **{**written, "purpose": "for the mood"}, expected=1)
    assert sees(patient, id_).codes == (SERTRALINE,)
    patient.does(edit_medicine, id_, **{**written, "name": "citalopram"}, expected=2)
    assert sees(patient, id_).codes == ()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"import_key": ""}, "import_key"),
        ({"import_key": "k" * 65}, "import_key"),
        ({"codes": [SERTRALINE] * 21}, "codes"),
        ({"codes": [Coding("", "36437")]}, "codes"),
        ({"source": "x" * 41}, "source"),
        ({"name": ""}, "name"),
    ],
)
def test_an_entry_that_cannot_be_kept_is_refused(patient: Maren, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        brought(patient, **facts)
    assert list(refused.value.fields) == [field]
