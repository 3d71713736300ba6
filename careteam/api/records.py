"""Goals, notes, questionnaires and medicines: list, one, create, change, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.accounts.viewer import Viewer
from careteam.api import shapes
from careteam.api.base import DATES, IF_MATCH, PAGING, Endpoint, patient_only
from careteam.goals import queries as goals
from careteam.goals import services as goal_services
from careteam.goals.steps import Step
from careteam.measures import queries as measures
from careteam.measures import services as measure_services
from careteam.measures.instruments import phq9
from careteam.notes import queries as notes
from careteam.notes import services as note_services
from careteam.sharing.errors import Invalid, NotFound
from careteam.sharing.pictures import RecordView
from careteam.treatments import queries as treatments
from careteam.treatments import services as treatment_services
from careteam.treatments.doses import DosePeriod, dose_period

CREATED = 201
HELP = (
    "Thank you for telling us. You are not alone. In immediate danger call the local emergency number (911 in the "
    "United States). Call or text 988, day or night. No one is watching this in real time."
)


# -- Goals -------------------------------------------------------------------------------------------------------------
class Goals(Endpoint):
    """A patient's goals, newest first."""

    @extend_schema(operation_id="goals_list", parameters=[*PAGING, *DATES], responses=shapes.listing(shapes.GOAL))
    def get(self, request: Request, patient: UUID) -> Response:
        dates, page = self.listing()
        return self.page(goals.goals(self.viewer, patient, page=page, **dates), shapes.GOAL)

    @extend_schema(operation_id="goals_create", request=shapes.GoalIn, responses={201: shapes.GOAL})
    def post(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        given = self.given(shapes.GoalIn)
        goal = goal_services.add_goal(self.viewer, **{**given, **_steps(given)})
        return self.record(goals.goal(self.viewer, patient, goal), shapes.GOAL, CREATED)


class Goal(Endpoint):
    """One goal."""

    @extend_schema(operation_id="goals_retrieve", responses=shapes.GOAL)
    def get(self, request: Request, patient: UUID, goal: UUID) -> Response:
        return self.record(goals.goal(self.viewer, patient, goal), shapes.GOAL)

    @extend_schema(operation_id="goals_change", parameters=[IF_MATCH], request=shapes.GoalChange, responses=shapes.GOAL)
    def patch(self, request: Request, patient: UUID, goal: UUID) -> Response:
        seen = goals.goal(self.viewer, patient, goal)
        patient_only(self.viewer, patient)
        expected = self.expected(seen)
        given = self.given(shapes.GoalChange)
        words = {"words": seen.words, "why": seen.why, "steps": seen.steps, "target": seen.target}
        changed = {**words, **{name: value for name, value in given.items() if name in words}, **_steps(given)}
        if changed != words:
            expected = goal_services.edit_goal(self.viewer, goal, **changed, expected=expected)
        if "achievement" in given:
            expected = goal_services.rate(self.viewer, goal, achievement=given["achievement"], expected=expected)
        if "status" in given:
            goal_services.set_status(self.viewer, goal, status=given["status"], expected=expected)
        return self.record(goals.goal(self.viewer, patient, goal), shapes.GOAL)


def _steps(given: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [Step(**step) for step in given["steps"]]} if "steps" in given else {}


# -- Notes -------------------------------------------------------------------------------------------------------------
class Notes(Endpoint):
    """Notes, the patient's and the clinicians', newest first. Drafts are their author's and not listed here."""

    @extend_schema(operation_id="notes_list", parameters=[*PAGING, *DATES], responses=shapes.listing(shapes.NOTE))
    def get(self, request: Request, patient: UUID) -> Response:
        dates, page = self.listing()
        return self.page(notes.progress_notes(self.viewer, patient, page=page, **dates), shapes.NOTE)

    @extend_schema(operation_id="notes_create", request=shapes.NoteIn, responses={201: shapes.NOTE})
    def post(self, request: Request, patient: UUID) -> Response:
        given = self.given(shapes.NoteIn)
        sign = given.pop("sign")
        if self.viewer.is_patient:
            patient_only(self.viewer, patient)
            note = note_services.add_note(self.viewer, **given)
            return self.record(notes.progress_note(self.viewer, patient, note), shapes.NOTE, CREATED)
        if given.keys() & {"audience", "named"}:
            raise Invalid(audience="Who sees a note about a patient is the patient's to say.")
        note = note_services.draft_clinical_note(self.viewer, patient, **given)
        drafted = notes.draft(self.viewer, patient, note)
        if sign:
            # What was written is answered, not read back: whether others may see it now is not the author's to learn.
            note_services.sign_note(self.viewer, patient, note)
        return self.record(drafted, shapes.NOTE, CREATED)


class Note(Endpoint):
    """One note with what stands below it."""

    @extend_schema(operation_id="notes_retrieve", responses=shapes.NOTE)
    def get(self, request: Request, patient: UUID, note: UUID) -> Response:
        return self.record(notes.progress_note(self.viewer, patient, note), shapes.NOTE)

    @extend_schema(operation_id="notes_change", parameters=[IF_MATCH], request=shapes.NoteChange, responses=shapes.NOTE)
    def patch(self, request: Request, patient: UUID, note: UUID) -> Response:
        seen = notes.progress_note(self.viewer, patient, note)
        expected = self.expected(seen)
        given = {"title": seen.title, "text": seen.text, **self.given(shapes.NoteChange)}
        note_services.edit_note(self.viewer, note, **given, expected=expected)
        return self.record(notes.progress_note(self.viewer, patient, note), shapes.NOTE)


class Replies(Endpoint):
    """Below a note."""

    @extend_schema(operation_id="notes_reply", request=shapes.ReplyIn, responses={201: shapes.NOTE})
    def post(self, request: Request, patient: UUID, note: UUID) -> Response:
        notes.progress_note(self.viewer, patient, note)
        note_services.reply(self.viewer, note, **self.given(shapes.ReplyIn))
        return self.record(notes.progress_note(self.viewer, patient, note), shapes.NOTE, CREATED)


# -- Questionnaires ----------------------------------------------------------------------------------------------------
class Measures(Endpoint):
    """Sent questionnaires, newest first."""

    @extend_schema(operation_id="measures_list", parameters=[*PAGING, *DATES], responses=shapes.listing(shapes.MEASURE))
    def get(self, request: Request, patient: UUID) -> Response:
        dates, page = self.listing()
        return self.page(measures.measures(self.viewer, patient, page=page, **dates), shapes.MEASURE)

    @extend_schema(operation_id="measures_create", request=shapes.AnswersIn, responses={201: shapes.MEASURE})
    def post(self, request: Request, patient: UUID) -> Response:
        """Fill in and send a PHQ-9. An answer above 0 to question 9 brings words of help in `Careteam-Help`."""
        patient_only(self.viewer, patient)
        answers = self.given(shapes.AnswersIn)["answers"]
        if not answers.keys() <= {str(item) for item in phq9.QUESTIONS}:
            raise Invalid(answers="There is no such question.")
        if measures.open_response(self.viewer) is not None:
            raise Invalid(answers="A form is open already. Send it, or throw it away, on the page.")
        response = measure_services.begin(self.viewer)
        measure_services.save_answers(self.viewer, response, {int(item): value for item, value in answers.items()})
        positive = measure_services.send(self.viewer, response)
        sent = self.record(measures.measure(self.viewer, patient, response), shapes.MEASURE, CREATED)
        if positive:
            sent["Careteam-Help"] = HELP
        return sent


class Measure(Endpoint):
    """One sent questionnaire with every answer."""

    @extend_schema(operation_id="measures_retrieve", responses=shapes.MEASURE)
    def get(self, request: Request, patient: UUID, response: UUID) -> Response:
        return self.record(measures.measure(self.viewer, patient, response), shapes.MEASURE)

    @extend_schema(
        operation_id="measures_correct", parameters=[IF_MATCH], request=shapes.AnswerChange, responses=shapes.MEASURE
    )
    def patch(self, request: Request, patient: UUID, response: UUID) -> Response:
        seen = measures.measure(self.viewer, patient, response)
        patient_only(self.viewer, patient)
        expected = self.expected(seen)
        given = self.given(shapes.AnswerChange)
        positive = measure_services.correct(
            self.viewer, response, given["item"], given["value"], expected=expected, why=given["why"]
        )
        answer = self.record(measures.measure(self.viewer, patient, response), shapes.MEASURE)
        if positive:
            answer["Careteam-Help"] = HELP
        return answer


# -- Medicines ---------------------------------------------------------------------------------------------------------
class Treatments(Endpoint):
    """Medicines, those that began last first."""

    @extend_schema(
        operation_id="treatments_list", parameters=[*PAGING, *DATES], responses=shapes.listing(shapes.MEDICINE)
    )
    def get(self, request: Request, patient: UUID) -> Response:
        dates, page = self.listing()
        return self.page(treatments.medicines(self.viewer, patient, page=page, **dates), shapes.MEDICINE)

    @extend_schema(operation_id="treatments_create", request=shapes.MedicineIn, responses={201: shapes.MEDICINE})
    def post(self, request: Request, patient: UUID) -> Response:
        patient_only(self.viewer, patient)
        given = self.given(shapes.MedicineIn)
        medicine = treatment_services.add_medicine(self.viewer, **{**given, **_periods(given)})
        return self.record(treatments.medicine(self.viewer, patient, medicine), shapes.MEDICINE, CREATED)


class Treatment(Endpoint):
    """One medicine."""

    @extend_schema(operation_id="treatments_retrieve", responses=shapes.MEDICINE)
    def get(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        return self.record(treatments.medicine(self.viewer, patient, medicine), shapes.MEDICINE)

    @extend_schema(
        operation_id="treatments_change",
        parameters=[IF_MATCH],
        request=shapes.MedicineFields,
        responses=shapes.MEDICINE,
    )
    def patch(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        seen = treatments.medicine(self.viewer, patient, medicine)
        patient_only(self.viewer, patient)
        expected = self.expected(seen)
        given = self.given(shapes.MedicineFields)
        names = shapes.MedicineFields().fields.keys()
        changed = {**{name: getattr(seen, name) for name in names}, **given, **_periods(given)}
        treatment_services.edit_medicine(self.viewer, medicine, **changed, expected=expected)
        return self.record(treatments.medicine(self.viewer, patient, medicine), shapes.MEDICINE)


def _periods(given: dict[str, Any]) -> dict[str, list[DosePeriod]]:
    return {"periods": [dose_period(**period) for period in given["periods"]]} if "periods" in given else {}


# -- Withdrawing -------------------------------------------------------------------------------------------------------
WITHDRAW: dict[str, tuple[Callable[..., RecordView], Callable[[Viewer, UUID], None]]] = {
    "goals": (goals.goal, goal_services.withdraw_goal),
    "notes": (notes.progress_note, note_services.withdraw_note),
    "measures": (measures.measure, measure_services.withdraw_response),
    "treatments": (treatments.medicine, treatment_services.withdraw_medicine),
}


class Withdraw(Endpoint):
    """Take a record of one's own back. It stays hers; others at most see that it was withdrawn."""

    @extend_schema(operation_id="withdraw", parameters=[IF_MATCH], request=None, responses={204: None})
    def post(self, request: Request, patient: UUID, room: str, record: UUID) -> Response:
        if room not in WITHDRAW:
            raise NotFound
        one, withdraw = WITHDRAW[room]
        seen = one(self.viewer, patient, record)
        patient_only(self.viewer, patient)
        self.expected(seen)
        withdraw(self.viewer, record)
        return Response(status=204)
