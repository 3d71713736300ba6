"""Which clause of the rule decided about one item and one viewer: so that a run can show that each of them did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from careteam.sharing import oracle
from tests.sharing.worlds import AT, EDGES, VIEWERS, Sketch

NOT_SHOWN = (
    "a draft of somebody else",
    "nobody of the team",
    "left the team",
    "not confirmed",
    "paused",
    "withdrawn",
    "topic never switched on",
    "topic switched off",
    "topic not begun",
    "topic over",
    "label off",
    "only me",
    "not named",
)
SHOWN = ("a draft of her own", "her own record", "shown to all", "shown by name", "shown with a label")
STARTS = {edge: f"topic begins {edge:+d} microseconds from now" for edge in EDGES}
ENDS = {edge: f"topic ends {edge:+d} microseconds from now" for edge in EDGES}


def decided(sketch: Sketch) -> Counter[tuple[str, str]]:
    """How often each clause decided about an item of each kind."""
    return Counter(
        (clause, sketch.model(item).kind)
        for item in sketch.world.items
        for viewer in VIEWERS
        for clause in clauses(sketch.world, viewer, item)
    )


def clauses(world: oracle.World, viewer: int, item: oracle.Item) -> Iterator[str]:
    """The clause that decided, and the edge in time that did when there was one."""
    if item.status in oracle.DRAFTS:
        yield "a draft of her own" if item.author == viewer else "a draft of somebody else"
    elif item.patient == viewer:
        yield "her own record"
    elif not (member := next(iter(oracle.memberships(world, viewer, item.patient)), None)):
        yield _no_member(world, viewer, item)
    elif item.patient in world.paused:
        yield "paused"
    elif item.withdrawn:
        yield "withdrawn"
    else:
        yield from _by_switch(world, member, item)


def _no_member(world: oracle.World, viewer: int, item: oracle.Item) -> str:
    rows = [one for one in world.members if (one.user, one.patient) == (viewer, item.patient)]
    if any(not one.ended for one in rows):
        return "not confirmed"
    return "left the team" if rows else "nobody of the team"


def _by_switch(world: oracle.World, member: oracle.Member, item: oracle.Item) -> Iterator[str]:
    on = oracle.switched_on(world, member, AT)
    switches = [
        one
        for one in world.consents
        if (one.member, one.kind, one.code) == (member.id, "category", item.category) and not one.ended
    ]
    if ("category", item.category) not in on:
        ended = any(one.member == member.id and one.code == item.category for one in world.consents)
        for one in switches:
            yield "topic not begun" if one.starts_at > AT else "topic over"
            yield from _edge(one)
            return
        yield "topic switched off" if ended else "topic never switched on"
    elif any(("label", label) not in on for label in item.labels):
        yield "label off"
    elif item.audience == "only_me":
        yield "only me"
    elif item.audience == "named" and member.id not in item.named:
        yield "not named"
    else:
        yield "shown with a label" if item.labels else f"shown {'to all' if item.audience == 'category' else 'by name'}"
        yield from _edge(switches[0])


def _edge(switch: oracle.Consent) -> Iterator[str]:
    for words, at in ((STARTS, switch.starts_at), (ENDS, switch.ends_at)):
        edge = (at - AT) // timedelta(microseconds=1)
        if edge in words:
            yield words[edge]
