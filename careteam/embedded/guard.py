"""The guard of a process tree: ends what is left when the process that should have ended it was killed."""

from __future__ import annotations

import contextlib
import os
import signal

from careteam.embedded.processes import Child


class Guard:
    """A small process that hears, by the end of a pipe, that we are gone, and then signals every group it knows.

    The kernel's own word to a child (see `tied`) reaches the child alone; a worker's busy children would live on.
    """

    def __init__(self) -> None:
        hears, self.line = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.line)
            os.setsid()
            stand_guard(hears)
            os._exit(0)
        os.close(hears)

    def watch(self, child: Child, sign: signal.Signals = signal.SIGKILL) -> None:
        """Send `sign` to the child and its group when we are gone."""
        self.say(f"{child.process.pid} {sign.value}")

    def forget(self, child: Child) -> None:
        """The child has ended, and its number may become another's."""
        self.say(f"{child.process.pid} 0")

    def say(self, words: str) -> None:
        """Tell the guard; that it was killed itself must not stop us."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self.line, f"{words}\n".encode())

    def dismiss(self) -> None:
        """Send the guard home, with nothing to do."""
        self.say("dismissed")
        os.close(self.line)
        os.waitpid(self.pid, 0)


def stand_guard(hears: int) -> None:
    """Listen until the line is cut; signal all groups then, unless we were dismissed."""
    groups: dict[int, int] = {}
    with os.fdopen(hears) as line:
        for words in line:
            if words.startswith("dismissed"):
                return
            pid, number = map(int, words.split())
            groups[pid] = number
    for pid, number in groups.items():
        if number:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
