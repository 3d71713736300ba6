"""The baseline as each reader is told it: from the medicines, the episode and the forms that she may see."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from careteam.audit.models import AuditEvent
from careteam.conditions.models import Condition
from careteam.conditions.services import add_condition
from careteam.sharing.services import set_audience
from careteam.summaries.beginnings import anchors
from careteam.summaries.caseload import caseload
from careteam.summaries.queries import overview, visit_summary
from careteam.summaries.timeline import timeline
from careteam.summaries.timeline_pictures import Span
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import text
from tests.measures.forms import FIVE, NEW_YORK, SEVENTEEN, TWELVE, TWENTY, hides, sends, statements
from tests.treatments.words import takes


def ago(patient: Maren, days: int) -> datetime:
    """Nine in the morning so many days ago, on her clock."""
    day = patient.viewer.today - timedelta(days=days)
    return datetime(day.year, day.month, day.day, 9, tzinfo=NEW_YORK)


def told(reader: Maren | Clinician) -> set[tuple[int, int]]:
    """The baseline everywhere it is told to this reader, as (total, days ago): one, if all agree."""
    patient = reader.patient if isinstance(reader, Clinician) else reader
    today = patient.viewer.today
    page = reader.does(overview, patient.id).score
    summary = reader.does(visit_summary, patient.id, today, today)
    drawn = reader.does(timeline, patient.id, Span.HALF_YEAR)
    found = [page and page.baseline, summary.baseline, drawn.baseline]
    if isinstance(reader, Clinician):
        score = reader.does(caseload, tab="everyone").rows[0].score
        found.append(score and score.baseline)
    return {(one.total, (today - one.on).days) for one in found if one} | ({(0, 0)} if None in found else set())


def test_everywhere_it_is_told_it_follows_what_its_reader_may_see(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    for days, form in ((300, TWENTY), (100, SEVENTEEN), (45, FIVE), (40, TWELVE), (20, FIVE), (5, FIVE)):
        sends(patient, form, ago(patient, days))
    assert told(psychiatrist) == {(20, 300)}, "nothing is known: the first there is"
    start = (patient.viewer.today - timedelta(days=38)).isoformat()
    takes(patient, "Sertraline", dose_period("50", "mg", "morning", "2020"), start="2020")
    medicine = takes(patient, "Lithium", dose_period("600", "mg", "night", start), start=start)
    for_sleep = (patient.viewer.today - timedelta(days=4)).isoformat()
    takes(patient, "Trazodone", dose_period("50", "mg", "night", for_sleep), start=for_sleep, as_needed=True)
    began = (patient.viewer.today - timedelta(days=150)).isoformat()
    episode = patient.does(add_condition, name="Depression", holds_episode=True, episode_start=began)
    assert told(psychiatrist) == told(patient) == {(12, 40)}
    # Tomás sees neither medicines nor conditions.
    assert told(therapist) == {(20, 300)}
    hides(patient, patient.does(overview, patient.id).score.baseline.id)
    assert told(psychiatrist) == {(5, 45)}
    patient.does(set_audience, MedicationStatement, medicine, audience="only_me")
    assert told(psychiatrist) == {(17, 100)}, "the newest that she knows began in some month of 2020"
    patient.does(set_audience, Condition, episode, audience="only_me")
    assert told(psychiatrist) == {(20, 300)}


def test_it_is_printed_with_its_date_and_score_and_what_decided_is_no_row_in_the_log(
    patient: Maren, psychiatrist: Clinician
) -> None:
    for days, form in ((60, TWENTY), (30, SEVENTEEN), (0, FIVE)):
        sends(patient, form, ago(patient, days))
    start = (patient.viewer.today - timedelta(days=28)).isoformat()
    takes(patient, "Lithium", dose_period("600", "mg", "night", start), start=start)
    day = ago(patient, 30)
    on = f"17 on {day:%A} {day.day} {day:%B}"
    page = text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    assert f"Since baseline 12 points lower, from {on}" in page
    assert f"Since your baseline, {on}" in text(patient.browser.get(reverse("today")))
    with as_owner():
        AuditEvent.objects.all().delete()
    assert psychiatrist.does(anchors, [patient.id])[patient.id].treatment is not None
    with as_owner():
        assert not AuditEvent.objects.exists()
    assert statements(psychiatrist, anchors, [patient.id]) == statements(psychiatrist, anchors, [patient.id] * 3) == 3
