"""What stands below a note, through the API: changed with its tag, withdrawn, and nobody's but its writer's."""

from __future__ import annotations

from typing import Any

from careteam.notes.services import reply
from tests.api.programs import Program, told
from tests.api.world import World
from tests.conftest import Clinician


def replied(maren: Program, world: World, **more: Any) -> str:
    """The address of a further reply of hers."""
    note = f"patients/{world.patient}/notes/{world.note}/"
    made = maren.post(f"{note}replies/", {"text": "first words", **more})
    return f"{note}replies/{made.json()['replies'][-1]['id']}/"


def test_a_reply_is_changed_with_the_tag_of_what_was_seen(maren: Program, lee: Program, world: World) -> None:
    here = replied(maren, world)
    seen = maren.get(here)
    assert (seen.json()["version"], seen.json()["changed_at"]) == (1, None)
    changed = maren.patch(here, {"text": "second words"}, if_match=seen["ETag"])
    assert (changed.json()["text"], changed.json()["version"]) == ("second words", 2)
    assert maren.get(here)["ETag"] == changed["ETag"]
    assert maren.patch(here, {"text": "third"}, if_match=seen["ETag"]).status_code == 412
    assert maren.patch(here, {"text": "third"}).status_code == 428
    theirs = lee.get(here).json()
    assert (theirs["text"], theirs["mine"], theirs["changed_at"] is None) == ("second words", False, False)
    assert maren.changes(here, {"text": "second words"})["ETag"] == changed["ETag"]


def test_a_withdrawn_reply_is_hers_alone(maren: Program, lee: Program, world: World) -> None:
    here = replied(maren, world)
    seen = lee.get(here)
    assert maren.post(f"{here}withdraw/", if_match='"stale"').status_code == 412
    assert maren.post(f"{here}withdraw/", if_match=maren.get(here)["ETag"]).status_code == 204
    assert lee.get(here, if_none_match=seen["ETag"]).status_code == 404
    assert [one["id"] for one in lee.get(f"patients/{world.patient}/notes/{world.note}/").json()["replies"]] == [
        str(world.reply)
    ]
    assert maren.get(here).json()["withdrawn_at"]
    assert maren.changes(here, {"text": "again"}).status_code == 404
    log = told(maren.get(f"patients/{world.patient}/access-log/"))
    assert log[0] == "Dr Sun-hee Lee opened a note."
    assert "You withdrew a reply to a note." in log


def test_what_a_clinician_wrote_below_a_note_is_nobodys_to_change(
    maren: Program, lee: Program, yusuf: Program, nobody_known: Program, psychiatrist: Clinician, world: World
) -> None:
    note = f"patients/{world.patient}/notes/{world.note}/replies/"
    theirs, hers = f"{note}{psychiatrist.does(reply, world.note, text='Thank you.')}/", replied(maren, world)
    assert maren.changes(theirs, {"text": "other"}).status_code == 404
    assert maren.post(f"{theirs}withdraw/", if_match=maren.get(theirs)["ETag"]).status_code == 404
    for here in (theirs, hers):
        assert lee.changes(here, {"text": "other"}).status_code == 404
        for program in (yusuf, nobody_known):
            assert program.get(here).status_code == 404
    assert maren.get(hers.replace(str(world.note), str(world.own_note))).status_code == 404
