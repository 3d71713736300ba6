"""One owner at a time, known by name, for exactly as long as it lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from careteam.embedded.lease import Lease, Owner
from careteam.embedded.places import CHECKOUT
from tests.embedded.processes import PATIENCE_SECONDS, first_line

HOLD = """
import sys, time
from pathlib import Path
from careteam.embedded.lease import Lease

lease = Lease(Path(sys.argv[1]))
print(lease.own("hold"), flush=True)
time.sleep(60)
"""


def test_there_is_one_owner_until_it_gives_up(tmp_path: Path) -> None:
    one, other = Lease(tmp_path), Lease(tmp_path)
    assert one.owner() is None
    assert one.own("first")
    assert not other.own("second")
    assert other.owner() == Owner(os.getpid(), "first")
    one.give_up()
    assert other.own("second")
    assert one.owner() == Owner(os.getpid(), "second")
    other.give_up()


def test_a_killed_owner_owns_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as holder:
        assert first_line(holder) == "True\n"
        assert Lease(tmp_path).owner() == Owner(holder.pid, "hold")
        holder.kill()
        holder.wait(PATIENCE_SECONDS)
    lease = Lease(tmp_path)
    assert lease.owner() is None
    assert lease.own("next")
    lease.give_up()


def test_the_owner_knows_whether_guests_are_left(tmp_path: Path) -> None:
    owner, guest = Lease(tmp_path), Lease(tmp_path)
    assert owner.own("owner")
    guest.visit()
    assert not owner.guests_left()
    guest.give_up()
    assert owner.guests_left()
    owner.give_up()
