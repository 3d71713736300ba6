"""How long a ledger of sixty dose periods takes to work out. Run it: `python -m tests.bench.ledger`."""

from __future__ import annotations

import time
from datetime import date, timedelta

from careteam.treatments.dose_table import by_ingredient
from careteam.treatments.ledger import ledger
from careteam.treatments.tried import Episode, Medicine
from tests.treatments.doses import TODAY, dose, on
from tests.treatments.tried import took

TIMES = 100
BOUND = 2.0
TWELVE = (
    "sertraline", "citalopram", "venlafaxine", "duloxetine", "mirtazapine", "fluoxetine", "bupropion", "aripiprazole",
    "lithium", "nortriptyline", "quetiapine", "escitalopram",
)  # fmt: skip


def twelve_of_five() -> list[Medicine]:
    """Twelve medicines of five doses each, some dates known by their month, one running into the next."""
    found, day = [], date(2014, 1, 6)
    for number, name in enumerate(TWELVE):
        begun, steps = day, []
        for step in range(5):
            end = day + timedelta(days=30 + 7 * step)
            steps.append(dose(str(25 * (step + 1)), day.isoformat()[: 10 if step else 7], end.isoformat()))
            day = end + timedelta(days=1)
        last = (day - timedelta(days=1)).isoformat()
        found.append(took(name, *steps, start=begun.isoformat()[:7], end=last, best=20 + 5 * number))
        day -= timedelta(days=20)
    return found


def sixty_of_one() -> list[Medicine]:
    """Sixty entries of one dose each, of every medicine of the table: more than anybody has tried."""
    names = [name for name in by_ingredient() if name != "esketamine"]
    found, day = [], date(2004, 1, 6)
    for number in range(60):
        end = day + timedelta(days=30 + number)
        start = day.isoformat()[: 10 if number % 3 else 7]
        found.append(took(names[number % len(names)], "100", start=start, end=end.isoformat(), best=20 + number))
        day = end - timedelta(days=20)
    return found


def best_of(medicines: list[Medicine], times: int = TIMES) -> tuple[float, float]:
    """The best and the middle, in milliseconds of this thread."""
    taken = []
    for _ in range(times):
        begin = time.thread_time()
        ledger(medicines, today=TODAY, episode=Episode(on("2018")))
        taken.append((time.thread_time() - begin) * 1000)
    taken.sort()
    return taken[0], taken[times // 2]


def main() -> None:
    """Print the best and the middle of a hundred against the bound."""
    for name, medicines in (("12 x 5", twelve_of_five()), ("60 x 1", sixty_of_one())):
        best, middle = best_of(medicines)
        print(f"{name:7} best {best:5.2f} ms   middle {middle:5.2f} ms   bound {BOUND} ms")


if __name__ == "__main__":
    main()
