"""What goes out and what comes in: outputs are the pictures themselves, inputs are strict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from careteam.api.base import Strict, Text
from careteam.api.pictures import shape
from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.checkins.pictures import CheckInView, EventView
from careteam.conditions.codes import Status as ConditionStatus
from careteam.conditions.queries import ConditionView
from careteam.goals.codes import Acceptance, Achievement
from careteam.goals.queries import GoalView
from careteam.goals.standing import SAID_BY_HER
from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, UNKNOWN
from careteam.measures.pictures import MeasureView
from careteam.notes.queries import NoteView, ReplyView
from careteam.procedures.codes import Status as ProcedureStatus
from careteam.procedures.codes import What
from careteam.procedures.course import SESSIONS_MOST
from careteam.procedures.pictures import LevelView, ProcedureView
from careteam.safety.queries import HardDaysView
from careteam.sharing.codes import Audience, Category, Label
from careteam.sharing.outcomes import Helped, StopReason
from careteam.treatments.codes import Status as MedicineStatus
from careteam.treatments.queries import MedicineView
from careteam.visits.codes import Measure, Mode
from careteam.visits.codes import Status as VisitStatus
from careteam.visits.pictures import CallView, PlanView, QuestionView, VisitView

TEAM_MOST = 30
PARTIAL = "A partial date: `2025`, `2025-03` or `2025-03-14`."

GOAL, NOTE, MEASURE, MEDICINE = shape(GoalView), shape(NoteView), shape(MeasureView), shape(MedicineView)
PROCEDURE, LEVEL, CONDITION = shape(ProcedureView), shape(LevelView), shape(ConditionView)
HARD_DAYS = shape(HardDaysView)
CHECK_IN, EVENT = shape(CheckInView), shape(EventView)
REPLY = shape(ReplyView)
VISIT, QUESTION, PLAN, CALL = shape(VisitView), shape(QuestionView), shape(PlanView), shape(CallView)

MEASURE_ANSWERED = type(
    "MeasureAnswered",
    (MEASURE,),
    {"more": {"help": {"type": "string", "nullable": True, "description": "Words to show at once, after question 9."}}},
)


def topics(**more: Any) -> serializers.ListField:
    """Sensitive topics."""
    return serializers.ListField(
        child=serializers.ChoiceField(choices=Label.choices), max_length=len(Label.values), **more
    )


def members(**more: Any) -> serializers.ListField:
    """People on the team, for the audience `named`."""
    return serializers.ListField(child=serializers.UUIDField(), max_length=TEAM_MOST, required=False, **more)


def partial_date() -> Text:
    """A date as exactly as it is known, or not at all."""
    return Text(required=False, allow_null=True, allow_blank=True, help_text=PARTIAL)


def maybe_empty(**more: Any) -> Text:
    """Words that may be left out, or be empty."""
    return Text(required=False, allow_blank=True, **more)


def per_cent(**more: Any) -> serializers.IntegerField:
    """A number from 0 to 100, or no answer."""
    return serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True, **more)


# -- Who sees a record -------------------------------------------------------------------------------------------------
class Audienced(Strict):
    """Who sees a new record, and which sensitive topics it carries."""

    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    named = members(help_text="Members of the team (their `id`), for the audience `named`.")
    labels = topics(required=False)


class AudienceIn(Strict):
    """Who sees a record from now on, whole: what is not said here is not kept."""

    audience = serializers.ChoiceField(choices=Audience.choices)
    named = members(default=list, help_text="Members of the team (their `id`), for the audience `named`.")
    labels = topics()


# -- Goals -------------------------------------------------------------------------------------------------------------
class StepIn(Strict):
    """A step of a goal."""

    text = Text()
    done = serializers.BooleanField(default=False)


def asked() -> serializers.ListField:
    """With whom to agree on a goal."""
    return serializers.ListField(
        child=serializers.UUIDField(),
        max_length=TEAM_MOST,
        required=False,
        help_text="The `user`s of people on the team who are asked to agree.",
    )


class GoalIn(Audienced):
    """A new goal. A clinician proposes hers: `audience`, `named`, `agree_with`, `later`, `achievement` are not told."""

    words = Text()
    why = maybe_empty()
    exactly = maybe_empty(help_text="What exactly?")
    measured = maybe_empty(help_text="How will you notice that you are there?")
    realistic = maybe_empty(help_text="What part of it is realistic this month?")
    steps = StepIn(many=True, required=False)
    target = partial_date()
    achievement = serializers.ChoiceField(choices=Achievement.choices, required=False)
    later = serializers.BooleanField(required=False, help_text="Planned; it is active once that is said.")
    agree_with = asked()


class GoalChange(Strict):
    """What changes about a goal; what is left out stays."""

    words = Text(required=False)
    why = maybe_empty()
    exactly = maybe_empty()
    measured = maybe_empty()
    realistic = maybe_empty()
    steps = StepIn(many=True, required=False)
    target = partial_date()
    achievement = serializers.ChoiceField(choices=Achievement.choices, required=False)
    status = serializers.ChoiceField(choices=[(one.value, one.label) for one in SAID_BY_HER], required=False)
    agree_with = asked()


class GoalAnswerIn(Strict):
    """What one says of the words of a goal that asks one."""

    answer = serializers.ChoiceField(choices=Acceptance.choices)
    comment = maybe_empty()


class GoalScaleIn(Strict):
    """The five levels of a goal from -2 to 2, written before anything is rated; five empty ones take the scale out."""

    levels = serializers.ListField(child=Text(allow_blank=True), min_length=5, max_length=5)
    start = serializers.IntegerField(min_value=-2, max_value=2, default=-1)
    importance = serializers.IntegerField(min_value=0, max_value=3, required=False, allow_null=True)
    difficulty = serializers.IntegerField(min_value=0, max_value=3, required=False, allow_null=True)
    counts = serializers.BooleanField(default=False, help_text="Clinicians may see one figure in which it counts.")


class GoalLevelIn(Strict):
    """Which level a goal is at now; null takes the rating back."""

    level = serializers.IntegerField(min_value=-2, max_value=2, allow_null=True)


# -- Notes -------------------------------------------------------------------------------------------------------------
class NoteIn(Audienced):
    """A note. A clinician's is kept as a draft unless `sign`; who sees it is then the patient's to say."""

    text = Text()
    title = maybe_empty()
    sign = serializers.BooleanField(default=False, help_text="Clinicians: sign it at once.")


class NoteChange(Strict):
    """New words of a note of one's own; what is left out stays."""

    text = Text(required=False)
    title = maybe_empty()


class LabelsIn(Strict):
    """Sensitive topics to add to a note one signed."""

    labels = topics()


class DraftChange(NoteChange):
    """New words of a draft; what is left out stays. Topics are for clinicians' drafts."""

    labels = topics(required=False)


class ReplyChange(Strict):
    """New words of a reply or statement of one's own."""

    text = Text()


class ReplyIn(Strict):
    """What stands below a note: seen by whoever sees the note."""

    text = Text()
    kind = serializers.ChoiceField(
        choices=[
            ("reply", "a reply"),
            ("statement", "the patient's statement below a clinician's note"),
            ("addendum", "the author's, below a note she signed"),
        ],
        default="reply",
    )


# -- Questionnaires ----------------------------------------------------------------------------------------------------
def _answer(number: int) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=min(phq9.ANSWERS),
        max_value=max(phq9.ANSWERS),
        allow_null=True,
        required=False,
        help_text=phq9.QUESTIONS[number].words,
    )


class Answers(Strict):
    """Answers 0 to 3 by question number; what is left out, or null, was left blank."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {str(number): _answer(number) for number in phq9.QUESTIONS}


class MeasureIn(Strict):
    """A filled-in questionnaire: the PHQ-9, unless `questionnaire` names another. Each answers its own questions."""

    questionnaire = serializers.ChoiceField(
        choices=[(one.name, one.short) for one in INSTRUMENTS.values()],
        default=phq9.NAME,
        error_messages={"invalid_choice": UNKNOWN},
    )
    answers = Answers()


class AnswerChange(Strict):
    """One corrected answer of a sent form; null: it should have been left blank."""

    item = serializers.IntegerField(min_value=min(phq9.QUESTIONS), max_value=max(phq9.QUESTIONS))
    value = serializers.IntegerField(min_value=min(phq9.ANSWERS), max_value=max(phq9.ANSWERS), allow_null=True)
    why = maybe_empty(default="")


# -- Check-ins and life events -----------------------------------------------------------------------------------------
def answer(choices: type[TextChoices]) -> serializers.ChoiceField:
    """One answer; an empty one is "not answered"."""
    return serializers.ChoiceField(choices=choices.choices, required=False, allow_blank=True)


class CheckInChange(Strict):
    """The answers of a day; what is left out stays, an empty one takes an answer back."""

    mood = answer(Mood)
    sleep = answer(Sleep)
    energy = answer(Energy)
    medicines = answer(Medicines)
    words = maybe_empty()


class CheckInIn(CheckInChange, Audienced):
    """How a day was."""

    day = serializers.DateField(
        required=False, help_text="Today or one of the seven days before, on the patient's clock; today when not said."
    )


class EventIn(Audienced):
    """Something that happened, or will within a year."""

    words = Text()
    on = Text(help_text=PARTIAL)


class EventChange(Strict):
    """What changes about a life event; what is left out stays."""

    words = Text(required=False)
    on = Text(required=False, help_text=PARTIAL)


# -- Medicines ---------------------------------------------------------------------------------------------------------
class DoseIn(Strict):
    """A dose from a partial date to another."""

    amount = Text()
    unit = Text()
    times = maybe_empty(default="")
    start = Text(required=False, allow_null=True, default=None, help_text=PARTIAL)
    end = Text(required=False, allow_null=True, default=None, help_text=PARTIAL)


class MedicineChange(Strict):
    """What changes about a medicine; what is left out stays."""

    name = Text(required=False)
    purpose = maybe_empty()
    route_form = maybe_empty()
    as_needed = serializers.BooleanField(required=False)
    periods = DoseIn(many=True, required=False)
    start = partial_date()
    end = partial_date()
    status = serializers.ChoiceField(
        choices=[(code, words) for code, words in MedicineStatus.choices if code != MedicineStatus.PENDING],
        required=False,
    )
    stop_reason = serializers.ChoiceField(choices=StopReason.choices, required=False)
    stopped_why = maybe_empty()
    helped = serializers.ChoiceField(choices=Helped.choices, required=False)
    best = per_cent(help_text="Per cent better at its best; null is not answered.")
    at_end = per_cent(help_text="Per cent better at its end, or now; never more than `best`.")
    side_effects = maybe_empty()
    ingredient = maybe_empty(help_text="What she says it is: a name of the dose table, in small letters, or nothing.")
    unit_confirmed = serializers.BooleanField(
        required=False, help_text="True after a refusal that names it: the unit of an unusual amount is right."
    )


class MedicineIn(MedicineChange, Audienced):
    """A new medicine."""

    name = Text()


# -- Visits ------------------------------------------------------------------------------------------------------------
PERSON = "Somebody on the team (her `user`)."


class Start(Text):
    """A moment: `2026-12-01T14:20` on one's own clock, or with an offset from UTC."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return datetime.fromisoformat(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError("Write it like 2026-12-01T14:20.") from error


class VisitChange(Strict):
    """What changes about a visit; what is left out stays. What was decided is added once it has begun."""

    start = Start(required=False, help_text="On your clock (`2026-12-01T14:20`), or with an offset.")
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1440)
    practitioner = serializers.UUIDField(required=False, allow_null=True, help_text=PERSON)
    with_words = maybe_empty(help_text="With whom, in free words, when it is nobody of the team.")
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    place = maybe_empty()
    decisions = maybe_empty()
    status = serializers.ChoiceField(choices=VisitStatus.choices[1:], required=False)


class VisitIn(Audienced):
    """A new visit: planned when it lies ahead."""

    start = Start(help_text="On your clock (`2026-12-01T14:20`), or with an offset.")
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1440)
    practitioner = serializers.UUIDField(required=False, allow_null=True, help_text=PERSON)
    with_words = maybe_empty()
    mode = serializers.ChoiceField(choices=Mode.choices, required=False)
    place = maybe_empty()
    decisions = maybe_empty()


class QuestionIn(Audienced):
    """A new question, after those there are."""

    words = Text()
    visit = serializers.UUIDField(required=False, allow_null=True)


class QuestionChange(Strict):
    """What changes about a question; what is left out stays. An empty answer opens it again."""

    words = Text(required=False)
    visit = serializers.UUIDField(required=False, allow_null=True)
    answer = maybe_empty()


class MoveIn(Strict):
    """One place earlier or later in one's own order."""

    to = serializers.ChoiceField(choices=[("up", "earlier"), ("down", "later")])


class PlanChange(Strict):
    """What changes about a plan; what is left out stays."""

    measures = serializers.ListField(
        child=serializers.ChoiceField(choices=Measure.choices), max_length=len(Measure.values), required=False
    )
    weeks = serializers.IntegerField(min_value=1, max_value=12, required=False)
    better = maybe_empty()
    review = partial_date()


class PlanIn(PlanChange):
    """A new plan with one person, who alone is named to see it."""

    practitioner = serializers.UUIDField(help_text=PERSON)
    weeks = serializers.IntegerField(min_value=1, max_value=12)
    labels = topics(required=False)


class CallIn(Strict):
    """Asking for a call. It is no promise, and nobody watches it."""

    words = maybe_empty()
    audience = serializers.ChoiceField(choices=[Audience.CATEGORY, Audience.NAMED], required=False)
    named = members(help_text="Members of the team (their `id`) who are asked.")
    labels = topics(required=False)


# -- Other treatments, levels, conditions ------------------------------------------------------------------------------
class ProcedureChange(Strict):
    """What changes about a treatment; what is left out stays. `sessions` are partial dates."""

    code = serializers.ChoiceField(choices=What.choices, required=False)
    name = maybe_empty()
    purpose = maybe_empty()
    start = partial_date()
    end = partial_date()
    sessions = serializers.ListField(child=Text(help_text=PARTIAL), max_length=SESSIONS_MOST, required=False)
    session_count = serializers.IntegerField(
        min_value=1, max_value=SESSIONS_MOST, allow_null=True, required=False, help_text="How many in all, if known."
    )
    status = serializers.ChoiceField(choices=ProcedureStatus.choices, required=False)
    stop_reason = serializers.ChoiceField(choices=StopReason.choices, required=False)
    stopped_why = maybe_empty()
    helped = serializers.ChoiceField(choices=Helped.choices, required=False)
    side_effects = maybe_empty()


class ProcedureIn(ProcedureChange, Audienced):
    """A new treatment beside medicines."""

    code = serializers.ChoiceField(choices=What.choices)


class LevelChange(Strict):
    """What changes about a level; what is left out stays. `value` and `hours` are decimal numbers as text."""

    substance = Text(required=False)
    value = Text(required=False)
    unit = Text(required=False)
    on = Text(required=False, help_text=PARTIAL)
    hours = maybe_empty(help_text="Hours since the last dose, if known.")
    words = maybe_empty()


class LevelIn(LevelChange, Audienced):
    """A new level, as the laboratory gave it."""

    substance = Text()
    value = Text()
    unit = Text()
    on = Text(help_text=PARTIAL)


class ConditionChange(Strict):
    """What changes about a condition; what is left out stays. One alone holds the current episode."""

    name = Text(required=False)
    status = serializers.ChoiceField(choices=ConditionStatus.choices, required=False)
    onset = partial_date()
    abatement = partial_date()
    stated_by = maybe_empty()
    words = maybe_empty()
    holds_episode = serializers.BooleanField(required=False)
    episode_start = partial_date()


class ConditionIn(ConditionChange, Audienced):
    """A new condition."""

    name = Text()


# -- The plan for hard days --------------------------------------------------------------------------------------------
class PartIn(Strict):
    """A heading of one's own and the words under it."""

    heading = maybe_empty(default="")
    words = maybe_empty(default="")


class ContactIn(Strict):
    """Somebody to reach; the number as it is typed."""

    name = Text()
    phone = maybe_empty(default="")
    words = maybe_empty(default="")


class HardDaysChange(Strict):
    """What changes about a plan for hard days; what is left out stays."""

    parts = PartIn(many=True, required=False)
    contacts = ContactIn(many=True, required=False)


class HardDaysIn(HardDaysChange, Audienced):
    """A new plan for hard days. Nobody sees it until that topic is shown to somebody."""


# -- Sharing -----------------------------------------------------------------------------------------------------------
class ShareIn(Strict):
    """What one member sees until the end of a day, whole: the rest is off."""

    categories = serializers.ListField(
        child=serializers.ChoiceField(choices=Category.choices), max_length=len(Category.values)
    )
    labels = topics(default=list)
    until = serializers.DateField()
