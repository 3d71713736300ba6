"""Weekly summaries: what is stored when one is made, and what is worked out when one is opened."""

from __future__ import annotations

from careteam.accounts.models import Role
from careteam.goals.services import add_goal
from careteam.sharing import team
from careteam.summaries.models import Digest, Kind, Outbox
from careteam.summaries.services import write_digest
from careteam.summaries.weeks import monday_of
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.measures.forms import TWELVE, sends
from tests.statements import Statements
from tests.treatments.words import takes


def due(who: Maren | Clinician) -> Outbox:
    """The outbox row of the week in hand, as the plan would have written it."""
    kind = Kind.PATIENT_WEEK if isinstance(who, Maren) else Kind.CLINICIAN_WEEK
    return Outbox(user=who.user, kind=kind, zone=who.user.zone, period_start=monday_of(who.viewer.today))


def writes(who: Maren | Clinician) -> Digest:
    """This week's summary, made now."""
    write_digest(who.viewer, due(who))
    with as_owner():
        return Digest.objects.get(user=who.user)


# -- Making one --------------------------------------------------------------------------------------------------------
def test_writing_a_clinicians_week_asks_no_more_with_a_hundred_patients(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    found: list[int] = []
    people = 1
    for wanted in (5, 100):
        while people < wanted:
            with as_owner():
                other = Maren(person(f"other{people}@example.org", f"Other {people}", Role.PATIENT))
                joins(other, psychiatrist.user, "Psychiatrist", EVERYTHING)
            other.writes_note("words", shared=True)
            other.does(add_goal, words="walk")
            sends(other, TWELVE)
            takes(other, "Lithium", start="2025")
            people += 1
        with as_owner():
            Digest.objects.all().delete()
        with statements.counted(f"write a clinician's week ({wanted} patients)") as counted:
            week = due(psychiatrist)
            write_digest(psychiatrist.viewer, week)
        with as_owner():
            references = Digest.objects.get(user=psychiatrist.user).references
        assert len(references) == (wanted - 1) * 4
        found.append(counted.number)
    assert found[0] == found[1]


def test_a_week_refers_to_what_each_patient_shows_and_to_nothing_of_a_third(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    shown = patient.does(add_goal, words="Walk")
    patient.does(add_goal, words="Hidden", audience="only_me")
    theirs = other_patient.does(add_goal, words="Somebody else's")
    assert writes(psychiatrist).references == [["goals", str(patient.id), str(shown), 1]]
    assert writes(stranger).references == []
    assert writes(other_patient).references == [["goals", str(other_patient.id), str(theirs), 1]]


def test_a_pause_of_one_patient_hides_hers_alone(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", EVERYTHING)
    patient.does(add_goal, words="Walk")
    theirs = other_patient.does(add_goal, words="Swim")
    patient.does(team.pause)
    assert writes(psychiatrist).references == [["goals", str(other_patient.id), str(theirs), 1]]
