"""Forms about goals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django import forms

from careteam.goals.codes import COMMENT_MOST, Acceptance, Achievement, Status
from careteam.goals.gas import LEVELS
from careteam.goals.queries import ScaleView
from careteam.goals.scale import LEVEL_MOST, NUMBERS
from careteam.goals.steps import Step
from careteam.sharing.codes import Category, Label
from careteam.sharing.pictures import MemberSight
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField

STANDS = (Status.ACTIVE, Status.PLANNED, Status.ON_HOLD, Status.COMPLETED, Status.CANCELLED)
PROMPTS = ("exactly", "measured", "realistic")
WEIGHTS = [("", "Not answered"), ("0", "Not at all"), ("1", "A little"), ("2", "Quite"), ("3", "Very")]


class GoalWordsForm(forms.Form):
    """A goal in her own words, with its steps, one to a line."""

    use_required_attribute = False

    words = forms.CharField(
        label="What do you want?",
        help_text="In your own words, as small or as large as it is.",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Please write something here."},
    )
    why = forms.CharField(label="Why does it matter to you?", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    steps = forms.CharField(
        label="Small steps",
        help_text="One on each line. You can tick them off one by one.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    target = PartialDateField(label="By when?", help_text="Only if a date helps you. A year, or a month, is enough.")
    exactly = forms.CharField(label="What exactly?", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    measured = forms.CharField(
        label="How will you notice that you are there?", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    realistic = forms.CharField(
        label="What part of it is realistic this month?", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def steps_after(self, before: Sequence[Step] = ()) -> list[Step]:
        """The steps as they are written now; one whose words stayed keeps its tick."""
        done = {step.text for step in before if step.done}
        lines = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        return [Step(line, line in done) for line in lines]


class AsksForm(GoalWordsForm):
    """A goal's words, and with whom she wants to agree on them."""

    agree_with = forms.MultipleChoiceField(
        label="Do you want to agree on it with somebody?",
        help_text="They are asked whether they agree. Whoever sees this goal sees whom it asks and what they said.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "This person is not on your team any more. Please choose again."},
    )

    def offer(self, team: Collection[MemberSight], before: Collection[tuple[UUID, str]] = ()) -> None:
        """Name whom she can ask: her team, and whoever the goal asks already."""
        there = {str(one.user): f"{one.name}\n{one.role}" for one in team}
        field: Any = self.fields["agree_with"]
        field.choices = [*({str(user): name for user, name in before} | there).items()]

    @property
    def asked(self) -> list[UUID]:
        """The accounts of those it asks."""
        return [UUID(one) for one in self.cleaned_data["agree_with"]]


class GoalForm(AsksForm, AudienceForm):
    """A new goal. Whoever sees her goals sees it, unless she chooses otherwise."""

    field_order = ("words", "why", "steps", "target", *PROMPTS, "agree_with", "later", "audience", "named", "labels")
    category = Category.GOALS
    what = "this goal"

    later = forms.BooleanField(label="This is for later. I will say when I begin.", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self.sight.members)


class ProposeForm(GoalWordsForm):
    """A goal that a clinician lays before her patient."""

    labels = forms.MultipleChoiceField(
        label="Sensitive topics in this goal",
        required=False,
        choices=Label.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, called: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Which goal do you propose?"
        self.fields["words"].help_text = f"{called} can take it up, change it, or not."
        self.fields["why"].label = "Why may it matter?"
        self.fields["measured"].label = "How would you both notice?"
        self.fields["labels"].help_text = f"{called} decides who sees a topic."


class AnswerForm(forms.Form):
    """What somebody says of a goal that asks her, with words if she likes."""

    use_required_attribute = False

    answer = forms.ChoiceField(choices=Acceptance.choices, error_messages={"required": "Choose one of the answers."})
    comment = forms.CharField(
        label="In your words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": COMMENT_MOST}),
    )
    wording = forms.IntegerField()


class ScaleForm(forms.Form):
    """Five levels in her words, from the most to the least; where she is now; and what the goal weighs."""

    use_required_attribute = False

    start = forms.ChoiceField(
        label="Where are you as you begin?",
        choices=[(str(one), words) for one, words in reversed(LEVELS.items())],
        error_messages={"required": "Choose one of the five levels."},
    )
    importance = forms.ChoiceField(label="How important is it to you?", required=False, choices=WEIGHTS)
    difficulty = forms.ChoiceField(label="How hard is it?", required=False, choices=WEIGHTS)
    counts = forms.BooleanField(
        label="Clinicians who see this goal may see one figure in which it counts",
        help_text="It says how far goals were reached against what was hoped for, and nothing about you.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in reversed(NUMBERS):
            self.fields[f"level_{number + 2}"] = forms.CharField(
                label=LEVELS[number],
                required=False,
                widget=forms.TextInput(attrs={"maxlength": LEVEL_MOST}),
            )

    @property
    def level_fields(self) -> list[forms.BoundField]:
        """The five levels, the most first."""
        return [self[f"level_{number + 2}"] for number in reversed(NUMBERS)]

    @property
    def scale(self) -> dict[str, Any]:
        """What was written, as the service takes it."""
        given = self.cleaned_data
        weights = {name: int(given[name]) if given[name] else None for name in ("importance", "difficulty")}
        levels = [given[f"level_{number + 2}"] for number in NUMBERS]
        return {"levels": levels, "start": int(given["start"]), "counts": given["counts"], **weights}


def as_scale(scale: ScaleView | None) -> dict[str, Any]:
    """How a scale stands in the form."""
    if scale is None:
        return {"start": "-1"}
    found: dict[str, Any] = {f"level_{one.number + 2}": one.words for one in scale.levels}
    weights = {"importance": scale.importance, "difficulty": scale.difficulty}
    found |= {name: "" if value is None else str(value) for name, value in weights.items()}
    return {**found, "start": str(scale.start), "counts": scale.counts}


class GoalStandsForm(forms.Form):
    """Where it stands and how it is going: two answers, saved together."""

    use_required_attribute = False

    status = forms.ChoiceField(
        label="Where does it stand?",
        widget=forms.RadioSelect,
        choices=[(status.value, status.label) for status in STANDS],
        error_messages={"required": "Choose how it stands with this goal."},
    )
    achievement = forms.ChoiceField(label="How is it going?", required=False, choices=Achievement.choices)
