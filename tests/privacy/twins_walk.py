"""Random requests of one person: every address there is, asked in every way, and writes that may and may not be."""

from __future__ import annotations

import json
import re
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
WORKS = "(the background works)"  # instead of a request
MEANWHILE = "(meanwhile)"  # somebody else does something, in the whole world alone
# Pages and answers that are put together from everything: each walk asks a few of them. Files are drawn, and rarer.
COMPOSED = {
    *("chart", "caseload", "chart_visits", "chart_summary", "chart_notes", "today", "summary", "notes", "sharing"),
    *("api_overview", "api_caseload", "api_visit_summary", "visits"),
}
ACCOUNT = {"account", "weekly_mail", "tokens", "end_token", "change_account", "api_me", "home", "schema"}
FILES = {"chart_summary_pdf", "summary_pdf", "api_visit_summary_pdf"}
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
class Walk:
    """Draws requests for one viewer of a world: of things she sees, of things hidden from her, and of nothing."""

    def __init__(self, seed: str, twins: Twins) -> None:
        self.pick = Random(f"{seed} walk")  # noqa: S311 - nothing here is a secret
        self.twins = twins
        self.ids = twins.ids
        self.her = twins.ids.people[twins.viewer]
        self.is_patient = twins.viewer < PATIENTS
        world = twins.sketch.world
        patients = [one for one in range(PATIENTS) if oracle.memberships(world, twins.viewer, one)]
        self.open = [self.her] if self.is_patient else [self.ids.people[one] for one in patients]
        self.owners: dict[Any, UUID] = {self.ids.items[item.id]: self.ids.people[item.patient] for item in world.items}
        self.owners |= {self.ids.replies[reply.id]: self.ids.people[reply.patient] for reply in world.replies}

    def steps(self, many: int) -> list[Step]:
        """The requests of a walk."""
        door = "patient" if self.is_patient else "clinician"
        known = routes()
        own = [one for one in known.values() if one.door in (door, "person") and one.name not in FILES | COMPOSED]
        own = [one for one in own if one.reads]
        # Her own account says nothing of anybody's record; it is asked now and then.
        own = [one for one in own for _ in range(1 if one.name in ACCOUNT else 5)]
        foreign = [one for one in known.values() if one.door not in (door, "person") or not one.reads]
        composed = [known[name] for name in sorted(COMPOSED) if known[name].door in (door, "person")]
        files = [known[name] for name in sorted(FILES) if known[name].door in (door, "person")]
        writes = self.patients_writes() if self.is_patient else self.clinicians_writes()
        steps: list[Step] = [self.get(self.pick.choice(files))] if self.pick.random() < 0.1 else []
        while len(steps) < many:
            chance = self.pick.random()
            if chance < 0.065:
                steps.append(self.get(self.pick.choice(composed)))
            elif chance < 0.34:
                steps += (
                    self.written_whole()
                    if self.pick.random() < 0.15
                    else self.looked_at_before(self.pick.choice(writes)())
                )
            elif chance < 0.38:
                steps.append(self.get(self.pick.choice(foreign)))
            elif chance < 0.39:
                steps.append(Step(WORKS, "", ""))
            elif chance < 0.44:
                steps.append(Step(MEANWHILE, "", str(self.pick.random())))
            elif chance < 0.56 and steps:
                steps.append(self.again(self.pick.choice(steps)))
            else:
                steps.append(self.get(self.pick.choice(own)))
                if self.pick.random() < 0.15:
                    steps.append(self.again(steps[-1]))
        return steps[:many]

    def looked_at_before(self, step: Step) -> list[Step]:
        """A change of what one has seen: with a look before it, or there is no ETag to send back."""
        if not step.tag or self.pick.random() < 0.2:
            return [step]
        place = re.sub(r"/(audience|withdraw|labels|sign|done)/$", "/", step.path)
        if step.path.endswith("/sign/"):
            place = place.replace("/notes/", "/notes/drafts/")
        return [Step(step.name, "GET", place), step]

    def again(self, step: Step) -> Step:
        """The same once more: what changed in between shows; a program says which answer it has."""
        if step.method != "GET" or not step.path:
            return step
        tag = self.pick.choice(("If-None-Match", "If-None-Match", "If-None-Match: another's"))
        return Step(step.name, "GET", step.path, headers=step.headers, tag=tag)

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
        if part in RECORDS:
            return self.record(_kinds(part, route.name))
        simple: dict[str, Callable[[], Any]] = {
            "reply": lambda: pick.choice((*self.ids.replies.values(), NEW)),
            "member": lambda: pick.choice((*self.ids.members.values(), NEW)),
            "digest": lambda: pick.choice((*self.of("Digest"), NEW)),
            "invitation": lambda: pick.choice((*self.of("Invitation"), NEW)),
            "token": lambda: pick.choice((*self.of("ApiToken"), NEW)),
            "category": lambda: pick.choice(list(Category)).value,
            "kind": lambda: pick.choice(("goal", "note", "medicine", "visit", "level")),
            "room": lambda: "notes",
            "item": lambda: pick.randint(1, 10),
            "answer": lambda: "accept",
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

    def written_whole(self) -> list[Step]:
        """A note from its beginning on: begun, looked at, changed (perhaps too late), signed, and added to."""
        patient = self.patient()
        if self.is_patient:
            parts = {"patient": self.her, "note": NEW}
            begun = self.send("api_notes", {"patient": self.her}, {"text": TEXT, "audience": "category"})
            change = self.send("api_note", parts, {"text": "more"}, how="PATCH", tag="If-Match: another's")
            return [begun, Step("api_note", "GET", change.path), change]
        parts = {"patient": patient, "note": NEW}
        begun = self.send("api_notes", {"patient": patient}, {"text": TEXT, "labels": self.labels()})
        late = self.pick.choice(("If-Match", "If-Match: another's"))
        change = self.send("api_draft", parts, {"text": "more"}, how="PATCH", tag=late)
        sign = self.send("api_sign", parts, tag="If-Match")
        below = self.send("api_replies", parts, {"text": TEXT, "kind": self.pick.choice(("addendum", "reply"))})
        look = Step("api_draft", "GET", change.path)
        return [begun, look, change, look, sign, self.get(routes()["api_notes"]), below]

    def clinicians_writes(self) -> list[Callable[[], Step]]:
        """What a clinician writes, and tries to."""
        pick, send = self.pick, self.send

        world = self.twins.sketch.world
        own = [self.ids.items[item.id] for item in world.items if item.author == self.twins.viewer]

        def note() -> dict[str, Any]:
            if own and pick.random() < 0.5:
                one = pick.choice(own)
                return {"patient": self.patient(one), "note": one}
            return self.about("note", "note", "clinical-note")

        def words(**more: Any) -> dict[str, Any]:
            return {"text": pick.choice((TEXT, TEXT, "")), **more}

        def on_page() -> dict[str, Any]:
            once = pick.choice(("first", "", "again"))
            return words(title="T", labels=self.labels(), once=once, version="1", do=pick.choice(("keep", "sign")))

        return [
            lambda: send(
                "api_notes", {"patient": self.patient()}, words(sign=pick.random() < 0.5, labels=self.labels())
            ),
            lambda: send("clinical_note_new", {"patient": self.patient()}, on_page()),
            lambda: send("clinical_note_draft", note(), on_page()),
            lambda: send("clinical_note_draft", note(), {"do": "discard"}),
            lambda: send("clinical_note_reply", note(), words()),
            lambda: send("clinical_note_addendum", note(), words()),
            lambda: send("clinical_note_error", note(), {"reason": TEXT, "version": pick.choice(("1", "2"))}),
            lambda: send("clinical_note_labels", note(), {"labels": self.labels()}),
            lambda: send("api_replies", note(), words(kind=pick.choice(("reply", "addendum", "statement")))),
            lambda: send("api_draft", note(), words(), how="PATCH", tag="If-Match"),
            lambda: send("api_draft", note(), how="DELETE", tag="If-Match"),
            lambda: send("api_sign", note(), tag=pick.choice(("If-Match", ""))),
            lambda: send("api_labels", note(), {"labels": self.labels()}, tag="If-Match"),
            lambda: send("call_done", self.about("call", "call")),
            lambda: send("api_call_done", self.about("call", "call")),
            *self.everybodys_writes(),
        ]

    def patients_writes(self) -> list[Callable[[], Step]]:
        """What a patient writes, on her own record and on somebody else's."""
        pick, send = self.pick, self.send

        def named() -> dict[str, Any]:
            members = [str(one) for one in self.ids.members.values()]
            audience = pick.choice(("category", "named", "only_me"))
            return {"audience": audience, "named": pick.sample(members, 1) if members and audience == "named" else []}

        def below() -> dict[str, Any]:
            return {**self.about("note", "note", "clinical-note"), "reply": self.part("reply", routes()["api_reply"])}

        def somebody() -> str:
            return str(pick.choice((*self.ids.people, *self.twins.others[:3], self.nobody())))

        def member() -> dict[str, Any]:
            return {"patient": pick.choice((self.her, self.patient())), "member": self.part("member", routes()["stop"])}

        own = {"note": self.record(("note",))}
        return [
            lambda: send("api_notes", {"patient": pick.choice((self.her, self.patient()))}, {"text": TEXT, **named()}),
            lambda: send("note_reply", {"note": self.record(("note", "clinical-note"))}, {"text": TEXT}),
            lambda: send("note_withdraw", own),
            lambda: send("api_replies", {k: v for k, v in below().items() if k != "reply"}, {"text": TEXT}),
            lambda: send("api_reply", below(), {"text": TEXT}, how="PATCH", tag="If-Match"),
            lambda: send(
                "api_visits", {"patient": self.her}, {"start": "2027-06-01T10:00", "practitioner": somebody()}
            ),
            lambda: send("api_plans", {"patient": self.her}, {"weeks": 2, "practitioner": somebody()}),
            lambda: send("api_calls", {"patient": self.her}, {"words": TEXT, **named()}),
            lambda: send("stop", {"member": member()["member"]}),
            lambda: send(pick.choice(("pause", "resume")), {}),
            lambda: send("api_consent", member(), {"categories": ["goals"], "until": "2027-06-30"}, how="PUT"),
            *self.everybodys_writes(),
        ]

    def everybodys_writes(self) -> list[Callable[[], Step]]:
        """Changes of records of any kind, by a program: the patient's own alone succeed."""
        pick, send = self.pick, self.send
        changes = {
            "goal": ("api_goal", "goal", {"why": TEXT}),
            "medicine": ("api_treatment", "medicine", {"purpose": TEXT}),
            "visit": ("api_visit", "visit", {"place": TEXT}),
            "question": ("api_question", "question", {"words": TEXT}),
            "condition": ("api_condition", "record", {"words": TEXT}),
            "check-in": ("api_check_in", "check_in", {"words": TEXT}),
            "measure": ("api_measure", "measure", {"item": 1, "value": 2}),
        }
        rooms = {"goal": "goals", "note": "notes", "medicine": "treatments", "visit": "visits", "level": "levels"}

        def change() -> Step:
            kind, (name, part, body) = pick.choice(sorted(changes.items()))
            return send(
                name,
                self.about(part, kind),
                body,
                how="PATCH",
                tag=pick.choice(("If-Match", "If-Match: another's", "")),
            )

        def decide() -> Step:
            kind, room = pick.choice(sorted(rooms.items()))
            parts = self.about("record", kind)
            if pick.random() < 0.3:
                return send(f"api_{room}_withdraw", parts, tag="If-Match")
            body = {"audience": "only_me", "labels": self.labels()}
            return send(f"api_{room}_audience", parts, body, how="PUT", tag="If-Match")

        def question() -> Step:
            return send(
                "api_questions", {"patient": self.patient()}, {"words": TEXT, "visit": str(self.record(("visit",)))}
            )

        return [change, decide, question]


def _kinds(part: str, name: str) -> tuple[str, ...]:
    """The kinds of records that a part of an address means."""
    if part == "note":
        return ("note", "clinical-note")
    if part == "response":
        return ("measure",)
    if part != "record":
        return (part.replace("_", "-"),)
    words = name.removeprefix("api_").replace("treatment", "medicine").replace("check_in", "check-in")
    return (words.split("_")[0].rstrip("s"),)


def written(step: Step) -> bytes:
    """The body of a request to the programs' door."""
    return b"" if step.json is None else json.dumps(step.json, default=str).encode()
