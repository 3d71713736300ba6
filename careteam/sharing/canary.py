"""Whether the database's wall holds: asked of the database when a process begins to serve, and by the readiness page.

Whatever is written for the question is rolled back: nothing is left of it.
"""

from __future__ import annotations

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from careteam.accounts.ids import new_id
from careteam.accounts.models import Role
from careteam.accounts.startup import refuse
from careteam.accounts.viewer import Viewer, acting_as
from careteam.sharing.rls import policies

PAST_THE_WALL = (
    "the role of DATABASE_URL ({role}) is a superuser, has BYPASSRLS, or owns tables of careteam, itself or through a"
    " role it belongs to: the database's wall would hold nothing back from it"
)
NOT_BUILT = "row-level security is off, or without a policy, on {tables}: run `manage.py migrate` as the owner"
NOT_READ_COMMITTED = "the database's transactions are {level}: they would go on showing what was revoked"
NOT_ASKED = "the database's wall could not be asked ({error}): is the schema that of this version?"
CANARY = "a record that nobody was shown could be read {how}: the database's wall does not hold"
ROLE = """
SELECT current_user, EXISTS (
  SELECT 1 FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND (r.rolsuper OR r.rolbypassrls
    OR EXISTS (SELECT 1 FROM pg_class t WHERE t.relowner = r.oid AND t.relnamespace = 'public'::regnamespace)))
"""
WALLED = """
SELECT t.relname FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relrowsecurity
  AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polcmd IN ('r', '*'))
"""


class _TakenBackError(Exception):
    """Ends the question: whatever it wrote goes with it."""


def refuse_without_the_wall() -> None:
    """End the process with a clear sentence when row-level security and the triggers do not hold for its role."""
    if words := fault():
        refuse(f"careteam does not start: {words}.")


def fault() -> str:
    """What is wrong with the wall, in words for whoever runs this; "" when it holds. Raises OperationalError."""
    found = ""
    try:
        with transaction.atomic():
            found = _role() or _isolation() or _tables() or _canary()
            raise _TakenBackError
    except _TakenBackError:
        return found
    except DatabaseError as error:
        if connection.connection is None or connection.connection.closed:
            raise  # nobody there to ask
        return NOT_ASKED.format(error=type(error).__name__)


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        role, past = cursor.fetchone()
    return PAST_THE_WALL.format(role=role) if past else ""


def _isolation() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        (level,) = cursor.fetchone()
    return "" if level == "read committed" else NOT_READ_COMMITTED.format(level=level)


def _tables() -> str:
    with connection.cursor() as cursor:
        cursor.execute(WALLED)
        walled = {table for (table,) in cursor.fetchall()}
    missing = policies().keys() - walled
    return NOT_BUILT.format(tables=", ".join(sorted(missing))) if missing else ""


def _canary() -> str:
    """A note of somebody who does not exist: she sees it, nobody and somebody else do not."""
    note = apps.get_model("notes", "ProgressNote")
    hers, another = (Viewer(new_id(), Role.PATIENT, "") for _ in range(2))
    with acting_as(hers):
        record = note(
            patient_id=hers.user,
            author_id=hers.user,
            status="final",
            effective_at=Now(),
            recorded_at=Now(),
            changed_at=Now(),
        )
        record.save(force_insert=True)
    seen = {}
    for how, viewer in (("as herself", hers), ("without a viewer", None), ("as somebody else", another)):
        with acting_as(viewer):
            seen[how] = note.unscoped("does the wall hold?").filter(pk=record.pk).exists()
    if not seen.pop("as herself"):
        return "a record could not be read by the person it is of: the database's wall is not that of this version"
    return next((CANARY.format(how=how) for how, shown in seen.items() if shown), "")
