"""Folders for private servers, away from those that this test run itself stands on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from careteam.embedded.places import places
from careteam.embedded.servers import Servers, needed

Start = Callable[..., Servers]
CleanUp = Callable[[Path, str], None]
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CARETEAM_ENV", "CARETEAM_DB_ROLE")
OURS = (*ADDRESSES, "DJANGO_SETTINGS_MODULE")


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder that the server user can reach; pytest's own tmp_path is 0700."""
    folder = Path(tempfile.mkdtemp(prefix="careteam-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def var() -> Iterator[Path]:
    """A var folder of the test's own, in which nothing was started yet."""
    with reachable_folder() as folder:
        yield folder / "var"


@pytest.fixture(scope="session")
def used_var() -> Iterator[Path]:
    """A var folder in which tests start servers one after the other; making a new cluster each time takes long."""
    with reachable_folder() as folder:
        yield folder / "var"


@pytest.fixture
def clean_up() -> Iterator[CleanUp]:
    """Takes away what servers keep outside of their var folder, when the test is over."""
    named: list[tuple[Path, str]] = []
    yield lambda var, name: named.append((var, name))
    for folder, name in named:
        where = places(folder, name)
        for left in (where.sockets, where.home):
            shutil.rmtree(left, ignore_errors=True)
        if where.home.parent != folder:
            with suppress(OSError):
                where.home.parent.rmdir()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers, which stop when the test is over."""
    begun: list[Servers] = []

    def start(var: Path, name: str = "run", *, durable: bool = True, **given: str) -> Servers:
        servers = needed(var, name, given, durable=durable)
        begun.append(servers)
        assert servers.own("test")
        return servers

    yield start
    for servers in reversed(begun):
        servers.stop()


@pytest.fixture
def outside() -> dict[str, str]:
    """What a command typed by a person finds in its environment: nothing of this test run."""
    return {name: value for name, value in os.environ.items() if name not in OURS}
