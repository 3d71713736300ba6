"""Starting and stopping the private servers, and the environment by which careteam finds them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from careteam.embedded import Trouble
from careteam.embedded.lease import Lease, Owner
from careteam.embedded.places import make_home, places
from careteam.embedded.postgres import Postgres
from careteam.embedded.processes import Child, end, start_server
from careteam.embedded.valkey import Valkey

START_SECONDS = 60  # crash recovery of a busy demo included
RETRY_SECONDS = 10  # a killed server's last children hold its memory and files for a moment
TEST_PLACES = ("test", *(f"test-{number}" for number in range(2, 10)))

Server = Postgres | Valkey


@dataclass
class Servers:
    """The servers a process needs: those whose address it was not given from outside."""

    wanted: list[Server]
    given: Mapping[str, str]
    lease: Lease | None
    children: list[Child] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The given environment with the addresses of our servers."""
        found = dict(self.given)
        for server in self.wanted:
            found |= server.environment()
        if not found.get("DATABASE_OWNER_URL"):
            found["DATABASE_OWNER_URL"] = found["DATABASE_URL"]
        return found

    def owner(self) -> Owner | None:
        """The process that owns the servers."""
        return self.lease.owner() if self.lease else None

    def own(self, what: str) -> bool:
        """Start the servers as their only owner; False when another process owns them."""
        if self.lease is None:
            return True
        if not self.lease.own(what):
            return False
        try:
            for server in self.wanted:
                if server.alive():  # its owner was killed where no kernel tells it, or it is on its way out
                    server.end_stray()
                server.prepare()
                self.children.append(started(server))
        except BaseException:
            self.stop()
            raise
        return True

    def visit(self) -> bool:
        """Use the servers that another process owns, once they answer; False when nobody owns them."""
        if self.lease is None:
            return True
        self.lease.visit()
        deadline = time.monotonic() + START_SECONDS
        while not all(server.ready() for server in self.wanted):
            owner = self.lease.owner()
            if owner is None:
                self.lease.give_up()
                return False
            if time.monotonic() > deadline:
                raise Trouble(f"Process {owner.pid} ({owner.what}) owns the servers here, and they do not answer.")
            time.sleep(0.05)
        return True

    def wait_for_guests(self) -> None:
        """Keep the servers that we own until nobody else uses them."""
        told = False
        while self.children and self.lease and not self.lease.guests_left():
            if not told:
                print("careteam: waiting for another command that uses these servers", file=sys.stderr, flush=True)
            told = True
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop what we started and give the lease back."""
        end(reversed(self.children))
        self.children.clear()
        if self.lease:
            self.lease.give_up()


def needed(var: Path, name: str, given: Mapping[str, str], *, durable: bool) -> Servers:
    """The servers called `name` (run, test, …) that `given` has no address of; nothing is started yet."""
    kinds = [kind for kind, address in ((Postgres, "DATABASE_URL"), (Valkey, "REDIS_URL")) if not given.get(address)]
    if not kinds:
        return Servers([], given, None)
    where = places(var, name)
    make_home(where)
    return Servers([kind(where, durable=durable) for kind in kinds], given, Lease(where.home))


def started(server: Server) -> Child:
    """The server, once it takes connections."""
    begin = time.monotonic()
    child = attempt(server)
    while not server.ready():
        waited = time.monotonic() - begin
        if child.result is not None and waited < RETRY_SECONDS:
            time.sleep(0.2)
            child = attempt(server)
        elif child.result is not None or waited > START_SECONDS:
            end([child])
            raise Trouble(f"{server.name} did not start: {last_line(server.log)} (more in {server.log})")
        time.sleep(0.02)
    return child


def attempt(server: Server) -> Child:
    """One try at starting the server."""
    return start_server(server.name, server.command, user=server.where.user, log=server.log, ending=server.ending)


def last_line(log: Path) -> str:
    """What the server said last."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


@contextmanager
def for_command(var: Path, given: Mapping[str, str], *, what: str) -> Iterator[Servers]:
    """The servers of `make run`: those that run, else started for as long as this command or another needs them."""
    servers = needed(var, "run", given, durable=True)
    while not (servers.own(what) or servers.visit()):
        pass
    try:
        yield servers
    finally:
        try:
            servers.wait_for_guests()
        finally:
            servers.stop()


@contextmanager
def for_tests(var: Path, given: Mapping[str, str], *, what: str) -> Iterator[Servers]:
    """Servers that nobody else uses, fast and forgetful: two test runs at once have two sets."""
    for name in TEST_PLACES:
        servers = needed(var, name, given, durable=False)
        if servers.own(what):
            break
    else:
        raise Trouble(f"{len(TEST_PLACES)} test runs use this checkout already.")
    try:
        yield servers
    finally:
        servers.stop()
