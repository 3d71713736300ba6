"""The oracle, the ORM and the database's wall, asked about many worlds at once: do they show the same ids?

A batch of worlds lies side by side in one transaction that is thrown away. Their clinicians are the same three people,
their patients each of their own, so a clinician is asked once about the whole batch. Everything is asked in one message
to the server: `statement_timestamp()` is the moment the message came in, so the switches are dated around the very
instant by which both expressions decide. Of writing the wall alone is asked: no ORM decides about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from django.db import connection, transaction

from careteam.accounts.models import Patient, Role, User
from careteam.accounts.viewer import database_now
from careteam.sharing import oracle
from tests.conftest import APP, as_owner
from tests.sharing.asking import NAMES, TRYING, WRITTEN, asking, function, writing
from tests.sharing.clauses import decided
from tests.sharing.kinds import CLINICAL, KINDS, below
from tests.sharing.rows import Ids, Seeds
from tests.sharing.worlds import AT, CLINICIANS, PATIENTS, VIEWERS, Sketch, sketched, smaller

BATCH = 200
OTHERS = 16  # further accounts, for plans and visits to be with: more than a patient has rows of a class
WRITERS = 12  # patients of a batch who try to write
SHRINK_MOST = 200


class Undo(Exception):
    """Leaves a savepoint without a trace."""


@contextmanager
def thrown_away() -> Iterator[None]:
    """A savepoint of which nothing is left."""
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        return


@dataclass(frozen=True)
class Cast:
    """Accounts for a batch of worlds: patients in pairs, and clinicians for all of them. They stay."""

    patients: Sequence[UUID]
    clinicians: Sequence[UUID]
    others: Sequence[UUID]

    @classmethod
    def made(cls, size: int = BATCH) -> Cast:
        """Write the accounts, and the functions that ask."""
        many = {"p": PATIENTS * size, "c": CLINICIANS, "o": OTHERS}
        with as_owner(), connection.cursor() as cursor:
            people = {
                letter: User.objects.bulk_create(
                    User(
                        email=f"{letter}{number}@example.org",
                        name=f"{letter} {number}",
                        role=Role.PATIENT if letter == "p" else Role.PRACTITIONER,
                        password="",
                    )
                    for number in range(count)
                )
                for letter, count in many.items()
            }
            Patient.objects.bulk_create(Patient(user=user, birth_date="1984-05-04") for user in people["p"])
            for by in ("orm", "wall"):
                cursor.execute(asking(by, Role.PRACTITIONER, list(KINDS)))
                for model in KINDS:
                    cursor.execute(asking(by, Role.PATIENT, [model]))
            cursor.execute(writing())
            cursor.execute(TRYING)
            cursor.execute("ANALYZE accounts_user, accounts_patient")
        patients, clinicians, others = (tuple(user.pk for user in people[letter]) for letter in many)
        return cls(patients, clinicians, others)

    def of(self, nth: int) -> tuple[UUID, ...]:
        """The people of the nth world of a batch, by their numbers in it."""
        return (*self.patients[nth * PATIENTS : (nth + 1) * PATIENTS], *self.clinicians)


# -- Asking ------------------------------------------------------------------------------------------------------------
Answers = dict[tuple[UUID, str], set[UUID]]


@dataclass
class Batch:
    """Worlds side by side, and what was answered about them: by viewer and question."""

    sketches: Sequence[Sketch]
    cast: Cast
    ids: list[Ids] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)
    tries: list[tuple[str, bool, bool]] = field(default_factory=list)  # what, whether it may, whether it did

    def ask(self) -> None:
        """Write the worlds, ask everybody, throw them away."""
        with thrown_away():
            with as_owner():
                seeds = Seeds(database_now())
                self.ids = [
                    seeds.add(sketch, self.cast.of(nth), self.cast.others) for nth, sketch in enumerate(self.sketches)
                ]
                seeds.write()
            tried = self.writes(seeds)
            message = ["RESET ROLE", *seeds.switches(), *self.reads("orm"), f"SET ROLE {APP}", *self.reads("wall")]
            for writer, statements, _ in tried:
                message.append(f"SELECT set_config('app.viewer', '{writer}', true)")
                message.append(f"SELECT 'tried', tried(ARRAY[{', '.join(map(quoted, statements))}]::text[])")
            message.append("SELECT set_config('app.viewer', '', true)")
            message.append(f"SELECT * FROM {WRITTEN}({array([writer for writer, _, _ in tried])})")
            did = self._sent("; ".join(message))
        for (_, statements, allowed), answers in zip(tried, did, strict=True):
            self.tries += zip(statements, allowed, answers, strict=True)

    def reads(self, by: str) -> Iterator[str]:
        """Clinicians about everything; patients about the classes there are in their worlds, in all worlds."""
        yield f"SELECT * FROM {function(by, Role.PRACTITIONER, list(KINDS))}({array(self.cast.clinicians)})"
        for model in KINDS:
            asked = [
                patient
                for nth, sketch in enumerate(self.sketches)
                if model in {sketch.model(item) for item in sketch.world.items}
                for patient in self.cast.of(nth)[:PATIENTS]
            ]
            yield f"SELECT * FROM {function(by, Role.PATIENT, [model])}({array(asked)})"

    def writes(self, seeds: Seeds) -> list[tuple[UUID, list[str], list[bool]]]:
        """New records and replies that people of some of the worlds try to add, and whether they may."""
        some = range(0, len(self.sketches), max(1, len(self.sketches) // WRITERS))
        writers = [(clinician, some) for clinician in self.cast.clinicians]
        writers += [(self.cast.of(nth)[nth // 2 % PATIENTS], range(nth, nth + 1)) for nth in some]
        found = []
        for writer, worlds in writers:
            statements: list[str] = []
            allowed: list[bool] = []
            for nth in worlds:
                sketch, people, ids = self.sketches[nth], self.cast.of(nth), self.ids[nth]
                viewer = people.index(writer)
                pick = Random(f"{sketch.seed} {viewer}")  # noqa: S311 - nothing here is a secret
                for model in pick.sample(list(KINDS), 3):
                    patient = pick.randrange(PATIENTS)
                    author = viewer if pick.random() < 0.8 else pick.choice(VIEWERS)
                    proposed = bool(model.proposed_as) and pick.random() < 0.5
                    who = people[patient], people[author], self.cast.others
                    statements.append(seeds.new_record(pick, model, *who, proposed=proposed))
                    may = may_add(sketch.world, viewer, patient, model in CLINICAL)
                    may = may or (proposed and may_add(sketch.world, viewer, patient, True))
                    allowed.append(author == viewer and may)
                for item in sketch.world.items:
                    for reply in below(sketch.model(item)):
                        statements.append(
                            seeds.new_reply(pick, reply, ids.items[item.id], people[item.patient], writer)
                        )
                        hers = people[item.patient] == writer
                        of_her_side = reply.written_by in (None, Role.PATIENT if hers else Role.PRACTITIONER)
                        allowed.append(of_her_side and oracle.may_see(sketch.world, viewer, item, AT))
            found.append((writer, statements, allowed))
        return found

    def _sent(self, message: str) -> list[list[bool]]:
        tried: list[list[bool]] = []
        with connection.cursor() as cursor:
            cursor.execute(message)
            while True:
                for what, *row in cursor.fetchall() if cursor.description else ():
                    if what == "tried":
                        tried += row
                    elif what in NAMES:
                        who, *columns = row
                        for name, ids in zip(NAMES[what], columns, strict=True):
                            self.answers.setdefault((who, name), set()).update(ids)
                if not cursor.nextset():
                    return tried

    # -- Comparing -----------------------------------------------------------------------------------------------------
    def disagreements(self) -> list[Disagreement]:
        """Where an answer is not the oracle's."""
        found: list[Disagreement] = []
        rest = {key: set(ids) for key, ids in self.answers.items()}
        for nth, sketch in enumerate(self.sketches):
            people, ids = self.cast.of(nth), self.ids[nth]
            for viewer in VIEWERS:
                for what, wanted in told(sketch, viewer).items():
                    answer = rest.get((people[viewer], what))
                    if answer is None:
                        continue  # she was not asked
                    known: dict[int, UUID] = getattr(ids, KEPT_IN.get(what.split()[0], "items"))
                    seen = answer.intersection(known.values())
                    answer -= seen
                    if seen != {known[one] for one in wanted}:
                        numbers = sorted(number for number, its in known.items() if its in seen)
                        found.append(Disagreement(sketch, viewer, what, sorted(wanted), numbers))
        found += [Disagreement(None, -1, f"{what}: of another world", [], []) for (_, what), ids in rest.items() if ids]
        found += [Disagreement(None, -1, what, [int(may)], [int(did)]) for what, may, did in self.tries if may != did]
        return found


KEPT_IN = {"replies": "replies", "team": "members"}


@dataclass(frozen=True)
class Disagreement:
    """An answer that is not the oracle's: in which world, to whom, to what, what it should have been and what it was.

    Without a world it is about the whole batch.
    """

    sketch: Sketch | None
    viewer: int
    what: str
    wanted: list[int]
    found: list[int]


def told(sketch: Sketch, viewer: int) -> dict[str, set[int]]:
    """What the oracle answers to each question."""
    world = sketch.world
    records = oracle.visible_ids(world, viewer, AT)
    team = oracle.team_ids(world, viewer, AT)
    answers = {
        "records": records,
        "replies": oracle.reply_ids(world, viewer, AT),
        "stubs": oracle.stub_ids(world, viewer, AT),
    }
    both = {f"{name} by {by}": ids for name, ids in answers.items() for by in ("orm", "wall")}
    changed = {item.id for item in world.items if item.id in records and may_change(sketch, viewer, item)}
    return {
        **both,
        "team by orm": team,
        "team by wall": team | shown_by_mistake(world, viewer),
        "changed": changed,
        "thrown away": {item.id for item in world.items if item.status in oracle.DRAFTS and item.author == viewer},
    }


def shown_by_mistake(world: oracle.World, viewer: int) -> set[int]:
    """What the wall shows of teams beyond the rule: a switch left open by a membership that ended, or was never
    confirmed, counts there, because the team's own policy cannot ask the team. The services leave none open.
    """
    switched = {
        member.patient
        for member in world.members
        if member.user == viewer and ("category", "care_team") in oracle.switched_on(world, member, AT)
    }
    return {
        one.id for one in world.members if one.patient in switched - world.paused and one.confirmed and not one.ended
    }


def may_add(world: oracle.World, viewer: int, patient: int, clinical: bool) -> bool:
    """Whether the wall lets somebody write a new record about a patient, as herself. A pause does not show here.

    A clinician's, or what a clinician proposes (`clinical`), is written by whoever is on the team.
    """
    return bool(oracle.memberships(world, viewer, patient)) if clinical else viewer == patient


def may_change(sketch: Sketch, viewer: int, item: oracle.Item) -> bool:
    """Whether the wall lets somebody change what she sees: its patient, or a note's author while on the team."""
    author = sketch.model(item) in CLINICAL and item.author == viewer
    return item.patient == viewer or (author and bool(oracle.memberships(sketch.world, viewer, item.patient)))


# -- Many batches ------------------------------------------------------------------------------------------------------
@dataclass
class Tally:
    """What a run has asked so far."""

    worlds: int = 0
    decisions: int = 0
    tries: int = 0
    clauses: Counter[tuple[str, str]] = field(default_factory=Counter)


def prove(cast: Cast, seed: str, worlds: range, tally: Tally) -> Disagreement | None:
    """Ask about these worlds of a seed, batch by batch; the first disagreement, in as small a world as shows it."""
    for first in range(worlds.start, worlds.stop, BATCH):
        batch = Batch([sketched(f"{seed}/{nth}") for nth in range(first, min(first + BATCH, worlds.stop))], cast)
        batch.ask()
        found = batch.disagreements()
        tally.worlds += len(batch.sketches)
        tally.tries += len(batch.tries)
        tally.decisions += sum(len(sketch.world.items) * len(VIEWERS) for sketch in batch.sketches)
        for sketch in batch.sketches:
            tally.clauses += decided(sketch)
        if found:
            return next((smallest(cast, one) for one in found if one.sketch), found[0])
    return None


def smallest(cast: Cast, found: Disagreement) -> Disagreement:
    """The same disagreement in a world without whatever it does not need."""
    tries = 0
    again = True
    while again:
        again = False
        assert found.sketch
        for sketch in smaller(found.sketch):
            tries += 1
            if tries > SHRINK_MOST:
                return found
            batch = Batch([sketch], cast)
            batch.ask()
            still = next((one for one in batch.disagreements() if one.what == found.what and one.sketch), None)
            if still:
                found, again = still, True
                break
    return found


def array(ids: Sequence[UUID]) -> str:
    """Ids as an array of the database."""
    return f"'{{{','.join(map(str, ids))}}}'::uuid[]"


def quoted(text: str) -> str:
    """A text as a literal of the database."""
    return "'" + text.replace("'", "''") + "'"
