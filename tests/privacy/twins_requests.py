"""Requests of one person in a world: of what she sees, of what is hidden from her, and of nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, URLPattern, reverse

from careteam.sharing import oracle
from careteam.sharing.codes import Category, Label
from careteam.summaries.caseload import SORTS, TABS
from careteam.summaries.reasons import ORDER
from tests.privacy.test_locks import LIBRARY, every_address
from tests.privacy.twins_world import Twins
from tests.sharing.worlds import PATIENTS

NEW = "00000000-0000-4000-8000-00000000feed"  # stands for what this walk made last
RECORDS = {"note", "goal", "record", "visit", "question", "plan", "call", "measure", "response", "medicine"}
RECORDS |= {"check_in", "event"}
TEXT = "a lantern by the window"


@dataclass(frozen=True)
class Step:
    """One request. `tag`: the header in which an ETag goes along: the last one this walk was given for that thing.

    With `: another's` behind it, it is one that nobody was given.
    """

    name: str
    method: str
    path: str
    form: dict[str, Any] | None = None
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    tag: str = ""

    def __str__(self) -> str:
        body = self.form if self.form is not None else self.json
        return f"{self.method} {self.path} {self.tag} {'' if body is None else body}"


@dataclass(frozen=True)
class Route:
    """An address of ours: its name, the parts to fill, and for whom it is."""

    name: str
    parts: tuple[str, ...]
    door: str
    api: bool
    reads: bool

    def path(self, parts: dict[str, Any]) -> str:
        """The address, filled."""
        for full in (self.name, f"account_{self.name}"):
            try:
                return reverse(full, kwargs=parts)
            except NoReverseMatch:
                continue
        raise AssertionError(f"{self.name} takes {self.parts}: say with what")


@cache
def routes() -> dict[str, Route]:
    """Every address, by its name; sign-in is the library's, and its pages hold no record."""
    found = (_route(pattern) for pattern in every_address())
    return {one.name: one for one in found if not one.name.startswith(LIBRARY)}


def _route(pattern: URLPattern) -> Route:
    view = pattern.callback
    door = getattr(view, "door", None) or getattr(getattr(view, "cls", None), "door", None) or "public"
    parts = tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)
    made = getattr(view, "cls", None)
    return Route(pattern.name or "", parts, door, made is not None, made is None or hasattr(made, "get"))


# -- Which requests ----------------------------------------------------------------------------------------------------
class Requests:
    """Draws requests for one viewer of a world: of things she sees, of things hidden from her, and of nothing."""

    def __init__(self, pick: Random, twins: Twins) -> None:
        self.pick = pick
        self.twins = twins
        self.ids = twins.ids
        self.her = twins.ids.people[twins.viewer]
        self.is_patient = twins.viewer < PATIENTS
        world = twins.sketch.world
        patients = [one for one in range(PATIENTS) if oracle.memberships(world, twins.viewer, one)]
        self.open = [self.her] if self.is_patient else [self.ids.people[one] for one in patients]
        self.owners: dict[Any, UUID] = {self.ids.items[item.id]: self.ids.people[item.patient] for item in world.items}
        self.owners |= {self.ids.replies[reply.id]: self.ids.people[reply.patient] for reply in world.replies}

    def get(self, route: Route) -> Step:
        """A look at an address, filled with this world's ids."""
        path = route.path(self.filled(route))
        query = self.query(route)
        headers = {"HTTP_HX_REQUEST": "true"} if not route.api and self.pick.random() < 0.1 else {}
        return Step(route.name, "GET", path + (f"?{urlencode(query)}" if query else ""), headers=headers)

    def query(self, route: Route) -> dict[str, str]:
        """Filters, orders and pages that the address may take; now and then one it does not take."""
        pick, found = self.pick, {}
        if "caseload" in route.name:
            found = {
                "tab": pick.choice(("", *TABS)),
                "reason": pick.choice(("", "", "", *ORDER)),
                "sort": pick.choice(("", *SORTS)),
                "q": pick.choice(("", "", "", "maren", "holt", "ñandú", "b")),
                "page": pick.choice(("1", "1", "1", "2")),
            }
            return {name: value for name, value in found.items() if pick.random() < 0.5}
        if "timeline" in route.name:
            return {"range": pick.choice(("6-months", "2-years", "everything", "x"))}
        if "summary" in route.name:
            return {} if route.api else {"period": pick.choice(("4w", "3m", "own", "x"))}
        if pick.random() < 0.4:
            at, record = self.place()
            cursor = urlsafe_b64encode(f"{at}|{record}".encode()).decode().rstrip("=")
            found = {"cursor": cursor, "limit": str(pick.choice((1, 2, 20, 0))), "since": at[:10], "until": at[:10]}
            if not route.api:
                return {"after": cursor}
            return {name: value for name, value in found.items() if pick.random() < 0.4}
        return {}

    def place(self) -> tuple[str, UUID]:
        """Where a record stands in its list, whether she sees it or not."""
        rows = [row for heap in (self.twins.seen, self.twins.hidden) for rows in heap.values() for row in rows]
        row = self.pick.choice([one for one in rows if "effective_at" in one])
        return row["effective_at"].isoformat(), row["id"]

    # -- With what -----------------------------------------------------------------------------------------------------
    def patient(self, of: UUID | str = "") -> UUID:
        """Mostly whose record that is, or whose chart is open to her; else another patient, herself, or nobody."""
        chance = self.pick.random()
        if chance < 0.9 and of in self.owners:
            return self.owners[of]
        if chance < 0.8 and self.open:
            return self.pick.choice(self.open)
        return self.pick.choice((*self.ids.people[:PATIENTS], self.nobody())) if chance > 0.96 else self.ids.people[0]

    def filled(self, route: Route) -> dict[str, Any]:
        """The parts of an address; the patient is mostly whose record it asks for."""
        found = {part: self.part(part, route) for part in route.parts if part != "patient"}
        records = [value for value in found.values() if value in self.owners]
        return {**found, "patient": self.patient(*records[:1])} if "patient" in route.parts else found

    def nobody(self) -> UUID:
        """An id of nothing."""
        return UUID(int=self.pick.getrandbits(128), version=4)

    def record(self, kinds: Sequence[str] = ()) -> UUID | str:
        """A record of these kinds, seen or hidden; now and then one of another kind, a new one, or nothing."""
        world = self.twins.sketch.world
        all_ = [self.ids.items[item.id] for item in world.items]
        own = [self.ids.items[item.id] for item in world.items if self.twins.sketch.model(item).kind in kinds]
        chance = self.pick.random()
        if own and chance < 0.75:
            return self.pick.choice(own)
        return self.pick.choice(all_) if chance < 0.85 else NEW if chance < 0.94 else self.nobody()

    def part(self, part: str, route: Route) -> Any:
        """What an address is filled with."""
        pick = self.pick
        kinds = ("medicine",) if route.name == "chart_correction" else ("goal", "note", "medicine", "visit", "level")
        if part in RECORDS:
            return self.record(_kinds(part, route.name))
        simple: dict[str, Callable[[], Any]] = {
            "correction": lambda: pick.choice((*self.ids.replies.values(), NEW)),
            "reply": lambda: pick.choice((*self.ids.replies.values(), NEW)),
            "member": lambda: pick.choice((*self.ids.members.values(), NEW)),
            "digest": lambda: pick.choice((*self.of("Digest"), NEW)),
            "invitation": lambda: pick.choice((*self.of("Invitation"), NEW)),
            "token": lambda: pick.choice((*self.of("ApiToken"), NEW)),
            "category": lambda: pick.choice(list(Category)).value,
            "kind": lambda: pick.choice(kinds),
            "room": lambda: "notes",
            "questionnaire": lambda: pick.choice(("phq-9", "gad-7")),
            "item": lambda: pick.randint(1, 10),
            "answer": lambda: "accept",
            "person": lambda: pick.choice((*self.ids.people, NEW)),
            "deed": lambda: "vouch",
            "rest": lambda: pick.choice((f"patients/{self.ids.people[0]}/", "caseload/", "nothing")),
            "uidb36": lambda: "1",
            "key": lambda: "1",
            "pk": lambda: 1,
        }
        return simple[part]()

    def of(self, name: str) -> list[UUID]:
        """The ids of all rows of a class beside the records, hers or not."""
        heaps = (self.twins.seen, self.twins.hidden)
        return [row["id"] for heap in heaps for model, rows in heap.items() if model.__name__ == name for row in rows]

    # -- Writes --------------------------------------------------------------------------------------------------------
    def send(self, name: str, parts: dict[str, Any], body: Any = None, *, how: str = "POST", tag: str = "") -> Step:
        """A write: a form to a page, or JSON to the programs' door."""
        route = routes()[name]
        path = route.path(parts)
        if route.api:
            if self.pick.random() < 0.05:
                body = {**(body or {}), "colour": "red"}
            # Few keys: what was made with one is asked for again, and another request with it is refused.
            key = {"HTTP_IDEMPOTENCY_KEY": f"key {self.pick.randrange(40)}"} if how == "POST" else {}
            return Step(name, how, path, json=body, tag=tag, headers=key)
        return Step(name, "POST", path, form=body or {})

    def about(self, part: str, *kinds: str) -> dict[str, Any]:
        """A record of these kinds and whose it is."""
        record = self.record(kinds)
        return {"patient": self.patient(record), part: record}

    def labels(self) -> list[str]:
        """Some topics."""
        return [label.value for label in (Label.TRAUMA, Label.VIOLENCE) if self.pick.random() < 0.3]


def _kinds(part: str, name: str) -> tuple[str, ...]:
    """The kinds of records that a part of an address means."""
    if part == "note":
        return ("note", "clinical-note")
    if part == "response":
        return ("measure",)
    if part != "record":
        return (part.replace("_", "-"),)
    if name == "chart_correction":
        return ("medicine",)
    if "hard_day" in name:
        return ("hard-days",)
    words = name.removeprefix("api_").replace("treatment", "medicine").replace("check_in", "check-in")
    return (words.split("_")[0].rstrip("s"),)


def written(step: Step) -> bytes:
    """The body of a request to the programs' door."""
    return b"" if step.json is None else json.dumps(step.json, default=str).encode()
