"""Anything at all is sent, as everybody: no answer is a fault of ours, and each one is what the schema says."""

from __future__ import annotations

import time

from tests.api.fuzz import ROLES, Cast, Tally, ask, kinds
from tests.api.world import World
from tests.conftest import Clinician, Maren, Person

CASES = 2_000


def test_nothing_that_is_sent_is_a_fault_of_ours(
    world: World, patient: Maren, psychiatrist: Clinician, stranger: Clinician, admin: Person
) -> None:
    """The same 2,000 each time; `make fuzz` draws 50,000 others."""
    cast, tally = Cast.of(world, patient, psychiatrist, stranger, admin), Tally()
    begun, before = time.monotonic(), time.process_time()
    ask(cast, "make test", range(CASES // len(ROLES)), tally)
    told = ", ".join(f"{many} × {status}" for status, many in sorted(tally.statuses.items()))
    print(f"\n{tally.cases:,} cases, {tally.cases // len(ROLES)} requests as each of {len(ROLES)}: {told}")
    spent = f"{time.monotonic() - begun:.0f} s, {time.process_time() - before:.0f} s of a core without the database"
    print(f"{len(tally.operations)} operations, {spent}")
    assert tally.cases == CASES
    # They were no knocks at closed doors: things were found, made, changed, refused and unchanged.
    assert set(tally.statuses) >= {200, 201, 400, 401, 404, 422, 428}
    assert tally.operations == {kind.label for kind in kinds()}
