"""The list of controls is true: each stands where it says, once; each case has one, or its reason to wait."""

from __future__ import annotations

from django.conf import settings

from tests.abuse.controls import CONTROLS
from tests.abuse.waiting import CASES, IN_PART, WHOLE
from tests.sharing.walls import WALLS


def test_every_control_stands_where_the_list_says() -> None:
    for control in (*CONTROLS, *WALLS):
        for file, old, new in ((control.file, control.old, control.new), *control.also):
            source = (settings.ROOT / file).read_text()
            assert source.count(old) == 1, (control.id, control.title, file, source.count(old))
            assert old != new
        for test in control.test.split():
            assert (settings.ROOT / test.partition("::")[0]).exists(), test


def test_every_abuse_case_has_a_test_and_a_control_or_a_reason_to_wait() -> None:
    tested = [path.name.split("_")[1].upper() for path in (settings.ROOT / "tests/abuse").glob("test_a[0-9][0-9]_*.py")]
    assert sorted([*tested, *WHOLE]) == list(CASES)
    assert {control.id for control in CONTROLS} == set(tested)
    assert IN_PART.keys() <= set(tested)
