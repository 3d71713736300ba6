"""Children that end when we do, however we end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from careteam.embedded.users import ServerUser

PR_SET_PDEATHSIG = 1
LOG_BYTES_MAX = 5_000_000
CLEAN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/", "TZ": "UTC"}


@dataclass(frozen=True)
class Child:
    """A process we started, leader of a session of its own, so that Ctrl-C reaches us alone and we end it in order."""

    name: str
    process: subprocess.Popen[bytes]
    ending: signal.Signals

    @property
    def result(self) -> int | None:
        """Its exit code (negative: the signal that ended it), None while it runs."""
        return self.process.poll()


def tied(ending: signal.Signals) -> Callable[[], None] | None:
    """What a new child does before it becomes its program: have the kernel send it `ending` when our thread dies.

    Linux only. It must come after the change of user, which clears it.
    """
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None, use_errno=True), os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(ending))
        if os.getppid() != parent:  # we died before it was armed
            os._exit(1)

    return arm


def end_with_parent() -> None:
    """Have the kernel send us SIGTERM when the process that started us dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))


def start_child(name: str, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str]) -> Child:
    """Start one of careteam's own programs; it writes to our terminal."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=tied(signal.SIGKILL),  # asked politely, a worker would go on for as long as its tasks take
    )
    return Child(name, process, signal.SIGTERM)


def start_server(name: str, command: Sequence[str], *, user: ServerUser, log: Path, ending: signal.Signals) -> Child:
    """Start a server as its user, with a clean environment; it writes to its log, which only we can read."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".old"))
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as out:
        process = subprocess.Popen(
            command,
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            umask=0o077,
            start_new_session=True,
            preexec_fn=tied(ending),
            **user.identity,
        )
    return Child(name, process, ending)


def end(children: Iterable[Child], *, patience: float = 10.0) -> list[str]:
    """Ask the children to end, wait, kill what is left together with all it started; names those that were killed."""
    children = list(children)
    for child in children:
        if child.result is None:
            child.process.send_signal(child.ending)
    deadline, late = time.monotonic() + patience, []
    for child in children:
        try:
            child.process.wait(max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            late.append(child.name)
    kill(children)
    for child in children:
        child.process.wait()
    return late


def kill(children: Iterable[Child]) -> None:
    """Kill the children and whatever else is in their groups."""
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left in the group
            os.killpg(child.process.pid, signal.SIGKILL)
