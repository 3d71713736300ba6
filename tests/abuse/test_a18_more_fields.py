"""A18: a request sets what is offered and nothing else, whatever fields the table behind it has."""

from __future__ import annotations

from typing import Any

from careteam.notes.models import ProgressNote
from tests.abuse.kept import kept
from tests.api.programs import Program
from tests.api.world import World
from tests.conftest import Maren, as_owner
from tests.privacy.hidden import CLASSES

ROOMS: dict[str, tuple[str, dict[str, Any]]] = {
    "goal": ("goals", {"words": "w"}),
    "note": ("notes", {"text": "t"}),
    "medicine": ("treatments", {"name": "n"}),
    "measure": ("measures", {"answers": {"1": 1}}),
    "procedure": ("procedures", {"code": "ect"}),
    "level": ("levels", {"substance": "s", "value": "1", "unit": "u", "on": "2025"}),
    "condition": ("conditions", {"name": "n"}),
    "hard_days": ("hard-days", {"parts": [{"words": "w"}]}),
    "check_in": ("check-ins", {"mood": "low"}),
    "event": ("events", {"words": "w", "on": "2026"}),
    "visit": ("visits", {"start": "2026-03-08T10:00"}),
    "question": ("questions", {"words": "w"}),
    "plan": ("plans", {"weeks": 2}),
    "call": ("calls", {"words": "w"}),
}
OURS = {"id", "patient", "author", "version", "recorded_at", "changed_at", "withdrawn_at", "effective_at", "author_id"}
OURS |= {"patient_id", "is_draft", "source", "import_key"}


def test_no_field_of_a_table_is_set_that_is_not_offered(world: World, maren: Program) -> None:
    assert ROOMS.keys() == CLASSES.keys()
    before = kept()
    for name, (room, body) in ROOMS.items():
        columns = {field.name for field in CLASSES[name]._meta.get_fields()} | OURS
        home = f"patients/{world.patient}/{room}/"
        one = f"{home}{getattr(world, name)}/"
        tag = maren.get(one)["ETag"]
        for method, path, sent in (("POST", home, body), ("PATCH", one, {})):
            answer = maren.ask(method, path, sent | dict.fromkeys(columns - body.keys(), "x"), if_match=tag)
            if answer.status_code == 405:
                continue
            assert answer.status_code == 400, (method, path)
            unknown = {e["field"] for e in answer.json()["errors"] if e["detail"] == "There is no such field."}
            assert (OURS & columns) <= unknown | {"source"}, (method, path, OURS - unknown)
    assert kept() == before


def test_a_form_sets_what_it_shows(patient: Maren, other_patient: Maren) -> None:
    more = {"patient": other_patient.id, "author": other_patient.id, "version": 7, "status": "entered-in-error"}
    sent = {"title": "", "text": "hers", "audience": "only_me", "withdrawn_at": "2020-01-01", "source": "x"}
    assert patient.browser.post("/notes/new/", sent | more).status_code == 302
    with as_owner():
        note = ProgressNote.unscoped("a test of what was saved").get(text="hers")
    assert (note.patient_id, note.author_id, note.version) == (patient.id, patient.id, 1)
    assert (note.status, note.withdrawn_at) == ("final", None)
