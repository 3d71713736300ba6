"""The timeline holds what its reader may see, draws it, and tells the log of exactly that."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from careteam.audit.models import AuditEvent, Purpose
from careteam.checkins.models import LifeEvent
from careteam.checkins.services import add_event
from careteam.exchange.timeline import PAPER, PHONE, WIDE, Ink, description, draw, rows
from careteam.measures.models import QuestionnaireResponse
from careteam.procedures.models import Procedure
from careteam.procedures.services import add_procedure
from careteam.sharing import services as sharing
from careteam.sharing.errors import NotFound
from careteam.sharing.records import Record
from careteam.summaries.pictures import NONE_SHARED
from careteam.summaries.timeline import timeline
from careteam.summaries.timeline_pictures import Span, TimelinePicture, within
from careteam.treatments.doses import dose_period
from careteam.treatments.models import MedicationStatement
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import SEVENTEEN, TWELVE, TWENTY, at, sends
from tests.statements import Statements
from tests.statements import statements as counted_statements
from tests.treatments.words import takes

statements = counted_statements
LONG_AGO = 2000


def seen(person: Maren | Clinician, span: Span = Span.EVERYTHING, purpose: Purpose = Purpose.READ) -> TimelinePicture:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    picture: TimelinePicture = person.does(timeline, patient, span, purpose=purpose)
    return picture


def every_word(picture: TimelinePicture) -> str:
    """All that any drawing, the table or the description says."""
    drawn = [draw(picture, layout, ink) for layout in (WIDE, PHONE, PAPER) for ink in Ink]
    return "\n".join([*drawn, str(rows(picture)), description(picture), str(picture)])


def told(person: Clinician) -> dict[str, list[set[UUID]]]:
    """The rows of the log about this person's reading, by category."""
    found: dict[str, list[set[UUID]]] = {}
    with as_owner():
        for event in AuditEvent.objects.filter(actor_id=person.id).exclude(record_ids=[]):
            found.setdefault(event.category, []).append(set(event.record_ids))
    return found


@pytest.fixture
def record(patient: Maren) -> dict[str, UUID]:
    """One of each, today or near it."""
    today = patient.viewer.today
    start = (today - timedelta(days=60)).isoformat()
    later = (today - timedelta(days=30)).isoformat()
    return {
        "medicine": takes(
            patient,
            "Lithium",
            dose_period("600", "mg", "night", start, (today - timedelta(days=31)).isoformat()),
            dose_period("900", "mg", "night", later),
            start=start,
            helped="a-little",
        ),
        "procedure": patient.does(add_procedure, code="rtms", start=start, session_count=12),
        "event": patient.does(add_event, words="Moved to a new flat", on=later),
        "score": sends(patient, TWELVE),
    }


def test_it_says_scores_medicines_with_their_steps_treatments_and_events(
    patient: Maren, record: dict[str, UUID]
) -> None:
    picture = seen(patient)
    (score,) = picture.scores
    assert (score.total, score.item9, score.on) == (12, 0, patient.viewer.today)
    assert picture.baseline == score
    (lithium,) = picture.medicines
    assert (lithium.name, lithium.current, lithium.note) == ("Lithium", True, "helped a little")
    assert [(step.words, step.amount) for step in lithium.steps] == [("600 mg", Decimal(600)), ("900 mg", Decimal(900))]
    assert [(bar.name, bar.note) for bar in picture.treatments] == [("rTMS", "12 sessions")]
    assert [event.words for event in picture.events] == ["Moved to a new flat"]


def test_an_incomplete_form_is_there_without_a_total_and_a_blank_question_9_is_not_zero(patient: Maren) -> None:
    sends(patient, (1, None, 0, 0, 0, 0, 0, 0, None))
    picture = seen(patient)
    assert [(one.total, one.item9) for one in picture.scores] == [(None, None)]
    assert picture.baseline is None


def test_the_baseline_is_the_first_days_last_completed_form_and_is_drawn_from_outside_the_window(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, (1, None, 0, 0, 0, 0, 0, 0, 0), at(1, year=2020))
    sends(patient, TWENTY, at(2, 9, year=2020))
    first = sends(patient, SEVENTEEN, at(2, 18, year=2020))
    now = sends(patient, TWELVE)
    picture = seen(psychiatrist, Span.HALF_YEAR)
    assert [one.total for one in picture.scores] == [12]
    assert picture.baseline is not None
    assert (picture.baseline.total, picture.baseline.on) == (17, date(2020, 3, 2))
    assert told(psychiatrist) == {"measures": [{first, now}]}


HIDDEN: dict[str, tuple[type[Record], str]] = {
    "medicine": (MedicationStatement, "Lithium"),
    "procedure": (Procedure, "rTMS"),
    "event": (LifeEvent, "Moved to"),
    "score": (QuestionnaireResponse, "12, moderate"),
}


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("wall", ["only_me", "label", "withdrawn"])
def test_what_is_hidden_leaves_no_trace_in_drawing_table_description_or_log(
    patient: Maren, psychiatrist: Clinician, record: dict[str, UUID], kind: str, wall: str
) -> None:
    model, word = HIDDEN[kind]
    assert word in every_word(seen(psychiatrist))
    if wall == "withdrawn":
        patient.does(sharing.withdraw, model, record[kind])
    elif wall == "label":
        patient.does(sharing.set_labels, model, record[kind], labels=["violence"])
    else:
        patient.does(sharing.set_audience, model, record[kind], audience="only_me")
    with as_owner():
        AuditEvent.objects.all().delete()
    hidden = seen(psychiatrist)
    assert word not in every_word(hidden)
    assert record[kind] not in {one for found in told(psychiatrist).values() for some in found for one in some}
    assert hidden.at_other_times == frozenset()


def test_hidden_looks_as_if_it_had_never_been(patient: Maren, psychiatrist: Clinician) -> None:
    before = seen(psychiatrist)
    takes(patient, "Lithium", start="2020", audience="only_me")
    patient.does(add_event, words="Moved", on="2021", audience="only_me")
    patient.does(add_procedure, code="ect", start="2019", audience="only_me")
    response = sends(patient, TWELVE, at(2, year=2019))
    patient.does(sharing.set_audience, QuestionnaireResponse, response, audience="only_me")
    assert seen(psychiatrist) == before
    assert every_word(before).count(NONE_SHARED) > 1


@pytest.mark.parametrize("change", ["pauses", "shares nothing"])
def test_paused_and_nothing_shared_look_alike(
    patient: Maren, psychiatrist: Clinician, record: dict[str, UUID], change: str
) -> None:
    if change == "pauses":
        patient.pauses()
    else:
        patient.shares(psychiatrist)
    picture = seen(psychiatrist)
    assert picture == TimelinePicture(picture.window, picture.today)
    assert told(psychiatrist) == {}


def test_nobody_elses_is_found(patient: Maren, stranger: Clinician, other_patient: Maren) -> None:
    for person in (stranger, other_patient):
        with pytest.raises(NotFound):
            person.does(timeline, patient.id, Span.EVERYTHING)


def test_the_log_has_one_row_for_each_category_with_what_is_drawn_and_no_more(
    patient: Maren, psychiatrist: Clinician, record: dict[str, UUID]
) -> None:
    earlier = takes(patient, "Sertraline", start="2015", end="2016")
    ago = patient.does(add_event, words="Long ago", on="2014")
    blank = sends(patient, (1, None, 0, 0, 0, 0, 0, 0, 0), at(2, year=2014))
    undated = takes(patient, "Undated", status="stopped")
    picture = seen(psychiatrist, Span.HALF_YEAR)
    assert told(psychiatrist) == {
        "measures": [{record["score"], blank}],  # of each kind one that lies at other times: the picture says so
        "treatments": [{record["medicine"], record["procedure"], undated, earlier}],
        "check_ins": [{record["event"], ago}],
    }
    assert picture.at_other_times == {"scores", "medicines", "events"}
    shown = within(picture)  # what is in the picture is drawn, all of it
    assert (len(shown.scores), len(shown.medicines), len(shown.treatments), len(shown.events)) == (1, 2, 1, 1)
    assert "Sertraline" not in every_word(picture)


def test_absent_at_this_time_is_said_as_that_and_not_as_absence(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Sertraline", start="2015", end="2016")
    words = description(seen(psychiatrist, Span.HALF_YEAR))
    assert "Medicines: None in this time." in words
    assert f"PHQ-9 scores: {NONE_SHARED}" in words
    assert told(psychiatrist) == {"treatments": [{medicine}]}


@pytest.mark.parametrize(
    ("who", "purpose"), [("patient", Purpose.READ), ("psychiatrist", Purpose.PREVIEW), ("psychiatrist", Purpose.READ)]
)
def test_her_own_reading_and_a_preview_are_no_disclosure(
    request: pytest.FixtureRequest, record: dict[str, UUID], patient: Maren, who: str, purpose: Purpose
) -> None:
    person = request.getfixturevalue(who)
    seen(person, purpose=purpose)
    with as_owner():
        rows_written = AuditEvent.objects.filter(action=purpose).count()
    assert rows_written == (3 if who == "psychiatrist" and purpose == Purpose.READ else 0)


def test_planned_and_never_taken_are_not_on_it(patient: Maren) -> None:
    takes(patient, "Planned", start=(patient.viewer.today + timedelta(days=9)).isoformat())
    takes(patient, "Never", status="not-taken")
    patient.does(add_procedure, code="ect", status="not-done")
    patient.does(add_event, words="To come", on=(patient.viewer.today + timedelta(days=9)).isoformat())
    picture = seen(patient)
    assert (picture.medicines, picture.treatments, picture.events) == ((), (), ())


def test_everything_begins_with_the_first_day_that_this_reader_sees(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    takes(patient, "Sertraline", start="2015-06", end="2016")
    sends(patient, TWELVE, at(2, year=2012))
    assert seen(psychiatrist).window.first == date(2012, 3, 2)
    assert seen(gp).window.first == date(2015, 6, 1)


@pytest.mark.parametrize(
    "zones", [("Pacific/Chatham", "America/Los_Angeles"), ("America/Los_Angeles", "Pacific/Chatham")]
)
def test_what_was_written_today_lies_inside_wherever_one_looks_from(
    patient: Maren, psychiatrist: Clinician, zones: tuple[str, str], record: dict[str, UUID]
) -> None:
    for person, zone in zip((patient, psychiatrist), zones, strict=True):
        with as_owner():
            type(person.user).objects.filter(pk=person.id).update(zone=zone)
        person.user.refresh_from_db()
    patient.does(add_event, words="This very day", on=patient.viewer.today.isoformat())
    picture = seen(psychiatrist)
    assert "This very day" in [event.words for event in picture.events]
    assert len(picture.scores) == 1
    assert all(picture.window.first <= score.on <= picture.window.last for score in picture.scores)


def test_it_asks_no_more_with_fifty_of_everything(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    counts, written = [], 0
    for wanted in (5, 50):
        while written < wanted:
            takes(patient, f"Medicine {written}", dose_period("50", "mg", "", "2025-03"), start="2025-03")
            patient.does(add_procedure, code="rtms", start="2025-03")
            patient.does(add_event, words="w", on="2025")
            sends(patient, TWELVE, at(1 + written % 28, month=1 + written // 28))
            written += 1
        with psychiatrist.acting() as viewer, statements.counted(f"timeline ({wanted} records)") as counted:
            picture = timeline(viewer, patient.id, Span.EVERYTHING)
        assert len(picture.scores) == len(picture.medicines) == wanted
        counts.append(counted.number)
    assert counts[0] == counts[1] <= 13
