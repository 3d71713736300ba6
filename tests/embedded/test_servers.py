"""The private servers start wherever a checkout lies, keep what they were given, and let nobody else in."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
import redis

from careteam.embedded import Trouble
from careteam.embedded.places import Places, make_home, places, private_folder
from careteam.embedded.processes import CLEAN_ENVIRONMENT, Child
from careteam.embedded.servers import Servers, needed
from careteam.embedded.users import server_user
from tests.embedded.conftest import CleanUp, Start

QUICK_SECONDS = 10


def ask(servers: Servers, statement: str, *, role: str = "DATABASE_OWNER_URL") -> str:
    """The single answer of a statement."""
    with psycopg.connect(servers.environment[role], autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return str(row[0]) if row else ""


def remember(servers: Servers) -> None:
    """Put a word in both servers."""
    ask(servers, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 'a word' AS word")
    with redis.Redis.from_url(servers.environment["REDIS_URL"]) as client:
        client.set("kept", "a word")


def remembered(servers: Servers) -> list[str]:
    """What both servers know of it."""
    with redis.Redis.from_url(servers.environment["REDIS_URL"], decode_responses=True) as client:
        return [ask(servers, "SELECT word FROM kept"), str(client.get("kept"))]


def where_of(servers: Servers) -> Places:
    """The places of the servers."""
    return servers.wanted[0].where


def mode(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def kill_9(children: list[Child]) -> None:
    """End processes without a chance to tidy up."""
    for child in children:
        child.process.kill()
        child.process.wait()


def test_what_was_written_is_there_after_a_stop_and_a_start(used_var: Path, start: Start) -> None:
    first = start(used_var)
    remember(first)
    children = list(first.children)
    first.stop()
    assert [child.result is not None for child in children] == [True, True]
    begin = time.monotonic()
    assert remembered(start(used_var)) == ["a word", "a word"]
    assert time.monotonic() - begin < QUICK_SECONDS


def test_what_was_written_is_there_after_a_kill_9_of_everything(used_var: Path, start: Start) -> None:
    first = start(used_var)
    remember(first)
    time.sleep(1.1)  # Valkey writes its file every second
    kill_9(first.children)
    first.stop()
    begin = time.monotonic()
    assert remembered(start(used_var)) == ["a word", "a word"]
    assert time.monotonic() - begin < QUICK_SECONDS


def test_servers_whose_owner_vanished_are_replaced(used_var: Path, start: Start) -> None:
    first = start(used_var)
    assert first.lease
    first.lease.give_up()
    second = start(used_var)
    assert {child.process.pid for child in second.children}.isdisjoint(child.process.pid for child in first.children)
    assert all(child.process.wait(QUICK_SECONDS) is not None for child in first.children)
    assert ask(second, "SELECT 1") == "1"


def test_a_postmaster_file_that_names_another_program_does_not_stop_the_start(used_var: Path, start: Start) -> None:
    first = start(used_var)
    kill_9(first.children)
    first.stop()
    user = server_user()
    other = subprocess.Popen(["sleep", "60"], cwd="/", env=CLEAN_ENVIRONMENT, **user.identity)
    try:
        noted = where_of(first).postgres / "postmaster.pid"
        lines = noted.read_text().splitlines()
        noted.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        assert ask(start(used_var), "SELECT 1") == "1"
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_path_too_long_for_a_socket_is_no_obstacle(var: Path, start: Start, clean_up: CleanUp) -> None:
    deep = var / ("long" * 30) / "var"
    clean_up(deep, "run")
    servers = start(deep, durable=False)
    where = where_of(servers)
    assert ask(servers, "SELECT 1") == "1"
    assert not where.sockets.is_relative_to(deep)
    assert mode(where.sockets) == 0o700


def test_a_closed_home_stays_closed_and_is_no_obstacle(var: Path, start: Start, clean_up: CleanUp) -> None:
    closed = var.parent / "home"
    closed.mkdir(mode=0o700)
    clean_up(closed / "checkout" / "var", "run")
    servers = start(closed / "checkout" / "var", durable=False)
    assert ask(servers, "SELECT 1") == "1"
    assert mode(closed) == 0o700


def test_names_with_spaces_and_signs_are_no_obstacle(var: Path, start: Start) -> None:
    servers = start(var / "what she's #1 & 50% @ ü", durable=False)
    remember(servers)
    assert remembered(servers) == ["a word", "a word"]


def test_only_the_server_user_gets_to_the_sockets_and_the_data(used_var: Path, start: Start) -> None:
    where = where_of(start(used_var))
    for folder in (where.sockets, where.postgres, where.valkey):
        assert mode(folder) == 0o700
        assert folder.stat().st_uid == where.user.uid
    assert where.home.stat().st_uid == os.geteuid()


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(var: Path, tmp_path: Path) -> None:
    where = places(var, "run")
    make_home(where)
    tmp_path.chmod(0o755)
    where.sockets.symlink_to(tmp_path)
    with pytest.raises(Trouble, match="not a private folder"):
        private_folder(where.sockets, where.user)
    assert mode(tmp_path) == 0o755


def test_the_roles_are_weak_and_the_app_cannot_become_the_owner(used_var: Path, start: Start) -> None:
    servers = start(used_var)
    found = ask(
        servers,
        "SELECT string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb), ', ' ORDER BY rolname)"
        " FROM pg_roles WHERE rolname LIKE 'careteam%'",
    )
    assert found == "careteam_app f f f, careteam_owner f f t"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(servers, "SET ROLE careteam_owner", role="DATABASE_URL")
    assert ask(servers, "SELECT pg_has_role('careteam_owner', 'careteam_app', 'SET')") == "True"
    assert ask(servers, "SELECT pg_has_role('careteam_owner', 'careteam_app', 'USAGE')") == "False"


def test_the_database_has_no_door_to_the_network_and_keeps_utc(used_var: Path, start: Start) -> None:
    servers = start(used_var)
    options = "listen_addresses", "timezone", "jit", "fsync", "full_page_writes", "synchronous_commit"
    assert [ask(servers, f"SHOW {option}") for option in options] == ["", "UTC", "off", "on", "on", "on"]


def test_the_log_of_the_database_does_not_repeat_what_people_wrote(used_var: Path, start: Start) -> None:
    servers = start(used_var)
    ask(servers, "CREATE TABLE small (word text CHECK (length(word) < 5))")
    with pytest.raises(psycopg.errors.CheckViolation):
        ask(servers, "INSERT INTO small VALUES ('heartache')")
    log = (where_of(servers).home / "postgres.log").read_text()
    assert "small_word_check" in log
    assert "heartache" not in log


def test_a_server_given_from_outside_is_not_started(var: Path, start: Start) -> None:
    given = "postgresql://app@db.example.org/careteam"
    servers = start(var, DATABASE_URL=given)
    assert [child.name for child in servers.children] == ["valkey"]
    assert servers.environment["DATABASE_OWNER_URL"] == given
    both = needed(var, "run", {"DATABASE_URL": given, "REDIS_URL": "redis://db.example.org/0"}, durable=True)
    assert both.own("test")
    assert both.environment["REDIS_URL"] == "redis://db.example.org/0"
    assert not both.children


def test_run_and_tests_never_meet_and_those_of_tests_forget(used_var: Path, start: Start) -> None:
    for_people, for_tests = start(used_var, "run"), start(used_var, "test", durable=False)
    remember(for_people)
    with pytest.raises(psycopg.errors.UndefinedTable):
        remembered(for_tests)
    options = "fsync", "full_page_writes", "synchronous_commit"
    assert [ask(for_tests, f"SHOW {option}") for option in options] == ["off", "off", "off"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as another user")
@pytest.mark.parametrize(
    ("name", "words"), [("no-such-user", "no user of that name"), ("root", "PostgreSQL refuses root")]
)
def test_a_user_that_cannot_run_the_servers_is_named(monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    monkeypatch.setenv("CARETEAM_SERVER_USER", name)
    with pytest.raises(Trouble, match=words):
        server_user()


def test_a_server_that_does_not_start_says_why_in_one_line(
    used_var: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = start(used_var, "test", durable=False)
    first.stop()
    version = where_of(first).postgres / "PG_VERSION"
    version.write_text("12\n")
    monkeypatch.setattr("careteam.embedded.servers.RETRY_SECONDS", 0.3)
    with pytest.raises(Trouble, match=r"^postgres did not start: .*incompatible with server \(more in .*\)$"):
        start(used_var, "test", durable=False)
    version.write_text("18\n")
    assert ask(start(used_var, "test", durable=False), "SELECT 1") == "1"
