"""Life events: the patient's words on a date as exact as she knows it, kept with their history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from careteam.audit.models import Purpose
from careteam.checkins import queries, services
from careteam.checkins.pictures import EventView
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.queries import withdrawals
from careteam.sharing.team import months_after
from tests.conftest import Clinician, Maren


def tells(patient: Maren, words: str = "Started night shifts", on: str = "2026-03", **more: Any) -> UUID:
    one: UUID = patient.does(services.add_event, words=words, on=on, **more)
    return one


def sees(person: Maren | Clinician, one: UUID) -> EventView:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    view: EventView = person.does(queries.event, patient, one)
    return view


def test_an_event_is_as_exact_as_she_knows_it(patient: Maren, psychiatrist: Clinician) -> None:
    shown = sees(psychiatrist, tells(patient))
    assert (shown.words, shown.on.text, shown.on_words) == ("Started night shifts", "2026-03", "March 2026")
    assert shown.kind == "event"


@pytest.mark.parametrize("on", ["2019", "2019-05", "2019-05-04", "1984-05-04"])
def test_events_of_long_ago_are_welcome(patient: Maren, on: str) -> None:
    assert sees(patient, tells(patient, on=on)).on.text == on


def test_what_comes_within_a_year_can_be_marked(patient: Maren) -> None:
    last = months_after(patient.viewer.today, 12)
    assert sees(patient, tells(patient, on=last.isoformat())).on.text == last.isoformat()
    with pytest.raises(Invalid) as refused:
        tells(patient, on=(last + timedelta(days=1)).isoformat())
    assert refused.value.fields.keys() == {"on"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "x" * 201}, "words"),
        ({"on": ""}, "on"),
        ({"on": "soon"}, "on"),
        ({"on": "2026-02-30"}, "on"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(patient: Maren, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        tells(patient, **wrong)
    assert refused.value.fields.keys() == {field}
    assert patient.does(queries.events, patient.id).items == ()


def test_the_list_is_by_date_and_not_by_when_it_was_written(patient: Maren) -> None:
    for words, on in (("second", "2025-03"), ("first", "2025"), ("third", "2025-03-09")):
        tells(patient, words, on)
    assert [one.words for one in patient.does(queries.events, patient.id).items] == ["third", "second", "first"]


def test_a_change_keeps_what_stood_there_and_moves_it_to_its_new_place(patient: Maren) -> None:
    one = tells(patient)
    tells(patient, "Between", "2025")
    assert patient.does(services.edit_event, one, words="Night shifts", on="2024-11-02", expected=1) == 2
    shown = sees(patient, one)
    assert (shown.words, shown.on_words, shown.version) == ("Night shifts", "2 November 2024", 2)
    (before,) = patient.does(queries.event_versions, patient.id, one)
    assert (before.words, before.on_words) == ("Started night shifts", "March 2026")
    assert patient.does(queries.events, patient.id).items[-1].id == one
    assert patient.does(services.edit_event, one, words="Night shifts", on="2024-11-02", expected=2) == 2
    with pytest.raises(Conflict):
        patient.does(services.edit_event, one, words="Other", on="2024", expected=1)


def test_nobody_but_the_patient_writes_one(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    one = tells(patient)
    change = {"words": "mine", "on": "2020", "expected": 1}
    for somebody in (other_patient, psychiatrist):
        assert somebody.refused(services.edit_event, one, **change)
        assert somebody.refused(services.withdraw_event, one)
        assert somebody.refused(queries.event_versions, patient.id, one)
    assert psychiatrist.refused(services.add_event, words="mine", on="2020")


def test_a_withdrawn_event_leaves_a_stub(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    one = tells(patient)
    sees(psychiatrist, one)
    assert gp.refused(queries.event, patient.id, one)
    patient.does(services.withdraw_event, one)
    assert psychiatrist.refused(queries.event, patient.id, one)
    assert [stub.id for stub in psychiatrist.does(withdrawals, patient.id, "event")] == [one]
    assert gp.does(withdrawals, patient.id, "event") == ()
    assert patient.refused(services.edit_event, one, words="again", on="2020", expected=1)


def test_an_event_of_2019_is_new_in_the_week_it_is_written(patient: Maren, psychiatrist: Clinician) -> None:
    one = tells(patient, "Moved", "2019")
    today = psychiatrist.viewer.today
    assert psychiatrist.does(queries.references, [patient.id], today, today) == [(patient.id, one, 1)]
    assert psychiatrist.does(queries.newer, {patient.id: None}) == {patient.id: 1}
    (line,) = psychiatrist.does(queries.lines, [one], purpose=Purpose.DIGEST)
    assert line.words == "Moved, 2019"
    assert line.at.date() == today
