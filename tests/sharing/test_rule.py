"""The rule against its oracle: random worlds, every viewer, every class of records, and the database's wall as well."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models.functions import Now

from careteam.accounts.models import Role
from careteam.notes.models import ClinicalNote, ProgressNote
from careteam.sharing import oracle
from careteam.sharing.models import CareTeamMember, Consent, RecordAudience
from careteam.sharing.policy import patients_of
from careteam.sharing.records import Record, Reply
from tests.conftest import Clinician, Maren, as_owner, joins, person
from tests.sharing.clauses import ENDS, NOT_SHOWN, SHOWN, STARTS
from tests.sharing.differential import Batch, Cast, Disagreement, Tally, prove, smallest
from tests.sharing.kinds import BELOW, KINDS
from tests.sharing.worlds import AT, PATIENTS, Sketch

WORLDS = 1_000
SEED = "the same every time"  # `make prove` asks about other worlds than these
ALWAYS = AT - timedelta(hours=1), AT + timedelta(hours=2)
LEE = PATIENTS  # the first of the clinicians
NOTES = (ProgressNote, ClinicalNote)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast.made()


def test_orm_and_wall_agree_with_the_oracle_in_random_worlds(cast: Cast) -> None:
    tally = Tally()
    found = prove(cast, SEED, range(WORLDS), tally)
    assert found is None, f"{found.what}: wanted {found.wanted}, found {found.found}, viewer {found.viewer}, {found}"
    _enough(tally)


def _enough(tally: Tally) -> None:
    """The worlds were not empty: each clause of the rule decided, and about each class of records."""
    assert tally.worlds == WORLDS
    assert tally.decisions > 40_000
    assert tally.tries > 500
    by_clause: Counter[str] = Counter()
    kinds: dict[str, set[str]] = {}
    for (clause, kind), many in tally.clauses.items():
        by_clause[clause] += many
        kinds.setdefault(clause, set()).add(kind)
    for clause in (*NOT_SHOWN, *SHOWN, *STARTS.values(), *ENDS.values()):
        assert by_clause[clause] >= 150, clause
    every = {model.kind for model in KINDS}
    drafted = {model.kind for model, made in KINDS.items() if made.drafts}
    for clause in (*NOT_SHOWN, *SHOWN):
        assert kinds[clause] == (drafted if "draft" in clause else every), clause


def test_every_class_of_records_is_in_the_worlds() -> None:
    found = [model for model in apps.get_models() if issubclass(model, Record | Reply)]
    assert set(found) == {*KINDS, *BELOW}


# -- Worlds of one kind ------------------------------------------------------------------------------------------------
def a_note(number: int, **fields: object) -> oracle.Item:
    """A note of the first patient's, shared with whoever sees notes."""
    usual = {"author": 0, "category": "my_notes", "labels": frozenset[str](), "audience": "category"}
    more = {"named": frozenset[int](), "status": "final", "withdrawn": False}
    return oracle.Item(number, 0, **{**usual, **more, **fields})  # type: ignore[arg-type] # a row of a table of tests


def a_world(members: list[oracle.Member], switches: list[tuple[int, str, str]], *items: oracle.Item) -> Sketch:
    """A world of notes with these switches on."""
    consents = tuple(oracle.Consent(member, kind, code, *ALWAYS, False) for member, kind, code in switches)
    models = tuple(ClinicalNote if item.category == "clinical_notes" else ProgressNote for item in items)
    return Sketch("one", oracle.World(tuple(members), consents, frozenset(), items), models, frozenset())


def shown(cast: Cast, sketch: Sketch, viewer: int) -> tuple[set[int], list[Disagreement]]:
    """What the wall shows somebody, and whether all three agree about everybody."""
    batch = Batch([sketch], cast)
    batch.ask()
    ids = batch.ids[0]
    answer = batch.answers[ids.people[viewer], "records by wall"]
    return {number for number, its in ids.items.items() if its in answer}, batch.disagreements()


def test_a_fixed_world_shows_somebody_something_through_every_clause(cast: Cast) -> None:
    # So that an empty wall cannot pass for agreement.
    sketch = a_world(
        [oracle.Member(0, 0, LEE, True, False)],
        [(0, "category", "my_notes"), (0, "label", "trauma")],
        a_note(0),
        a_note(1, labels=frozenset({"trauma"})),
        a_note(2, labels=frozenset({"violence"})),
        a_note(3, audience="named", named=frozenset({0})),
        a_note(4, audience="only_me"),
        a_note(5, author=LEE, category="clinical_notes", status="draft"),
        a_note(6, withdrawn=True, opened=frozenset({LEE})),
    )
    assert shown(cast, sketch, LEE) == ({0, 1, 3, 5}, [])
    assert oracle.visible_ids(sketch.world, LEE, AT) == {0, 1, 3, 5}
    assert oracle.stub_ids(sketch.world, LEE, AT) == {6}


def test_what_an_ended_membership_was_allowed_does_not_come_back(cast: Cast) -> None:
    sketch = a_world(
        [oracle.Member(0, 0, LEE, True, True), oracle.Member(1, 0, LEE, True, False)],
        [(0, "category", "my_notes")],  # left open by mistake when the first one ended
        a_note(0),
    )
    assert shown(cast, sketch, LEE) == (set(), [])


def test_a_disagreement_is_found_and_told_in_a_small_world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # The oracle is made to say that nobody is on any team: the one note that somebody is shown is a disagreement then.
    sketch = a_world([oracle.Member(0, 0, LEE, True, False)], [(0, "category", "my_notes")], a_note(0), a_note(1))
    monkeypatch.setattr(oracle, "memberships", lambda *_: [])
    found = next(one for one in shown(cast, sketch, LEE)[1] if one.what == "records by wall")
    small = smallest(cast, found)
    assert (small.wanted, len(small.found)) == ([], 1)
    assert small.sketch
    assert len(small.sketch.world.items) == 1


def test_a_patient_is_on_nobodys_team_even_if_a_row_said_so(patient: Maren, other_patient: Maren) -> None:
    note = patient.writes_note("hello", shared=True)
    with as_owner():
        joins(patient, other_patient.user, "Psychiatrist", [model.category for model in NOTES])
    with other_patient.acting() as viewer:
        assert not ProgressNote.objects.filter(pk=note).visible_to(viewer).exists()


def test_a_row_in_somebodys_name_by_anothers_membership_shows_nothing(patient: Maren, therapist: Clinician) -> None:
    with as_owner():
        lee = joins(patient, person("lee@example.org", "Dr Lee", Role.PRACTITIONER), "Psychiatrist", [])
    note = patient.writes_note("hello", shared=True)
    named = patient.writes_note("for one alone", for_=[therapist])
    switch = {"patient_id": patient.id, "user_id": lee.id, "kind": "category", "code": ProgressNote.category}
    later = {"ends_at": Now() + timedelta(days=1), "created_by": patient.id}
    shown: list[set[UUID]] = []
    hers, anothers = lee.member, therapist.member
    for member, names in ((anothers, hers), (hers, anothers), (hers, hers)):
        with as_owner():
            Consent.objects.filter(member=member, code=ProgressNote.category).update(
                ended_at=Now(), ended_by=patient.id
            )
            Consent(member=member, **switch, **later).save(force_insert=True)
            RecordAudience.objects.filter(record_id=named).update(member=names, user_id=lee.id)
            # The rule alone: before the owner there is no wall.
            by_rule = {row.pk for row in ProgressNote.objects.all().visible_to(lee.viewer)}
        with lee.acting():
            assert by_rule == {row.pk for row in ProgressNote.unscoped("the wall itself").all()}
        shown.append(by_rule)
    assert shown == [set(), {note}, {note, named}]


def test_whose_charts_somebody_has_goes_by_her_own_living_memberships(
    patient: Maren, other_patient: Maren, psychiatrist: Clinician, therapist: Clinician
) -> None:
    viewer, hers = psychiatrist.viewer, psychiatrist.member.id
    with as_owner():  # before whom there is no wall, and a colleague's row is there to be taken
        others = CareTeamMember.objects.filter(user_id=viewer.user).exclude(pk=hers)
        joins(other_patient, psychiatrist.user, "Psychiatrist", [], confirmed=False)
        assert [row.id for row in patients_of(viewer)] == [hers]
        others.filter(ended_at=None).update(ended_at=Now())
        joins(other_patient, psychiatrist.user, "Psychiatrist", [])
        assert patients_of(viewer).count() == 2
        others.filter(ended_at=None).update(ended_at=Now())
        assert [row.id for row in patients_of(viewer)] == [hers]
