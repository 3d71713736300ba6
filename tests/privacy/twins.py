"""Twin worlds: a person's walk through one and through the other is told the same, byte for byte.

Both are written into one database, each in a savepoint that is thrown away, with the same ids for people and for what
she sees. What a walk itself makes has ids and instants of its own; these alone are compared by their order.
"""

from __future__ import annotations

import difflib
import re
import sys
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.cookies import SimpleCookie
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.core.signals import got_request_exception
from django.db.models import Model
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from pypdf import PdfReader

from careteam.accounts.models import Patient, Practitioner, Role, User
from careteam.accounts.viewer import database_now
from careteam.sharing import oracle
from careteam.summaries import services as summaries
from careteam.summaries.models import Kind, Outbox
from careteam.summaries.weeks import WEEK, monday_of
from tests.conftest import TOTP_KEY, Person, as_owner
from tests.privacy.twins_meanwhile import Meanwhile
from tests.privacy.twins_requests import NEW, Step, written
from tests.privacy.twins_walk import MEANWHILE, WORKS, Walk
from tests.privacy.twins_world import STYLE, Rows, Twins, twins
from tests.sharing.differential import thrown_away
from tests.sharing.rows import Row, copy
from tests.sharing.worlds import AT, CLINICIANS, PATIENTS, sketched

OTHERS = 24
STEPS = 20
ZONE = "America/New_York"
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANTS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)|\d{8}T\d{6}Z")
CURSORS = re.compile(r"(?<![\w-])MjAy[\w-]{60,}")  # base64 of 202…: an instant and an id
# What is random in every answer: the token against forged forms, and the mark of a patient's new note.
RANDOM = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|name="once" value="[\w-]{22}"|data-csrf="[^"]*"')
UNTOLD = {"Set-Cookie", "Date", "Expires"}


# -- The people --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cast:
    """Two patients of one name, three clinicians, others; for each of the first five a session that is signed in."""

    people: Sequence[UUID]
    others: Sequence[UUID]
    sessions: Sequence[str]

    @classmethod
    def made(cls) -> Cast:
        """Write the accounts and sign them in."""
        with as_owner():
            users = [
                User(
                    email=f"twin{number}@example.org",
                    name="Maren Holt" if number < PATIENTS else f"Dr Number {number}",
                    role=Role.PATIENT if number < PATIENTS else Role.PRACTITIONER,
                    zone=ZONE if number >= PATIENTS else "Europe/Berlin",
                    weekly_mail=True,
                    password="",
                )
                for number in range(PATIENTS + CLINICIANS + OTHERS)
            ]
            User.objects.bulk_create(users)
            User.objects.update(joined_at=timezone.now() - timedelta(days=90))
            Patient.objects.bulk_create(Patient(user=user, birth_date=date(1984, 5, 4)) for user in users[:PATIENTS])
            Practitioner.objects.bulk_create(Practitioner(user=user) for user in users[PATIENTS:])
        first = PATIENTS + CLINICIANS
        for user in users[PATIENTS:first]:
            TOTP.activate(user, TOTP_KEY)
        sessions = [Person(user).browser.cookies[settings.SESSION_COOKIE_NAME].value for user in users[:first]]
        return cls([user.pk for user in users[:first]], [user.pk for user in users[first:]], sessions)


# -- Asking and being told ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """An answer, as it is compared."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def __str__(self) -> str:
        return "\n".join([str(self.status), *(f"{name}: {value}" for name, value in self.headers), "", self.body])


class Feet:
    """Somebody walking through one world."""

    factory = RequestFactory()
    handler: BaseHandler | None = None

    def __init__(self, cast: Cast, twins: Twins, begun: datetime) -> None:
        if Feet.handler is None:
            Feet.handler = BaseHandler()
            Feet.handler.load_middleware()
        self.cast, self.twins, self.begun = cast, twins, begun
        self.cookies: SimpleCookie = SimpleCookie()
        self.cookies[settings.SESSION_COOKIE_NAME] = cast.sessions[twins.viewer]
        self.new: dict[str, str] = {}
        self.last = NEW
        self.tags: dict[str, str] = {}
        self.own_tags: set[str] = set()
        self.statuses: Counter[int] = Counter()

    def take(self, step: Step) -> Told:
        """One step, and what is told."""
        if step.name == WORKS:
            return self.works()
        assert step.path.startswith("/"), step
        answer = self._asked(step)
        self.statuses[answer.status_code] += 1
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = readable(content, answer.get("Content-Type", ""))
        told = self.compared(text)
        self._remember(step, answer, text, told)
        headers = sorted((name, self._header(name, value)) for name, value in answer.items() if name not in UNTOLD)
        return Told(answer.status_code, tuple(headers), told)

    def _asked(self, step: Step) -> Any:
        path = step.path.replace(NEW, self.last)
        headers = dict(step.headers)
        if step.tag:
            name, _, others = step.tag.partition(": ")
            headers[f"HTTP_{name.upper().replace('-', '_')}"] = (
                f'"{"0" * 32}.{"1" * 32}"' if others else self.tags.get(_thing(path), '"none"')
            )
        self.factory.cookies = self.cookies
        if step.form is not None:
            request: HttpRequest = self.factory.post(path, step.form, **headers)  # type: ignore[arg-type] # a META
        else:
            request = self.factory.generic(step.method, path, written(step), "application/json", **headers)  # type: ignore[arg-type] # as well
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined] # as Django's own client does
        broken: list[BaseException] = []

        def remember(request: HttpRequest, **_: Any) -> None:
            error = sys.exc_info()[1]
            if error:
                broken.append(error)

        got_request_exception.connect(remember)
        try:
            assert self.handler
            answer = self.handler.get_response(request)
        finally:
            got_request_exception.disconnect(remember)
        if broken:
            raise broken[0]
        return answer

    def works(self) -> Told:
        """The background makes her last week's summary and mails her."""
        user = self.cast.people[self.twins.viewer]
        monday = monday_of(datetime.now(ZoneInfo(ZONE)).date()) - WEEK
        kind = Kind.PATIENT_WEEK if self.twins.viewer < PATIENTS else Kind.CLINICIAN_WEEK
        with as_owner():
            row = Outbox(user_id=user, kind=kind, period_start=monday, zone=ZONE)
            Outbox.objects.bulk_create([row], ignore_conflicts=True)
        mail.outbox.clear()
        summaries.work(row.pk)
        letters = [f"{one.to} {one.subject}\n{one.body}\n{one.extra_headers}" for one in mail.outbox]
        return Told(0, (), self.compared("\n".join(letters)))

    def _remember(self, step: Step, answer: Any, text: str, told: str) -> None:
        if "ETag" in answer:
            self.tags[_thing(step.path.replace(NEW, self.last))] = answer["ETag"]
            if told != text or NEW in step.path:
                self.own_tags.add(answer["ETag"])
        if step.method != "GET":
            made = [one for one in UUIDS.findall(answer.get("Location", "") + text) if one not in self.twins.known]
            if made:
                self.last = made[0]

    def _header(self, name: str, value: str) -> str:
        if name == "ETag" and value in self.own_tags:
            return "of what this walk made"
        return "" if name == "Content-Length" else self.compared(value)

    def compared(self, text: str) -> str:
        """A text without tokens, and with what is this walk's own named by its order."""
        found = RANDOM.sub("", text)
        found = CURSORS.sub(lambda cursor: f"cursor({_decoded(cursor[0])})", found)
        found = UUIDS.sub(lambda one: one[0] if one[0] in self.twins.known else self._named(one[0]), found)
        found = INSTANTS.sub(lambda at: "now" if datetime.fromisoformat(at[0]) >= self.begun else at[0], found)
        for words in _clock_words(self.begun):
            found = found.replace(words, "now")
        return found

    def _named(self, one: str) -> str:
        return self.new.setdefault(one, f"new-{len(self.new) + 1}")


def _thing(path: str) -> str:
    """What an address is about: the record it names last, or a list."""
    named = UUIDS.findall(path.partition("?")[0])
    return named[-1] if len(named) > 1 else path


def _decoded(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        return cursor


def _clock_words(begun: datetime) -> Iterator[str]:
    """How pages say the minutes of this walk, on either clock."""
    at = begun
    while at <= timezone.now() + timedelta(minutes=1):
        for zone in (ZONE, "Europe/Berlin", "UTC"):
            local = at.astimezone(ZoneInfo(zone))
            yield f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
        at += timedelta(minutes=1)


def readable(content: bytes, kind: str) -> str:
    """An answer as text; of a PDF the words of its pages."""
    if kind.startswith("application/pdf"):
        return "\f".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode()


# -- Both worlds -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Difference:
    """Where a walk was told two things: the twins, the path, the step, and both answers."""

    seed: str
    both: Twins
    path: Sequence[Step]
    at: int
    twin: Told
    whole: Told

    def __str__(self) -> str:
        lines = difflib.unified_diff(str(self.twin).splitlines(), str(self.whole).splitlines(), "twin", "whole", n=1)
        steps = "\n".join(f"  {number} {step}" for number, step in enumerate(self.path[: self.at + 1]))
        told = "\n".join(line[:400] for line in lines)
        return f"seed {self.seed!r}, viewer {self.both.viewer}:\n{steps}\n{told}"


@dataclass
class Tally:
    """What was walked so far: walks, requests, rows that were hidden, and answers by status and by address."""

    walks: int = 0
    requests: int = 0
    hidden: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)


def walked(cast: Cast, series: str, number: int, tally: Tally, steps: int = STEPS) -> Difference | None:
    """One walk of a series, through both of its worlds; where they differ, if anywhere."""
    seed = f"{series}/{number}"
    pick = Random(seed)  # noqa: S311 - nothing here is a secret
    viewer = _somebody(pick, seed)
    begun = database_now().replace(second=0, microsecond=0)
    both = twins(seed, viewer, cast.people, cast.others, begun)
    path = Walk(seed, both).steps(number, steps)
    worlds = [True, False] if pick.random() < 0.5 else [False, True]
    told = {whole: through(cast, both, path, begun, both.hidden if whole else None, tally) for whole in worlds}
    tally.walks += 1
    tally.hidden += both.many_hidden
    tally.names.update(step.name for step in path)
    for at, (twin, whole) in enumerate(zip(told[False], told[True], strict=True)):
        if twin != whole:
            return Difference(seed, both, path, at, twin, whole)
    return None


def _somebody(pick: Random, seed: str) -> int:
    """Mostly a clinician who is shown something; else any of the five, on a team or not."""
    world = sketched(seed, STYLE).world
    clinicians = range(PATIENTS, PATIENTS + CLINICIANS)
    shown = [one for one in clinicians if oracle.visible_ids(world, one, AT)]
    return pick.choice(shown) if shown and pick.random() < 0.7 else pick.randrange(PATIENTS + CLINICIANS)


def through(
    cast: Cast, both: Twins, path: Sequence[Step], begun: datetime, hidden: Rows | None, tally: Tally
) -> list[Told]:
    """What somebody is told who takes this path through the twin, or through a world with these rows besides."""
    heaps = [both.twin] if hidden is None else [hidden, both.seen] if both.hidden_first else [both.seen, hidden]
    told: list[Told] = []
    with thrown_away():
        with as_owner():
            for heap in heaps:
                copy(heap)
        feet = Feet(cast, both, begun)
        for step in path:
            if step.name != MEANWHILE:
                told.append(feet.take(step))
                continue
            if hidden is not None:
                Meanwhile(Random(step.path), both).happens()  # noqa: S311 - nothing here is a secret
            told.append(Told(0, (), ""))
        tally.requests += sum(feet.statuses.values())
        tally.statuses += feet.statuses
    return told


def cause(cast: Cast, found: Difference) -> list[str]:
    """As few of the hidden rows as still make this difference: none when it is made by what happens meanwhile."""
    rows = [(model, row) for model, some in found.both.hidden.items() for row in some]
    path = found.path[: found.at + 1]

    def differs(some: Sequence[tuple[type[Model], Row]]) -> bool:
        hidden: dict[type[Model], list[Row]] = {}
        for model, row in some:
            hidden.setdefault(model, []).append(row)
        begun = database_now().replace(second=0, microsecond=0)
        twin, whole = (through(cast, found.both, path, begun, world, Tally()) for world in (None, hidden))
        return twin[-1] != whole[-1]

    if differs([]):
        return []
    while len(rows) > 1:
        half = len(rows) // 2
        smaller = next((some for some in (rows[:half], rows[half:]) if differs(some)), None)
        if smaller is None:
            break
        rows = smaller
    return [f"{model.__name__} {row}" for model, row in rows]
