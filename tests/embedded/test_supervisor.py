"""The process tree of `make run` lives and ends as one; programs that do nothing but sleep stand in for careteam's."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from careteam.embedded import Trouble
from careteam.embedded.places import CHECKOUT
from careteam.embedded.supervisor import run, wants_demo
from tests.embedded.processes import PATIENCE_SECONDS, first_line, gone, soon

Grow = Callable[..., "subprocess.Popen[str]"]
# A tree with the children it is given; says their process numbers once they run.
TREE = """
import os, sys
from pathlib import Path
from careteam.embedded.supervisor import Tree

tree = Tree(Path("/"), os.environ)

def story():
    for number, line in enumerate(sys.argv[1:]):
        grow = tree.step if line.startswith("step") else tree.start
        grow(f"child-{number}", ["sh", "-c", line.removeprefix("step")])
    print(*(child.process.pid for child in tree.children), flush=True)

sys.exit(tree.live(story))
"""
SLEEP = "exec sleep 60"
STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"


@pytest.fixture
def grow() -> Iterator[Grow]:
    """Grows a tree; it is ended with the test."""
    grown: list[subprocess.Popen[str]] = []

    def grow(*children: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", TREE, *children]
        pipe = subprocess.PIPE
        grown.append(subprocess.Popen(command, cwd=CHECKOUT, text=True, stdout=pipe, stderr=pipe))
        return grown[-1]

    yield grow
    for process in grown:
        process.kill()
        process.communicate()


def pids(process: subprocess.Popen[str]) -> list[int]:
    """The process numbers of the tree's children."""
    return [int(word) for word in first_line(process).split()]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_child_and_is_no_fault(grow: Grow, sign: signal.Signals) -> None:
    tree = grow(SLEEP, SLEEP)
    children = pids(tree)
    tree.send_signal(sign)
    assert tree.communicate()[1] == ""
    assert tree.returncode == 0
    assert all(map(gone, children))


def test_a_child_that_dies_is_named_and_ends_the_others(grow: Grow) -> None:
    tree = grow(SLEEP, "sleep 0.3; exit 3", SLEEP)
    children = pids(tree)
    assert tree.communicate()[1] == "careteam: child-1 ended with 3: stopping the rest\n"
    assert tree.returncode == 1
    assert all(map(gone, children))


def test_a_step_that_fails_is_named_and_ends_the_others(grow: Grow) -> None:
    tree = grow(SLEEP, "step exit 4", SLEEP)
    assert tree.communicate() == ("", "careteam: child-1 ended with 4: stopping the rest\n")
    assert tree.returncode == 1


def test_what_a_child_left_behind_ends_with_the_tree(grow: Grow) -> None:
    tree = grow("sleep 61 & echo $!; exec sleep 60")
    child_and_left_behind = pids(tree) + pids(tree)  # each says its own line, in either order
    tree.terminate()
    assert tree.wait(PATIENCE_SECONDS) == 0
    assert soon(lambda: all(map(gone, child_and_left_behind)))


def test_a_second_signal_waits_for_nobody(grow: Grow) -> None:
    tree = grow(STUBBORN)
    children = pids(tree)
    tree.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        tree.wait(0.5)
    tree.terminate()
    assert tree.wait(PATIENCE_SECONDS) == 0
    assert all(map(gone, children))


def test_a_kill_9_of_the_tree_leaves_nothing_of_it(grow: Grow) -> None:
    tree = grow(SLEEP, "sh -c 'echo $$; exec sleep 61'; true")
    children = pids(tree) + pids(tree)  # with what a child started, which the kernel would not tell
    tree.kill()
    assert soon(lambda: all(map(gone, children)))


def test_a_port_in_use_is_named_before_anything_starts(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is in use"):
            run(var, {"PORT": str(port)})
    assert not list(var.glob("run/postgres*"))


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80.0"])
def test_a_port_that_is_none_is_refused(var: Path, port: str) -> None:
    with pytest.raises(Trouble, match=f"PORT is {port}"):
        run(var, {"PORT": port})


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, True),
        ({"CARETEAM_DEMO": "0"}, False),
        ({"DATABASE_URL": "postgresql:///theirs"}, False),
        ({"DATABASE_URL": "postgresql:///theirs", "CARETEAM_DEMO": "1"}, True),
    ],
)
def test_the_demo_goes_into_our_own_database_unless_told_otherwise(given: dict[str, str], wanted: bool) -> None:
    assert wants_demo(given) is wanted
