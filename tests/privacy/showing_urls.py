"""Addresses of views that show more than the log is told of, each in its own way: what the lock is there to catch."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path

from careteam.audit.models import Purpose
from careteam.notes.models import ProgressNote
from careteam.sharing.records import Records
from careteam.urls import urlpatterns as real
from frontend.views.doors import Request


def visible(request: Request) -> Records[ProgressNote]:
    """What the viewer may see of everybody."""
    found: Records[ProgressNote] = ProgressNote.objects.visible_to(request.viewer)
    return found


def unlogged(request: Request) -> HttpResponse:
    """A record, and no row at all."""
    return HttpResponse(visible(request).get().text)


def columns(request: Request) -> HttpResponse:
    """Its words alone, without an object."""
    return HttpResponse(visible(request).values_list("text", flat=True))


def counted(request: Request) -> HttpResponse:
    """How many there are."""
    return HttpResponse(str(visible(request).count()))


def another(request: Request) -> HttpResponse:
    """Two records, and a row for one of them."""
    first, second = visible(request).order_by("id")
    visible(request).filter(pk=first.pk).disclose_to(request.viewer, purpose=Purpose.READ)
    return HttpResponse(first.text + second.text)


def undone(request: Request) -> HttpResponse:
    """A record whose row was rolled back to a savepoint."""
    with transaction.atomic():
        (found,) = visible(request).disclose_to(request.viewer, purpose=Purpose.READ)
        transaction.set_rollback(True)
    return HttpResponse(found.text)


def refused(request: Request) -> HttpResponse:
    """A record on a page whose status undoes the whole transaction."""
    (found,) = visible(request).disclose_to(request.viewer, purpose=Purpose.READ)
    return HttpResponse(found.text, status=422)


def told(request: Request) -> HttpResponse:
    """As it should be."""
    return HttpResponse([found.text for found in visible(request).disclose_to(request.viewer, purpose=Purpose.READ)])


def deciding(request: Request) -> HttpResponse:
    """Read to decide, and not shown."""
    found = visible(request).disclose_to(request.viewer, purpose=Purpose.CHECK)
    return HttpResponse("yes" if found else "no")


BAD = (unlogged, columns, counted, another, undone, refused)
GOOD = (told, deciding)
urlpatterns: list[URLPattern | URLResolver] = [*(path(f"{view.__name__}/", view) for view in (*BAD, *GOOD)), *real]
