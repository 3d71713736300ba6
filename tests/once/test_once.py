"""A request that makes something makes it once: repeated, overlapping, changed, a day later, hidden meanwhile."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.goals.queries import goals
from careteam.goals.services import add_goal
from careteam.once.models import Sending
from careteam.once.services import AnotherRequest, Made, StillRunning, forget_old_sendings, once
from careteam.sharing.errors import Invalid
from tests.conftest import Clinician, Maren, Person, as_owner


def aged(hours: float) -> None:
    with as_owner():
        Sending.objects.update(at=Now() - timedelta(hours=hours))


def kept() -> int:
    with as_owner():
        return Sending.objects.count()


def test_a_key_stands_for_one_request_of_one_person_for_a_day(patient: Maren, psychiatrist: Clinician) -> None:
    made: list[UUID] = []

    def send(who: Person = patient, key: str = "k", request: str = "walk", **more: Any) -> Made:
        def make() -> UUID:
            made.append(new_id())
            return made[-1]

        found: Made = who.does(once, key, request, make, status=201, **more)
        return found

    first = send()
    assert (first.again, send(), len(made)) == (False, Made(first.id, 201, again=True), 1)
    with pytest.raises(AnotherRequest):
        send(request="swim")
    assert [send(key="other").again, send(psychiatrist).again, len(made)] == [False, False, 3]

    def refuse() -> UUID:
        raise Invalid(words="no")

    with pytest.raises(Invalid):
        patient.does(once, "refused", "walk", refuse, status=201)
    assert send(key="refused").again is False  # what was refused keeps no key

    aged(23.9)
    forget_old_sendings()
    assert send().again
    aged(24.1)
    assert send(request="swim").again is False  # a day later it is a new key
    assert kept() == 4


def test_the_wall_keeps_everybodys_keys_apart_and_lets_only_old_ones_be_forgotten(
    patient: Maren, psychiatrist: Clinician
) -> None:
    patient.does(once, "k", "walk", new_id, status=201)
    with psychiatrist.acting(), connection.cursor() as cursor:
        assert Sending.objects.count() == 0
        cursor.execute("DELETE FROM once_sending")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("UPDATE once_sending SET status = 0")
    assert kept() == 1
    with as_owner():
        row = Sending.objects.get()
        assert "k" not in (row.key, row.request)
        assert len(row.key) == len(row.request) == 64
    aged(25)
    psychiatrist.does(lambda viewer: forget_old_sendings())
    assert kept() == 0


def test_while_the_first_is_under_way_another_is_told_so_or_waits_for_it(commits: None, patient: Maren) -> None:
    begun, go_on = Event(), Event()
    found: dict[str, Any] = {}

    def slowly() -> UUID:
        begun.set()
        assert go_on.wait(10)
        goal: UUID = add_goal(patient.viewer, words="Walk to the lake")
        return goal

    def send(name: str, **more: Any) -> None:
        try:
            found[name] = patient.does(once, "k", "walk", slowly, status=201, **more)
        except StillRunning as running:
            found[name] = running
        finally:
            connection.close()

    first, waits = Thread(target=send, args=["first"]), Thread(target=send, args=["waits"], kwargs={"wait": True})
    first.start()
    assert begun.wait(10)
    send("told")
    waits.start()
    go_on.set()
    first.join(10)
    waits.join(10)
    assert isinstance(found["told"], StillRunning)
    assert (found["first"].again, found["waits"]) == (False, Made(found["first"].id, 201, again=True))
    assert [one.id for one in patient.does(goals, patient.id).items] == [found["first"].id]


def test_eight_at_once_make_one(commits: None, patient: Maren) -> None:
    together = Barrier(8)
    found: list[Made] = []

    def send() -> None:
        together.wait(10)
        try:
            found.append(
                patient.does(once, "k", "walk", lambda: add_goal(patient.viewer, words="Walk"), status=302, wait=True)
            )
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 8
    assert len({one.id for one in found}) == 1
    assert sum(not one.again for one in found) == 1
    assert len(patient.does(goals, patient.id).items) == 1
