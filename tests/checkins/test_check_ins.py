"""Check-ins: one tap is complete, one record a day whatever the taps, and a blank is never a zero."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careteam.accounts.models import User
from careteam.accounts.viewer import database_now
from careteam.audit.models import AuditEvent, Purpose
from careteam.checkins import queries, services
from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.checkins.models import CheckIn
from careteam.checkins.pictures import CheckInView, Taken
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from tests.conftest import Clinician, Maren, as_owner


def taps(patient: Maren, mood: str | None = "low", **more: Any) -> UUID:
    one: UUID = patient.does(services.check_in, mood=mood, **more)
    return one


def sees(person: Maren | Clinician, one: UUID) -> CheckInView:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    view: CheckInView = person.does(queries.check_in, patient, one)
    return view


def listed(person: Maren | Clinician) -> list[CheckInView]:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    return list(person.does(queries.check_ins, patient).items)


def ago(patient: Maren, days: int) -> date:
    return patient.viewer.today - timedelta(days=days)


def in_zone(patient: Maren, zone: str) -> None:
    with as_owner():
        User.objects.filter(pk=patient.id).update(zone=zone)
    patient.user.refresh_from_db()


# -- One tap -----------------------------------------------------------------------------------------------------------
def test_one_tap_on_a_mood_is_a_whole_check_in(patient: Maren) -> None:
    shown = sees(patient, taps(patient))
    assert (shown.day, shown.mood_words) == (patient.viewer.today, "Low")
    assert shown.said == (("Mood", "Low"),)
    assert (shown.sleep, shown.energy, shown.medicines, shown.words) == ("", "", "", "")
    assert shown.version == 1
    assert shown.kind == "check-in"


def test_a_later_tap_the_same_day_is_a_new_version_that_leaves_the_rest(patient: Maren) -> None:
    first = taps(patient, sleep="broken", words="Rain.")
    second = taps(patient, mood="fairly-good")
    shown = sees(patient, second)
    assert second == first
    assert shown.version == 2
    assert shown.said == (("Mood", "Fairly good"), ("Sleep", "Broken"))
    assert shown.words == "Rain."
    (before,) = patient.does(queries.check_in_versions, patient.id, first)
    assert (before.said, before.words) == ((("Mood", "Low"), ("Sleep", "Broken")), "Rain.")


def test_the_same_tap_again_is_no_new_version_and_nothing_is_told(patient: Maren) -> None:
    one = taps(patient)
    assert taps(patient) == one
    assert sees(patient, one).version == 1
    with as_owner():
        assert list(AuditEvent.objects.values_list("action", flat=True)) == ["create"]


def test_an_empty_answer_takes_it_back_and_the_last_one_stays(patient: Maren) -> None:
    one = taps(patient, energy="some")
    taps(patient, mood="", energy=None)
    assert sees(patient, one).said == (("Energy", "Some"),)
    with pytest.raises(Invalid) as refused:
        taps(patient, mood=None, energy="")
    assert refused.value.fields == {"mood": "Choose one answer. One is enough, whichever it is."}
    assert sees(patient, one).version == 2


def test_without_any_answer_there_is_no_check_in(patient: Maren) -> None:
    for nothing in ({"mood": None}, {"mood": "", "words": "  "}):
        with pytest.raises(Invalid):
            taps(patient, **nothing)
    assert listed(patient) == []


@pytest.mark.parametrize(
    "wrong",
    [{"mood": "great"}, {"mood": "0"}, {"sleep": "low"}, {"energy": "9"}, {"medicines": "yes"}, {"words": "x" * 501}],
)
def test_an_answer_that_is_none_is_refused(patient: Maren, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        taps(patient, **{"mood": "low", **wrong})
    assert refused.value.fields.keys() == wrong.keys()
    assert listed(patient) == []


def test_the_database_keeps_no_empty_check_in_and_no_second_one_of_a_day(patient: Maren) -> None:
    taps(patient)
    at = {"recorded_at": "2026-01-01T00:00Z", "changed_at": "2026-01-01T00:00Z", "effective_at": "2026-01-01T00:00Z"}
    for row in ({"day": "2026-01-01"}, {"day": patient.viewer.today, "mood": "low"}):
        with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
            CheckIn(patient_id=patient.id, author_id=patient.id, **at, **row).save(force_insert=True)


# -- Days --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "Pacific/Chatham", "Pacific/Pago_Pago"])
def test_the_day_is_that_of_the_patients_own_wall(patient: Maren, zone: str) -> None:
    in_zone(patient, zone)
    with patient.acting() as viewer:
        one = services.check_in(viewer, mood="good")
        now = database_now()
        shown = queries.check_in(viewer, patient.id, one)
    assert shown.day == now.astimezone(viewer.tz).date()
    assert abs(shown.effective_at - now) < timedelta(seconds=5)


def test_a_day_is_the_patients_whoever_looks(patient: Maren, psychiatrist: Clinician) -> None:
    in_zone(patient, "Pacific/Pago_Pago")
    one = taps(patient)
    with as_owner():
        User.objects.filter(pk=psychiatrist.id).update(zone="Pacific/Kiritimati")  # 25 hours ahead
    psychiatrist.user.refresh_from_db()
    assert sees(psychiatrist, one).day == patient.viewer.today
    assert psychiatrist.viewer.today > patient.viewer.today
    assert [view.id for view in psychiatrist.does(queries.recent, patient.id, days=1)] == [one]


def test_the_last_seven_days_can_be_added_and_stand_at_noon(patient: Maren) -> None:
    taps(patient)
    for back in range(1, 8):
        shown = sees(patient, taps(patient, day=ago(patient, back)))
        assert shown.day == ago(patient, back)
        assert shown.effective_at == datetime.combine(shown.day, datetime.min.time(), patient.viewer.tz).replace(
            hour=12
        )
    assert [view.day for view in listed(patient)] == [ago(patient, back) for back in range(8)]


@pytest.mark.parametrize(("back", "words"), [(-1, services.FUTURE), (8, services.TOO_OLD), (400, services.TOO_OLD)])
def test_no_day_is_begun_before_or_after(patient: Maren, back: int, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        taps(patient, day=ago(patient, back))
    assert refused.value.fields == {"day": words}


def test_an_old_day_can_still_be_corrected(patient: Maren) -> None:
    one = taps(patient, words="slpet badly")
    long_ago = ago(patient, 90)
    with as_owner():
        CheckIn.unscoped("the test's dates").filter(pk=one).update(day=long_ago)
    assert taps(patient, mood=None, day=long_ago, words="slept badly", expected=1) == one
    assert sees(patient, one).words == "slept badly"


# -- Any order, any number ---------------------------------------------------------------------------------------------
TAP = st.fixed_dictionaries(
    {},
    optional={
        "mood": st.sampled_from(["", *Mood.values]),
        "sleep": st.sampled_from(["", *Sleep.values]),
        "energy": st.sampled_from(["", *Energy.values]),
        "medicines": st.sampled_from(["", *Medicines.values]),
        "words": st.sampled_from(["", "Rain.", "Sun after rain."]),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(TAP, max_size=8))
def test_any_order_of_taps_on_a_day_gives_one_record_with_what_was_said_last(
    patient: Maren, said: list[dict[str, str]]
) -> None:
    expected: dict[str, str] = {}
    versions = 0
    with transaction.atomic():
        for tap in said:
            after = {**expected, **tap}
            try:
                patient.does(services.check_in, **tap)
            except Invalid:
                assert not any(after.values())
                continue
            assert any(after.values())
            changed = not versions or any(after[name] != expected.get(name, "") for name in after)
            versions, expected = versions + changed, after
        found = listed(patient)
        assert len(found) == bool(versions)
        for view in found:
            answers = {name: getattr(view, name) for name in ("mood", "sleep", "energy", "medicines", "words")}
            assert answers == dict.fromkeys(answers, "") | expected
            assert view.version == versions
        transaction.set_rollback(True)


def test_two_taps_at_once_are_one_record_with_two_versions(patient: Maren, commits: None) -> None:
    tapped = Event()

    def first() -> UUID:
        try:
            with patient.acting() as viewer:
                one = services.check_in(viewer, mood="very-low")
                tapped.set()
                assert somebody_waits()
            return one
        finally:
            connection.close()

    def second() -> UUID:
        try:
            assert tapped.wait(timeout=20)
            return taps(patient, mood="good")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as devices:
        ids = {done.result() for done in [devices.submit(first), devices.submit(second)]}
    (one,) = ids
    (shown,) = listed(patient)
    (before,) = patient.does(queries.check_in_versions, patient.id, one)
    assert (shown.version, shown.mood_words, dict(before.said)["Mood"]) == (2, "Good", "Very low")


def somebody_waits() -> bool:
    """Whether, in a while, another connection to this database waits for a lock."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            if cursor.fetchone() != (0,):
                return True
        sleep(0.1)
    return False


def test_what_was_seen_must_be_what_there_is(patient: Maren) -> None:
    one = taps(patient, expected=0)
    taps(patient, mood="good")
    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as conflict:
            taps(patient, mood="very-low", expected=stale)
        assert conflict.value.now == 2
    assert sees(patient, one).mood == "good"


# -- Who ---------------------------------------------------------------------------------------------------------------
def test_nobody_but_the_patient_writes_one(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    assert psychiatrist.refused(services.check_in, mood="low")
    assert psychiatrist.refused(services.withdraw_check_in, one)
    assert psychiatrist.refused(queries.of_day, patient.viewer.today)
    assert psychiatrist.refused(queries.check_in_versions, patient.id, one)
    assert other_patient.refused(services.withdraw_check_in, one)
    assert other_patient.refused(queries.check_in_versions, other_patient.id, one)
    taps(other_patient)
    assert len(listed(patient)) == len(listed(other_patient)) == 1


def test_those_with_the_topic_see_it_and_the_log_says_so(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician, gp: Clinician
) -> None:
    one = taps(patient)
    assert sees(patient, one).see.names == ("Dr Sun-hee Lee",)
    assert sees(psychiatrist, one).mood == "low"
    assert therapist.refused(queries.check_in, patient.id, one)
    assert listed(gp) == []
    with as_owner():
        row = AuditEvent.objects.get(actor_id=psychiatrist.id)
    assert (row.action, row.category, row.record_ids) == (Purpose.READ, Category.CHECK_INS, [one])


def test_one_kept_for_herself_is_hers_from_the_first_moment(patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient, words="not for anybody", audience="only_me")
    assert psychiatrist.refused(queries.check_in, patient.id, one)
    taps(patient, mood="good")  # a later tap does not open it
    assert psychiatrist.refused(queries.check_in, patient.id, one)


def test_a_withdrawn_one_leaves_a_stub_and_frees_its_day(patient: Maren, psychiatrist: Clinician) -> None:
    one = taps(patient)
    sees(psychiatrist, one)
    patient.does(services.withdraw_check_in, one)
    assert psychiatrist.refused(queries.check_in, patient.id, one)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "check-in")] == [one]
    again = taps(patient, mood="good")
    assert again != one
    assert [view.id for view in listed(psychiatrist)] == [again]
    assert patient.does(queries.of_day, patient.viewer.today).id == again


# -- For others to build on --------------------------------------------------------------------------------------------
def test_taken_as_planned_counts_answers_and_never_silence(patient: Maren, psychiatrist: Clinician) -> None:
    answers = {0: "as-planned", 1: "some", 2: "not-today", 3: "rather-not-say", 5: "as-planned", 7: "as-planned"}
    for back, answer in answers.items():
        taps(patient, day=ago(patient, back), medicines=answer)
    taps(patient, day=ago(patient, 4))  # a mood alone
    today = patient.viewer.today
    assert psychiatrist.does(queries.taken_as_planned, patient.id) == Taken(2, 4, 7, today)
    assert psychiatrist.does(queries.taken_as_planned, patient.id, until=ago(patient, 3)) == Taken(
        2, 2, 7, ago(patient, 3)
    )
    assert psychiatrist.does(queries.taken_as_planned, patient.id, days=1) == Taken(1, 1, 1, today)
    assert psychiatrist.does(queries.taken_as_planned, patient.id, until=ago(patient, 30)) is None


def test_taken_as_planned_counts_what_this_reader_may_see(patient: Maren, psychiatrist: Clinician) -> None:
    taps(patient, medicines="as-planned")
    taps(patient, day=ago(patient, 1), medicines="not-today", audience="only_me")
    assert psychiatrist.does(queries.taken_as_planned, patient.id) == Taken(1, 1, 7, patient.viewer.today)


def test_a_gap_is_noticed_and_a_tap_ends_it(patient: Maren) -> None:
    assert not patient.does(queries.comes_back)
    taps(patient, day=ago(patient, 4))
    assert patient.does(queries.comes_back)
    taps(patient, day=ago(patient, 3))
    assert not patient.does(queries.comes_back)


def test_weekly_references_lines_and_what_is_new(patient: Maren, psychiatrist: Clinician) -> None:
    today = patient.viewer.today
    one = taps(patient, sleep="broken", medicines="as-planned")
    words = taps(patient, mood=None, words="Nothing to tap.", day=ago(patient, 1))
    hidden = taps(patient, day=ago(patient, 2), audience="only_me")
    found = psychiatrist.does(queries.references, [patient.id], today - timedelta(days=1), today)
    assert set(found) == {(patient.id, one, 1), (patient.id, words, 1)}
    assert psychiatrist.does(queries.newer, {patient.id: None}) == {patient.id: 2}
    lines = psychiatrist.does(queries.lines, [one, words, hidden, uuid4()], purpose=Purpose.DIGEST)
    assert [(line.words, line.at.date()) for line in lines] == [
        ("Low, sleep broken, medicines as planned", today),
        ("“Nothing to tap.”", ago(patient, 1)),
    ]
