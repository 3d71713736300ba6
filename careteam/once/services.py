"""Making something once, however often the request for it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from careteam.accounts.models import User
from careteam.accounts.viewer import Viewer, acting_as
from careteam.once.models import Sending

KEPT = timedelta(hours=24)
KEY_MOST = 255


class StillRunning(Exception):
    """A request with this key is being answered in this very moment."""


class AnotherRequest(Exception):
    """The key was used for a request that said something else."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a request made, now or when it came first (`again`)."""

    id: UUID
    status: int
    again: bool


@transaction.atomic
def once(viewer: Viewer, key: str, request: str, make: Callable[[], UUID], *, status: int, wait: bool = False) -> Made:
    """Make it, unless the viewer's request with this key made it in the last 24 hours: then say what it made.

    The key is kept in the transaction of what is made, so neither is there without the other; what is refused keeps no
    key. `wait` lets a first sending finish that is still under way. Raises StillRunning (unless `wait`),
    AnotherRequest, and whatever `make` raises.
    """
    key, request = _sealed(viewer, key), _sealed(viewer, request)
    if not _locked(viewer, key, wait=wait):
        raise StillRunning
    # A statement of its own after the lock: only so it sees what the first sending committed.
    found = Sending.objects.filter(user_id=viewer.user, key=key).annotate(late=Now() - F("at")).first()
    if found is not None and found.late <= KEPT:
        if found.request != request:
            raise AnotherRequest
        return Made(found.made_id, found.status, again=True)
    if found is not None:
        found.delete()
    made = make()
    Sending(user_id=viewer.user, key=key, request=request, status=status, made_id=made).save(force_insert=True)
    return Made(made, status, again=False)


def forget_old_sendings() -> None:
    """Forget keys that are over 24 hours old, everybody's.

    It runs as nobody: the wall shows nobody any key, and lets her delete the old ones alone. So nothing is asked for
    here that would have to be seen.
    """
    with acting_as(None):
        Sending.objects.all().delete()


def _locked(viewer: Viewer, key: str, *, wait: bool) -> bool:
    """Hold this key until the transaction ends; False when another request holds it (`wait`: wait for that one)."""
    number = Value(int.from_bytes(bytes.fromhex(key)[:8], signed=True), output_field=models.BigIntegerField())
    asked = User.objects.filter(pk=viewer.user)
    if wait:
        held = Func(number, function="pg_advisory_xact_lock", output_field=models.TextField())
        return bool(asked.values_list(held))
    tried = Func(number, function="pg_try_advisory_xact_lock", output_field=models.BooleanField())
    return bool(asked.values_list(tried, flat=True).get())


def _sealed(viewer: Viewer, text: str) -> str:
    return salted_hmac("careteam once", f"{viewer.user}\n{text}", algorithm="sha256").hexdigest()
