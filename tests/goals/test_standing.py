"""Where a goal stands, and who agreed to what: FHIR's life-cycle without a database."""

from __future__ import annotations

from itertools import permutations
from uuid import UUID

import pytest

from careteam.goals.codes import Acceptance, Status
from careteam.goals.scale import Scale, checked, from_json, to_json
from careteam.goals.standing import SAID_BY_HER, Said, agreed, answers, kept_as, said_as, stands
from careteam.sharing.errors import Invalid

MAREN, LEE, OKAFOR, OTHER = (UUID(int=number) for number in range(4))
ASKED = (LEE, OKAFOR)
LIFECYCLE = {  # required by FHIR R4
    *("proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error", "rejected")
}
AGREE, DISCUSS, DISAGREE = Acceptance.AGREE, Acceptance.DISCUSS, Acceptance.DISAGREE


def both(*said: tuple[UUID, str, int], wording: int = 1) -> bool:
    return agreed(MAREN, ASKED, answers([Said(*one) for one in said], wording))


def test_the_states_are_fhirs_and_one_for_what_a_file_brought() -> None:
    assert set(Status.values) == LIFECYCLE | {"pending"}
    assert set(Acceptance.values) == {"agree", "disagree", "pending"}


@pytest.mark.parametrize("status", SAID_BY_HER)
def test_a_goal_that_asks_nobody_stands_where_she_says(status: Status) -> None:
    assert kept_as(status, ()) == status
    assert stands(status, (), both=False) == status
    assert said_as(status) == status


@pytest.mark.parametrize(
    ("said", "kept", "before", "after"),
    [
        ("active", "proposed", "proposed", "active"),
        ("planned", "planned", "proposed", "accepted"),
        ("on-hold", "on-hold", "on-hold", "on-hold"),
        ("completed", "completed", "completed", "completed"),
        ("cancelled", "cancelled", "cancelled", "cancelled"),
        ("rejected", "rejected", "rejected", "rejected"),
        ("entered-in-error", "entered-in-error", "entered-in-error", "entered-in-error"),
    ],
)
def test_one_that_asks_others_is_proposed_until_both_sides_agree(said: str, kept: str, before: str, after: str) -> None:
    assert kept_as(said, ASKED) == kept
    assert said_as(kept) == said
    assert (stands(kept, ASKED, both=False), stands(kept, ASKED, both=True)) == (before, after)


def test_both_sides_are_the_patient_and_one_of_those_it_names() -> None:
    assert both((MAREN, AGREE, 1), (LEE, AGREE, 1))
    assert not both((MAREN, AGREE, 1))
    assert not both((LEE, AGREE, 1), (OKAFOR, AGREE, 1))
    assert not both((MAREN, AGREE, 1), (OTHER, AGREE, 1))  # whoever it does not name
    assert not both((MAREN, AGREE, 1), (LEE, DISCUSS, 1), (OKAFOR, DISAGREE, 1))


def test_a_no_stands_beside_a_yes_and_the_order_never_matters() -> None:
    said = ((MAREN, AGREE, 1), (LEE, AGREE, 1), (OKAFOR, DISAGREE, 1))
    assert all(both(*one) for one in permutations(said))


def test_other_words_ask_everybody_anew_and_the_last_answer_counts() -> None:
    assert not both((MAREN, AGREE, 1), (LEE, AGREE, 1), wording=2)
    assert not both((MAREN, AGREE, 2), (LEE, AGREE, 1), wording=2)
    assert both((MAREN, AGREE, 2), (LEE, AGREE, 2), wording=2)
    assert not both((MAREN, AGREE, 1), (LEE, AGREE, 1), (LEE, DISCUSS, 1))
    assert both((MAREN, AGREE, 1), (LEE, DISAGREE, 1), (LEE, AGREE, 1))


# -- The scale ---------------------------------------------------------------------------------------------------------
LEVELS = ("stay in", "to the door", "to the corner", "to the library", "around the lake")


def scale(*levels: str, start: int = -1, importance: int | None = None, difficulty: int | None = None) -> Scale | None:
    return checked(levels, start=start, importance=importance, difficulty=difficulty, counts=False)


def test_five_levels_are_written_or_none() -> None:
    assert scale("", "", "", "", "") is None
    whole = scale(*LEVELS)
    assert whole
    assert (whole.words_of(-2), whole.words_of(0), whole.words_of(2)) == (LEVELS[0], LEVELS[2], LEVELS[4])
    assert (whole.words_of(None), whole.achievement(None), whole.achievement(0)) == ("", "", "achieved")
    assert from_json(to_json(whole)) == whole
    assert from_json({}) is None


@pytest.mark.parametrize(
    ("levels", "more", "field"),
    [
        (("a", "b", "c", "d"), {}, "levels"),
        (("a", "b", "", "d", "e"), {}, "levels"),
        (LEVELS, {"start": 3}, "start"),
        (LEVELS, {"importance": 2}, "importance"),
        (LEVELS, {"importance": 4, "difficulty": 1}, "importance"),
        (LEVELS, {"importance": 1, "difficulty": -1}, "importance"),
    ],
)
def test_what_is_no_scale_is_said_beside_its_field(levels: tuple[str, ...], more: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        scale(*levels, **more)
    assert refused.value.fields.keys() == {field}


def test_a_goal_weighs_one_unless_it_was_weighed() -> None:
    plain, heavy, nothing = (
        scale(*LEVELS),
        scale(*LEVELS, importance=3, difficulty=2),
        scale(*LEVELS, importance=0, difficulty=3),
    )
    assert plain
    assert heavy
    assert nothing
    assert (plain.weight, heavy.weight, nothing.weight) == (1, 6, 0)
