"""Sharing: the team, who sees what until when, pause and stop, invitations and their acceptance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.accounts.recently import signed_in_recently
from careteam.sharing import queries, team, whatif
from careteam.sharing.errors import Invalid
from careteam.summaries import services as summaries
from frontend.forms import tell
from frontend.forms.sharing import ConfirmForm, InviteForm, Table, counted, in_numbers
from frontend.views.doors import (
    CONFLICT,
    UNPROCESSABLE,
    Request,
    page,
    patient_page,
    recently_signed_in,
)
from frontend.views.once import once

PAUSED = "Sharing is paused. Nobody but you sees anything here."
KEPT = "What is already read, printed or copied cannot be called back."


def _sharing(request: Request, shown: queries.TeamView, table: Table, *, status: int = 200) -> HttpResponse:
    today = request.viewer.today
    return page(
        request,
        "frontend/sharing.html",
        {
            "team": shown,
            "waiting": [member for member in shown.members if member.state == "waiting"],
            "members": [(column, column.member.days_left(today)) for column in table.people],
            "seeing": sum(1 for column in table.people if column.member.until),
            "table": table,
            "latest": team.months_after(today, team.MONTHS_MOST),
        },
        status=status,
    )


@patient_page
@recently_signed_in
def sharing(request: Request) -> HttpResponse:
    """The team and the table. `?renew=` fills in what somebody saw before her time ended; nothing is saved by it."""
    shown = queries.team(request.viewer)
    renew = next((member.id for member in shown.members if str(member.id) == request.GET.get("renew")), None)
    return _sharing(request, shown, Table(request.viewer, shown, renew=renew))


@patient_page
@recently_signed_in
def share_review(request: Request) -> HttpResponse:
    """Read every change back before it counts."""
    if request.method != "POST":
        return redirect("sharing")
    shown = queries.team(request.viewer)
    table = Table(request.viewer, shown, request.POST)
    if not table.is_valid():
        return _sharing(request, shown, table, status=UNPROCESSABLE)
    if not table.changes():
        messages.info(request, "Nothing is different from before, so nothing was changed.")
        return redirect("sharing")
    return _review(request, shown, table)


def _review(request: Request, shown: queries.TeamView, table: Table, *, moved: bool = False) -> HttpResponse:
    changes = table.changes()
    return page(
        request,
        "frontend/sharing_review.html",
        {
            "changes": [(column, of, in_numbers(column.shift())) for column, of in changes],
            "columns": table.columns,
            "read": Table.read(changes),
            "shows": any(change.kind in {"on", "sensitive"} for _, of in changes for change in of),
            "sensitive": any(change.kind == "sensitive" for _, of in changes for change in of),
            "paused": shown.paused_since,
            "moved": moved,
        },
        status=CONFLICT if moved else 200,
    )


@patient_page
@recently_signed_in
def share_save(request: Request) -> HttpResponse:
    """Save what was read back. When something changed meanwhile it is read back again first."""
    if request.method != "POST":
        return redirect("sharing")
    shown = queries.team(request.viewer)
    table = Table(request.viewer, shown, request.POST)
    valid = table.is_valid()
    if "back" in request.POST:
        return _sharing(request, shown, table)
    if not valid:
        return _sharing(request, shown, table, status=UNPROCESSABLE)
    changes = table.changes()
    if Table.read(changes) != request.POST.get("read"):
        return _review(request, shown, table, moved=True) if changes else redirect("sharing")
    for column, _ in changes:
        team.share(
            request.viewer, column.member.id, categories=column.categories, labels=column.labels, until=column.until
        )
    messages.success(
        request, PAUSED if shown.paused_since else "Saved. It holds from now on, for old and new entries alike."
    )
    return redirect("sharing")


@patient_page
def pause(request: Request) -> HttpResponse:
    """Hide everything from everybody at once; asks for nothing, before or after."""
    if request.method == "POST":
        team.pause(request.viewer)
        messages.success(request, PAUSED)
    return redirect("sharing" if signed_in_recently(request) else "today")


@patient_page
@recently_signed_in
def resume(request: Request) -> HttpResponse:
    """End the pause: the switches hold again."""
    if request.method == "POST":
        team.resume(request.viewer)
        messages.success(request, "Sharing is on again, as the switches say.")
    return redirect("sharing")


@patient_page
@recently_signed_in
def stop(request: Request, member: UUID) -> HttpResponse:
    """One person, one question, and what cannot be undone said before."""
    found = queries.member(request.viewer, member)
    if request.method != "POST":
        hides = counted(whatif.would_hide(request.viewer, member).hides)
        return page(request, "frontend/sharing_stop.html", {"member": found, "hides": hides})
    team.stop(request.viewer, member)
    if found.state == "waiting":
        messages.success(request, f"{found.name} does not join your team and sees nothing.")
    else:
        messages.success(request, f"{found.name} no longer sees anything of yours. {KEPT}")
    return redirect("sharing")


@patient_page
@recently_signed_in
def confirm_member(request: Request, member: UUID) -> HttpResponse:
    """Confirm somebody by name, and choose what she sees from now on. Nothing is ticked beforehand."""
    found = queries.member(request.viewer, member)
    if found.state != "waiting":
        return redirect("sharing")
    preset = team.months_after(request.viewer.today, team.MONTHS_PRESET)
    form = ConfirmForm(request.POST if request.method == "POST" else None, initial={"until": preset})
    looking, numbers = "look" in request.POST, ""
    if form.is_valid():
        try:
            if looking:
                numbers = in_numbers(whatif.would_change(request.viewer, member, **form.cleaned_data))
            else:
                team.confirm(request.viewer, member, **form.cleaned_data)
        except Invalid as refused:
            tell(form, refused)
        else:
            if not looking:
                seen = "You see below what is shown." if form.cleaned_data["categories"] else "Nothing is shown yet."
                messages.success(request, f"{found.name} is on your team. {seen}")
                return redirect("sharing")
    status = UNPROCESSABLE if form.errors else 200
    context = {"member": found, "form": form, "numbers": numbers}
    return page(request, "frontend/sharing_confirm.html", context, status=status)


@patient_page
@recently_signed_in
def invite(request: Request) -> HttpResponse:
    """Invite somebody by e-mail address. It shares nothing."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            once(request, lambda: summaries.invite(request.viewer, **form.cleaned_data))
        except Invalid as refused:
            tell(form, refused)
        else:
            messages.success(request, "The invitation is on its way. Nothing is shown until you confirm the person.")
            return redirect("sharing")
    return page(request, "frontend/sharing_invite.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else 200)


@patient_page
@recently_signed_in
def cancel_invitation(request: Request, invitation: UUID) -> HttpResponse:
    """Cancel an invitation that nobody accepted yet."""
    if request.method == "POST":
        team.cancel_invitation(request.viewer, invitation)
        messages.success(request, "The invitation is cancelled. Its link no longer works.")
    return redirect("sharing")


@patient_page
def consents(request: Request) -> HttpResponse:
    """Everything that was ever shared, with whom, from when until when."""
    return page(request, "frontend/sharing_history.html", {"people": queries.consents(request.viewer)})


urls = [
    path("sharing/", sharing, name="sharing"),
    path("sharing/review/", share_review, name="share_review"),
    path("sharing/save/", share_save, name="share_save"),
    path("sharing/pause/", pause, name="pause"),
    path("sharing/resume/", resume, name="resume"),
    path("sharing/invite/", invite, name="invite"),
    path("sharing/history/", consents, name="consents"),
    path("sharing/invitation/<uuid:invitation>/cancel/", cancel_invitation, name="cancel_invitation"),
    path("sharing/<uuid:member>/stop/", stop, name="stop"),
    path("sharing/<uuid:member>/confirm/", confirm_member, name="confirm_member"),
]
