"""The schema is valid, complete, and the page that draws it works under the policy of every page."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management import call_command
from django.test import Client

from tests.api.programs import schema

V1 = "/api/v1/"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_schema_is_valid_and_nothing_in_it_was_guessed() -> None:
    said = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=said)
    assert "openapi: 3" in said.getvalue()


def test_it_is_served_to_anybody_and_holds_nothing_of_anybody(db: None) -> None:
    served = Client().get(f"{V1}schema/")
    assert served.status_code == 200
    assert b"careteam" in served.content


def test_every_operation_says_how_it_is_signed_in_to_and_how_it_refuses() -> None:
    assert len(operations()) > 40
    for path, method, operation in operations():
        assert operation["security"] == [{"token": []}, {"cookieAuth": []}], f"{method} {path}"
        refused = operation["responses"]["default"]["content"]
        assert list(refused) == ["application/problem+json"], f"{method} {path}"
        assert operation["description"], f"{method} {path}"
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_every_change_of_what_there_is_names_the_etag_it_was_seen_with() -> None:
    without = {
        operation["operationId"]
        for _, method, operation in operations()
        if method in ("put", "patch", "delete")
        and not any(one["name"] == "If-Match" and one.get("required") for one in operation.get("parameters", []))
    }
    # What takes away asks for nothing; reminders are one's own, silent, and show nobody anything.
    assert without == {"pause", "stop", "tell_no_more", "reminders_pause", "reminders_resume"}


def test_every_request_that_makes_something_names_its_key_and_every_other_its_etag() -> None:
    posts = {
        operation["operationId"]: {
            one["name"] for one in operation.get("parameters", []) if one["in"] == "header" and one.get("required")
        }
        for _, method, operation in operations()
        if method == "post"
    }
    assert {name for name, asked in posts.items() if asked == {"Idempotency-Key"}} == {
        *(f"{room}_create" for room in ("goals", "notes", "measures", "treatments", "visits", "questions", "plans")),
        *(f"{room}_create" for room in ("calls", "check_ins", "events", "procedures", "levels", "conditions")),
        "hard_days_create",
        "notes_reply",
        "acknowledgements_create",
        *(f"{room}_correction_create" for room in ("measures", "check_ins", "events", "treatments", "procedures")),
        *(f"{room}_correction_create" for room in ("levels", "conditions", "visits", "questions")),
    }
    # Saving nothing; and what is the same however often it is said.
    same = {"questions_move", "calls_done", "treatments_taken", "corrections_settle"}
    assert {name for name, asked in posts.items() if not asked} == {"share_preview", *same}
    assert all(len(asked) <= 1 for asked in posts.values())


def test_what_goes_out_is_said_whole() -> None:
    for name in (
        "GoalView",
        "NoteView",
        "MeasureView",
        "MedicineView",
        "Overview",
        "Caseload",
        "VisitSummary",
        "DigestView",
        "OwnWeek",
    ):
        component = schema()["components"]["schemas"][name]
        assert component["additionalProperties"] is False
        assert component["required"] == list(component["properties"])


def test_what_comes_in_never_holds_what_the_server_decides() -> None:
    for path, method, operation in operations():
        for body in operation.get("requestBody", {}).get("content", {}).values():
            name = body["schema"]["$ref"].rsplit("/", 1)[-1]
            fields = schema()["components"]["schemas"][name]["properties"]
            assert not fields.keys() & {"id", "author", "version", "recorded_at", "effective_at"}, f"{method} {path}"
