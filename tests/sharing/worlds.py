"""Random worlds: two patients, three clinicians, teams, switches, pauses and records of every class. Pure.

A world is what the oracle is told, dated around one instant (`AT`): in the database that instant is the one at which
it is asked, exact to the microsecond. The same seed makes the same world.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from careteam.accounts.models import Role
from careteam.sharing import oracle
from careteam.sharing.codes import Audience, Category, Kind, Label
from careteam.sharing.records import Record
from tests.sharing.kinds import CLINICAL, KINDS, below

AT = datetime(2026, 1, 1, tzinfo=UTC)
PATIENTS, CLINICIANS = 2, 3
VIEWERS = range(PATIENTS + CLINICIANS)
HOUR = 3_600_000_000
EDGES = (-1, 0, 1)  # microseconds around the deciding instant
LABELS = (Label.TRAUMA, Label.VIOLENCE)
NOT_A_MEMBER, LEFT, WAITING, JOINED, CAME_BACK, WAITS_AGAIN = range(6)
HOWS = (NOT_A_MEMBER, LEFT, WAITING, JOINED, JOINED, JOINED, JOINED, JOINED, CAME_BACK, WAITS_AGAIN)


@dataclass(frozen=True)
class Style:
    """How large worlds are, and when their switches begin and end (microseconds from the deciding instant)."""

    kinds: tuple[int, int] = (1, 4)
    items: tuple[int, int] = (6, 14)
    spans: Sequence[tuple[int, int]] = ()  # mostly in force, often right at an edge, when there are none


USUAL = Style()


@dataclass(frozen=True)
class Sketch:
    """A world, the class of each of its items, and who had paused once and does not any more."""

    seed: str
    world: oracle.World
    models: tuple[type[Record], ...]
    paused_once: frozenset[int]

    def model(self, item: oracle.Item) -> type[Record]:
        """The class of an item."""
        return self.models[item.id]


def sketched(seed: str, style: Style = USUAL) -> Sketch:
    """The world of a seed."""
    pick = Random(seed)  # noqa: S311 - nothing here is a secret
    members = tuple(_members(pick))
    kinds = pick.sample(list(KINDS), pick.randint(*style.kinds))
    items, models = _items(pick, kinds, members, pick.randint(*style.items))
    world = oracle.World(
        members=members,
        consents=tuple(_consents(pick, members, [kind.category for kind in kinds], style)),
        paused=frozenset(one for one in range(PATIENTS) if pick.random() < 0.15),
        items=items,
        replies=tuple(_replies(pick, items, models)),
    )
    once = frozenset(one for one in range(PATIENTS) if pick.random() < 0.15)
    return Sketch(seed, world, models, once)


def _members(pick: Random) -> Iterator[oracle.Member]:
    number = 0
    for patient in range(PATIENTS):
        for clinician in range(PATIENTS, PATIENTS + CLINICIANS):
            how = pick.choice(HOWS)
            rows = {
                NOT_A_MEMBER: [],
                LEFT: [(True, True)],
                WAITING: [(False, False)],
                JOINED: [(True, False)],
                CAME_BACK: [(True, True), (True, False)],
                WAITS_AGAIN: [(True, True), (False, False)],
            }[how]
            for confirmed, ended in rows:
                yield oracle.Member(number, patient, clinician, confirmed, ended)
                number += 1


def _consents(
    pick: Random, members: Sequence[oracle.Member], categories: Sequence[Category], style: Style
) -> Iterator[oracle.Consent]:
    """Switches of all memberships, of ended ones too: somebody may have left them open by mistake."""
    for member in members:
        wanted: list[tuple[Kind, Category | Label]] = [
            (Kind.CATEGORY, code) for code in dict.fromkeys(categories) if pick.random() < 0.85
        ]
        if pick.random() < 0.15:
            wanted.append((Kind.CATEGORY, pick.choice(list(Category))))
        if pick.random() < 0.3:
            wanted.append((Kind.CATEGORY, Category.CARE_TEAM))
        wanted += [(Kind.LABEL, code) for code in LABELS if pick.random() < 0.5]
        for kind, code in dict.fromkeys(wanted):
            starts, ends = pick.choice(style.spans) if style.spans else _span(pick)
            again = pick.random() < 0.1  # one that was ended, and a new one
            for ended in [True, False] if again else [pick.random() < 0.12]:
                yield oracle.Consent(
                    member.id,
                    kind.value,
                    code.value,
                    AT + timedelta(microseconds=starts),
                    AT + timedelta(microseconds=ends),
                    ended,
                )


def _span(pick: Random) -> tuple[int, int]:
    """From when to when, in microseconds from the deciding instant: mostly in force, often right at an edge."""
    how = pick.random()
    if how < 0.6:
        return -HOUR, 2 * HOUR
    if how < 0.75:
        return pick.choice(EDGES), 2 * HOUR
    if how < 0.9:
        return -HOUR, pick.choice(EDGES)
    return pick.choice(((-2 * HOUR, -HOUR), (HOUR, 2 * HOUR), (-1, 0), (0, 1), (-1, 1)))


def _items(
    pick: Random, kinds: Sequence[type[Record]], members: Sequence[oracle.Member], many: int
) -> tuple[tuple[oracle.Item, ...], tuple[type[Record], ...]]:
    items: list[oracle.Item] = []
    models = tuple(pick.choice(kinds) for _ in range(many))
    for number, model in enumerate(models):
        patient = pick.randrange(PATIENTS)
        made = KINDS[model]
        open_drafts = sum(
            1 for item in items if models[item.id] is model and item.patient == patient and item.status in oracle.DRAFTS
        )
        draft = bool(made.drafts) and pick.random() < 0.15 and open_drafts < made.drafts_at_once
        team = [member.id for member in members if member.patient == patient]
        # Now and then a row names somebody of the other patient's team: it names nobody.
        named = pick.sample(team, min(len(team), pick.randint(0, 2))) or (
            [pick.randrange(len(members))] if members and pick.random() < 0.1 else []
        )
        clinicians = range(PATIENTS, PATIENTS + CLINICIANS)
        status = pick.choice(made.drafts if draft else made.shown)
        theirs = model in CLINICAL or (status == model.proposed_as and pick.random() < 0.5)
        items.append(
            oracle.Item(
                number,
                patient,
                pick.choice(clinicians) if theirs else patient,
                model.category.value,
                frozenset(label.value for label in LABELS if pick.random() < 0.2),
                pick.choice((Audience.CATEGORY, Audience.CATEGORY, Audience.NAMED, Audience.ONLY_ME)).value,
                frozenset(named),
                status,
                pick.random() < 0.2,
                frozenset(one for one in clinicians if pick.random() < 0.5),
            )
        )
    return tuple(items), models


def _replies(pick: Random, items: Sequence[oracle.Item], models: Sequence[type[Record]]) -> Iterator[oracle.Reply]:
    number = 0
    for item in items:
        sides = {reply.written_by for reply in below(models[item.id])}
        if sides:
            hers = () if sides == {Role.PRACTITIONER} else (item.patient,)
            for _ in range(pick.randint(0, 2)):
                author = pick.choice((*hers, *range(PATIENTS, PATIENTS + CLINICIANS)))
                yield oracle.Reply(number, item.id, item.patient, author, pick.random() < 0.25)
                number += 1


# -- Making a world smaller that shows a disagreement ------------------------------------------------------------------
def smaller(sketch: Sketch) -> Iterator[Sketch]:
    """The same world with one thing less, each thing in turn; what hangs on it goes with it."""
    world = sketch.world
    for item in world.items:
        items = tuple(one for one in world.items if one is not item)
        replies = tuple(one for one in world.replies if one.about != item.id)
        yield replace(sketch, world=replace(world, items=items, replies=replies))
    for member in world.members:
        members = tuple(one for one in world.members if one is not member)
        consents = tuple(one for one in world.consents if one.member != member.id)
        unnamed = tuple(replace(item, named=item.named - {member.id}) for item in world.items)
        yield replace(sketch, world=replace(world, members=members, consents=consents, items=unnamed))
    for consent in world.consents:
        rest = tuple(one for one in world.consents if one is not consent)
        yield replace(sketch, world=replace(world, consents=rest))
    for reply in world.replies:
        yield replace(sketch, world=replace(world, replies=tuple(one for one in world.replies if one is not reply)))
    for patient in world.paused:
        yield replace(sketch, world=replace(world, paused=world.paused - {patient}))
    if sketch.paused_once:
        yield replace(sketch, paused_once=frozenset())
