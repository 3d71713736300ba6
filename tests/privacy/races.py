"""Two at once: a clinician's request, held wherever one likes, while its patient takes away what it asks for.

Each of the two has a thread and a connection of its own, and both really commit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from careteam.notes.models import NoteReply, ProgressNote
from careteam.sharing.codes import Audience, Category, Kind
from careteam.sharing.models import Consent
from careteam.sharing.services import set_audience
from careteam.summaries import services as summaries
from careteam.summaries.models import Digest
from careteam.summaries.models import Kind as Weekly
from tests.api.programs import program_of
from tests.conftest import EVERYTHING, Clinician, Maren, as_owner, joins

WORD = "kittiwake"
LABEL = "trauma"
PATIENCE = 20  # seconds; whoever waits longer never comes
SHORTLY = timedelta(milliseconds=25)
Holds = Callable[[str], bool]


@dataclass
class Held:
    """A request that stops at one of its statements until it is let go."""

    where: Holds
    reached: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    stopped: bool = False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self.stopped and self.where(sql):
            self.stopped = True
            self.reached.set()
            assert self.go.wait(PATIENCE), "nobody let the request go"
        return execute(sql, params, many, context)


def nth(number: int) -> Holds:
    """Before the nth statement of any kind."""
    asked = iter(range(number + 1))
    return lambda _: next(asked, None) == number


def of_a_record(sql: str) -> bool:
    """Before the first statement that asks for a note, or for who may see one: nothing was decided yet."""
    return not sql.startswith(("SAVEPOINT", "RELEASE")) and any(
        f'"{table}"' in sql for table in ("notes_progressnote", "sharing_careteammember", "sharing_consent")
    )


def when_written(sql: str) -> bool:
    """Before the log's row, or the reply: everything was read."""
    return sql.startswith(('INSERT INTO "audit_auditevent"', 'INSERT INTO "notes_notereply"'))


class Team:
    """Maren, her psychiatrist in a browser and with a program, and the note that both may see for now."""

    def __init__(self, patient: Maren, clinician: Clinician, nurse: Clinician) -> None:
        self.patient, self.clinician, self.nurse = patient, clinician, nurse
        self.until = patient.viewer.today + timedelta(days=200)
        patient.shares(clinician, *EVERYTHING, labels=[LABEL], until=self.until)
        self.note = patient.writes_note(f"{WORD} text", title=WORD, shared=True, labels=[LABEL])
        self.browser = clinician.browser
        self.program = program_of(clinician)
        self.digest = self.digested()
        self.replies = 0
        self.asker, self.taker = ThreadPoolExecutor(1, "asks"), ThreadPoolExecutor(1, "takes")
        url = partial(self._url, patient.id)
        self.reads: dict[str, str] = {
            "note": url("chart_note", self.note),
            "notes": url("chart_notes"),
            "chart": url("chart"),
            "summary": url("chart_summary"),
            "digest": reverse("digest", args=[self.digest]),
            "api note": url("api_note", self.note),
            "api notes": url("api_notes"),
            "api overview": url("api_overview"),
            "api digest": reverse("api_own_digest", args=[self.digest]),
        }
        self.of_the_note = {"note", "api note", "reply", "api reply"}  # the others show the rest
        self.writes = {"reply": url("clinical_note_reply", self.note), "api reply": url("api_replies", self.note)}

    @staticmethod
    def _url(patient: UUID, name: str, *more: UUID) -> str:
        return reverse(name, args=[patient, *more])

    def weekly(self) -> list[list[str | int]]:
        """What her summary of this very week would refer to."""
        today = self.clinician.viewer.today
        return self.clinician.does(summaries.references, today - timedelta(days=today.weekday()), today)  # type: ignore[no-any-return] # her own word

    def digested(self) -> UUID:
        """Her weekly summary of this very week, made while she may see the note."""
        today = self.clinician.viewer.today
        digest = Digest(
            user_id=self.clinician.id,
            kind=Weekly.CLINICIAN_WEEK,
            period_start=today - timedelta(days=today.weekday()),
            zone=self.clinician.viewer.zone,
            references=self.weekly(),
            made_at=Now(),
        )
        with as_owner():
            digest.save(force_insert=True)
        return digest.pk

    # -- What takes it away, and what gives it back --------------------------------------------------------------------
    def takings(self) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
        """By name: how the patient takes the note from the clinician, and how she gives it back."""
        shares = partial(self.patient.shares, until=self.until)
        others = [one for one in EVERYTHING if one != Category.MY_NOTES]
        sees: Any = partial(self.patient.does, set_audience, ProgressNote, self.note)
        everybody = partial(sees, audience=Audience.CATEGORY)
        everything = partial(shares, self.clinician, *EVERYTHING, labels=[LABEL])
        return {
            "pause": (self.patient.pauses, self.patient.resumes),
            "stop": (partial(self.patient.stops, self.clinician), self.comes_back),
            "topic off": (partial(shares, self.clinician, *others, labels=[LABEL]), everything),
            "everything off": (partial(shares, self.clinician), everything),
            "expiry": (self.runs_out, everything),
            "label off": (partial(shares, self.clinician, *EVERYTHING), everything),
            "only me": (partial(sees, audience=Audience.ONLY_ME), everybody),
            "named others": (
                partial(sees, audience=Audience.NAMED, named=[self.nurse.member.id]),
                everybody,
            ),
        }

    def comes_back(self) -> None:
        with as_owner():
            joins(self.patient, self.clinician.user, "Psychiatrist", EVERYTHING, [LABEL])

    def runs_out(self) -> None:
        """The topic's consent, dated to end in a moment; then that moment passes by the database's clock."""
        member = self.clinician.member
        live = Consent.objects.filter(member=member, kind=Kind.CATEGORY, code=Category.MY_NOTES, ended_at=None)
        with as_owner():
            live.update(ended_at=Now(), ended_by=self.patient.id)
            Consent(
                member=member,
                patient_id=self.patient.id,
                user_id=self.clinician.id,
                kind=Kind.CATEGORY,
                code=Category.MY_NOTES,
                ends_at=Now() + SHORTLY,
                created_by=self.patient.id,
            ).save(force_insert=True)
            deadline = time.monotonic() + PATIENCE
            while live.filter(ends_at__gt=Now()).exists():
                assert time.monotonic() < deadline
                time.sleep(0.005)

    # -- Asking --------------------------------------------------------------------------------------------------------
    def asks(self, what: str, held: Held | None = None) -> Any:
        """The clinician's request, all of it: what came, its words made readable."""
        by_program = what.startswith("api ")
        client, headers = (self.program.client, self.program.headers) if by_program else (self.browser, {})
        client.raise_request_exception = False
        with connection.execute_wrapper(held) if held else nullcontext():
            if what in self.reads:
                return client.get(self.reads[what], headers=headers)
            self.replies += 1
            words: Any = {"text": f"reply {self.replies}"}
            if by_program:
                body = json.dumps({"kind": "reply", **words})
                once = {**headers, "Idempotency-Key": f"reply {self.replies}"}
                return client.post(self.writes[what], body, headers=once, content_type="application/json")
            return client.post(self.writes[what], words)

    def wrote(self, what: str) -> bool:
        """Whether this was a reply, and it is there."""
        if what not in self.writes:
            return False
        with as_owner():
            return NoteReply.unscoped("a test of races").filter(text=f"reply {self.replies}").exists()

    def begins(self, what: str, held: Held) -> Future[Any]:
        """The same in the clinician's thread, held; it comes back when it stopped there, or was over before."""

        def whole() -> Any:
            try:
                return self.asks(what, held)
            finally:
                held.reached.set()

        going = self.asker.submit(whole)
        assert held.reached.wait(PATIENCE)
        return going

    def in_her_thread(self, act: Callable[[], Any]) -> Any:
        """The patient does it, in her thread, and it is committed."""
        return self.taker.submit(act).result(PATIENCE)

    def leave(self) -> None:
        """Both connections are closed."""
        for thread in (self.asker, self.taker):
            thread.submit(lambda: connection.close()).result(PATIENCE)  # noqa: PLW0108 - its own, found in the thread
            thread.shutdown()


def shows(answer: Any) -> bool:
    """Whether a word of the note is in it."""
    return WORD in answer.content.decode(errors="replace")
