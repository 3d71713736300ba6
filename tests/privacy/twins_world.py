"""A world and its twin: the same for one viewer, by the oracle, and otherwise as different as can be.

The twin holds what the viewer may see and nothing else. The whole world holds everything hidden besides: other
audiences, labels and topics that are off, pauses, drafts, what was withdrawn, other people's teams, consents and
patients, what they did, and what is left of memberships that ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db.models import Model

from careteam.accounts.models import ApiToken
from careteam.audit.models import AuditEvent, SecurityEvent
from careteam.notes.models import ClinicalNote, SignedNote
from careteam.sharing import oracle
from careteam.sharing.models import (
    CareTeamMember,
    Consent,
    Invitation,
    Pause,
    RecordAudience,
    RecordVersion,
    Withdrawal,
)
from careteam.sharing.records import Record
from careteam.summaries.models import Digest, Outbox
from careteam.summaries.models import Kind as Week
from careteam.summaries.weeks import WEEK, monday_of
from careteam.visits.models import Question
from tests.sharing.kinds import BELOW, CLINICAL, KINDS
from tests.sharing.rows import Ids, Row, Seeds, fresh_id
from tests.sharing.worlds import AT, HOUR, PATIENTS, Sketch, Style, sketched

DAY = 24 * HOUR
STYLE = Style(
    kinds=(5, 9),
    items=(12, 22),
    spans=(*[(-40 * DAY, 300 * DAY)] * 6, (-40 * DAY, -2 * DAY), (20 * DAY, 300 * DAY)),
)
Rows = Mapping[type[Model], Sequence[Row]]
Keeps = Callable[[type[Model], Row], bool]


@dataclass(frozen=True)
class Twins:
    """For one viewer: the rows of the twin, the same rows as the whole world has them, and what is hidden in it.

    `known` are all ids of the whole. `hidden_first`: what is hidden was written before what is seen.
    """

    sketch: Sketch
    viewer: int
    ids: Ids
    twin: Rows
    seen: Rows
    hidden: Rows
    known: frozenset[str]
    others: Sequence[UUID]
    hidden_first: bool

    @property
    def many_hidden(self) -> int:
        """How many rows only the whole world has."""
        return sum(map(len, self.hidden.values()))


def twins(seed: str, viewer: int, people: Sequence[UUID], others: Sequence[UUID], now: datetime) -> Twins:
    """The twins of a seed for one of its people; everything is dated a day and more before `now`."""
    pick = Random(f"{seed} beside")  # noqa: S311 - nothing here is a secret
    sketch = sketched(seed, STYLE)
    seeds = Seeds(now - timedelta(days=1))
    ids = seeds.add(sketch, people, (*people[PATIENTS:], *others))
    seeds.date_switches()
    Beside(pick, seeds, sketch, ids).add()
    keeps = as_patient(ids, viewer) if viewer < PATIENTS else as_clinician(sketch, ids, viewer)
    heaps: dict[bool, dict[type[Model], list[Row]]] = {True: defaultdict(list), False: defaultdict(list)}
    for model, rows in seeds.rows.items():
        for row in rows:
            heaps[keeps(model, row)][model].append(row)
    seen, hidden = heaps[True], heaps[False]
    there = {row["id"] for rows in seen.values() for row in rows}
    alone = {**seen}
    # The visit a question is for is hidden by itself, and so is that there is one. So is what a week once held.
    alone[Question] = [
        {**row, "encounter_id": row["encounter_id"] if row["encounter_id"] in there else None} for row in seen[Question]
    ]
    alone[Digest] = [
        {**row, "references": [one for one in row["references"] if UUID(one[2]) in there]} for row in seen[Digest]
    ]
    known = {str(row["id"]) for rows in seeds.rows.values() for row in rows} | {str(one) for one in (*people, *others)}
    return Twins(sketch, viewer, ids, alone, seen, hidden, frozenset(known), others, pick.random() < 0.5)


# -- What one of them sees ---------------------------------------------------------------------------------------------
def as_patient(ids: Ids, viewer: int) -> Keeps:
    """Everything of her own but what clinicians have not signed, and the log of that."""
    her = ids.people[viewer]

    def keeps(model: type[Model], row: Row) -> bool:
        if model in (Digest, Outbox, ApiToken):
            return bool(row["user_id"] == her)
        if model is SignedNote or row["patient_id"] != her:
            return False
        if model is AuditEvent:
            return bool(row["action"] != "draft")
        if model is SecurityEvent:
            return bool(row["was_member"])
        return not (issubclass(model, Record) and row["status"] in oracle.DRAFTS and row["author_id"] != her)

    return keeps


def as_clinician(sketch: Sketch, ids: Ids, viewer: int) -> Keeps:
    """What the rule shows her, her own papers, and of the switches those that are on for her and show something."""
    world, her = sketch.world, ids.people[viewer]
    items = oracle.visible_ids(world, viewer, AT)
    stubs = oracle.stub_ids(world, viewer, AT)
    live = {member.id for patient in range(PATIENTS) for member in oracle.memberships(world, viewer, patient)}
    on = {member.id: oracle.switched_on(world, member, AT) for member in world.members if member.id in live}
    shown = {item.category for item in world.items if item.id in items | stubs} | {"care_team"}
    # What she writes herself is shown to her by these, whatever there is.
    shown |= {model.category.value for model in CLINICAL}
    paused = {ids.people[patient] for patient in world.paused}
    seen_items, seen_stubs, own = (
        {ids.items[one] for one in items},
        {ids.items[one] for one in stubs},
        {ids.members[one]: one for one in live},
    )
    replies = {ids.replies[one] for one in oracle.reply_ids(world, viewer, AT)}
    team = {ids.members[one] for one in oracle.team_ids(world, viewer, AT)}

    def switched_on(row: Row) -> bool:
        if row["member_id"] not in own or row["patient_id"] in paused or row["ended_at"]:
            return False
        needed = row["kind"] == "label" or row["code"] in shown
        return needed and (row["kind"], row["code"]) in on[own[row["member_id"]]]

    hers: dict[type[Model], Callable[[Row], bool]] = {
        **dict.fromkeys(KINDS, lambda row: row["id"] in seen_items),
        **dict.fromkeys(BELOW, lambda row: row["id"] in replies),
        **dict.fromkeys((Digest, Outbox, ApiToken), lambda row: row["user_id"] == her),
        **dict.fromkeys((Pause, Invitation, RecordVersion, SecurityEvent), lambda row: False),
        CareTeamMember: lambda row: row["id"] in team and (row["user_id"] != her or row["id"] in own),
        Consent: switched_on,
        RecordAudience: lambda row: row["user_id"] == her and row["record_id"] in seen_items | seen_stubs,
        Withdrawal: lambda row: row["user_id"] == her and row["record_id"] in seen_stubs,
        SignedNote: lambda row: row["author_id"] == her,
        AuditEvent: lambda row: row["actor_id"] == her and seen_items.issuperset(row["record_ids"]),
    }
    return lambda model, row: hers[model](row)


# -- What lies beside the records --------------------------------------------------------------------------------------
@dataclass
class Beside:
    """Earlier versions, signed texts, the log, weekly summaries, invitations, tokens, refusals, the outbox."""

    pick: Random
    seeds: Seeds
    sketch: Sketch
    ids: Ids

    def add(self) -> None:
        """Add some of each."""
        for item in self.sketch.world.items:
            self._of(item)
        self._log()
        for person, user in enumerate(self.ids.people):
            self._weeks(user, Week.PATIENT_WEEK if person < PATIENTS else Week.CLINICIAN_WEEK)
            token = {"id": fresh_id(self.pick), "user_id": user, "name": "a script", "hash": self._bytes()}
            when = {"created_at": self._ago(), "ends_at": self.seeds.now + WEEK, "ended_at": None, "used_at": None}
            self.seeds.rows[ApiToken].append({**token, **when})
        for patient in range(PATIENTS):
            self._around(self.ids.people[patient])

    def _ago(self, days: int = 30) -> datetime:
        return self.seeds.now - timedelta(minutes=self.pick.randrange(60, days * 1440))

    def _bytes(self) -> bytes:
        return self.pick.randbytes(32)

    def _of(self, item: oracle.Item) -> None:
        model = self.sketch.model(item)
        row = next(one for one in self.seeds.rows[model] if one["id"] == self.ids.items[item.id])
        author, patient = (self.ids.people[one] for one in (item.author, item.patient))
        if item.status not in oracle.DRAFTS and self.pick.random() < 0.3:
            row["version"], row["changed_at"] = 2, row["changed_at"] + timedelta(minutes=7)
            earlier = {"id": fresh_id(self.pick), "record_id": row["id"], "patient_id": patient}
            content = {name: _plain(row.get(name)) for name in model.content}
            more = {"changed_by_id": author, "version": 1, "content": content, "until": row["changed_at"]}
            self.seeds.rows[RecordVersion].append({**earlier, **more})
        if model is ClinicalNote and item.status not in oracle.DRAFTS:
            signed = {"id": fresh_id(self.pick), "note_id": row["id"], "author_id": author, "patient_id": patient}
            words = {"kind": "note", "title": row["title"], "text": row["text"], "signed_at": row["effective_at"]}
            self.seeds.rows[SignedNote].append({**signed, **words})

    def _log(self) -> None:
        """Who opened what, and two days ago everybody who is or was on a team opened the overview."""
        items = self.sketch.world.items
        pairs = sorted({(member.user, member.patient) for member in self.sketch.world.members})
        for user, patient in pairs:
            self._event(user, patient, "overview", self.seeds.now - timedelta(days=1))
            for item in items:
                if item.patient == patient and item.status not in oracle.DRAFTS and self.pick.random() < 0.2:
                    self._event(user, patient, "read", self._ago(), item)
        for item in items:
            if self.pick.random() < 0.3:
                action = "draft" if item.status in oracle.DRAFTS else self.pick.choice(("create", "audience", "labels"))
                self._event(item.author, item.patient, action, self._ago(), item)

    def _event(self, actor: int, patient: int, action: str, at: datetime, item: oracle.Item | None = None) -> None:
        self.seeds.rows[AuditEvent].append(
            {
                "id": fresh_id(self.pick),
                "patient_id": self.ids.people[patient],
                "actor_id": self.ids.people[actor],
                "actor_role": "patient" if actor < PATIENTS else "practitioner",
                "action": action,
                "category": item.category if item else "",
                "about_id": None,
                "record_ids": [self.ids.items[item.id]] if item else [],
                "versions": [1] if item else [],
                "request_id": fresh_id(self.pick),
                "at": at,
            }
        )

    def _weeks(self, user: UUID, kind: Week) -> None:
        """The week before last, selected when everything was shown: each opening asks the rule again."""
        references = [
            [KINDS_ROOM[self.sketch.model(item)], str(self.ids.people[item.patient]), str(self.ids.items[item.id]), 1]
            for item in self.sketch.world.items
            if item.status not in oracle.DRAFTS
        ]
        week = {"user_id": user, "kind": kind.value, "zone": "America/New_York"}
        monday = monday_of(self.seeds.now.date()) - 2 * WEEK
        made = {"id": fresh_id(self.pick), "references": references, "made_at": self.seeds.now - timedelta(days=6)}
        self.seeds.rows[Digest].append({**week, **made, "period_start": monday})
        done = {"id": fresh_id(self.pick), "about_id": None, "mail": True, "attempts": 1, "mailed_at": None}
        when = dict.fromkeys(("created_at", "next_try_at", "done_at"), self.seeds.now - timedelta(days=6))
        self.seeds.rows[Outbox].append({**week, **done, **when, "period_start": monday, "dead_at": None})

    def _around(self, patient: UUID) -> None:
        """An open invitation, and a refusal of somebody who was on the team or never was."""
        invitation = {
            "id": fresh_id(self.pick),
            "patient_id": patient,
            "email": "somebody@example.org",
            "role": "Nurse",
        }
        when = {"created_at": self._ago(3), "expires_at": self.seeds.now + WEEK}
        open_ = {"hash": self._bytes(), "accepted_at": None, "cancelled_at": None}
        self.seeds.rows[Invitation].append({**invitation, **when, **open_})
        actor = self.pick.choice(self.ids.people[PATIENTS:])
        refused = {"id": fresh_id(self.pick), "actor_id": actor, "patient_id": patient, "route": "chart"}
        self.seeds.rows[SecurityEvent].append({**refused, "was_member": self.pick.random() < 0.5, "at": self._ago()})


KINDS_ROOM = {model: model._meta.app_label for model in KINDS}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value
