"""Writing random worlds into the database, as the owner of its tables and in a few statements for many of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Model

from careteam.accounts.models import Role
from careteam.corrections.models import ProposedCorrection
from careteam.sharing import oracle
from careteam.sharing.models import CareTeamMember, Consent, Pause, RecordAudience, Withdrawal
from careteam.sharing.records import Record, Reply
from careteam.visits.models import Encounter
from tests.sharing.kinds import BELOW, KINDS, Facts, below
from tests.sharing.worlds import AT, Sketch

STAGED = "staged_consents"
WRITTEN: tuple[type[Model], ...] = (CareTeamMember, Consent, Pause, RecordAudience, Withdrawal, *KINDS, *BELOW)
Row = dict[str, Any]


@cache
def columns(model: type[Model]) -> tuple[tuple[str, ...], frozenset[str], Row]:
    """The columns of a table, those that hold JSON, and what stands in a column of which a row says nothing."""
    fields = model._meta.concrete_fields
    plain = model()
    usual = {one.attname: getattr(plain, one.attname) for one in fields}
    return (
        tuple(one.attname for one in fields),
        frozenset(one.attname for one in fields if isinstance(one, JSONField)),
        usual,
    )


@dataclass
class Ids:
    """The ids of one world's things, by their numbers in it."""

    people: Sequence[UUID]
    items: dict[int, UUID] = field(default_factory=dict)
    replies: dict[int, UUID] = field(default_factory=dict)
    members: dict[int, UUID] = field(default_factory=dict)


@dataclass
class Seeds:
    """Rows to be written, by class; the switches apart, for they are dated when they are asked about."""

    now: datetime
    rows: dict[type[Model], list[Row]] = field(default_factory=lambda: defaultdict(list))
    consents: list[Row] = field(default_factory=list)

    def add(self, sketch: Sketch, people: Sequence[UUID], others: Sequence[UUID]) -> Ids:
        """Add a world of these people. The same sketch gives the same ids."""
        pick = Random(sketch.seed)  # noqa: S311 - nothing here is a secret
        ids = Ids(people)
        world = sketch.world
        for member in world.members:
            ids.members[member.id] = fresh_id(pick)
            self.rows[CareTeamMember].append(self._member(member, ids))
        for patient in sorted(world.paused | sketch.paused_once):
            for ended in [None] * (patient in world.paused) + [self.now] * (patient in sketch.paused_once):
                row = {"id": fresh_id(pick), "patient_id": people[patient], "started_at": self.now, "ended_at": ended}
                self.rows[Pause].append(row)
        for item in world.items:
            ids.items[item.id] = fresh_id(pick)
            self._item(pick, sketch, item, ids, others)
        for reply in world.replies:
            ids.replies[reply.id] = fresh_id(pick)
            self._reply(pick, sketch, reply, ids)
        self.consents += [self._consent(pick, consent, world, ids) for consent in world.consents]
        return ids

    def _member(self, member: oracle.Member, ids: Ids) -> Row:
        return {
            "id": ids.members[member.id],
            "patient_id": ids.people[member.patient],
            "user_id": ids.people[member.user],
            "role": "Therapist",
            "invited_at": self.now,
            "accepted_at": self.now,
            "confirmed_at": self.now if member.confirmed else None,
            "ended_at": self.now if member.ended else None,
        }

    def _item(self, pick: Random, sketch: Sketch, item: oracle.Item, ids: Ids, others: Sequence[UUID]) -> None:
        model = sketch.model(item)
        same = [one for one in self.rows[model] if one["patient_id"] == ids.people[item.patient]]
        ago = timedelta(days=len(same) + 1, minutes=pick.randrange(600))
        noon = self.now.replace(hour=12, minute=0)  # whatever the hour is now, each has a day of its own
        at = noon + ago if model is Encounter and item.status == "planned" else noon - ago
        visits = [one["id"] for one in self.rows[Encounter] if one["patient_id"] == ids.people[item.patient]]
        facts = Facts(len(same), item.status, at, ids.people[item.patient], others, visits)
        self.rows[model].append(
            {
                "id": ids.items[item.id],
                "patient_id": ids.people[item.patient],
                "author_id": ids.people[item.author],
                "labels": sorted(item.labels),
                "audience": item.audience,
                "status": item.status,
                "effective_at": at,
                "recorded_at": at,
                "changed_at": at,
                "withdrawn_at": self.now if item.withdrawn else None,
                **KINDS[model].fill(pick, facts),
            }
        )
        for member in sorted(item.named):
            told = next(one for one in sketch.world.members if one.id == member)
            self.rows[RecordAudience].append(
                {
                    "id": fresh_id(pick),
                    "record_id": ids.items[item.id],
                    "member_id": ids.members[member],
                    "patient_id": ids.people[told.patient],
                    "user_id": ids.people[told.user],
                }
            )
        if item.withdrawn and item.status not in oracle.DRAFTS:
            self._stubs(pick, model, item, ids)

    def _stubs(self, pick: Random, model: type[Record], item: oracle.Item, ids: Ids) -> None:
        for opener in sorted(item.opened):
            self.rows[Withdrawal].append(
                {
                    "id": fresh_id(pick),
                    "record_id": ids.items[item.id],
                    "patient_id": ids.people[item.patient],
                    "user_id": ids.people[opener],
                    "kind": model.kind,
                    "category": item.category,
                    "labels": sorted(item.labels),
                    "audience": item.audience,
                    "withdrawn_at": self.now,
                }
            )

    def _reply(self, pick: Random, sketch: Sketch, reply: oracle.Reply, ids: Ids) -> None:
        about = next(one for one in sketch.world.items if one.id == reply.about)
        side = Role.PATIENT if reply.author == reply.patient else Role.PRACTITIONER
        fits = [one for one in below(sketch.model(about)) if one.written_by in (None, side)]
        # What stands below one class alone would be rare beside what stands below many.
        model = pick.choice([*fits, *(one for one in fits if len(one.parents()) == 1 for _ in range(2))])
        self.rows[model].append(
            {
                "id": ids.replies[reply.id],
                "patient_id": ids.people[reply.patient],
                "author_id": ids.people[reply.author],
                "about_id": ids.items[reply.about],
                "recorded_at": self.now,
                "changed_at": self.now,
                "withdrawn_at": self.now if reply.withdrawn else None,
                **BELOW[model](pick),
                **({"about_kind": sketch.model(about).kind} if model is ProposedCorrection else {}),
            }
        )

    def _consent(self, pick: Random, consent: oracle.Consent, world: oracle.World, ids: Ids) -> Row:
        member = next(one for one in world.members if one.id == consent.member)
        return {
            "id": fresh_id(pick),
            "member_id": ids.members[consent.member],
            "patient_id": ids.people[member.patient],
            "user_id": ids.people[member.user],
            "kind": consent.kind,
            "code": consent.code,
            "starts": (consent.starts_at - AT) // timedelta(microseconds=1),
            "ends": (consent.ends_at - AT) // timedelta(microseconds=1),
            "ended": consent.ended,
        }

    # -- Into the database ---------------------------------------------------------------------------------------------
    def write(self) -> None:
        """Everything but the switches, which are laid ready."""
        with connection.cursor() as cursor:
            # New files for the tables: rows that were thrown away with a savepoint would stay in the old ones.
            cursor.execute(f"TRUNCATE {', '.join(one._meta.db_table for one in WRITTEN)}")
            copy(self.rows)
            cursor.execute(
                f"CREATE TEMP TABLE IF NOT EXISTS {STAGED} (id uuid, member_id uuid, patient_id uuid, user_id uuid,"
                " kind text, code text, starts bigint, ends bigint, ended boolean)"
            )
            with cursor.copy(f"COPY {STAGED} FROM STDIN") as staged:
                for row in self.consents:
                    staged.write_row(list(row.values()))
            tables = ", ".join(f'"{model._meta.db_table}"' for model in self.rows)
            cursor.execute(f"ANALYZE {tables}")  # without it the plans are ten times slower

    def date_switches(self) -> None:
        """Give the switches fixed dates around `now`, as rows among the others."""
        for row in self.consents:
            starts, ends = (self.now + timedelta(microseconds=row[edge]) for edge in ("starts", "ends"))
            kept = {name: row[name] for name in ("id", "member_id", "patient_id", "user_id", "kind", "code")}
            who = {"created_by": row["patient_id"], "ended_by": row["patient_id"] if row["ended"] else None}
            when = {"created_at": starts, "starts_at": starts, "ends_at": ends}
            self.rows[Consent].append({**kept, **who, **when, "ended_at": self.now if row["ended"] else None})

    def switches(self) -> list[str]:
        """The statements that write the switches, dated around the moment they are sent."""
        return [
            "INSERT INTO sharing_consent (id, member_id, patient_id, user_id, kind, code, created_by, created_at,"
            " starts_at, ends_at, ended_at, ended_by)"
            " SELECT id, member_id, patient_id, user_id, kind, code, patient_id, statement_timestamp(),"
            " statement_timestamp() + starts * interval '1 microsecond',"
            " statement_timestamp() + ends * interval '1 microsecond',"
            " CASE WHEN ended THEN statement_timestamp() END, CASE WHEN ended THEN patient_id END"
            f" FROM {STAGED}",
            "ANALYZE sharing_consent",
        ]

    # -- New rows, that somebody tries to write -----------------------------------------------------------------------
    def new_record(
        self,
        pick: Random,
        model: type[Record],
        patient: UUID,
        author: UUID,
        others: Sequence[UUID],
        *,
        proposed: bool = False,
    ) -> str:
        """The statement that adds a record, which no row there is stands in the way of."""
        made = KINDS[model]
        status = model.proposed_as if proposed else made.shown[0]
        at = self.now - timedelta(days=3650)
        facts = Facts(len(others) - 1, status, at, patient, others)
        row = {
            "id": fresh_id(pick),
            "patient_id": patient,
            "author_id": author,
            "labels": [],
            "audience": "only_me",
            "status": status,
            "effective_at": at,
            "recorded_at": self.now,
            "changed_at": self.now,
            **made.fill(pick, facts),
        }
        return insert(model, row)

    def new_reply(self, pick: Random, model: type[Reply], about: UUID, patient: UUID, author: UUID) -> str:
        """The statement that adds something below a record."""
        row = {
            "id": fresh_id(pick),
            "patient_id": patient,
            "author_id": author,
            "about_id": about,
            "recorded_at": self.now,
            "changed_at": self.now,
            **BELOW[model](pick),
        }
        return insert(model, row)


def copy(rows: Mapping[type[Model], Sequence[Row]]) -> None:
    """Write rows into their tables."""
    with connection.cursor() as cursor:
        for model, some in rows.items():
            names, json_columns, usual = columns(model)
            listed = ", ".join(f'"{name}"' for name in names)
            with cursor.copy(f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN') as copied:
                for row in some:
                    whole = {**usual, **row}
                    for name in json_columns:
                        whole[name] = json.dumps(whole[name])
                    copied.write_row([whole[name] for name in names])


def insert(model: type[Model], row: Row) -> str:
    """An INSERT of one row."""
    table, (_, _, usual) = model._meta.db_table, columns(model)
    whole = json.dumps({**usual, **row}, default=str).replace("'", "''")
    return f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, '{whole}')"


def fresh_id(pick: Random) -> UUID:
    """The next random id of a seed."""
    return UUID(int=pick.getrandbits(128), version=4)
