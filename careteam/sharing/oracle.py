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
class Reply:
    """What somebody wrote below an item; without an audience of its own."""

    id: int
    about: int
    patient: int
    author: int
    withdrawn: bool


@dataclass(frozen=True)
class World:
    """Everything that decides."""

    members: tuple[Member, ...]
    consents: tuple[Consent, ...]
    paused: frozenset[int]
    items: tuple[Item, ...]
    replies: tuple[Reply, ...] = ()


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
    for member in memberships(world, viewer, item.patient):
        live = switched_on(world, member, at)
        if ("category", item.category) not in live:
            continue
        if any(("label", label) not in live for label in item.labels):
            continue
        if item.audience == "category" or (item.audience == "named" and member.id in item.named):
            return True
    return False


def memberships(world: World, viewer: int, patient: int) -> list[Member]:
    """By what `viewer` is on this team now: confirmed by the patient, and ended by nobody. Paused or not."""
    rows = (one for one in world.members if (one.user, one.patient) == (viewer, patient))
    return [one for one in rows if one.confirmed and not one.ended]


def switched_on(world: World, member: Member, at: datetime) -> set[tuple[str, str]]:
    """The switches of one membership that are on at that instant."""
    return {
        (consent.kind, consent.code)
        for consent in world.consents
        if consent.member == member.id and not consent.ended and consent.starts_at <= at < consent.ends_at
    }


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


def reply_ids(world: World, viewer: int, at: datetime) -> set[int]:
    """The ids of all replies this viewer sees: below what she sees; withdrawn ones are the patient's alone."""
    seen = visible_ids(world, viewer, at)
    return {one.id for one in world.replies if one.about in seen and (not one.withdrawn or one.patient == viewer)}


def team_ids(world: World, viewer: int, at: datetime) -> set[int]:
    """The ids of the memberships this viewer may know of: her own, and where the patient shows her the team."""
    shown_by = {
        member.patient
        for member in world.members
        if member in memberships(world, viewer, member.patient)
        and member.patient not in world.paused
        and ("category", "care_team") in switched_on(world, member, at)
    }
    return {
        one.id
        for one in world.members
        if viewer in (one.patient, one.user) or (one.patient in shown_by and one.confirmed and not one.ended)
    }
