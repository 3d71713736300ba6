"""A02: what somebody sends from a page that was open when she was stopped is answered as if nothing were there."""

from __future__ import annotations

from typing import Any

from careteam.audit.models import SecurityEvent
from tests.abuse.kept import kept
from tests.api.programs import Program
from tests.api.world import World
from tests.conftest import Clinician, Maren, as_owner


def test_an_open_page_sends_nothing_after_a_stop(
    patient: Maren, psychiatrist: Clinician, world: World, lee: Program
) -> None:
    browser, chart, api = psychiatrist.browser, f"/patients/{patient.id}/", f"patients/{patient.id}/"
    note = {"title": "", "text": "late", "do": "sign"}
    forms: list[tuple[str, dict[str, Any]]] = [
        (f"{chart}notes/new/", note),
        (f"{chart}notes/{world.draft}/draft/", note | {"version": 1}),
        (f"{chart}notes/{world.signed}/addendum/", {"text": "late"}),
        (f"{chart}notes/{world.signed}/labels/", {"labels": ["trauma"]}),
        (f"{chart}notes/{world.note}/reply/", {"text": "late", "kind": "reply"}),
        (f"{chart}visits/calls/{world.call}/done/", {}),
    ]
    for path, _ in forms[:4]:
        assert browser.get(path).status_code == 200, path
    draft = lee.get(f"{api}notes/drafts/{world.draft}/")
    patient.stops(psychiatrist)
    before = kept()
    for path, sent in forms:
        assert browser.post(path, sent).status_code == 404, path
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "notes/", {"text": "late"}),
        ("POST", f"notes/{world.note}/replies/", {"text": "late"}),
        ("PATCH", f"notes/drafts/{world.draft}/", {"text": "late"}),
        ("POST", f"notes/{world.draft}/sign/", {}),
    ]
    for method, path, body in bodies:
        assert lee.ask(method, api + path, body or None, if_match=draft["ETag"]).status_code == 404, path
    assert kept() == before
    with as_owner():
        refused = SecurityEvent.objects.filter(actor_id=psychiatrist.id, patient_id=patient.id, was_member=True).count()
    assert refused == len(forms) + len(bodies)
    assert "Dr Sun-hee Lee" in patient.browser.get("/log/").content.decode()
