"""How many SQL statements a request takes, and a table of them at the end of a run with -s.

Pages and API share it: `from tests.statements import statements` makes the fixture known to a conftest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection

# Transactions and savepoints are counted apart: how many there are depends on the test's own transaction.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# So is what a session or a token writes of its own use, once a minute or at its first request.
OF_ITSELF = ('UPDATE "django_session"', 'INSERT INTO "django_session"', 'UPDATE "accounts_apitoken"')


@dataclass
class Count:
    """The statements of one request."""

    sql: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.sql)


@dataclass
class Statements:
    """Every count of the run, by name."""

    kept: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def counted(self, name: str) -> Iterator[Count]:
        """Count what the block asks the database, under this name."""
        count = Count()

        def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if not sql.startswith(CONTROL + OF_ITSELF):
                count.sql.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            yield count
        self.kept[name] = count.number

    def table(self) -> str:
        """Name and number, one line each."""
        wide = max(map(len, self.kept), default=0)
        return "\n".join(["", *(f"{name:<{wide}}  {number:>4}" for name, number in sorted(self.kept.items()))])


@pytest.fixture(scope="session")
def statements() -> Iterator[Statements]:
    """Counts statements; prints all counts at the end of the run (seen with -s)."""
    kept = Statements()
    yield kept
    print(kept.table())
