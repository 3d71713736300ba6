"""Proposed corrections: a clinician's words beside an entry of the patient's, which stays as the patient wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from careteam.accounts.viewer import acting_as
from careteam.audit.models import AuditEvent, Purpose
from careteam.checkins.services import add_event, check_in
from careteam.conditions.services import add_condition
from careteam.corrections import queries
from careteam.corrections.queries import ProposedView
from careteam.corrections.services import propose_correction, settle_correction
from careteam.procedures.services import add_level, add_procedure
from careteam.sharing import services as sharing
from careteam.sharing.codes import Category
from careteam.sharing.errors import Conflict, Invalid
from careteam.sharing.records import Record
from careteam.summaries.corrections import waiting
from careteam.summaries.log import access_log
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import edit_medicine, withdraw_medicine
from careteam.visits.services import add_question, add_visit
from tests.api.world import answered, world_of
from tests.conftest import Clinician, Maren, Person, as_owner
from tests.treatments.words import as_written, sees, takes

WORDS = "I have this as begun in 2019. Could that be?"


def proposes(who: Clinician, record: UUID, *, kind: str = "medicine", text: str = WORDS, expected: int = 1) -> UUID:
    correction: UUID = who.does(propose_correction, who.patient.id, kind, record, text=text, expected=expected)
    return correction


@dataclass(frozen=True)
class Entry:
    """What a page knows of the entry it shows."""

    id: UUID
    kind: str = "medicine"
    version: int = 1


def beside(who: Person, patient: Maren, record: UUID, version: int = 1, kind: str = "medicine") -> list[ProposedView]:
    entry = Entry(record, kind, version)
    found: dict[UUID, tuple[ProposedView, ...]] = who.does(queries.proposed, patient.id, [entry])
    return list(found.get(record, ()))


def told(patient: Maren) -> list[str]:
    return [one.words for day in patient.does(access_log).days for one in day.told]


def test_it_stands_beside_the_entry_which_stays_as_it_was(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix", start="2018")
    before = sees(patient, medicine)
    correction = proposes(psychiatrist, medicine)
    assert sees(patient, medicine) == before
    for who in (patient, psychiatrist):
        (one,) = beside(who, patient, medicine)
        assert (one.id, one.text, one.author_name) == (correction, WORDS, "Dr Sun-hee Lee")
        assert (one.mine, one.stands) == (who is psychiatrist, "waits")
    (waits,) = patient.does(waiting)
    assert (waits.correction.id, waits.about.kind, waits.about.words) == (correction, "medicine", "Trintellix")
    assert "Dr Sun-hee Lee proposed a correction of the medicine Trintellix." in told(patient)


def test_she_corrects_it_herself_and_says_so_or_leaves_it_as_it_is(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix", start="2018")
    first = proposes(psychiatrist, medicine)
    patient.does(edit_medicine, medicine, **{**as_written(sees(patient, medicine)), "start": "2019"}, expected=1)
    (one,) = beside(psychiatrist, patient, medicine, 2)
    assert (one.stands, one.changed_since) == ("waits", True)  # it is answered when she says so, not by any change
    patient.does(settle_correction, first)
    second = proposes(psychiatrist, medicine, text="And it was 20 mg.", expected=2)
    patient.does(settle_correction, second)
    patient.does(settle_correction, second)  # said twice, it is said once
    found = [(one.id, one.stands) for one in beside(psychiatrist, patient, medicine, 2)]
    assert found == [(first, "changed"), (second, "left")]
    assert patient.does(waiting) == ()
    assert told(patient).count("You answered a proposed correction of the medicine Trintellix.") == 2


def entries(patient: Maren) -> dict[str, UUID]:
    """One of every kind of entry that the patient writes and a clinician may think different."""
    start = datetime.combine(patient.viewer.today + timedelta(days=3), time(10))
    return {
        "measure": answered(patient),
        "check-in": patient.does(check_in, mood="low"),
        "event": patient.does(add_event, words="Moved", on="2025"),
        "medicine": takes(patient, "Trintellix"),
        "procedure": patient.does(add_procedure, code="ect"),
        "level": patient.does(add_level, substance="Lithium", value="0.6", unit="mmol/L", on="2025"),
        "condition": patient.does(add_condition, name="Depression"),
        "visit": patient.does(add_visit, start=start, place="room 2"),
        "question": patient.does(add_question, words="May I drive?"),
    }


def test_every_kind_of_entry_takes_one_and_today_names_each(patient: Maren, psychiatrist: Clinician) -> None:
    made = entries(patient)
    for kind, record in made.items():
        proposes(psychiatrist, record, kind=kind)
        assert [one.stands for one in beside(patient, patient, record, kind=kind)] == ["waits"], kind
    assert {(one.about.kind, one.about.id) for one in patient.does(waiting)} == set(made.items())
    marked = {model.kind for model in apps.get_models() if issubclass(model, Record) and model.correctable}
    assert marked == made.keys()


def test_what_others_wrote_or_agreed_to_takes_none(patient: Maren, psychiatrist: Clinician) -> None:
    world = world_of(patient, psychiatrist)
    others = {"note": world.note, "clinical-note": world.signed, "goal": world.goal, "plan": world.plan}
    others |= {"call": world.call, "hard-days": world.hard_days, "nothing": world.goal, "medicine": world.visit}
    for kind, record in others.items():
        assert psychiatrist.refused(propose_correction, patient.id, kind, record, text=WORDS, expected=1), kind


def test_only_a_clinician_who_sees_the_entry_proposes_and_only_the_patient_answers(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician, stranger: Clinician
) -> None:
    medicine = takes(patient, "Trintellix")
    for who in (patient, other_patient, therapist, stranger):
        assert who.refused(propose_correction, patient.id, "medicine", medicine, text=WORDS, expected=1)
    assert psychiatrist.refused(propose_correction, other_patient.id, "medicine", medicine, text=WORDS, expected=1)
    correction = proposes(psychiatrist, medicine)
    for who in (psychiatrist, therapist, stranger, other_patient):
        assert who.refused(settle_correction, correction)
    assert patient.refused(settle_correction, medicine)
    changes: list[Callable[[], object]] = [
        lambda: patient.does(sharing.set_audience, MedicationStatement, medicine, audience="only_me"),
        lambda: patient.does(sharing.set_labels, MedicationStatement, medicine, labels=["trauma"]),
        lambda: patient.does(withdraw_medicine, medicine),
        lambda: patient.shares(psychiatrist, Category.GOALS),
        lambda: patient.stops(psychiatrist),
        patient.pauses,
    ]
    for change in changes:
        with transaction.atomic():
            change()
            assert psychiatrist.refused(propose_correction, patient.id, "medicine", medicine, text=WORDS, expected=1)
            assert psychiatrist.refused(queries.proposed, patient.id, [Entry(medicine)]) or not beside(
                psychiatrist, patient, medicine
            )
            transaction.set_rollback(True)
    assert [one.id for one in beside(psychiatrist, patient, medicine)] == [correction]
    assert beside(therapist, patient, medicine) == []


def test_whoever_sees_the_entry_sees_it_and_the_log_tells_of_that(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    medicine = takes(patient, "Trintellix")
    correction = proposes(psychiatrist, medicine)
    assert [one.text for one in beside(gp, patient, medicine)] == [WORDS]
    with as_owner():
        rows = AuditEvent.objects.filter(actor_id=gp.id, action=Purpose.READ)
        assert [(row.category, row.record_ids) for row in rows] == [("below", [correction])]


def test_a_withdrawn_entry_asks_nothing_of_her(patient: Maren, psychiatrist: Clinician) -> None:
    medicine = takes(patient, "Trintellix")
    correction = proposes(psychiatrist, medicine)
    patient.does(withdraw_medicine, medicine)
    assert patient.does(waiting) == ()
    assert patient.refused(settle_correction, correction)
    assert [one.text for one in beside(patient, patient, medicine)] == [WORDS]  # hers to read, like the entry


@pytest.mark.parametrize(
    ("text", "expected", "refusal"), [("", 1, Invalid), ("x" * 4001, 1, Invalid), ("x", 2, Conflict)]
)
def test_it_needs_words_that_fit_and_the_entry_as_it_stands(
    text: str, expected: int, refusal: type[Exception], patient: Maren, psychiatrist: Clinician
) -> None:
    medicine = takes(patient, "Trintellix")
    with pytest.raises(refusal):
        proposes(psychiatrist, medicine, text=text, expected=expected)
    assert beside(patient, patient, medicine) == []


# -- The wall ----------------------------------------------------------------------------------------------------------
COMMON = "(id, patient_id, author_id, version, recorded_at, changed_at, about_id, about_version"
VALUES = "VALUES (gen_random_uuid(), %s, %s, 1, now(), now(), %s, 1"
PROPOSED = f"INSERT INTO corrections_proposedcorrection {COMMON}, about_kind, text) {VALUES}, 'medicine', 'x')"
SETTLED = f"INSERT INTO corrections_correctionsettled {COMMON}, correction_id) {VALUES}, gen_random_uuid())"


def writes(who: Person, statement: str, *values: Any) -> bool:
    try:
        with acting_as(who.viewer), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def test_at_the_wall_each_side_writes_its_own_and_nobody_changes_either(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    medicine = takes(patient, "Trintellix")
    assert writes(psychiatrist, PROPOSED, patient.id, psychiatrist.id, medicine)
    assert not writes(patient, PROPOSED, patient.id, patient.id, medicine)
    assert not writes(therapist, PROPOSED, patient.id, therapist.id, medicine)
    assert not writes(psychiatrist, PROPOSED, patient.id, patient.id, medicine)
    assert writes(patient, SETTLED, patient.id, patient.id, medicine)
    assert not writes(psychiatrist, SETTLED, patient.id, psychiatrist.id, medicine)
    correction = proposes(psychiatrist, medicine)
    patient.does(settle_correction, correction)
    for who in (patient, psychiatrist):
        for table in ("proposedcorrection", "correctionsettled"):
            for change in ("about_id = gen_random_uuid()", "about_version = 9"):
                assert not writes(who, f"UPDATE corrections_{table} SET {change}")  # noqa: S608 - names of ours
            assert not writes(who, f"DELETE FROM corrections_{table}")  # noqa: S608 - the same
    assert not writes(patient, "UPDATE corrections_proposedcorrection SET text = 'x'")
