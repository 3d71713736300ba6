"""Requests drawn from the schema by schemathesis, right ones and wrong ones, each sent as everybody.

One request is drawn and then asked by a patient, a clinician who sees, one who does not, a clinic's administrator and
nobody: five cases. Most of what it names is there; half of the changes bring the ETag of what they change; one in eight
holds a letter that no database stores. Whatever a case writes is undone after it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import schemathesis
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.errors import StopTest, UnsatisfiedAssumption
from hypothesis.internal.conjecture.data import ConjectureData
from schemathesis import Case, GenerationMode

from careteam.accounts.models import Role
from tests.api.programs import ABSENT, NOBODY, Program, program_of, schema
from tests.api.world import World, world_of
from tests.conftest import EVERYTHING, Maren, Person, as_owner, joins, person

V1 = "/api/v1/"
IF_MATCH = "If-Match"
FAULT = 500
ROLES = ("patient", "clinician who sees", "clinician who does not", "administrator", "nobody")
UNSTORABLE = ("\0", "\ud800", "\udfff\ud800", "\u202e", "\ufffe", "\U0010ffff")
# Words that get further than letters by chance.
SHAPED = (
    "2025", "2025-03", "2025-03-14", "2025-02-30", "9999", "0001-01-01", "2026-12-01T14:20", "0001-01-01T00:00Z", "mg",
    "1,000", "37.5", "1e5", "٣", "∞", "-0", "active", "stopped", "category", "named", "only_me", "trauma", "goals",
    "reply", "phq-9", "video", "Lithium", "Europe/Berlin", "", " ",
)  # fmt: skip
# Which record of the world an address means by a word that several kinds have.
PLACES = {
    "goals": "goal", "notes": "note", "measures": "measure", "treatments": "medicine", "visits": "visit",
    "questions": "question", "plans": "plan", "calls": "call", "procedures": "procedure", "levels": "level",
    "conditions": "condition", "hard-days": "hard_days", "check-ins": "check_in", "events": "event",
}  # fmt: skip
VERBS = ("audience", "withdraw", "move", "done", "labels", "sign", "telling")


@dataclass
class Cast:
    """Who asks, and the world they ask about."""

    world: World
    programs: Sequence[Program]

    @classmethod
    def made(cls) -> Cast:
        """Everybody, with a token each, and one record of each kind."""
        with as_owner():
            patient = Maren(person("fuzz@example.org", "Maren Holt", Role.PATIENT))
            sees = joins(patient, person("sees@example.org", "Dr Lee", Role.PRACTITIONER), "Psychiatrist", EVERYTHING)
            blind = Person(person("blind@example.org", "Dr Nobody", Role.PRACTITIONER))
            admin = Person(person("admin@example.org", "Ines Aguilar", Role.ADMIN))
        return cls.of(world_of(patient, sees), patient, sees, blind, admin)

    @classmethod
    def of(cls, world: World, *people: Person) -> Cast:
        """The same from people who are there."""
        return cls(world, [*(program_of(one) for one in people), NOBODY])


@dataclass
class Tally:
    """What was asked and how it was answered."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Kind:
    """One operation, asked rightly or wrongly."""

    label: str
    asks_for_tag: bool
    cases: st.SearchStrategy[Case[Any]]


@cache
def kinds() -> list[Kind]:
    """Every operation, rightly and wrongly."""
    found = schemathesis.openapi.from_dict(schema())
    return [
        Kind(operation.label, IF_MATCH in operation.headers, operation.as_strategy(generation_mode=mode))
        for operation in (one.ok() for one in found.get_all_operations())  # type: ignore[union-attr] # it is valid
        for mode in GenerationMode
        if "pdf" not in operation.path  # drawing one takes a second
    ]


def ask(cast: Cast, mark: str, numbers: range, tally: Tally) -> None:
    """Ask these requests of a seed, each as everybody. Raises at the first fault, with what was sent."""
    for number in numbers:
        kind, case, luck = drawn(mark, number)
        request = Request.of(kind, case, cast.world, luck)
        for role, program in zip(ROLES, cast.programs, strict=True):
            try:
                answer = request.sent_by(program)
            except Exception as fault:
                raise AssertionError(f"{kind.label} as {role}, {mark}/{number}: {request}") from fault
            tally.cases += 1
            tally.statuses[answer.status_code] += 1
            assert answer.status_code < FAULT, f"{kind.label} as {role}, {mark}/{number}: {request}"
        tally.operations.add(kind.label)


def drawn(mark: str, number: int) -> tuple[Kind, Case[Any], Random]:
    """The request of this number: of as many in a row as there are kinds, one of each kind, in an order by chance.

    Drawn past hypothesis' engine, whose search for the smallest and for variations takes ten times as long.
    """
    order = kinds()[:]
    Random(f"{mark}/{number // len(order)}").shuffle(order)  # noqa: S311 - nothing here is a secret
    kind = order[number % len(order)]
    luck = Random(f"{mark}/{number}")  # noqa: S311 - as above
    while True:
        try:
            data = ConjectureData(random=luck)
            with BuildContext(data, is_final=False, wrapped_test=ask):
                return kind, data.draw(kind.cases), luck
        except (UnsatisfiedAssumption, StopTest):
            continue


@dataclass
class Request:
    """A request as it is sent; for everybody the same."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any
    look_first: bool

    @classmethod
    def of(cls, kind: Kind, case: Case[Any], world: World, luck: Random) -> Request:
        """What was drawn, about things that are there, and now and then with a letter that cannot be stored."""
        template = case.path.removeprefix(V1)
        parts = {
            name: _there(name, template, world) if luck.random() < 0.9 else value
            for name, value in (case.path_parameters or {}).items()
        }
        bad = luck.choice(UNSTORABLE) if luck.random() < 0.125 else None
        where = luck.choice(("body", "query", "header", "path")) if bad else ""
        body = None if isinstance(case.body, type(schemathesis.core.NOT_SET)) else case.body
        body = body.decode("utf-8", "surrogateescape") if isinstance(body, bytes) else body  # what is no JSON at all
        body = _changed(body, luck, bad if where == "body" else None)
        query = {
            str(name): _changed(value, luck, bad if where == "query" else None)
            for name, value in (case.query or {}).items()
        }
        if where == "query":
            query[luck.choice(("cursor", "q", "since", "x"))] = f"a{bad}"
        headers = {
            str(name): str(value)
            for name, value in (case.headers or {}).items()
            if str(name).lower() in {"if-match", "if-none-match", "idempotency-key"}
        }
        if case.method == "POST" and luck.random() < 0.9:
            headers["Idempotency-Key"] = headers.get("Idempotency-Key") or "k"
        if where == "header" and headers:
            headers[luck.choice(sorted(headers))] = "a\0b"
        path = template.format(**{name: _quoted(value) for name, value in parts.items()})
        if where == "path":
            path = path.rstrip("/") + _quoted(bad) + "/"
        return cls(case.method, path, _encoded(query), headers, body, kind.asks_for_tag and luck.random() < 0.7)

    def sent_by(self, program: Program) -> Any:
        """The answer, which is what the schema says; what it wrote is undone."""
        headers = dict(self.headers)
        before = transaction.savepoint()
        try:
            if self.look_first:
                tag = program.look(self.place()).headers.get("ETag")
                headers |= {IF_MATCH: tag} if tag else {}
            path = self.path + (f"?{self.query}" if self.query else "")
            return program.ask(self.method, path, self.body, **headers)
        finally:
            transaction.savepoint_rollback(before)

    def place(self) -> str:
        """Where what is changed is looked at."""
        parts = [part for part in self.path.split("/") if part]
        if parts[-1] in VERBS:
            signs = parts.pop() == "sign"
            if signs:
                parts.insert(-1, "drafts")
        return "/".join(parts) + "/"


def _there(name: str, template: str, world: World) -> UUID | str:
    if name == "questionnaire":
        return "gad-7"
    if name == "note":
        return world.draft if "drafts" in template or "sign/" in template else world.note
    if name == "record":
        return next((getattr(world, one) for room, one in PLACES.items() if f"/{room}/" in template), ABSENT)
    found: UUID = getattr(world, name, ABSENT)
    return found


def _changed(value: Any, luck: Random, bad: str | None) -> Any:
    """Some texts in it become words that get further; with `bad`, one letter in it is that."""
    if isinstance(value, str):
        if bad is not None:
            return value[:3] + bad + value[3:]
        return luck.choice(SHAPED) if luck.random() < 0.1 else value
    if isinstance(value, list):
        return [_changed(one, luck, bad) for one in value]
    if isinstance(value, dict):
        return {name: _changed(one, luck, bad) for name, one in value.items()}
    return value


def _quoted(value: Any) -> str:
    return quote(str(value).encode("utf-8", "surrogatepass"), safe="%")


def _encoded(query: dict[str, Any]) -> str:
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
    return urlencode({_bytes(name): _bytes(value) for name, value in texts.items()})


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
