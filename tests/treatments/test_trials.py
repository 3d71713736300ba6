"""Trials judged, rule by rule: the published case, runs, imprecise dates, what was added, taken less, and levels."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import pytest

from careteam.sharing.partial import PartialDate
from careteam.treatments.runs import Days
from careteam.treatments.trial_words import chip, notes, outcome_said, settled_by, standards_words, title, why
from careteam.treatments.tried import SENTENCE, Adequacy, Answer, Episode, Flag, NotJudged, Outcome, Sessions, Taken
from tests.bench.ledger import best_of, twelve_of_five
from tests.treatments.doses import TODAY, dose, on
from tests.treatments.tried import EPISODE, judge, level, met, published, took, trial

MONTHS = {"start": "2025-01-01", "end": "2025-03-31"}


# -- The published case ------------------------------------------------------------------------------------------------
def test_the_published_case_of_five_comes_out_as_it_was_printed() -> None:
    found = judge(*published(), episode=Episode(on("2017-12")))
    said = {one.ingredient: (one.adequacy, one.outcome) for one in found.trials}
    assert said == {
        "sertraline": (Adequacy.FULL, Outcome.NOT_ENOUGH),  # failed, adequate
        "citalopram": (Adequacy.TOO_SHORT, Outcome.NOT_ENOUGH),  # inadequate: time
        "venlafaxine": (Adequacy.DIFFER, Outcome.NOT_ENOUGH),  # inadequate: dose; between standards here
        "duloxetine": (Adequacy.FULL, Outcome.LOST),  # response, then loss
        "aripiprazole": (Adequacy.FULL, Outcome.NOT_ENOUGH),  # failed; added
    }
    counts = found.counts
    assert counts.atrq_current
    assert counts.current
    assert (counts.atrq_current.number, counts.atrq_current.of) == (2, 5)
    assert (counts.current.number, counts.current.of) == (1, 4)  # what was added does not raise this count
    assert (counts.atrq_ever.number, counts.ever.number) == (2, 1)
    assert counts.current.words == (
        "1 medicine at a sufficient dose and time did not help enough in the current episode."
    )
    assert counts.atrq_current.words.endswith("2 of 5 tried in the current episode.")


def test_every_result_carries_its_rule_its_table_what_it_used_and_the_sentence() -> None:
    found = judge(*published(), episode=Episode(on("2017-12"), "e", 3))
    assert found.counts.sentence == SENTENCE == "A count to discuss, not a diagnosis."
    for basis in (*(one.basis for one in found.trials), found.counts.ever.basis):
        assert (basis.rule, basis.table, basis.sentence) == ("trials 1", "doses 2026-11-23", SENTENCE)
        assert basis.inputs
    assert found.counts.current
    used = {one.id: (one.version, one.words) for one in found.counts.current.basis.inputs}
    assert used["e"] == (3, "current episode, since December 2017")
    assert used["1"] == (1, "sertraline, 100 mg, 1 January to 31 March 2018")


def test_the_words_of_the_published_case_judge_the_trial_and_nobody() -> None:
    found = {one.ingredient: one for one in judge(*published()).trials}
    assert {name: (chip(one), title(one), outcome_said(one)) for name, one in found.items()} == {
        "sertraline": ("Full trial", "Sertraline", "Did not help enough (0 % better at best)"),
        "citalopram": ("Not long enough", "Citalopram", "Did not help enough (0 % better at best)"),
        "venlafaxine": ("Standards differ", "Venlafaxine", "Did not help enough (30 % better at best, partly)"),
        "duloxetine": ("Full trial", "Duloxetine", "Helped, then stopped helping (80 % better at best, later 35 %)"),
        "aripiprazole": (
            "Full trial",
            "Aripiprazole, added to duloxetine",
            "Did not help enough (0 % better at best)",
        ),
    }
    assert why(found["citalopram"]) == "4 weeks and 2 days of the 6 weeks asked for."
    assert why(found["aripiprazole"]) == "4 weeks and 1 day at a sufficient dose; 4 weeks are asked for."
    assert standards_words(found["venlafaxine"]) == (
        "4 weeks at the stricter dose: no",
        "4 weeks at the lower dose: yes",
        "6 weeks at the stricter dose: no",
        "6 weeks at the lower dose: yes",
    )
    said = " ".join([*map(why, found.values()), *map(outcome_said, found.values())]).lower()
    assert not any(word in said for word in ("fail", "you have", "non-compl", "resistan", "should"))


# -- Dose and time -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "amount", "end", "label"),
    [
        ("fluvoxamine", "49.9", "2025-03-31", Adequacy.BELOW),
        ("fluvoxamine", "50", "2025-03-31", Adequacy.DIFFER),
        ("fluvoxamine", "99.9", "2025-03-31", Adequacy.DIFFER),
        ("fluvoxamine", "100", "2025-03-31", Adequacy.FULL),
        ("fluvoxamine", "100", "2025-02-11", Adequacy.FULL),
        ("fluvoxamine", "100", "2025-02-10", Adequacy.TOO_SHORT),
        ("fluvoxamine", "50", "2025-02-10", Adequacy.TOO_SHORT),
        ("fluvoxamine", "25", "2025-01-03", Adequacy.BELOW),
    ],
)
def test_below_is_below_between_the_figures_standards_differ_and_at_the_strict_one_it_is_full(
    name: str, amount: str, end: str, label: Adequacy
) -> None:
    assert trial(took(name, amount, start="2025-01-01", end=end)).adequacy == label


def test_the_longest_single_run_counts_and_never_the_sum() -> None:
    doses = [dose("100", f"2025-{month:02}-01", f"2025-{month:02}-20") for month in range(1, 6)]
    one = trial(took("sertraline", *doses, start="2025-01-01", end="2025-05-20"))
    assert one.strict == Days(20, 20)


def test_a_bridged_break_is_not_counted_and_two_in_a_row_are_both_bridged() -> None:
    doses = [
        dose("100", "2025-01-01", "2025-01-15"),
        dose("100", "2025-01-19", "2025-02-01"),
        dose("100", "2025-02-05", "2025-02-17"),
    ]
    assert trial(took("sertraline", *doses, start="2025-01-01", end="2025-02-17")).strict == Days(42, 42)


@pytest.mark.parametrize(("days", "runs"), [(3, [60]), (4, [30]), (14, [30]), (15, [30, 30])])
def test_a_break_of_three_days_is_bridged_and_one_of_fifteen_begins_a_new_trial(days: int, runs: list[int]) -> None:
    again = date(2025, 1, 31) + timedelta(days=days)
    doses = (
        dose("100", "2025-01-01", "2025-01-30"),
        dose("100", again.isoformat(), (again + timedelta(days=29)).isoformat()),
    )
    whole = took("sertraline", *doses, start="2025-01-01", end=(again + timedelta(days=29)).isoformat())
    assert [one.strict.least for one in judge(whole).trials] == runs


def test_a_lower_dose_in_between_ends_a_run_like_a_break() -> None:
    doses = [
        dose("100", "2025-01-01", "2025-01-31"),
        dose("50", "2025-02-01", "2025-02-10"),
        dose("100", "2025-02-11", "2025-03-10"),
    ]
    one = trial(took("sertraline", *doses, start="2025-01-01", end="2025-03-10"))
    assert (one.strict, one.lower) == (Days(31, 31), Days(69, 69))


def test_two_strengths_of_two_entries_add_up() -> None:
    found = trial(took("sertraline", "50", **MONTHS), took("sertraline", "100", **MONTHS))
    assert (found.adequacy, found.strict, len(found.entries)) == (Adequacy.FULL, Days(90, 90), 2)


def test_a_paroxetine_counts_by_its_formulation() -> None:
    assert trial(took("paroxetine", "20", **MONTHS)).adequacy == Adequacy.FULL
    assert trial(took("paroxetine CR", "20", **MONTHS)).adequacy == Adequacy.BELOW
    assert trial(took("paroxetine", "25", form="CR tablet", **MONTHS)).adequacy == Adequacy.FULL
    mixed = trial(took("paroxetine", "10", **MONTHS), took("paroxetine CR", "12.5", **MONTHS))
    assert mixed.adequacy == Adequacy.FULL  # 10 of the one and 12.5 of the other are a full dose together


def test_a_salt_of_bupropion_counts_as_what_it_is_equal_to() -> None:
    assert trial(took("bupropion hydrobromide", "348", **MONTHS)).adequacy == Adequacy.FULL
    assert trial(took("bupropion hydrobromide", dose("174", times="twice a day"), **MONTHS)).adequacy == Adequacy.FULL
    assert trial(took("bupropion hydrobromide", "174", **MONTHS)).adequacy == Adequacy.DIFFER
    assert trial(took("bupropion", "174", **MONTHS)).adequacy == Adequacy.DIFFER


def test_tablets_count_by_the_strength_in_the_name_and_stay_open_without_one() -> None:
    two = dose("2", unit="tablet")
    assert trial(took("Sertraline 50 mg tablets", two, **MONTHS)).adequacy == Adequacy.FULL
    one = trial(took("sertraline", two, **MONTHS))
    assert (one.adequacy, settled_by(one)) == (
        Adequacy.CANNOT_TELL,
        ("How many mg “2 tablets” of sertraline is would settle it.",),
    )


def test_an_unknown_amount_beside_a_known_one_stays_open() -> None:
    one = trial(took("sertraline", "50", **MONTHS), took("sertraline", dose("1", unit="tablet"), **MONTHS))
    assert (one.strict, one.lower, one.adequacy) == (Days(0, 90), Days(90, 90), Adequacy.CANNOT_TELL)


def test_without_an_amount_or_how_often_it_stays_open_unless_the_time_was_too_short_anyway() -> None:
    unknown = trial(took("sertraline", **MONTHS))
    assert settled_by(unknown) == ("How much of sertraline was taken a day would settle it.",)
    rarely = trial(took("sertraline", dose("100", times="with meals"), **MONTHS))
    assert settled_by(rarely) == ("How often a day “100 mg, with meals” of sertraline was taken would settle it.",)
    short = trial(took("sertraline", start="2025-01-01", end="2025-01-20"))
    assert (short.adequacy, short.openings) == (Adequacy.TOO_SHORT, ())


# -- Imprecise dates ---------------------------------------------------------------------------------------------------
def test_a_dose_changed_in_a_known_month_was_the_one_or_the_other_on_each_day_of_it() -> None:
    doses = dose("50", "2025-01-01", "2025-03"), dose("100", "2025-03", "2025-04-30")
    one = trial(took("sertraline", *doses, start="2025-01-01", end="2025-04-30"))
    assert one.strict == Days(31, 60)  # from 31 March, or from 2 March: the first of March was still the old dose
    assert one.lower == Days(120, 120)  # never less than the lower of the two, never both on top of each other
    assert settled_by(one) == ()


def test_a_month_of_two_halves_is_no_double_dose() -> None:
    doses = dose("50", "2025-01-01", "2025-03"), dose("50", "2025-03", "2025-04-30")
    one = trial(took("sertraline", *doses, start="2025-01-01", end="2025-04-30"))
    assert (one.strict, one.lower, one.adequacy) == (Days(0, 0), Days(120, 120), Adequacy.DIFFER)


def test_two_entries_are_one_trial_where_one_ends_as_the_other_begins_and_two_where_years_alone_are_known() -> None:
    handed = took("sertraline", "50", start="2025-01-01", end="2025-03"), took("sertraline", "100", start="2025-03")
    assert [len(one.entries) for one in judge(*handed).trials] == [2]
    years = took("sertraline", "50", start="2019", end="2020"), took("sertraline", "100", start="2021", end="2022")
    assert [len(one.entries) for one in judge(*years).trials] == [1, 1]


def test_a_low_dose_of_unsure_length_cannot_be_told_either() -> None:
    one = trial(took("fluvoxamine", "50", start="2025-03", end="2025-04-30"))
    assert (one.strict, one.lower, one.adequacy) == (Days(0, 0), Days(31, 61), Adequacy.CANNOT_TELL)


def test_a_start_nobody_knows_gives_no_longest_run() -> None:
    one = trial(took("sertraline", "100", end="2025-03-14"))
    assert (one.strict, one.adequacy) == (Days(1, None), Adequacy.CANNOT_TELL)
    assert settled_by(one) == ("When sertraline began would settle it.",)
    assert why(one) == "At least 1 day at a sufficient dose; 6 weeks are asked for."


def test_a_stop_without_a_day_cannot_be_told_and_an_earlier_dose_may_settle_it() -> None:
    open_end = took("sertraline", "100", start="2025-03-14", status="stopped")
    assert trial(open_end).adequacy == Adequacy.CANNOT_TELL
    assert settled_by(trial(open_end)) == ("When sertraline ended would settle it.",)
    long_before = dose("100", "2025-01-01", "2025-03-31"), dose("50", "2025-04-01")
    assert trial(took("sertraline", *long_before, start="2025-01-01", status="stopped")).adequacy == Adequacy.FULL
    recent = (TODAY - timedelta(days=20)).isoformat()
    assert trial(took("sertraline", "100", start=recent, status="stopped")).adequacy == Adequacy.TOO_SHORT


def test_an_end_to_come_counts_until_today() -> None:
    assert trial(took("sertraline", "100", start="2026-11-01", end="2026-12-31", status="active")).strict == Days(
        23, 23
    )


# -- Taken less than planned -------------------------------------------------------------------------------------------
def _told(*days: int) -> tuple[Taken, ...]:
    return tuple(Taken(date(2025, 1, 7) + timedelta(days=7 * week), taken) for week, taken in enumerate(days))


def test_taken_on_fewer_than_four_days_of_five_cannot_be_told() -> None:
    less = trial(took("sertraline", "100", **MONTHS, taken=_told(5, 6, 5)))
    assert (less.adequacy, met(less, 42), Flag.LESS_THAN_PLANNED in less.flags) == (Adequacy.CANNOT_TELL, None, True)
    assert less.openings == ()
    assert notes(less)[0].startswith("Taken less than planned")
    assert trial(took("sertraline", "100", **MONTHS, taken=_told(5, 6, 6))).adequacy == Adequacy.FULL  # 17 of 21
    assert trial(took("sertraline", "100", **MONTHS)).adequacy == Adequacy.FULL
    for outside in (date(2025, 5, 1), date(2025, 1, 6), date(2025, 4, 1)):
        away = took("sertraline", "100", **MONTHS, taken=(Taken(outside, 0),))
        assert trial(away).adequacy == Adequacy.FULL
    short = trial(took("sertraline", "100", start="2025-01-01", end="2025-01-20", taken=_told(0)))
    assert short.adequacy == Adequacy.TOO_SHORT


def test_of_two_runs_as_long_what_she_said_of_the_later_one_counts() -> None:
    doses = (
        dose("100", "2025-01-01", "2025-02-14"),
        dose("25", "2025-02-15", "2025-02-28"),
        dose("100", "2025-03-01", "2025-04-14"),
    )
    for on_day, label in ((date(2025, 4, 1), Adequacy.CANNOT_TELL), (date(2025, 2, 1), Adequacy.FULL)):
        one = took("sertraline", *doses, start="2025-01-01", end="2025-04-14", taken=(Taken(on_day, 1),))
        assert trial(one).adequacy == label


# -- What was added, what ran beside -----------------------------------------------------------------------------------
def test_what_is_added_is_judged_on_days_of_a_sufficient_antidepressant_alone_by_four_weeks() -> None:
    base = took("sertraline", "100", start="2025-01-01", end="2025-02-28")
    for first, last, label in (
        ("2025-01-01", "2025-01-28", Adequacy.FULL),
        ("2025-01-01", "2025-01-27", Adequacy.TOO_SHORT),
        ("2025-02-10", "2025-04-30", Adequacy.TOO_SHORT),  # 19 days beside it
        ("2025-03-10", "2025-06-30", Adequacy.NOT_ASSESSABLE),
    ):
        one = trial(base, took("aripiprazole", "5", start=first, end=last), of="aripiprazole")
        assert (one.adequacy, one.needed) == (label, 28)
    low = took("sertraline", "50", start="2025-01-01", end="2025-02-28")
    between = trial(low, took("aripiprazole", "2", start="2025-01-01", end="2025-02-28"), of="aripiprazole")
    assert between.adequacy == Adequacy.DIFFER
    assert title(between) == "Aripiprazole, added to sertraline"
    assert notes(between) == ("Added to sertraline: judged on days when that was at a sufficient dose.",)


def test_two_antidepressants_at_a_usual_dose_are_a_combination_and_two_trials() -> None:
    first = took("sertraline", "100", start="2025-01-01", end="2025-06-30", best=10)
    second = took("bupropion", "300", start="2025-03-01", end="2025-06-30", best=10)
    found = judge(first, second)
    assert found.counts.current
    assert found.counts.current.number == 2
    assert {one.ingredient: Flag.COMBINATION in one.flags for one in found.trials} == {
        "sertraline": False,
        "bupropion": True,
    }
    assert notes(found.trials[0]) == ("A combination: taken together with sertraline.",)


def test_fourteen_days_of_both_are_changing_over_and_no_combination() -> None:
    first = took("sertraline", "100", start="2025-01-01", end="2025-03-14")
    for began, combined in (("2025-03-01", False), ("2025-02-28", True)):
        second = trial(first, took("citalopram", "20", start=began, end="2025-06-30"), of="citalopram")
        assert (Flag.COMBINATION in second.flags, Flag.CHANGING_OVER in second.flags) == (combined, not combined)


def test_venlafaxine_and_desvenlafaxine_are_two_with_a_note() -> None:
    found = judge(
        took("venlafaxine", "150", start="2024-02-01", end="2024-05-01", best=10),
        took("desvenlafaxine", "50", start="2024-06-01", end="2024-09-01", best=10),
    )
    assert found.counts.ever.number == 2
    assert found.counts.ever.notes == ("Venlafaxine turns into desvenlafaxine in the body; they count as two.",)


def test_a_product_of_two_counts_by_the_tablet_and_as_a_trial_of_its_antidepressant() -> None:
    capsules = took("olanzapine/fluoxetine 6/25 mg", dose("1", unit="capsule"), **MONTHS, best=10)
    found = {one.ingredient: one for one in judge(capsules).trials}
    assert {name: one.adequacy for name, one in found.items()} == {
        "fluoxetine": Adequacy.FULL,
        "olanzapine + fluoxetine": Adequacy.FULL,
    }
    assert title(found["olanzapine + fluoxetine"]) == "Olanzapine + fluoxetine"
    two = took("dextromethorphan-bupropion", dose("1", unit="tablet", times="twice a day"), **MONTHS)
    assert trial(two).adequacy == Adequacy.FULL
    in_mg = trial(took("dextromethorphan-bupropion", "195", **MONTHS))
    assert in_mg.adequacy == Adequacy.CANNOT_TELL


# -- Levels and sessions -----------------------------------------------------------------------------------------------
def test_lithium_is_judged_by_its_level_while_the_dose_stays_the_same() -> None:
    base = took("sertraline", "100", **MONTHS)
    salt = took(
        "lithium carbonate", dose("600", "2025-01-01", "2025-01-31"), dose("900", "2025-02-01", "2025-03-31"), **MONTHS
    )
    for levels, label in (
        ([level("0.7", "2025-02-10")], Adequacy.FULL),  # all 59 days of 900 mg
        ([level("0.7", "2025-03-25")], Adequacy.FULL),  # back to the first day of that dose
        ([level("0.55", "2025-02-10")], Adequacy.CANNOT_TELL),  # the first month may have been sufficient
        ([level("0.55", "2025-02-10"), level("0.5", "2025-01-10")], Adequacy.DIFFER),
        ([level("0.4", "2025-02-10"), level("0.4", "2025-01-10")], Adequacy.BELOW),
        ([level("0.7", "2025-02-10"), level("0.4", "2025-02-20"), level("0.4", "2025-01-10")], Adequacy.TOO_SHORT),
        ([level("0.7", "2025-02-10", hours="3")], Adequacy.CANNOT_TELL),
        ([level("0.7", "2025-02")], Adequacy.CANNOT_TELL),
        ([level("0.7", "2025-02-10", unit="mEq/L")], Adequacy.FULL),
        ([level("0.7", "2025-02-10", unit="mg/L")], Adequacy.CANNOT_TELL),
        ([level("0.7", "2025-02-10", substance="sodium")], Adequacy.CANNOT_TELL),
    ):
        one = trial(base, salt, levels=levels, of="lithium")
        assert one.adequacy == label, levels
    no_amount = took("lithium", **MONTHS)
    assert trial(base, no_amount, levels=[level("0.7", "2025-02-10")], of="lithium").adequacy == Adequacy.FULL
    told = trial(base, salt, levels=[level("0.7", "2025-02-10")], of="lithium")
    assert notes(told)[-1] == "Judged by the level that was measured."
    assert told.basis.inputs[-1].words == "level of lithium, 10 February 2025"


def test_a_level_of_nortriptyline_is_enough_beside_a_low_dose() -> None:
    low = took("nortriptyline", "25", **MONTHS)
    assert trial(low).adequacy == Adequacy.BELOW
    enough = [level("90", "2025-02-01", "nortriptyline", "ng/mL")]
    assert trial(low, levels=enough).adequacy == Adequacy.FULL
    assert trial(low, levels=[level("190", "2025-02-01", "nortriptyline", "ng/mL")]).adequacy == Adequacy.BELOW


def _sessions(days: int, every: int = 3, **more: Any) -> Sessions:
    dates = tuple(PartialDate((date(2025, 1, 6) + timedelta(days=at * every)).isoformat()) for at in range(days))
    return Sessions(**{"id": "s", "name": "84 mg", "start": dates[0], "end": dates[-1], "dates": dates, **more})


@pytest.mark.parametrize(
    ("course", "label"),
    [
        (_sessions(8), Adequacy.FULL),
        (_sessions(7), Adequacy.TOO_SHORT),
        (_sessions(8, every=4), Adequacy.TOO_SHORT),  # 29 days from first to last
        (_sessions(8, name="with Dr Lee"), Adequacy.CANNOT_TELL),
        (_sessions(8, name="28 mg"), Adequacy.BELOW),
        (_sessions(7, count=8), Adequacy.CANNOT_TELL),
        (_sessions(8, dates=(PartialDate("2025-01"),) * 8), Adequacy.CANNOT_TELL),
    ],
)
def test_esketamine_is_counted_in_sessions_eight_within_four_weeks(course: Sessions, label: Adequacy) -> None:
    one = trial(sessions=[course])
    assert (one.adequacy, one.counted) == (label, "sessions")
    assert bool(settled_by(one)) == (label == Adequacy.CANNOT_TELL)


def test_esketamine_counts_as_a_medicine_and_says_its_sessions() -> None:
    found = judge(sessions=[_sessions(8, answer=Answer(best=10))])
    assert found.counts.current
    assert found.counts.current.names == ("esketamine",)
    assert why(found.trials[0]) == "8 sessions within four weeks; 8 are asked for."
    aside = judge(took("esketamine", "84", **MONTHS)).aside
    assert aside[0].why == NotJudged.SESSIONS


# -- What it did -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"best": 0}, Outcome.NOT_ENOUGH),
        ({"best": 49}, Outcome.NOT_ENOUGH),
        ({"best": 50}, Outcome.HELPED),
        ({"best": 50, "at_end": 49}, Outcome.LOST),
        ({"best": 80, "at_end": 50}, Outcome.HELPED),
        ({"best": 80, "helped": "not-at-all"}, Outcome.HELPED),
        ({"helped": "not-at-all"}, Outcome.NOT_ENOUGH),
        ({"helped": "a-little"}, Outcome.NOT_ENOUGH),
        ({"helped": "somewhat"}, Outcome.UNKNOWN),
        ({"helped": "a-lot"}, Outcome.HELPED),
        ({"helped": "cannot-tell", "stop_reason": "did-not-help"}, Outcome.UNKNOWN),
        ({"stop_reason": "did-not-help"}, Outcome.NOT_ENOUGH),
        ({"stop_reason": "cost"}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
    ],
)
def test_below_half_is_not_enough_and_what_nobody_answered_is_unknown(told: dict[str, Any], outcome: Outcome) -> None:
    found = judge(took("sertraline", "100", **MONTHS, **told))
    assert found.trials[0].outcome == outcome
    assert found.counts.ever.number == (outcome == Outcome.NOT_ENOUGH)
    assert found.counts.ever.open == (("sertraline",) if outcome == Outcome.UNKNOWN else ())


def test_of_several_entries_of_one_trial_the_answer_of_the_one_that_went_on_longest_counts() -> None:
    first = took("sertraline", "50", start="2025-01-01", end="2025-02-28", best=80, id="b")
    then = took("sertraline", "100", start="2025-03-01", end="2025-06-30", best=20, id="a")
    assert trial(first, then).outcome == Outcome.NOT_ENOUGH
    unanswered = took("sertraline", "100", start="2025-03-01", end="2025-06-30", id="a")
    assert trial(first, unanswered).outcome == Outcome.HELPED


def test_a_trial_that_may_lie_before_the_episode_is_named_and_not_counted() -> None:
    began = Episode(PartialDate("2025"), "e")
    found = judge(took("sertraline", "100", **MONTHS, best=10), episode=began)
    assert found.counts.current
    assert (found.counts.current.number, found.counts.current.open) == (0, ("sertraline",))
    certain = judge(took("sertraline", "100", **MONTHS, best=10), episode=EPISODE)
    assert certain.counts.current
    assert certain.counts.current.number == 1


def test_side_effects_after_a_full_trial_do_not_take_the_trial_away() -> None:
    one = trial(took("sertraline", "100", **MONTHS, best=20, stop_reason="side-effects"))
    assert (one.outcome, Flag.SIDE_EFFECTS in one.flags) == (Outcome.NOT_ENOUGH, True)


def test_what_was_not_taken_is_no_trial() -> None:
    assert [one.why for one in judge(took("sertraline", "100", **MONTHS, status="not-taken")).aside] == [
        NotJudged.NOT_TAKEN
    ]


def additions() -> float:
    """What ten thousand of them take, in milliseconds of this thread."""
    begin, total = time.thread_time(), 0
    for number in range(10_000):
        total += number
    return (time.thread_time() - begin) * 1000


def test_sixty_dose_periods_take_no_longer_than_a_hundred_thousand_additions() -> None:
    medicines = twelve_of_five()
    assert sum(len(one.periods) for one in medicines) == 60
    best_of(medicines, 3)
    # The bench holds the bound in milliseconds. Here the machine may be slow, and in turns: what a ledger takes is
    # held to ten thousand additions just before and after it, of which it was 2.6 to 5.0 times as long.
    taken = [best_of(medicines, 1)[0] / max(additions(), additions()) for _ in range(40)]
    assert min(taken) < 10
