"""Weekly summaries: what is stored when one is made, and what is worked out when one is opened."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from careteam.accounts.models import Role
from careteam.audit.models import AuditEvent
from careteam.goals.services import add_goal
from careteam.measures import services
from careteam.sharing import team
from careteam.summaries.digests import DigestView, OwnWeek, digest
from careteam.summaries.models import Digest, Kind, Outbox
from careteam.summaries.selfcare import PROMPTS, prompt_of
from careteam.summaries.services import write_digest
from careteam.summaries.weeks import WEEK, monday_of
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.measures.forms import FIVE, TWELVE, TWENTY, at, begins, hides, sends
from tests.statements import Statements
from tests.treatments.words import takes


def due(who: Maren | Clinician) -> Outbox:
    """The outbox row of the week in hand, as the plan would have written it."""
    kind = Kind.PATIENT_WEEK if isinstance(who, Maren) else Kind.CLINICIAN_WEEK
    return Outbox(user=who.user, kind=kind, zone=who.user.zone, period_start=monday_of(who.viewer.today))


def writes(who: Maren | Clinician) -> Digest:
    """This week's summary, made now."""
    write_digest(who.viewer, due(who))
    with as_owner():
        return Digest.objects.get(user=who.user)


# -- Making one --------------------------------------------------------------------------------------------------------
def test_writing_a_clinicians_week_asks_no_more_with_a_hundred_patients(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    found: list[int] = []
    people = 1
    for wanted in (5, 100):
        while people < wanted:
            with as_owner():
                other = Maren(person(f"other{people}@example.org", f"Other {people}", Role.PATIENT))
                joins(other, psychiatrist.user, "Psychiatrist", EVERYTHING)
            other.writes_note("words", shared=True)
            other.does(add_goal, words="walk")
            sends(other, TWELVE)
            takes(other, "Lithium", start="2025")
            people += 1
        with as_owner():
            Digest.objects.all().delete()
        with statements.counted(f"write a clinician's week ({wanted} patients)") as counted:
            week = due(psychiatrist)
            write_digest(psychiatrist.viewer, week)
        with as_owner():
            references = Digest.objects.get(user=psychiatrist.user).references
        assert len(references) == (wanted - 1) * 4
        found.append(counted.number)
    assert found[0] == found[1]


def test_a_week_refers_to_what_each_patient_shows_and_to_nothing_of_a_third(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, stranger: Clinician
) -> None:
    shown = patient.does(add_goal, words="Walk")
    patient.does(add_goal, words="Hidden", audience="only_me")
    theirs = other_patient.does(add_goal, words="Somebody else's")
    assert writes(psychiatrist).references == [["goals", str(patient.id), str(shown), 1]]
    assert writes(stranger).references == []
    assert writes(other_patient).references == [["goals", str(other_patient.id), str(theirs), 1]]


def test_a_pause_of_one_patient_hides_hers_alone(patient: Maren, other_patient: Maren, psychiatrist: Clinician) -> None:
    with as_owner():
        joins(other_patient, psychiatrist.user, "Psychiatrist", EVERYTHING)
    patient.does(add_goal, words="Walk")
    theirs = other_patient.does(add_goal, words="Swim")
    patient.does(team.pause)
    assert writes(psychiatrist).references == [["goals", str(other_patient.id), str(theirs), 1]]


# -- Opening one: worked out anew, of the week's own days --------------------------------------------------------------
MONDAY = date(2026, 3, 9)  # in New York the clocks had gone forward the day before


def opens(who: Maren | Clinician, monday: date = MONDAY, references: Collection[list[str | int]] = ()) -> DigestView:
    """The summary of that week, opened by whom it is for."""
    kind = Kind.PATIENT_WEEK if isinstance(who, Maren) else Kind.CLINICIAN_WEEK
    with as_owner():
        row, _ = Digest.objects.get_or_create(
            user=who.user,
            kind=kind,
            period_start=monday,
            defaults={"zone": who.user.zone, "references": list(references), "made_at": Now()},
        )
    view: DigestView = who.does(digest, row.id)
    return view


def own(patient: Maren, monday: date = MONDAY) -> OwnWeek:
    """What her week says beside its records."""
    found = opens(patient, monday).own
    assert found is not None
    return found


def looked(
    patient: Maren, clinician: Clinician, moment: datetime, action: str = "read", category: str = "goals"
) -> None:
    """Somebody looked at that moment, as the log keeps it."""
    with as_owner():
        row = AuditEvent(
            patient_id=patient.id,
            actor_id=clinician.id,
            actor_role="practitioner",
            action=action,
            category=category,
            request_id=uuid4(),
            at=moment,
        )
        row.save(force_insert=True)


def test_a_patients_week_says_where_she_stood_at_its_end_and_not_today(patient: Maren) -> None:
    sends(patient, TWENTY, at(1))
    sends(patient, TWELVE, at(15, 23, 50))
    sends(patient, FIVE, at(16, 0, 10))
    score = own(patient).score
    assert score is not None
    assert (score.newest and score.newest.total, score.since_previous and score.since_previous.points) == (12, -8)
    before = own(patient, MONDAY - WEEK).score
    assert before is not None
    assert (before.newest and before.newest.total, before.since_previous) == (20, None)
    assert own(patient, MONDAY - WEEK * 2).score is not None  # the first of March is its Sunday
    assert own(patient, MONDAY - WEEK * 3).score is None


def test_a_clinicians_week_says_where_somebody_stood_at_its_end_by_what_is_shown_now(
    patient: Maren, psychiatrist: Clinician
) -> None:
    goal = patient.does(add_goal, words="Walk")
    references: list[list[str | int]] = [["goals", str(patient.id), str(goal), 1]]
    sends(patient, FIVE, at(2))
    week = sends(patient, TWELVE, at(10))
    newer = sends(patient, (3, 3, 3, 3, 3, 3, 2, 0, 1), at(17))

    def stood() -> tuple[int | None, bool]:
        (part,) = opens(psychiatrist, references=references).parts
        score = part.score
        return (score.newest.total if score and score.newest else None, bool(score and score.banner))

    assert stood() == (12, False)
    hides(patient, week)
    assert stood() == (5, False)
    with patient.acting():
        told = AuditEvent.objects.filter(action="digest", category="measures").values_list("record_ids", flat=True)
    assert not any(newer in ids for ids in told)


def test_forms_done_in_the_week_are_named_and_withdrawn_ones_are_not(patient: Maren) -> None:
    sends(patient, FIVE, at(8))
    done = sends(patient, TWELVE, at(10))
    sends(patient, (1, 1, None, 0, 0, 0, 0, 0, 0), at(15, 23, 50))
    patient.does(services.withdraw_response, sends(patient, FIVE, at(11)))
    begins(patient, FIVE)
    found = own(patient).forms
    assert [(form.on, form.words) for form in found] == [
        (date(2026, 3, 10), "12, moderate"),
        (date(2026, 3, 15), "incomplete (8 of 9)"),
    ]
    assert (found[0].id, found[0].questionnaire, found[0].name) == (done, "phq-9", "PHQ-9")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([], [(True, date(2026, 3, 16))]),  # never sent one
        ([2], [(True, date(2026, 3, 16))]),  # two weeks later is the Monday on which the week ends
        ([3], [(False, date(2026, 3, 17))]),
        ([1, 15], [(False, date(2026, 3, 29))]),
        ([2, 20], []),  # she has sent one since: nothing is asked in an old week
    ],
)
def test_a_form_is_offered_two_weeks_after_the_last(
    patient: Maren, sent: list[int], told: list[tuple[bool, date]]
) -> None:
    for day in sent:
        sends(patient, TWELVE, at(day))
    assert [(one.due, one.on) for one in own(patient).reminders] == told


def test_who_looked_is_told_by_day_and_lists_apart(patient: Maren, psychiatrist: Clinician, gp: Clinician) -> None:
    looked(patient, psychiatrist, at(9, 0, 1))
    looked(patient, psychiatrist, at(9, 23), action="overview")
    looked(patient, psychiatrist, at(15, 23, 59), action="digest")
    looked(patient, psychiatrist, at(8, 23, 59))  # the week before
    looked(patient, psychiatrist, at(16, 0, 0))  # the week after
    looked(patient, gp, at(10), action="caseload", category="treatments")
    looked(patient, gp, at(11), action="caseload", category="treatments")
    assert [(one.name, one.days, one.listed) for one in own(patient).looked] == [
        ("Dr Sun-hee Lee", 2, 0),
        ("Dr Amina Yusuf", 0, 2),
    ]


def test_neither_her_own_openings_nor_acts_nor_a_page_that_showed_nothing_count_as_a_look(
    patient: Maren, psychiatrist: Clinician
) -> None:
    looked(patient, psychiatrist, at(10), action="overview", category="")
    looked(patient, psychiatrist, at(10), action="sign", category="clinical_notes")
    looked(patient, Clinician(patient.user, patient), at(10), action="overview", category="")
    assert own(patient).looked == ()


def test_somebody_who_left_is_still_named(patient: Maren, psychiatrist: Clinician) -> None:
    looked(patient, psychiatrist, at(10))
    patient.stops(psychiatrist)
    assert [one.name for one in own(patient).looked] == ["Dr Sun-hee Lee"]


def test_each_week_has_its_prompt_and_three_weeks_have_all_three(patient: Maren) -> None:
    assert prompt_of(MONDAY) == prompt_of(MONDAY)
    topics = {prompt_of(MONDAY + WEEK * number).topic for number in range(3)}
    assert topics == {"Tame stress", "Good sleep", "Move your body"}
    for prompt in PROMPTS:
        assert prompt.source
        assert prompt.words.count("?") == len(re.findall(r"[.?!]", prompt.words)) == 1
        assert not re.search(r"\b(should|just|only|must|failed|streak)\b", prompt.words, re.IGNORECASE)
    assert own(patient).prompt == prompt_of(MONDAY)


def test_the_own_week_is_told_to_patients_alone_leaves_no_row_and_is_stored_nowhere(
    patient: Maren, psychiatrist: Clinician
) -> None:
    sends(patient, TWELVE, at(10))
    assert opens(psychiatrist).own is None
    with as_owner():
        before = AuditEvent.objects.count()
    assert own(patient).help == "/help/"
    with as_owner():
        assert AuditEvent.objects.count() == before
        assert Digest.objects.get(user=patient.user).references == []


def test_a_week_keeps_the_days_of_the_zone_it_was_made_for(patient: Maren) -> None:
    sends(patient, TWELVE, at(15, 23, 50))  # Sunday in New York, Monday in Kolkata
    assert len(own(patient).forms) == 1
    patient.user.zone = "Asia/Kolkata"
    assert [form.on for form in own(patient).forms] == [date(2026, 3, 15)]


def test_opening_a_week_asks_no_more_when_more_happened_in_it(
    patient: Maren, psychiatrist: Clinician, statements: Statements
) -> None:
    found: list[int] = []
    opens(patient)
    for wanted in (1, 5):
        for day in range(9, 9 + wanted):
            sends(patient, TWELVE, at(day))
            looked(patient, psychiatrist, at(day))
        with statements.counted(f"open a patient's week ({wanted} forms)") as counted:
            own(patient)
        found.append(counted.number)
    assert found[0] == found[1]
