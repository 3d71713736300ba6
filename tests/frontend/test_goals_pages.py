"""Goals as the patient meets them: her words, ticks of one tap, nothing praised, nothing lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from careteam.goals import queries, services
from careteam.goals.models import Goal
from careteam.goals.steps import Step
from tests.conftest import Clinician, Maren, as_owner
from tests.frontend.reading import text

HTMX = {"HX-Request": "true"}


def sets(patient: Maren, words: str = "Walk to the library", **more: Any) -> UUID:
    goal: UUID = patient.does(services.add_goal, words=words, **more)
    return goal


def seen(patient: Maren, goal: UUID) -> queries.GoalView:
    found: queries.GoalView = patient.does(queries.goal, patient.id, goal)
    return found


def rows() -> int:
    with as_owner():
        return Goal.unscoped("the test counts").count()


# -- The list ----------------------------------------------------------------------------------------------------------
def test_the_list_shows_open_goals_before_the_others(patient: Maren, psychiatrist: Clinician) -> None:
    done = sets(patient, "Read one book", steps=[Step("Borrow it", True)])
    sets(patient)
    patient.does(services.set_status, done, status="completed", expected=1)
    shown = text(patient.browser.get(reverse("goals")))
    assert shown.index("Walk to the library") < shown.index("Finished, let go or withdrawn") < shown.index("Read one")
    assert "Dr Sun-hee Lee can see this" in shown


def test_an_empty_list_presses_nobody(patient: Maren) -> None:
    shown = text(patient.browser.get(reverse("goals")))
    assert "Something small counts. It can wait, too." in shown


def test_goals_from_a_file_are_announced_and_not_listed(patient: Maren) -> None:
    goal = patient.does(services.add_imported_goal, words="From the file", import_key="a")
    shown = text(patient.browser.get(reverse("goals")))
    assert "1 entry from a file waits for your yes." in shown
    assert "From the file" not in shown
    assert patient.browser.get(reverse("goal", args=[goal])).status_code == 404


def test_goals_have_no_page_for_others(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    goal = sets(patient)
    for who in (other_patient, psychiatrist):
        for name in ("goal", "goal_withdraw", "goal_step"):
            assert who.browser.post(reverse(name, args=[goal]), {"version": 1}).status_code == 404
    assert psychiatrist.browser.get(reverse("goals")).status_code == 404


# -- Setting one -------------------------------------------------------------------------------------------------------
def test_a_goal_is_set_in_her_words_with_steps_and_a_month(patient: Maren, psychiatrist: Clinician) -> None:
    sent = {
        "words": "Walk to the library and back",
        "why": "The light there",
        "steps": "Find the shoes\n\n  Go to the corner \n",
        "target_month": "03",
        "target_year": "2027",
        "audience": "category",
    }
    made = patient.browser.post(reverse("goal_new"), sent, follow=True)
    assert "Saved. Dr Sun-hee Lee can see it." in text(made)
    goal = made.context["goal"]
    assert [step.text for step in goal.steps] == ["Find the shoes", "Go to the corner"]
    assert goal.target == "2027-03"
    assert "March 2027" in text(made)


def test_a_goal_reaches_her_team_unless_she_chooses(patient: Maren, psychiatrist: Clinician) -> None:
    page = patient.browser.get(reverse("goal_new"))
    assert page.context["form"].sure == "category"
    assert "a line under it names who can see it" in text(page)


def test_a_goal_that_reaches_nobody_says_so_first(patient: Maren) -> None:
    sent = {"words": "Sleep", "audience": "category"}
    asked = patient.browser.post(reverse("goal_new"), sent)
    assert asked.status_code == 422
    assert "nobody but you will see this goal. Nobody is on your care team yet." in text(asked)
    assert patient.browser.post(reverse("goal_new"), {**sent, "sure": "category"}).status_code == 302


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"words": ""}, "Please write something here."),
        ({"words": "w" * 501}, "This is 501 characters long; 500 fit here."),
        ({"why": "w" * 501}, "This is 501 characters long; 500 fit here."),
        ({"steps": "s" * 201}, "This is 201 characters long; 200 fit here."),
        ({"steps": "step\n" * 31}, "30 steps fit here."),
        ({"target_month": "03"}, "Please add the year. A year alone is enough."),
        ({"target_year": "27"}, "Write the year with four digits, such as 2025."),
        ({"target_day": "3", "target_year": "2027"}, "Please add the month, or leave the day empty."),
        ({"target_day": "31", "target_month": "02", "target_year": "2027"}, "There is no such day."),
        ({"target_year": "1066"}, "This date is before 1900."),
    ],
)
def test_what_cannot_be_kept_is_said_at_the_field(patient: Maren, sent: dict[str, Any], said: str) -> None:
    whole = {"words": "kept words", "why": "kept reason", "audience": "only_me", **sent}
    refused = patient.browser.post(reverse("goal_new"), whole)
    assert refused.status_code == 422
    assert said in text(refused)
    page = refused.content.decode()
    assert all(value.strip() in page for value in whole.values())
    assert rows() == 0


def test_years_are_read_in_any_digits(patient: Maren) -> None:
    sent = {"words": "Sleep", "audience": "only_me", "target_year": "٢٠٢٧"}
    made = patient.browser.post(reverse("goal_new"), sent, follow=True)
    assert made.context["goal"].target == "2027"


# -- One goal ----------------------------------------------------------------------------------------------------------
def test_a_step_is_ticked_with_one_tap_and_drawn_anew(patient: Maren) -> None:
    goal = sets(patient, steps=[Step("Find the shoes"), Step("Go")])
    browser = patient.browser
    drawn = browser.post(reverse("goal_step", args=[goal]), {"index": 0, "done": 1, "version": 1}, headers=HTMX)
    assert 'aria-pressed="true"' in drawn.content.decode()
    assert "<html" not in drawn.content.decode()
    assert "hx-swap-oob" not in drawn.content.decode()
    assert [step.done for step in seen(patient, goal).steps] == [True, False]
    back = browser.post(reverse("goal_step", args=[goal]), {"index": 0, "done": 0, "version": 2})
    assert back.headers["Location"] == reverse("goal", args=[goal])
    assert [step.done for step in seen(patient, goal).steps] == [False, False]


def test_a_tick_on_the_goals_own_page_tells_its_forms_the_new_version(patient: Maren) -> None:
    goal = sets(patient, steps=[Step("Find the shoes")])
    here = {**HTMX, "HX-Current-URL": "http://testserver" + reverse("goal", args=[goal])}
    drawn = patient.browser.post(
        reverse("goal_step", args=[goal]), {"index": 0, "done": 1, "version": 1}, headers=here
    ).content.decode()
    assert 'id="version-words" value="2" hx-swap-oob="true"' in drawn


def test_a_tick_that_came_too_late_changes_nothing(patient: Maren) -> None:
    goal = sets(patient, steps=[Step("Find the shoes")])
    browser = patient.browser
    for sent in ({"index": 0, "version": 9}, {"index": 0}):
        assert browser.post(reverse("goal_step", args=[goal]), {"done": 1, **sent}).status_code == 409
    for index in ("7", "-1", "x", ""):
        browser.post(reverse("goal_step", args=[goal]), {"index": index, "done": 1, "version": 1})
    assert seen(patient, goal).steps == (Step("Find the shoes"),)
    assert "This step is not there any more." in text(browser.get(reverse("goal", args=[goal])))


def test_where_it_stands_and_how_it_goes_are_saved_together(patient: Maren) -> None:
    goal = sets(patient)
    browser = patient.browser
    sent = {"what": "stands", "status": "on-hold", "achievement": "no-change", "version": 1}
    shown = browser.post(reverse("goal", args=[goal]), sent, follow=True)
    assert "On hold" in text(shown)
    assert "About the same" in text(shown)
    assert "Until" in text(shown)
    # The same again is no new version, and what is no answer is refused in words.
    version = seen(patient, goal).version
    browser.post(reverse("goal", args=[goal]), {**sent, "version": version})
    assert seen(patient, goal).version == version
    assert browser.post(reverse("goal", args=[goal]), {**sent, "status": "pending"}).status_code == 422


def test_changed_words_keep_ticks_and_history(patient: Maren) -> None:
    goal = sets(patient, steps=[Step("Find the shoes", True), Step("Go")])
    sent = {"what": "words", "words": "Walk anywhere", "steps": "Go far\nFind the shoes", "version": 1}
    shown = patient.browser.post(reverse("goal", args=[goal]), sent, follow=True)
    assert shown.context["goal"].steps == (Step("Go far"), Step("Find the shoes", True))
    assert "Walk to the library" in text(shown)
    assert "Only you can see earlier versions." in text(shown)


@pytest.mark.parametrize("what", ["words", "stands"])
def test_a_change_that_met_another_shows_both(patient: Maren, what: str) -> None:
    goal = sets(patient)
    patient.does(services.edit_goal, goal, words="of the other tab", why="", steps=[], target=None, expected=1)
    sent = {"what": what, "words": "of this tab", "status": "completed", "version": 1}
    both = patient.browser.post(reverse("goal", args=[goal]), sent)
    assert both.status_code == 409
    assert "of the other tab" in text(both)
    assert 'id="version-words" value="2"' in both.content.decode()
    if what == "words":
        assert "of this tab" in text(both)
    assert seen(patient, goal).words == "of the other tab"
    assert seen(patient, goal).status == "active"


def test_a_goal_is_withdrawn_after_one_question(patient: Maren, psychiatrist: Clinician) -> None:
    goal = sets(patient)
    psychiatrist.does(queries.goals, patient.id)
    browser = patient.browser
    assert "Dr Sun-hee Lee opened it on" in text(browser.get(reverse("goal_withdraw", args=[goal])))
    browser.post(reverse("goal_withdraw", args=[goal]))
    assert seen(patient, goal).withdrawn_at
    assert psychiatrist.refused(queries.goal, patient.id, goal)
    assert "How it stands" not in text(browser.get(reverse("goal", args=[goal])))
    assert browser.get(reverse("goal_withdraw", args=[goal])).status_code == 404


def test_no_word_on_these_pages_praises_or_counts(patient: Maren) -> None:
    goal = sets(patient, steps=[Step("Find the shoes", True), Step("Go")])
    patient.does(services.rate, goal, achievement="worsening", expected=1)
    shown = text(patient.browser.get(reverse("goal", args=[goal]))).lower()
    for word in ("!", "%", "well done", "great", "streak", "1 of 2", "failed", "should"):
        assert word not in shown


# -- Beginning with one of five ----------------------------------------------------------------------------------------
def test_five_goals_to_begin_with_are_offered_and_hers_to_change(patient: Maren, psychiatrist: Clinician) -> None:
    page = patient.browser.get(reverse("goal_new"))
    assert [f"?template=s{number}" in page.content.decode() for number in range(9, 14)] == [True] * 5
    begun = patient.browser.get(reverse("goal_new"), {"template": "s12"})
    assert "Get up at about the same time on most days" in begun.content.decode()
    assert "These words are a beginning." in text(begun)
    assert rows() == 0
    patient.browser.post(reverse("goal_new"), {"words": "Get up at nine", "audience": "category"})
    assert rows() == 1
    assert "These words" not in text(patient.browser.get(reverse("goal_new"), {"template": "s99"}))


def test_the_one_about_alcohol_and_drugs_arrives_marked_and_says_so(patient: Maren, psychiatrist: Clinician) -> None:
    begun = patient.browser.get(reverse("goal_new"), {"template": "s10"})
    assert "This one arrives marked “Alcohol and drugs”." in text(begun)
    assert 'value="alcohol_drugs"' in begun.content.decode()
    assert "checked" in begun.content.decode().split('value="alcohol_drugs"')[1].split(">")[0]
