"""The list of controls is true: each stands where it says, once, and each abuse case here has at least one."""

from __future__ import annotations

from django.conf import settings

from tests.abuse.controls import CONTROLS


def test_every_control_stands_where_the_list_says() -> None:
    for control in CONTROLS:
        source = (settings.ROOT / control.file).read_text()
        assert source.count(control.old) == 1, (control.id, control.title, source.count(control.old))
        assert control.old != control.new
        assert (settings.ROOT / control.test).exists()


def test_every_abuse_case_has_a_control() -> None:
    cases = {path.name.split("_")[1].upper() for path in (settings.ROOT / "tests/abuse").glob("test_a[0-9][0-9]_*.py")}
    assert cases
    assert cases <= {control.id for control in CONTROLS}
