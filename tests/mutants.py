"""`make mutants`: takes each control away, in a copy of the tree, and looks whether its test misses it.

The controls of the abuse cases are listed (tests/abuse/controls.py); of the rule, each condition of its Python is
dropped in turn, and each of the wall's as listed in tests/sharing/walls.py. It prints one line for each, and how many
were killed. What was answered about the same file, change and test before is kept in var/mutants.json, until
`--afresh` forgets it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from tests.abuse.controls import CONTROLS, Control
from tests.sharing.walls import RULE, WALLS

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path(os.environ.get("CARETEAM_VAR") or ROOT / "var") / "mutants.json"
POLICY = "careteam/sharing/policy.py"
OF_THE_RULE = (
    f"{RULE} tests/frontend/test_summary_pages.py::test_the_patients_own_leaves_out_what_only_she_sees_unless_she_ticks"
)
LONGEST = 400  # seconds a test may take
PASSED, FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change, and the tests one of which must fail."""

    id: str
    title: str
    test: str  # asked in this order, the quick before the thorough
    changed: tuple[tuple[str, str], ...]  # each file with what stands in it once the control is gone

    @classmethod
    def of(cls, control: Control) -> Mutant:
        """A listed control, gone."""
        changed = []
        for file, old, new in ((control.file, control.old, control.new), *control.also):
            source = (ROOT / file).read_text()
            assert source.count(old) == 1, control
            changed.append((file, source.replace(old, new)))
        return cls(control.id, control.title, control.test, tuple(changed))

    @property
    def file(self) -> str:
        """Where it is taken away, first of all."""
        return self.changed[0][0]

    @property
    def key(self) -> str:
        """What an answer is kept by: the same change of the same file, and the same tests."""
        tests = [(ROOT / one.partition("::")[0]).read_text() for one in self.test.split()]
        return sha256("\0".join([*chain(*self.changed), self.test, *tests]).encode()).hexdigest()


# -- The rule in Python: every condition of it ------------------------------------------------------------------------
def conditions(file: str = POLICY, test: str = OF_THE_RULE) -> Iterator[Mutant]:
    """Each `&` and `|` with one side alone, each `~` dropped, each condition of a filter left out."""
    source = (ROOT / file).read_text()
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def place(node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def text(node: ast.expr) -> str:
        first, last = place(node)
        return source.encode()[first:last].decode()

    def changed(node: ast.expr, new: str, title: str) -> Mutant:
        first, last = place(node)
        raw = source.encode()
        words = " ".join(title.split())
        rest = (raw[:first] + new.encode() + raw[last:]).decode()
        return Mutant("rule", f"line {node.lineno}: {words}", test, ((file, rest),))

    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr(), right=right):
                yield changed(node, f"({text(left)})", f"without {text(right)}")
                yield changed(node, f"({text(right)})", f"without {text(left)}")
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                yield changed(node, text(operand), f"not the opposite of {text(operand)}")
            case ast.IfExp(body=body, orelse=otherwise):
                yield changed(node, f"({text(body)})", f"whatever {text(node.test)}: {text(body)}")
                yield changed(node, f"({text(otherwise)})", f"whatever {text(node.test)}: {text(otherwise)}")
            case ast.Call(func=ast.Attribute(attr="filter" | "exclude") | ast.Name(id="Q")):
                parts = [*map(text, node.args), *(f"{one.arg}={text(one.value)}" for one in node.keywords)]
                if isinstance(node.func, ast.Name) and len(parts) == 1:
                    continue
                for number, part in enumerate(parts):
                    rest = ", ".join(parts[:number] + parts[number + 1 :])
                    yield changed(node, f"{text(node.func)}({rest})", f"without {part}")


def everything() -> Iterator[Mutant]:
    """All there are, in the order they are asked in."""
    for control in CONTROLS:
        yield Mutant.of(control)
    for control in WALLS:
        yield Mutant.of(control)
    yield from conditions()


# -- A copy of the tree ------------------------------------------------------------------------------------------------
def copied(target: Path) -> None:
    """Everything that belongs to careteam as it stands now, committed or not."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # one that was deleted and not yet committed is listed all the same
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    worlds = target / "tests/sharing/differential.py"  # nobody reads the world of a killed mutant: it need not be small
    worlds.write_text(worlds.read_text().replace("SHRINK_MOST = 200", "SHRINK_MOST = 0"))


def asked(copy: Path, tests: list[str]) -> str:
    """What the tests say of the copy as it is: killed, survived, or why neither."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--reuse-db", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return "took too long"
    if done.returncode == PASSED:
        return "survived"
    if done.returncode == FAILED and re.search(r"^FAILED ", done.stdout, re.MULTILINE):
        return "killed"
    (KEPT.parent / "mutants.broke").write_text(done.stdout + done.stderr)
    return "broke"  # nothing was asked: the change must be mended


def answer(copy: Path, mutant: Mutant) -> str:
    """Take the control away, ask, and put it back."""
    before = [(copy / file, (copy / file).read_text()) for file, _ in mutant.changed]
    for file, source in mutant.changed:
        (copy / file).write_text(source)
    try:
        return asked(copy, mutant.test.split())
    finally:
        for place, text in before:
            place.write_text(text)


def main() -> int:
    """Ask about all of them, or those whose id or title holds a word; 0 when each was killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="a word of the id, title or file")
    parser.add_argument("--minutes", type=float, default=600, help="end after so long; the next run goes on")
    parser.add_argument("--afresh", action="store_true", help="forget what was answered before")
    chosen = parser.parse_args()
    kept: dict[str, str] = {} if chosen.afresh or not KEPT.exists() else json.loads(KEPT.read_text())
    wanted = [one for one in everything() if chosen.only in f"{one.id} {one.title} {one.file}"]
    begin = time.monotonic()
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="careteam-mutants-") as folder:
        copy = Path(folder)
        copied(copy)
        for mutant in wanted:
            said = kept.get(mutant.key, "")
            if said != "killed":
                if time.monotonic() - begin > chosen.minutes * 60:
                    break
                started = time.monotonic()
                said = kept[mutant.key] = answer(copy, mutant)
                KEPT.parent.mkdir(exist_ok=True)
                KEPT.write_text(json.dumps(kept))
                seconds = f"{time.monotonic() - started:4.0f} s"
            else:
                seconds = "before"
            found.append(said)
            print(f"{said:9} {seconds}  {mutant.id:5} {mutant.file}: {mutant.title}", flush=True)
    killed = found.count("killed")
    print(f"killed {killed} of {len(found)}" + (f", {len(wanted) - len(found)} not asked" * (len(wanted) > len(found))))
    return 0 if killed == len(wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
