"""The sentence before question 9: who will be able to see the form once it is sent."""

from __future__ import annotations

from careteam.measures import queries
from careteam.measures.models import QuestionnaireResponse
from careteam.sharing.services import set_audience
from tests.conftest import Clinician, Maren
from tests.measures.forms import FIVE, TWELVE, begins, sends


def test_before_question_9_she_reads_who_will_be_able_to_see_it(patient: Maren, psychiatrist: Clinician) -> None:
    assert patient.does(queries.who_will_see).sentence == (
        "Only you can see this until you press Send. Then Dr Sun-hee Lee can; "
        "we cannot say when Dr Sun-hee Lee will look."
    )


def test_several_people_are_named_and_those_who_do_not_see_questionnaires_are_not(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    found = patient.does(queries.who_will_see)
    assert found.names == ("Dr Sun-hee Lee", "Tomás Rivera")
    assert found.sentence == (
        "Only you can see this until you press Send. Then Dr Sun-hee Lee and Tomás Rivera can; "
        "we cannot say when they will look."
    )


def test_nobody_to_see_it_is_said_as_such(patient: Maren, gp: Clinician) -> None:
    found = patient.does(queries.who_will_see)
    assert found.names == ()
    assert found.sentence == (
        "Only you can see this, also after you press Send, until you share your questionnaires with somebody."
    )


def test_a_pause_is_said_with_who_will_see_it_afterwards(patient: Maren, psychiatrist: Clinician) -> None:
    patient.pauses()
    found = patient.does(queries.who_will_see)
    assert (found.names, found.after_pause) == ((), ("Dr Sun-hee Lee",))
    assert found.sentence == (
        "Only you can see this, also after you press Send, until you end the pause. Then Dr Sun-hee Lee can; "
        "we cannot say when Dr Sun-hee Lee will look."
    )


def test_an_audience_chosen_for_the_open_form_is_told_truly(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    response = begins(patient, FIVE)
    patient.does(set_audience, QuestionnaireResponse, response, audience="named", named=[therapist.member.id])
    assert patient.does(queries.who_will_see).names == ("Tomás Rivera",)
    patient.does(set_audience, QuestionnaireResponse, response, audience="only_me")
    assert patient.does(queries.who_will_see).sentence == (
        "Only you can see this, also after you press Send, until you share this one with somebody."
    )


def test_only_the_patient_is_told_who_will_see_it(patient: Maren, psychiatrist: Clinician) -> None:
    assert psychiatrist.refused(queries.who_will_see)


def test_what_was_said_before_sending_is_what_the_rule_does_after(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    told = patient.does(queries.who_will_see).names
    response = sends(patient, TWELVE)
    readers = [one for one in (psychiatrist, therapist, gp) if not one.refused(queries.measure, patient.id, response)]
    assert tuple(reader.user.name for reader in readers) == told
