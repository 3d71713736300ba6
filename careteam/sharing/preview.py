"""Before saving: who would see a record with these choices, why nobody would, and who has opened it already.

For the patient about her own record. The names come from the same pure rule as the line under every item.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from careteam.accounts.viewer import Viewer
from careteam.audit.queries import openings
from careteam.sharing import queries
from careteam.sharing.codes import Audience, Category, Label
from careteam.sharing.errors import NotFound
from careteam.sharing.pictures import MemberSight, SeeLine, Sight, listed, who_can_see
from careteam.sharing.team import PRESCRIBERS

TOPICS = {
    Category.GOALS: "your goals",
    Category.MY_NOTES: "your notes",
    Category.CLINICAL_NOTES: "notes that clinicians write",
    Category.MEASURES: "your questionnaires",
    Category.CHECK_INS: "your check-ins and life events",
    Category.TREATMENTS: "your treatments",
    Category.CONDITIONS: "your conditions",
    Category.VISITS: "your visits and questions",
    Category.HARD_DAYS_PLAN: "your plan for hard days",
    Category.CARE_TEAM: "who is on your team",
}


@dataclass(frozen=True, slots=True)
class WouldSee:
    """Who would see it. `nobody_because` is set when it is meant for others and reaches none of them, pause aside.

    `prescribers` are those who may see medicines, could prescribe one that does not mix, and would not see this one.
    """

    line: SeeLine
    nobody_because: str
    prescribers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody else who opened a record, and when last, on the viewer's clock."""

    name: str
    at: datetime


def would_see(
    viewer: Viewer,
    category: str,
    *,
    audience: str,
    named: Collection[UUID] = (),
    labels: Sequence[str] = (),
    sight: Sight | None = None,
) -> WouldSee:
    """Who would see a record of the viewer's own with these choices; raises NotFound for one who keeps no record."""
    if viewer.patient is None or category not in Category.values:
        raise NotFound
    now, chosen = sight or queries.sight(viewer, viewer.patient), frozenset(named)
    topic = Category(category)
    seeing = who_can_see(replace(now, paused=False), topic, labels, audience, chosen)
    names = tuple(member.name for member in seeing)
    kept_out = [member for member in now.members if member.role in PRESCRIBERS and member not in seeing]
    return WouldSee(
        SeeLine("me") if not names else SeeLine("paused" if now.paused else "people", names),
        "" if names or audience == Audience.ONLY_ME else _because(now, topic, labels, audience, chosen),
        tuple(member.name for member in kept_out if topic.value in member.categories)
        if topic == Category.TREATMENTS
        else (),
    )


def opened_by(viewer: Viewer, record: UUID) -> tuple[Opened, ...]:
    """Who else opened a record of the viewer's own, the latest first."""
    names = {user: name for _, user, name in queries.everybody(viewer)}
    return tuple(Opened(names[actor], viewer.local(at)) for actor, at in openings(viewer, record) if actor in names)


def _because(now: Sight, topic: Category, labels: Sequence[str], audience: str, named: frozenset[UUID]) -> str:
    """Why it reaches nobody, in one sentence."""
    meant = [member for member in now.members if audience == Audience.CATEGORY or member.id in named]
    shown = [member for member in meant if topic.value in member.categories]
    if shown:
        lost = [str(Label(code).label) for code in Label.values if code in labels and _missing(shown, code)]
        quoted = " and ".join(f"“{words}”" for words in lost)
        topics = "that topic is" if len(lost) == 1 else "not all of that is"
        verb = "hidden from" if len(lost) == 1 else "shown to"
        return f"You ticked {quoted}, and {topics} {verb} {listed([member.name for member in shown])}."
    if not meant:
        return "Nobody is on your care team yet."
    if audience == Audience.CATEGORY:
        return f"Right now you show {TOPICS[topic]} to nobody."
    return f"You do not show {TOPICS[topic]} to {listed([member.name for member in meant])}."


def _missing(members: Sequence[MemberSight], label: str) -> bool:
    return any(label not in member.labels for member in members)
