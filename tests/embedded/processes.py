"""Looking at processes from outside."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

PATIENCE_SECONDS = 10


def gone(pid: int) -> bool:
    """Whether the process has ended, be it not yet fetched by its parent."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() == "" or state.startswith("Z")


def soon(happened: Callable[[], bool]) -> bool:
    """Whether it happens within our patience."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def first_line(process: subprocess.Popen[str]) -> str:
    """What the process says first."""
    assert process.stdout
    return process.stdout.readline()
