"""Treatments beside medicines, and levels: written by the patient alone, read through the rule, kept in versions."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

import pytest

from careteam.procedures import queries
from careteam.procedures.codes import Status
from careteam.procedures.services import (
    add_level,
    add_procedure,
    edit_level,
    edit_procedure,
    end_procedure,
    withdraw_level,
    withdraw_procedure,
)
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from tests.conftest import Clinician, Maren

LITHIUM: dict[str, Any] = {"substance": "Lithium", "value": "0,60", "unit": "mmol/L", "on": "2026-03", "hours": "12"}
RTMS: dict[str, Any] = {"code": "rtms", "start": "2025-03", "end": "2025-05", "session_count": 30}
REST: dict[str, Any] = {
    "name": "",
    "purpose": "",
    "sessions": [],
    "status": "",
    "stop_reason": "",
    "stopped_why": "",
    "helped": "",
    "side_effects": "",
}


def one(patient: Maren, procedure: UUID) -> Any:
    return patient.does(queries.procedure, patient.id, procedure)


def test_a_treatment_is_kept_as_it_was_told(patient: Maren, psychiatrist: Clinician) -> None:
    procedure = patient.does(
        add_procedure,
        code="esketamine",
        name=" at the\nclinic ",
        purpose="mood",
        start="2026-01",
        sessions=["14 January 2026", "2026-01-12", ""],
        session_count=8,
        helped="somewhat",
        side_effects="Dizzy for an hour.",
    )
    seen = psychiatrist.does(queries.procedure, patient.id, procedure)
    assert (seen.kind, seen.category, seen.title, seen.purpose) == (
        "procedure",
        "treatments",
        "Esketamine: at the clinic",
        "mood",
    )
    assert (seen.sessions, seen.sessions_words) == (("2026-01-12", "2026-01-14"), "8 sessions, 2 with a date")
    assert (seen.when, seen.current, seen.status_words) == ("since January 2026", True, "Under way")
    assert (seen.helped_words, seen.side_effects) == ("Somewhat", "Dizzy for an hour.")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "massage"}, "code"),
        ({"code": "other"}, "name"),
        ({"code": "ect", "name": "x" * 201}, "name"),
        ({"code": "ect", "purpose": "x" * 501}, "purpose"),
        ({"code": "ect", "start": "2025-05", "end": "2025-04"}, "end"),  # E6
        ({"code": "ect", "start": "soon"}, "start"),
        ({"code": "ect", "session_count": 2, "sessions": ["2024", "2024", "2024"]}, "session_count"),
        ({"code": "ect", "sessions": ["last week"]}, "sessions"),
        ({"code": "ect", "helped": "yes"}, "helped"),
        ({"code": "ect", "stop_reason": "bored"}, "stop_reason"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        patient.does(add_procedure, **given)
    assert refused.value.fields.keys() == {field}
    assert patient.does(queries.procedures, patient.id).items == ()


def test_a_correction_keeps_what_stood_there_for_the_patient_alone(patient: Maren, psychiatrist: Clinician) -> None:
    procedure = patient.does(add_procedure, **RTMS, sessions=["2025-04-01"])
    version = patient.does(
        edit_procedure, procedure, **{**REST, **RTMS, "session_count": 28, "helped": "a-little"}, expected=1
    )
    assert version == 2
    (old,) = patient.does(queries.procedure_versions, patient.id, procedure)
    assert (old.version, old.sessions_words, old.sessions_on) == (1, "30 sessions, 1 with a date", ("1 April 2025",))
    assert one(patient, procedure).sessions_words == "28 sessions"
    assert psychiatrist.refused(queries.procedure_versions, patient.id, procedure)
    with pytest.raises(Conflict):
        patient.does(edit_procedure, procedure, **{**REST, **RTMS}, expected=1)


def test_the_same_again_is_no_new_version(patient: Maren) -> None:
    procedure = patient.does(add_procedure, **RTMS)
    assert patient.does(edit_procedure, procedure, **{**REST, **RTMS, "status": "completed"}, expected=1) == 1


@pytest.mark.parametrize(
    ("finished", "reason", "status", "words"),
    [(True, "cost", Status.COMPLETED, ""), (False, "cost", Status.STOPPED, "Cost"), (False, "", Status.STOPPED, "")],
)
def test_it_finishes_or_is_stopped_with_a_reason(
    patient: Maren, finished: bool, reason: str, status: str, words: str
) -> None:
    procedure = patient.does(add_procedure, code="talking-therapy", start="2024", helped="a-lot")
    patient.does(end_procedure, procedure, when="2025-06", finished=finished, reason=reason, expected=1)
    seen = one(patient, procedure)
    assert (seen.status, seen.stop_reason_words, seen.when) == (status, words, "2024 to June 2025")
    assert seen.helped == "a-lot"  # an answer left empty takes nothing out
    with pytest.raises(Invalid):
        patient.does(end_procedure, procedure, finished=True, expected=2)


def test_what_was_planned_and_never_began_did_not_happen(patient: Maren) -> None:
    start = str(patient.viewer.today.year + 1)
    procedure = patient.does(add_procedure, code="rtms", start=start)
    assert one(patient, procedure).status == Status.PLANNED
    patient.does(end_procedure, procedure, reason="cost", expected=1)
    seen = one(patient, procedure)
    assert (seen.status, seen.when, seen.stop_reason_words) == (Status.NOT_DONE, "did not happen", "Cost")
    assert patient.does(queries.procedures, patient.id, standing=True).items == ()


@pytest.mark.parametrize("when", ["2999", "2023", "someday", "2025-01-31"])
def test_an_end_lies_after_the_start_after_every_session_and_behind_us(patient: Maren, when: str) -> None:
    procedure = patient.does(add_procedure, code="ect", start="2024", sessions=["2025-02-01"])
    with pytest.raises(Invalid) as refused:
        patient.does(end_procedure, procedure, when=when, finished=True, expected=1)
    assert refused.value.fields.keys() == {"when"}


def test_what_is_under_way_and_what_changed(patient: Maren, psychiatrist: Clinician) -> None:
    therapy = patient.does(add_procedure, code="talking-therapy", name="with Tomás", start="2024-02")
    patient.does(add_procedure, **RTMS)
    patient.does(add_procedure, code="ect", audience="only_me", start="2025-04")
    now = psychiatrist.does(queries.current_procedures, patient.id)
    assert [found.id for found in now] == [therapy]
    since, until = patient.viewer.today.replace(year=2025, month=1, day=1), patient.viewer.today
    changes = psychiatrist.does(queries.changes, patient.id, since, until)
    assert [found.words for found in changes] == ["Began rTMS in March 2025", "Finished rTMS in May 2025"]


def test_nobody_else_writes_and_what_is_withdrawn_leaves_a_stub_for_who_opened_it(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    procedure, level = patient.does(add_procedure, **RTMS), patient.does(add_level, **LITHIUM)
    assert psychiatrist.refused(add_procedure, **RTMS)
    assert psychiatrist.refused(add_level, **LITHIUM)
    assert psychiatrist.refused(withdraw_procedure, procedure)
    psychiatrist.does(queries.procedures, patient.id)
    psychiatrist.does(queries.levels, patient.id)
    patient.does(withdraw_procedure, procedure)
    patient.does(withdraw_level, level)
    for kind, record in (("procedure", procedure), ("level", level)):
        assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, kind)] == [record]
        assert gp.does(withdrawals, patient.id, kind) == ()
    assert psychiatrist.refused(queries.procedure, patient.id, procedure)
    assert psychiatrist.refused(queries.level, patient.id, level)


# -- Levels ------------------------------------------------------------------------------------------------------------
def test_a_level_is_kept_digit_for_digit_with_its_unit(patient: Maren, psychiatrist: Clinician) -> None:
    level = patient.does(add_level, **LITHIUM, words="before the morning tablet")
    seen = psychiatrist.does(queries.level, patient.id, level)
    assert (seen.kind, seen.title, seen.when, seen.hours) == ("level", "Lithium 0.60 mmol/L", "March 2026", "12")
    assert patient.does(edit_level, level, **{**LITHIUM, "value": "0.60", "words": seen.words}, expected=1) == 1
    assert patient.does(edit_level, level, **{**LITHIUM, "value": "0.6", "words": seen.words}, expected=1) == 2
    (old,) = patient.does(queries.level_versions, patient.id, level)
    assert old.title == "Lithium 0.60 mmol/L"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"substance": " "}, "substance"),
        ({"substance": "x" * 201}, "substance"),
        ({"value": "low"}, "value"),
        ({"value": "1,000"}, "value"),  # E16
        ({"unit": ""}, "unit"),
        ({"on": ""}, "on"),
        ({"on": "2999"}, "on"),
        ({"hours": "twelve"}, "hours"),
        ({"words": "x" * 501}, "words"),
    ],
)
def test_a_level_that_cannot_be_kept_is_said_beside_its_field(
    patient: Maren, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        patient.does(add_level, **{**LITHIUM, **given})
    assert refused.value.fields.keys() == {field}


@pytest.mark.parametrize("order", list(itertools.permutations(["2019", "2025-03", "2025-04-02"])))
def test_the_order_in_which_they_are_written_down_never_matters(patient: Maren, order: tuple[str, ...]) -> None:
    for day in order:
        patient.does(add_procedure, code="ect", start=day, status="unknown")
        patient.does(add_level, **{**LITHIUM, "on": day})
    treatments = patient.does(queries.procedures, patient.id).items
    levels = patient.does(queries.levels, patient.id).items
    assert [found.start for found in treatments] == [found.on for found in levels] == ["2025-04-02", "2025-03", "2019"]
