"""Notes through the API: drafts are their author's, signing shows nothing to whom nothing is shown, replies below."""

from __future__ import annotations

from typing import Any

import pytest

from careteam.notes.services import add_note, mark_entered_in_error
from tests.api.programs import Program, program_of, told
from tests.api.world import World, drafted
from tests.conftest import Clinician, Maren


def home(patient: Maren) -> str:
    return f"patients/{patient.id}"


def drafts(program: Program, patient: Maren) -> list[str]:
    return [one["text"] for one in program.get(f"{home(patient)}/notes/drafts/").json()]


def texts(program: Program, patient: Maren) -> list[str]:
    return [one["text"] for one in program.get(f"{home(patient)}/notes/").json()["results"]]


def test_a_patients_note_is_for_herself_unless_she_says_otherwise(maren: Program, lee: Program, patient: Maren) -> None:
    made = maren.post(f"{home(patient)}/notes/", {"text": "slept badly"})
    assert (made.status_code, made.json()["audience"]) == (201, "only_me")
    assert made.json()["see"] == {"kind": "me", "names": [], "words": "Only you can see this"}
    assert texts(lee, patient) == []


def test_a_note_for_somebody_named_is_hers_alone_to_read(
    maren: Program, psychiatrist: Clinician, therapist: Clinician, patient: Maren
) -> None:
    named = [str(psychiatrist.member.id)]
    made = maren.post(f"{home(patient)}/notes/", {"text": "for her", "audience": "named", "named": named})
    assert (made.json()["named"], made.json()["see"]["names"]) == (named, ["Dr Sun-hee Lee"])
    assert texts(program_of(psychiatrist), patient) == ["for her"]
    assert texts(program_of(therapist), patient) == []
    seen = program_of(psychiatrist).get(made["Location"].removeprefix("/api/v1/")).json()
    assert (seen["audience"], seen["named"]) == ("category", [])  # whom else she named is the patient's to know


def test_a_clinicians_note_is_a_draft_until_she_signs_it(
    maren: Program, lee: Program, therapist: Clinician, patient: Maren
) -> None:
    made = lee.post(f"{home(patient)}/notes/", {"title": "Visit", "text": "Sleep a little better."})
    here = made["Location"].removeprefix("/api/v1/")
    assert (made.status_code, made.json()["status"], made.json()["see"]["kind"]) == (201, "draft", "draft")
    assert (drafts(lee, patient), drafts(maren, patient)) == (["Sleep a little better."], [])
    assert drafts(program_of(therapist), patient) == []
    assert texts(lee, patient) == texts(maren, patient) == []
    assert {program.get(here).status_code for program in (maren, program_of(therapist))} == {404}
    signed = lee.post(f"{home(patient)}/notes/{made.json()['id']}/sign/", if_match=made["ETag"])
    assert signed.status_code == 201
    assert signed.json() == {
        "id": made.json()["id"],
        "patient": str(patient.id),
        "title": "Visit",
        "text": "Sleep a little better.",
        "labels": [],
        "status": "final",
    }
    assert drafts(lee, patient) == []
    assert texts(maren, patient) == texts(program_of(therapist), patient) == ["Sleep a little better."]
    assert [one["text"] for one in lee.get("signed-notes/").json()["results"]] == ["Sleep a little better."]


def test_written_and_signed_at_once_answers_the_same(maren: Program, lee: Program, patient: Maren) -> None:
    signed = lee.post(f"{home(patient)}/notes/", {"text": "Plan.", "sign": True})
    assert (signed.status_code, signed.json()["status"], "see" in signed.json()) == (201, "final", False)
    assert (texts(maren, patient), drafts(lee, patient)) == (["Plan."], [])


def test_a_note_sent_again_with_its_key_is_there_once(
    lee: Program, maren: Program, therapist: Clinician, patient: Maren
) -> None:
    notes = f"{home(patient)}/notes/"
    first = lee.post(notes, {"text": "Plan.", "sign": True}, idempotency_key="visit-1")
    again = lee.post(notes, {"text": "Plan.", "sign": True}, idempotency_key="visit-1")
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert texts(maren, patient) == ["Plan."]
    # The same key of somebody else is another note, and tells her nothing of the first.
    assert program_of(therapist).post(notes, {"text": "Mine."}, idempotency_key="visit-1").status_code == 201
    assert lee.post(notes, {"text": "Next."}, idempotency_key="visit-2").status_code == 201
    draft = lee.post(notes, {"text": "Next."}, idempotency_key="visit-2")
    assert (draft.status_code, drafts(lee, patient)) == (201, ["Next."])


def test_signing_answers_the_same_whether_it_may_be_seen_afterwards_or_not(
    lee: Program, yusuf: Program, patient: Maren
) -> None:
    answers: list[dict[str, Any]] = []
    for program, paused in ((lee, False), (lee, True), (yusuf, False)):  # Dr Yusuf is shown no notes at all
        if paused:
            patient.pauses()
        made = program.post(f"{home(patient)}/notes/", {"text": "We spoke."})
        address = f"{home(patient)}/notes/{made.json()['id']}/sign/"
        signed = program.post(address, if_match=made["ETag"])
        at_once = program.post(f"{home(patient)}/notes/", {"text": "We spoke.", "sign": True})
        answers += [{**one.json(), "id": ""} for one in (signed, at_once)]
        patient.resumes()
    assert all(one == answers[0] for one in answers)


def test_a_draft_is_changed_thrown_away_and_signed_with_the_tag_of_what_was_seen(lee: Program, patient: Maren) -> None:
    made = lee.post(f"{home(patient)}/notes/", {"title": "Visit", "text": "first", "labels": ["trauma"]})
    here = made["Location"].removeprefix("/api/v1/")
    changed = lee.patch(here, {"text": "second"}, if_match=made["ETag"])
    assert (changed.json()["title"], changed.json()["text"], changed.json()["labels"]) == (
        "Visit",
        "second",
        ["trauma"],
    )
    assert lee.changes(here, {})["ETag"] == changed["ETag"]
    for stale in (
        lee.patch(here, {"text": "third"}, if_match=made["ETag"]),
        lee.delete(here, if_match=made["ETag"]),
        lee.post(f"{home(patient)}/notes/{made.json()['id']}/sign/", if_match=made["ETag"]),
    ):
        assert stale.status_code == 412
    assert drafts(lee, patient) == ["second"]
    assert lee.delete(here, if_match=changed["ETag"]).status_code == 204
    assert drafts(lee, patient) == []
    assert lee.get(here).status_code == 404


def test_nothing_of_a_draft_is_told_to_the_patient(lee: Program, maren: Program, patient: Maren) -> None:
    made = lee.post(f"{home(patient)}/notes/", {"text": "first"})
    here = made["Location"].removeprefix("/api/v1/")
    lee.get(f"{home(patient)}/notes/drafts/")
    lee.changes(here, {"text": "second"})
    lee.delete(here, if_match=lee.get(here)["ETag"])
    assert told(maren.get(f"{home(patient)}/access-log/")) == []


def test_an_empty_draft_is_not_signed_and_stays(lee: Program, psychiatrist: Clinician, patient: Maren) -> None:
    note = drafted(psychiatrist, "")
    tag = lee.get(f"{home(patient)}/notes/drafts/{note}/")["ETag"]
    refused = lee.post(f"{home(patient)}/notes/{note}/sign/", if_match=tag)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "text")
    assert drafts(lee, patient) == [""]


def test_a_signed_note_is_never_changed_or_taken_back(lee: Program, maren: Program, world: World) -> None:
    here = f"patients/{world.patient}/notes/{world.signed}/"
    for program in (lee, maren):
        tag = program.get(here)["ETag"]
        assert program.patch(here, {"text": "other"}, if_match=tag).status_code == 404
        assert program.post(f"{here}withdraw/", if_match=tag).status_code == 404
        assert program.delete(f"patients/{world.patient}/notes/drafts/{world.signed}/", if_match=tag).status_code == 404
    assert maren.get(here).json()["text"] == "Sleep a little better."


def test_a_clinician_does_not_say_who_sees_a_note(lee: Program, patient: Maren) -> None:
    refused = lee.post(f"{home(patient)}/notes/", {"text": "t", "audience": "only_me"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "audience")
    assert drafts(lee, patient) == []


def test_a_patient_signs_nothing(maren: Program, patient: Maren) -> None:
    refused = maren.post(f"{home(patient)}/notes/", {"text": "t", "sign": True})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "sign")
    assert texts(maren, patient) == []


def test_a_patients_own_draft_keeps_whom_it_is_meant_for(
    maren: Program, psychiatrist: Clinician, patient: Maren
) -> None:
    named = [psychiatrist.member.id]
    draft = patient.does(add_note, text="half", audience="named", named=named, labels=["trauma"], draft=True)
    here = f"{home(patient)}/notes/drafts/{draft}/"
    after = maren.changes(here, {"text": "half a thought"}).json()
    assert (after["text"], after["audience"], after["named"], after["labels"]) == (
        "half a thought",
        "named",
        [str(named[0])],
        ["trauma"],
    )
    assert maren.post(f"{home(patient)}/notes/{draft}/sign/", if_match=maren.get(here)["ETag"]).status_code == 404
    assert maren.delete(here, if_match=maren.get(here)["ETag"]).status_code == 204


# -- What stands below -------------------------------------------------------------------------------------------------
def test_reply_statement_and_addendum_stand_below_for_whoever_sees_the_note(
    maren: Program, lee: Program, yusuf: Program, therapist: Clinician, world: World
) -> None:
    below = f"patients/{world.patient}/notes/{world.signed}/replies/"
    assert maren.post(below, {"text": "I see it otherwise.", "kind": "statement"}).status_code == 201
    assert program_of(therapist).post(below, {"text": "Noted."}).status_code == 201
    answer = lee.post(below, {"text": "Level 0.7.", "kind": "addendum"})
    said = [(one["kind"], one["author_name"], one["text"], one["mine"]) for one in answer.json()["replies"]]
    assert said == [
        ("statement", "Maren Holt", "I see it otherwise.", False),
        ("reply", "Tomás Rivera", "Noted.", False),
        ("addendum", "Dr Sun-hee Lee", "Level 0.7.", True),
    ]
    assert answer["Location"] == f"/api/v1/patients/{world.patient}/notes/{world.signed}/"
    refusals = [
        yusuf.post(below, {"text": "not shown to me"}),
        program_of(therapist).post(below, {"text": "not mine", "kind": "addendum"}),
        program_of(therapist).post(below, {"text": "not the patient", "kind": "statement"}),
        maren.post(below, {"text": "not the author", "kind": "addendum"}),
        maren.post(below.replace(str(world.signed), str(world.note)), {"text": "her own note", "kind": "statement"}),
        maren.post(below.replace(str(world.signed), str(world.draft)), {"text": "a draft"}),
    ]
    assert {one.status_code for one in refusals} == {404}
    assert len(maren.get(f"patients/{world.patient}/notes/{world.signed}/").json()["replies"]) == 3


@pytest.mark.parametrize("text", ["", "  ", "x" * 4_001])
def test_a_reply_that_cannot_be_kept_is_refused_in_words(maren: Program, world: World, text: str) -> None:
    refused = maren.post(f"patients/{world.patient}/notes/{world.note}/replies/", {"text": text})
    assert refused.status_code in (400, 422)
    assert refused.json()["errors"][0]["field"] == "text"


def test_a_reply_is_told_as_one_act_and_opening_the_note_once(lee: Program, maren: Program, world: World) -> None:
    lee.post(f"patients/{world.patient}/notes/{world.note}/replies/", {"text": "Let us talk."})
    log = [words for words in told(maren.get(f"patients/{world.patient}/access-log/")) if words.startswith("Dr Sun")]
    assert sorted(words.split()[3] for words in log if "a note" in words and "signed" not in words) == [
        "opened",
        "replied",
    ], log


def test_a_note_written_in_error_stays_readable_and_says_so(
    lee: Program, psychiatrist: Clinician, world: World
) -> None:
    psychiatrist.does(mark_entered_in_error, world.signed, reason="another visit")
    seen = lee.get(f"patients/{world.patient}/notes/{world.signed}/").json()
    assert (seen["status"], seen["error_reason"], seen["text"]) == (
        "entered-in-error",
        "another visit",
        "Sleep a little better.",
    )


# -- Sensitive topics of a signed note ---------------------------------------------------------------------------------
def test_labelling_a_signed_note_answers_the_same_whether_it_may_be_seen_afterwards_or_not(
    lee: Program, maren: Program, therapist: Clinician, patient: Maren
) -> None:
    answers = []
    for program, author in ((lee, None), (program_of(therapist), therapist)):
        made = program.post(f"{home(patient)}/notes/", {"text": "Plan.", "sign": True}).json()["id"]
        here = f"{home(patient)}/notes/{made}/"
        tag = program.get(here)["ETag"]
        answers.append(program.post(f"{here}labels/", {"labels": ["trauma"]}, if_match=tag))
        assert program.get(here).status_code == (200 if author else 404)
        assert maren.get(here).json()["labels"] == ["trauma"]
    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}


def test_a_label_that_is_none_is_refused(lee: Program, world: World) -> None:
    here = f"patients/{world.patient}/notes/{world.signed}/"
    tag = lee.get(here)["ETag"]
    assert lee.post(f"{here}labels/", {"labels": ["weather"]}, if_match=tag).status_code == 400
    assert lee.post(f"{here}labels/", {"labels": []}, if_match=tag).status_code == 422
