"""`python -m careteam.embedded exec | status | stop`: commands share the servers of `make run`, test runs do not."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careteam.embedded.places import CHECKOUT, places
from careteam.embedded.postgres import Postgres
from careteam.embedded.valkey import Valkey
from tests.embedded.processes import PATIENCE_SECONDS, first_line, gone, soon

Type = Callable[..., "subprocess.Popen[str]"]
# Says when its server started, waits until its input ends, and needs the server once more.
WHEN = """
import os, sys, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(connection.execute("SELECT pg_postmaster_start_time()").fetchone()[0], flush=True)
    sys.stdin.read()
    connection.execute("SELECT 1")
"""
SAY_WHEN = ["--", sys.executable, "-c", WHEN]


@pytest.fixture
def types(outside: dict[str, str]) -> Iterator[Type]:
    """Types a command of `careteam.embedded`; what still runs at the end of the test is stopped."""
    begun: list[subprocess.Popen[str]] = []

    def types(var: Path, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "careteam.embedded", *words]
        environment = outside | {"CARETEAM_VAR": str(var)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe
        )
        begun.append(process)
        return begun[-1]

    yield types
    for process in begun:
        process.terminate()
    for process in begun:
        process.wait(PATIENCE_SECONDS)
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe
            pipe.close()


def up(var: Path, name: str = "run") -> list[bool]:
    """Whether the servers of that name answer."""
    where = places(var, name)
    return [server.alive() for server in (Postgres(where, durable=True), Valkey(where, durable=True))]


def finished(*processes: subprocess.Popen[str]) -> list[int]:
    """The exit codes of commands whose input we end."""
    for process in processes:
        assert process.stdin
        process.stdin.close()
    return [process.wait(PATIENCE_SECONDS) for process in processes]


def test_two_starts_at_once_share_one_set_of_servers(var: Path, types: Type) -> None:
    one, other = types(var, "exec", *SAY_WHEN), types(var, "exec", *SAY_WHEN)
    assert first_line(one) == first_line(other) != ""
    assert finished(one, other) == [0, 0]
    assert up(var) == [False, False]


def test_the_command_that_started_the_servers_waits_for_the_others(used_var: Path, types: Type) -> None:
    owner = types(used_var, "exec", *SAY_WHEN)
    started = first_line(owner)
    guest = types(used_var, "exec", *SAY_WHEN)
    assert first_line(guest) == started
    assert owner.stdin
    owner.stdin.close()
    assert owner.stderr
    assert owner.stderr.readline() == "careteam: waiting for another command that uses these servers\n"
    assert finished(guest) == [0]
    assert owner.wait(PATIENCE_SECONDS) == 0


def test_two_test_runs_at_once_have_a_set_of_servers_each(used_var: Path, types: Type) -> None:
    one, other = types(used_var, "exec", "--test", *SAY_WHEN), types(used_var, "exec", "--test", *SAY_WHEN)
    assert first_line(one) != first_line(other)
    assert finished(one, other) == [0, 0]


def test_the_exit_code_of_the_command_is_passed_on(used_var: Path, types: Type) -> None:
    assert types(used_var, "exec", "--test", "--", "sh", "-c", "exit 7").wait(PATIENCE_SECONDS) == 7
    assert (
        types(used_var, "exec", "--test", "--", "sh", "-c", "kill -TERM $$").wait(PATIENCE_SECONDS)
        == 128 + signal.SIGTERM
    )


def test_a_command_that_does_not_exist_is_named(used_var: Path, types: Type) -> None:
    _, said = types(used_var, "exec", "--test", "--", "no-such-command").communicate()
    assert said == "careteam: no-such-command: No such file or directory\n"


def test_status_and_stop_tell_and_end_what_runs(used_var: Path, types: Type) -> None:
    running = types(used_var, "exec", "--", "sh", "-c", "echo up; exec sleep 60")
    assert first_line(running) == "up\n"
    status = types(used_var, "status")
    said, _ = status.communicate()
    assert said.startswith(f"run: postgres up, valkey up, owned by process {running.pid} (exec sh), in ")
    assert status.returncode == 0
    assert types(used_var, "stop").wait(PATIENCE_SECONDS) == 0
    assert running.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    assert up(used_var) == [False, False]
    assert types(used_var, "status").wait(PATIENCE_SECONDS) == 1


def test_stop_does_not_wait_for_the_others(used_var: Path, types: Type) -> None:
    owner = types(used_var, "exec", *SAY_WHEN)
    assert first_line(owner)
    guest = types(used_var, "exec", *SAY_WHEN)
    assert first_line(guest)
    assert owner.stdin
    owner.stdin.close()
    assert owner.stderr
    assert "waiting for another command" in owner.stderr.readline()
    assert types(used_var, "stop").wait(PATIENCE_SECONDS) == 0
    assert owner.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    assert finished(guest) == [1]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_kill_9_of_a_command_leaves_nothing_running(used_var: Path, types: Type) -> None:
    running = types(used_var, "exec", "--", "sh", "-c", "echo $$; exec sleep 60")
    below = int(first_line(running))
    running.kill()
    assert soon(lambda: gone(below) and not any(up(used_var)))
    assert finished(types(used_var, "exec", "--", "true")) == [0]
