"""docs/clinical.md is held to the tests: what it names exists, and no numbered edge case is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

from careteam.treatments.dose_table import TABLE_VERSION
from careteam.treatments.tried import RULE_VERSION

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "clinical.md").read_text()
RULES = "| rule | source | test | verified |"


def _tests() -> dict[str, Path]:
    """Every test there is, by its name, with the directory it stands in."""
    return {
        name: path.parent
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }


def test_every_test_named_in_the_clinical_rules_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named
    assert named <= _tests().keys(), sorted(named - _tests().keys())


def test_every_numbered_edge_case_of_a_room_with_rules_stands_in_the_clinical_rules() -> None:
    tests = _tests()
    rooms = {tests[name] for name in re.findall(r"`(test_e\d\d_\w+)`", PAGE)}
    numbered = {name for name, room in tests.items() if room in rooms and re.match(r"test_e\d\d_", name)}
    assert not [name for name in sorted(numbered) if f"`{name}`" not in PAGE]


def test_every_case_but_those_of_exchange_has_a_test() -> None:
    """E35 and E50 to E56 wait for a later issue; the page says so."""
    found = {int(number) for number in re.findall(r"`test_e(\d\d)_\w+`", PAGE)}
    assert found == {*range(1, 50), *range(57, 63)} - {35}


def test_every_rule_has_a_source_a_test_and_an_answer_to_verified() -> None:
    tables = PAGE.split(RULES)[1:]
    assert tables
    for table in tables:
        for line in table.split("\n\n")[0].strip().splitlines()[1:]:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            assert len(cells) == 4, line
            assert all(cells), line
            assert re.fullmatch(r"(`test_\w+`(, )?)+", cells[2]), line


def test_the_versions_of_the_rules_are_those_of_the_code() -> None:
    assert f"`{RULE_VERSION}`" in PAGE
    assert f"`{TABLE_VERSION}`" in PAGE
