"""A form that is sent twice, by a second tap or a reload, makes one thing and shows the same page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse

from careteam.accounts.models import ApiToken
from careteam.checkins.queries import events
from careteam.conditions.queries import conditions
from careteam.goals.queries import goals
from careteam.notes.queries import progress_note
from careteam.notes.services import draft_clinical_note, sign_note
from careteam.procedures.queries import levels, procedures
from careteam.sharing.models import Invitation
from careteam.treatments.queries import medicines
from careteam.visits.queries import calls, plans, questions, visits
from tests.conftest import Clinician, Maren, Person, as_owner
from tests.frontend.test_entries_pages import SENT

MARK = re.compile(r'name="once" value="([\w-]{22})"')


def mark_in(browser: Any, place: str) -> str:
    found = MARK.findall(browser.get(place).content.decode())
    assert found, f"{place} has no hidden mark"
    return str(found[-1])


def sent_twice(who: Person, form: str, place: str, words: dict[str, Any], count: Callable[[], int]) -> None:
    """One more after the first, the same page after the second, another after other words and after a new form."""
    browser, before = who.browser, count()
    sent = {**words, "once": mark_in(browser, form)}
    first, again = browser.post(place, sent), browser.post(place, sent)
    assert count() == before + 1, (place, first.status_code, first.content[-2000:])
    assert again.status_code == 302, place
    if first.status_code == 302:
        assert again["Location"] == first["Location"]
    browser.post(place, {**sent, "once": mark_in(browser, form)})
    browser.post(place, words)  # an old tab has no mark


def test_every_form_of_the_patient_makes_one(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    def many(query: Callable[..., Any]) -> Callable[[], int]:
        return lambda: len(patient.does(query, patient.id).items)

    who, day = {"audience": "category", "sure": "category"}, (patient.viewer.today + timedelta(days=9)).isoformat()
    forms: list[tuple[str, dict[str, Any], Callable[[], int]]] = [
        ("goal_new", {"words": "Walk", **who}, many(goals)),
        ("event_new", {"words": "Moved", "on_year": "2025", "on_month": "03", "on_day": "", **who}, many(events)),
        ("medicine_new", {"name": "Lithium", "stands": "now", **who}, many(medicines)),
        ("visit_new", {"day": day, "time": "10:00", **who}, many(visits)),
        ("visit_question_new", {"words": "May I drive?", **who}, many(questions)),
        ("plan_new", {"practitioner": str(psychiatrist.id), "measures": ["phq-9"], "weeks": "2"}, many(plans)),
        ("call_new", {"words": "Friday", "named": [str(gp.member.id)]}, many(calls)),
        ("procedure_new", {**SENT["procedure"], **who}, many(procedures)),
        ("level_new", {**SENT["level"], **who}, many(levels)),
        ("condition_new", {**SENT["condition"], **who}, many(conditions)),
    ]
    for name, words, count in forms:
        sent_twice(patient, reverse(name), reverse(name), words, count)


def test_what_stands_below_a_note_invitations_and_tokens_are_made_once(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("slept badly", shared=True)
    signed = psychiatrist.does(draft_clinical_note, patient.id, text="Plan.")
    psychiatrist.does(sign_note, patient.id, signed)

    def below(of: Any) -> Callable[[], int]:
        return lambda: len(patient.does(progress_note, patient.id, of).replies)

    def rows(model: Any) -> Callable[[], int]:
        def count() -> int:
            with as_owner():
                return int(model.objects.count())

        return count

    own, hers = reverse("note", args=[note]), reverse("chart_note", args=[patient.id, note])
    sent_twice(patient, own, reverse("note_reply", args=[note]), {"text": "and today", "kind": "reply"}, below(note))
    sent_twice(
        psychiatrist, hers, reverse("clinical_note_reply", args=[patient.id, note]), {"text": "Thanks."}, below(note)
    )
    addendum = reverse("clinical_note_addendum", args=[patient.id, signed])
    sent_twice(psychiatrist, addendum, addendum, {"text": "Also."}, below(signed))
    invite = reverse("invite")
    sent_twice(patient, invite, invite, {"email": "new@example.org", "role": "Nurse"}, rows(Invitation))
    until = patient.viewer.today.isoformat()
    sent_twice(patient, reverse("tokens"), reverse("tokens"), {"name": "a script", "until": until}, rows(ApiToken))
