"""docs/api.md is true: its examples are run as they stand, with curl, against a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from careteam.accounts.services import create_token
from careteam.goals.services import add_goal
from tests.api.programs import schema
from tests.conftest import Maren

DOC = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", DOC, re.DOTALL)
SAYS = re.compile(r"^(curl .*?)\s+# (\d{3})$", re.MULTILINE)


def test_every_example_answers_what_it_says(commits: None, patient: Maren, live_server: Any, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        assert not os.environ.get("CI"), "CI must have curl"
        pytest.skip("curl is not installed")
    told = {
        "CARETEAM": live_server.url,
        "TOKEN": patient.does(create_token, name="docs", until=patient.viewer.today + timedelta(days=1)),
        "PATIENT": str(patient.id),
        "GOAL_ID": str(patient.does(add_goal, words="Walk to the lake")),
        "PATH": os.environ["PATH"],
    }
    wanted = [status for block in BLOCKS for _, status in SAYS.findall(block)]
    script = "\n".join(SAYS.sub(r"""\1 -s -w '\\n=%{http_code}\\n'""", block) for block in BLOCKS)
    ran = subprocess.run(["bash", "-euc", script], env=told, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.findall(r"^=(\d{3})$", ran.stdout, re.MULTILINE) == wanted
    assert len(wanted) > 7
    assert (tmp_path / "visit.pdf").read_bytes().startswith(b"%PDF-")


# What is said there of questions and answers.
NO_ADDRESSES = {"me", "id", "limit", "since", "until", "next", "cursor", "pdf", "rows", "range", "everything"}
NO_ADDRESSES |= {"window", "total", "adequacy", "why", "outcome", "unverified"}
# What a caseload may be asked for.
NO_ADDRESSES |= {"tab", "look", "today", "everyone", "reason", "up", "overdue", "trial", "call", "sort", "name"}
NO_ADDRESSES |= {"score", "change", "visit", "q", "page"}


def test_every_address_it_names_is_there() -> None:
    there = " ".join(schema()["paths"])
    for name in re.findall(r"`([a-z-]+)/?`", DOC.partition("## Changes")[0].partition("## Reading")[2]):
        if name not in NO_ADDRESSES:
            assert f"/{name}/" in there, name


def test_every_status_it_names_is_one_that_the_tests_have_seen() -> None:
    named = [int(one) for row in re.findall(r"^\| ([\d, ]+) \|", DOC, re.MULTILINE) for one in row.split(",")]
    assert named == [400, 401, 403, 404, 409, 412, 428, 413, 415, 422, 429]
