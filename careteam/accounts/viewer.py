"""Who is looking. `acting_as` is the one hook around every request and task, and the only writer of `app.viewer`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from psycopg.errors import InsufficientPrivilege

from careteam.accounts.ids import new_id
from careteam.accounts.models import Patient, Role, User


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person who looks. `zone` is an IANA name; there is no system viewer and no superuser."""

    user: UUID
    role: Role
    name: str
    zone: str = "UTC"
    shared_only: bool = False  # a scope, and scopes narrow: her own paper leaves out what only she sees
    preview: bool = False  # somebody else looks through these eyes: nothing is written, so nothing can be done

    @classmethod
    def of(cls, user: User) -> Viewer:
        """The viewer that an account's person is."""
        return cls(user.pk, Role(user.role), user.name, user.zone)

    @property
    def patient(self) -> UUID | None:
        """Her own patient id when she is a patient (it is her account's id), else None."""
        return self.user if self.role == Role.PATIENT else None

    @property
    def is_patient(self) -> bool:
        """Whether this person keeps a record here."""
        return self.role == Role.PATIENT

    @property
    def is_clinician(self) -> bool:
        """Whether this person looks after others here."""
        return self.role == Role.PRACTITIONER

    @property
    def is_admin(self) -> bool:
        """Whether this person manages people for a clinic; nobody shares anything with her."""
        return self.role == Role.ADMIN

    @property
    def tz(self) -> ZoneInfo:
        """Her time zone."""
        return ZoneInfo(self.zone)

    def local(self, at: datetime) -> datetime:
        """An instant on her clock."""
        return at.astimezone(self.tz)

    @property
    def today(self) -> date:
        """Her calendar day now. For words on a page; decisions about access use the database's clock."""
        return datetime.now(self.tz).date()


_current: ContextVar[Viewer | None] = ContextVar("viewer", default=None)
_act: ContextVar[UUID | None] = ContextVar("act", default=None)


def this_act() -> UUID:
    """The id of the request or task in hand: the log tells all rows of one act in one sentence."""
    return _act.get() or new_id()


def _tell(viewer: Viewer | None, invitation: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.viewer', %s, true), set_config('app.invitation', %s, true)",
            [str(viewer.user) if viewer else "", invitation],
        )


@contextmanager
def acting_as(viewer: Viewer | None, *, invitation: str = "") -> Iterator[None]:
    """One transaction (or savepoint) in which the database sees `viewer`; afterwards the one before again.

    `invitation` is the hex SHA-256 of an invitation's token while somebody accepts it: it opens that one row.
    """
    before = _current.get()
    token = _current.set(viewer)
    act = _act.set(_act.get() or new_id())
    try:
        with transaction.atomic():
            _tell(viewer, invitation)
            yield
            # RELEASE SAVEPOINT keeps what set_config set, ROLLBACK TO does not: on success put the outer viewer back.
            if connection.savepoint_ids and not connection.needs_rollback:
                _tell(before, "")
    finally:
        _act.reset(act)
        _current.reset(token)


@contextmanager
def labelling(record: UUID) -> Iterator[None]:
    """While the author of a signed note adds a label to it, the database shows her this one row, whatever the label.

    PostgreSQL wants the row that an UPDATE leaves to be visible to its writer, and the label may hide it from her. She
    may read the words she signed for good anyway. Nothing is left of it afterwards: a savepoint that fails takes the
    setting along.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.labelled', %s, true)", [str(record)])
        yield
        cursor.execute("SELECT set_config('app.labelled', '', true)")


def database_now() -> datetime:
    """The database's clock, by which access is decided."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
        return row[0]


def refused_by_the_wall(error: Exception) -> bool:
    """Whether a policy of row-level security refused a new row; a right that is missing is a fault and is not meant."""
    cause = error.__cause__
    return isinstance(cause, InsufficientPrivilege) and cause.diag.source_function == "ExecWithCheckOptions"


def analyze() -> None:
    """Have the database look at what was just loaded in bulk, and plan anew: for its owner, in commands."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def patient_by_email(address: str) -> tuple[Viewer, date] | None:
    """The patient with this address and her birth date: for commands, whose operator names whom they act for."""
    found = Patient.objects.select_related("user").filter(user__email=address.lower(), user__is_active=True).first()
    return (Viewer.of(found.user), found.birth_date) if found else None
