"""Doses for the tests of amounts and doses: one in a word, and any that can be."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from careteam.sharing.partial import PartialDate
from careteam.treatments.doses import SPELLINGS, DosePeriod, dose_period

TODAY = date(2026, 11, 23)


def on(text: str) -> PartialDate | None:
    return PartialDate(text) if text else None


def dose(amount: str, start: str = "", end: str = "", unit: str = "mg", times: str = "") -> DosePeriod:
    return DosePeriod(amount, unit, times, on(start), on(end))


days = st.dates(date(1950, 1, 1), date(2090, 12, 31)).map(date.isoformat)
partial_dates = st.builds(lambda day, cut: PartialDate(day[:cut]), days, st.sampled_from([4, 7, 10]))
maybe = st.none() | partial_dates
numbers = st.decimals("0.0001", "9999", places=4).map(lambda number: format(number.normalize(), "f"))
units = st.sampled_from(sorted(SPELLINGS))
words = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)
times = words.map(lambda text: dose_period("1", "mg", text).times)


@st.composite
def periods(draw: st.DrawFn) -> DosePeriod:
    start, end = draw(maybe), draw(maybe)
    if start and end and end.latest < start.earliest:
        start, end = end, start
    return DosePeriod(draw(numbers), draw(units), draw(times), start, end)
