"""How long ten years of weekly scores and sixty bars take to draw. Run it: `python -m tests.bench.timeline`."""

from __future__ import annotations

import time
from collections.abc import Callable

from careteam.exchange.timeline import PAPER, PHONE, WIDE, Ink, draw, rows
from tests.exchange.timelines import ten_years

TIMES = 50
BOUND = 5.0


def main() -> None:
    """Print the best and the middle of fifty, in milliseconds of this thread, against the bound."""
    picture = ten_years()
    tasks: dict[str, Callable[[], object]] = {
        "wide": lambda: draw(picture, WIDE),
        "phone": lambda: draw(picture, PHONE),
        "paper": lambda: draw(picture, PAPER, Ink.PRINT),
        "table": lambda: rows(picture),
    }
    for name, task in tasks.items():
        taken = []
        for _ in range(TIMES):
            begin = time.thread_time()
            task()
            taken.append((time.thread_time() - begin) * 1000)
        taken.sort()
        print(f"{name:6} best {taken[0]:5.2f} ms   middle {taken[TIMES // 2]:5.2f} ms   bound {BOUND} ms")


if __name__ == "__main__":
    main()
