"""Reading questionnaires: what each person finds, and where somebody stands by the forms one may see."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from careteam.measures import queries, services
from careteam.measures.baseline import Anchor, baseline
from careteam.measures.instruments.phq9 import change
from careteam.measures.models import QuestionnaireResponse
from careteam.sharing.partial import partial
from careteam.sharing.pictures import page_of
from careteam.sharing.services import set_labels
from tests.conftest import Clinician, Maren
from tests.measures.forms import FIVE, SEVENTEEN, TWELVE, TWENTY, at, begins, hides, log, row, sends


# -- Lists and single forms -------------------------------------------------------------------------------------------
def test_a_form_is_shown_whole_in_the_instruments_words(patient: Maren, psychiatrist: Clinician) -> None:
    response = sends(patient, [3, 2, 1, 0, 0, 0, 0, None, 0, 2])
    view = psychiatrist.does(queries.measure, patient.id, response)
    said = [(item.number, item.value, item.said) for item in view.items]
    assert said[0] == (1, 3, "Nearly every day")
    assert said[7] == (8, None, "not answered")
    assert said[9] == (10, 2, "Very difficult")
    assert view.items[8].question == "Thoughts that you would be better off dead, or of hurting yourself in some way"
    assert (view.words, view.total, view.band, view.status) == ("incomplete (8 of 9)", None, "", "stopped")
    assert (view.author_name, view.see.words) == ("Maren Holt", "Maren Holt shares this with you")
    assert patient.does(queries.measure, patient.id, response).see.words == "Dr Sun-hee Lee can see this"


def test_a_form_sent_unchanged_is_not_marked_as_changed(patient: Maren, psychiatrist: Clinician) -> None:
    response = patient.does(services.begin)
    for value in (1, 2, 3, 0):
        patient.does(services.save_answer, response, 1, value)
    patient.does(services.send, response)
    view = psychiatrist.does(queries.measure, patient.id, response)
    assert (view.version, view.changed_at) == (1, None)


def test_the_list_is_newest_first_in_pages_and_holds_both_forms_of_a_day(
    patient: Maren, psychiatrist: Clinician
) -> None:
    old = sends(patient, FIVE, at(2))
    morning = sends(patient, TWELVE, at(9, 8))
    evening = sends(patient, SEVENTEEN, at(9, 20))
    first = psychiatrist.does(queries.measures, patient.id, page=page_of(size=2))
    assert [view.id for view in first.items] == [evening, morning]
    second = psychiatrist.does(queries.measures, patient.id, page=page_of(first.next, 2))
    assert ([view.id for view in second.items], second.next) == ([old], "")


def test_the_patients_own_list_leaves_her_draft_to_its_own_page(patient: Maren) -> None:
    sent = sends(patient, FIVE)
    begins(patient, TWELVE)
    assert [view.id for view in patient.does(queries.measures, patient.id).items] == [sent]


def test_a_form_answered_at_ten_to_midnight_counts_for_that_local_day(patient: Maren) -> None:
    response = sends(patient, FIVE, at(9, 23, 50))
    assert row(response).effective_at.astimezone(UTC).date() == date(2026, 3, 10)
    assert patient.does(queries.latest, patient.id).newest.on == date(2026, 3, 9)
    day = {"since": date(2026, 3, 9), "until": date(2026, 3, 9)}
    assert [view.id for view in patient.does(queries.measures, patient.id, **day).items] == [response]
    next_day = {"since": date(2026, 3, 10), "until": date(2026, 3, 10)}
    assert patient.does(queries.measures, patient.id, **next_day).items == ()


def test_each_viewer_reads_days_on_her_own_clock(patient: Maren, psychiatrist: Clinician) -> None:
    psychiatrist.user.zone = "Asia/Kolkata"
    sends(patient, FIVE, at(9, 23, 50))
    assert patient.does(queries.trend, patient.id)[0].on == date(2026, 3, 9)
    assert psychiatrist.does(queries.trend, patient.id)[0].on == date(2026, 3, 10)


def test_who_does_not_see_questionnaires_finds_nothing_at_all(
    patient: Maren, gp: Clinician, stranger: Clinician, other_patient: Maren
) -> None:
    response = sends(patient, [3] * 9)
    assert gp.does(queries.measures, patient.id).items == ()
    assert gp.does(queries.latest, patient.id) is None
    assert gp.does(queries.trend, patient.id) == ()
    assert gp.does(queries.references, [patient.id], date(2020, 1, 1), date(2099, 1, 1)) == []
    assert gp.does(queries.latest_for, [patient.id]) == {}
    assert gp.refused(queries.measure, patient.id, response)
    for outsider in (stranger, other_patient):
        for query in (queries.measures, queries.latest, queries.trend):
            assert outsider.refused(query, patient.id)
        assert outsider.does(queries.latest_for, [patient.id]) == {}


def test_a_pause_hides_every_form_and_ends_as_quietly(patient: Maren, psychiatrist: Clinician) -> None:
    response = sends(patient, [1] * 9)
    patient.pauses()
    assert psychiatrist.refused(queries.measure, patient.id, response)
    assert psychiatrist.does(queries.latest_for, [patient.id]) == {}
    patient.resumes()
    assert psychiatrist.does(queries.latest, patient.id).newest.total == 9


def test_a_labelled_form_is_seen_by_those_for_whom_the_topic_is_on(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    response = sends(patient, TWELVE)
    patient.does(set_labels, QuestionnaireResponse, response, labels=["trauma"])
    assert therapist.does(queries.latest, patient.id).newest.id == response
    assert psychiatrist.does(queries.latest, patient.id) is None


# -- Where somebody stands --------------------------------------------------------------------------------------------
def test_the_newest_form_is_compared_with_the_one_before_and_with_the_first(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, TWENTY, at(1, month=1))
    sends(patient, TWELVE, at(1, month=2))
    newest = sends(patient, SEVENTEEN, at(1, month=3))
    found = psychiatrist.does(queries.latest, patient.id)
    assert (found.newest.id, found.newest.total, found.newest.band) == (newest, 17, "moderately severe")
    assert (found.previous.total, found.previous.on) == (12, date(2026, 2, 1))
    assert (found.baseline.total, found.baseline.on) == (20, date(2026, 1, 1))
    assert (found.since_previous, found.since_baseline) == (change(12, 17), change(20, 17))
    assert (found.worsening, found.overlapping, found.forms, found.incomplete) == (True, False, 3, 0)
    assert found.see.words == "Maren Holt shares this with you"


def test_one_form_is_its_own_baseline_and_compared_with_nothing(patient: Maren) -> None:
    sends(patient, FIVE, at(9))
    found = patient.does(queries.latest, patient.id)
    assert found.baseline == found.newest
    assert (found.previous, found.since_previous, found.since_baseline, found.worsening) == (None, None, None, False)


def test_nothing_sent_is_told_as_nothing(patient: Maren) -> None:
    assert patient.does(queries.latest, patient.id) is None
    assert patient.does(queries.trend, patient.id) == ()


def test_of_two_forms_on_one_day_the_trend_takes_the_later_completed_one(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, FIVE, at(1))
    sends(patient, TWENTY, at(9, 8))
    later = sends(patient, TWELVE, at(9, 20))
    sends(patient, [3, 3], at(9, 22))
    points = psychiatrist.does(queries.trend, patient.id)
    assert [(point.on.day, point.total) for point in points] == [(1, 5), (9, 12)]
    found = psychiatrist.does(queries.latest, patient.id)
    assert (found.newest.id, found.previous.total, found.baseline.total) == (later, 5, 5)
    assert (found.forms, found.incomplete, found.incomplete_since) == (3, 1, 1)
    assert found.overlapping


def test_two_forms_on_the_first_day_give_one_baseline(patient: Maren) -> None:
    sends(patient, FIVE, at(1, 8))
    sends(patient, TWENTY, at(1, 9))
    sends(patient, TWELVE, at(20))
    assert patient.does(queries.latest, patient.id).baseline.total == 20


def test_forms_of_the_same_moment_are_ordered_by_id(patient: Maren) -> None:
    later = max(sends(patient, FIVE, at(1)), sends(patient, TWELVE, at(1)))
    assert patient.does(queries.latest, patient.id).newest.id == later
    assert patient.does(queries.measures, patient.id).items[0].id == later


def test_incomplete_forms_are_counted_and_left_out_of_the_trend(patient: Maren) -> None:
    sends(patient, [1, 1], at(1))
    assert patient.does(queries.latest, patient.id).newest is None
    sends(patient, TWELVE, at(5))
    sends(patient, [1, 1], at(10))
    sends(patient, [1, 1], at(20))
    found = patient.does(queries.latest, patient.id)
    assert (found.newest.total, found.forms, found.incomplete, found.incomplete_since) == (12, 1, 3, 2)
    assert [point.total for point in patient.does(queries.trend, patient.id)] == [12]


def test_a_form_completed_by_a_correction_joins_the_trend(patient: Maren) -> None:
    response = sends(patient, [1] * 8 + [None], at(1))
    patient.does(services.correct, response, 9, 0)
    assert [point.total for point in patient.does(queries.trend, patient.id)] == [8]


def test_a_withdrawn_form_leaves_the_trend_and_the_banner_also_for_the_patient(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, FIVE, at(1))
    regretted = sends(patient, [1] * 8 + [3], at(9))
    psychiatrist.does(queries.latest, patient.id)
    patient.does(services.withdraw_response, regretted)
    for reader in (patient, psychiatrist):
        found = reader.does(queries.latest, patient.id)
        assert (found.newest.total, found.banner, found.forms) == (5, None, 1)
    assert regretted in log(patient, "read")[0].record_ids  # what was opened stays told


def test_a_form_one_may_not_see_moves_no_figure(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, FIVE, at(2))
    sends(patient, TWELVE, at(9, 8))
    before = psychiatrist.does(queries.latest, patient.id)
    caseload = psychiatrist.does(queries.latest_for, [patient.id])
    for when in (at(1), at(9, 7), at(9, 20), at(20)):
        hides(patient, sends(patient, [3] * 9, when))
    hides(patient, sends(patient, [3, 3], at(21)))
    begins(patient, TWENTY)
    assert psychiatrist.does(queries.latest, patient.id) == before
    assert psychiatrist.does(queries.latest_for, [patient.id]) == caseload
    assert patient.does(queries.latest, patient.id).forms == 6


def test_days_in_weeks_of_clock_change_stay_whole(patient: Maren) -> None:
    """On 8 March 2026 New York has 23 hours."""
    for when in (at(7, 23, 59), at(8, 0, 1), at(8, 23, 59), at(9, 0, 1)):
        sends(patient, FIVE, when)
    days = [point.on for point in patient.does(queries.trend, patient.id)]
    assert days == [date(2026, 3, 7) + timedelta(days=number) for number in range(3)]


def test_the_statement_brings_every_form_among_which_the_rule_of_the_baseline_chooses(
    patient: Maren, psychiatrist: Clinician
) -> None:
    for day in (1, 2, 3, 9, 16, 17, 28):
        sends(patient, TWELVE, at(day, 8))
        sends(patient, SEVENTEEN, at(day, 20))
        sends(patient, (3, 3), at(day, 22))
    trend = psychiatrist.does(queries.trend, patient.id)
    starts = [
        None,
        "2026",
        "2026-03",
        *(f"2026-{month}-{day:02}" for month in ("02", "03", "04") for day in (4, 16, 25)),
    ]
    for start in starts:
        for episode in (None, "2026-03", "2026-03-05", "2026-04"):
            anchor = Anchor(partial(start), partial(episode))
            found = psychiatrist.does(queries.latest, patient.id, anchor=anchor)
            assert found.baseline == baseline(trend, anchor), (start, episode)
            listed = psychiatrist.does(queries.latest_for, [patient.id], anchors={patient.id: anchor})
            assert listed[patient.id].baseline == found.baseline
            drawn = psychiatrist.does(queries.given, patient.id, anchor)[1]
            assert (drawn and drawn.id) == (found.baseline and found.baseline.id)


# -- Question 9 -------------------------------------------------------------------------------------------------------
def test_the_banner_is_neutral_and_a_newer_0_does_not_erase_it(patient: Maren, psychiatrist: Clinician) -> None:
    asked = sends(patient, [0] * 8 + [2], at(3, month=11, year=2025))
    sends(patient, [0] * 9, at(1))
    found = psychiatrist.does(queries.latest, patient.id)
    assert found.banner.sentence == "Question 9 answered 2 (more than half the days) on 3 Nov 2025"
    assert found.banner.response == asked
    assert (found.item9.value, found.item9.words) == (0, "Not at all")


def test_the_banner_is_found_among_many_forms_and_is_the_newest_such_answer(
    patient: Maren, psychiatrist: Clinician
) -> None:
    for day, value in enumerate([0, 3, 1, 0, 0, 0], 1):
        sends(patient, [1] * 8 + [value], at(day))
    for found in (
        psychiatrist.does(queries.latest, patient.id),
        psychiatrist.does(queries.latest_for, [patient.id])[patient.id],
    ):
        assert (found.banner.value, found.banner.on) == (1, date(2026, 3, 3))


def test_the_year_is_left_out_when_it_is_this_one(patient: Maren) -> None:
    sends(patient, [0] * 8 + [1])
    today = patient.viewer.today
    sentence = patient.does(queries.latest, patient.id).banner.sentence
    assert sentence == f"Question 9 answered 1 (several days) on {today.day} {today:%b}"


def test_an_incomplete_form_still_tells_its_answer_to_question_9(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, [None] * 8 + [3], at(9))
    found = psychiatrist.does(queries.latest, patient.id)
    assert (found.newest, found.banner.value) == (None, 3)


def test_question_9_left_blank_is_not_answered_and_never_0(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, [0] * 8 + [2], at(1))
    sends(patient, [0] * 8 + [None], at(9))
    found = psychiatrist.does(queries.latest, patient.id)
    assert (found.item9.value, found.item9.words) == (None, None)
    assert found.item9.sentence.startswith("Question 9 not answered on 9 Mar")
    assert found.banner.value == 2
