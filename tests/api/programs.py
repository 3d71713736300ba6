"""Programs that use the API. What they are answered is held against the schema, word by word."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # ships no types

from careteam.accounts.services import create_token
from tests.conftest import Person

V1 = "/api/v1/"
JSON = "application/json"
PROBLEM = "application/problem+json"
ABSENT = UUID("01900000-0000-7000-8000-000000000000")


@dataclass
class Program:
    """Something that asks: with somebody's token, from her browser, or as nobody."""

    client: Client = field(default_factory=Client)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request, a POST with a key of its own unless one is given; the answer is what the schema says."""
        if method == "POST" and "Idempotency-Key" not in headers:
            headers = {"idempotency_key": secrets.token_hex(8), **headers}
        response = self.look(path, method, body, **headers)
        says_what_the_schema_says(method, response)
        return response

    def look(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        """The same, and what is answered is taken as it is."""
        sent = {} if body is None else {"data": json.dumps(body), "content_type": JSON}
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, V1 + path, **sent, headers={**self.headers, **asked})  # type: ignore[arg-type] # its stub

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)

    def changes(self, path: str, body: Any = None, *, how: str = "PATCH", below: str = "") -> Any:
        """Get it, then change it (or what stands below its address), as a careful program does."""
        return self.ask(how, path + below, body, if_match=self.get(path)["ETag"])


def told(log: Any) -> list[str]:
    """The sentences of a page of the access log, newest first."""
    return [one["words"] for day in log.json()["days"] for one in day["told"]]


def program_of(person: Person) -> Program:
    """A program that somebody gave a token."""
    token = person.does(create_token, name="a script", until=person.viewer.today + timedelta(days=30))
    return Program(headers={"Authorization": f"Bearer {token}"})


def in_the_browser_of(person: Person) -> Program:
    """Somebody's own browser, where she is signed in."""
    return Program(client=person.browser)


NOBODY = Program()


# -- The schema --------------------------------------------------------------------------------------------------------
@cache
def schema() -> dict[str, Any]:
    """What `/api/v1/schema/` says."""
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


@cache
def _components() -> dict[str, Any]:
    found: dict[str, Any] = _nullable(schema()["components"])
    return found


def says_what_the_schema_says(method: str, response: Any) -> None:
    """Status, kind and body of an answer, against the operation it belongs to."""
    match = getattr(response, "resolver_match", None)
    if match is None or match.view_name in {"api_nothing", "api_docs", "schema"} or response.status_code == 304:
        return
    path = "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", match.route)
    operation = schema()["paths"][path].get(method.lower())
    if operation is None:
        assert response.status_code == 405, f"{method} {path} is not in the schema"
        return
    answers = operation["responses"]
    status = str(response.status_code)
    assert status in answers or response.status_code >= 400, f"{method} {path} does not say that it answers {status}"
    said = answers.get(status, answers["default"])
    if "content" not in said:
        assert response.content == b""
        return
    kind = response.headers["Content-Type"]
    assert kind in said["content"], f"{method} {path} answered {kind}"
    if "json" in kind:
        faults = _validator(path, method, status if status in answers else "default", kind).iter_errors(response.json())
        assert [f"{fault.json_path}: {fault.message}" for fault in faults] == [], f"{method} {path}"


@cache
def _validator(path: str, method: str, status: str, kind: str) -> Draft202012Validator:
    said = schema()["paths"][path][method.lower()]["responses"][status]["content"][kind]["schema"]
    return Draft202012Validator({**_nullable(said), "components": _components()})


def _nullable(said: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says "or null"."""
    if isinstance(said, list):
        return [_nullable(one) for one in said]
    if not isinstance(said, dict):
        return said
    inner = {name: _nullable(one) for name, one in said.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if said.get("nullable") is True else inner
