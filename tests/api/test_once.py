"""What makes something asks for an Idempotency-Key, and makes it once."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any
from uuid import UUID

from django.db import connection

from careteam.notes.services import withdraw_note
from careteam.once.models import Sending
from careteam.once.services import once
from careteam.sharing.team import stop
from tests.api.programs import ABSENT, PROBLEM, Program, in_the_browser_of
from tests.api.world import World
from tests.conftest import Clinician, Maren, as_owner

NEW: dict[str, dict[str, Any]] = {
    "goals": {"words": "Swim"},
    "notes": {"text": "slept"},
    "measures": {"answers": {"1": 1, "9": 1}},
    "treatments": {"name": "Ketamine"},
    "visits": {"start": "2150-07-01T10:00"},
    "questions": {"words": "May I swim?"},
    "calls": {"words": "Friday"},
    "check-ins": {"mood": "low"},
    "events": {"words": "Moved", "on": "2026-03"},
    "procedures": {"code": "ect", "start": "2025-03"},
    "levels": {"substance": "Lithium", "value": "0.7", "unit": "mmol/L", "on": "2025-05"},
    "conditions": {"name": "Asthma"},
    "hard-days": {"parts": [{"heading": "Mornings", "words": "Window."}]},
}

CHANGED: dict[str, dict[str, Any]] = {
    "notes": {"title": "x"},
    "measures": {"answers": {"1": 2}},
    "treatments": {"purpose": "x"},
    "visits": {"place": "x"},
    "check-ins": {"mood": "good"},
    "procedures": {"start": "2024"},
    "levels": {"value": "0.8"},
    "conditions": {"name": "x"},
    "hard-days": {"parts": [{"words": "x"}]},
    "plans": {"weeks": 2},
    "replies": {"text": "x"},
}


def test_everything_new_asks_for_its_key_and_is_made_once(maren: Program, world: World, gp: Clinician) -> None:
    home = f"patients/{world.patient}"
    member = {"practitioner": str(gp.id), "weeks": 4}
    bodies = {**NEW, "plans": member, f"notes/{world.note}/replies": {"kind": "reply", "text": "and today"}}
    bodies["calls"] |= {"named": [str(gp.member.id)]}
    for room, body in bodies.items():
        place = f"{home}/{room}/"
        for without in ("", "  ", "k" * 256):
            refused = maren.post(place, body, idempotency_key=without)
            assert (refused.status_code, refused["Content-Type"]) == (400, PROBLEM), room
            assert "Idempotency-Key" in refused.json()["detail"]
        first = maren.post(place, body, idempotency_key=room)
        again = maren.post(place, dict(reversed(body.items())), idempotency_key=room)
        assert first.status_code == 201, (room, first.json())
        assert (again.status_code, again.content, again["ETag"]) == (201, first.content, first["ETag"]), room
        assert again["Location"] == first["Location"]
        other = maren.post(place, body | CHANGED.get(place.split("/")[-2], {"words": "x"}), idempotency_key=room)
        assert other.status_code == 422, room
    with as_owner():
        assert Sending.objects.count() == len(bodies)
    assert "help" in maren.post(f"{home}/measures/", bodies["measures"], idempotency_key="measures").json()


def test_a_key_shows_what_may_be_seen_now_and_nothing_else(
    maren: Program, lee: Program, yusuf: Program, world: World, patient: Maren
) -> None:
    home = f"patients/{world.patient}"
    note: dict[str, Any] = {"text": "slept", "audience": "category"}
    made = maren.post(f"{home}/notes/", note, idempotency_key="k").json()["id"]
    assert in_the_browser_of(patient).post(f"{home}/notes/", note, idempotency_key="k").json()["id"] == made
    maren.changes(f"{home}/notes/{made}/", {"text": "slept well"})
    assert maren.post(f"{home}/notes/", note, idempotency_key="k").json()["text"] == "slept well"
    reply = {"kind": "reply", "text": "good"}
    assert lee.post(f"{home}/notes/{made}/replies/", reply, idempotency_key="k").status_code == 201
    signed = {"text": "Plan.", "sign": True, "labels": ["trauma"]}
    first = lee.post(f"{home}/notes/", signed, idempotency_key="signed")
    patient.does(withdraw_note, made)
    assert lee.post(f"{home}/notes/{made}/replies/", reply, idempotency_key="k").status_code == 404
    draft = {"text": "Not finished."}
    drafted = lee.post(f"{home}/notes/", draft, idempotency_key="draft")
    assert lee.post(f"{home}/notes/", draft, idempotency_key="draft").content == drafted.content
    assert lee.post(f"{home}/notes/", signed, idempotency_key="signed").content == first.content
    assert first.json()["labels"] == ["trauma"]
    lee.delete(f"{home}/notes/drafts/{drafted.json()['id']}/", if_match=drafted["ETag"])
    assert lee.post(f"{home}/notes/", draft, idempotency_key="draft").status_code == 404
    patient.does(stop, world.member)
    for key, body in (("signed", signed), ("draft", draft)):
        assert lee.post(f"{home}/notes/", body, idempotency_key=key).status_code == 404
    with as_owner():
        assert not [one for one in Sending.objects.values_list("key", "request") if "slept" in str(one)]


def test_while_the_first_is_answered_the_same_is_a_conflict(commits: None, maren: Program, patient: Maren) -> None:
    begun, go_on = Event(), Event()
    place, body = f"patients/{patient.id}/goals/", {"words": "Swim"}
    said = "\n".join(["POST", f"/api/v1/{place}", '{"words": "Swim"}'])

    def slowly() -> UUID:
        begun.set()
        assert go_on.wait(10)
        return ABSENT

    def sends() -> None:
        try:
            patient.does(once, "k", said, slowly, status=201)
        finally:
            connection.close()

    first = Thread(target=sends)
    first.start()
    assert begun.wait(10)
    told = maren.post(place, body, idempotency_key="k")
    go_on.set()
    first.join(10)
    assert (told.status_code, told["Content-Type"]) == (409, PROBLEM)
    assert maren.post(place, body, idempotency_key="k").status_code == 404  # what it made is not there
