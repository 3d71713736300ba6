"""A08: no total, badge, gap or order tells that something is hidden: every page is the same with and without it."""

from __future__ import annotations

from tests.api.world import World
from tests.conftest import Clinician, Maren
from tests.privacy.hidden import hides
from tests.privacy.test_moves import seen


def test_pages_and_answers_are_the_same_with_and_without_what_is_hidden(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, world: World
) -> None:
    seen(psychiatrist)  # the first look begins a visit
    before = seen(psychiatrist)
    hides(patient, gp)
    after = seen(psychiatrist)
    assert [place for place in before if before[place] != after[place]] == []
