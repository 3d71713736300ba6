"""What must hold for any ledger: order does not matter, shortest is never longer than longest, units agree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from careteam.sharing.partial import PartialDate
from careteam.treatments.doses import DosePeriod, dose_period
from careteam.treatments.ledger import Ledger, ledger
from careteam.treatments.trials import Trial
from careteam.treatments.tried import Adequacy, Answer, Episode, Medicine, Taken
from tests.treatments.doses import TODAY, dose
from tests.treatments.tried import bare, took, trial

NAMES = ("sertraline", "citalopram", "venlafaxine", "aripiprazole", "lithium", "Zoloft", "trazodone", "paroxetine CR")
RANK = {Adequacy.BELOW: 0, Adequacy.TOO_SHORT: 1, Adequacy.CANNOT_TELL: 2, Adequacy.DIFFER: 3, Adequacy.FULL: 4}
days = st.dates(date(2023, 1, 1), date(2027, 3, 1))
partial_dates = st.builds(lambda day, cut: PartialDate(day.isoformat()[:cut]), days, st.sampled_from([4, 7, 10, 10]))
amounts = st.sampled_from(["5", "10", "25", "50", "75", "100", "150", "300", "600"])


@st.composite
def ordered(draw: st.DrawFn) -> tuple[PartialDate | None, PartialDate | None]:
    start, end = draw(st.none() | partial_dates), draw(st.none() | partial_dates)
    return (end, start) if start and end and end.latest < start.earliest else (start, end)


@st.composite
def doses(draw: st.DrawFn) -> DosePeriod:
    times = draw(st.sampled_from(["", "morning", "evening", "morning and night", "with meals"]))
    return DosePeriod(draw(amounts), draw(st.sampled_from(["mg", "mg", "tablet"])), times, *draw(ordered()))


@st.composite
def medicines(draw: st.DrawFn, number: int) -> Medicine:
    start, end = draw(ordered())
    return Medicine(
        id=f"{number:02}",
        name=draw(st.sampled_from(NAMES)),
        periods=tuple(draw(st.lists(doses(), max_size=3))),
        start=start,
        end=end,
        status=draw(st.sampled_from(["active", "stopped", "completed", "on-hold", "intended", "unknown"])),
        as_needed=draw(st.booleans()) and draw(st.booleans()),
        answer=Answer(best=draw(st.none() | st.integers(0, 100)), helped=draw(st.sampled_from(["", "a-little"]))),
        taken=tuple(Taken(on, 3) for on in draw(st.lists(days, max_size=1))),
    )


@st.composite
def records(draw: st.DrawFn) -> list[Medicine]:
    return [draw(medicines(number)) for number in range(draw(st.integers(0, 5)))]


@settings(max_examples=120)
@given(records(), st.randoms(use_true_random=False), st.none() | partial_dates)
def test_the_order_of_entry_never_matters_and_shortest_is_never_longer_than_longest(
    written: list[Medicine], dice: Random, began: PartialDate | None
) -> None:
    episode = Episode(began, "e")
    first = ledger(written, today=TODAY, episode=episode)
    again = [
        Medicine(**{**{name: getattr(one, name) for name in one.__slots__}, "periods": one.periods[::-1]})
        for one in written
    ]
    dice.shuffle(again)
    second = ledger(again, today=TODAY, episode=episode)
    assert [_seen(one) for one in first.trials] == [_seen(one) for one in second.trials]
    assert [(one.medicine.id, one.why) for one in first.aside] == [(one.medicine.id, one.why) for one in second.aside]
    assert first.twice == second.twice
    assert _counted(first) == _counted(second)
    for one in first.trials:
        for run in (one.strict, one.lower):
            assert run.least >= 0
            assert run.most is None or run.least <= run.most
        assert one.strict.least <= one.lower.least
        assert one.lower.most is None or (one.strict.most is not None and one.strict.most <= one.lower.most)


def _seen(one: Trial) -> tuple[object, ...]:
    return bare(one), one.entries, one.names


def _counted(found: Ledger) -> list[object]:
    counts = found.counts
    every = (counts.current, counts.ever, counts.atrq_current, counts.atrq_ever)
    return [one and (one.number, one.of, one.names, one.open, one.words) for one in every]


@settings(max_examples=60)
@given(days, st.integers(0, 120), st.integers(0, 120), amounts, st.sampled_from(["stopped", "active"]))
def test_of_one_regular_dose_a_later_end_never_shortens(
    start: date, length: int, more: int, amount: str, status: str
) -> None:
    shorter, longer = (
        took(
            "sertraline", amount, start=start.isoformat(), end=(start + timedelta(days=last)).isoformat(), status=status
        )
        for last in (length, length + more)
    )
    if start <= TODAY:
        one, other = trial(shorter), trial(longer)
        assert one.strict.least <= other.strict.least
        assert one.lower.least <= other.lower.least
        assert RANK[one.adequacy] <= RANK[other.adequacy]


@settings(max_examples=60)
@given(st.integers(1, 400), st.sampled_from(["mg", "MG", "milligrams"]), st.sampled_from(["µg", "ug", "mcg", "μg"]))
def test_spellings_of_units_agree(milligrams: int, mg: str, mcg: str) -> None:
    spelled = [
        dose_period(str(milligrams), mg),
        dose_period(str(milligrams * 1000), mcg),
        dose_period(f"{Decimal(milligrams) / 1000:.4f}", "g"),
    ]
    found = [
        bare(trial(took("sertraline", one, start="2025-01-01", end="2025-03-31", id=str(at))))
        for at, one in enumerate(spelled)
    ]
    assert found[0] == found[1] == found[2]


@settings(max_examples=60)
@given(ordered(), days, days)
def test_every_day_a_vague_date_can_mean_lies_between_the_shortest_and_the_longest(
    vague: tuple[PartialDate | None, PartialDate | None], one: date, other: date
) -> None:
    start, end = vague
    told = took("sertraline", dose("100"), start=start.text if start else "", end=end.text if end else "")
    meant = [
        min(max(day, on.earliest), on.latest) if on else day
        for day, on in ((min(one, other), start), (max(one, other), end))
    ]
    if meant[0] > meant[1] or meant[0] > TODAY or (start and start.earliest > TODAY):
        return
    if end is None:
        meant[1] = TODAY
    exact = trial(took("sertraline", dose("100"), start=meant[0].isoformat(), end=meant[1].isoformat()))
    found = trial(told)
    assert found.strict.least <= exact.strict.least
    assert found.strict.most is None or exact.strict.least <= found.strict.most
