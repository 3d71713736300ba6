"""One process of a proof, on servers and in a database of its own; `python -m tests.prove` starts it.

It keeps what it has done after every few worlds or walks, and stops when it is told to (SIGTERM), when its time is over
or when something was found.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from careteam.embedded.places import var_folder
from careteam.embedded.servers import for_tests
from tests.prove.state import Part

WORLDS, WALKS, CASES = 1_000, 20, 100  # as many at once: they share a cast, and what was made is thrown away after them


@contextmanager
def database() -> Iterator[None]:
    """A database as the tests have it: made by its owner, used as the role that serves."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "CARETEAM_ENV": "test", "CARETEAM_LOG_LEVEL": "CRITICAL"}
    with for_tests(var_folder(), os.environ, what="prove") as servers:
        os.environ.update(servers.environment)
        import django  # noqa: PLC0415 - the settings want the servers' addresses

        django.setup()
        from django.db import connection  # noqa: PLC0415
        from django.test.runner import DiscoverRunner  # noqa: PLC0415

        from tests.conftest import APP  # noqa: PLC0415

        runner = DiscoverRunner(verbosity=0, interactive=False)
        runner.setup_test_environment()
        made = runner.setup_databases()
        connection.settings_dict["OPTIONS"]["assume_role"] = APP
        connection.close()
        try:
            yield
        finally:
            connection.settings_dict["OPTIONS"].pop("assume_role")
            connection.close()
            runner.teardown_databases(made)
            runner.teardown_test_environment()


def worlds(part: Part, first: int, last: int) -> str:
    """Ask about these worlds; what the three disagree about, if anything."""
    from tests.sharing.differential import Cast, Tally, prove  # noqa: PLC0415 - wants Django set up

    tally = Tally()
    found = prove(Cast.made(), part.seed, range(first, last), tally)
    part.counted.update(worlds=tally.worlds, decisions=tally.decisions, writes=tally.tries)
    return str(found or "")


def walks(part: Part, first: int, last: int) -> str:
    """Take these walks; where two worlds differ, if anywhere."""
    from tests.privacy.twins import Cast, Tally, cause, walked  # noqa: PLC0415 - wants Django set up

    cast, tally, words = Cast.made(), Tally(), ""
    for number in range(first, last):
        found = walked(cast, part.seed, number, tally)
        if found:
            words = "\n".join([str(found), *cause(cast, found)])
            break
    part.counted.update(walks=tally.walks, requests=tally.requests, hidden=tally.hidden)
    return words


def cases(part: Part, first: int, last: int) -> str:
    """Send these requests to the API, each as everybody; the first answer that is a fault, if any."""
    from tests.api.fuzz import ROLES, Cast, Tally, ask  # noqa: PLC0415 - wants Django set up

    tally, words = Tally(), ""
    try:
        ask(Cast.made(), part.seed, range(first // len(ROLES), -(-last // len(ROLES))), tally)
    except AssertionError as fault:
        words = f"{fault}\n{fault.__cause__ or ''}"
    part.counted.update(cases=tally.cases, **{f"answered {status}": many for status, many in tally.statuses.items()})
    return words


ABOUT: dict[str, tuple[Callable[[Part, int, int], str], int]] = {
    "worlds": (worlds, WORLDS),
    "walks": (walks, WALKS),
    "cases": (cases, CASES),
}


def go_on(part: Part, seconds: float) -> None:
    """Do the rest of a share, as long as there is time."""
    from tests.sharing.differential import thrown_away  # noqa: PLC0415 - wants Django set up

    ask, at_once = ABOUT[part.part]
    began, before, part.found = time.monotonic(), part.seconds, ""
    while not part.over and not part.found and time.monotonic() - began < seconds:
        # Chunk by chunk, and of all chunks every n-th: any number of processes proves the same.
        chunk = part.done // at_once * part.shards + part.shard
        many = min(at_once, part.share - part.done)
        with thrown_away():
            part.found = ask(part, chunk * at_once, chunk * at_once + many)
        part.done += 0 if part.found else many
        part.seconds = before + time.monotonic() - began
        part.keep()


def main(given: list[str]) -> int:
    """Go on with a share that is described in JSON, for so many seconds."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    described: dict[str, Any] = json.loads(given[0])
    part = Part(**described).taken_up()
    if not part.over:
        with database():
            go_on(part, float(given[1]))
    return 1 if part.found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
