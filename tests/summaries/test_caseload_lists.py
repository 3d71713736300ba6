"""The caseload's lists: who needs a look, in which order, found by which name, and told to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from careteam.accounts.ids import new_id
from careteam.accounts.models import Role, User
from careteam.accounts.names import compared, found_in
from careteam.accounts.viewer import Viewer, database_now
from careteam.audit.models import AuditEvent, Purpose
from careteam.audit.services import held_back
from careteam.goals.services import add_goal
from careteam.measures.models import QuestionnaireResponse
from careteam.sharing.codes import Category, Kind
from careteam.sharing.errors import Invalid
from careteam.sharing.models import CareTeamMember, Consent
from careteam.sharing.services import set_audience
from careteam.summaries.caseload import LOOK, SORTS, TABS, Caseload, CaseloadRow, caseload
from careteam.summaries.crowd import PEOPLE, Crowd
from careteam.summaries.reasons import ORDER, place
from careteam.visits import services as visits
from careteam.visits.calls import ask_for_call
from careteam.visits.models import Encounter, TrackingPlan
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins, person
from tests.measures.forms import FIVE, SEVENTEEN, TWELVE, sends

ABOVE = (0, 0, 0, 0, 0, 0, 0, 0, 2)
NUMBER = count(1)


def ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def somebody(whom: Clinician, name: str = "", sees: Any = EVERYTHING) -> Maren:
    """A further patient on this clinician's list."""
    with as_owner():
        number = next(NUMBER)
        found = Maren(person(f"more{number}@example.org", name or f"Person {number:03}", Role.PATIENT))
        joins(found, whom.user, "Psychiatrist", sees)
        return found


def meets(patient: Maren, whom: UUID | None, at: datetime, **more: Any) -> UUID:
    """A planned visit at that instant, moved there as the owner."""
    made: UUID = patient.does(visits.add_visit, start=ago(-5), practitioner=whom, **more)
    with as_owner():
        assert Encounter.unscoped("the test says when").filter(pk=made).update(effective_at=at) == 1
    return made


def over(patient: Maren, whom: Clinician) -> None:
    """Every topic was shared until yesterday."""
    with as_owner():
        member = CareTeamMember.objects.get(patient_id=patient.id, user_id=whom.id)
        Consent.objects.bulk_create(
            Consent(
                member=member,
                patient_id=patient.id,
                user_id=whom.id,
                kind=Kind.CATEGORY,
                code=code,
                starts_at=ago(30),
                ends_at=ago(1),
                created_by=patient.id,
                created_at=ago(30),
            )
            for code in EVERYTHING
        )


def late(patient: Maren, whom: Clinician) -> None:
    plan = patient.does(visits.add_plan, practitioner=whom.id, weeks=2)
    with as_owner():
        TrackingPlan.unscoped("the test says when").filter(pk=plan).update(effective_at=ago(60))


def listed(whom: Clinician, **asked: Any) -> list[CaseloadRow]:
    """All pages of a list."""
    first: Caseload = whom.does(caseload, **asked)
    rows = list(first.rows)
    for number in range(2, first.pages + 1):
        rows += whom.does(caseload, number=number, **asked).rows
    return rows


def names(whom: Clinician, **asked: Any) -> list[str]:
    return [row.name for row in listed(whom, **asked)]


# -- Who needs a look --------------------------------------------------------------------------------------------------
def test_people_stand_by_their_first_reason_then_by_the_next_visit_then_by_name(psychiatrist: Clinician) -> None:
    calm, call, overdue, up, answered, soon, later = (
        somebody(psychiatrist, name) for name in ("Calm", "Call", "Overdue", "Up", "Answered", "Zed soon", "Abe later")
    )
    sends(calm, FIVE)
    call.does(ask_for_call, words="", audience="category")
    late(overdue, psychiatrist)
    sends(up, FIVE, ago(15))
    sends(up, TWELVE)
    for one in (answered, soon, later):
        sends(one, ABOVE)
    meets(soon, psychiatrist.id, ago(-2))
    meets(later, psychiatrist.id, ago(-9))
    assert names(psychiatrist) == ["Zed soon", "Abe later", "Answered", "Up", "Overdue", "Call"]
    found: Caseload = psychiatrist.does(caseload)
    assert (found.tab, found.look, found.people) == (LOOK, 6, 8)
    assert [(one.code, one.count) for one in found.reasons] == list(zip(ORDER, (3, 1, 1, 0, 1), strict=True))
    assert names(psychiatrist, reason="up") == ["Up"]
    assert names(psychiatrist, tab="everyone", sort="score")[0] == "Up"
    assert names(psychiatrist, tab="everyone", sort="change")[0] == "Up"
    assert names(psychiatrist, tab="everyone", sort="visit")[:2] == ["Zed soon", "Abe later"]


def test_a_reason_that_is_hidden_is_none(patient: Maren, psychiatrist: Clinician) -> None:
    sends(patient, FIVE, ago(15))
    worse = sends(patient, SEVENTEEN)
    assert psychiatrist.does(caseload).look == 1
    patient.does(set_audience, QuestionnaireResponse, worse, audience="only_me")
    found: Caseload = psychiatrist.does(caseload)
    assert (found.look, found.tab, [one.count for one in found.reasons]) == (0, "everyone", [0] * len(ORDER))
    assert [one.total for one in found.rows[0].trend] == [5]


@pytest.mark.parametrize("state", ["paused", "off", "expired", "empty"])
def test_whoever_shows_nothing_stands_under_everyone_by_name_alone(psychiatrist: Clinician, state: str) -> None:
    shows = state in {"paused", "empty"}
    one = somebody(psychiatrist, sees=EVERYTHING if shows else ())
    if state != "empty":
        sends(one, ABOVE)
        meets(one, psychiatrist.id, ago(-0.02))
    if state == "paused":
        one.does(ask_for_call, words="", audience="category")
        one.pauses()
    if state == "expired":
        over(one, psychiatrist)
    found: Caseload = psychiatrist.does(caseload)
    assert (found.look, found.today, found.soon) == (0, 0, None)
    (row,) = [row for row in found.rows if row.patient == one.id]
    assert (row.whys, row.score, row.trend, row.medicines, row.visit, row.new) == ((), None, (), (), None, 0)
    for sort in SORTS:
        assert names(psychiatrist, tab="everyone", sort=sort) == ["Maren Holt", row.name]
    with as_owner():
        assert not AuditEvent.objects.filter(action=Purpose.CASELOAD, patient_id=one.id).exists()


# -- Random worlds -----------------------------------------------------------------------------------------------------
def world(dice: Random, whom: Clinician) -> list[Maren]:
    """People with any mixture of forms, plans, visits, calls, labels, audiences and switches."""
    made = []
    for _ in range(9):
        sees = [one for one in EVERYTHING if dice.random() < 0.8]
        one = somebody(whom, dice.choice(["Zoë", "小龍", "Søren", "Ada"]) + f" {next(NUMBER)}", sees)
        for back in range(dice.randint(0, 3)):
            form = sends(one, dice.choice([FIVE, TWELVE, SEVENTEEN, ABOVE]), ago(15 * back))
            if dice.random() < 0.3:
                one.does(set_audience, QuestionnaireResponse, form, audience="only_me")
        if dice.random() < 0.4:
            late(one, whom)
        if dice.random() < 0.5:
            meets(one, whom.id, ago(-dice.choice([0.01, 0.02, 3, 20])))
        if dice.random() < 0.3 and Category.VISITS in sees:
            one.does(ask_for_call, words="", audience="category")
        if dice.random() < 0.2:
            one.pauses()
        made.append(one)
    return made


@pytest.mark.parametrize("seed", range(6))
def test_in_any_world_lists_counts_order_and_log_agree(psychiatrist: Clinician, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - a world, not a secret
    people = world(dice, psychiatrist)
    found: Caseload = psychiatrist.does(caseload)
    for tab, number in zip(TABS, (found.look, found.today, found.people), strict=True):
        rows = listed(psychiatrist, tab=tab, size=4)
        assert len(rows) == len({row.patient for row in rows}) == number
    for one in found.reasons:
        assert len(listed(psychiatrist, tab=LOOK, reason=one.code, size=4)) == one.count
    rows = listed(psychiatrist, tab=LOOK, size=4)
    far = datetime.max.replace(tzinfo=UTC)
    keys = [(place(row.whys), row.visit.at if row.visit else far, compared(row.name)) for row in rows]
    assert keys == sorted(keys)
    paused = {one.id for one in people if not one.does(_shares)}
    assert not paused & {row.patient for row in rows}
    assert all(row.whys for row in rows)


def _shares(viewer: Viewer) -> bool:
    from careteam.sharing.queries import team  # noqa: PLC0415 - the test's own question

    return team(viewer).paused_since is None


# -- Names -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("soren", "Søren Marchetti"),
        ("SØREN", "Søren Marchetti"),
        ("zoe", "Zoë Vega"),
        ("Zoe\u0308", "Zoë Vega"),
        ("小", "小龍 田中"),
        ("田中 小", "小龍 田中"),
        ("지우", "지우 김"),
        ("مريم", "مريم حسن"),
        ("дмитро", "Дмитро Іваненко"),
        ("ΕΛΕΝΗ", "Ελένη Παππά"),
        ("asta", "Ásta Åkesson"),
        ("strasse", "Ada Straße"),
        ("wojcik", "Ada Wójcik"),
        ("lukasz", "Łukasz Novák"),
        ("o'brien", "Ada O’Brien"),
        ("ark", "Ada Clark"),
        ("  ", "Ada Clark"),
        ("holt maren", "Maren Holt"),
    ],
)
def test_e33_a_part_of_a_name_finds_it_in_any_script(asked: str, name: str) -> None:
    assert found_in(asked, name)


@pytest.mark.parametrize(("asked", "name"), [("sorem", "Søren"), ("龍小", "小龍"), ("ada clark jr", "Ada Clark")])
def test_what_is_no_part_finds_nothing(asked: str, name: str) -> None:
    assert not found_in(asked, name)


def test_a_name_is_searched_for_among_everyone(psychiatrist: Clinician) -> None:
    somebody(psychiatrist, "Søren Toft", sees=())
    sends(somebody(psychiatrist, "Soren Berg"), ABOVE)
    assert names(psychiatrist, q=" soren ") == ["Soren Berg", "Søren Toft"]
    found: Caseload = psychiatrist.does(caseload, q="nobody")
    assert (found.rows, found.found, found.pages, found.tab, found.q) == ((), 0, 1, "everyone", "nobody")


@pytest.mark.parametrize(
    "asked",
    [
        {"tab": "all"},
        {"sort": "risk"},
        {"reason": "risk"},
        {"q": "a", "tab": "look"},
        {"q": "a", "reason": "up"},
        {"reason": "up", "tab": "everyone"},
        {"q": "x" * 201},
        {"number": 2},
        {"number": 0},
    ],
)
def test_anything_else_is_refused(psychiatrist: Clinician, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        psychiatrist.does(caseload, **asked)


# -- Visits today, and within the hour ---------------------------------------------------------------------------------
def test_the_visit_within_the_hour_stands_on_top_when_it_is_with_her_and_visible(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    now = psychiatrist.does(lambda viewer: database_now())
    patient.does(visits.add_question, words="May I drive?")
    meets(patient, psychiatrist.id, now + timedelta(minutes=12), mode="video", minutes=30)
    later = somebody(psychiatrist)
    meets(later, psychiatrist.id, now + timedelta(minutes=50))
    found: Caseload = psychiatrist.does(caseload)
    assert found.soon is not None
    assert (found.soon.row.name, found.soon.minutes, found.soon.questions) == ("Maren Holt", 12, ("May I drive?",))
    assert found.soon.row.visit is not None
    assert (found.soon.row.visit.mode_words, found.soon.row.visit.with_you) == ("By video", True)
    patient.pauses()
    after: Caseload = psychiatrist.does(caseload)
    assert after.soon is not None
    assert after.soon.row.patient == later.id
    assert therapist.does(caseload).soon is None  # visits are not shared with him


def test_a_visit_with_somebody_else_is_named_and_is_none_of_her_day(
    patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    meets(patient, therapist.id, ago(-0.01))
    found: Caseload = psychiatrist.does(caseload)
    assert (found.soon, found.today) == (None, 0)
    assert found.rows[0].visit is not None
    assert (found.rows[0].visit.with_name, found.rows[0].visit.with_you) == ("Tomás Rivera", False)


# -- What is told, and what it costs -----------------------------------------------------------------------------------
def test_the_log_has_one_row_for_each_person_shown_or_counted_and_none_for_those_merely_judged(
    psychiatrist: Clinician,
) -> None:
    quiet = somebody(psychiatrist)
    sends(quiet, (0,) * 9)
    counted = [somebody(psychiatrist) for _ in range(5)]
    for one in counted:
        form = sends(one, ABOVE)
        late(one, psychiatrist)
        meets(one, psychiatrist.id, ago(-3))
        one.does(ask_for_call, words="", audience="category")
    with as_owner():
        AuditEvent.objects.filter(action=Purpose.CASELOAD).delete()
    found: Caseload = psychiatrist.does(caseload, size=2)
    with as_owner():
        rows = list(AuditEvent.objects.filter(action=Purpose.CASELOAD).values_list("patient_id", "category"))
        told = AuditEvent.objects.get(action=Purpose.CASELOAD, category="visits", patient_id=found.rows[0].patient)
    assert len(rows) == len(set(rows)) == 10
    assert {patient for patient, _ in rows} == {one.id for one in counted}
    assert {category for _, category in rows} == {"measures", "visits"}
    assert len(told.record_ids) == len(set(told.record_ids)) == len(told.versions)
    assert form


def test_whoever_forgets_to_say_who_is_shown_is_stopped(patient: Maren, psychiatrist: Clinician) -> None:
    with psychiatrist.acting(), pytest.raises(LookupError), held_back():
        pass


@pytest.fixture
def many(psychiatrist: Clinician) -> Callable[[int], None]:
    """Brings the list to so many people, as the demo's crowd writes them."""

    def fill(wanted: int) -> None:
        with as_owner():
            there = User.objects.filter(role=Role.PATIENT).count()
            for number in range(there, wanted):
                one = Maren(person(f"many{number}@example.org", f"Many {number}", Role.PATIENT))
                joins(one, psychiatrist.user, "Psychiatrist", EVERYTHING)
                QuestionnaireResponse.unscoped("many at once").bulk_create(
                    [
                        QuestionnaireResponse(
                            id=new_id(),
                            patient_id=one.id,
                            author_id=one.id,
                            effective_at=ago(days),
                            recorded_at=ago(days),
                            changed_at=ago(days),
                            sent_at=ago(days),
                            status="completed",
                            answers={},
                            total=10,
                            band="moderate",
                            item9=number % 2,
                        )
                        for days in (1, 15)
                    ]
                )

    return fill


@pytest.mark.parametrize("asked", [{}, {"tab": "everyone", "sort": "score"}, {"q": "many"}], ids=str)
def test_5_people_cost_as_many_statements_as_200(
    psychiatrist: Clinician, many: Callable[[int], None], asked: dict[str, Any]
) -> None:
    found = []
    for wanted in (5, 200):
        many(wanted)
        with psychiatrist.acting() as viewer, CaptureQueriesContext(connection) as captured:
            assert caseload(viewer, **asked).people == wanted
        found.append(len(captured))
    assert found[0] == found[1]


# -- The demo's crowd --------------------------------------------------------------------------------------------------
def crowd(whom: Clinician) -> None:
    with as_owner():
        Crowd(whom.viewer, "example.net", "x").gather()


def test_the_crowd_is_in_every_state_in_four_zones_and_loads_in_no_time(psychiatrist: Clinician) -> None:
    begin = datetime.now(UTC)
    crowd(psychiatrist)
    assert datetime.now(UTC) - begin < timedelta(seconds=5)
    found: Caseload = psychiatrist.does(caseload)
    assert found.people == PEOPLE - 6 - 6 + 1  # neither waiting nor ended; and Maren
    assert all(one.count for one in found.reasons)
    assert found.soon is not None
    assert 20 < found.look < 80
    everyone = listed(psychiatrist, tab="everyone", size=100)
    assert len({row.name for row in everyone}) == found.people
    silent = [row for row in everyone if not (row.score or row.medicines or row.visit or row.new)]
    assert len(silent) >= 14 + 12 + 10 + 10
    assert any(row.score and not row.medicines for row in everyone)
    with as_owner():
        zones = set(User.objects.filter(email__endswith="@example.net").values_list("zone", flat=True))
    assert zones == {"America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Chatham"}
    for part in ("小龍", "Анна", "نور", "김", "zoe", "soren"):
        assert names(psychiatrist, q=part), part


def test_the_crowd_is_the_same_for_every_load(psychiatrist: Clinician, stranger: Clinician) -> None:
    told = []
    for whom, domain in ((psychiatrist, "one.example"), (stranger, "two.example")):
        with as_owner():
            one = Crowd(whom.viewer, domain, "x")
            one.gather()
        told.append([(user.name, user.zone) for user in one.rows.users])
        told[-1] += [(row.total, row.item9) for row in one.rows.records[QuestionnaireResponse]]
    assert told[0] == told[1]


def test_a_goal_is_new_but_no_reason(patient: Maren, psychiatrist: Clinician) -> None:
    patient.does(add_goal, words="Walk")
    found: Caseload = psychiatrist.does(caseload)
    assert (found.look, found.rows[0].new) == (0, 1)
