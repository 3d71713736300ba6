"""Where things stand on a timeline: the layouts, the axis of time with its ticks, the axis of the score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from careteam.exchange.timeline_letters import width
from careteam.measures.instruments import phq9
from careteam.sharing.partial import MONTHS
from careteam.summaries.timeline_pictures import Window

SMALL = 12  # user units, as .ct2 in careteam.css
LARGE = 13  # .ct
TICK_GAP = 8
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 480)
WEEK = 7
YEAR = 12
MONTHS_FROM = 75  # days; a shorter window has ticks at days


@dataclass(frozen=True, slots=True)
class Layout:
    """The measures of one drawing, in user units: `left` and `right` bound the plot, which is `plot` high.

    `beside`: names stand left of the bars; else above them.
    """

    key: str
    total: int
    left: int
    right: int
    plot: int
    row: int
    bar: int
    beside: bool

    @property
    def across(self) -> int:
        """How wide the plot is."""
        return self.right - self.left


WIDE = Layout("wide", total=980, left=184, right=966, plot=236, row=28, bar=20, beside=True)
PHONE = Layout("phone", total=344, left=81, right=338, plot=216, row=40, bar=12, beside=False)
PAPER = Layout("paper", total=720, left=184, right=712, plot=200, row=26, bar=20, beside=True)  # a page of A4 or Letter


class TimeAxis:
    """Days to user units."""

    def __init__(self, window: Window, layout: Layout) -> None:
        self.window, self.layout = window, layout
        self._first = window.first.toordinal()
        self._unit = layout.across / (window.last.toordinal() + 1 - self._first)

    def x(self, day: date, after: int = 0) -> float:
        """Where a day begins, or the day that many days `after` it; outside the window outside the plot."""
        return self.layout.left + (day.toordinal() + after - self._first) * self._unit

    def middle(self, day: date) -> float:
        """Where the middle of a day lies."""
        return self.layout.left + (day.toordinal() - self._first + 0.5) * self._unit

    def middles(self, days: Iterable[date]) -> list[float]:
        """Where the middles of many days lie."""
        left, first, unit = self.layout.left, self._first - 0.5, self._unit
        return [left + (day.toordinal() - first) * unit for day in days]

    def inside(self, x: float) -> float:
        """The nearest place in the plot."""
        layout = self.layout
        return layout.left if x < layout.left else layout.right if x > layout.right else x


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis of time. `words` and, below them, `year` are empty where there is no room."""

    x: float
    words: str
    year: str


def ticks(axis: TimeAxis) -> list[Tick]:
    """The finest ticks whose words fit side by side. The first word and each January say the year."""
    days = (axis.window.last - axis.window.first).days + 1
    unit = axis.layout.across / days
    if days < MONTHS_FROM:
        room = width("30 Sep", SMALL) + TICK_GAP
        step = next((step for step in DAY_STEPS if step * unit >= room), DAY_STEPS[-1])
        return _labelled(axis, list(_days(axis.window, step)), lambda day: f"{day.day} {MONTHS[day.month - 1][:3]}")
    a_month = unit * 365.25 / 12
    step = next(step for step in MONTH_STEPS if step * a_month >= width("2026", SMALL) + TICK_GAP)
    if step >= YEAR:
        return _labelled(axis, list(_months(axis.window, step)), lambda day: str(day.year), years=False)
    return _labelled(axis, list(_months(axis.window, step)), lambda day: MONTHS[day.month - 1][:3])


def _days(window: Window, step: int) -> Iterator[date]:
    day = window.first
    if step % WEEK == 0:  # weeks begin on Mondays
        day += timedelta(-day.weekday() % WEEK)
    while day <= window.last:
        yield day
        day += timedelta(step)


def _months(window: Window, step: int) -> Iterator[date]:
    month = window.first.year * YEAR + window.first.month - (window.first.day == 1)
    month += -month % step
    while (day := date(month // YEAR, month % YEAR + 1, 1)) <= window.last:
        yield day
        month += step


def _labelled(axis: TimeAxis, days: list[date], words_of: Callable[[date], str], *, years: bool = True) -> list[Tick]:
    made: list[Tick] = []
    words_end = year_end = float("-inf")
    year_said = 0
    for day in days:
        x = axis.x(day)
        words, year = words_of(day), ""
        if x + 3 < words_end or x + 3 + width(words, SMALL) > axis.layout.total - 2:
            words = ""
        else:
            words_end = x + 3 + width(words, SMALL) + 4
        room = x + 3 >= year_end and x + 3 + width(str(day.year), SMALL) <= axis.layout.total - 2
        if years and day.year != year_said and room:
            year, year_said = str(day.year), day.year
            year_end = x + 3 + width(year, SMALL) + 4
        made.append(Tick(x, words, year))
    return made


class ScoreAxis:
    """Totals to user units: the highest total at the top, since lower is better."""

    def __init__(self, layout: Layout, top: float, most: int = phq9.MOST, height: float | None = None) -> None:
        high = layout.plot if height is None else height
        self.top, self.bottom, self.most = top, top + high, most
        self._unit = high / most

    def y(self, total: float) -> float:
        """Where a total lies."""
        return self.bottom - total * self._unit
