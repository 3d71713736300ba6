"""Every address, asked by everybody: the patient, who sees all, who sees little, who was never there, nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver

from careteam.audit.models import SecurityEvent
from careteam.goals.services import withdraw_goal
from careteam.sharing import services as sharing
from careteam.sharing.codes import Category
from careteam.treatments.models import MedicationStatement
from tests.api.programs import ABSENT, NOBODY, Program, program_of
from tests.api.world import World
from tests.conftest import Clinician, Maren, as_owner

ENTRIES = (("procedures", "procedure"), ("levels", "level"), ("conditions", "condition"), ("hard-days", "hard_days"))
P = "patients/{w.patient}/"
SEEN = '"something-seen"'
ANSWERS = {"answers": {"1": 1}}
WHOLE = {"audience": "category", "labels": []}
UNTIL = {"categories": ["goals"], "until": (datetime.now(UTC).date() + timedelta(days=100)).isoformat()}

# address: (method, path, body, statuses for the patient, Dr Lee, Dr Yusuf, a stranger). Signed out is 401 everywhere.
TABLE: dict[str, list[tuple[str, str, Any, tuple[int, int, int, int]]]] = {
    "api_me": [("GET", "me/", None, (200, 200, 200, 200)), ("PATCH", "me/", {}, (412, 412, 412, 412))],
    "api_caseload": [("GET", "caseload/", None, (404, 200, 200, 200))],
    "api_own_digests": [("GET", "digests/", None, (200, 200, 200, 200))],
    "api_own_digest": [("GET", "digests/{w.digest}/", None, (200, 404, 404, 404))],
    "api_signed_notes": [("GET", "signed-notes/", None, (404, 200, 200, 200))],
    "api_patient": [("GET", P, None, (200, 200, 200, 404))],
    "api_overview": [("GET", P + "overview/", None, (200, 200, 200, 404))],
    "api_tried": [("GET", P + "tried/", None, (200, 200, 200, 404))],
    "api_timeline": [("GET", P + "timeline/?range=everything", None, (200, 200, 200, 404))],
    "api_goals": [
        ("GET", P + "goals/", None, (200, 200, 200, 404)),
        ("POST", P + "goals/", {"words": "w"}, (201, 201, 201, 404)),
    ],
    "api_goal_figure": [("GET", P + "goals/figure/", None, (200, 200, 200, 404))],
    "api_goal_answer": [("POST", P + "goals/{w.goal}/answer/", {"answer": "agree"}, (412, 412, 412, 404))],
    "api_goal_withdraw_proposal": [
        ("POST", P + "goals/{w.goal}/withdraw-proposal/", None, (404, 404, 404, 404))
    ],  # not proposed
    "api_goal_scale": [("PUT", P + "goals/{w.goal}/scale/", {"levels": [""] * 5}, (412, 404, 404, 404))],
    "api_goal_level": [("PUT", P + "goals/{w.goal}/level/", {"level": 0}, (412, 404, 404, 404))],
    "api_goal": [
        ("GET", P + "goals/{w.goal}/", None, (200, 200, 200, 404)),
        ("PATCH", P + "goals/{w.goal}/", {"words": "w"}, (412, 404, 404, 404)),
    ],
    "api_notes": [
        ("GET", P + "notes/", None, (200, 200, 200, 404)),
        ("POST", P + "notes/", {"text": "t"}, (201, 201, 201, 404)),
    ],
    "api_drafts": [("GET", P + "notes/drafts/", None, (200, 200, 200, 404))],
    "api_draft": [
        ("GET", P + "notes/drafts/{w.draft}/", None, (404, 200, 404, 404)),
        ("PATCH", P + "notes/drafts/{w.draft}/", {}, (404, 412, 404, 404)),
        ("DELETE", P + "notes/drafts/{w.draft}/", None, (404, 412, 404, 404)),
    ],
    "api_note": [
        ("GET", P + "notes/{w.note}/", None, (200, 200, 404, 404)),
        ("GET", P + "notes/{w.own_note}/", None, (200, 404, 404, 404)),
        ("GET", P + "notes/{w.signed}/", None, (200, 200, 404, 404)),
        ("GET", P + "notes/{w.draft}/", None, (404, 404, 404, 404)),
        ("PATCH", P + "notes/{w.note}/", {}, (412, 404, 404, 404)),
        ("PATCH", P + "notes/{w.signed}/", {}, (412, 404, 404, 404)),
    ],
    "api_replies": [
        ("POST", P + "notes/{w.note}/replies/", {"text": "t"}, (201, 201, 404, 404)),
        ("POST", P + "notes/{w.own_note}/replies/", {"text": "t"}, (201, 404, 404, 404)),
    ],
    "api_reply": [
        ("GET", P + "notes/{w.note}/replies/{w.reply}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "notes/{w.note}/replies/{w.reply}/", {"text": "t"}, (412, 404, 404, 404)),
    ],
    "api_reply_withdraw": [
        ("POST", P + "notes/{w.note}/replies/{w.reply}/withdraw/", None, (412, 404, 404, 404)),
    ],
    "api_sign": [("POST", P + "notes/{w.draft}/sign/", None, (404, 412, 404, 404))],
    "api_labels": [
        ("POST", P + "notes/{w.signed}/labels/", {"labels": ["trauma"]}, (404, 412, 404, 404)),
        ("POST", P + "notes/{w.note}/labels/", {"labels": ["trauma"]}, (404, 404, 404, 404)),
        ("POST", P + "notes/{w.draft}/labels/", {"labels": ["trauma"]}, (404, 404, 404, 404)),
    ],
    "api_measures": [
        ("GET", P + "measures/", None, (200, 200, 200, 404)),
        ("POST", P + "measures/", ANSWERS, (201, 404, 404, 404)),
    ],
    "api_measure": [
        ("GET", P + "measures/{w.measure}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "measures/{w.measure}/", {"item": 1, "value": 2}, (412, 404, 404, 404)),
    ],
    "api_acknowledgements": [
        ("GET", P + "measures/{w.measure}/acknowledgements/", None, (200, 200, 404, 404)),
        ("POST", P + "measures/{w.measure}/acknowledgements/", {"seen_version": 1}, (404, 422, 404, 404)),
    ],
    "api_treatments": [
        ("GET", P + "treatments/", None, (200, 200, 200, 404)),
        ("POST", P + "treatments/", {"name": "n"}, (201, 404, 404, 404)),
    ],
    "api_treatment": [
        ("GET", P + "treatments/{w.medicine}/", None, (200, 200, 200, 404)),
        ("PATCH", P + "treatments/{w.medicine}/", {}, (412, 404, 404, 404)),
    ],
    "api_judge_by": [("PUT", P + "treatments/{w.medicine}/judge-by/", {"on": None}, (412, 404, 404, 404))],
    "api_agree": [("POST", P + "treatments/{w.medicine}/agree/", None, (412, 412, 412, 404))],
    "api_taken": [("POST", P + "treatments/{w.medicine}/taken/", {"days": 6}, (204, 404, 404, 404))],
    "api_visits": [
        ("GET", P + "visits/", None, (200, 200, 200, 404)),
        ("POST", P + "visits/", {"start": "2026-03-08T10:00"}, (201, 404, 404, 404)),
    ],
    "api_visit": [
        ("GET", P + "visits/{w.visit}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "visits/{w.visit}/", {}, (412, 404, 404, 404)),
    ],
    "api_visit_calendar": [("GET", P + "visits/{w.visit}/calendar.ics/", None, (200, 404, 404, 404))],
    "api_questions": [
        ("GET", P + "questions/", None, (200, 200, 200, 404)),
        ("POST", P + "questions/", {"words": "w"}, (201, 404, 404, 404)),
    ],
    "api_question": [
        ("GET", P + "questions/{w.question}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "questions/{w.question}/", {}, (412, 404, 404, 404)),
    ],
    "api_question_move": [("POST", P + "questions/{w.question}/move/", {"to": "up"}, (204, 404, 404, 404))],
    "api_plans": [
        ("GET", P + "plans/", None, (200, 200, 200, 404)),
        ("POST", P + "plans/", {"practitioner": str(ABSENT), "weeks": 2}, (422, 404, 404, 404)),
    ],
    "api_plan": [
        ("GET", P + "plans/{w.plan}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "plans/{w.plan}/", {}, (412, 404, 404, 404)),
    ],
    "api_calls": [
        ("GET", P + "calls/", None, (200, 200, 200, 404)),
        ("POST", P + "calls/", {"audience": "category"}, (422, 404, 404, 404)),
    ],
    "api_call": [("GET", P + "calls/{w.call}/", None, (200, 200, 404, 404))],
    "api_call_done": [("POST", P + "calls/{w.call}/done/", None, (404, 200, 404, 404))],
    **{
        f"api_{room.replace('-', '_')}": [
            ("GET", f"{P}{room}/", None, (200, 200, yusuf, 404)),
            ("POST", f"{P}{room}/", body, (201, 404, 404, 404)),
        ]
        for room, yusuf, body in (
            ("procedures", 200, {"code": "ect"}),
            ("levels", 200, {"substance": "Lithium", "value": "0.6", "unit": "mmol/L", "on": "2025"}),
            ("conditions", 200, {"name": "Depression"}),
            ("hard-days", 200, {"parts": [{"words": "w"}]}),
        )
    },
    **{
        f"api_{one}": [
            ("GET", f"{P}{one}s/{{w.{one}}}/", None, (200, 200, yusuf, 404)),
            ("PATCH", f"{P}{one}s/{{w.{one}}}/", {}, (412, 404, 404, 404)),
        ]
        for one, yusuf in (("procedure", 200), ("level", 200), ("condition", 404))
    },
    "api_hard_day": [
        ("GET", P + "hard-days/{w.hard_days}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "hard-days/{w.hard_days}/", {}, (412, 404, 404, 404)),
    ],
    "api_check_ins": [
        ("GET", P + "check-ins/", None, (200, 200, 200, 404)),
        ("POST", P + "check-ins/", {"mood": "low"}, (201, 404, 404, 404)),
    ],
    "api_check_in": [
        ("GET", P + "check-ins/{w.check_in}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "check-ins/{w.check_in}/", {}, (412, 404, 404, 404)),
    ],
    "api_events": [
        ("GET", P + "events/", None, (200, 200, 200, 404)),
        ("POST", P + "events/", {"words": "w", "on": "2026"}, (201, 404, 404, 404)),
    ],
    "api_event": [
        ("GET", P + "events/{w.event}/", None, (200, 200, 404, 404)),
        ("PATCH", P + "events/{w.event}/", {}, (412, 404, 404, 404)),
    ],
    **{
        f"api_{room.replace('-', '_')}_{verb}": [(method, f"{P}{room}/{{w.{one}}}/{verb}/", body, (412, 404, 404, 404))]
        for room, one in (
            ("goals", "goal"),
            ("notes", "note"),
            ("measures", "measure"),
            ("treatments", "medicine"),
            ("visits", "visit"),
            ("questions", "question"),
            ("plans", "plan"),
            ("calls", "call"),
            *ENTRIES,
            ("check-ins", "check_in"),
            ("events", "event"),
        )
        for verb, method, body in (("audience", "PUT", WHOLE), ("withdraw", "POST", None))
    },
    **{
        f"api_{room.replace('-', '_')}_corrections": [
            ("GET", f"{P}{room}/{{w.{one}}}/corrections/", None, (200, 200, yusuf, 404)),
            (
                "POST",
                f"{P}{room}/{{w.{one}}}/corrections/",
                {"text": "t", "seen_version": 1},
                (404, 201, 201 if yusuf == 200 else 404, 404),
            ),
        ]
        for room, one, yusuf in (
            ("measures", "measure", 404),
            ("check-ins", "check_in", 404),
            ("events", "event", 404),
            ("treatments", "medicine", 200),
            ("procedures", "procedure", 200),
            ("levels", "level", 200),
            ("conditions", "condition", 404),
            ("visits", "visit", 404),
            ("questions", "question", 404),
        )
    },
    "api_correction_settle": [("POST", P + "corrections/{w.correction}/settle/", None, (204, 404, 404, 404))],
    "api_care_team": [("GET", P + "care-team/", None, (200, 200, 200, 404))],
    "api_consents": [("GET", P + "consents/", None, (200, 404, 404, 404))],
    "api_consent": [
        ("GET", P + "consents/{w.member}/", None, (200, 404, 404, 404)),
        ("PUT", P + "consents/{w.member}/", UNTIL, (412, 404, 404, 404)),
        ("DELETE", P + "consents/{w.member}/", None, (412, 404, 404, 404)),
    ],
    "api_consent_preview": [("POST", P + "consents/{w.member}/preview/", UNTIL, (200, 404, 404, 404))],
    "api_telling": [
        ("PUT", P + "consents/{w.member}/telling/", None, (412, 404, 404, 404)),
        ("DELETE", P + "consents/{w.member}/telling/", None, (412, 404, 404, 404)),
    ],
    "api_pause": [
        ("GET", P + "pause/", None, (200, 404, 404, 404)),
        ("PUT", P + "pause/", None, (412, 404, 404, 404)),
        ("DELETE", P + "pause/", None, (412, 404, 404, 404)),
    ],
    "api_reminders": [("GET", P + "reminders/", None, (200, 404, 404, 404))],
    "api_reminder_pause": [
        ("PUT", P + "reminders/gad-7/pause/", {}, (204, 404, 404, 404)),
        ("DELETE", P + "reminders/gad-7/pause/", None, (204, 404, 404, 404)),
    ],
    "api_access_log": [("GET", P + "access-log/", None, (200, 404, 404, 404))],
    "api_digests": [("GET", P + "digests/", None, (200, 404, 404, 404))],
    "api_digest": [("GET", P + "digests/{w.digest}/", None, (200, 404, 404, 404))],
    "api_visit_summary": [("GET", P + "visit-summary/", None, (200, 200, 200, 404))],
    "api_visit_summary_pdf": [("GET", P + "visit-summary/pdf/", None, (200, 200, 200, 404))],
}
# Nothing stands before hiding; a tag that is sent counts.
TAKING_AWAY = {("api_pause", "PUT"), ("api_consent", "DELETE"), ("api_telling", "DELETE")}
CELLS = [(name, *row) for name, rows in TABLE.items() for row in rows]


def addresses(resolver: Any = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif str(pattern.pattern) == "api/v1/":
            yield from addresses(pattern)


def test_the_table_has_every_address_of_the_api_with_every_method() -> None:
    there = {pattern.name or "": pattern.callback for pattern in addresses() if (pattern.name or "").startswith("api_")}
    assert there.keys() - {"api_docs", "api_nothing"} == TABLE.keys()
    for name, rows in TABLE.items():
        view: Any = there[name]
        methods = {method.upper() for method in view.cls.http_method_names if hasattr(view.cls, method)} - {"HEAD"}
        assert {method for method, *_ in rows} == methods, name


@pytest.mark.parametrize(("name", "method", "path", "body", "statuses"), CELLS, ids=[f"{c[1]} {c[2]}" for c in CELLS])
def test_everybody_finds_what_is_theirs_and_nothing_else(
    world: World,
    maren: Program,
    lee: Program,
    yusuf: Program,
    nobody_known: Program,
    name: str,
    method: str,
    path: str,
    body: Any,
    statuses: tuple[int, int, int, int],
) -> None:
    address = path.format(w=world)
    found = []
    for program in (nobody_known, yusuf, lee, maren):  # the patient last: some of what she does ends the others' sight
        found.append(program.ask(method, address, body, if_match=SEEN).status_code)
    assert tuple(reversed(found)) == statuses
    assert NOBODY.ask(method, address, body, if_match=SEEN).status_code == 401


def test_no_change_goes_through_without_the_etag_of_what_was_seen(world: World, maren: Program, lee: Program) -> None:
    for name, method, path, body, statuses in CELLS:
        if 412 in statuses and (name, method) not in TAKING_AWAY:
            program = (maren, lee)[statuses.index(412)]
            for missing in ({}, {"if_match": ""}, {"if_match": "*"}):
                refused = program.ask(method, path.format(w=world), body, **missing)
                assert refused.status_code == 428, f"{method} {path}"


def same(responses: list[Any]) -> tuple[int, bytes]:
    """The one answer there was, headers included."""
    said = {(one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in responses}
    assert len(said) == 1, said
    status, content, _ = said.pop()
    return status, content


def test_hidden_foreign_withdrawn_and_absent_are_one_answer(
    world: World,
    patient: Maren,
    other_patient: Maren,
    maren: Program,
    lee: Program,
    yusuf: Program,
    nobody_known: Program,
) -> None:
    ilse = program_of(other_patient)
    withdrawn = maren.post(f"patients/{world.patient}/goals/", {"words": "let go"}).json()["id"]
    assert lee.get(f"patients/{world.patient}/goals/{withdrawn}/").status_code == 200
    patient.does(withdraw_goal, withdrawn)
    with patient.acting() as viewer:
        sharing.set_audience(viewer, MedicationStatement, world.medicine, audience="only_me")
    mine = f"patients/{world.patient}"
    hers = f"patients/{other_patient.id}"
    refused = [
        lee.get(f"{mine}/notes/{world.own_note}/"),  # for herself alone
        lee.get(f"{mine}/treatments/{world.medicine}/"),  # hidden one by one
        lee.get(f"{mine}/goals/{withdrawn}/"),  # opened once, withdrawn since
        lee.get(f"{mine}/notes/{ABSENT}/"),
        lee.get(f"{mine}/consents/"),  # the patient's alone
        lee.get(f"{hers}/"),
        yusuf.get(f"{mine}/notes/{world.note}/"),  # a category that is not shown to her
        yusuf.get(f"{mine}/measures/{world.measure}/"),
        nobody_known.get(f"{mine}/"),
        nobody_known.get(f"{mine}/goals/{world.goal}/"),
        nobody_known.get(f"patients/{ABSENT}/"),
        maren.get(f"{mine}/goals/{ABSENT}/"),
        maren.get(f"{mine}/notes/{world.draft}/"),  # a clinician's draft
        maren.get(f"{mine}/treatments/{world.goal}/"),  # another room's
        ilse.get(f"{mine}/goals/{world.goal}/"),
        ilse.get(f"{hers}/goals/{world.goal}/"),
        ilse.get(f"{hers}/digests/{world.digest}/"),
        maren.get("caseload/"),
        maren.get("nothing/at/all/"),
    ]
    for one in refused:
        one.headers.pop("Allow", None)
    status, content = same(refused)
    assert status == 404
    assert (
        content == b'{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing here."}'
    )


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "notes/{id}/", None),
        ("PATCH", "notes/{id}/", {"text": "t"}),
        ("PATCH", "notes/{id}/", {"nonsense": 1}),
        ("POST", "notes/{id}/replies/", {"text": "t"}),
        ("POST", "notes/{id}/replies/", {"text": ""}),
        ("POST", "notes/{id}/replies/", {"text": "t", "kind": "addendum"}),
        ("POST", "notes/{id}/sign/", None),
        ("POST", "notes/{id}/withdraw/", None),
        ("PUT", "notes/{id}/audience/", WHOLE),
        ("GET", "notes/drafts/{id}/", None),
        ("DELETE", "notes/drafts/{id}/", None),
    ],
)
@pytest.mark.parametrize("seen", [{}, {"if_match": SEEN}])
def test_writing_to_what_is_hidden_is_as_writing_to_what_is_not_there(
    world: World, lee: Program, nobody_known: Program, method: str, path: str, body: Any, seen: dict[str, str]
) -> None:
    ids = (world.own_note, world.goal, ABSENT, uuid4())
    refused = [lee.ask(method, f"patients/{world.patient}/{path.format(id=one)}", body, **seen) for one in ids]
    refused += [
        nobody_known.ask(method, f"patients/{world.patient}/{path.format(id=one)}", body, **seen) for one in ids
    ]
    refused += [lee.ask(method, f"patients/{uuid4()}/{path.format(id=world.own_note)}", body, **seen)]
    assert same(refused)[0] == 404


def test_somebody_named_who_is_not_on_the_team_is_404_and_nothing_is_saved(
    world: World, maren: Program, other_patient: Maren
) -> None:
    for named in (other_patient.id, ABSENT, world.patient):
        refused = maren.post(
            f"patients/{world.patient}/notes/", {"text": "words", "audience": "named", "named": [str(named)]}
        )
        assert refused.status_code == 404
    assert len(maren.get(f"patients/{world.patient}/notes/").json()["results"]) == 3


def test_a_pause_and_the_end_of_everything_shared_look_like_nothing_there(
    world: World, patient: Maren, psychiatrist: Clinician, lee: Program
) -> None:
    entries = [room for room, _ in ENTRIES]
    rooms = ("goals", "notes", "measures", "check-ins", "events", "treatments", *entries, "visits", "care-team")
    patient.pauses()
    paused = [lee.get(f"patients/{world.patient}/{room}/").content for room in rooms]
    assert lee.get(f"patients/{world.patient}/goals/{world.goal}/").status_code == 404
    patient.resumes()
    patient.shares(psychiatrist)
    assert [lee.get(f"patients/{world.patient}/{room}/").content for room in rooms] == paused
    patient.shares(psychiatrist, *Category)
    assert lee.get(f"patients/{world.patient}/goals/{world.goal}/").status_code == 200


def refusals() -> list[tuple[str, bool, str]]:
    with as_owner():
        rows = list(SecurityEvent.objects.order_by("at", "id").values_list("actor_id", "was_member", "route"))
    return [(str(actor), was, route) for actor, was, route in rows]


def test_a_members_refused_request_is_written_down_and_told_to_the_patient(
    world: World, psychiatrist: Clinician, lee: Program, maren: Program
) -> None:
    lee.get(f"patients/{world.patient}/notes/{world.own_note}/")
    lee.patch(f"patients/{world.patient}/goals/{world.goal}/", {"words": "x"}, if_match=SEEN)
    assert refusals() == [(str(psychiatrist.id), True, "api_note"), (str(psychiatrist.id), True, "api_goal")]
    told = [
        one["words"] for day in maren.get(f"patients/{world.patient}/access-log/").json()["days"] for one in day["told"]
    ]
    assert any("Dr Sun-hee Lee" in words and "2 times" in words for words in told), told


def test_a_strangers_refused_request_is_for_the_operators_and_not_told_to_the_patient(
    world: World, stranger: Clinician, nobody_known: Program, maren: Program
) -> None:
    nobody_known.get(f"patients/{world.patient}/notes/{world.own_note}/")
    assert refusals() == [(str(stranger.id), False, "api_note")]
    log = maren.get(f"patients/{world.patient}/access-log/").content
    assert b"Dr Nobody" not in log
    assert b"Somebody" not in log


def test_what_was_missed_by_its_own_patient_or_by_nobody_known_is_no_refusal(world: World, maren: Program) -> None:
    maren.get(f"patients/{world.patient}/notes/{ABSENT}/")
    NOBODY.get(f"patients/{world.patient}/notes/{world.note}/")
    assert refusals() == []
