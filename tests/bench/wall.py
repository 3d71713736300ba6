"""What row-level security costs a request: the same requests, in turn, with the wall up and with it down.

Run it anywhere, it starts servers of its own: `python -m tests.bench.wall [rounds]`. The demo is loaded into one
database, that one is copied, and in the copy the policies are switched off. Each request is made in both, one after
the other, in the other order each time, in one process, so that whatever else the machine does meets both alike.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

WARM, ROUNDS = 12, 100  # a plan is kept after five
GOAL = 1.10
APP = "careteam_app"
UP, DOWN = "bench_wall_up", "bench_wall_down"
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def main() -> None:
    """Print the busy-ness of the machine, then a line for each page."""
    from careteam.embedded.places import var_folder  # noqa: PLC0415 - the environment comes first
    from careteam.embedded.servers import for_tests  # noqa: PLC0415 - the same

    os.environ["CARETEAM_ENV"] = "test"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    with for_tests(var_folder(), os.environ, what="the bench of the wall") as servers:
        os.environ.update(servers.environment)
        import django  # noqa: PLC0415 - settings come from the environment

        django.setup()
        rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
        with two_databases() as (up, down, asks):
            measure(up, down, asks, rounds)


@contextmanager
def two_databases() -> Iterator[tuple[BaseDatabaseWrapper, BaseDatabaseWrapper, dict[str, Callable[[], Any]]]]:
    """The demo behind the wall, and a copy of it in front; and what is asked of them."""
    from django.conf import settings  # noqa: PLC0415 - after set-up
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from careteam.sharing import rls  # noqa: PLC0415

    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if not one.startswith("tests.")]
    setup_test_environment(debug=False)
    with connection._nodb_cursor() as cursor:  # as Django makes its own test databases
        for name in (UP, DOWN):
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {UP}")
    connections.settings["default"]["NAME"] = UP
    connection.close()
    connection.settings_dict["NAME"] = UP
    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    asks = requests()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DOWN} TEMPLATE {UP}")
    found = []
    for name in (UP, DOWN):
        one = connections.create_connection("default")
        one.settings_dict = {**one.settings_dict, "NAME": name, "OPTIONS": {**one.settings_dict["OPTIONS"]}}
        if name == DOWN:
            with one.cursor() as cursor:
                for table in rls.policies():
                    cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
        with one.cursor() as cursor:
            cursor.execute("ANALYZE")
        one.close()
        one.settings_dict["OPTIONS"]["assume_role"] = APP
        found.append(one)
    yield found[0], found[1], asks
    for one in found:
        one.close()


def requests() -> dict[str, Callable[[], Any]]:
    """The four that are asked: the list, a chart, a note, and a chart by a program."""
    from django.test import Client  # noqa: PLC0415 - after set-up
    from django.urls import reverse  # noqa: PLC0415

    from careteam.accounts.models import User  # noqa: PLC0415
    from careteam.accounts.services import create_token  # noqa: PLC0415
    from careteam.accounts.viewer import acting_as  # noqa: PLC0415
    from careteam.notes.models import ProgressNote  # noqa: PLC0415
    from careteam.summaries.demo import DOMAIN  # noqa: PLC0415
    from tests.conftest import Person  # noqa: PLC0415

    clinician = Person(User.objects.get(email=f"psychiatrist@{DOMAIN}"))
    patient = User.objects.get(email=f"patient@{DOMAIN}").pk
    with acting_as(clinician.viewer):
        rows = ProgressNote.objects.about(patient).visible_to(clinician.viewer).exclude(status="draft")
        note = rows.order_by("-effective_at").values_list("pk", flat=True)[0]
        token = create_token(clinician.viewer, name="bench", until=clinician.viewer.today + timedelta(days=30))
    browser, headers = clinician.browser, {"Authorization": f"Bearer {token}"}
    pages = {"caseload": reverse("caseload"), "chart": reverse("chart", args=[patient])}
    pages["note"] = reverse("chart_note", args=[patient, note])
    found: dict[str, Callable[[], Any]] = {name: partial(browser.get, path) for name, path in pages.items()}
    overview = reverse("api_overview", args=[patient])
    found["API overview"] = lambda: Client().get(overview, headers=headers)
    return found


def measure(
    up: BaseDatabaseWrapper, down: BaseDatabaseWrapper, asks: dict[str, Callable[[], Any]], rounds: int
) -> None:
    """Each of these, `rounds` times in both databases."""
    print(f"machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; {rounds} requests each")
    print(
        f"{'request':14}{'statements':>11}{'up p50':>9}{'p95':>8}{'down p50':>10}{'p95':>8}{'ratio p50':>11}{'p95':>7}"
    )
    ratios = []
    for name, ask in asks.items():
        taken: dict[bool, list[float]] = {True: [], False: []}
        count = statements(up, ask)
        for number in range(WARM + rounds):
            for walled in (True, False) if number % 2 else (False, True):
                spent = one_request(up if walled else down, ask)
                if number >= WARM:
                    taken[walled].append(spent)
        (on50, on95), (off50, off95) = (middle_and_p95(taken[walled]) for walled in (True, False))
        ratios.append(on95 / off95)
        times = f"{on50:9.1f}{on95:8.1f}{off50:10.1f}{off95:8.1f}"
        print(f"{name:14}{count:11}{times}{on50 / off50:11.2f}{on95 / off95:7.2f}", flush=True)
    print(f"worst ratio at p95: {max(ratios):.2f}, goal {GOAL:.2f}; load {os.getloadavg()[0]:.1f} at the end")


def one_request(database: BaseDatabaseWrapper, ask: Callable[[], Any]) -> float:
    """The milliseconds of a request in this database."""
    from django.db import connections  # noqa: PLC0415 - after set-up

    connections["default"] = database
    begin = time.perf_counter()
    answer = ask()
    spent = (time.perf_counter() - begin) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code} is not what was to be measured.")
    return spent


def statements(database: BaseDatabaseWrapper, ask: Callable[[], Any]) -> int:
    """How many statements it asks, transaction control aside."""
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after set-up

    one_request(database, ask)
    with CaptureQueriesContext(database) as asked:
        one_request(database, ask)
    return sum(not one["sql"].startswith(CONTROL) for one in asked)


def middle_and_p95(times: list[float]) -> tuple[float, float]:
    """Of these."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
