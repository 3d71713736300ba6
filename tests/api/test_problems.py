"""Every refusal is a problem document, whoever refuses: a service, the API's library, or Django before either."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from careteam.goals.queries import goals
from tests.api.programs import ABSENT, JSON, PROBLEM, V1, Program
from tests.api.world import World
from tests.conftest import Maren


def is_a_problem(response: Any, status: int) -> dict[str, Any]:
    body: dict[str, Any] = response.json() if response.content else {}
    assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert response["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    return body


def raw(program: Program, path: str, body: bytes | str, kind: str = JSON) -> Any:
    return program.client.generic(
        "POST", V1 + path, body, content_type=kind, headers={**program.headers, "Idempotency-Key": "raw"}
    )


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MADEUP"])
@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing/",
        "me",
        "patients/",
        "patients/7/goals/",
        f"patients/{ABSENT}/nothing/",
        "schema/x",
        "%00",
        "%ff",
        "%0a",
    ],
)
def test_an_unknown_address_is_404_in_whatever_way_it_is_asked(db: None, method: str, path: str) -> None:
    body = is_a_problem(Client().generic(method, V1 + path), 404)
    assert body == {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing here."}


def test_a_foreign_host_and_an_older_api_are_problems_too(db: None) -> None:
    is_a_problem(Client().get(f"{V1}me/", headers={"Host": "elsewhere.example"}), 400)
    is_a_problem(Client().get("/api/v0/me/"), 404)


def test_a_method_that_is_not_there_says_which_are(maren: Program, patient: Maren) -> None:
    refused = maren.delete(f"patients/{patient.id}/goals/")
    is_a_problem(refused, 405)
    assert refused["Allow"] == "GET, HEAD, POST"
    is_a_problem(maren.ask("OPTIONS", "me/"), 405)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_what_is_not_json_is_415(maren: Program, patient: Maren, kind: str) -> None:
    is_a_problem(raw(maren, f"patients/{patient.id}/goals/", "words=x", kind), 415)


def test_an_answer_that_nobody_accepts_is_406(maren: Program) -> None:
    is_a_problem(maren.get("me/", accept="image/png"), 406)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "nonsense",
        b"\xff\xfe{}",
        b'{"words": "\xc3"}',
        '{"words": NaN}',
        '{"words": Infinity}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"words": ' + "9" * 5_000 + "}",
        "\ufeff{}",
    ],
)
@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=hex", f"{JSON}; charset=utf-16", f"{JSON}; charset=nonsense"])
def test_what_cannot_be_read_is_400(maren: Program, patient: Maren, body: bytes | str, kind: str) -> None:
    is_a_problem(raw(maren, f"patients/{patient.id}/goals/", body, kind), 400)


@pytest.mark.parametrize("body", ["[]", '[{"words": "x"}]', '"words"', "7", "null", "true", ""])
def test_json_that_is_no_object_is_400(maren: Program, patient: Maren, body: str) -> None:
    is_a_problem(raw(maren, f"patients/{patient.id}/goals/", body), 400)


def test_more_than_a_megabyte_is_413_whatever_its_kind(maren: Program, patient: Maren) -> None:
    is_a_problem(raw(maren, f"patients/{patient.id}/notes/", json.dumps({"text": "x" * 1_000_001})), 413)


ROOMS: tuple[str, ...] = ("goals", "notes", "measures", "check-ins", "events", "treatments", "procedures", "levels")
ROOMS += ("conditions", "hard-days")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "name", ["id", "patient", "author", "version", "status_", "source", "withdrawn_at", "\ud800", "\0"]
)
def test_an_unknown_field_is_named_and_nothing_is_saved(maren: Program, patient: Maren, room: str, name: str) -> None:
    forms: dict[str, dict[str, Any]] = {
        "goals": {"words": "w"},
        "notes": {"text": "t"},
        "measures": {"answers": {"1": 0}},
        "check-ins": {"mood": "low"},
        "events": {"words": "w", "on": "2026"},
        "treatments": {"name": "n"},
        "procedures": {"code": "ect"},
        "levels": {"substance": "s", "value": "1", "unit": "u", "on": "2025"},
        "conditions": {"name": "n"},
        "hard-days": {"parts": [{"words": "w"}]},
    }
    sent = forms[room]
    body = is_a_problem(maren.post(f"patients/{patient.id}/{room}/", sent | {name: "x"}), 400)
    assert body["errors"] == [{"field": name, "detail": "There is no such field."}]
    assert maren.get(f"patients/{patient.id}/{room}/").json()["results"] == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(("me/", name) for name in ("id", "role", "email", "is_active", "weekly_mail", "patient")),
        *(
            (f"patients/{{w.patient}}/{room}/{{w.{one}}}/", name)
            for room, one in (
                ("goals", "goal"),
                ("notes", "note"),
                ("treatments", "medicine"),
                ("procedures", "procedure"),
                ("levels", "level"),
                ("conditions", "condition"),
                ("hard-days", "hard_days"),
                ("check-ins", "check_in"),
                ("events", "event"),
            )
            for name in ("id", "patient", "author", "version", "audience", "named", "labels", "withdrawn_at", "source")
        ),
    ],
)
def test_a_change_reaches_no_field_that_is_not_offered(maren: Program, world: World, path: str, name: str) -> None:
    here = path.format(w=world)
    before = maren.get(here).content
    tag = maren.get(here).headers.get("ETag", "")
    body = is_a_problem(maren.patch(here, {name: "x"}, if_match=tag), 400)
    assert body["errors"] == [{"field": name, "detail": "There is no such field."}]
    assert maren.get(here).content == before


def test_unknown_fields_by_the_thousand_are_answered_shortly(maren: Program, patient: Maren) -> None:
    refused = maren.post(f"patients/{patient.id}/goals/", {f"field{number}": 1 for number in range(20_000)})
    assert len(is_a_problem(refused, 400)["errors"]) == 50


def test_inner_fields_are_named_by_their_way(maren: Program, patient: Maren) -> None:
    goals_ = f"patients/{patient.id}/goals/"
    body = maren.post(goals_, {"words": "w", "steps": [{"text": "a"}, {"text": "b", "when": "x"}]}).json()
    assert body["errors"] == [{"field": "steps.1.when", "detail": "There is no such field."}]
    medicine = {"name": "n", "periods": [{"amount": "50", "unit": "mg"}, {"amount": "1,000", "unit": "mg"}]}
    refused = is_a_problem(maren.post(f"patients/{patient.id}/treatments/", medicine), 422)
    assert [one["field"] for one in refused["errors"]] == ["periods.1.amount"]


UNSTORABLE = ["nul\0here", "lone \ud800 surrogate", "\udfff"]


@pytest.mark.parametrize("text", UNSTORABLE)
def test_text_that_no_database_stores_is_refused_in_every_field(maren: Program, patient: Maren, text: str) -> None:
    home = f"patients/{patient.id}"
    dose = {"amount": "5", "unit": "mg"}
    tries: list[tuple[str, dict[str, Any]]] = [
        *((f"{home}/goals/", {"words": "w"} | {name: text}) for name in ("words", "why", "target", "achievement")),
        (f"{home}/goals/", {"words": "w", "steps": [{"text": text}]}),
        *((f"{home}/notes/", {"text": "t"} | {name: text}) for name in ("text", "title", "audience")),
        (f"{home}/notes/", {"text": "t", "labels": [text]}),
        (f"{home}/notes/", {"text": "t", "audience": "named", "named": [text]}),
        *(
            (f"{home}/treatments/", {"name": "n"} | {name: text})
            for name in ("name", "purpose", "route_form", "start", "end", "status", "stopped_why", "side_effects")
        ),
        *(
            (f"{home}/treatments/", {"name": "n", "periods": [dose | {name: text}]})
            for name in ("amount", "unit", "times")
        ),
        (f"{home}/measures/", {"answers": {"1": text}}),
        (f"{home}/measures/", {"answers": {text: 1}}),
    ]
    for path, body in tries:
        assert maren.post(path, body).status_code in (400, 422), body
    for name in ("name", "zone"):
        assert maren.changes("me/", {name: text}).status_code in (400, 422)
    assert patient.does(goals, patient.id).items == ()


@pytest.mark.parametrize("value", [7, 7.5, True, [], {}, None, ["x"], {"x": 1}])
def test_what_is_no_text_does_not_become_one(maren: Program, patient: Maren, value: Any) -> None:
    is_a_problem(maren.post(f"patients/{patient.id}/goals/", {"words": value}), 400)


@override_settings(ROOT_URLCONF="tests.api.refusing_urls")
def test_asked_too_often_says_when_to_come_back(maren: Program) -> None:
    refused = maren.client.get(f"{V1}throttled/", headers=maren.headers)
    is_a_problem(refused, 429)
    assert refused["Retry-After"] == "3"


@override_settings(ROOT_URLCONF="tests.api.refusing_urls")
def test_a_fault_of_ours_is_a_problem_without_a_word_and_leaves_nothing_behind(maren: Program, patient: Maren) -> None:
    maren.client.raise_request_exception = False
    failed = maren.client.post(f"{V1}broken/", headers=maren.headers)
    body = is_a_problem(failed, 500)
    assert body["detail"] == "Something went wrong here. Nothing was changed."
    assert b"words of a record" not in failed.content
    patient.user.refresh_from_db()
    assert patient.user.name == "Maren Holt"


def test_a_megabyte_is_what_the_settings_say() -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE == 1_000_000
