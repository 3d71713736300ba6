"""`make run` from the first line to the last: careteam itself, served, killed, served again, stopped."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from careteam.embedded.places import CHECKOUT
from tests.embedded.processes import PATIENCE_SECONDS, soon

START_SECONDS = 30  # a busy machine; an idle one needs a tenth of it


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def run(outside: dict[str, str], var: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start careteam without the demo data and wait for its address."""
    environment = outside | {"CARETEAM_VAR": str(var), "CARETEAM_DEMO": "0", "PORT": str(port)}
    command = [sys.executable, "-m", "careteam.embedded", "run"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=out, stderr=out)
    deadline = time.monotonic() + START_SECONDS
    while f"careteam runs at http://localhost:{port}" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return process


def answer(port: int) -> int:
    """The status of /healthz."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    line.request("GET", "/healthz")
    status = line.getresponse().status
    line.close()
    return status


def processes(port: int, var: Path) -> list[str]:
    """What runs of this careteam: servers are known by their folder, the rest by their environment."""
    listed = subprocess.run(["ps", "axeww", "-o", "stat=,args="], capture_output=True, text=True, check=True)
    marks = (f"PORT={port} ", f"{var}/")
    return [row for row in listed.stdout.splitlines() if any(mark in row for mark in marks) and not row.startswith("Z")]


def test_it_serves_survives_a_kill_9_and_stops_cleanly(outside: dict[str, str], used_var: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    first = run(outside, used_var, port, log)
    assert answer(port) == 200
    assert len(processes(port, used_var)) > len(["postgres", "valkey", "web", "worker", "beat"])
    first.kill()
    first.wait(PATIENCE_SECONDS)
    assert soon(lambda: not processes(port, used_var)), processes(port, used_var)
    second = run(outside, used_var, port, log)
    assert answer(port) == 200
    second.send_signal(signal.SIGINT)
    assert second.wait(2 * PATIENCE_SECONDS) == 0
    assert not processes(port, used_var)
