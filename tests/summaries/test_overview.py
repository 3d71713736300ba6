"""The overview: one picture for the patient and for each clinician, and what a visit to it writes down."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from careteam.audit.models import AuditEvent, Purpose
from careteam.checkins import services as checkins
from careteam.checkins.models import CheckIn
from careteam.goals import services as goals
from careteam.goals.models import Goal
from careteam.notes import services as notes
from careteam.sharing import services as sharing
from careteam.sharing.codes import Category
from careteam.summaries.queries import Overview, identity, overview
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import TWELVE, at, sends
from tests.treatments.words import takes


def seen(person: Maren | Clinician) -> Overview:
    """The overview as this person opens it."""
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    found: Overview = person.does(overview, patient)
    return found


def later() -> None:
    """All so far lies an hour further back."""
    back = timedelta(hours=1)
    with as_owner():
        AuditEvent.objects.update(at=F("at") - back)
        Goal.unscoped("time passes").update(changed_at=F("changed_at") - back, recorded_at=F("recorded_at") - back)


def test_each_reader_gets_the_same_picture_with_what_she_may_see(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    sends(patient, TWELVE)
    takes(patient, "Lithium", start="2025")
    patient.does(goals.add_goal, words="Walk")
    patient.writes_note("x", title="Shared", shared=True)
    patient.writes_note("y", title="Only me")
    hers, lees, yusufs = seen(patient), seen(psychiatrist), seen(gp)
    assert (hers.mine, lees.mine, yusufs.mine) == (True, False, False)
    assert [note.title for note in hers.notes] == ["Only me", "Shared"]
    assert [note.title for note in lees.notes] == ["Shared"]
    assert yusufs.notes == ()
    assert (lees.score is None, yusufs.score is None) == (False, True)
    assert [len(one.medicines) for one in (hers, lees, yusufs)] == [1, 1, 1]
    assert [len(one.goals) for one in (hers, lees, yusufs)] == [1, 1, 1]


def test_a_clinician_is_not_told_who_else_is_in_or_out(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    patient.writes_note("x", for_=[psychiatrist])
    (note,) = seen(psychiatrist).notes
    assert (note.see.kind, note.see.names) == ("you", ("Maren Holt",))
    assert (note.audience, note.named) == ("category", ())


def test_the_team_is_listed_where_the_patient_shows_it(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    assert [member.name for member in seen(psychiatrist).team] == ["Dr Amina Yusuf"]
    assert seen(gp).team == ()
    assert [member.name for member in seen(patient).team] == ["Dr Sun-hee Lee", "Dr Amina Yusuf"]


def test_goals_that_are_over_and_medicines_that_were_stopped_are_not_on_it(patient: Maren) -> None:
    goal = patient.does(goals.add_goal, words="Walk")
    patient.does(goals.set_status, goal, status="completed", expected=1)
    takes(patient, "Sertraline", start="2023-03", end="2023-07")
    found = seen(patient)
    assert (found.goals, found.medicines) == ((), ())


def test_five_notes_and_whether_there_are_more(patient: Maren) -> None:
    for number in range(5):
        patient.writes_note("x", title=str(number))
    assert not seen(patient).more_notes
    patient.writes_note("x", title="5")
    found = seen(patient)
    assert ([note.title for note in found.notes], found.more_notes) == (["5", "4", "3", "2", "1"], True)


def test_a_visit_is_written_down_with_what_was_shown_and_ones_own_without(
    patient: Maren, psychiatrist: Clinician
) -> None:
    goal = patient.does(goals.add_goal, words="Walk")
    note = patient.writes_note("x", shared=True)
    seen(patient)
    seen(psychiatrist)
    with as_owner():
        rows = AuditEvent.objects.filter(action=Purpose.OVERVIEW)
        hers = list(rows.filter(actor_id=patient.id).values_list("category", "record_ids"))
        lees = dict(rows.filter(actor_id=psychiatrist.id).values_list("category", "record_ids"))
    assert hers == [("", [])]
    assert lees == {"": [], Category.GOALS: [goal], Category.MY_NOTES: [note]}


def test_nothing_is_new_on_a_first_visit_and_a_reload_changes_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(goals.add_goal, words="Walk")
    first = seen(psychiatrist)
    assert (first.since, first.new) == (None, frozenset())
    later()
    added = patient.does(goals.add_goal, words="Cook")
    assert seen(psychiatrist).new == seen(psychiatrist).new == frozenset({added})
    later()
    assert seen(psychiatrist).new == frozenset()


def test_what_one_wrote_oneself_is_never_new(patient: Maren, psychiatrist: Clinician) -> None:
    seen(patient)
    seen(psychiatrist)
    later()
    patient.does(goals.add_goal, words="Cook")
    draft = psychiatrist.does(notes.draft_clinical_note, patient.id, text="Plan.")
    psychiatrist.does(notes.sign_note, patient.id, draft)
    assert seen(patient).new == frozenset({draft})
    assert draft not in seen(psychiatrist).new


def test_a_newer_form_is_new_to_a_clinician(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWELVE, at(2))
    seen(psychiatrist)
    later()
    newer = sends(patient, TWELVE)
    assert seen(psychiatrist).new == frozenset({newer})


def test_hidden_changes_make_nothing_new(patient: Maren, psychiatrist: Clinician) -> None:
    goal = patient.does(goals.add_goal, words="Walk")
    seen(psychiatrist)
    later()
    patient.does(sharing.set_audience, Goal, goal, audience="only_me")
    patient.writes_note("y")
    patient.does(goals.add_goal, words="Cook", audience="only_me")
    assert seen(psychiatrist).new == frozenset()


def test_a_chart_opens_to_members_alone(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    for who in (other_patient, stranger):
        assert who.refused(overview, patient.id)
        assert who.refused(identity, patient.id)
    patient.stops(psychiatrist)
    assert psychiatrist.refused(overview, patient.id)


def test_a_person_is_called_by_the_first_word_of_the_name(patient: Maren) -> None:
    who = patient.does(identity, patient.id)
    assert (who.name, who.called) == ("Maren Holt", "Maren")


def test_it_takes_as_many_statements_whatever_is_on_it(patient: Maren, psychiatrist: Clinician) -> None:
    def statements(person: Maren | Clinician) -> int:
        with person.acting() as viewer, CaptureQueriesContext(connection) as found:
            overview(viewer, patient.id)
        return len(found)

    def things() -> None:
        sends(patient, TWELVE)
        takes(patient, "Lithium", start="2025")
        patient.does(goals.add_goal, words="Walk")
        patient.writes_note("x", shared=True)
        draft = psychiatrist.does(notes.draft_clinical_note, patient.id, text="Plan.")
        psychiatrist.does(notes.sign_note, patient.id, draft)

    things()
    few = statements(patient), statements(psychiatrist)
    for _ in range(3):
        things()
    assert (statements(patient), statements(psychiatrist)) == few


def test_check_ins_of_two_weeks_and_events_of_three_months_are_on_it(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    today = patient.viewer.today
    one = patient.does(checkins.check_in, mood="low")
    with as_owner():
        CheckIn.unscoped("time passes").update(day=today - timedelta(days=14))
    newer = patient.does(checkins.check_in, mood="good")
    patient.does(checkins.add_event, words="Long ago", on=(today - timedelta(days=120)).isoformat())
    event = patient.does(checkins.add_event, words="Moved", on=(today - timedelta(days=60)).isoformat())
    for who in (patient, psychiatrist):
        found = seen(who)
        assert [view.id for view in found.check_ins] == [newer]
        assert [view.id for view in found.events] == [event]
    assert (seen(gp).check_ins, seen(gp).events) == ((), ())
    later()
    patient.does(checkins.change_check_in, newer, mood="low", expected=1)
    assert newer in seen(psychiatrist).new
    assert one not in seen(psychiatrist).new
