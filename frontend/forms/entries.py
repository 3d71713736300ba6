"""Forms about other treatments, levels and conditions. Each says in what groups its fields stand on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField

from careteam.conditions.codes import Status as ConditionStatus
from careteam.procedures.codes import Status, What
from careteam.sharing.codes import Category
from careteam.sharing.outcomes import Helped, StopReason
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField

EMPTY = "Please write something here."
CHOOSE = "Choose one of these answers."
SPELLED_OUT = {
    What.THERAPY: "Talking therapy\nAlone, with others, or with your family",
    What.RTMS: "rTMS\nMagnetic stimulation",
    What.ECT: "ECT\nElectroconvulsive therapy",
    What.ESKETAMINE: "Esketamine\nAt a clinic, counted in sessions",
    What.OTHER: "Something else\nSay what it is, in your own words",
}


def _line(label: str, *, required: bool = False, hint: str = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(
        label=label, required=required, help_text=hint, widget=widget, error_messages={"required": EMPTY}
    )


def _words(label: str, hint: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}))


class EntryForm(forms.Form):
    """What is written down of one thing: groups of fields, each under a heading ("" has none)."""

    use_required_attribute = False
    groups: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    folded: ClassVar[frozenset[str]] = frozenset()  # groups that are closed until somebody opens them

    def grouped(self) -> Iterator[tuple[str, list[BoundField], bool, bool]]:
        """Each group's heading and fields, whether it is folded, and whether it is open all the same."""
        for heading, names in self.groups.items():
            fields = [self[name] for name in names]
            used = any(one.errors or (not self.is_bound and one.initial) for one in fields)
            yield heading, fields, heading in self.folded, used

    @property
    def written(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for names in self.groups.values() for name in names}

    @classmethod
    def typed(cls, shown: Any) -> dict[str, Any]:
        """How a record stands in the form."""
        return {name: getattr(shown, name) for names in cls.groups.values() for name in names}


class ProcedureForm(EntryForm):
    """A treatment beside medicines."""

    groups: ClassVar = {
        "": ("code", "name", "purpose"),
        "When": ("status", "start", "end"),
        "Sessions": ("session_count", "sessions"),
        "What became of it": ("helped", "side_effects", "stop_reason", "stopped_why"),
    }
    folded = frozenset({"Sessions", "What became of it"})

    code = forms.ChoiceField(
        label="What is it?",
        choices=[(what.value, words) for what, words in SPELLED_OUT.items()],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    name = _line("What do you call it?", hint="Such as “with my therapist, on Fridays”. Something else needs a name.")
    purpose = _line("What is it for?")
    status = forms.ChoiceField(
        label="How does it stand?", choices=Status.choices, initial=Status.ACTIVE, error_messages={"required": CHOOSE}
    )
    start = PartialDateField(label="From when?")
    end = PartialDateField(label="Until when?", help_text="Leave it empty while it goes on, or if you do not know.")
    session_count = forms.IntegerField(
        label="How many sessions in all?",
        required=False,
        help_text="A number, if you know it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write a whole number, such as 8, or leave it empty."},
    )
    sessions = _words(
        "Dates of sessions", "Those you know, one on each line: 14 March 2025, March 2025 or 2025-03-14.", rows=4
    )
    helped = forms.ChoiceField(label="Did it help?", required=False, choices=Helped.choices)
    side_effects = _words("What do you notice with it?", "Side effects, in your own words.")
    stop_reason = forms.ChoiceField(label="Why did it stop?", required=False, choices=StopReason.choices)
    stopped_why = _words("In your own words")

    @property
    def written(self) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["sessions"].splitlines()]
        return super().written | {"sessions": [line for line in lines if line]}

    @classmethod
    def typed(cls, shown: Any) -> dict[str, Any]:
        return super().typed(shown) | {"sessions": "\n".join(shown.sessions_on)}


class LevelForm(EntryForm):
    """A level, as the paper from the laboratory has it."""

    groups: ClassVar = {"": ("substance", "value", "unit", "on"), "More": ("hours", "words")}

    substance = _line("Level of what?", required=True, hint="As it stands on the paper.")
    value = _line("The number", required=True, hint="As it stands there.", inputmode="decimal")
    unit = _line("Its unit", required=True, hint="As it stands there. Without it a number says little.")
    on = PartialDateField(label="When was it measured?", required=True)
    hours = _line("Hours since the last dose", hint="If you know.", inputmode="decimal")
    words = _line("In your own words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].error_messages["required"] = "When was it measured? A month and year are enough."


class ConditionForm(EntryForm):
    """A condition, and whether the current episode is one of it."""

    groups: ClassVar = {
        "": ("name", "status", "stated_by"),
        "When": ("onset", "abatement"),
        "The current episode": ("holds_episode", "episode_start"),
        "More": ("words",),
    }

    name = _line("What is it?", required=True, hint="As you or your doctor call it.")
    status = forms.ChoiceField(
        label="How does it stand?",
        choices=ConditionStatus.choices,
        initial=ConditionStatus.ACTIVE,
        error_messages={"required": CHOOSE},
    )
    stated_by = _line("Who says so?", hint="Such as “my psychiatrist, in 2019” or “I do”.")
    onset = PartialDateField(label="When did it first begin?")
    abatement = PartialDateField(label="When did it end?", help_text="Leave it empty while it is there.")
    holds_episode = forms.BooleanField(
        label="What I live with now is an episode of this",
        required=False,
        help_text="One condition holds it. Ticking it here takes it from another that the same people see.",
    )
    episode_start = PartialDateField(label="When did this episode begin?")
    words = _words("In your own words")


class NewProcedureForm(ProcedureForm, AudienceForm):
    """A treatment that is written down for the first time."""

    category = Category.TREATMENTS
    what = "this treatment"


class NewLevelForm(LevelForm, AudienceForm):
    """A level that is written down for the first time."""

    category = Category.TREATMENTS
    what = "this level"


class NewConditionForm(ConditionForm, AudienceForm):
    """A condition that is written down for the first time."""

    category = Category.CONDITIONS
    what = "this condition"


class EndForm(forms.Form):
    """How a treatment came to its end: all but the first answer may be left open."""

    use_required_attribute = False

    finished = forms.TypedChoiceField(
        label="How did it end?",
        choices=[("yes", "It came to its end"), ("no", "It was stopped before that")],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    when = PartialDateField(label="When was that?")
    helped = forms.ChoiceField(label="Did it help?", choices=Helped.choices, required=False)
    reason = forms.ChoiceField(
        label="If it was stopped: why?",
        choices=[(reason.value, reason.label if reason else "Not said") for reason in StopReason],
        required=False,
    )
    why = forms.CharField(label="In your own words", required=False, widget=forms.Textarea(attrs={"rows": 3}))
