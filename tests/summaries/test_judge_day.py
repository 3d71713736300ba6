"""The day that both agreed to judge a medicine by, as a reason on the caseload."""

from __future__ import annotations

from datetime import timedelta

from careteam.audit.models import AuditEvent
from careteam.sharing.services import set_audience
from careteam.summaries.caseload import caseload
from careteam.treatments.judging import agree_to_judge_by, set_judge_by
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import note_side_effects
from tests.conftest import Clinician, Maren, as_owner
from tests.treatments.words import takes


def test_the_day_both_agreed_to_is_a_reason_to_look_until_something_changes(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    def whys(person: Clinician) -> list[str]:
        listed = person.does(caseload, tab="everyone").rows[0]
        return [why.words for why in listed.whys if why.reason == "trial"]

    today = patient.viewer.today
    medicine = takes(patient, "Lithium", start="2026-01")
    patient.does(set_judge_by, medicine, on=today, expected=1)
    assert whys(psychiatrist) == []  # she has not agreed
    psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=2)
    (said,) = whys(psychiatrist)
    assert said.startswith("Lithium: you both agreed to judge it by ")
    assert whys(gp) == []  # both are Maren and Dr Lee
    with as_owner():
        seen = AuditEvent.objects.filter(actor_id=psychiatrist.id, action="caseload", record_ids__contains=[medicine])
        assert seen.exists()
    patient.does(set_audience, MedicationStatement, medicine, audience="only_me")
    assert whys(psychiatrist) == []
    patient.does(set_audience, MedicationStatement, medicine, audience="category")
    assert whys(psychiatrist)
    patient.does(note_side_effects, medicine, words="shaky", expected=2)
    assert whys(psychiatrist) == []


def test_a_day_that_lies_ahead_is_no_reason(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Lithium", start="2026-01")
    patient.does(set_judge_by, medicine, on=patient.viewer.today + timedelta(days=1), expected=1)
    psychiatrist.does(agree_to_judge_by, patient.id, medicine, expected=2)
    assert not any(why.reason == "trial" for why in psychiatrist.does(caseload, tab="everyone").rows[0].whys)
