"""What a page says before saving is what the record's own line says after it."""

from __future__ import annotations

from itertools import product

import pytest

from careteam.notes import queries
from careteam.notes.services import add_note
from careteam.sharing.codes import Audience, Category
from careteam.sharing.errors import NotFound
from careteam.sharing.preview import opened_by, would_see
from careteam.sharing.services import decide_who_sees
from tests.conftest import Clinician, Maren

CHOICES = list(product(Audience.values, ((), ("trauma",), ("trauma", "violence")), (False, True)))


@pytest.mark.parametrize(("audience", "labels", "paused"), CHOICES)
def test_the_words_before_are_the_words_after(
    patient: Maren,
    psychiatrist: Clinician,
    therapist: Clinician,
    gp: Clinician,
    audience: str,
    labels: tuple[str, ...],
    paused: bool,
) -> None:
    if paused:
        patient.pauses()
    named = [therapist.member.id, gp.member.id] if audience == Audience.NAMED else []
    would = patient.does(would_see, Category.MY_NOTES, audience=audience, named=named, labels=labels)
    note = patient.does(add_note, text="x", audience=audience, named=named, labels=labels)
    see = patient.does(queries.progress_note, patient.id, note).see
    if paused:
        assert see.names == ()
        assert would.line.kind == ("paused" if would.line.names else "me")
    else:
        assert would.line == see
    assert bool(would.nobody_because) == (audience != Audience.ONLY_ME and not would.line.names)


@pytest.mark.parametrize(
    ("sees", "labels", "because"),
    [
        ([], [], "Right now you show your notes to nobody."),
        ([Category.MY_NOTES], ["trauma"], "You ticked “Trauma”, and that topic is hidden from Dr Guest 0."),
        (
            [Category.MY_NOTES],
            ["trauma", "violence"],
            "You ticked “Trauma” and “Violence”, and not all of that is shown to Dr Guest 0.",
        ),
    ],
)
def test_it_says_why_nobody_would_see_it(
    patient: Maren, invite: object, sees: list[str], labels: list[str], because: str
) -> None:
    assert callable(invite)
    invite("Psychiatrist", sees=sees)
    would = patient.does(would_see, Category.MY_NOTES, audience="category", labels=labels)
    assert would.nobody_because == because


def test_people_named_who_are_not_shown_the_topic_are_named(patient: Maren, gp: Clinician) -> None:
    would = patient.does(would_see, Category.MY_NOTES, audience="named", named=[gp.member.id])
    assert would.nobody_because == "You do not show your notes to Dr Amina Yusuf."


def test_the_preview_is_the_patients_own(patient: Maren, psychiatrist: Clinician) -> None:
    assert psychiatrist.refused(would_see, Category.MY_NOTES, audience="category")
    assert patient.refused(would_see, "nonsense", audience="category")


def test_who_opened_it_is_told_to_the_patient_alone_and_newest_first(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    note = patient.writes_note("hello", shared=True)
    assert patient.does(opened_by, note) == ()
    psychiatrist.reads(note)
    patient.does(queries.progress_note, patient.id, note)
    assert [opened.name for opened in patient.does(opened_by, note)] == ["Dr Sun-hee Lee"]
    assert psychiatrist.does(opened_by, note) == ()


def test_a_choice_with_a_stranger_named_changes_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    note = patient.writes_note("hello", shared=True)
    stranger = psychiatrist.user.pk  # a person, and no member of hers by that id
    with pytest.raises(NotFound):
        patient.does(decide_who_sees, "note", note, audience="named", named=[stranger], labels=["trauma"])
    assert patient.does(queries.progress_note, patient.id, note).labels == ()
    assert psychiatrist.reads(note)
