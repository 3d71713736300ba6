"""A09: an ETag is its reader's own and says nothing: nobody's tag is another's, and what is hidden moves none."""

from __future__ import annotations

from tests.api.programs import Program
from tests.api.world import World
from tests.conftest import Clinician, Maren
from tests.privacy.hidden import hides

ROOMS: tuple[str, ...] = (
    "goals",
    "notes",
    "measures",
    "treatments",
    "visits",
    "questions",
    "plans",
    "calls",
    "check-ins",
    "events",
)
ROOMS += ("procedures", "levels", "conditions", "hard-days")


def test_a_tag_is_its_readers_own_and_moves_with_what_she_sees_alone(
    patient: Maren, gp: Clinician, world: World, maren: Program, lee: Program
) -> None:
    paths = [f"patients/{patient.id}/{room}/" for room in ROOMS]
    for room in list(paths):
        paths.append(f"{room}{lee.get(room).json()['results'][0]['id']}/")
    mine, theirs = ({path: who.get(path)["ETag"] for path in paths} for who in (maren, lee))
    assert len({*mine.values(), *theirs.values()}) == 2 * len(paths)
    for path in paths:
        assert lee.get(path, if_none_match=mine[path]).status_code == 200
        assert "Last-Modified" not in lee.get(path).headers
    hides(patient, gp)
    for path in paths:
        assert lee.get(path, if_none_match=theirs[path]).status_code == 304, path
