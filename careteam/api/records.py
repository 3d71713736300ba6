"""Goals, questionnaires and medicines: list, one, create, change. For every class: who sees a record, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.accounts.viewer import Viewer
from careteam.api import shapes
from careteam.api.base import CHANGE, CREATE, GET_LIST, GET_ONE, IF_MATCH, NO_CONTENT, Endpoint, listing
from careteam.api.entries import ENTRIES
from careteam.api.pictures import Picture, shape
from careteam.checkins import queries as checkins
from careteam.checkins import services as checkin_services
from careteam.goals import queries as goals
from careteam.goals import services as goal_services
from careteam.goals.agreeing import propose_goal
from careteam.goals.steps import Step
from careteam.measures import queries as measures
from careteam.measures import services as measure_services
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import GAD7, PHQ2
from careteam.notes import queries as notes
from careteam.notes import services as note_services
from careteam.sharing.errors import Invalid
from careteam.sharing.pictures import RecordView
from careteam.sharing.services import decide_who_sees
from careteam.summaries.telling import correct_questionnaire, send_questionnaire
from careteam.treatments import queries as treatments
from careteam.treatments import services as treatment_services
from careteam.treatments.doses import DosePeriod, dose_period
from careteam.visits import calls as call_services
from careteam.visits import queries as visits
from careteam.visits import services as visit_services

HELP = (
    "Thank you for telling us. You are not alone. If you are in danger now, or might act on thoughts of hurting "
    "yourself: in the United States call 911. Anywhere else, call your local emergency number. In the United States "
    "you can call or text 988, day or night, and talk with a trained person. No one is watching this in real time."
)


# -- Goals -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ProposedGoal:
    """A goal one proposed. Whether one sees it is the patient's to say, and is not told here."""

    id: UUID
    patient: UUID


PROPOSED = shape(ProposedGoal)
GOAL_KINDS: list[Any] = [shapes.GOAL, PROPOSED]
GOAL_MADE = PolymorphicProxySerializer("GoalMade", GOAL_KINDS, resource_type_field_name=None)


class Goals(Endpoint):
    """A patient's goals, newest first."""

    @extend_schema(operation_id="goals_list", parameters=GET_LIST, responses=listing(shapes.GOAL))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(goals.goals(self.viewer, patient, **self.listing()), shapes.GOAL)

    @extend_schema(operation_id="goals_create", parameters=CREATE, request=shapes.GoalIn, responses={201: GOAL_MADE})
    def post(self, request: Request, patient: UUID) -> Response:
        """Set a goal of one's own, active at once unless it asks others. A clinician proposes one to her patient."""
        if self.viewer.is_clinician:
            return self._propose(patient)
        self.patient_only(patient)
        given = _goal(self.given(shapes.GoalIn))
        made = self.once(lambda: goal_services.add_goal(self.viewer, **given))
        return self.created(made, goals.goal(self.viewer, patient, made.id), shapes.GOAL, "api_goal")

    def _propose(self, patient: UUID) -> Response:
        given = _goal(self.given(shapes.GoalIn))
        hers = sorted(given.keys() & {"audience", "named", "achievement", "later", "agree_with"})
        if hers:
            raise Invalid(**dict.fromkeys(hers, "That is the patient's to say."))
        made = self.once(lambda: propose_goal(self.viewer, patient, **given))
        # What is shown of it is the patient's to say, from the first moment on, so nothing but that it is there.
        return Response(PROPOSED(ProposedGoal(made.id, patient)).data, status=made.status)


class Goal(Endpoint):
    """One goal."""

    @extend_schema(operation_id="goals_retrieve", parameters=GET_ONE, responses=shapes.GOAL)
    def get(self, request: Request, patient: UUID, goal: UUID) -> Response:
        self.asked()
        return self.record(goals.goal(self.viewer, patient, goal), shapes.GOAL)

    @extend_schema(operation_id="goals_change", parameters=CHANGE, request=shapes.GoalChange, responses=shapes.GOAL)
    def patch(self, request: Request, patient: UUID, goal: UUID) -> Response:
        """Change a goal of one's own; what is left out stays, what stood there is kept in its history."""
        seen = goals.goal(self.viewer, patient, goal)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.GOAL)
        given = _goal(self.given(shapes.GoalChange))
        words = {name: given.get(name, getattr(seen, name)) for name in ("words", "why", "steps", "target")}
        more: dict[str, Any] = {name: given.get(name) for name in ("exactly", "measured", "realistic", "agree_with")}
        expected = goal_services.edit_goal(self.viewer, goal, **words, **more, expected=expected)
        if "achievement" in given:
            expected = goal_services.rate(self.viewer, goal, achievement=given["achievement"], expected=expected)
        if "status" in given:
            goal_services.set_status(self.viewer, goal, status=given["status"], expected=expected)
        return self.record(goals.goal(self.viewer, patient, goal), shapes.GOAL)


def _goal(given: dict[str, Any]) -> dict[str, Any]:
    return given | ({"steps": [Step(**step) for step in given["steps"]]} if "steps" in given else {})


# -- Medicines ---------------------------------------------------------------------------------------------------------
class Treatments(Endpoint):
    """Medicines, those that began last first."""

    @extend_schema(operation_id="treatments_list", parameters=GET_LIST, responses=listing(shapes.MEDICINE))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(treatments.medicines(self.viewer, patient, **self.listing()), shapes.MEDICINE)

    @extend_schema(
        operation_id="treatments_create",
        parameters=CREATE,
        request=shapes.MedicineIn,
        responses={201: shapes.MEDICINE},
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Write down a medicine one takes, took or will take. An empty `status` follows from its dates."""
        self.patient_only(patient)
        given = _medicine(self.given(shapes.MedicineIn))
        made = self.once(lambda: treatment_services.add_medicine(self.viewer, **given))
        shown = treatments.medicine(self.viewer, patient, made.id)
        return self.created(made, shown, shapes.MEDICINE, "api_treatment")


class Treatment(Endpoint):
    """One medicine."""

    @extend_schema(operation_id="treatments_retrieve", parameters=GET_ONE, responses=shapes.MEDICINE)
    def get(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        self.asked()
        return self.record(treatments.medicine(self.viewer, patient, medicine), shapes.MEDICINE)

    @extend_schema(
        operation_id="treatments_change",
        parameters=CHANGE,
        request=shapes.MedicineChange,
        responses=shapes.MEDICINE,
    )
    def patch(self, request: Request, patient: UUID, medicine: UUID) -> Response:
        """Correct a medicine of one's own; what is left out stays, what stood there is kept in its history."""
        seen = treatments.medicine(self.viewer, patient, medicine)
        self.patient_only(patient)
        expected = self.expected(seen, shapes.MEDICINE)
        given = _medicine(self.given(shapes.MedicineChange))
        kept = [name for name in map(str, shapes.MedicineChange().fields) if name != "unit_confirmed"]
        whole = {name: getattr(seen, name) for name in kept} | given
        treatment_services.edit_medicine(self.viewer, medicine, **whole, expected=expected)
        return self.record(treatments.medicine(self.viewer, patient, medicine), shapes.MEDICINE)


def _medicine(given: dict[str, Any]) -> dict[str, Any]:
    return given | ({"periods": list(_doses(given["periods"]))} if "periods" in given else {})


def _doses(given: list[dict[str, Any]]) -> Iterator[DosePeriod]:
    for number, period in enumerate(given):
        try:
            yield dose_period(**period)
        except Invalid as refused:
            raise Invalid(**{f"periods.{number}.{name}": words for name, words in refused.fields.items()}) from refused


# -- Questionnaires ----------------------------------------------------------------------------------------------------
class Measures(Endpoint):
    """Sent questionnaires, newest first."""

    @extend_schema(operation_id="measures_list", parameters=GET_LIST, responses=listing(shapes.MEASURE))
    def get(self, request: Request, patient: UUID) -> Response:
        return self.page(measures.measures(self.viewer, patient, **self.listing()), shapes.MEASURE)

    @extend_schema(
        operation_id="measures_create",
        parameters=CREATE,
        request=shapes.MeasureIn,
        responses={201: shapes.MEASURE_ANSWERED},
    )
    def post(self, request: Request, patient: UUID) -> Response:
        """Fill in and send a questionnaire, a PHQ-9 unless it names another.

        Show `help` at once where the answer has it, be it that the form was refused.
        """
        self.patient_only(patient)
        if not _is_short(request.data):
            self.beside = _help_after(request.data, "answers", str(phq9.SAFETY_ITEM))
        given = self.given(shapes.MeasureIn)
        answers = {int(item): value for item, value in given["answers"].items()}
        made = self.once(lambda: self._send(given["questionnaire"], answers))
        sent = measures.measure(self.viewer, patient, made.id)
        return self.created(made, sent, shapes.MEASURE, "api_measure", help=self.beside.get("help"))

    def _send(self, questionnaire: str, answers: dict[int, Any]) -> UUID:
        if measures.open_response(self.viewer, questionnaire) is not None:
            raise Invalid(answers="A form is open already. Send it, or throw it away, on the page.")
        response = measure_services.begin(self.viewer, questionnaire)
        measure_services.save_answers(self.viewer, response, answers)
        send_questionnaire(self.viewer, response)
        return response


class Measure(Endpoint):
    """One sent questionnaire with every answer."""

    @extend_schema(operation_id="measures_retrieve", parameters=GET_ONE, responses=shapes.MEASURE)
    def get(self, request: Request, patient: UUID, measure: UUID) -> Response:
        self.asked()
        return self.record(measures.measure(self.viewer, patient, measure), shapes.MEASURE)

    @extend_schema(
        operation_id="measures_correct",
        parameters=CHANGE,
        request=shapes.AnswerChange,
        responses=shapes.MEASURE_ANSWERED,
    )
    def patch(self, request: Request, patient: UUID, measure: UUID) -> Response:
        """Correct one answer; the earlier ones stay in the history. `help` as when a form is sent."""
        seen = measures.measure(self.viewer, patient, measure)
        self.patient_only(patient)
        asks_9 = seen.of.asks_question_9 and isinstance(request.data, dict)
        if asks_9 and request.data.get("item") == phq9.SAFETY_ITEM:
            self.beside = _help_after(request.data, "value")
        expected = self.expected(seen, shapes.MEASURE)
        given = self.given(shapes.AnswerChange)
        correct_questionnaire(self.viewer, measure, given["item"], given["value"], expected=expected, why=given["why"])
        now = measures.measure(self.viewer, patient, measure)
        return self.record(now, shapes.MEASURE, help=self.beside.get("help"))


def _is_short(sent: Any) -> bool:
    """Whether a form is said to be one without question 9. Whatever is not said clearly is read as a PHQ-9."""
    return isinstance(sent, dict) and sent.get("questionnaire") in (GAD7.name, PHQ2.name)


def _help_after(sent: Any, *path: str) -> dict[str, str]:
    """Words of help when what was typed there answers question 9 above 0, be it that it cannot be saved."""
    for part in path:
        sent = sent.get(part) if isinstance(sent, dict) else None
    return {"help": HELP} if phq9.asks_for_help({phq9.SAFETY_ITEM: sent}) else {}


# -- Every room --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Room:
    """How a room's record is read, shown and withdrawn. `name` is its part of an address."""

    name: str
    one: Callable[[Viewer, UUID, UUID], RecordView]
    picture: type[Picture]
    withdraw: Callable[[Viewer, UUID], None]

    @property
    def word(self) -> str:
        """The name as it stands in names of code."""
        return self.name.replace("-", "_")


ROOMS = (
    Room("goals", goals.goal, shapes.GOAL, goal_services.withdraw_goal),
    Room("notes", notes.progress_note, shapes.NOTE, note_services.withdraw_note),
    Room("measures", measures.measure, shapes.MEASURE, measure_services.withdraw_response),
    Room("check-ins", checkins.check_in, shapes.CHECK_IN, checkin_services.withdraw_check_in),
    Room("events", checkins.event, shapes.EVENT, checkin_services.withdraw_event),
    Room("treatments", treatments.medicine, shapes.MEDICINE, treatment_services.withdraw_medicine),
    Room("visits", visits.visit, shapes.VISIT, visit_services.withdraw_visit),
    Room("questions", visits.question, shapes.QUESTION, visit_services.withdraw_question),
    Room("plans", visits.plan, shapes.PLAN, visit_services.withdraw_plan),
    Room("calls", visits.call, shapes.CALL, call_services.withdraw_call),
    *(Room(kind.name, kind.one, kind.picture, kind.withdraw) for kind in ENTRIES),
)


def audience_of(room: Room) -> type[Endpoint]:
    """The endpoint that decides who sees a record of this room."""

    class Audience(Endpoint):
        """Who sees one record."""

        @extend_schema(
            operation_id=f"{room.word}_audience",
            parameters=CHANGE,
            request=shapes.AudienceIn,
            responses=room.picture,
        )
        def put(self, request: Request, patient: UUID, record: UUID) -> Response:
            """Decide who sees it: audience, people named, sensitive topics. The words and their version stay.

            412 when anything shown of it has changed since, who sees it included.
            """
            seen = room.one(self.viewer, patient, record)
            self.patient_only(patient)
            self.expected(seen, room.picture, whole=True)
            decide_who_sees(self.viewer, seen.kind, record, **self.given(shapes.AudienceIn))
            return self.record(room.one(self.viewer, patient, record), room.picture)

    return Audience


def withdraw_of(room: Room) -> type[Endpoint]:
    """The endpoint that takes a record of this room back."""

    class Withdraw(Endpoint):
        """Take a record of one's own back."""

        @extend_schema(operation_id=f"{room.word}_withdraw", parameters=[IF_MATCH], request=None, responses={204: None})
        def post(self, request: Request, patient: UUID, record: UUID) -> Response:
            """Withdraw it. It stays one's own; whoever opened it sees that it was withdrawn, and no more."""
            seen = room.one(self.viewer, patient, record)
            self.patient_only(patient)
            self.expected(seen, room.picture)
            room.withdraw(self.viewer, record)
            return Response(status=NO_CONTENT)

    return Withdraw
