"""The five goals to begin with: our own words, one for each line of the article, the sensitive one marked."""

from __future__ import annotations

import inspect

import pytest

from careteam.goals import templates as module
from careteam.goals.models import WORDS_MOST
from careteam.goals.queries import goal
from careteam.goals.services import add_goal
from careteam.goals.steps import STEP_MOST
from careteam.goals.templates import Template, template, templates
from careteam.sharing.codes import Category
from tests.conftest import Clinician, Maren


def test_there_is_one_for_each_line_and_its_docstring_names_it() -> None:
    assert [one.source for one in templates()] == ["S9", "S10", "S11", "S12", "S13"]
    for name, made in inspect.getmembers(module, inspect.isfunction):
        if inspect.signature(made).parameters or name == "templates":
            continue
        assert (made.__doc__ or "").startswith(f"{made().source}, "), name


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.source)
def test_each_fits_and_is_calm(one: Template) -> None:
    assert template(one.code) == one
    assert 0 < len(one.words) <= WORDS_MOST
    assert all(0 < len(step.text) <= STEP_MOST and not step.done for step in one.steps)
    said = " ".join([one.title, one.words, *(step.text for step in one.steps)]).lower()
    for word in ("should", "must", "just", "only", "fail", "!", "streak", "every day", "never"):
        assert word not in said


def test_an_address_says_nothing_and_an_unknown_one_is_nothing() -> None:
    assert {one.code for one in templates()} == {"s9", "s10", "s11", "s12", "s13"}
    assert template("S10") is None
    assert template("") is None


def test_the_one_about_alcohol_and_drugs_is_seen_by_nobody_until_that_topic_is_on(
    patient: Maren, psychiatrist: Clinician
) -> None:
    assert [one.source for one in templates() if one.labels] == ["S10"]
    one = template("s10")
    assert one is not None
    made = patient.does(add_goal, words=one.words, steps=one.steps, labels=one.labels)
    assert psychiatrist.refused(goal, patient.id, made)
    patient.shares(psychiatrist, Category.GOALS, labels=["alcohol_drugs"])
    assert psychiatrist.does(goal, patient.id, made).words == one.words
