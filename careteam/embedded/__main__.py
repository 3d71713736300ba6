"""`python -m careteam.embedded run | exec [--test] -- COMMAND… | status | stop`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from careteam.embedded import Trouble
from careteam.embedded.lease import Lease
from careteam.embedded.places import CHECKOUT, make_home, places, var_folder
from careteam.embedded.postgres import Postgres
from careteam.embedded.processes import end_with_parent, tied
from careteam.embedded.servers import TEST_PLACES, Server, for_command, for_tests
from careteam.embedded.supervisor import run
from careteam.embedded.valkey import Valkey

FORWARDED = (signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 30


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m careteam.embedded", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run_verb = verbs.add_parser("run", help="servers, migrations, demo data, web, worker and beat, until Ctrl-C")
    run_verb.add_argument("--tied", action="store_true", help="end when the process that started this one ends")
    exec_verb = verbs.add_parser("exec", help="run a command that finds the servers in its environment")
    exec_verb.add_argument("--test", action="store_true", help="servers for tests: this command's alone, and forgetful")
    exec_verb.add_argument("command", nargs="+")
    verbs.add_parser("status", help="say which servers run; the exit code is 0 when those of `run` do")
    verbs.add_parser("stop", help="end whatever owns the servers of `run`, and with it the servers")
    chosen = parser.parse_args(arguments)
    if chosen.verb == "run":
        if chosen.tied:
            end_with_parent()
        return run(var_folder(), os.environ)
    if chosen.verb == "exec":
        return execute(chosen.command, test=chosen.test)
    return status() if chosen.verb == "status" else stop()


def execute(command: list[str], *, test: bool) -> int:
    """Run the command with the servers; its exit code is ours."""
    using = for_tests if test else for_command
    with using(var_folder(), os.environ, what=f"exec {Path(command[0]).name}") as servers:
        environment = {"CARETEAM_ENV": "test" if test else "demo"} | servers.environment
        # Ctrl-C reaches the command by itself: it shares our terminal. Not SIG_IGN, which the command would inherit.
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            child = subprocess.Popen(command, env=environment, preexec_fn=tied(signal.SIGTERM))
        except OSError as error:
            raise Trouble(f"{command[0]}: {error.strerror}") from None
        for number in FORWARDED:
            signal.signal(number, lambda received, _: child.send_signal(received))
        result = child.wait()
        for number in (signal.SIGINT, *FORWARDED):  # from here on they are meant for us
            signal.signal(number, lambda received, _: sys.exit(128 + received))
    return result if result >= 0 else 128 - result


def status() -> int:
    """Print a line per set of servers that exists; 0 when those of `run` are up."""
    reports = [report(name) for name in ("run", *TEST_PLACES)]
    return 0 if reports[0] else 1


def report(name: str) -> bool:
    """Say how the servers of that name are; True when they are up."""
    where = places(var_folder(), name)
    if not where.home.exists():
        return False
    servers: list[Server] = [Postgres(where, durable=True), Valkey(where, durable=True)]
    ready = {server.name: server.ready() for server in servers}
    words = ", ".join(f"{server} {'up' if up else 'down'}" for server, up in ready.items())
    owner = Lease(where.home).owner()
    owned = f"owned by process {owner.pid} ({owner.what})" if owner else "without an owner"
    print(f"{name}: {words}, {owned}, in {where.home}")
    return all(ready.values())


def stop() -> int:
    """End the owner of `run`'s servers, or the servers themselves when it is gone."""
    where = places(var_folder(), "run")
    make_home(where)
    lease = Lease(where.home)
    owner = lease.owner()
    if owner:
        os.kill(owner.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while not lease.own("stop"):
        if time.monotonic() > deadline:
            raise Trouble(f"Process {owner.pid if owner else '?'} does not stop.")
        time.sleep(0.05)
    for server in (Postgres(where, durable=True), Valkey(where, durable=True)):
        if server.alive():
            server.end_stray()
    lease.give_up()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(f"careteam: {trouble}")
    except PermissionError as error:  # what another user of this machine started is hers
        sys.exit(f"careteam: {error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
