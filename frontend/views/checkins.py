"""The patient's check-ins: one tap on Today, the whole form, the days there are, and one day with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from careteam.accounts.viewer import Viewer
from careteam.checkins import queries, services
from careteam.checkins.codes import Mood
from careteam.checkins.pictures import CheckInView
from careteam.sharing.codes import Audience, Category
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import SeeLine, page_of
from careteam.sharing.preview import opened_by, would_see
from frontend.forms import tell
from frontend.forms.audience import chosen_of
from frontend.forms.checkins import CheckInForm, CheckInNewForm
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, is_fragment, page, patient_page
from frontend.views.records import after, saved, version_seen


@dataclass(frozen=True, slots=True)
class Card:
    """The card of Today: what was said today, who sees it or would, and whether days before stayed blank."""

    said: CheckInView | None
    see: SeeLine
    moods: tuple[tuple[str, str], ...]
    comes_back: bool
    saved: str = ""


def card_of(viewer: Viewer, said: CheckInView | None, *, now_saved: bool = False) -> Card:
    """The card with today's check-in, or with five answers to tap while there is none."""
    moods = tuple((mood.value, str(mood.label)) for mood in Mood)
    if said is not None:
        return Card(said, said.see, moods, False, saved(said.see) if now_saved else "")
    line = would_see(viewer, Category.CHECK_INS, audience=Audience.CATEGORY).line
    return Card(None, line, moods, queries.comes_back(viewer))


@patient_page
def check_in_tap(request: Request) -> HttpResponse:
    """One tap: how today is. With htmx the card is drawn anew where it stands."""
    if request.method != "POST":
        return redirect("today")
    viewer = request.viewer
    try:
        one = services.check_in(viewer, mood=request.POST.get("mood") or None)
    except Invalid:
        return redirect("check_in_write")  # not one of the five: the form says what there is to choose
    said = queries.check_in(viewer, viewer.user, one)
    if is_fragment(request):
        return render(request, "frontend/_check_in_card.html", {"card": card_of(viewer, said, now_saved=True)})
    messages.success(request, saved(said.see))
    return redirect("today")


@patient_page
def check_in_write(request: Request) -> HttpResponse:
    """The whole form for one day: today, one of the seven before, or a day that has a check-in to correct."""
    viewer = request.viewer
    days = queries.days_to_write(viewer)
    given = request.POST if request.method == "POST" else request.GET
    day = _day(given["day"]) if given.get("day") else days[0]
    shown = queries.of_day(viewer, day)
    if shown is None and day not in days:
        raise NotFound
    form = _form(request, shown)
    hesitation: list[str] = []
    now: list[tuple[str, str]] = []
    if form.is_bound and form.is_valid():
        chosen = form.chosen if isinstance(form, CheckInNewForm) else {}
        hesitation = form.hesitation() if isinstance(form, CheckInNewForm) else []
        if not hesitation:
            try:
                one = services.check_in(viewer, day=day, **form.answers, **chosen, expected=version_seen(request))
            except Invalid as refused:
                tell(form, refused)
            except Conflict:
                now = _as_words(shown)
            else:
                corrections.answered(request, one)
                messages.success(request, saved(queries.check_in(viewer, viewer.user, one).see))
                return redirect("today") if day == days[0] else redirect("check_in", one)
    context = {
        "form": form,
        "shown": shown,
        "day": day,
        "today": days[0],
        "days": [other for other in days if other != day],
        "see": shown.see if shown else would_see(viewer, Category.CHECK_INS, audience=Audience.CATEGORY).line,
        "hesitation": hesitation,
        "now": now,
    }
    context |= corrections.beside(request, shown) if shown else {}
    wrong = bool(form.errors or hesitation)
    return page(
        request, "frontend/check_in_write.html", context, status=CONFLICT if now else UNPROCESSABLE if wrong else 200
    )


def _form(request: Request, shown: CheckInView | None) -> CheckInForm:
    """The form for a day as it is now: one that was begun meanwhile keeps its audience, a new one asks for it."""
    given = request.POST.copy() if request.method == "POST" else None
    if shown is not None:
        return CheckInForm(given, initial=CheckInForm.typed(shown))
    if given is not None:
        given.setdefault("audience", Audience.CATEGORY.value)
    return CheckInNewForm(request.viewer, given, initial=chosen_of("category", (), ()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


@patient_page
def check_ins(request: Request) -> HttpResponse:
    """The days there are, newest first. A day without a check-in is not there, and nothing counts them."""
    viewer, cursor = request.viewer, after(request)
    shown = queries.check_ins(viewer, viewer.user, page=page_of(cursor))
    return page(request, "frontend/check_ins.html", {"shown": shown, "first": not cursor})


@patient_page
def check_in(request: Request, check_in: UUID) -> HttpResponse:
    """One day, how it was said before, and who opened it."""
    viewer = request.viewer
    shown = queries.check_in(viewer, viewer.user, check_in)
    context = {
        "one": shown,
        "versions": queries.check_in_versions(viewer, viewer.user, check_in),
        "opened": opened_by(viewer, check_in),
        **corrections.beside(request, shown),
    }
    return page(request, "frontend/check_in.html", context)


@patient_page
def check_in_withdraw(request: Request, check_in: UUID) -> HttpResponse:
    """Withdraw a check-in, after one question."""
    viewer = request.viewer
    shown = queries.check_in(viewer, viewer.user, check_in)
    if shown.withdrawn_at:
        raise NotFound
    if request.method == "POST":
        services.withdraw_check_in(viewer, check_in)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("check_ins")
    return page(request, "frontend/check_in_withdraw.html", {"one": shown, "opened": opened_by(viewer, check_in)})


def _as_words(shown: CheckInView | None) -> list[tuple[str, str]]:
    if shown is None:
        return [("This day", "The check-in of this day was withdrawn.")]
    return [*shown.said, *([("A few words", shown.words)] if shown.words else [])]


urls = [
    path("check-in/", check_in_write, name="check_in_write"),
    path("check-in/tap/", check_in_tap, name="check_in_tap"),
    path("check-ins/", check_ins, name="check_ins"),
    path("check-ins/<uuid:check_in>/", check_in, name="check_in"),
    path("check-ins/<uuid:check_in>/withdraw/", check_in_withdraw, name="check_in_withdraw"),
]
