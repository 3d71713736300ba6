"""The numbered edge cases about medicines and their trials, one test each, in their order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from careteam.sharing.errors import Invalid
from careteam.treatments.daily import must_ask_unit
from careteam.treatments.doses import DosePeriod, dose_period, is_current, status_of, unit_of
from careteam.treatments.medicine_names import recognized, suggestions
from careteam.treatments.runs import Days
from careteam.treatments.trial_words import aside_words, chip, notes, settled_by, standards_words, why
from careteam.treatments.tried import Adequacy, Episode, Flag, NotJudged, Outcome
from tests.treatments.doses import TODAY, dose, on
from tests.treatments.tried import judge, met, took, trial

TITRATED = (dose("25", "2026-01-01", "2026-01-14"), dose("100", "2026-01-15", "2026-02-25"))
MONTHS = {"start": "2025-01-01", "end": "2025-03-31"}


def _dates(one: DosePeriod) -> dict[str, str]:
    assert one.start
    assert one.end
    return {"start": one.start.text, "end": one.end.text}


def test_e01_forty_two_sufficient_days_after_a_titration_meet_the_six_week_standard() -> None:
    one = trial(took("sertraline", *TITRATED, start="2026-01-01", end="2026-02-25"))
    assert (one.strict, one.adequacy) == (Days(42, 42), Adequacy.FULL)
    assert (met(one, 28), met(one, 42)) == (True, True)


def test_e02_one_day_less_meets_the_four_week_standard_alone() -> None:
    shorter = (TITRATED[0], dose("100", "2026-01-15", "2026-02-24"))
    one = trial(took("sertraline", *shorter, start="2026-01-01", end="2026-02-24"))
    assert (one.strict, one.adequacy) == (Days(41, 41), Adequacy.TOO_SHORT)
    assert (met(one, 28), met(one, 42)) == (True, False)
    assert "4 weeks at the stricter dose: yes" in standards_words(one)
    assert why(one) == "5 weeks and 6 days of the 6 weeks asked for."


def test_e03_a_leap_day_counts() -> None:
    assert trial(took("sertraline", "100", start="2024-02-15", end="2024-03-27")).strict == Days(42, 42)


def test_e04_a_start_known_by_its_month_asks_for_its_day() -> None:
    one = trial(took("citalopram", "20", start="2025-03", end="2025-04-30"))
    assert one.strict == Days(31, 61)
    assert (met(one, 28), met(one, 42), one.adequacy) == (True, None, Adequacy.CANNOT_TELL)
    assert settled_by(one) == ("The day in March 2025 on which citalopram began would settle it.",)
    assert why(one) == "Between 31 and 61 days at a sufficient dose; 6 weeks are asked for."


def test_e05_a_bare_year_with_no_end_cannot_be_told_sorts_by_its_year_and_invents_no_day() -> None:
    vague = took("sertraline", "100", start="2019", status="stopped")
    others = [took("citalopram", "20", start=f"{year}-06-01", end=f"{year}-09-01") for year in (2018, 2020)]
    found = judge(vague, *others).trials
    assert [one.start and one.start.text for one in found] == ["2020-06-01", "2019", "2018-06-01"]
    assert found[1].adequacy == Adequacy.CANNOT_TELL
    said = [*settled_by(found[1]), why(found[1]), found[1].basis.inputs[0].words]
    assert settled_by(found[1])[0] == "The day in 2019 on which sertraline began would settle it."
    assert settled_by(found[1])[1] == "When sertraline ended would settle it."
    assert not any("January" in words for words in said)


def test_e06_an_end_before_the_start_is_refused_and_equal_dates_are_one_day() -> None:
    with pytest.raises(Invalid) as refused:
        dose_period("100", "mg", "", "2025-03-02", "2025-03-01")
    assert "end" in refused.value.fields
    assert trial(took("sertraline", "100", start="2025-03-02", end="2025-03-02")).strict == Days(1, 1)


def test_e07_a_start_to_come_is_planned_with_no_days_and_not_taken_now() -> None:
    tomorrow = on((TODAY + timedelta(days=1)).isoformat())
    assert status_of("", tomorrow, None, TODAY) == "intended"
    assert not is_current("intended", tomorrow, None, TODAY)
    found = judge(took("sertraline", "100", start="2026-11-24", status="intended"))
    assert not found.trials
    assert [one.why for one in found.aside] == [NotJudged.PLANNED]


def test_e08_what_goes_on_grows_by_a_day_each_day() -> None:
    going = took("sertraline", "100", start="2026-11-01")
    days = [trial(going, today=TODAY + timedelta(days=later)).strict for later in range(3)]
    assert days == [Days(23, 23), Days(24, 24), Days(25, 25)]
    assert chip(trial(going)) == "Still running"


def test_e09_the_same_dose_twice_is_offered_and_counts_once_until_decided() -> None:
    one, other = (took("sertraline", "50", **MONTHS, id=id_) for id_ in ("a", "b"))
    found = judge(one, other)
    assert [(pair.kept, pair.other) for pair in found.twice] == [("a", "b")]
    assert (found.trials[0].adequacy, found.trials[0].strict) == (Adequacy.DIFFER, Days(0, 0))
    assert Flag.TWICE in found.trials[0].flags
    vague = judge(one, took("sertraline", dose("50", times="evening"), **MONTHS, id="b"))
    assert vague.trials[0].adequacy == Adequacy.DIFFER  # only one of them says when
    morning, evening = (
        took("sertraline", dose("50", times=when), **MONTHS, id=when) for when in ("morning", "evening")
    )
    decided = judge(morning, evening)
    assert not decided.twice
    assert decided.trials[0].adequacy == Adequacy.FULL


def test_e10_two_doses_a_day_in_one_entry_add_up() -> None:
    doses = dose("50", times="morning"), dose("50", times="evening")
    assert trial(took("sertraline", *doses, **MONTHS)).adequacy == Adequacy.FULL
    assert trial(took("sertraline", dose("50", times="morning and evening"), **MONTHS)).adequacy == Adequacy.FULL
    assert trial(took("sertraline", dose("50"), **MONTHS)).adequacy == Adequacy.DIFFER


def test_e11_a_cross_taper_gives_each_its_own_run_and_taper_days_are_not_sufficient() -> None:
    down = took(
        "sertraline",
        dose("100", "2025-01-01", "2025-03-17"),
        dose("25", "2025-03-18", "2025-03-31"),
        start="2025-01-01",
        end="2025-03-31",
    )
    up = took(
        "venlafaxine",
        dose("37.5", "2025-03-18", "2025-03-31"),
        dose("150", "2025-04-01", "2025-06-30"),
        start="2025-03-18",
        end="2025-06-30",
    )
    one, other = trial(down, up, of="sertraline"), trial(down, up, of="venlafaxine")
    assert (one.strict, other.strict) == (Days(76, 76), Days(91, 91))
    assert Flag.CHANGING_OVER in one.flags & other.flags
    assert Flag.COMBINATION not in one.flags | other.flags
    assert notes(other) == ("Overlaps with sertraline while one was changed for the other.",)


@pytest.mark.parametrize(("break_days", "runs"), [(3, [60]), (10, [30]), (20, [30, 30])])
def test_e12_a_break_of_three_ten_or_twenty_days(break_days: int, runs: list[int]) -> None:
    begins = date(2025, 2, 1) + timedelta(days=29 + break_days + 1)
    first = dose("100", "2025-02-01", "2025-03-02")
    then = dose("100", begins.isoformat(), (begins + timedelta(days=29)).isoformat())
    apart = [took("sertraline", one, **dates) for one, dates in ((first, _dates(first)), (then, _dates(then)))]
    for entries in ([took("sertraline", first, then, start="2025-02-01", end=_dates(then)["end"])], apart):
        assert [one.strict.least for one in judge(*entries).trials] == runs


def test_e13_trazodone_as_needed_for_sleep_never_counts() -> None:
    found = judge(
        took("trazodone", dose("50", times="at night"), start="2024-01-01", as_needed=True, helped="not-at-all")
    )
    assert not found.trials
    assert found.counts.ever.number == 0
    assert aside_words(found.aside[0].why, found.aside[0].ingredient) == (
        "Taken only when needed, often for sleep, so it is not counted as a trial."
    )


def test_e14_twenty_five_mcg_of_liothyronine_are_sufficient_and_25_mg_are_asked_about() -> None:
    base = took("sertraline", "100", **MONTHS)
    small = trial(base, took("liothyronine", dose("25", unit="mcg"), **MONTHS), of="liothyronine")
    assert small.adequacy == Adequacy.FULL
    large = dose("25", unit="mg")
    with pytest.raises(Invalid) as asked:
        must_ask_unit("liothyronine", [large])
    question = "25 mg of liothyronine is very far from any usual amount. Is it really mg?"
    assert asked.value.fields == {"unit_confirmed": question}
    must_ask_unit("liothyronine", [large], confirmed=True)
    must_ask_unit("liothyronine", [dose("25", unit="mcg")])
    kept = trial(base, took("liothyronine", large, **MONTHS), of="liothyronine")
    assert kept.adequacy == Adequacy.CANNOT_TELL
    assert settled_by(kept) == ("Whether “25 mg” of liothyronine is the right unit would settle it.",)


def test_e15_every_spelling_of_microgram_is_one() -> None:
    assert {unit_of(spelled) for spelled in ("µg", "ug", "mcg", "\u00b5g", "\u03bcg", "UG", "Mcg")} == {"mcg"}


def test_e16_a_decimal_comma_is_read_and_one_thousand_is_asked_about() -> None:
    assert dose_period("37,5", "mg").amount == "37.5"
    with pytest.raises(Invalid):
        dose_period("1,000", "mg")


def test_e17_weekly_fluoxetine_counts_as_its_daily_equivalent_with_a_note() -> None:
    one = trial(took("fluoxetine", dose("90", times="once a week"), **MONTHS))
    assert (one.adequacy, Flag.WEEKLY in one.flags) == (Adequacy.FULL, True)
    assert "A weekly form: it is counted as its usual daily amount." in notes(one)
    assert trial(took("fluoxetine weekly", dose("45", times="weekly"), **MONTHS)).adequacy == Adequacy.BELOW


def test_e18_bupropion_xl_150_for_eight_weeks_lies_between_standards() -> None:
    one = trial(took("bupropion XL", "150", start="2025-01-01", end="2025-02-25"))
    assert (one.lower, one.strict, one.adequacy) == (Days(56, 56), Days(0, 0), Adequacy.DIFFER)


def test_e19_venlafaxine_75_for_seven_weeks_lies_between_standards_and_the_atrq_does_not_count_it() -> None:
    found = judge(took("venlafaxine", "75", start="2025-01-01", end="2025-02-18", best=30))
    assert (found.trials[0].adequacy, met(found.trials[0], 42)) == (Adequacy.DIFFER, False)
    assert (found.counts.atrq_ever.number, found.counts.ever.number) == (0, 0)


def test_e20_aripiprazole_without_an_antidepressant_cannot_be_assessed() -> None:
    found = judge(took("aripiprazole", "5", start="2025-01-01", end="2025-02-11", best=0))
    assert found.trials[0].adequacy == Adequacy.NOT_ASSESSABLE
    assert (found.counts.atrq_ever.number, found.counts.ever.number) == (0, 0)


def test_e21_lithium_without_a_level_cannot_be_told() -> None:
    one = trial(took("sertraline", "100", **MONTHS), took("lithium carbonate", "600", **MONTHS), of="lithium")
    assert (one.adequacy, Flag.BY_AMOUNT_ALONE in one.flags) == (Adequacy.CANNOT_TELL, True)
    assert settled_by(one) == ("A level of lithium carbonate, measured about 12 hours after a dose, would settle it.",)


def test_e22_selegiline_by_mouth_is_no_trial_and_the_patch_is() -> None:
    found = judge(took("selegiline", "10", form="tablet, by mouth", **MONTHS))
    assert not found.trials
    assert found.aside[0].why == NotJudged.FORM
    assert trial(took("selegiline", dose("6", unit="mg/24 h"), form="patch", **MONTHS)).adequacy == Adequacy.FULL


def test_e23_free_text_stays_as_it_was_written_and_is_not_judged() -> None:
    found = judge(took("that small blue pill", "1", **MONTHS, best=0))
    assert not found.trials
    assert (found.aside[0].medicine.name, found.aside[0].why) == ("that small blue pill", NotJudged.NO_MATCH)
    assert suggestions("that small blue pill") == ()


def test_e24_brand_and_generic_are_one_ingredient_once_she_said_so() -> None:
    brand = took("Zoloft", "100", start="2024-02-01", end="2024-05-01", ingredient="sertraline", best=10)
    found = judge(brand, took("sertraline", "100", start="2025-02-01", end="2025-05-01", best=10))
    assert found.counts.current
    assert (found.counts.current.number, found.counts.current.names) == (1, ("sertraline",))
    assert {name for one in found.trials for name in one.names} == {"Zoloft", "sertraline"}


def test_e25_a_misspelling_is_a_suggestion_alone_and_stays_as_it_was_typed() -> None:
    assert [one.ingredient for one in suggestions("sertralin")] == ["sertraline"]
    assert recognized("sertralin") == ""
    found = judge(took("sertralin", "100", **MONTHS))
    assert (found.trials, found.aside[0].why) == ((), NotJudged.NO_MATCH)
    confirmed = judge(took("sertralin", "100", **MONTHS, ingredient="sertraline"))
    assert (confirmed.trials[0].ingredient, confirmed.trials[0].names) == ("sertraline", ("sertralin",))


def test_e26_escitalopram_then_citalopram_are_two() -> None:
    found = judge(
        took("escitalopram", "10", start="2024-02-01", end="2024-05-01", best=10),
        took("citalopram", "20", start="2024-06-01", end="2024-09-01", best=49),
    )
    assert found.counts.current
    assert found.counts.current.number == 2
    assert found.counts.current.words == (
        "2 medicines at a sufficient dose and time did not help enough in the current episode."
    )


def test_e27_one_medicine_twice_is_one() -> None:
    found = judge(
        took("sertraline", "100", start="2024-02-01", end="2024-05-01", best=10),
        took("sertraline", "150", start="2025-02-01", end="2025-05-01", best=10),
    )
    assert found.counts.current
    assert (len(found.trials), found.counts.current.number) == (2, 1)


def test_e28_an_earlier_episode_is_in_the_whole_list_and_not_in_the_current_count() -> None:
    found = judge(took("sertraline", "100", start="2021-02-01", end="2021-05-01", best=10))
    assert found.counts.current
    assert (found.counts.current.number, found.counts.ever.number, len(found.trials)) == (0, 1, 1)
    assert found.counts.current.open == ()
    unknown = judge(took("sertraline", "100", start="2021-02-01", end="2021-05-01", best=10), episode=Episode(None))
    assert unknown.counts.current is None
    assert unknown.counts.why_none


def test_e29_stopped_on_day_nine_for_nausea_is_intolerance_and_not_counted() -> None:
    found = judge(took("sertraline", "100", start="2025-02-01", end="2025-02-09", best=0, stop_reason="side-effects"))
    assert (found.trials[0].outcome, found.trials[0].adequacy) == (Outcome.NOT_TOLERATED, Adequacy.TOO_SHORT)
    assert (found.counts.ever.number, found.counts.ever.open) == (0, ())


def test_e30_what_helped_for_a_year_and_then_stopped_helping_is_not_counted() -> None:
    found = judge(took("sertraline", "100", start="2024-02-01", end="2025-03-01", best=80, at_end=20))
    assert found.trials[0].outcome == Outcome.LOST
    assert found.counts.current
    assert (found.counts.current.number, found.counts.ever.number) == (0, 0)


def test_e42_a_dose_that_is_taken_out_changes_the_result_and_the_result_says_so() -> None:
    whole = took("sertraline", *TITRATED, start="2026-01-01", end="2026-02-25", id="a")
    without = took("sertraline", TITRATED[0], start="2026-01-01", end="2026-02-25", id="a", version=2, changed_on=TODAY)
    before, after = trial(whole), trial(without)
    assert (before.adequacy, after.adequacy) == (Adequacy.FULL, Adequacy.BELOW)
    assert (before.basis.inputs[0].version, after.basis.inputs[0].version) == (1, 2)
    assert (before.changed_on, after.changed_on) == ((), ("2026-11-23",))


def test_units_of_every_kind_say_the_same_dose() -> None:
    for amount, unit in (("100", "mg"), ("0.1", "g"), ("100000", "mcg")):
        assert trial(took("sertraline", dose(amount, unit=unit), **MONTHS)).strict == Days(90, 90)
