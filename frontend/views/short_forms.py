"""The GAD-7 and the PHQ-2: one page of questions, saved answer by answer, a review, sent when she says so."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from careteam.measures import queries, services
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import GAD7, PHQ2, Instrument
from careteam.measures.pictures import ItemView, items_of
from careteam.sharing.errors import Invalid, NotFound
from careteam.summaries.telling import send_questionnaire
from frontend.views.doors import UNPROCESSABLE, Request, page, patient_page
from frontend.views.measures import as_typed, form_to_send
from frontend.views.records import saved

SHORT = (GAD7, PHQ2)
REVIEW = "review"


def name_of(of: Instrument, step: str = "") -> str:
    """The name of a page of this questionnaire: `gad7`, `gad7_send`."""
    return of.name.replace("-", "") + (f"_{step}" if step else "")


def fill_in(request: Request, *, of: Instrument) -> HttpResponse:
    """All questions, then the review. Reading it begins nothing; the first answer does."""
    if request.method != "POST":
        return _review(request, of) if request.GET.get("part") == REVIEW else _questions(request, of)
    given: dict[int, object] = {item: request.POST[f"q{item}"] for item in of.questions if f"q{item}" in request.POST}
    try:
        services.save_answers(request.viewer, services.begin(request.viewer, of.name), given)
    except Invalid as refused:
        return _questions(request, of, refused.fields, given)
    if request.POST.get("go") == "later":
        messages.success(request, "Your answers are kept. Only you can see them.")
        return redirect("measures")
    return redirect(f"{reverse(name_of(of))}?part={REVIEW}")


def save_item(request: Request, item: int, *, of: Instrument) -> HttpResponse:
    """One answer, saved as it is tapped (htmx)."""
    if request.method != "POST" or item not in of.questions:
        raise NotFound
    try:
        response = services.begin(request.viewer, of.name)
        services.save_answer(request.viewer, response, item, request.POST.get(f"q{item}"))
    except Invalid as refused:
        words = " ".join(refused.fields.values())
        return page(request, "frontend/_kept.html", {"error": words}, status=UNPROCESSABLE)
    return page(request, "frontend/_kept.html")


def send(request: Request, *, of: Instrument) -> HttpResponse:
    """Send the form. A second tap finds the form sent and is answered like the first."""
    if request.method != "POST":
        return redirect(f"{reverse(name_of(of))}?part={REVIEW}")
    viewer, response = request.viewer, form_to_send(request, of.name)
    try:
        send_questionnaire(viewer, response, questionnaire=of.name)
    except Invalid as refused:
        return _review(request, of, " ".join(refused.fields.values()))
    messages.success(request, saved(queries.measure(viewer, viewer.user, response).see).replace("Saved", "Sent"))
    return redirect("measure", response)


def discard(request: Request, *, of: Instrument) -> HttpResponse:
    """Throw the form in progress away, after asking once."""
    open_ = queries.open_response(request.viewer, of.name)
    if open_ is None:
        raise NotFound
    if request.method == "POST":
        services.discard(request.viewer, open_.id)
        messages.success(request, "Thrown away. Nobody saw it.")
        return redirect("measures")
    return page(request, "frontend/short_form_discard.html", {"here": reverse(name_of(of))})


# -- What they share ---------------------------------------------------------------------------------------------------
def _questions(
    request: Request, of: Instrument, errors: dict[str, str] | None = None, given: dict[int, object] | None = None
) -> HttpResponse:
    open_ = queries.open_response(request.viewer, of.name)
    answers = open_.answers if open_ else {}
    context: dict[str, Any] = {
        "of": of,
        "loinc": phq9.LOINC_NOTICE,
        "here": reverse(name_of(of)),
        "discard": reverse(name_of(of, "discard")),
        "questions": [_question(of, one, errors or {}) for one in items_of(answers | as_typed(of, given or {}), of)],
        "will_see": queries.who_will_see(request.viewer, of.name),
        "started": bool(answers),
    }
    return page(request, "frontend/short_form.html", context, status=UNPROCESSABLE if errors else 200)


def _question(of: Instrument, one: ItemView, errors: dict[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "words": one.question,
        "choices": of.questions[one.number].answers,
        "value": one.value,
        "error": errors.get(f"item{one.number}", ""),
        "save": reverse(name_of(of, "item"), args=[one.number]),
    }


def _review(request: Request, of: Instrument, problem: str = "") -> HttpResponse:
    open_ = queries.open_response(request.viewer, of.name)
    if open_ is None:
        return redirect(name_of(of))
    context = {
        "of": of,
        "form": open_,
        "here": reverse(name_of(of)),
        "send": reverse(name_of(of, "send")),
        "missing": [item.number for item in open_.items if item.value is None],
        "will_see": queries.who_will_see(request.viewer, of.name),
        "problem": problem,
    }
    return page(request, "frontend/short_form_review.html", context, status=UNPROCESSABLE if problem else 200)


def _urls(of: Instrument) -> list[URLPattern]:
    def door(view: Any) -> Any:
        return patient_page(partial(view, of=of))

    return [
        path(f"measures/{of.name}/", door(fill_in), name=name_of(of)),
        path(f"measures/{of.name}/item/<int:item>/", door(save_item), name=name_of(of, "item")),
        path(f"measures/{of.name}/send/", door(send), name=name_of(of, "send")),
        path(f"measures/{of.name}/discard/", door(discard), name=name_of(of, "discard")),
    ]


urls = [one for of in SHORT for one in _urls(of)]
