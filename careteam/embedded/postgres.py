"""The private PostgreSQL: one cluster, two roles, a unix socket that one user can reach."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from careteam.embedded import Trouble
from careteam.embedded.places import Places, postgres_binaries
from careteam.embedded.processes import CLEAN_ENVIRONMENT
from careteam.embedded.users import user_name

ROLES = """\
CREATE ROLE careteam_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;

CREATE ROLE careteam_app LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;

GRANT careteam_app TO careteam_owner WITH INHERIT FALSE, SET TRUE;

CREATE DATABASE careteam OWNER careteam_owner;
"""
OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A refused statement and the row it names carry what people wrote: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """PostgreSQL 18 in its places; `durable` is off for tests only."""

    name = "postgres"
    ending = signal.SIGINT  # its fast shutdown; SIGTERM would wait for every client to leave

    def __init__(self, where: Places, *, durable: bool) -> None:
        self.where = where
        self.options = OPTIONS if durable else OPTIONS | THROW_AWAY

    @cached_property
    def binaries(self) -> Path:
        """The folder of its programs."""
        return postgres_binaries(self.where)

    @property
    def log(self) -> Path:
        """Where it writes."""
        return self.where.home / "postgres.log"

    @property
    def settings(self) -> dict[str, str]:
        """What it must know at every start."""
        home, sockets = self.where.home, self.where.sockets
        files = {"hba_file": home / "hba.conf", "ident_file": home / "ident.conf", "unix_socket_directories": sockets}
        return self.options | {name: str(path) for name, path in files.items()}

    @property
    def command(self) -> list[str]:
        """Starts it."""
        given = [f"--{name}={value}" for name, value in self.settings.items()]
        return [str(self.binaries / "postgres"), "-D", str(self.where.postgres), *given]

    def prepare(self) -> None:
        """Write who may log in; create the cluster when there is none; forget a postmaster that is certainly gone."""
        # Peer: the kernel names the user at the other end of the socket. Whoever runs the servers may be any role.
        names = sorted({self.where.user.name, user_name()})
        write(self.where.home / "hba.conf", "local all all peer map=careteam\n")
        write(self.where.home / "ident.conf", "".join(f'careteam "{name}" all\n' for name in names))
        if not self.where.postgres.exists():
            self.create()
        self.forget_a_foreign_postmaster()

    def create(self) -> None:
        """Make the cluster, its roles and its database; only a complete one gets the name."""
        part = self.where.home / "postgres-18.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(part, self.where.user.uid, self.where.user.gid, follow_symlinks=False)
        self.tool(
            ["initdb", "-D", str(part), "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
            + ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject"]
        )
        self.tool(["postgres", "--single", "-j", "-D", str(part), "postgres"], typed=ROLES)
        part.rename(self.where.postgres)

    def tool(self, command: list[str], *, typed: str = "") -> None:
        """Run one of PostgreSQL's programs as its user."""
        done = subprocess.run(
            [str(self.binaries / command[0]), *command[1:]],
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            **self.where.user.identity,
        )
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()[-1]
            raise Trouble(f"PostgreSQL's {command[0]} failed as user {self.where.user.name}: {said}")

    def forget_a_foreign_postmaster(self) -> None:
        """Remove a postmaster.pid whose number now belongs to another program of the same user.

        PostgreSQL itself would refuse to start for as long as that program lives, as happens after a power cut.
        """
        noted = self.where.postgres / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, PermissionError, ValueError, IndexError):
            pid = int(noted.read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").readlink() != self.where.postgres:
                noted.unlink()

    def alive(self) -> bool:
        """Whether a postmaster listens, be it that it is still starting or already stopping."""
        return self.asked() in {0, 1}

    def ready(self) -> bool:
        """Whether it takes connections."""
        return self.asked() == 0

    def asked(self) -> int:
        """What pg_isready says: 0 accepting, 1 rejecting, 2 no answer."""
        command = [str(self.binaries / "pg_isready"), "-q", "-h", str(self.where.sockets), "-U", "postgres", "-d", "postgres"]
        return subprocess.run(command, env=CLEAN_ENVIRONMENT, check=False).returncode

    def end_stray(self) -> None:
        """Stop a postmaster that nobody owns. It listens at our socket, so the number in postmaster.pid is its own."""
        self.tool(["pg_ctl", "-D", str(self.where.postgres), "-m", "fast", "-s", "stop"])

    def environment(self) -> dict[str, str]:
        """What careteam's settings read."""
        host = quote(str(self.where.sockets), safe="")
        return {
            "DATABASE_URL": f"postgresql://careteam_app@/careteam?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://careteam_owner@/careteam?host={host}",
        }


def write(path: Path, text: str) -> None:
    """Put `text` in a file of ours that the server user may read, unless it is there already."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        path.chmod(0o644)
