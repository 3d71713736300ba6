"""Anything at all is sent: no answer is a fault of ours, and each one is what the schema says."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.programs import Program, schema
from tests.api.world import World

SHAPED = st.sampled_from(
    [
        "2025", "2025-03", "2025-03-14", "9999", "0001-01-01", "2025-02-30", "mg", "1,000", "37.5", "1e5", "٣", "∞",
        "active", "stopped", "category", "named", "only_me", "trauma", "goals", "reply", "a-lot", "side-effects",
    ]
)  # fmt: skip
TEXT = st.one_of(SHAPED, st.text(max_size=40), st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn"]), max_size=8))
SCALAR = st.one_of(
    TEXT,
    st.none(),
    st.booleans(),
    st.integers(-4, 12),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.uuids().map(str),
    st.dates().map(str),
)
ANY = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=8
)
MOSTLY = st.sampled_from([True, True, True, False])
PLACES = {
    "goals": "goal",
    "notes": "note",
    "measures": "measure",
    "treatments": "medicine",
    "visits": "visit",
    "questions": "question",
    "plans": "plan",
    "calls": "call",
    "procedures": "procedure",
    "levels": "level",
    "conditions": "condition",
    "check-ins": "check_in",
    "events": "event",
}
GENTLE = settings(
    max_examples=300,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """(method, address, operation) of everything there is."""
    return [
        (method.upper(), path, operation)
        for path, methods in sorted(schema()["paths"].items())
        for method, operation in methods.items()
        if "pdf" not in path
    ]


def resolved(said: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in said:
        return said
    found: dict[str, Any] = schema()["components"]["schemas"][said["$ref"].rsplit("/", 1)[-1]]
    return found


def mostly(right: st.SearchStrategy[Any], wrong: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(right, right, right, right, right, wrong)


def body_like(said: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Bodies that are nearly right: known names, mostly with values of the right kind."""
    said = resolved(said)
    if said.get("type") == "object" and said.get("properties"):
        fields = {name: body_like(inner) for name, inner in said["properties"].items()}
        needed = {name: fields.pop(name) for name in said.get("required", [])}
        return mostly(st.fixed_dictionaries(needed, optional=fields), ANY)
    if said.get("type") == "array":
        return mostly(st.lists(body_like(said["items"]), max_size=3), ANY)
    if "enum" in said:
        return mostly(st.sampled_from(said["enum"]), SCALAR)
    kinds = {"string": TEXT, "integer": st.integers(0, 3), "boolean": st.booleans()}
    right = st.dates().map(str) if said.get("format") == "date" else kinds.get(said.get("type", ""), SCALAR)
    return mostly(right, SCALAR)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, Any]:
    """Any operation with any query and body."""
    method, path, operation = draw(st.sampled_from(operations()))
    bodies = [one["schema"] for one in operation.get("requestBody", {}).get("content", {}).values()]
    asked = {
        one["name"]: draw(st.one_of(TEXT, st.integers(-2, 200).map(str), st.dates().map(str)))
        for one in operation.get("parameters", [])
        if one["in"] == "query" and not draw(MOSTLY)
    }
    query = "&".join(f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in asked.items())
    return method, f"{path}?{query}" if query else path, draw(body_like(bodies[0])) if bodies else None


@GENTLE
@given(request=requests(), seen=MOSTLY, own=MOSTLY)
def test_nothing_that_is_sent_is_a_fault_of_ours(
    world: World, maren: Program, lee: Program, request: tuple[str, str, Any], seen: bool, own: bool
) -> None:
    method, path, body = request
    drafts = "drafts" in path or "sign/" in path
    parts = {
        "patient": world.patient,
        "goal": world.goal,
        "note": world.draft if drafts else world.note,
        "reply": world.reply,
        "measure": world.measure,
        "medicine": world.medicine,
        "visit": world.visit,
        "question": world.question,
        "plan": world.plan,
        "call": world.call,
        "check_in": world.check_in,
        "event": world.event,
        "member": world.member,
        "digest": world.digest,
        "record": next((getattr(world, one) for room, one in PLACES.items() if room in path), world.goal),
    }
    program = maren if own != drafts else lee
    address = path.removeprefix("/api/v1/").format(**parts)
    before = transaction.savepoint()
    headers: dict[str, str] = {}
    if seen and method != "GET":
        here = address.replace("audience/", "").replace("withdraw/", "")
        here = here.replace("move/", "").replace("done/", "")
        if "sign/" in here:
            here = f"patients/{world.patient}/notes/drafts/{world.draft}/"
        headers = {"if_match": program.get(here).headers.get("ETag", "")}
    answer = program.ask(method, address, body, **headers)
    transaction.savepoint_rollback(before)  # each finds the world as it was
    assert answer.status_code < 500
