"""Who owns the servers of a folder: one process at a time, known by a file lock that ends with it.

Other commands may use the servers as guests; the owner can wait for them before it stops the servers.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from careteam.embedded import Trouble

LOOKS = 50
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Owner:
    """The process that holds a lease."""

    pid: int
    what: str


class Lease:
    """The right to start and stop the servers of one folder, or, for a guest, to use them."""

    def __init__(self, folder: Path) -> None:
        self.owner_file = folder / "owner"
        self.guests_file = folder / "guests"
        self.held: list[IO[str]] = []

    def own(self, what: str) -> bool:
        """Become the owner, unless somebody is."""
        file = self.owner_file.open("a+")
        while not lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            if self.owner():  # else somebody was only looking, as `owner` does
                file.close()
                return False
        file.truncate(0)
        file.write(f"{os.getpid()} {what}")
        file.flush()
        self.held.append(file)
        return True

    def visit(self) -> None:
        """Become a guest; waits while an owner is stopping the servers."""
        file = self.guests_file.open("a+")
        lock(file, fcntl.LOCK_SH)
        self.held.append(file)

    def guests_left(self) -> bool:
        """Close the door: True when no guest uses the servers, and from then on newcomers wait until we are gone."""
        file = self.guests_file.open("a+")
        if not lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB):
            file.close()
            return False
        self.held.append(file)
        return True

    def give_up(self) -> None:
        """Let go of all we hold."""
        while self.held:
            self.held.pop().close()

    def owner(self) -> Owner | None:
        """Who holds the lease, None when nobody does."""
        before = ""
        for _ in range(LOOKS):
            with self.owner_file.open("a+") as file:
                if lock(file, fcntl.LOCK_SH | fcntl.LOCK_NB):
                    return None
                file.seek(0)
                signed = file.read()
            pid, _, what = signed.partition(" ")
            if pid.isdigit() and signed == before:
                return Owner(int(pid), what)
            before = signed  # an owner locks first and signs then: what we read may be the name of the one before
            time.sleep(LOOK_SECONDS)
        raise Trouble(f"{self.owner_file} is locked by a process that does not say who it is.")


def lock(file: IO[str], how: int) -> bool:
    """Lock the open file; False when it must not wait and somebody else has it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, how)
        return True
    return False
