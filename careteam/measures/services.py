"""Answering, sending and correcting questionnaires. Everything here is the patient's own; others get NotFound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from careteam.accounts.viewer import Viewer
from careteam.audit.services import record_act
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, UNKNOWN, Instrument
from careteam.measures.models import QuestionnaireResponse, ReminderPause, Status
from careteam.sharing.errors import Conflict, Invalid, NotFound
from careteam.sharing.records import change, one_visible, revise
from careteam.sharing.services import clean_text, created, withdraw

WHY_MOST = 200


@transaction.atomic
def begin(viewer: Viewer, questionnaire: str = phq9.NAME) -> UUID:
    """The viewer's form in progress: the open one of this questionnaire, or a new one (of each one at a time).

    Raises Invalid (a questionnaire that is not in the catalogue), NotFound.
    """
    if viewer.patient is None:
        raise NotFound
    if questionnaire not in INSTRUMENTS:
        raise Invalid(questionnaire=UNKNOWN)
    found = _open(viewer, questionnaire)
    if found is not None:
        return found
    new = QuestionnaireResponse(
        id=uuid4(),  # others see it once it is sent, and a uuid7 would tell when she began
        patient_id=viewer.patient,
        author_id=viewer.user,
        questionnaire=questionnaire,
        status=Status.IN_PROGRESS,
    )
    try:
        with transaction.atomic():
            return created(viewer, new, action="draft")
    except IntegrityError:  # a second tap was faster: its form is the open one
        found = _open(viewer, questionnaire)
        if found is None:
            raise
        return found


def save_answer(viewer: Viewer, response: UUID, item: int, given: object, expected: int | None = None) -> bool:
    """Keep one answer of the form in progress (None: no answer). True when question 9 was answered above 0 just now.

    Saying the same again changes nothing. Raises Invalid (no such answer), NotFound, Conflict (the form was sent, or it
    is no longer version `expected`).
    """
    return save_answers(viewer, response, {item: given}, expected)


@transaction.atomic
def save_answers(viewer: Viewer, response: UUID, given: Mapping[int, object], expected: int | None = None) -> bool:
    """Keep several answers, all or none; otherwise as `save_answer`. Invalid names each field `item<number>`."""
    found = _own(viewer, response)
    changes = _cleaned(found, given)
    answers = _with(found, changes)
    if answers != found.answers:
        if not found.is_draft:
            raise Conflict(found.version)
        revise(found, viewer, expected, **_scored(found, answers))
    return _asks_for_help(found, changes)


@transaction.atomic
def send(viewer: Viewer, response: UUID, *, questionnaire: str = "") -> bool:
    """Send the form: from here on its audience decides who sees it. True when question 9 was answered above 0.

    A form with blanks is kept as incomplete, without a total. Sending twice is sending once. Raises Invalid when none
    of the scored questions is answered, NotFound (also for a form of another `questionnaire` than is named: the page
    of one without question 9 shows no help).
    """
    found = _own(viewer, response)
    if questionnaire not in ("", found.questionnaire):
        raise NotFound
    if not found.is_draft:
        return bool(found.item9)
    if not _of(found).score(found.given).answered:
        raise Invalid(**{"": "Answer at least one question before you send this. You can also finish later."})
    change(
        found,
        status=Status.STOPPED if found.total is None else Status.COMPLETED,
        effective_at=Now(),
        sent_at=Now(),
        recorded_at=Now(),
        changed_at=Now(),
        version=1,  # how often a draft was saved is nobody else's to see
    )
    record_act(viewer, "send", found.patient_id, category=found.category, records=[(found.id, 1)])
    return bool(found.item9)


@transaction.atomic
def discard(viewer: Viewer, response: UUID) -> None:
    """Throw the form in progress away. Nobody else ever saw it, so nothing of it is kept. Raises NotFound."""
    found = _own(viewer, response)
    if not found.is_draft or found.delete()[0] != 1:
        raise NotFound


@transaction.atomic
def correct(
    viewer: Viewer, response: UUID, item: int, given: object, *, expected: int | None = None, why: str = ""
) -> bool:
    """Correct one answer of a sent form (None: it should have been left blank); the earlier answers stay in history.

    The total is counted anew; when it was answered stays. True when question 9 is answered above 0 by this. Saying the
    same again changes nothing. Raises Invalid (no such answer, `why` over 200 characters), NotFound, Conflict.
    """
    reason = clean_text(why, "why", WHY_MOST, required=False)
    found = _own(viewer, response)
    changes = _cleaned(found, {item: given})
    if found.is_draft:
        raise NotFound
    answers = _with(found, changes)
    if answers != found.answers:
        if not _of(found).score({int(number): value for number, value in answers.items()}).answered:
            raise Invalid(**{f"item{item}": "This is the last answer. To remove it, withdraw the questionnaire."})
        scored = _scored(found, answers)
        if scored["item9"] != found.item9:  # a new answer: whoever saw the one before has not seen this
            scored["item9_since"] = found.version + 1
        revise(found, viewer, expected, why=reason, status=Status.AMENDED, **scored)
        record_act(viewer, "revise", found.patient_id, category=found.category, records=[(found.id, found.version)])
    return _asks_for_help(found, changes)


def withdraw_response(viewer: Viewer, response: UUID) -> None:
    """Take a sent form of the viewer's own back. It leaves the trend and stays hers."""
    withdraw(viewer, QuestionnaireResponse, response)


@transaction.atomic
def pause_reminder(viewer: Viewer, questionnaire: str, *, until: date | None = None) -> None:
    """Be reminded of one questionnaire no more: until the end of that day, or until she resumes it. Nobody is told.

    What a plan expects goes on as it was agreed. Raises Invalid (no such questionnaire, a day that is over), NotFound.
    """
    if viewer.patient is None:
        raise NotFound
    if questionnaire not in INSTRUMENTS:
        raise Invalid(questionnaire=UNKNOWN)
    if until is not None and until < viewer.today:
        raise Invalid(until="This day is over. Choose today or a later day, or leave it empty.")
    ReminderPause.objects.update_or_create(
        patient_id=viewer.patient, questionnaire=questionnaire, defaults={"until": until}
    )


@transaction.atomic
def resume_reminder(viewer: Viewer, questionnaire: str) -> None:
    """Be reminded again. Saying it twice changes nothing; raises NotFound for one who keeps no record."""
    if viewer.patient is None:
        raise NotFound
    ReminderPause.objects.filter(patient_id=viewer.patient, questionnaire=questionnaire).delete()


def _open(viewer: Viewer, questionnaire: str) -> UUID | None:
    rows = QuestionnaireResponse.objects.about(viewer.user).visible_to(viewer)
    rows = rows.filter(status=Status.IN_PROGRESS, questionnaire=questionnaire)
    found: UUID | None = rows.values_list("id", flat=True).first()
    return found


def _own(viewer: Viewer, response: UUID) -> QuestionnaireResponse:
    """The viewer's own form, locked for the change to come."""
    if viewer.patient is None:
        raise NotFound
    found = one_visible(QuestionnaireResponse, viewer, response)
    if found.patient_id != viewer.patient or found.withdrawn_at is not None:
        raise NotFound
    return found


def _of(response: QuestionnaireResponse) -> Instrument:
    return INSTRUMENTS[response.questionnaire]


def _asks_for_help(response: QuestionnaireResponse, changes: Mapping[int, object]) -> bool:
    """Whether question 9 of the PHQ-9 was just answered above 0: no other questionnaire has such a question."""
    return _of(response).asks_question_9 and phq9.asks_for_help(changes)


def _cleaned(response: QuestionnaireResponse, given: Mapping[int, object]) -> dict[int, int | None]:
    """All answers, or Invalid with every problem at once; None means "left blank"."""
    found: dict[int, int | None] = {}
    problems: dict[str, str] = {}
    for item, value in given.items():
        try:
            answer = _of(response).clean_answer(item, 0 if value is None else value)
        except ValueError as error:
            problems[f"item{item}"] = str(error)
        else:
            found[item] = None if value is None else answer
    if problems:
        raise Invalid(**problems)
    return found


def _with(response: QuestionnaireResponse, changes: Mapping[int, int | None]) -> dict[str, int]:
    """The answers there will be, as they are stored."""
    after = {**response.given, **changes}
    return {str(item): value for item, value in sorted(after.items()) if value is not None}


def _scored(response: QuestionnaireResponse, answers: Mapping[str, int]) -> dict[str, Any]:
    """Answers with what they come to: the fields that change together."""
    of, given = _of(response), {int(item): value for item, value in answers.items()}
    found = of.score(given)
    item9 = given.get(phq9.SAFETY_ITEM) if of.asks_question_9 else None
    return {"answers": answers, "total": found.total, "band": found.band or "", "item9": item9}
