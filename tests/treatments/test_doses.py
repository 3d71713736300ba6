"""Doses as people write them: periods, words, and changing a dose without touching what was before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.sharing.errors import Invalid
from careteam.sharing.partial import PartialDate
from careteam.treatments.codes import Status
from careteam.treatments.doses import (
    DosePeriod,
    amounts_of,
    checked,
    dose_period,
    from_json,
    is_current,
    running_on,
    status_of,
    status_on,
    steps_words,
    to_json,
    when_stopped,
    when_words,
    with_new_dose,
    words_of,
)
from tests.treatments.doses import TODAY, days, dose, numbers, on, partial_dates, periods, units


# -- Periods -----------------------------------------------------------------------------------------------------------
@given(periods())
def test_a_period_survives_the_way_to_json_and_back(period: DosePeriod) -> None:
    assert from_json(to_json(period)) == period


def test_a_period_is_typed_with_words_dates_and_any_spelling() -> None:
    period = dose_period(" 37,50 ", "µg", "  in the\nmorning ", "2025-03", "")
    assert to_json(period) == {
        "amount": "37.5",
        "unit": "mcg",
        "times": "in the morning",
        "start": "2025-03",
        "end": None,
    }


@pytest.mark.parametrize(
    ("field", "given_"),
    [
        ("amount", {"amount": "much"}),
        ("unit", {"unit": "spoons"}),
        ("times", {"times": "x" * 61}),
        ("times", {"times": "at\0night"}),
        ("start", {"start": "last spring"}),
        ("end", {"end": "2025-02-30"}),
        ("end", {"start": "2025-03", "end": "2025-02"}),
        ("end", {"start": "2025-03-14", "end": "2025-03-13"}),
    ],
)
def test_what_is_wrong_with_a_period_is_said_beside_its_field(field: str, given_: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        dose_period(**{"amount": "100", "unit": "mg", **given_})
    assert list(refused.value.fields) == [field]


def test_one_day_is_a_period_and_so_is_a_year_that_holds_its_end() -> None:
    assert dose_period("1", "mg", "", "2025-03-14", "2025-03-14").when == "14 March 2025"
    assert dose_period("1", "mg", "", "2025-03", "2025").when == "March 2025 to 2025"


@pytest.mark.parametrize("amount", ["0", "1,5", "01", "1.50", "", "-1", "123456789", "1e3"])
def test_a_period_cannot_be_made_with_an_amount_that_was_not_read(amount: str) -> None:
    with pytest.raises(Invalid):
        DosePeriod(amount, "mg")


def test_periods_come_in_order_of_their_start_unknown_first() -> None:
    found = checked([dose("300", "2026-11"), dose("100"), dose("200", "2026", "2026-10")], None, None)
    assert [period.amount for period in found] == ["100", "200", "300"]


@pytest.mark.parametrize(
    "period", [dose("1", "2024-12-31"), dose("1", "2025-05-02"), dose("1", "2025-03", "2025-06"), dose("1", "", "2024")]
)
def test_a_dose_outside_the_time_of_its_medicine_is_refused(period: DosePeriod) -> None:
    with pytest.raises(Invalid) as refused:
        checked([period], PartialDate("2025-01-01"), PartialDate("2025-05-01"))
    assert list(refused.value.fields) == ["periods"]


def test_a_dose_whose_dates_may_lie_inside_is_kept() -> None:
    found = [dose("1", "2025", "2025"), dose("2")]
    assert set(checked(found, PartialDate("2025-01-05"), PartialDate("2025-05-01"))) == set(found)


def test_more_than_a_hundred_doses_are_refused() -> None:
    with pytest.raises(Invalid):
        checked([dose("1")] * 101, None, None)


# -- Words -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("period", "words"),
    [
        (dose("100", times="morning"), "100 mg, morning"),
        (dose("37.5"), "37.5 mg"),
        (dose("1", unit="tablet"), "1 tablet"),
        (dose("0.5", unit="tablet"), "0.5 tablet"),
        (dose("2", unit="patch", times="in the evening"), "2 patches, in the evening"),
        (dose("1.5", unit="tablet"), "1.5 tablets"),
        (dose("25", unit="mcg"), "25 mcg"),
        (dose("6", unit="mg/24 h"), "6 mg/24 h"),
    ],
)
def test_a_dose_in_words(period: DosePeriod, words: str) -> None:
    assert words_of(period) == period.words == words


@pytest.mark.parametrize(
    ("start", "end", "status", "words"),
    [
        ("2025-03-14", "", Status.ACTIVE, "since 14 March 2025"),
        ("2025-03", "", Status.ACTIVE, "since March 2025"),
        ("", "", Status.ACTIVE, "start not known"),
        ("2026-11-01", "2026-12-20", Status.ACTIVE, "1 November to 20 December 2026"),
        ("2019", "", Status.STOPPED, "2019, end not known"),
        ("", "", Status.STOPPED, "dates not known"),
        ("", "2025-05", Status.STOPPED, "until May 2025, start not known"),
        ("2025-03", "2025-05", Status.COMPLETED, "March to May 2025"),
        ("2025-03-14", "2025-03-28", Status.COMPLETED, "14 to 28 March 2025"),
        ("2025-03-14", "2025-03-14", Status.COMPLETED, "14 March 2025"),
        ("2024-09-09", "2025-03-24", Status.STOPPED, "9 September 2024 to 24 March 2025"),
        ("2019", "2020", Status.STOPPED, "2019 to 2020"),
        ("2019", "2020-02", Status.STOPPED, "2019 to February 2020"),
        ("2026-12-01", "", Status.INTENDED, "planned from 1 December 2026"),
        ("2026-12", "2027-02", Status.INTENDED, "planned for December 2026 to February 2027"),
        ("", "", Status.INTENDED, "planned"),
        ("2025-03", "", Status.ON_HOLD, "since March 2025, on hold"),
        ("2025-03", "", Status.UNKNOWN, "March 2025, end not known"),
        ("2025-03", "", Status.NOT_TAKEN, "not taken"),
    ],
)
def test_when_a_medicine_was_taken_in_words(start: str, end: str, status: str, words: str) -> None:
    assert when_words(on(start), on(end), status) == words


def test_no_day_is_invented_for_a_year() -> None:
    assert "January" not in when_words(PartialDate("2019"), None, Status.STOPPED)


def test_two_doses_at_once_are_told_together_and_steps_in_order() -> None:
    morning, evening = dose("50", "2025-01", times="morning"), dose("50", "2025-01", times="evening")
    assert amounts_of([morning, evening]) == "50 mg + 50 mg"
    later = dose("150", "2025-03", times="night")
    assert steps_words([morning, evening, later]) == "50 mg, morning + 50 mg, evening; then 150 mg, night"
    assert steps_words([]) == ""


# -- Taking it now -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "start", "end", "current"),
    [
        (Status.ACTIVE, "2025", "", True),
        (Status.ACTIVE, "", "", True),
        (Status.ACTIVE, "2026-11-23", "", True),
        (Status.ACTIVE, "2026-11-24", "", False),
        (Status.ACTIVE, "2026-11", "", True),
        (Status.ACTIVE, "2025", "2026-11-23", True),
        (Status.ACTIVE, "2025", "2026-11-22", False),
        (Status.ACTIVE, "2025", "2026", True),
        (Status.INTENDED, "2026-11-24", "", False),
        (Status.INTENDED, "2026-11-20", "", True),
        (Status.INTENDED, "", "", False),
        (Status.STOPPED, "2019", "", False),
        (Status.COMPLETED, "2026", "2026", False),
        (Status.ON_HOLD, "2025", "", False),
        (Status.UNKNOWN, "2025", "", False),
        (Status.NOT_TAKEN, "2025", "", False),
        (Status.PENDING, "2025", "", False),
        (Status.ERROR, "2025", "", False),
    ],
)
def test_what_is_taken_now(status: str, start: str, end: str, current: bool) -> None:
    assert is_current(status, on(start), on(end), TODAY) is current


def test_a_planned_medicine_reads_as_taken_once_its_day_has_come_and_as_finished_after_its_end() -> None:
    start, end = PartialDate("2026-11-20"), PartialDate("2026-11-25")
    assert status_on(Status.INTENDED, start, end, date(2026, 11, 19)) == Status.INTENDED
    assert status_on(Status.INTENDED, start, end, date(2026, 11, 20)) == Status.ACTIVE
    assert status_on(Status.INTENDED, start, end, date(2026, 11, 26)) == Status.COMPLETED


@pytest.mark.parametrize(
    ("wanted", "start", "end", "stopped", "status"),
    [
        ("", "2025-03", "", False, Status.ACTIVE),
        ("", "", "", False, Status.ACTIVE),
        ("", "2026-11-24", "", False, Status.INTENDED),
        ("active", "2026-12", "", False, Status.INTENDED),
        ("intended", "", "", False, Status.INTENDED),
        ("intended", "2026-11-20", "", False, Status.ACTIVE),
        ("", "2025", "2025-06", False, Status.COMPLETED),
        ("", "2025", "2025-06", True, Status.STOPPED),
        ("active", "2025", "2025-06", False, Status.COMPLETED),
        ("", "2019", "", True, Status.STOPPED),
        ("stopped", "2019", "", False, Status.STOPPED),
        ("completed", "2019", "", False, Status.COMPLETED),
        ("", "2025", "2026-11-23", False, Status.COMPLETED),
        ("active", "2025", "2026", False, Status.ACTIVE),
        ("", "2025", "2026", False, Status.COMPLETED),
        ("", "2025", "2026-12-24", False, Status.ACTIVE),
        ("on-hold", "2025", "", False, Status.ON_HOLD),
        ("unknown", "2025", "", False, Status.UNKNOWN),
        ("not-taken", "", "", True, Status.NOT_TAKEN),
        ("entered-in-error", "", "", False, Status.ERROR),
    ],
)
def test_the_dates_decide_the_status_where_they_can(
    wanted: str, start: str, end: str, stopped: bool, status: str
) -> None:
    assert status_of(wanted, on(start), on(end), TODAY, stopped=stopped) == status


@pytest.mark.parametrize(
    ("wanted", "start", "end", "stopped", "field"),
    [
        ("stopped", "2026-12-01", "", False, "start"),
        ("", "2026-12-01", "", True, "start"),
        ("stopped", "2025", "2026-12-24", False, "end"),
        ("completed", "2025", "2027", False, "end"),
        ("active", "2025", "", True, "status"),
        ("pending", "2025", "", False, "status"),
        ("taken", "2025", "", False, "status"),
    ],
)
def test_a_status_against_the_dates_is_asked_about(
    wanted: str, start: str, end: str, stopped: bool, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        status_of(wanted, on(start), on(end), TODAY, stopped=stopped)
    assert list(refused.value.fields) == [field]


def test_the_dose_now_is_the_one_whose_time_it_is() -> None:
    steps = [
        dose("300", "2026-10-19", "2026-11-01"),
        dose("600", "2026-11-02", "2026-11-30"),
        dose("900", "2026-12-01"),
    ]
    assert [period.amount for period in running_on(steps, TODAY)] == ["600"]
    assert [period.amount for period in running_on([dose("5")], TODAY)] == ["5"]


def test_after_a_change_known_by_its_month_the_new_dose_is_the_one_now() -> None:
    steps = with_new_dose([dose("300", "2026-10")], PartialDate("2026-11"), "600", "mg")
    assert [period.amount for period in running_on(steps, TODAY)] == ["600"]


# -- Changing a dose ---------------------------------------------------------------------------------------------------
def test_a_new_dose_closes_the_running_one_the_day_before() -> None:
    first, second = dose("300", "2026-10-19", "2026-11-01"), dose("600", "2026-11-02", times="night")
    steps = with_new_dose([first, second], PartialDate("2026-11-16"), "900", "mg", "night")
    assert steps == (
        first,
        dose("600", "2026-11-02", "2026-11-15", times="night"),
        dose("900", "2026-11-16", times="night"),
    )


def test_a_month_is_closed_by_the_same_month_because_nobody_knows_the_day() -> None:
    steps = with_new_dose([dose("300", "2026-10-19")], PartialDate("2026-11"), "600", "mg")
    assert [period.when for period in steps] == ["19 October 2026 to November 2026", "since November 2026"]


def test_all_doses_of_a_day_are_closed_by_the_new_one() -> None:
    steps = with_new_dose(
        [dose("50", "2025-01-01", times="morning"), dose("50", "2025-01-01", times="evening")],
        PartialDate("2025-02-01"),
        "100",
        "mg",
        "morning",
    )
    assert [(period.times, period.end and period.end.text) for period in steps] == [
        ("morning", "2025-01-31"),
        ("evening", "2025-01-31"),
        ("morning", None),
    ]


@pytest.mark.parametrize("from_", ["2026-10-19", "2026-10-18", "2025", "1900-01-01"])
def test_a_change_on_or_before_the_day_the_running_dose_began_is_refused(from_: str) -> None:
    with pytest.raises(Invalid) as refused:
        with_new_dose([dose("300", "2026-10-19")], PartialDate(from_), "600", "mg")
    assert list(refused.value.fields) == ["from_"]


def test_a_change_inside_an_earlier_step_is_refused_and_never_rewrites_it() -> None:
    with pytest.raises(Invalid) as refused:
        with_new_dose([dose("300", "2025-01", "2025-03")], PartialDate("2025-02-01"), "600", "mg")
    assert list(refused.value.fields) == ["from_"]


@given(st.lists(periods(), max_size=6), partial_dates, numbers, units)
def test_changing_a_dose_never_changes_what_was_closed_before(
    before: list[DosePeriod], from_: PartialDate, amount: str, unit: str
) -> None:
    steps = checked(before, None, None)
    try:
        after = with_new_dose(steps, from_, amount, unit)
    except Invalid:
        return  # nothing was made, so nothing can have been rewritten
    closed = [period for period in steps if period.end]
    assert [period for period in after if period in closed] == closed
    opened = [period for period in after if period.end is None]
    assert [(period.start, period.unit) for period in opened] == [(from_, unit)]
    assert len(after) == len(steps) + 1
    for old in (period for period in steps if not period.end):
        assert any(
            (new.amount, new.unit, new.times, new.start) == (old.amount, old.unit, old.times, old.start) and new.end
            for new in after
        )


@given(st.lists(days.map(PartialDate), min_size=2, max_size=8, unique=True))
def test_a_row_of_changes_known_by_the_day_covers_every_day_once(starts: list[PartialDate]) -> None:
    starts.sort()
    steps: tuple[DosePeriod, ...] = (DosePeriod("1", "mg", "", starts[0]),)
    for number, start in enumerate(starts[1:], 2):
        steps = with_new_dose(steps, start, str(number), "mg")
    day = starts[-1].earliest
    assert [period.amount for period in running_on(steps, day)] == [str(len(starts))]
    assert [period.amount for period in running_on(steps, day - timedelta(days=1))] == [str(len(starts) - 1)]


# -- Stopping ----------------------------------------------------------------------------------------------------------
def test_a_stop_closes_what_runs_and_forgets_what_was_planned() -> None:
    steps = [dose("300", "2026-01", "2026-03"), dose("600", "2026-04"), dose("900", "2026-12-01")]
    assert when_stopped(steps, PartialDate("2026-11"), TODAY) == (steps[0], dose("600", "2026-04", "2026-11"))
    assert when_stopped(steps, None, TODAY) == (steps[0], steps[1])


def test_a_planned_end_after_the_stop_gives_way_to_it() -> None:
    planned = [dose("300", "2026-01", "2026-12-24")]
    assert when_stopped(planned, PartialDate("2026-10-01"), TODAY) == (dose("300", "2026-01", "2026-10-01"),)
    assert when_stopped(planned, None, TODAY) == (dose("300", "2026-01"),)


@given(st.lists(periods(), max_size=6))
def test_a_stop_today_never_changes_a_step_that_had_ended(before: list[DosePeriod]) -> None:
    after = when_stopped(before, PartialDate(TODAY.isoformat()), TODAY)
    over = [period for period in before if period.end and period.end.latest < TODAY]
    assert [period for period in after if period in over] == over
