"""Answering, sending, correcting: saved answer by answer, the patient's alone until she sends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from careteam.audit.models import AuditEvent
from careteam.measures import queries, services
from careteam.measures.models import QuestionnaireResponse, Status
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.sharing.services import set_audience
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import FIVE, TWELVE, answers, begins, row, sends


def test_there_is_one_open_form_at_a_time(patient: Maren) -> None:
    first = patient.does(services.begin)
    assert patient.does(services.begin) == first
    patient.does(services.save_answer, first, 1, "2")
    patient.does(services.send, first)
    assert patient.does(services.begin) != first


def test_the_id_of_a_form_tells_nobody_when_it_was_begun(patient: Maren) -> None:
    assert patient.does(services.begin).version == 4  # random: a uuid7 holds the moment it was made


def test_each_answer_is_kept_at_once_and_says_whether_question_9_was_answered_above_0(patient: Maren) -> None:
    response = patient.does(services.begin)
    assert patient.does(services.save_answer, response, 8, 3) is False
    assert patient.does(services.save_answer, response, 9, "1") is True
    assert patient.does(services.save_answer, response, 9, 0) is False
    view = patient.does(queries.open_response)
    assert (view.id, view.answers, view.answered, view.words) == (response, {8: 3, 9: 0}, 2, "incomplete (2 of 9)")


def test_saying_the_same_again_changes_nothing_but_asks_for_help_again(patient: Maren) -> None:
    response = patient.does(services.begin)
    assert patient.does(services.save_answer, response, 9, 2, 1) is True
    version = row(response).version
    assert patient.does(services.save_answer, response, 9, 2, 1) is True  # a repeated request, its version long gone
    assert row(response).version == version


def test_an_answer_can_be_taken_back_before_sending(patient: Maren) -> None:
    response = begins(patient, [None] * 8 + [2])
    assert patient.does(services.save_answer, response, 9, None) is False
    assert patient.does(queries.open_response).answers == {}
    assert row(response).item9 is None


@pytest.mark.parametrize("value", [4, -1, 1.5, "2 ", True, "", [1]])
def test_a_value_that_is_no_answer_is_rejected_and_nothing_is_stored(patient: Maren, value: object) -> None:
    response = patient.does(services.begin)
    with pytest.raises(Invalid) as refused:
        patient.does(services.save_answer, response, 9, value)
    assert refused.value.fields == {"item9": "Choose one of the four answers."}
    assert row(response).answers == {}


def test_several_answers_are_saved_all_or_none_and_every_problem_is_named(patient: Maren) -> None:
    response = patient.does(services.begin)
    with pytest.raises(Invalid) as refused:
        patient.does(services.save_answers, response, {1: 1, 2: "x", 9: 3, 11: 0})
    assert set(refused.value.fields) == {"item2", "item11"}
    assert row(response).answers == {}
    assert patient.does(services.save_answers, response, {1: "1", 9: 3, 10: 2}) is True
    assert row(response).answers == {"1": 1, "9": 3, "10": 2}


def test_a_change_on_another_device_is_not_overwritten(patient: Maren) -> None:
    response = patient.does(services.begin)
    seen = patient.does(queries.open_response).version
    patient.does(services.save_answer, response, 1, 1, seen)
    with pytest.raises(Conflict):
        patient.does(services.save_answer, response, 1, 3, seen)
    assert patient.does(queries.open_response).answers == {1: 1}


def test_sending_counts_the_total_and_forgets_how_often_the_draft_was_saved(patient: Maren) -> None:
    response = patient.does(services.begin)
    for item, value in answers(TWELVE).items():
        patient.does(services.save_answer, response, item, value)
    before = timezone.now()
    assert patient.does(services.send, response) is False
    sent = row(response)
    assert (sent.status, sent.total, sent.band, sent.item9, sent.version) == ("completed", 12, "moderate", 0, 1)
    assert sent.effective_at == sent.sent_at == sent.recorded_at
    assert sent.effective_at >= before
    assert patient.does(queries.open_response) is None


def test_a_form_with_blanks_is_sent_as_incomplete_without_a_total(patient: Maren) -> None:
    response = begins(patient, [1, 1, 1, None, 1, 1, 1, 1, 2])
    assert patient.does(services.send, response) is True
    sent = row(response)
    assert (sent.status, sent.total, sent.band, sent.item9) == ("stopped", None, "", 2)


def test_a_form_without_an_answer_to_the_nine_questions_is_not_sent(patient: Maren) -> None:
    response = patient.does(services.begin)
    patient.does(services.save_answer, response, 10, 1)
    with pytest.raises(Invalid, match="invalid input"):
        patient.does(services.send, response)
    assert row(response).status == Status.IN_PROGRESS


def test_sending_twice_is_sending_once(patient: Maren) -> None:
    response = begins(patient, FIVE)
    patient.does(services.send, response)
    sent = row(response)
    assert patient.does(services.send, response) is False
    assert row(response).sent_at == sent.sent_at
    with patient.acting():
        assert AuditEvent.objects.filter(action="send").count() == 1


def test_a_page_left_open_cannot_change_a_sent_form(patient: Maren) -> None:
    response = sends(patient, FIVE)
    with pytest.raises(Conflict) as refused:
        patient.does(services.save_answer, response, 1, 3)
    assert refused.value.now == 1
    assert patient.does(services.save_answer, response, 1, 1) is False  # what it says already is no change
    assert row(response).total == 5


def test_a_draft_is_discarded_whole_and_a_sent_form_never(patient: Maren) -> None:
    draft = begins(patient, FIVE)
    patient.does(services.discard, draft)
    with as_owner():
        assert not QuestionnaireResponse.unscoped("test").filter(pk=draft).exists()
    sent = sends(patient, FIVE)
    assert patient.refused(services.discard, sent)
    assert row(sent).total == 5


def test_a_correction_counts_anew_and_keeps_what_was_said_before(patient: Maren, psychiatrist: Clinician) -> None:
    response = sends(patient, TWELVE)
    sent_at = row(response).effective_at
    assert patient.does(services.correct, response, 9, 1, expected=1, why="I pressed the wrong one") is True
    view = psychiatrist.does(queries.measure, patient.id, response)
    assert (view.status, view.total, view.item9, view.version) == ("amended", 13, 1, 2)
    assert view.changed_at is not None
    assert view.effective_at == sent_at
    (before,) = patient.does(queries.measure_versions, patient.id, response)
    assert (before.version, before.words, before.why) == (1, "12, moderate", "I pressed the wrong one")
    assert before.items[8].said == "Not at all"
    assert psychiatrist.refused(queries.measure_versions, patient.id, response)


def test_a_correction_can_complete_a_form_or_leave_a_question_blank(patient: Maren) -> None:
    response = sends(patient, [1] * 8 + [None])
    patient.does(services.correct, response, 9, "0", expected=1)
    assert (row(response).total, row(response).band) == (8, "mild")
    patient.does(services.correct, response, 3, None, expected=2)
    assert (row(response).total, row(response).status) == (None, "amended")
    with pytest.raises(Conflict):
        patient.does(services.correct, response, 3, 2, expected=2)


def test_the_last_answer_is_not_corrected_away(patient: Maren) -> None:
    response = sends(patient, [2])
    with pytest.raises(Invalid):
        patient.does(services.correct, response, 1, None)
    assert row(response).answers == {"1": 2}


def test_a_withdrawn_form_leaves_everybody_else_and_takes_no_correction(
    patient: Maren, psychiatrist: Clinician
) -> None:
    response = sends(patient, FIVE)
    psychiatrist.does(queries.measure, patient.id, response)
    patient.does(services.withdraw_response, response)
    assert psychiatrist.refused(queries.measure, patient.id, response)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "measure")] == [response]
    assert patient.does(queries.measure, patient.id, response).withdrawn_at is not None
    assert patient.refused(services.correct, response, 1, 3)


def test_nobody_else_answers_sends_corrects_or_finds_a_form(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    draft = begins(patient, FIVE)
    for person in (other_patient, psychiatrist, stranger):
        assert person.refused(services.save_answer, draft, 1, 3)
        assert person.refused(services.send, draft)
        assert person.refused(services.discard, draft)
        assert person.refused(queries.measure, patient.id, draft)
    patient.does(services.send, draft)
    for person in (other_patient, psychiatrist, stranger):
        assert person.refused(services.correct, draft, 1, 3)
        assert person.refused(services.withdraw_response, draft)
    assert psychiatrist.refused(services.begin)
    assert psychiatrist.refused(queries.open_response)
    assert row(draft).total == 5


def test_a_draft_is_the_patients_alone_also_for_those_who_see_questionnaires(
    patient: Maren, psychiatrist: Clinician
) -> None:
    begins(patient, [3] * 9)
    assert psychiatrist.does(queries.measures, patient.id).items == ()
    assert psychiatrist.does(queries.latest, patient.id) is None
    assert psychiatrist.does(queries.latest_for, [patient.id]) == {}


def test_an_audience_chosen_before_sending_holds_afterwards(patient: Maren, psychiatrist: Clinician) -> None:
    response = begins(patient, FIVE)
    patient.does(set_audience, QuestionnaireResponse, response, audience="only_me")
    patient.does(services.send, response)
    assert psychiatrist.refused(queries.measure, patient.id, response)


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": 28},
        {"total": None},
        {"band": ""},
        {"item9": 4},
        {"status": "stopped"},
        {"status": "final"},
        {"sent_at": None},
    ],
)
def test_the_database_refuses_a_form_that_contradicts_itself(patient: Maren, wrong: dict[str, Any]) -> None:
    response = sends(patient, FIVE)
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        QuestionnaireResponse.unscoped("test").filter(pk=response).update(**wrong)


def together(patient: Maren, *calls: Any) -> list[Any]:
    """Run these at the same moment, each on a connection of its own."""
    ready = Barrier(len(calls))

    def one(call: Any) -> Any:
        try:
            ready.wait()
            return patient.does(*call)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def test_two_taps_at_once_begin_one_form(commits: None, patient: Maren) -> None:
    for _ in range(5):
        begun = together(patient, *[(services.begin,)] * 4)
        assert len(set(begun)) == 1
        patient.does(services.discard, begun[0])


def test_answers_saved_at_once_are_all_kept(commits: None, patient: Maren) -> None:
    response = patient.does(services.begin)
    helped = together(patient, *[(services.save_answer, response, item, item % 4) for item in range(1, 10)])
    assert helped == [False] * 8 + [True]
    assert row(response).given == {item: item % 4 for item in range(1, 10)}
    assert row(response).total == 13


def test_two_taps_on_send_send_once(commits: None, patient: Maren) -> None:
    response = begins(patient, FIVE)
    assert together(patient, *[(services.send, response)] * 4) == [False] * 4
    with patient.acting():
        assert AuditEvent.objects.filter(action="send").count() == 1
