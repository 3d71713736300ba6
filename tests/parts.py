"""pytest plugin: how many seconds the workers spent on each part of the suite, beside what it may take."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

import pytest

BEGUN = time.monotonic()
# What is a part by itself; every other file belongs to its folder.
FILES = {
    "tests/sharing/test_rule.py": "policy",
    "tests/privacy/test_twins.py": "twins",
    "tests/api/test_anything.py": "fuzz",
}
MAY_TAKE = {"policy": 30, "twins": 45, "browser": 75, "fuzz": 30}  # seconds of a worker
WHOLE = 360  # by the clock


def told(reports: Iterable[pytest.TestReport], *, whole: float) -> str:
    """A line for each part, the longest first, and one for the whole; nothing of a run of one part alone."""
    spent: dict[str, float] = defaultdict(float)
    for report in reports:
        file = report.nodeid.partition("::")[0]
        folders = file.split("/")[1:-1]
        spent[FILES.get(file) or next(iter(folders), "beside")] += report.duration
    if len(spent) < 2:
        return ""
    longest = sorted(spent, key=lambda part: -spent[part])
    lines = [_line(spent[part], MAY_TAKE.get(part), part) for part in longest]
    return "\n".join([*lines, _line(whole, WHOLE, "by the clock")])


def _line(seconds: float, most: int | None, words: str) -> str:
    may = f"of {most}" if most else ""
    over = ": more than it may take" if most and round(seconds) > most else ""
    return f"{seconds:6.0f} s {may:<6}  {words}{over}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end of a run, with or without workers: their reports arrive here with the seconds they took."""
    reports = chain.from_iterable(terminalreporter.stats.values())
    if lines := told((one for one in reports if isinstance(one, pytest.TestReport)), whole=time.monotonic() - BEGUN):
        terminalreporter.section("seconds of each part")
        terminalreporter.write_line(lines)
