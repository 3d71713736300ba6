"""The process tree of `make run`: servers, migrations, demo data, then web, worker and beat until one of them ends."""

from __future__ import annotations

import contextlib
import errno
import http.client
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from careteam.embedded import Trouble
from careteam.embedded.guard import Guard
from careteam.embedded.places import CHECKOUT
from careteam.embedded.processes import Child, end, kill, start_child
from careteam.embedded.servers import needed

HOST = "127.0.0.1"
NAME = "localhost"  # what people are told: a passkey belongs to a name, never to a bare address
PORTS = range(1, 65536)
TICK_SECONDS = 0.1
ANSWER_SECONDS = 60
HEALTHY = range(200, 400)


class Ended(Exception):
    """The tree comes to its end: told by a signal (no words), or by a fault, named."""


class Tree:
    """Children that live and end together, whatever ends them."""

    def __init__(self, cwd: Path, environment: Mapping[str, str]) -> None:
        self.cwd = cwd
        self.environment = environment
        self.ground: list[Child] = []  # what the children stand on: watched here, ended after them by its owner
        self.children: list[Child] = []
        self.told = False
        self.ending = False

    def live(self, story: Callable[[], None]) -> int:
        """Let `story` start the children, watch over them, end them all; 0 when a signal ended it, 1 for a fault."""
        self.guard = Guard()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.be_told)
        try:
            story()
            while True:
                self.tick()
        except Ended as reason:
            if reason.args:
                print(f"careteam: {reason}: stopping the rest", file=sys.stderr, flush=True)
            return 1 if reason.args else 0
        finally:
            self.ending = True
            for name in end(self.children):
                print(f"careteam: {name} did not stop in time and was killed", file=sys.stderr, flush=True)
            self.guard.dismiss()

    def be_told(self, _number: int, _frame: FrameType | None) -> None:
        """Take note of a signal, the next tick acts on it; told again while ending, wait for nobody."""
        self.told = True
        if self.ending:
            kill(self.children)

    def stand_on(self, servers: Sequence[Child]) -> None:
        """Live no longer than these."""
        self.ground += servers
        for server in servers:
            self.guard.watch(server, server.ending)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child that must not end."""
        self.children.append(start_child(name, command, cwd=self.cwd, environment=self.environment))
        self.guard.watch(self.children[-1])

    def step(self, name: str, command: Sequence[str], **variables: str) -> None:
        """Run a child that must end well before we go on."""
        child = start_child(name, command, cwd=self.cwd, environment={**self.environment, **variables})
        self.guard.watch(child)
        try:
            while child.result is None:
                self.tick()
            if child.result != 0:
                raise Ended(f"{name} ended with {child.result}")
        finally:
            end([child])
            self.guard.forget(child)

    def tick(self) -> None:
        """Wait a moment; raises Ended when we were told to end or a child has died."""
        time.sleep(TICK_SECONDS)
        if self.told:
            raise Ended
        for child in (*self.ground, *self.children):
            if child.result is not None:
                raise Ended(f"{child.name} ended with {child.result}")


def run(var: Path, given: Mapping[str, str]) -> int:
    """Serve careteam at localhost:PORT until Ctrl-C; the exit code says whether that, or a fault, ended it."""
    servers = needed(var, "run", {"CARETEAM_ENV": "demo", **given}, durable=True)
    if owner := servers.owner():
        raise Trouble(
            f"These servers are in use by process {owner.pid} ({owner.what}). Use make stop, or wait if it is ending."
        )
    port = free_port(given.get("PORT") or "8000")
    environment = servers.environment | {"PORT": str(port), "PYTHONUNBUFFERED": "1"}
    tree = Tree(CHECKOUT, environment)
    manage = [sys.executable, "manage.py"]

    def story() -> None:
        (var / "static").mkdir(exist_ok=True)  # WhiteNoise warns when it is missing
        if not servers.own("run"):
            raise Trouble("Another process is just starting careteam's servers here.")
        tree.stand_on(servers.children)
        tree.step("migrate", [*manage, "migrate", "--verbosity", "0"], CARETEAM_DB_ROLE="owner")
        if wants_demo(given):
            tree.step("demo", [*manage, "demo", "--if-empty"], CARETEAM_DB_ROLE="owner")
        for name, command in programs(port).items():
            tree.start(name, command)
        if wants_demo(given):
            tree.step("demo --accounts", [*manage, "demo", "--accounts"], CARETEAM_DB_ROLE="owner")
        wait_for_answer(tree, port)
        print(f"careteam runs at http://{NAME}:{port} (Ctrl-C stops it)", flush=True)

    try:
        return tree.live(story)
    finally:
        servers.stop()


def programs(port: int) -> dict[str, list[str]]:
    """What serves people, and what works behind them."""
    # Celery warns of root on every start; a person who runs the demo as root knows.
    as_root = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *as_root, "-m", "celery", "--quiet", "-A", "careteam"]
    web = [sys.executable, "-m", "gunicorn", "careteam.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    return {
        "web": [*web, "--workers", "1", "--threads", "8", "--log-level", "warning", "--no-control-socket"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--scheduler", "careteam.celery:Scheduler"],
    }


def wants_demo(given: Mapping[str, str]) -> bool:
    """CARETEAM_DEMO=1 or 0 decides; else our own database gets the demo data, one given from outside does not."""
    return (given.get("CARETEAM_DEMO") or ("0" if given.get("DATABASE_URL") else "1")) != "0"


def free_port(text: str) -> int:
    """The port as a number, once we know that we may listen there."""
    if not text.isdigit() or int(text) not in PORTS:
        raise Trouble(f"PORT is {text}: it must be a number from {PORTS.start} to {PORTS.stop - 1}.")
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, int(text)))
            door.listen(1)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "is in use" if taken else f"cannot be used ({error.strerror})"
            raise Trouble(f"Port {text} {reason}. Choose another one, for example PORT=8010 make run.") from None
    return int(text)


def wait_for_answer(tree: Tree, port: int) -> None:
    """Wait until the web server says that all is well."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not healthy(port):
        if time.monotonic() > deadline:
            raise Ended(f"web did not answer at /healthz within {ANSWER_SECONDS} seconds")
        tree.tick()


def healthy(port: int) -> bool:
    """Whether /healthz answers well."""
    line = http.client.HTTPConnection(HOST, port, timeout=2)
    with contextlib.closing(line), contextlib.suppress(OSError, http.client.HTTPException):
        line.request("GET", "/healthz")
        return line.getresponse().status in HEALTHY
    return False
