"""The private Valkey: broker, cache and rate limits on a unix socket that one user can reach."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from careteam.embedded import Trouble
from careteam.embedded.places import Places, private_folder, valkey_binary

STOP_SECONDS = 10


class Valkey:
    """Valkey in its places; `durable` keeps every change in an append-only file and is off for tests only."""

    name = "valkey"
    ending = signal.SIGTERM

    def __init__(self, where: Places, *, durable: bool) -> None:
        self.where = where
        self.durable = durable
        self.log = where.home / "valkey.log"

    @cached_property
    def binary(self) -> Path:
        """The program."""
        return valkey_binary(self.where)

    @property
    def command(self) -> list[str]:
        """Starts it."""
        options = {
            "port": "0",
            "unixsocket": str(self.where.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.where.valkey),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        return [str(self.binary), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def environment(self) -> dict[str, str]:
        """What careteam's settings read."""
        return {"REDIS_URL": f"unix://{quote(str(self.where.valkey_socket))}?db=0"}

    def prepare(self) -> None:
        """Make its folders."""
        private_folder(self.where.sockets, self.where.user)
        private_folder(self.where.valkey, self.where.user)

    def alive(self) -> bool:
        """Whether something answers at its socket, be it still reading its file."""
        return bool(self.asked(b"PING\r\n"))

    def ready(self) -> bool:
        """Whether it takes commands."""
        return self.asked(b"PING\r\n").startswith(b"+PONG")

    def end_stray(self) -> None:
        """Stop a Valkey that nobody owns."""
        self.asked(b"SHUTDOWN\r\n")
        deadline = time.monotonic() + STOP_SECONDS
        while self.alive():
            if time.monotonic() > deadline:
                raise Trouble(f"An old Valkey at {self.where.valkey_socket} does not stop: end it by hand.")
            time.sleep(0.02)

    def asked(self, command: bytes) -> bytes:
        """The beginning of its answer, empty when nobody answers."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(self.where.valkey_socket))
            line.sendall(command)
            return line.recv(64)
        return b""
