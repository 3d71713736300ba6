"""Steps of a goal, pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careteam.goals.steps import Step, from_json, ticked, to_json
from careteam.sharing.errors import Invalid

steps = st.builds(Step, st.text(min_size=1, max_size=200), st.booleans())


@given(steps)
def test_a_step_survives_the_way_to_json_and_back(step: Step) -> None:
    assert from_json(to_json(step)) == step


@given(st.lists(steps, min_size=1, max_size=30), st.data(), st.booleans())
def test_ticking_changes_one_step_and_no_words(before: list[Step], data: st.DataObject, done: bool) -> None:
    index = data.draw(st.integers(0, len(before) - 1))
    after = ticked(before, index, done)
    assert [step.text for step in after] == [step.text for step in before]
    assert [step.done for step in after] == [done if at == index else step.done for at, step in enumerate(before)]


@pytest.mark.parametrize("index", [-1, 2, 30])
def test_a_step_that_is_not_there_cannot_be_ticked(index: int) -> None:
    with pytest.raises(Invalid):
        ticked([Step("walk"), Step("read")], index, True)
