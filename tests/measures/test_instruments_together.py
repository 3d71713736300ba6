"""GAD-7 and PHQ-2 beside the PHQ-9: each is answered and sent for itself, and no figure of one moves another's."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from careteam.measures import queries, services
from careteam.measures.instruments import gad7, phq2, phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, direction
from careteam.measures.models import QuestionnaireResponse
from careteam.measures.pictures import item_by_item
from careteam.sharing.errors import Invalid, NotFound
from careteam.visits.codes import Measure
from tests.conftest import Clinician, Maren, as_owner
from tests.measures.forms import FIVE, SEVENTEEN, TWELVE, TWENTY, at, begins, hides, log, row, sends

WORRIED = (2, 2, 2, 2, 2, 0, 0)
CALM = (0, 0, 1, 1, 0, 1, 0)


def test_every_questionnaire_scores_as_its_own_file_does_and_a_plan_may_ask_for_each() -> None:
    assert list(INSTRUMENTS) == [phq9.NAME, gad7.NAME, phq2.NAME] == Measure.values
    for one in (phq9, gad7, phq2):
        for value in range(4):
            answers = dict.fromkeys(one.SCORED, value)
            whole, blank = one.score(answers), one.score({1: value})
            found = INSTRUMENTS[one.NAME]
            assert (found.score(answers).total, found.score(answers).words) == (whole.total, whole.words)
            assert found.score({1: value}).words == blank.words
    assert [direction(points) for points in (-3, 0, 3)] == ["better", "same", "worse"]


def test_one_form_of_each_is_open_at_a_time_and_an_unknown_one_is_refused_kindly(patient: Maren) -> None:
    worry, mood = begins(patient, (1,), of="gad-7"), begins(patient, (2, 2))
    assert begins(patient, (2,), of="gad-7") == worry != mood
    open_ = patient.does(queries.open_responses)
    assert {name: (form.id, form.answers) for name, form in open_.items()} == {
        "gad-7": (worry, {1: 2}),
        "phq-9": (mood, {1: 2, 2: 2}),
    }
    for unknown in ("madrs", "", "PHQ-9"):
        with pytest.raises(Invalid) as refused:
            patient.does(services.begin, unknown)
        assert "is not one of PHQ-9, GAD-7, PHQ-2" in refused.value.fields["questionnaire"]
    for item, given in ((8, 1), (9, 3), (1, 4), (1, True), (1, "2 ")):
        with pytest.raises(Invalid):
            patient.does(services.save_answer, worry, item, given)
    patient.does(services.discard, worry)
    assert set(patient.does(queries.open_responses)) == {"phq-9"}


@pytest.mark.parametrize(
    ("of", "values", "words"),
    [
        ("gad-7", CALM, "3, minimal"),
        ("gad-7", WORRIED, "10, moderate"),
        ("gad-7", (3, 3, 3, 2, 2, 1, 1), "15, severe"),
        ("gad-7", (3,) * 7, "21, severe"),
        ("gad-7", (3, 3, None, 3, 3, 3, 3), "incomplete (6 of 7)"),
        ("phq-2", (1, 1), "2"),
        ("phq-2", (2, 1), "3"),
        ("phq-2", (3,), "incomplete (1 of 2)"),
    ],
)
def test_a_form_is_sent_with_its_own_total_and_has_no_question_9(
    patient: Maren, of: str, values: tuple[int | None, ...], words: str
) -> None:
    response = sends(patient, values, of=of)
    view = patient.does(queries.measure, patient.id, response)
    assert (view.words, view.questionnaire, view.item9) == (words, of, None)
    assert len(view.items) == len(INSTRUMENTS[of].questions)


def test_no_figure_of_the_phq9_is_moved_by_another_questionnaire(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, TWENTY, at(1, month=1))
    sends(patient, TWELVE, at(1, month=2))

    def told() -> tuple[object, ...]:
        return (
            psychiatrist.does(queries.latest, patient.id),
            psychiatrist.does(queries.latest_for, [patient.id]),
            psychiatrist.does(queries.recent_for, [patient.id]),
            psychiatrist.does(queries.trend, patient.id),
            psychiatrist.does(queries.incomplete, patient.id, date(2026, 1, 1), date(2026, 12, 31)),
            psychiatrist.does(queries.standing_at, patient.id, at(28)),
            psychiatrist.does(queries.given, patient.id)[1],
        )

    before = told()
    for day in (2, 9, 16):
        sends(patient, (3,) * 7, at(day), of="gad-7")
        sends(patient, (3, 3), at(day), of="phq-2")
    sends(patient, (3, 3), at(20), of="gad-7")
    assert told() == before
    drawn, _ = psychiatrist.does(queries.given, patient.id)
    assert [one.questionnaire for one in drawn].count("gad-7") == 4
    found = psychiatrist.does(queries.recent_for, [patient.id], 2, questionnaire="gad-7")[patient.id]
    assert [(point.total, point.band, point.on.day) for point in found] == [(21, "severe", 9), (21, "severe", 16)]
    assert patient.does(queries.sent_for, [patient.id])[(patient.id, "gad-7")].last == at(20)


def test_each_names_itself_in_lines_lists_and_history_and_is_hidden_whole(
    patient: Maren, psychiatrist: Clinician
) -> None:
    worry = sends(patient, WORRIED, at(9), of="gad-7")
    mood = sends(patient, FIVE, at(8))
    lines = psychiatrist.does(queries.lines, [worry, mood], purpose="digest")
    assert [line.words for line in lines] == ["GAD-7: 10, moderate", "PHQ-9: 5, mild"]
    assert patient.does(services.correct, worry, 7, 3) is False
    assert [one.words for one in patient.does(queries.measure_versions, patient.id, worry)] == ["10, moderate"]
    assert row(worry).total == 13
    hides(patient, worry)
    assert psychiatrist.refused(queries.measure, patient.id, worry)
    assert [one.id for one in psychiatrist.does(queries.measures, patient.id).items] == [mood]
    assert psychiatrist.does(queries.recent_for, [patient.id], questionnaire="gad-7") == {}
    patient.does(services.withdraw_response, worry)
    assert patient.does(queries.recent_for, [patient.id], questionnaire="gad-7") == {}


def test_the_database_keeps_totals_and_question_9_to_their_questionnaires(patient: Maren) -> None:
    response = sends(patient, WORRIED, of="gad-7")
    for wrong in ({"total": 22}, {"item9": 1}, {"questionnaire": "madrs"}, {"questionnaire": "phq-2"}, {"band": ""}):
        with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            QuestionnaireResponse.unscoped("the test tries").filter(pk=response).update(**wrong)


def test_e31_two_phq9_on_one_local_day_are_both_kept_and_the_trend_uses_the_later_completed(
    patient: Maren, psychiatrist: Clinician
) -> None:
    kept = [sends(patient, TWENTY, at(9, 8)), sends(patient, TWELVE, at(9, 20)), sends(patient, (3, 3), at(9, 22))]
    worry = sends(patient, WORRIED, at(9, 23), of="gad-7")
    listed = psychiatrist.does(queries.measures, patient.id).items
    assert [one.id for one in listed] == [worry, *reversed(kept)]
    assert [(point.total, point.on) for point in psychiatrist.does(queries.trend, patient.id)] == [
        (12, date(2026, 3, 9))
    ]
    found = psychiatrist.does(queries.latest, patient.id)
    assert (found.newest.id, found.baseline.id, found.forms, found.incomplete) == (kept[1], kept[1], 2, 1)


def test_e32_a_phq9_answered_at_ten_to_midnight_is_shown_on_its_local_day(
    patient: Maren, psychiatrist: Clinician
) -> None:
    response = sends(patient, FIVE, at(9, 23, 50))
    assert row(response).effective_at.astimezone(UTC).date() == date(2026, 3, 10)
    for reader in (patient, psychiatrist):
        assert reader.does(queries.latest, patient.id).newest.on == date(2026, 3, 9)
        assert reader.does(queries.measure, patient.id, response).effective_at.date() == date(2026, 3, 9)
    (drawn,), _ = patient.does(queries.given, patient.id)
    assert drawn.on == date(2026, 3, 9)


# -- Item by item ------------------------------------------------------------------------------------------------------
def test_beside_each_answer_stands_that_of_the_completed_form_before_that_the_reader_may_see(
    patient: Maren, psychiatrist: Clinician
) -> None:
    seen = sends(patient, (3, 2, 1, 0, 0, 0, 0, 0, 0), at(1))
    hidden = sends(patient, TWENTY, at(3))
    sends(patient, (3, 3), at(4))  # not completed
    sends(patient, (3,) * 7, at(5), of="gad-7")
    now = sends(patient, (1, 2, 3, None, 0, 0, 0, 0, 0), at(14, 8))
    hides(patient, hidden)

    def beside(reader: Maren | Clinician) -> Any:
        form = reader.does(queries.measure, patient.id, now)
        return item_by_item(form, reader.does(queries.before, form))

    hers, theirs = beside(patient), beside(psychiatrist)
    assert (hers.before.id, theirs.before.id) == (hidden, seen)
    rows = theirs.rows
    assert [(one.item.value, one.before.value, one.moved, one.direction) for one in rows[:4]] == [
        (1, 3, "2 lower", "better"),
        (2, 2, "the same", "same"),
        (3, 1, "2 higher", "worse"),
        (None, 0, "", ""),
    ]
    assert len(rows) == 9, "the tenth question was not answered"
    assert seen in {one for event in log(patient, "read") for one in event.record_ids}
    assert not {hidden} & {one for event in log(patient, "read") for one in event.record_ids}


@pytest.mark.parametrize(("day", "overlapping"), [(14, True), (15, False), (1, True)])
def test_less_than_14_days_after_the_form_before_it_is_an_overlapping_window(
    patient: Maren, day: int, overlapping: bool
) -> None:
    sends(patient, TWELVE, at(1, 8))
    form = patient.does(queries.measure, patient.id, sends(patient, SEVENTEEN, at(day, 9)))
    assert item_by_item(form, patient.does(queries.before, form)).overlapping is overlapping
    first = patient.does(queries.measures, patient.id).items[-1]
    alone = item_by_item(first, patient.does(queries.before, first))
    assert (alone.before, alone.overlapping, alone.rows[0].moved) == (None, False, "")


# -- Reminders ---------------------------------------------------------------------------------------------------------
def test_a_reminder_is_paused_until_the_end_of_a_day_or_until_she_resumes_it(
    patient: Maren, psychiatrist: Clinician
) -> None:
    today = patient.viewer.today
    patient.does(services.pause_reminder, "phq-9")
    patient.does(services.pause_reminder, "gad-7", until=today)
    assert patient.does(queries.paused_reminders) == {"phq-9": None, "gad-7": today}
    patient.does(services.pause_reminder, "gad-7", until=today + timedelta(days=3))
    patient.does(services.resume_reminder, "phq-9")
    patient.does(services.resume_reminder, "phq-9")
    assert patient.does(queries.paused_reminders) == {"gad-7": today + timedelta(days=3)}
    for wrong, field in ((("madrs", None), "questionnaire"), (("gad-7", today - timedelta(days=1)), "until")):
        with pytest.raises(Invalid) as refused:
            patient.does(services.pause_reminder, wrong[0], until=wrong[1])
        assert field in refused.value.fields
    for asked in (queries.paused_reminders, lambda viewer: services.pause_reminder(viewer, "phq-9")):
        with pytest.raises(NotFound):
            psychiatrist.does(asked)
