"""The cast is put on the stage once for as many tests in a row as ask for the same people.

Seeding people, teams and records took a third of the suite's time. They are written in one outer transaction that
outlives the test; each test runs in savepoints inside it and is undone as before, and gets copies of the objects, so
that nothing one test does to them reaches the next. A test whose actors must see commits, and one that wants another
cast, ends it: then everything is rolled back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from copy import deepcopy
from typing import Any, TypeVar, cast

import pytest
from django.db import transaction

F = TypeVar("F", bound=Callable[..., Any])


class Stage:
    """What stands in the database before a test begins, by the name of its fixture."""

    def __init__(self) -> None:
        self.builders: dict[Callable[..., Any], Callable[..., Any]] = {}  # what pytest calls: what writes
        self.standing: dict[Callable[..., Any], Any] = {}
        self.copies: dict[Callable[..., Any], Any] = {}
        self.outer: transaction.Atomic | None = None
        self.blocker: Any = None  # pytest-django's: no test reaches the database that did not say so

    def fixture(self, build: F) -> F:
        """Make a fixture of a function that writes something; its parameters are other things on the stage."""
        needs = [*inspect.signature(build).parameters]

        def given(**needed: Any) -> Any:
            if given in self.copies:
                return self.copies[given]
            return build(**{need: needed[need] for need in needs})  # with real commits there is no stage

        kind = inspect.Parameter.KEYWORD_ONLY
        given.__signature__ = inspect.Signature(  # type: ignore[attr-defined] # pytest reads it; functions may have one
            [inspect.Parameter(one, kind) for one in ("db", *needs)]
        )
        given.__doc__, given.__name__, given.__module__ = build.__doc__, build.__name__, build.__module__
        self.builders[given] = build
        return cast(F, pytest.fixture(given))

    def sets(self, asked: Collection[Callable[..., Any]]) -> None:
        """Have exactly these stand, and copies of them ready."""
        wanted = [given for given in self.builders if given in asked]  # as they were defined: the needed come first
        if self.outer is None or wanted != [*self.standing]:
            self.strikes()
            self.outer = transaction.atomic()
            self.outer._from_testcase = True  # type: ignore[attr-defined] # Django's mark of a test's own transaction
            self.outer.__enter__()
            made: dict[str, Any] = {}
            for given in wanted:
                build = self.builders[given]
                value = build(**{one: made[one] for one in inspect.signature(build).parameters})
                self.standing[given] = made[given.__name__] = value
        self.copies = deepcopy(self.standing)

    def strikes(self) -> None:
        """Roll everything back."""
        self.standing, self.copies = {}, {}
        if self.outer is not None:
            outer, self.outer = self.outer, None
            with self.blocker.unblock():
                transaction.set_rollback(True)
                outer.__exit__(None, None, None)


stage = Stage()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: what this test cannot use leaves the stage."""
    names: Collection[str] = item.fixturenames  # type: ignore[attr-defined] # all tests here are functions
    stage.copies = {}
    by_itself = "django_db_blocker" in names and "db" not in names  # it may close the connection
    if commits(names) or by_itself or item.get_closest_marker("django_db"):
        stage.strikes()


def commits(names: Collection[str]) -> bool:
    """Whether a test with these fixtures really commits."""
    return "transactional_db" in names or "live_server" in names


@pytest.fixture(autouse=True)
def _stage(request: pytest.FixtureRequest) -> None:
    if "db" in request.fixturenames and not commits(request.fixturenames):
        request.getfixturevalue("django_db_setup")
        stage.blocker = request.getfixturevalue("django_db_blocker")
        found = request.node._fixtureinfo.name2fixturedefs  # the ones that this very test means by their names
        with stage.blocker.unblock():
            stage.sets([definitions[-1].func for definitions in found.values()])
