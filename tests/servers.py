"""pytest plugin: private test servers are up before Django reads its settings, and down when the run is over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from careteam.embedded import Trouble
from careteam.embedded.places import var_folder
from careteam.embedded.servers import for_tests

running = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the servers; a wrapper, because pytest-django reads the settings in this same hook.

    Workers of pytest-xdist find the addresses in the environment of the process that started them.
    """
    os.environ.setdefault("CARETEAM_ENV", "test")
    try:
        servers = running.enter_context(for_tests(var_folder(), os.environ, what="pytest"))
    except Trouble as trouble:
        raise pytest.UsageError(str(trouble)) from None
    os.environ.update(servers.environment)
    yield


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the servers."""
    running.close()
