"""The log's lock: every answer that showed a record to somebody else has its row in the transaction of the reading.

A middleware in the suite's settings notes what each request of a non-patient reads and what it writes into the log;
any test in which an answer showed more than was logged fails (pytest_runtest_call below). Two things are compared:
each record that was read as an object must be in a row by its id, and each table of records that answered a statement
must be in one by its category. What is read to decide and is not shown is let through by the names below.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

import pytest

from careteam.treatments.dose_table import TABLE_VERSION

ROOT = str(Path(__file__).parents[1])
OURS = tuple(f"{ROOT}/{folder}/" for folder in ("careteam", "frontend", "tests"))
FAILED = 400
WORD = 5  # letters; shorter ones stand on any page
REDIRECTS = range(300, 400)
LOG = 'INSERT INTO "audit_auditevent"'
# Beside the silent purposes (check, select, preview): what decides and shows nothing, by the name of its function.
DECIDING = {
    ("careteam/notes/queries.py", "next_mark"): "the id of one's own last note marks the next one's form",
    ("careteam/measures/standing.py", "candidates"): "what may be the baseline; the page tells of the one that is",
    ("careteam/sharing/records.py", "one_visible"): "the one row that a change is about",
    ("careteam/summaries/beginnings.py", "anchors"): "beside what the baseline is looked for; nothing of it is told",
    ("careteam/summaries/due.py", "overdue_for"): "when each plan is due; it tells of those that are late",
}
# These judge many and tell of a few. What they read and did not tell of is not on the page: no word of the record is,
# or the patient is not.
JUDGING = {
    ("careteam/summaries/caseload.py", "caseload"): "patient",
    ("careteam/summaries/timeline.py", "timeline"): "words",
    ("careteam/procedures/tried.py", "given"): "words",  # of which the ledger tells of a few
    ("careteam/procedures/tried.py", "measured"): "words",
    ("careteam/treatments/queries.py", "changes"): "words",  # of which those of some days are told
    ("careteam/procedures/queries.py", "changes"): "words",
    ("careteam/notes/queries.py", "progress_notes"): "words",  # one more than fits tells that there are more
}


@cache
def record_tables() -> dict[str, str]:
    """Each table that holds words of a record, with the category by which the log tells of it."""
    from django.apps import apps  # noqa: PLC0415 - needs settings

    from careteam.audit.models import BELOW  # noqa: PLC0415 - the same
    from careteam.sharing.records import Owned, Record  # noqa: PLC0415 - the same

    owned = [model for model in apps.get_models() if issubclass(model, Owned)]
    return {one._meta.db_table: one.category.value if issubclass(one, Record) else BELOW for one in owned}


@lru_cache(maxsize=4096)
def asked(sql: str) -> frozenset[str]:
    """The tables of records from which a SELECT itself takes rows; those of its conditions decide alone."""
    depth, outer = 0, []
    for part in re.split(r"([()])", sql):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if depth == 0:
            outer.append(part)
    own = " ".join(outer)
    if " FROM " in own and not re.search(r' FROM +"', own):
        own = sql  # from a sub-query: whatever is in it
    return frozenset(re.findall(r'(?:FROM|JOIN) +"(\w+)"', own)) & record_tables().keys()


def frames() -> Iterator[tuple[str, FrameType]]:
    """The functions of careteam's own that are under way, innermost first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(OURS):
            yield path[len(ROOT) + 1 :], frame
        frame = frame.f_back


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that was read of a record: whose, which words, by whom, and whether among others to choose from."""

    where: str
    judged: str = ""
    patient: UUID | None = None
    words: tuple[str, ...] = ()

    def is_worded_in(self, body: str, told: str = "") -> bool:
        """Whether an answer says a word of it that no record it tells of says too.

        One that has no words may be said in another way.
        """
        return not self.words or any(word in body and word not in told for word in self.words)


@dataclass
class Watch:
    """One request of somebody who is not the patient: what it read and what the log was told."""

    read: dict[UUID, Reading] = field(default_factory=dict)
    touched: dict[str, Reading] = field(default_factory=dict)  # by category
    told: list[tuple[str, Any]] = field(default_factory=list)  # ("row", parameters) or ("savepoint", name)

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around each statement of the request."""
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT"):
            tables = asked(sql)
            if tables and context["cursor"].rowcount and (here := reading()):
                for table in tables:
                    self.touched.setdefault(record_tables()[table], here)
        elif sql.startswith(LOG):
            self.told.append(("row", params))
        elif sql.startswith("SAVEPOINT"):
            self.told.append(("savepoint", sql.rsplit(maxsplit=1)[-1]))
        elif sql.startswith("ROLLBACK TO"):
            del self.told[self.told.index(("savepoint", sql.rsplit(maxsplit=1)[-1])) :]
        return result

    def faults(self, request: Any, response: Any) -> Iterator[str]:
        """What this answer showed and the log was not told of."""
        undone = response.status_code >= FAILED or getattr(request, "view_failed", False)
        undone = undone and not getattr(response, "shows_records", False)
        told = () if undone else flat([params for kind, params in self.told if kind == "row"])
        body = response.content.decode(errors="replace") if not hasattr(response, "draw") else ""
        # Dates of the page's own, which are no record's, be it of that day or month.
        for own in (TABLE_VERSION, *([request.viewer.today.isoformat()] if request.viewer else [])):
            body = body.replace(own, "")
        words = "\n".join(word for record, one in self.read.items() if str(record) in told for word in one.words)
        for record, one in self.read.items():
            if undone:
                shown = bool(one.words) and one.is_worded_in(body)
            elif one.judged == "words":
                shown = one.is_worded_in(body, words)
            else:
                shown = not one.judged or str(one.patient) in body
            if shown and str(record) not in told:
                yield f"shows {record} without a row in the log ({one.where})"
        for category, one in self.touched.items():
            if not undone and not one.judged and category not in told:
                yield f"shows something of {category} without a row in the log ({one.where})"


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)
faults: list[str] = []


def reading() -> Reading | None:
    """By whom something is read just now; None when it is to decide alone."""
    from careteam.audit.models import SILENT  # noqa: PLC0415 - needs settings

    names, judged = [], ""
    for path, frame in frames():
        name = (path, frame.f_code.co_name)
        if name in DECIDING or frame.f_locals.get("purpose") in SILENT:
            return None
        judged = judged or JUDGING.get(name, "")
        names.append(f"{path}:{frame.f_code.co_name}")
    return Reading(" < ".join(names[2:8]), judged)


def flat(params: Any) -> Collection[str]:
    """Every single value in the parameters of statements."""
    found: set[str] = set()
    waiting = [params]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple):
            waiting += one
        else:
            found.add(str(one))
    return found


class Watched:
    """The innermost middleware of the suite: inside the request's transaction."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        from django.db import connection  # noqa: PLC0415 - needs settings

        if request.viewer is not None and request.viewer.is_patient:
            return self.get_response(request)
        watch = Watch()
        token = _watch.set(watch)
        try:
            with connection.execute_wrapper(watch.statement):
                response = self.get_response(request)
        finally:
            _watch.reset(token)
        shown = hasattr(response, "draw") or response.streaming or response.content
        if shown and response.status_code not in REDIRECTS and (watch.read or watch.touched):
            faults.extend(f"{request.method} {request.path} {fault}" for fault in watch.faults(request, response))
        return response


def watch_objects() -> None:
    """Note each record that is made an object of while somebody who is not the patient asks."""
    from django.db import models  # noqa: PLC0415 - needs settings

    from careteam.sharing.records import Owned, Records  # noqa: PLC0415 - the same

    plain = models.Model.from_db.__func__  # type: ignore[attr-defined] # a class method's function

    def from_db(cls: type[Any], db: Any, names: Any, values: Any) -> Any:
        made = plain(cls, db, names, values)
        watch = _watch.get()
        if watch is not None:
            here = reading()
            if here is not None:
                known = made.__dict__
                words = (known.get(name) for name in cls.content)
                said = tuple(word for word in words if isinstance(word, str) and len(word) >= WORD)
                earlier = watch.read.get(made.pk)
                if not (here.judged and earlier and not earlier.judged):  # judged once more is shown all the same
                    watch.read[made.pk] = replace(here, patient=known.get("patient_id"), words=said)
        return made

    Owned.from_db = classmethod(from_db)  # type: ignore[assignment,method-assign] # for the suite alone
    whole = Records.disclose_to

    def disclose_to(self: Any, viewer: Any, **how: Any) -> Any:
        watch = _watch.get()
        before = dict(watch.read) if watch else {}
        found = whole(self, viewer, **how)
        if watch:  # one more than fits is read, to know that there are more, and is dropped there
            for record in watch.read.keys() - {one.pk for one in found}:
                if record in before:
                    watch.read[record] = before[record]
                else:
                    del watch.read[record]
        return found

    Records.disclose_to = disclose_to  # type: ignore[method-assign] # the same


@contextmanager
def forgiven() -> Iterator[list[str]]:
    """For the lock's own test: what the block was at fault with, taken off the list."""
    before = len(faults)
    found: list[str] = []
    yield found
    found += faults[before:]
    del faults[before:]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test in which something was shown and not told of has failed, whatever else it says."""
    del faults[:]
    result = yield
    assert not faults, "\n".join(sorted(set(faults)))
    return result
