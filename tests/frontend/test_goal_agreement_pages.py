"""Agreeing on goals as both sides meet it: proposed, answered, changed, rated; nothing promised, nothing lost."""

from __future__ import annotations

from django.urls import reverse

from careteam.goals.agreeing import answer_goal, propose_goal
from careteam.goals.queries import GoalView, goal, goals
from careteam.goals.services import add_goal, set_scale
from tests.conftest import Clinician, Maren
from tests.frontend.reading import text

LEVELS = {f"level_{number}": f"level {number}" for number in range(5)}


def one(patient: Maren) -> GoalView:
    found: GoalView = patient.does(goals, patient.id).items[0]
    return found


def test_a_proposal_is_taken_back_with_one_button_until_somebody_answered(
    patient: Maren, psychiatrist: Clinician
) -> None:
    lees, hers = psychiatrist.browser, patient.browser
    chart = reverse("chart_goals", args=[patient.id])
    first, second = (psychiatrist.does(propose_goal, patient.id, words=words) for words in ("Swim", "Sing"))
    back = reverse("goal_withdraw_proposal", args=[patient.id, first])
    assert f'action="{back}"' in lees.get(chart).content.decode()
    assert lees.get(back).status_code == 302  # a look changes nothing
    assert hers.post(back).status_code == 404
    taken = lees.post(back, follow=True)
    assert "Withdrawn. The patient sees that you did." in text(taken)
    assert "Withdrawn by you." in text(taken)
    assert f'action="{back}"' not in taken.content.decode()
    assert "Withdrawn by" not in text(hers.get(reverse("today")))  # it asks for nothing
    assert "Withdrawn by Dr Sun-hee Lee." in text(hers.get(reverse("goals")))
    assert "Dr Sun-hee Lee withdrew the goal “Swim”." in text(hers.get(reverse("access_log")))
    patient.does(answer_goal, patient.id, second, answer="pending")
    late = lees.post(reverse("goal_withdraw_proposal", args=[patient.id, second]), follow=True)
    assert "answered or changed" in text(late)
    assert one(patient).status == "proposed"


def test_a_goal_is_proposed_talked_about_changed_and_agreed_to(patient: Maren, psychiatrist: Clinician) -> None:
    lees, hers = psychiatrist.browser, patient.browser
    propose = reverse("goal_propose", args=[patient.id])
    assert "you cannot change it or take it out" in text(lees.get(propose))
    assert "Please write something here." in text(lees.post(propose, {"words": ""}))
    sent = {"words": "Walk to the library", "steps": "Find the shoes", "exactly": "The one on Elm Street", "once": "m"}
    listed = lees.post(propose, sent, follow=True)
    assert "Proposed. Maren can take it up, change it, or not." in text(listed)
    lees.post(propose, sent)  # a second tap
    assert len(patient.does(goals, patient.id).items) == 1
    for page in (reverse("goals"), reverse("today")):
        assert "Agreed by Dr Sun-hee Lee. Waiting for you." in text(hers.get(page))
    assert "Waiting for your answer" in text(hers.get(reverse("goals")))
    shown = one(patient)
    address, answer = reverse("goal", args=[shown.id]), reverse("goal_answer", args=[shown.id])
    assert "Proposed by Dr Sun-hee Lee" in text(hers.get(address))
    said = hers.post(answer, {"answer": "pending", "comment": "How far is it?", "wording": 1}, follow=True)
    assert "Said that you want to talk about it." in text(said)
    chart = reverse("chart_goals", args=[patient.id])
    assert "How far is it?" in text(lees.get(chart))
    # She writes it in her own words, and everybody is asked anew.
    edit = {"what": "words", "words": "Walk to the corner", "steps": "Find the shoes", "version": 1}
    edited = hers.post(address, {**edit, "agree_with": [str(psychiatrist.id)]}, follow=True)
    assert "Waiting for you and Dr Sun-hee Lee." in text(edited)
    hers.post(answer, {"answer": "agree", "wording": 2})
    theirs = reverse("goal_agree", args=[patient.id, shown.id])
    late = lees.post(theirs, {"answer": "agree", "comment": "Good for me", "wording": 1})
    assert late.status_code == 422
    assert "The words of this goal were changed meanwhile." in text(late)
    assert "Good for me" in late.content.decode()  # what she typed is in the box
    agreed = lees.post(theirs, {"answer": "agree", "comment": "Good for me", "wording": 2}, follow=True)
    assert "Agreed by Maren Holt and you." in text(agreed)
    assert one(patient).status == "active"
    log = text(hers.get(reverse("access_log")))
    for sentence in ("proposed the goal “Walk to the corner”.", "agreed to the goal “Walk to the corner”."):
        assert f"Dr Sun-hee Lee {sentence}" in log or sentence in log
    assert lees.get(theirs).status_code == 302
    seen = reverse("see_as_page", args=[psychiatrist.member.id, chart.lstrip("/")])
    assert "Agreed by Maren Holt and you." in text(hers.get(seen))


def test_a_no_is_said_in_words_and_stays(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    proposed = psychiatrist.does(propose_goal, patient.id, words="Go to the sea")
    answer = reverse("goal_answer", args=[proposed])
    said = patient.browser.post(answer, {"answer": "disagree", "comment": "Not this year.", "wording": 1}, follow=True)
    assert "Not taken up." in text(said)
    assert "Not this year." in text(psychiatrist.browser.get(reverse("chart_goals", args=[patient.id])))
    refused = patient.browser.post(answer, {"answer": "maybe", "comment": "kept", "wording": 1})
    assert (refused.status_code, "kept" in refused.content.decode()) == (422, True)
    assert gp.browser.post(reverse("goal_agree", args=[patient.id, proposed])).status_code == 422
    answered = {"answer": "agree", "wording": 1}
    assert gp.browser.post(reverse("goal_agree", args=[patient.id, proposed]), answered).status_code == 404
    assert patient.does(goal, patient.id, proposed).status == "rejected"


def test_she_asks_somebody_when_she_sets_a_goal_or_later(patient: Maren, psychiatrist: Clinician) -> None:
    sent = {"words": "Sleep by eleven", "audience": "category", "measured": "My diary", "later": "on"}
    browser = patient.browser
    made = browser.post(reverse("goal_new"), {**sent, "agree_with": [str(psychiatrist.id)]}, follow=True)
    assert "Agreed by you. Waiting for Dr Sun-hee Lee." in text(made)
    assert "My diary" in text(made)
    psychiatrist.does(answer_goal, patient.id, one(patient).id, answer="agree")
    assert "Agreed, for later" in text(browser.get(reverse("goals")))
    stands = {"what": "stands", "status": "active", "achievement": "", "version": 1}
    assert "Working on it" in text(browser.post(reverse("goal", args=[one(patient).id]), stands, follow=True))
    assert one(patient).status == "active"
    stranger = browser.post(reverse("goal_new"), {**sent, "agree_with": [str(patient.id)]})
    assert (stranger.status_code, "This person is not on your team any more." in text(stranger)) == (422, True)


def test_five_levels_are_written_rated_with_one_tap_and_make_a_figure_where_she_turned_it_on(
    patient: Maren, psychiatrist: Clinician
) -> None:
    id_ = patient.does(add_goal, words="Walk")
    page, chart = reverse("goal_scale", args=[id_]), reverse("chart_goals", args=[patient.id])
    browser = patient.browser
    level = reverse("goal_level", args=[id_])
    assert "Choose one of the five levels." in text(browser.post(level, {"level": "0", "version": 1}, follow=True))
    half = browser.post(page, {**LEVELS, "level_3": "", "start": "-1", "version": 1})
    assert (half.status_code, "Write all five levels" in text(half)) == (422, True)
    browser.post(page, {**LEVELS, "start": "-1", "version": 1})
    assert "Its scale, not rated yet" in text(browser.get(reverse("goal", args=[id_])))
    browser.post(level, {"level": "1", "version": 2})
    assert "Where it is on its scale: level 3" in text(psychiatrist.browser.get(chart))
    assert "One figure over goals" not in text(psychiatrist.browser.get(chart))
    both = browser.post(page, {**LEVELS, "start": "-1", "version": 2})
    assert both.status_code == 409
    browser.post(page, {**LEVELS, "start": "-1", "counts": "on", "version": 3})
    assert "T 60.0, from 1 goal" in text(psychiatrist.browser.get(chart))
    assert "60.0" not in text(browser.get(reverse("goals")))  # hers are words
    seen = reverse("see_as_page", args=[psychiatrist.member.id, chart.lstrip("/")])
    assert "T 60.0, from 1 goal" in text(browser.get(seen))
    for given in ("x", "7"):
        assert "Choose one of the five" in text(browser.post(level, {"level": given, "version": 4}, follow=True))
    browser.post(level, {"level": "", "version": 4})
    assert "none of these goals is rated yet" in text(psychiatrist.browser.get(chart))


def test_these_pages_are_nobody_elses(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    id_ = patient.does(add_goal, words="Walk", agree_with=[psychiatrist.id])
    patient.does(set_scale, id_, levels=list("abcde"), expected=1)
    for name in ("goal_answer", "goal_scale", "goal_level"):
        for who in (other_patient, psychiatrist):
            assert who.browser.post(reverse(name, args=[id_]), {"version": 2}).status_code == 404
    assert patient.browser.get(reverse("goal_propose", args=[patient.id])).status_code == 404
    assert other_patient.browser.get(reverse("goal_scale", args=[id_])).status_code == 404
