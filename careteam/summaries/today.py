"""What a patient's Today says about her team: news that waits for her, and nothing that is not true now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from careteam.accounts.viewer import Viewer, database_now
from careteam.sharing import queries as sharing
from careteam.sharing.queries import InvitationView, MemberView

FRESH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TeamNews:
    """Who waits for her confirmation, whose time ends or ended by itself, who left, which invitations wait.

    `ending` comes with the days left, from 30 days before. What ended or left is told for 30 days, and once at least to
    somebody who looks in later; Sharing keeps telling it. `left` is who left by themselves, not whom she stopped.
    """

    paused_since: datetime | None
    waiting: tuple[MemberView, ...]
    ending: tuple[tuple[MemberView, int], ...]
    ended: tuple[MemberView, ...]
    left: tuple[MemberView, ...]
    invitations: tuple[InvitationView, ...]


def team_news(viewer: Viewer, looked: datetime | None) -> TeamNews:
    """The news of the viewer's own team. `looked`: the start of her visit before this one (six statements)."""
    fresh = database_now() - FRESH
    since = min(looked, fresh) if looked else fresh
    team = sharing.team(viewer)
    members = [member for member in team.members if member.state == "member"]
    days = [(member, member.days_left(viewer.today)) for member in members]
    first_day = viewer.local(since).date()
    return TeamNews(
        paused_since=team.paused_since,
        waiting=tuple(member for member in team.members if member.state == "waiting"),
        ending=tuple((member, left) for member, left in days if left is not None),
        ended=tuple(member for member in members if member.expired and member.expired >= first_day),
        left=sharing.departures(viewer, since),
        invitations=tuple(one for one in team.invitations if one.open or one.sent_at >= since),
    )
