"""What was tried, from the record: the published case, what its reader may see, what the log is told, and staging."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from careteam.audit.models import AuditEvent
from careteam.conditions.services import add_condition
from careteam.procedures.services import add_level, add_procedure
from careteam.sharing.codes import NONE_SHARED, Category
from careteam.sharing.errors import NotFound
from careteam.sharing.services import set_audience, withdraw
from careteam.summaries.ledger import ledger, shows_staging, staging
from careteam.summaries.ledger_pictures import LedgerPicture
from careteam.summaries.services import choose_staging
from careteam.treatments.judging import set_judge_by
from careteam.treatments.models import MedicationStatement
from careteam.treatments.services import note_side_effects
from careteam.treatments.staging import Severity
from careteam.treatments.taking import say_taken
from tests.conftest import Clinician, Maren, as_owner
from tests.statements import Statements
from tests.treatments.doses import dose
from tests.treatments.tried import published
from tests.treatments.words import takes


def tried(person: Maren | Clinician) -> LedgerPicture:
    patient = person.patient.id if isinstance(person, Clinician) else person.id
    picture: LedgerPicture = person.does(ledger, patient)
    return picture


def writes(patient: Maren, **more: Any) -> list[UUID]:
    """The published case, written down as anybody would."""
    return [
        takes(
            patient,
            one.name,
            *one.periods,
            start=one.start.text if one.start else "",
            end=one.end.text if one.end else "",
            best=one.answer.best,
            at_end=one.answer.at_end,
            **more,
        )
        for one in published()
    ]


def told(person: Clinician, category: str) -> set[UUID]:
    with as_owner():
        rows = AuditEvent.objects.filter(actor_id=person.id, category=category, action="read")
        return {record for row in rows for record in row.record_ids}


def test_the_published_case_comes_out_of_the_record_as_it_was_printed(patient: Maren, psychiatrist: Clinician) -> None:
    writes(patient)
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    for person in (patient, psychiatrist):
        found = tried(person)
        assert [(one.title, one.chip) for one in found.trials] == [
            ("Aripiprazole, added to duloxetine", "Full trial"),
            ("Duloxetine", "Full trial"),
            ("Venlafaxine", "Standards differ"),
            ("Citalopram", "Not long enough"),
            ("Sertraline", "Full trial"),
        ]
        assert found.atrq_current
        assert (found.atrq_current.number, found.atrq_current.of) == (2, 5)
        assert found.current
        assert (found.current.number, found.current.names) == (1, ("sertraline",))
        assert found.trials[1].outcome_words == "Helped, then stopped helping (80 % better at best, later 35 %)"
        assert found.sentence == "A count to discuss, not a diagnosis."
        assert "not yet signed by a pharmacist" in found.unverified
        assert (found.rule, found.table) == ("trials 1", "doses 2026-11-23")


def test_a_reader_gets_what_she_may_see_and_the_log_is_told_of_that_alone(
    patient: Maren, psychiatrist: Clinician, gp: Clinician, therapist: Clinician
) -> None:
    shown = writes(patient)
    hidden = takes(patient, "escitalopram", dose("10"), start="2021", end="2022", best=0)
    patient.does(set_audience, MedicationStatement, hidden, audience="only_me")
    gone = takes(patient, "fluoxetine", dose("20"), start="2019", end="2020", best=0)
    patient.does(withdraw, MedicationStatement, gone)
    level = patient.does(add_level, substance="Lithium", value="0.7", unit="mmol/L", on="2020-07-10", hours="12")
    sodium = patient.does(add_level, substance="Sodium", value="140", unit="mmol/L", on="2020-07-10")
    salt = takes(patient, "Lithium", dose("900"), start="2020-06-20", end="2020-07-30", best=0)
    spray = patient.does(
        add_procedure, code="esketamine", name="84 mg", start="2021-01-04", end="2021-02-26", session_count=8
    )
    therapy = patient.does(add_procedure, code="talking-therapy", start="2021")
    episode = patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    assert tried(patient).ever.of == 6  # four of the case, the hidden one, esketamine; what was added is none more

    lees = tried(psychiatrist)
    assert {one.title for one in lees.trials} >= {"Esketamine", "Lithium, added to duloxetine"}
    assert not any("scitalopram" in one.title or one.title == "luoxetine" for one in lees.trials)
    assert lees.ever.of == 5
    assert told(psychiatrist, Category.TREATMENTS) == {*shown, salt, level, spray}
    assert told(psychiatrist, Category.CONDITIONS) == {episode}
    assert not {hidden, gone, sodium, therapy} & told(psychiatrist, Category.TREATMENTS)

    yusufs = tried(gp)  # medicines, no conditions: like a record without one
    assert (yusufs.current, yusufs.no_episode, yusufs.episode) == (None, NONE_SHARED, "")
    assert told(gp, Category.CONDITIONS) == set()
    tomas = tried(therapist)  # no treatments
    assert (tomas.trials, tomas.aside, tomas.none, tomas.ever.of) == ((), (), NONE_SHARED, 0)
    patient.pauses()
    assert tried(psychiatrist) == tomas


def test_strangers_find_nothing(patient: Maren, stranger: Clinician, other_patient: Maren) -> None:
    writes(patient)
    for person in (stranger, other_patient):
        with pytest.raises(NotFound):
            person.does(ledger, patient.id)


def test_a_brand_is_offered_to_its_patient_alone_and_decides_nothing(patient: Maren, psychiatrist: Clinician) -> None:
    takes(patient, "Zoloft", dose("100"), start="2025-01-01", end="2025-03-31", best=10)
    mine, hers = tried(patient), tried(psychiatrist)
    assert [(one.ingredient, one.words) for one in mine.aside[0].maybe] == [
        ("sertraline", "sertraline (sold as Zoloft)")
    ]
    assert (hers.aside[0].maybe, mine.trials, hers.trials) == ((), (), ())
    takes(patient, "Lustral", dose("100"), start="2025-05-01", end="2025-07-31", ingredient="sertraline", best=10)
    assert [(one.title, one.entries[0].name) for one in tried(psychiatrist).trials] == [("Sertraline", "Lustral")]


def test_a_change_is_told_with_the_result(patient: Maren) -> None:
    medicine = takes(patient, "sertraline", dose("100"), start="2025-01-01", end="2025-03-31")
    assert tried(patient).trials[0].changed_on == ()
    patient.does(note_side_effects, medicine, words="tired", expected=1)
    assert len(tried(patient).trials[0].changed_on) == 1


def test_taken_less_than_planned_makes_it_open(patient: Maren) -> None:
    start = (patient.viewer.today - timedelta(days=60)).isoformat()
    medicine = takes(patient, "sertraline", dose("100"), start=start)
    assert tried(patient).trials[0].adequacy == "full"
    patient.does(say_taken, medicine, days=3)
    found = tried(patient).trials[0]
    assert (found.adequacy, found.entries[0].taken[:11]) == ("cannot-tell", "3 of 7 days")


def test_it_takes_as_many_statements_however_much_was_tried(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    def asked(person: Maren | Clinician) -> int:
        with person.acting(), statements.counted("tried") as counted:
            ledger(person.viewer, patient.id)
        return counted.number

    def write(number: int) -> None:
        for at in range(number):
            medicine = takes(patient, "sertraline", dose("100"), start="2025-01")
            patient.does(set_judge_by, medicine, on=patient.viewer.today, expected=1)
            patient.does(say_taken, medicine, days=at % 8)
            patient.does(add_level, substance="Lithium", value="0.7", unit="mmol/L", on="2025-02-10")
            patient.does(add_procedure, code="esketamine", name="84 mg", start="2025-02")

    write(2)
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    few = asked(patient), asked(psychiatrist)
    write(8)
    assert (asked(patient), asked(psychiatrist)) == few


# -- Staging -----------------------------------------------------------------------------------------------------------
def test_staging_is_for_the_clinician_who_switched_it_on_and_names_what_is_missing(
    patient: Maren, psychiatrist: Clinician, gp: Clinician
) -> None:
    def staged(person: Clinician, **entered: Any) -> Any:
        return person.does(staging, patient.id, **entered)

    writes(patient)
    assert staged(psychiatrist) is None
    psychiatrist.does(choose_staging, on=True)
    assert (psychiatrist.does(shows_staging), gp.does(shows_staging)) == (True, False)
    assert staged(gp) is None
    assert patient.refused(choose_staging, on=True)
    assert not patient.does(shows_staging)

    nothing = staged(psychiatrist)
    assert nothing.staging.total is None
    assert nothing.staging.missing == (
        "how long the current episode lasts",
        "how severe it was, as you enter it",
        "a medicine that did not help enough",
        "whether something was added",
        "whether ECT was given",
    )
    patient.does(add_condition, name="Depression", holds_episode=True, episode_start="2017-12")
    some = staged(psychiatrist, severity=Severity.MODERATE)
    assert (some.augmented, some.ect, some.staging.missing) == (True, None, ("whether ECT was given",))
    whole = staged(psychiatrist, severity=Severity.MODERATE, ect=False)
    assert (whole.staging.total, whole.staging.band) == (3 + 3 + 1 + 1 + 0, "moderate")
    ect = patient.does(add_procedure, code="ect", start="2019-01", end="2019-02")
    given = staged(psychiatrist, severity=Severity.MODERATE)
    assert (given.ect, given.staging.total) == (True, 9)
    assert ect in told(psychiatrist, Category.TREATMENTS)
    patient.does(withdraw, MedicationStatement, _of(patient, "Aripiprazole, added to duloxetine"))
    assert staged(psychiatrist).augmented is None  # nothing added is written down: she is asked
    patient.does(withdraw, MedicationStatement, _of(patient, "Sertraline"))
    none_left = staged(psychiatrist, severity=Severity.MILD, augmented=False, ect=False)
    assert none_left.staging.missing == ("a medicine that did not help enough",)
    psychiatrist.does(choose_staging, on=False)
    assert staged(psychiatrist) is None


def _of(patient: Maren, title: str) -> UUID:
    return next(one.entries[0].id for one in tried(patient).trials if one.title == title)
