"""The PHQ-9: filled in at one's own pace, saved answer by answer, sent when she says so; help in the same response."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse

from careteam.measures import queries, services
from careteam.measures.help import HELP_CORE
from careteam.measures.instruments import phq2, phq9
from careteam.measures.instruments.catalogue import GAD7, PHQ2, PHQ9, Instrument
from careteam.measures.pictures import ItemView, MeasureView, item_by_item, items_of
from careteam.measures.seen import seen_by
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.pictures import SeeLine, page_of
from careteam.sharing.telling import team_told
from careteam.summaries.telling import correct_questionnaire, send_questionnaire
from frontend.forms.measures import CorrectForm
from frontend.views import corrections
from frontend.views.doors import CONFLICT, UNPROCESSABLE, Request, page, patient_page
from frontend.views.extras import guarded, own_people, told_people
from frontend.views.records import saved, version_seen

PARTS = {1: (1, 2, 3, 4, 5), 2: (6, 7, 8, 9)}
REVIEW = 3
DIFFICULTY = 10


@patient_page
def measures(request: Request) -> HttpResponse:
    """All sent forms, newest first, and the one in progress."""
    viewer = request.viewer
    try:
        wanted = page_of(request.GET.get("after", ""))
    except Invalid:
        raise NotFound from None
    open_ = queries.open_responses(viewer)
    context = {
        "page": queries.measures(viewer, viewer.user, page=wanted),
        "open": open_.get(phq9.NAME),
        "others": [(of, open_.get(of.name)) for of in (GAD7, PHQ2)],
        "paused": queries.paused_reminders(viewer),
        "will_see": queries.who_will_see(viewer),
    }
    return page(request, "frontend/measures.html", context)


@patient_page
def fill_in(request: Request) -> HttpResponse:
    """Questions 1 to 5, then 6 to 9, then the review. Reading it begins nothing; the first answer does."""
    part = _part(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _review(request) if part == REVIEW else _questions(request, part)
    given = _given(request.POST, PARTS.get(part, (DIFFICULTY,)))
    try:
        response = services.begin(request.viewer)
        asks_for_help = services.save_answers(request.viewer, response, given)
    except Invalid as refused:
        if part == REVIEW:
            return _review(request, " ".join(refused.fields.values()))
        return _questions(request, part, refused.fields, given)
    if asks_for_help:
        return _help(request, reverse("phq9") + f"?part={REVIEW}")
    where = request.POST.get("go")
    if where == "later":
        messages.success(request, "Your answers are kept. Only you can see them.")
        return redirect("measures")
    return redirect(f"{reverse('phq9')}?part={part - 1 if where == 'back' else min(part + 1, REVIEW)}")


@patient_page
def save_item(request: Request, item: int) -> HttpResponse:
    """One answer, saved as it is tapped (htmx)."""
    if request.method != "POST" or item not in phq9.QUESTIONS:
        raise NotFound
    given = request.POST.get(f"q{item}")
    try:
        response = services.begin(request.viewer)
        asks_for_help = services.save_answer(request.viewer, response, item, given)
    except Invalid as refused:
        words = " ".join(refused.fields.values())
        core = HELP_CORE if item == phq9.SAFETY_ITEM and phq9.asks_for_help({item: given}) else ""
        return page(request, "frontend/_kept.html", {"error": words, "help": core}, status=UNPROCESSABLE)
    return page(request, "frontend/_kept.html", {"help": HELP_CORE if asks_for_help else ""})


@patient_page
def send(request: Request) -> HttpResponse:
    """Send the form. Help comes in the same response when question 9 was answered above "Not at all".

    A second tap finds the form sent and is answered like the first: that answer is the one she gets to see.
    """
    if request.method != "POST":
        return redirect(f"{reverse('phq9')}?part={REVIEW}")
    viewer, response = request.viewer, form_to_send(request)
    try:
        if request.POST.get("q10"):
            services.save_answer(viewer, response, DIFFICULTY, request.POST["q10"])
        asks_for_help = send_questionnaire(viewer, response)
    except Invalid as refused:
        return _review(request, " ".join(refused.fields.values()))
    if asks_for_help:
        see = guarded(lambda: queries.measure(viewer, viewer.user, response).see, None)
        return _help(request, reverse("measure", args=[response]), see, "Your answers are sent.")
    see = queries.measure(viewer, viewer.user, response).see
    messages.success(request, saved(see).replace("Saved", "Sent"))
    return redirect("measure", response)


@patient_page
def discard(request: Request) -> HttpResponse:
    """Throw the form in progress away, after asking once."""
    open_ = queries.open_response(request.viewer)
    if open_ is None:
        raise NotFound
    if request.method == "POST":
        services.discard(request.viewer, open_.id)
        messages.success(request, "Thrown away. Nobody saw it.")
        return redirect("measures")
    return page(request, "frontend/measure_discard.html")


@patient_page
def measure(request: Request, response: UUID) -> HttpResponse:
    """One sent form with all its answers, and what it said before a correction."""
    viewer = request.viewer
    found = queries.measure(viewer, viewer.user, response)
    stands = bool(found.item9) and not found.withdrawn_at
    context = {
        "measure": found,
        # Asked after the help page, here, and never above the help lines.
        "ask_whom_to_tell": stands and not any(one.on for one in team_told(viewer)),
        "seen": seen_by(viewer, viewer.user, response),
        "items": item_by_item(found, queries.before(viewer, found)),
        "versions": queries.measure_versions(viewer, viewer.user, response),
        "score": queries.latest(viewer, viewer.user) if found.of is PHQ9 else None,
        **corrections.beside(request, found),
        "offers_phq9": found.of is PHQ2 and found.total is not None and phq2.offers_phq9(found.total),
    }
    return page(request, "frontend/measure.html", context)


@patient_page
def correct(request: Request, response: UUID) -> HttpResponse:
    """Correct one answer of a sent PHQ-9. Its address is one that is answered with help when saving fails."""
    found = queries.measure(request.viewer, request.viewer.user, response)
    if found.of is not PHQ9:
        raise NotFound
    return _correct(request, found)


@patient_page
def correct_other(request: Request, response: UUID) -> HttpResponse:
    """Correct one answer of another sent form."""
    found = queries.measure(request.viewer, request.viewer.user, response)
    if found.of is PHQ9:
        raise NotFound
    return _correct(request, found)


def _correct(request: Request, found: MeasureView) -> HttpResponse:
    """One answer is corrected; the earlier ones stay in its history."""
    viewer, response = request.viewer, found.id
    if found.withdrawn_at:
        raise NotFound
    form, now = CorrectForm(request.POST or None, of=found.of), None
    if request.method == "POST" and form.is_valid():
        try:
            change = form.change()
            asks_for_help = correct_questionnaire(viewer, response, **change, expected=version_seen(request))
        except Invalid as refused:
            form.add_error(None, " ".join(refused.fields.values()))
        except Conflict:
            now = [(f"{item.number}. {item.question}", item.said) for item in found.items]
        else:
            corrections.answered(request, response)
            if asks_for_help:
                return _help(request, reverse("measure", args=[response]), found.see, "Your answer is corrected.")
            messages.success(request, "Corrected. What it said before stays in its history.")
            return redirect("measure", response)
    asked_9 = found.of is PHQ9 and request.POST.get("item") == str(phq9.SAFETY_ITEM)
    typed = {phq9.SAFETY_ITEM: request.POST.get("value")} if asked_9 else {}
    context = {"form": form, "measure": found, "now": now, "help": HELP_CORE if phq9.asks_for_help(typed) else ""}
    context |= corrections.beside(request, found)
    status = CONFLICT if now else UNPROCESSABLE if form.errors else 200
    return page(request, "frontend/measure_correct.html", context, status=status)


@patient_page
def withdraw(request: Request, response: UUID) -> HttpResponse:
    """Withdraw a sent questionnaire, after asking once."""
    found = queries.measure(request.viewer, request.viewer.user, response)
    if request.method == "POST":
        services.withdraw_response(request.viewer, response)
        messages.success(request, "Withdrawn. Nobody but you can see it now.")
        return redirect("measures")
    return page(request, "frontend/measure_withdraw.html", {"measure": found})


# -- What they share ---------------------------------------------------------------------------------------------------
def _part(given: QueryDict) -> int:
    part = given.get("part", "1")
    return int(part) if part in {"1", "2", "3"} else 1


def form_to_send(request: Request, questionnaire: str = phq9.NAME) -> UUID:
    """The form that the review showed; when it is not named, the one in progress."""
    try:
        return UUID(request.POST.get("response", ""))
    except ValueError:
        open_ = queries.open_response(request.viewer, questionnaire)
        if open_ is None:
            raise NotFound from None
        return open_.id


def _given(posted: QueryDict, items: tuple[int, ...]) -> dict[int, object]:
    """The answers of this part; one that was not ticked is left as it is."""
    return {item: posted[f"q{item}"] for item in items if f"q{item}" in posted}


def _questions(
    request: Request, part: int, errors: dict[str, str] | None = None, given: dict[int, object] | None = None
) -> HttpResponse:
    open_ = queries.open_response(request.viewer)
    answers = open_.answers if open_ else {}
    asked = items_of(answers | as_typed(PHQ9, given or {}))
    context: dict[str, Any] = {
        "part": part,
        "stem": phq9.STEM,
        "title": phq9.TITLE,
        "licence": phq9.LICENCE,
        "loinc": phq9.LOINC_NOTICE,
        "questions": [_question(one, errors or {}) for one in asked if one.number in PARTS[part]],
        "will_see": queries.who_will_see(request.viewer),
        "started": bool(answers),
        "help": HELP_CORE if errors and phq9.asks_for_help(given or {}) else "",
    }
    return page(request, "frontend/phq9.html", context, status=UNPROCESSABLE if errors else 200)


def as_typed(of: Instrument, given: dict[int, object]) -> dict[int, int]:
    """What was answered beside an answer that could not be saved: it stays ticked."""
    found = {}
    for item, value in given.items():
        try:
            found[item] = of.clean_answer(item, value)
        except ValueError:
            continue  # the one that is spoken of beside its question
    return found


def _question(one: ItemView, errors: dict[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "words": one.question,
        "choices": phq9.QUESTIONS[one.number].answers,
        "value": one.value,
        "error": errors.get(f"item{one.number}", ""),
        "safety": one.number == phq9.SAFETY_ITEM,
    }


def _review(request: Request, problem: str = "") -> HttpResponse:
    open_ = queries.open_response(request.viewer)
    if open_ is None:
        return redirect("phq9")
    asked = {one.number: one for one in open_.items}
    context = {
        "items": [asked[number] for number in phq9.SCORED],
        "response": open_.id,
        "missing": [number for number in phq9.SCORED if asked[number].value is None],
        "difficulty": _question(asked[DIFFICULTY], {}) if open_.asks_difficulty else None,
        "will_see": queries.who_will_see(request.viewer),
        "problem": problem,
    }
    return page(request, "frontend/phq9_review.html", context, status=UNPROCESSABLE if problem else 200)


def _help(request: Request, then: str, see: SeeLine | None = None, said: str = "") -> HttpResponse:
    """The help page as the answer to the save itself; what is personal stands below, each left out on any error.

    `said` is told of answers that are out of her hands; without it they are hers alone until she sends them.
    """
    context = {
        "core": HELP_CORE,
        "then": then,
        "said": said,
        "see": see,
        "people": own_people(request.viewer),
        "told": told_people(request.viewer) if said else (),
        "will_see": None if said else guarded(lambda: queries.who_will_see(request.viewer), None),
    }
    return page(request, "frontend/phq9_help.html", context)


urls = [
    path("measures/", measures, name="measures"),
    path("measures/phq-9/", fill_in, name="phq9"),
    path("measures/phq-9/item/<int:item>/", save_item, name="phq9_item"),
    path("measures/phq-9/send/", send, name="phq9_send"),
    path("measures/phq-9/discard/", discard, name="phq9_discard"),
    path("measures/phq-9/<uuid:response>/correct/", correct, name="measure_correct"),
    path("measures/<uuid:response>/", measure, name="measure"),
    path("measures/<uuid:response>/correct/", correct_other, name="measure_correct_other"),
    path("measures/<uuid:response>/withdraw/", withdraw, name="measure_withdraw"),
]
