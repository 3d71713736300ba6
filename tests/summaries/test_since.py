"""What is different since the last visit: from visible records alone, and nothing is said of visits without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from careteam.audit.models import AuditEvent
from careteam.goals.models import Goal
from careteam.goals.services import add_goal, edit_goal
from careteam.measures.models import QuestionnaireResponse
from careteam.notes.models import ProgressNote
from careteam.sharing.services import set_audience
from careteam.summaries.queries import overview, visit_summary
from careteam.summaries.since import SinceVisit
from careteam.treatments.doses import dose_period
from careteam.visits.models import Encounter
from careteam.visits.services import add_visit
from tests.conftest import Clinician, Maren, as_owner
from tests.exchange.visits import FULL
from tests.measures.forms import SEVENTEEN, TWELVE, sends
from tests.treatments.words import takes


def ago(days: int, hour: int = 12) -> datetime:
    return datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=days)


def moved(model: Any, record: UUID, at: datetime) -> None:
    with as_owner():
        rows = model.unscoped("the test's dates").filter(pk=record)
        assert rows.update(effective_at=at, recorded_at=at, changed_at=at) == 1


def met(patient: Maren, whom: Clinician | None, days: int, **more: Any) -> UUID:
    person = whom.id if whom else None
    visit: UUID = patient.does(add_visit, start=ago(days, 15), practitioner=person, **more)
    return visit


def since(who: Maren | Clinician, patient: Maren) -> SinceVisit | None:
    found: SinceVisit | None = who.does(overview, patient.id).since_visit
    return found


def lived(patient: Maren) -> dict[str, UUID]:
    """A form, a goal and a note before the visit of 20 days ago; a form, two goals, a dose and two notes after it."""
    sends(patient, SEVENTEEN, ago(30))
    moved(Goal, patient.does(add_goal, words="Sleep by eleven"), ago(60))
    moved(ProgressNote, patient.writes_note("old", title="Before", shared=True), ago(25))
    changed = patient.does(add_goal, words="Walk")
    moved(Goal, changed, ago(50))
    patient.does(edit_goal, changed, words="Walk daily", why="", steps=[], target=None, expected=1)
    takes(
        patient,
        "Lithium",
        dose_period("600", "mg", "", ago(40).date().isoformat(), ago(11).date().isoformat()),
        dose_period("900", "mg", "", ago(10).date().isoformat()),
        start=ago(40).date().isoformat(),
    )
    return {
        "form": sends(patient, TWELVE, ago(3)),
        "goal": patient.does(add_goal, words="Read one page"),
        "titled": patient.writes_note("x", title="Shaky hands", shared=True),
        "untitled": patient.writes_note("y", shared=True),
    }


def test_scores_doses_goals_and_notes_since_the_last_visit_are_said_in_sentences(
    patient: Maren, psychiatrist: Clinician
) -> None:
    visit = met(patient, psychiatrist, 20)
    made = lived(patient)
    found = since(psychiatrist, patient)
    assert found is not None
    assert (found.visit, found.with_name, found.on) == (visit, "Dr Sun-hee Lee", ago(20, 15).date())
    assert found.lines[0] == "PHQ-9 from 17 to 12: down 5 points."
    assert found.lines[1].startswith("Dose of Lithium to 900 mg on ")
    assert found.lines[2:] == (
        "Goal changed: “Walk daily”",
        "New goal: “Read one page”",
        "2 new notes: “Shaky hands” and one without a title.",
    )
    with as_owner():
        shown = {one for row in AuditEvent.objects.filter(actor_id=psychiatrist.id) for one in row.record_ids}
    assert {visit, *made.values()} <= shown


def test_what_is_hidden_is_in_no_sentence(patient: Maren, psychiatrist: Clinician) -> None:
    met(patient, psychiatrist, 20)
    made = lived(patient)
    for model, name in (
        (QuestionnaireResponse, "form"),
        (Goal, "goal"),
        (ProgressNote, "titled"),
        (ProgressNote, "untitled"),
    ):
        patient.does(set_audience, model, made[name], audience="only_me")
    found = since(psychiatrist, patient)
    assert found is not None
    assert [line for line in found.lines if not line.startswith("Dose of")] == ["Goal changed: “Walk daily”"]


def test_without_a_visit_one_may_see_nothing_is_said_of_visits(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    lived(patient)
    assert since(psychiatrist, patient) is None
    visit = met(patient, psychiatrist, 20)
    assert since(gp, patient) is None  # she may not see visits
    patient.does(set_audience, Encounter, visit, audience="only_me")
    assert since(psychiatrist, patient) is None
    assert since(patient, patient) is not None


def test_each_counts_from_a_visit_of_her_own(patient: Maren, psychiatrist: Clinician, therapist: Clinician) -> None:
    own, newest = met(patient, psychiatrist, 20), met(patient, therapist, 5)
    found = [since(who, patient) for who in (psychiatrist, patient)]
    assert [one.visit for one in found if one] == [own, newest]


def test_the_visit_summary_says_it_with_the_questions_and_what_was_decided(
    patient: Maren, psychiatrist: Clinician
) -> None:
    met(patient, psychiatrist, 20, decisions="Add lithium.")
    lived(patient)
    today = patient.viewer.today
    paper = psychiatrist.does(visit_summary, patient.id, today - timedelta(days=27), today)
    assert paper.since_visit.lines[0] == "PHQ-9 from 17 to 12: down 5 points."
    assert [one.decisions for one in paper.decided] == ["Add lithium."]
    assert paper.next_visit is None
    assert FULL.since_visit is None


def test_a_patients_own_paper_leaves_out_visits_that_are_hers_alone(patient: Maren, psychiatrist: Clinician) -> None:
    met(patient, psychiatrist, 20, decisions="Add lithium.", audience="only_me")
    today = patient.viewer.today
    days = (patient.id, today - timedelta(days=27), today)
    assert patient.does(visit_summary, *days).decided == ()
    assert patient.does(visit_summary, *days).since_visit is None
    assert patient.does(visit_summary, *days, with_only_me=True).since_visit is not None
