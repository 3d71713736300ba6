"""Being reminded of questionnaires, or not: the patient's alone, and nobody else is told of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from careteam.measures import queries, services
from careteam.measures.instruments.catalogue import INSTRUMENTS
from careteam.sharing.errors import Invalid
from frontend.forms.measures import ReminderForm
from frontend.views.doors import UNPROCESSABLE, Request, page, patient_page


@patient_page
def reminders(request: Request) -> HttpResponse:
    """Which questionnaires she is reminded of; each is paused until a day or until she resumes it."""
    viewer = request.viewer
    about = request.POST.get("questionnaire", "")
    form = ReminderForm(request.POST or None, auto_id=f"{about}_%s")
    if request.method == "POST" and form.is_valid():
        code, until = form.cleaned_data["questionnaire"], form.cleaned_data["until"]
        try:
            if form.cleaned_data["resume"]:
                services.resume_reminder(viewer, code)
                messages.success(request, f"You are reminded of the {INSTRUMENTS[code].short} again.")
            else:
                services.pause_reminder(viewer, code, until=until)
                messages.success(request, f"Paused. Nothing here will remind you of the {INSTRUMENTS[code].short}.")
        except Invalid as refused:
            form.add_error("until", " ".join(refused.fields.values()))
        else:
            return redirect("reminders")
    paused = queries.paused_reminders(viewer)
    rows = [
        (
            one,
            one.name in paused,
            paused.get(one.name),
            form if form.errors and one.name == about else ReminderForm(auto_id=f"{one.name}_%s"),
        )
        for one in INSTRUMENTS.values()
    ]
    return page(request, "frontend/reminders.html", {"rows": rows}, status=UNPROCESSABLE if form.errors else 200)


urls = [path("measures/reminders/", reminders, name="reminders")]
