"""Answers to question 9 marked as seen: who may, what stays, and what asks anew."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from careteam.accounts.viewer import acting_as
from careteam.measures import queries, services
from careteam.measures.acknowledging import acknowledge
from careteam.measures.seen import Unseen, banner, seen_by, unseen_for
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.summaries.caseload import caseload
from careteam.summaries.digests import digest
from careteam.summaries.models import Kind
from careteam.summaries.weeks import monday_of
from tests.api.world import week_of
from tests.conftest import Clinician, Maren, Person
from tests.frontend.reading import in_order, text
from tests.measures.forms import FIVE, at, hides, log, sends, statements

ABOVE = [1] * 8 + [2]
INSERT = (
    "INSERT INTO measures_acknowledged"
    " (id, patient_id, author_id, version, recorded_at, changed_at, about_id, about_version)"
    " VALUES (gen_random_uuid(), %s, %s, 1, now(), now(), %s, 1)"
)


def unseen(clinician: Clinician) -> Unseen | None:
    found: dict[UUID, Unseen] = clinician.does(unseen_for, [clinician.patient.id])
    return found.get(clinician.patient.id)


def whys(clinician: Clinician) -> list[str]:
    """The reasons of question 9 on her list."""
    return [why.words for why in clinician.does(caseload, tab="everyone").rows[0].whys if why.reason == "item-9"]


def names(who: Person, patient: Maren, response: UUID) -> list[tuple[str, bool]]:
    return [(one.by, one.current) for one in who.does(seen_by, patient.id, response)]


def test_it_stays_on_her_list_until_she_says_so_herself_and_a_newer_0_does_not_take_it_off(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    form = sends(patient, ABOVE, at(2))
    sends(patient, FIVE, at(20))
    assert whys(psychiatrist) == ["Question 9 answered 2 (more than half the days) on 2 Mar"]
    row = psychiatrist.does(acknowledge, patient.id, form, expected=1)
    assert psychiatrist.does(acknowledge, patient.id, form, expected=1) == row  # said twice, it is said once
    assert whys(psychiatrist) == []
    assert whys(therapist), "what Dr Lee has seen, Tomás has not"
    assert psychiatrist.does(queries.latest, patient.id).banner.value == 2, "it hides nothing"
    for reader in (patient, psychiatrist, therapist):
        assert names(reader, patient, form) == [("Dr Sun-hee Lee", True)]
    assert gp.does(seen_by, patient.id, form) == ()  # E37: no questionnaires, no trace
    assert gp.does(unseen_for, [patient.id]) == {}
    assert [event.record_ids for event in log(patient, "acknowledge")] == [[form]]


def test_every_answer_is_marked_by_itself_the_newest_first(patient: Maren, psychiatrist: Clinician) -> None:
    first, second = sends(patient, [1] * 8 + [3], at(2)), sends(patient, [1] * 8 + [1], at(9))
    newest = psychiatrist.does(queries.latest, patient.id).banner
    shown = psychiatrist.does(banner, patient.id, newest)
    assert [one.answer.response for one in shown.unseen] == [second, first]
    psychiatrist.does(acknowledge, patient.id, second, expected=1)
    found = unseen(psychiatrist)
    assert found is not None
    assert (found.answer.response, found.answer.value) == (first, 3)
    assert psychiatrist.does(banner, patient.id, newest).seen[0].response == second


def test_a_corrected_answer_above_0_asks_anew_and_what_was_seen_stays_told(
    patient: Maren, psychiatrist: Clinician
) -> None:
    form = sends(patient, ABOVE)
    psychiatrist.does(acknowledge, patient.id, form, expected=1)
    patient.does(services.correct, form, 3, 0)  # another question: what she has seen stands as it did
    assert unseen(psychiatrist) is None
    assert names(patient, patient, form) == [("Dr Sun-hee Lee", True)]
    patient.does(services.correct, form, 9, 1)
    assert unseen(psychiatrist) is not None
    assert names(patient, patient, form) == [("Dr Sun-hee Lee", False)]
    with pytest.raises(Conflict):
        psychiatrist.does(acknowledge, patient.id, form, expected=2)
    psychiatrist.does(acknowledge, patient.id, form, expected=3)
    patient.does(services.correct, form, 9, 2)  # back to what it was: a new answer all the same
    assert unseen(psychiatrist) is not None
    patient.does(services.correct, form, 9, 0)
    assert unseen(psychiatrist) is None
    with pytest.raises(Invalid):
        psychiatrist.does(acknowledge, patient.id, form, expected=5)


def test_only_a_clinician_who_sees_the_form_marks_it(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, gp: Clinician, stranger: Clinician
) -> None:
    form = sends(patient, ABOVE)
    for person in (patient, other_patient, gp, stranger):
        assert person.refused(acknowledge, patient.id, form, expected=1)
    assert psychiatrist.refused(acknowledge, other_patient.id, form, expected=1)
    changes: list[Callable[[], object]] = [
        lambda: hides(patient, form),
        lambda: patient.shares(psychiatrist, Category.GOALS),
        patient.pauses,
    ]
    for change in changes:
        with transaction.atomic():
            change()
            assert psychiatrist.refused(acknowledge, patient.id, form, expected=1)
            transaction.set_rollback(True)
    assert not _writes(patient, form, patient)  # the wall: a patient marks nothing as seen
    assert not _writes(gp, form, patient)
    assert _writes(psychiatrist, form, patient)


def _writes(who: Person, form: UUID, patient: Maren) -> bool:
    try:
        with acting_as(who.viewer), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, [patient.id, who.id, form])
    except DatabaseError:
        return False
    return True


def test_e43_a_withdrawn_form_leaves_the_trend_and_the_list_and_the_log_keeps_what_was_seen(
    patient: Maren, psychiatrist: Clinician
) -> None:
    form = sends(patient, [1] * 8 + [3], at(2))
    assert whys(psychiatrist)
    psychiatrist.does(queries.measure, patient.id, form)
    psychiatrist.does(acknowledge, patient.id, form, expected=1)
    other = sends(patient, ABOVE, at(3))
    browser = patient.browser
    asked = text(browser.get(reverse("measure_withdraw", args=[other])))
    assert "cannot be called back" in asked  # and no word that anybody would be told it is gone
    patient.does(services.withdraw_response, form)
    patient.does(services.withdraw_response, other)
    assert (whys(psychiatrist), psychiatrist.does(queries.trend, patient.id)) == ([], ())
    assert psychiatrist.does(queries.latest, patient.id) is None
    assert [event.record_ids for event in log(patient, "acknowledge")] == [[form]]
    assert form in {one for event in log(patient, "read") for one in event.record_ids}
    chart = text(psychiatrist.browser.get(reverse("chart", args=[patient.id])))
    assert "Question 9 answered" not in chart
    assert names(patient, patient, form) == [("Dr Sun-hee Lee", True)]  # it is hers, and she still reads who saw it


def test_a_week_begins_with_what_is_not_marked_as_seen_also_when_nothing_else_is_there(
    patient: Maren, psychiatrist: Clinician
) -> None:
    form = sends(patient, ABOVE)
    week = week_of(psychiatrist.id, Kind.CLINICIAN_WEEK, [], monday_of(patient.viewer.today))
    (part,) = psychiatrist.does(digest, week).parts
    assert (part.unseen.response, part.lines) == (form, ())
    page = text(psychiatrist.browser.get(reverse("digest", args=[week])))
    assert in_order(page, "Maren Holt", "Question 9 answered 2", "You have not marked it as seen.")
    psychiatrist.does(acknowledge, patient.id, form, expected=1)
    assert psychiatrist.does(digest, week).parts == ()


def test_the_chart_has_one_button_for_what_it_shows_and_both_read_who_saw_it(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    forms = [sends(patient, ABOVE, at(day)) for day in (2, 9)]
    lee, chart = psychiatrist.browser, reverse("chart", args=[patient.id])
    page = lee.get(chart).content.decode()
    assert "I have seen these 2 answers" in page
    assert all(f'name="seen" value="{form}.1"' in page for form in forms)
    asked = lee.post(reverse("measure_seen", args=[patient.id]), {"seen": [f"{form}.1" for form in forms]}, follow=True)
    shown = text(asked)
    assert in_order(
        shown, "Marked as seen.", "Question 9 answered 2 (more than half the days) on 9 Mar", "You saw this on"
    )
    assert "I have seen" not in shown
    assert "Dr Sun-hee Lee saw this on" in text(therapist.browser.get(chart))
    assert "Dr Sun-hee Lee saw this on" in text(patient.browser.get(reverse("measure", args=[forms[0]])))
    one = reverse("chart_measure", args=[patient.id, forms[0]])
    assert in_order(text(therapist.browser.get(one)), "saw this on", "I have seen the answer to question 9")
    for given in ([], ["x"], [f"{forms[0]}.x"], [f"{patient.id}.1"]):
        answer = lee.post(reverse("measure_seen", args=[patient.id]), {"seen": given})
        assert answer.status_code == 404
    patient.does(services.correct, forms[0], 9, 3)
    stale = therapist.browser.post(reverse("measure_seen", args=[patient.id]), {"seen": f"{forms[0]}.1"}, follow=True)
    assert "This form was changed meanwhile." in text(stale)


def test_a_caseload_asks_the_same_whatever_there_is(patient: Maren, psychiatrist: Clinician) -> None:
    few = [sends(patient, ABOVE, at(day)) for day in (1, 2)]
    psychiatrist.does(acknowledge, patient.id, few[0], expected=1)
    before = statements(psychiatrist, unseen_for, [patient.id])
    for day in range(3, 12):
        psychiatrist.does(acknowledge, patient.id, sends(patient, ABOVE, at(day)), expected=1)
    assert statements(psychiatrist, unseen_for, [patient.id]) == before
