"""`make prove`: the rule's three expressions in 50,000 random worlds, and 10,000 walks through twin worlds.
`make fuzz`: 50,000 requests to the API, drawn from its schema and sent as everybody.

`python -m tests.prove [worlds|walks|cases] [--many N] [--minutes M] [--jobs J] [--seed S]`. What was stopped, by
its time or by Ctrl-C, goes on where it was when it is started again over the same code.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tqdm import tqdm

from tests.prove.state import Part, code, folder

MANY = {"worlds": 50_000, "walks": 10_000, "cases": 50_000}
RULE = ("worlds", "walks")  # what `make prove` asks; `make fuzz` asks the third
NOTHING = {
    "worlds": "0 disagreements",
    "walks": "0 differences",
    "cases": "0 faults, the schema held",
}
LOOK_SECONDS = 0.5


def shares(part: str, seed: str, many: int, jobs: int) -> list[Part]:
    """The shares of a proof, as they were left or from the beginning."""
    mark = code()
    each = [many // jobs + (number < many % jobs) for number in range(jobs)]
    return [Part(part, seed, mark, number, jobs, share).taken_up() for number, share in enumerate(each)]


def last_seed(part: str, jobs: int) -> str:
    """The seed of a proof of this code that was not finished; else a new one."""
    mark = code()
    for path in folder().glob(f"{part}-*-of-{jobs}.json"):
        with contextlib.suppress(ValueError, TypeError):
            kept = Part(**json.loads(path.read_text()))
            if kept.code == mark and not kept.over:
                return kept.seed
    return secrets.token_hex(4)


def prove(part: str, seed: str, many: int, jobs: int, seconds: float) -> bool:
    """Let the processes work and show how far they are; whether everything was asked and nothing found."""
    known = shares(part, seed, many, jobs)
    begun = sum(share.done for share in known)
    print(f"{part}: {many:,} of seed {seed}" + (f", going on after {begun:,}" if begun else ""), flush=True)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.prove.shard", share.as_json(), str(seconds)], start_new_session=True
        )
        for share in known
        if not share.over
    ]
    try:
        with tqdm(total=many, initial=begun, unit=part.removesuffix("s"), disable=not sys.stderr.isatty()) as bar:
            while any(child.poll() is None for child in children):
                time.sleep(LOOK_SECONDS)
                bar.update(sum(share.taken_up().done for share in known) - bar.n)
    except KeyboardInterrupt:
        print("stopping …", flush=True)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()
    return told([share.taken_up() for share in known], many, [child.returncode for child in children])


def told(parts: Sequence[Part], many: int, results: Sequence[int]) -> bool:
    """Print what came of it."""
    part = parts[0].part
    counted: Counter[str] = sum((share.counted for share in parts), Counter())
    done, longest = sum(share.done for share in parts), max(share.seconds for share in parts)
    numbers = ", ".join(f"{many:,} {what}" for what, many in counted.items())
    found = [share.found for share in parts if share.found]
    print(f"{numbers}: {f'{len(found)} found' if found else NOTHING[part]}")
    if longest:
        print(f"{longest:,.0f} s in {len(parts)} processes, {done / longest:,.1f} {part} a second")
    for words in found:
        print(words, file=sys.stderr)
    if any(results) and not found:
        print("A process came to its end by a fault of its own; see above.", file=sys.stderr)
        return False
    if done < many and not found:
        print(f"{many - done:,} are left; start it again to go on.")
    return not found


def main(given: Sequence[str]) -> int:
    """Prove what is asked for; 1 when something was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    asked.add_argument("parts", nargs="*", choices=[[], *MANY], default=list(RULE))
    asked.add_argument("--many", type=int, help="how many worlds, walks or cases")
    asked.add_argument("--minutes", type=float, default=60, help="stop each part after so many minutes (60)")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (one a core)")
    asked.add_argument("--seed", help="what the worlds and walks are drawn from")
    wanted = asked.parse_args(given)
    sound = True
    for part in wanted.parts or RULE:
        seed = wanted.seed or last_seed(part, wanted.jobs)
        sound &= prove(part, seed, wanted.many or MANY[part], wanted.jobs, wanted.minutes * 60)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
