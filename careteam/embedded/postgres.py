"""The private PostgreSQL: one cluster, two roles, a unix socket that one user can reach."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from careteam.embedded import Trouble
from careteam.embedded.places import Places, postgres_binaries, private_folder
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
    "jit": "off",  # it doubled the time of the caseload
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A refused statement, and the row it names, carry what people wrote: neither belongs in a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
SYNC_ALL = ["--sync-method=syncfs"] if sys.platform == "linux" else []
FORGETFUL = {
    **{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"},
    **{"wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off"},
}


class Postgres:
    """PostgreSQL 18 in its places; `durable` is off for tests only."""

    name = "postgres"
    ending = signal.SIGINT  # its fast shutdown; SIGTERM would wait for every client to leave

    def __init__(self, where: Places, *, durable: bool) -> None:
        self.where = where
        self.durable = durable
        self.options = OPTIONS if durable else OPTIONS | FORGETFUL
        self.log = where.home / "postgres.log"
        self.hba = where.home / "hba.conf"
        self.ident = where.home / "ident.conf"

    @cached_property
    def binaries(self) -> Path:
        """The folder of its programs."""
        return postgres_binaries(self.where)

    @property
    def command(self) -> list[str]:
        """Starts it."""
        files = {"hba_file": self.hba, "ident_file": self.ident, "unix_socket_directories": self.where.sockets}
        options = [f"--{name}={value}" for name, value in {**self.options, **files}.items()]
        return [str(self.binaries / "postgres"), "-D", str(self.where.postgres), *options]

    def environment(self) -> dict[str, str]:
        """What careteam's settings read."""
        host = quote(str(self.where.sockets), safe="")
        return {
            "DATABASE_URL": f"postgresql://careteam_app@/careteam?host={host}",
            "DATABASE_OWNER_URL": f"postgresql://careteam_owner@/careteam?host={host}",
        }

    def prepare(self) -> None:
        """Write down who may log in, and make the cluster when there is none."""
        private_folder(self.where.sockets, self.where.user)
        # Peer: the kernel names the user at the other end of the socket. Whoever runs the servers may be any role.
        write(self.hba, "local all all peer map=careteam\n")
        names = sorted({self.where.user.name, user_name()})
        write(self.ident, "".join(f'careteam "{name}" all\n' for name in names))
        if not self.where.postgres.exists():
            self.create_cluster()
        self.forget_foreign_postmaster()

    def create_cluster(self) -> None:
        """Make the cluster, its roles and its database; only a complete one gets the name."""
        part = self.where.postgres.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        private_folder(part, self.where.user)
        self.tool(
            *("initdb", "-D", str(part), "-U", "postgres", "--no-sync", "--auth-local=peer", "--auth-host=reject"),
            *("-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        )
        self.tool("postgres", "--single", "-j", "-F", "-D", str(part), "postgres", typed=ROLES)
        if self.durable:  # once for all of it: file by file it takes longer than everything else
            self.tool("initdb", "-D", str(part), "--sync-only", *SYNC_ALL)
        part.rename(self.where.postgres)

    def forget_foreign_postmaster(self) -> None:
        """Remove a postmaster.pid whose number is another program's by now, as it can be after a power cut.

        PostgreSQL would not start for as long as that program lives, if it belongs to the same user.
        """
        noted = self.where.postgres / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, PermissionError, ValueError, IndexError):
            pid = int(noted.read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").readlink() != self.where.postgres:
                noted.unlink()

    def alive(self) -> bool:
        """Whether a postmaster listens, be it still starting or already stopping."""
        return self.asked() in {0, 1}

    def ready(self) -> bool:
        """Whether it takes connections."""
        return self.asked() == 0

    def asked(self) -> int:
        """What pg_isready answers: 0 accepting, 1 rejecting, 2 nobody there."""
        # It does not log in, and still the server would write a line about a role or database that does not exist.
        address = ["-h", str(self.where.sockets), "-U", "postgres", "-d", "postgres"]
        command = [str(self.binaries / "pg_isready"), "-q", *address]
        return subprocess.run(command, cwd="/", env=CLEAN_ENVIRONMENT, check=False).returncode

    def end_stray(self) -> None:
        """Stop a postmaster that nobody owns. It listens at our socket, so the number in postmaster.pid is its own."""
        self.tool("pg_ctl", "-D", str(self.where.postgres), "-m", "fast", "-s", "stop")

    def tool(self, name: str, *arguments: str, typed: str = "") -> None:
        """Run one of PostgreSQL's programs as its user."""
        done = subprocess.run(
            [str(self.binaries / name), *arguments],
            cwd="/",
            env=CLEAN_ENVIRONMENT,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            **self.where.user.identity,
        )
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
            raise Trouble(f"PostgreSQL's {name} failed as user {self.where.user.name}: {said}")


def write(path: Path, text: str) -> None:
    """Put `text` in a file of ours that the server user may read."""
    path.write_text(text)
    path.chmod(0o644)
