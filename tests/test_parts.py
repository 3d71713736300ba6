"""What the end of a run says of its seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts import FILES, told

ROOT = Path(__file__).resolve().parents[1]


def report(nodeid: str, seconds: float) -> pytest.TestReport:
    return pytest.TestReport(nodeid, ("", None, ""), {}, "passed", None, "call", duration=seconds)


def test_each_part_is_told_with_its_seconds_and_what_it_may_take() -> None:
    reports = [
        report("tests/sharing/test_rule.py::test_a[x::y]", 20.4),
        report("tests/sharing/test_rule.py::test_a[x::y]", 11),
        report("tests/sharing/test_team.py::test_b", 3),
        report("tests/privacy/test_twins.py::test_c", 44.6),
        report("tests/api/test_anything.py::test_d", 1),
        report("tests/api/test_lists.py::test_e", 2.5),
        report("tests/browser/test_note.py::test_f", 75.4),
        report("tests/test_parts.py::test_g", 0.2),
    ]
    assert told(reports, whole=361).splitlines() == [
        "    75 s of 75   browser",
        "    45 s of 45   twins",
        "    31 s of 30   policy: more than it may take",
        "     3 s         sharing",
        "     2 s         api",
        "     1 s of 30   fuzz",
        "     0 s         beside",
        "   361 s of 360  by the clock: more than it may take",
    ]


def test_of_one_part_alone_nothing_is_told() -> None:
    assert told([report("tests/api/test_lists.py::test_e", 2)], whole=9) == ""
    assert told([], whole=9) == ""


def test_what_is_a_part_by_itself_is_there() -> None:
    for file in FILES:
        assert (ROOT / file).is_file(), file
