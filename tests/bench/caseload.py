"""How long the caseload's first page takes, one client at a time, against the server of `make run` with its demo.

Run it beside `make run`: `python -m careteam.embedded exec -- .venv/bin/python -m tests.bench.caseload [port
[requests]]`.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import time
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careteam.settings")

WARM, TIMES = 10, 200
BOUND = 300
WHO = "psychiatrist@demo.careteam.example"
PASSWORD = os.environ.get("CARETEAM_DEMO_PASSWORD", "careteam-demo")
PAGE = "/caseload/"


def signed_in(base: str) -> OpenerDirector:
    """A client that has signed in as the demo's psychiatrist."""
    client = build_opener(HTTPCookieProcessor(CookieJar()))
    asked = sends(client, f"{base}/accounts/login/", login=WHO, password=PASSWORD)
    code = re.search(r'<b class="code">(\d+)</b>', asked)  # the demo's page says it
    if code is None or "Sign out" not in sends(client, f"{base}/accounts/2fa/authenticate/", code=code[1]):
        raise SystemExit("Nobody was signed in. Is this the demo, and did nobody use the same code just now?")
    return client


def sends(client: OpenerDirector, address: str, **fields: str) -> str:
    """The page that answers a form."""
    form = client.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    if token is None:
        raise SystemExit(f"There is no form at {address}.")
    sent = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
    answer = client.open(Request(address, sent, {"Referer": address}))  # noqa: S310 - our own
    return str(answer.read().decode())


def timed(client: OpenerDirector, address: str, times: int) -> list[float]:
    """The milliseconds of each request after the warm-up, shortest first."""
    taken = []
    for number in range(WARM + times):
        begin = time.perf_counter()
        client.open(address).read()
        if number >= WARM:
            taken.append((time.perf_counter() - begin) * 1000)
    return sorted(taken)


def statements() -> tuple[int, int]:
    """How many statements the same page asks (transaction control aside), and how many people are on it."""
    import django  # noqa: PLC0415 - settings come from the environment of the servers

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from careteam.accounts.models import User  # noqa: PLC0415
    from careteam.accounts.viewer import Viewer, acting_as  # noqa: PLC0415
    from careteam.summaries.caseload import caseload  # noqa: PLC0415

    viewer = Viewer.of(User.objects.get(email=WHO))
    with acting_as(viewer), CaptureQueriesContext(connection) as found:
        people = caseload(viewer).people
        transaction.set_rollback(True)  # nobody looked
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not one["sql"].startswith(control) for one in found), people


def main() -> None:
    """Print median and p95 against the bound, and the statements."""
    base = f"http://localhost:{sys.argv[1] if len(sys.argv) > 1 else 8000}"
    times = int(sys.argv[2]) if len(sys.argv) > 2 else TIMES
    taken = timed(signed_in(base), base + PAGE, times)
    median, p95 = statistics.median(taken), taken[max(0, int(times * 0.95) - 1)]
    print(f"{times} requests, one at a time: median {median:.0f} ms, p95 {p95:.0f} ms, bound {BOUND} ms")
    asked, people = statements()
    print(f"{people} people, {asked} statements of the list, besides session and sign-in")


if __name__ == "__main__":
    main()
