"""The overview (the patient's Today and the clinician's chart are one page) and the pages of a chart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.checkins import queries as checkins
from careteam.conditions import queries as conditions
from careteam.goals import queries as goals
from careteam.measures import queries as measures
from careteam.measures.pictures import WillSee, item_by_item
from careteam.measures.seen import banner, seen_by
from careteam.notes import queries as notes
from careteam.procedures import queries as procedures
from careteam.sharing import team
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.pictures import RecordView, SeeLine, page_of
from careteam.sharing.queries import withdrawals
from careteam.summaries import log, queries
from careteam.summaries.timeline import half_year
from careteam.summaries.today import team_news
from careteam.treatments import queries as treatments
from careteam.visits import queries as visits
from careteam.visits.calls import mark_done
from frontend.forms.clinician import BelowForm
from frontend.forms.goals import AnswerForm
from frontend.forms.visits import DecidedForm
from frontend.views.checkins import card_of
from frontend.views.corrections import below_all
from frontend.views.doors import UNPROCESSABLE, Request, clinician_page, page, patient_page, shows_records

SENTENCES = 3
EACH = 20  # of what has a page of its own as well
EVENTS_MOST = 100
MORNING, NOON, EVENING, NIGHT = 5, 12, 18, 23


def asked(request: Request) -> Any:
    """The page of a list that `?after=` asks for; with a marker that is not ours the list begins anew."""
    try:
        return page_of(request.GET.get("after", ""))
    except Invalid:
        return page_of()


# -- The overview ------------------------------------------------------------------------------------------------------
@patient_page
def today(request: Request) -> HttpResponse:
    """The patient's own overview, with what is hers alone: news of her team, the form she may fill in, who looked."""
    viewer = request.viewer
    now = viewer.local(datetime.now(viewer.tz))
    picture = queries.overview(viewer, viewer.user)
    form = measures.open_response(viewer)
    context = {
        "picture": picture,
        "news": team_news(viewer, picture.since),
        "card": card_of(viewer, next((one for one in picture.check_ins if one.day == now.date()), None)),
        "greeting": _greeting(now.hour),
        "date": now.date(),
        "form": form,
        "wanted": bool(form) or any(one.due for one in picture.reminders),
        "fresh": {"notes": _any_new(picture, picture.notes), "goals": _any_new(picture, picture.goals)},
        "will_see": _after_sending(measures.who_will_see(viewer)),
        "told": log.what_others_did(viewer, SENTENCES),
        "decided": DecidedForm(auto_id="decided_%s"),
    }
    return page(request, "frontend/overview.html", context)


def _greeting(hour: int) -> str:
    if MORNING <= hour < NOON:
        return "Good morning"
    if NOON <= hour < EVENING:
        return "Good afternoon"
    return "Good evening" if EVENING <= hour < NIGHT else "Hello"


def _any_new(picture: queries.Overview, shown: Iterable[RecordView]) -> bool:
    """Whether others wrote one of these since she last looked: its fold is then open."""
    return any(one.id in picture.new for one in shown)


def _after_sending(found: WillSee) -> SeeLine:
    """Who sees a form once it is sent, as the line under its card."""
    if found.names:
        return SeeLine("people", found.names)
    return SeeLine("paused" if found.after_pause else "me")


@clinician_page
def chart(request: Request, patient: UUID) -> HttpResponse:
    """The same overview with what this clinician may see, answer first."""
    picture = queries.overview(request.viewer, patient)
    context = {
        "picture": picture,
        "safety": banner(request.viewer, patient, picture.score.banner if picture.score else None),
        "timeline": half_year(request.viewer, patient),
        "drafts": notes.drafts(request.viewer, patient),
    }
    return page(request, "frontend/overview.html", context)


# -- The pages of a chart ----------------------------------------------------------------------------------------------
@clinician_page
def chart_notes(request: Request, patient: UUID) -> HttpResponse:
    """Notes, newest first, with one's own drafts on top."""
    wanted = asked(request)
    first = not wanted.before
    return _chart(
        request,
        patient,
        "frontend/chart_notes.html",
        notes=notes.progress_notes(request.viewer, patient, page=wanted),
        drafts=notes.drafts(request.viewer, patient) if first else (),
        stubs=withdrawals(request.viewer, patient, "note") if first else (),
    )


@clinician_page
def chart_note(request: Request, patient: UUID, note: UUID) -> HttpResponse:
    """One note in full, what stands below it, and a reply."""
    return note_page(request, patient, note, None)


def note_page(request: Request, patient: UUID, note: UUID, form: BelowForm | None) -> HttpResponse:
    """The page of one note; with a form that could not be kept, status 422."""
    try:
        shown = notes.progress_note(request.viewer, patient, note)
    except NotFound:
        return _stub(request, patient, note, "note", "note")
    return shows_records(
        _chart(
            request,
            patient,
            "frontend/chart_note.html",
            status=UNPROCESSABLE if form else 200,
            note=shown,
            form=form or BelowForm(),
        )
    )


@clinician_page
def chart_goals(request: Request, patient: UUID) -> HttpResponse:
    """All goals, whatever their status."""
    return goals_page(request, patient)


def goals_page(
    request: Request, patient: UUID, *, answer: AnswerForm | None = None, answering: UUID | None = None
) -> HttpResponse:
    """The goals of a chart; with an answer to one of them that could not be kept, status 422."""
    wanted = asked(request)
    first = not wanted.before
    shown = _chart(
        request,
        patient,
        "frontend/chart_goals.html",
        status=UNPROCESSABLE if answer else 200,
        goals=goals.goals(request.viewer, patient, page=wanted),
        figure=goals.figure(request.viewer, patient) if first else None,
        stubs=withdrawals(request.viewer, patient, "goal") if first else (),
        answer=answer,
        answering=answering,
    )
    return shows_records(shown) if answer else shown


@clinician_page
def chart_measures(request: Request, patient: UUID) -> HttpResponse:
    """Questionnaires, newest first."""
    wanted = asked(request)
    return _chart(
        request,
        patient,
        "frontend/chart_measures.html",
        measures=measures.measures(request.viewer, patient, page=wanted),
        stubs=() if wanted.before else withdrawals(request.viewer, patient, "measure"),
    )


@clinician_page
def chart_measure(request: Request, patient: UUID, response: UUID) -> HttpResponse:
    """One questionnaire with its printed questions and answers."""
    try:
        shown = measures.measure(request.viewer, patient, response)
    except NotFound:
        return _stub(request, patient, response, "questionnaire", "measure")
    seen = seen_by(request.viewer, patient, response)
    unseen = bool(shown.item9) and not any(one.mine and one.current for one in seen)
    told: dict[str, Any] = {
        "items": item_by_item(shown, measures.before(request.viewer, shown)),
        "seen": seen,
        "unseen": unseen,
        **below_all(request, patient, [shown]),
    }
    return _chart(request, patient, "frontend/chart_measure.html", measure=shown, **told)


@clinician_page
def chart_check_ins(request: Request, patient: UUID) -> HttpResponse:
    """Check-ins by day, newest first, and on the first page the events of her life."""
    wanted = asked(request)
    first = not wanted.before
    days = checkins.check_ins(request.viewer, patient, page=wanted)
    events = checkins.events(request.viewer, patient, page=page_of(size=EVENTS_MOST)).items if first else ()
    return _chart(
        request,
        patient,
        "frontend/chart_check_ins.html",
        **below_all(request, patient, [*days.items, *events]),
        check_ins=days,
        events=events,
        first=first,
        stubs=withdrawals(request.viewer, patient, "check-in") if first else (),
        event_stubs=withdrawals(request.viewer, patient, "event") if first else (),
    )


@clinician_page
def chart_medicines(request: Request, patient: UUID) -> HttpResponse:
    """Medicines, those taken now first; then other treatments and the latest levels."""
    wanted = asked(request)
    each = page_of("", EACH)
    listed = treatments.medicines(request.viewer, patient, page=wanted)
    current = () if wanted.before else treatments.current_medicines(request.viewer, patient)
    courses = None if wanted.before else procedures.procedures(request.viewer, patient, page=each)
    levels = None if wanted.before else procedures.levels(request.viewer, patient, page=each)
    shown = [*current, *listed.items, *(courses.items if courses else ()), *(levels.items if levels else ())]
    return _chart(
        request,
        patient,
        "frontend/chart_medicines.html",
        **below_all(request, patient, shown),
        medicines=listed,
        current=current,
        others=[one for one in listed.items if not one.current],
        stubs=() if wanted.before else withdrawals(request.viewer, patient, "medicine"),
        procedures=courses,
        levels=levels,
    )


@clinician_page
def chart_procedures(request: Request, patient: UUID) -> HttpResponse:
    """Other treatments, newest first."""
    wanted = asked(request)
    listed = procedures.procedures(request.viewer, patient, page=wanted)
    return _chart(
        request,
        patient,
        "frontend/chart_entries.html",
        **below_all(request, patient, listed.items),
        heading="Other treatments",
        what="treatment",
        entries=listed,
        stubs=() if wanted.before else withdrawals(request.viewer, patient, "procedure"),
    )


@clinician_page
def chart_levels(request: Request, patient: UUID) -> HttpResponse:
    """Levels, newest first."""
    wanted = asked(request)
    listed = procedures.levels(request.viewer, patient, page=wanted)
    return _chart(
        request,
        patient,
        "frontend/chart_entries.html",
        **below_all(request, patient, listed.items),
        heading="Levels",
        what="level",
        entries=listed,
        stubs=() if wanted.before else withdrawals(request.viewer, patient, "level"),
    )


@clinician_page
def chart_conditions(request: Request, patient: UUID) -> HttpResponse:
    """Conditions, newest first."""
    wanted = asked(request)
    listed = conditions.conditions(request.viewer, patient, page=wanted)
    return _chart(
        request,
        patient,
        "frontend/chart_entries.html",
        **below_all(request, patient, listed.items),
        heading="Conditions",
        what="condition",
        entries=listed,
        stubs=() if wanted.before else withdrawals(request.viewer, patient, "condition"),
    )


@clinician_page
def chart_visits(request: Request, patient: UUID) -> HttpResponse:
    """Open calls, questions and plans, then visits, the latest first."""
    viewer, wanted = request.viewer, asked(request)
    first = not wanted.before
    questions = visits.questions(viewer, patient, page=visits.SHOWN).items if first else ()
    calls = visits.calls(viewer, patient, page=visits.SHOWN).items if first else ()
    open_ = visits.open_questions(viewer, patient, most=visits.SHOWN.size) if first else ()
    listed = visits.visits(viewer, patient, page=wanted)
    return _chart(
        request,
        patient,
        "frontend/chart_visits.html",
        first=first,
        **below_all(request, patient, [*listed.items, *open_, *questions]),
        visits=listed,
        open=open_,
        plans=visits.live_plans(viewer, patient) if first else (),
        calls=[one for one in calls if one.open],
        others=[*(one for one in questions if one.answered), *(one for one in calls if not one.open)],
        stubs=visits.visit_stubs(viewer, patient) if first else (),
    )


@clinician_page
def call_done(request: Request, patient: UUID, call: UUID) -> HttpResponse:
    """Say that a call somebody asked for was seen to; the patient's own row stays as it is."""
    if request.method == "POST":
        mark_done(request.viewer, patient, call)
        messages.success(request, "Marked as done. The patient sees that you did.")
    return redirect("chart_visits", patient)


def _chart(request: Request, patient: UUID, template: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    return page(request, template, {"who": queries.identity(request.viewer, patient), **shown}, status=status)


def _stub(request: Request, patient: UUID, record: UUID, what: str, kind: str) -> HttpResponse:
    """What is left of a record one had opened: that it was withdrawn, and when. Of anything else, nothing."""
    for stub in withdrawals(request.viewer, patient, kind):
        if stub.id == record:
            return _chart(request, patient, "frontend/chart_stub.html", stub=stub, what=what)
    raise NotFound


@clinician_page
def leave(request: Request, patient: UUID) -> HttpResponse:
    """Leave somebody's team, after one question."""
    who = queries.identity(request.viewer, patient)
    if request.method != "POST":
        return page(request, "frontend/chart_leave.html", {"who": who})
    team.leave(request.viewer, patient)
    messages.success(request, f"You have left the team of {who.name}.")
    return redirect("caseload")


urls = [
    path("today/", today, name="today"),
    path("patients/<uuid:patient>/", chart, name="chart"),
    path("patients/<uuid:patient>/notes/", chart_notes, name="chart_notes"),
    path("patients/<uuid:patient>/notes/<uuid:note>/", chart_note, name="chart_note"),
    path("patients/<uuid:patient>/goals/", chart_goals, name="chart_goals"),
    path("patients/<uuid:patient>/measures/", chart_measures, name="chart_measures"),
    path("patients/<uuid:patient>/measures/<uuid:response>/", chart_measure, name="chart_measure"),
    path("patients/<uuid:patient>/check-ins/", chart_check_ins, name="chart_check_ins"),
    path("patients/<uuid:patient>/medicines/", chart_medicines, name="chart_medicines"),
    path("patients/<uuid:patient>/visits/", chart_visits, name="chart_visits"),
    path("patients/<uuid:patient>/visits/calls/<uuid:call>/done/", call_done, name="call_done"),
    path("patients/<uuid:patient>/procedures/", chart_procedures, name="chart_procedures"),
    path("patients/<uuid:patient>/levels/", chart_levels, name="chart_levels"),
    path("patients/<uuid:patient>/conditions/", chart_conditions, name="chart_conditions"),
    path("patients/<uuid:patient>/leave/", leave, name="leave"),
]
