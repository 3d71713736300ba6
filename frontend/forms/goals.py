"""Forms about goals."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from careteam.goals.codes import Achievement, Status
from careteam.goals.steps import Step
from careteam.sharing.codes import Category
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField

STANDS = (Status.ACTIVE, Status.ON_HOLD, Status.COMPLETED, Status.CANCELLED)


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

    def steps_after(self, before: Sequence[Step] = ()) -> list[Step]:
        """The steps as they are written now; one whose words stayed keeps its tick."""
        done = {step.text for step in before if step.done}
        lines = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        return [Step(line, line in done) for line in lines]


class GoalForm(GoalWordsForm, AudienceForm):
    """A new goal. Whoever sees her goals sees it, unless she chooses otherwise."""

    field_order = ("words", "why", "steps", "target", "audience", "named", "labels")
    category = Category.GOALS
    what = "this goal"


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
