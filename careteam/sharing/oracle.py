"""The rule in plain Python, without a database: what the other two expressions are held against.

Reads as the consent text reads. `at` is the database's instant; every unknown case is a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

DRAFTS = {"draft", "in-progress", "pending"}


@dataclass(frozen=True)
class Member:
    """A membership: who of whose team, confirmed or not, ended or not."""

    id: int
    patient: int
    user: int
    confirmed: bool
    ended: bool


@dataclass(frozen=True)
class Consent:
    """A switch of one membership: kind, code, from start (inclusive) to end (exclusive), perhaps ended early."""

    member: int
    kind: str
    code: str
    starts_at: datetime
    ends_at: datetime
    ended: bool


@dataclass(frozen=True)
class Item:
    """A record: whose, by whom, what, for whom; `opened` by whom, before it was perhaps withdrawn."""

    id: int
    patient: int
    author: int
    category: str
    labels: frozenset[str]
    audience: str
    named: frozenset[int]
    status: str
    withdrawn: bool
    opened: frozenset[int] = frozenset()


@dataclass(frozen=True)
class World:
    """Everything that decides."""

    members: tuple[Member, ...]
    consents: tuple[Consent, ...]
    paused: frozenset[int]
    items: tuple[Item, ...]


def may_see(world: World, viewer: int, item: Item, at: datetime) -> bool:
    """Whether `viewer` sees `item` at that instant."""
    if item.status in DRAFTS:
        return item.author == viewer
    if item.patient == viewer:
        return True
    return not item.withdrawn and may_be_shown(world, viewer, item, at)


def may_be_shown(world: World, viewer: int, item: Item, at: datetime) -> bool:
    """Whether the patient shows `viewer` what is such as this `item`: its withdrawal apart."""
    if item.patient in world.paused:
        return False
    for member in world.members:
        if member.user != viewer or member.patient != item.patient or member.ended or not member.confirmed:
            continue
        live = {
            (consent.kind, consent.code)
            for consent in world.consents
            if consent.member == member.id and not consent.ended and consent.starts_at <= at < consent.ends_at
        }
        if ("category", item.category) not in live:
            continue
        if any(("label", label) not in live for label in item.labels):
            continue
        if item.audience == "category" or (item.audience == "named" and member.id in item.named):
            return True
    return False


def visible_ids(world: World, viewer: int, at: datetime) -> set[int]:
    """The ids of all items this viewer sees."""
    return {item.id for item in world.items if may_see(world, viewer, item, at)}


def stub_ids(world: World, viewer: int, at: datetime) -> set[int]:
    """The ids of withdrawn items of which this viewer is told that they were withdrawn, and no more."""
    return {
        item.id
        for item in world.items
        if item.withdrawn
        and item.status not in DRAFTS
        and viewer in item.opened
        and may_be_shown(world, viewer, item, at)
    }
