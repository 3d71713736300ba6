"""Numbered edge cases about who sees what, when it is for whom, and who may write."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from careteam.accounts.models import age_on
from careteam.corrections.services import propose_correction, settle_correction
from careteam.summaries import digests
from careteam.summaries.models import Kind, Outbox
from careteam.summaries.queries import overview
from careteam.summaries.services import write_digest
from careteam.summaries.weeks import monday_of
from careteam.treatments.doses import dose_period
from careteam.treatments.queries import medicine_versions
from careteam.treatments.services import edit_medicine
from careteam.visits import queries as visits
from careteam.visits.services import add_visit
from tests.api.programs import program_of
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import sends
from tests.privacy.hidden import words_of
from tests.treatments.words import as_written, sees, takes

ABOVE = (3, 3, 3, 3, 3, 2, 2, 0, 2)  # 21, severe; question 9: more than half the days
SCORE = ("21 of 27", "ore than half the days")
MEDICINE = "Trintellix"


def everything(browser: Client, patient: Maren) -> str:
    """Each page and file about her, in words."""
    chart = f"/patients/{patient.id}/"
    found: list[Any] = [browser.get("/caseload/")]
    for page in ("", "measures/", "medicines/", "tried/", "timeline/", "summary/", "summary/pdf/"):
        found.append(browser.get(chart + page))
    assert [one.status_code for one in found] == [200] * len(found)
    return "\n".join(words_of(one.content, one.get("Content-Type", "")) for one in found)


def test_e37_who_sees_medicines_and_no_measures_finds_no_trace_of_a_score_and_the_other_way_round(
    patient: Maren, therapist: Clinician, gp: Clinician
) -> None:
    sends(patient, ABOVE)
    takes(patient, MEDICINE, start="2026-01")
    measures, medicines = everything(therapist.browser, patient), everything(gp.browser, patient)
    assert [word in measures for word in SCORE] == [True, True]
    assert MEDICINE not in measures
    assert [word for word in SCORE if word in medicines] == []
    assert MEDICINE in medicines


def test_e38_nothing_composed_for_one_reaches_another(patient: Maren, therapist: Clinician, gp: Clinician) -> None:
    sent, taken = sends(patient, ABOVE), takes(patient, MEDICINE, start="2026-01")
    week = monday_of(patient.viewer.today)
    for who in (therapist, gp):
        row = Outbox(user=who.user, kind=Kind.CLINICIAN_WEEK, zone=who.user.zone, period_start=week)
        write_digest(who.viewer, row)
    assert [opened(who) for who in (therapist, gp, therapist)] == [{sent}, {taken}, {sent}]


def opened(who: Clinician) -> set[UUID]:
    """What her newest weekly summary shows."""
    with who.acting() as viewer:
        view = digests.digest(viewer, digests.digests(viewer)[0].id)
    return {line.line.id for part in view.parts for line in part.lines}


def test_e57_each_sees_her_own_clock_by_its_name_and_a_day_stays_the_day_it_is(
    patient: Maren, psychiatrist: Clinician
) -> None:
    with as_owner():
        patient.user.zone = "Asia/Kolkata"
        patient.user.save()
    at = datetime.now(UTC).replace(hour=20, minute=0, second=0, microsecond=0) + timedelta(days=3)
    visit = patient.does(add_visit, start=at, practitioner=psychiatrist.id)
    hers, lees = patient.does(visits.visit, patient.id, visit), psychiatrist.does(visits.visit, patient.id, visit)
    assert (hers.clock_of, lees.clock_of) == ("Kolkata time", "New York time")
    assert (hers.effective_at.hour, hers.effective_at.minute) == (1, 30)
    assert hers.effective_at == lees.effective_at
    assert hers.effective_at.date() > lees.effective_at.date()
    medicine = takes(patient, MEDICINE, dose_period("10", "mg", "morning", "2026-01-31"), start="2026-01-31")
    assert sees(patient, medicine).start == sees(psychiatrist, medicine).start == "2026-01-31"
    assert sees(patient, medicine).periods == sees(psychiatrist, medicine).periods


@pytest.mark.parametrize(
    ("day", "age"), [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)]
)
def test_e59_born_on_29_february_her_birthday_is_1_march_in_common_years(day: date, age: int) -> None:
    assert age_on(date(2008, 2, 29), day) == age


def test_e62_nobody_changes_what_the_patient_wrote_and_a_correction_is_proposed_beside_it(
    patient: Maren, psychiatrist: Clinician
) -> None:
    medicine = takes(patient, MEDICINE, start="2026-01")
    view = sees(psychiatrist, medicine)
    written = as_written(view)
    entry = f"patients/{patient.id}/treatments/{medicine}/"
    lees, lee = psychiatrist.browser, program_of(psychiatrist)
    # By no service, page or program of hers is it edited, and nothing tells her that from its not being there.
    assert psychiatrist.refused(edit_medicine, medicine, **{**written, "name": "Other"}, expected=view.version)
    assert lees.post(f"/medicines/{medicine}/edit/", {"name": "Other", "version": 1}).status_code == 404
    assert lee.patch(entry, {"name": "Other"}, if_match=lee.get(entry)["ETag"]).status_code == 404
    # She proposes a correction, as a comment: the entry is what it was, word for word and version for version.
    text = "It began in 2025, by my notes."
    proposed = {"text": text, "expected": view.version}
    correction = psychiatrist.does(propose_correction, patient.id, "medicine", medicine, **proposed)
    assert sees(patient, medicine).version == view.version
    assert as_written(sees(patient, medicine)) == written
    # The patient reads it among what is new and beside the entry, and corrects it herself: what stood there is kept.
    assert [one.correction.id for one in patient.does(overview, patient.id).corrections] == [correction]
    assert text in patient.browser.get(f"/medicines/{medicine}/").content.decode()
    patient.does(edit_medicine, medicine, **{**written, "start": "2025-01"}, expected=view.version)
    patient.does(settle_correction, correction)
    assert [old.when for old in patient.does(medicine_versions, patient.id, medicine)] == [view.when]
    assert (sees(psychiatrist, medicine).start, sees(psychiatrist, medicine).version) == ("2025-01", view.version + 1)
    # Another time she leaves it as it is.
    again = {"text": text, "expected": view.version + 1}
    correction = psychiatrist.does(propose_correction, patient.id, "medicine", medicine, **again)
    patient.does(settle_correction, correction)
    assert (sees(patient, medicine).start, sees(patient, medicine).version) == ("2025-01", view.version + 1)
    assert patient.does(overview, patient.id).corrections == ()
