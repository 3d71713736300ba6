"""Pausing the reminder of a questionnaire for programs: the patient's alone, and told to nobody."""

from __future__ import annotations

from datetime import timedelta

from careteam.audit.models import AuditEvent
from careteam.measures.queries import paused_reminders
from tests.api.programs import Program
from tests.conftest import Maren, as_owner


def test_a_program_pauses_and_resumes_a_reminder(patient: Maren, maren: Program, lee: Program) -> None:
    place, today = f"patients/{patient.id}/reminders/", patient.viewer.today
    last = (today + timedelta(days=6)).isoformat()
    named = [("phq-9", "PHQ-9"), ("gad-7", "GAD-7"), ("phq-2", "PHQ-2")]
    assert [(one["questionnaire"], one["name"], one["paused"]) for one in maren.get(place).json()] == [
        (*one, False) for one in named
    ]
    for _ in range(2):  # said twice, it is said once
        assert maren.put(f"{place}gad-7/pause/", {"until": last}).status_code == 204
    assert maren.put(f"{place}phq-9/pause/", {}).status_code == 204
    assert {one["questionnaire"]: (one["paused"], one["until"]) for one in maren.get(place).json()} == {
        "phq-9": (True, None),
        "gad-7": (True, last),
        "phq-2": (False, None),
    }
    assert maren.get(f"patients/{patient.id}/overview/").json()["reminders"] == []
    for _ in range(2):
        assert maren.delete(f"{place}phq-9/pause/").status_code == 204
    assert [one["name"] for one in maren.get(f"patients/{patient.id}/overview/").json()["reminders"]] == ["PHQ-9"]
    assert patient.does(paused_reminders).keys() == {"gad-7"}
    over = {"until": (today - timedelta(days=1)).isoformat()}
    refused = maren.put(f"{place}phq-9/pause/", over)
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, ["until"])
    with as_owner():
        assert not AuditEvent.objects.exclude(action="overview").exists(), "nobody is told"


def test_no_such_questionnaire_and_somebody_elses_are_nothing(patient: Maren, maren: Program, lee: Program) -> None:
    place = f"patients/{patient.id}/reminders/"
    for program, path in ((maren, f"{place}gad-8/pause/"), (lee, f"{place}gad-7/pause/")):
        assert program.put(path, {}).status_code == 404
        assert program.delete(path).status_code == 404
    assert lee.get(place).status_code == 404
    assert patient.does(paused_reminders) == {}
