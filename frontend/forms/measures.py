"""Correcting one answer of a sent questionnaire; being reminded of one."""

from __future__ import annotations

from typing import Any

from django import forms

from careteam.measures.instruments import phq9
from careteam.measures.instruments.catalogue import INSTRUMENTS, PHQ9, Instrument

BLANK = "blank"


class CorrectForm(forms.Form):
    """Which answer, what it is now, and perhaps why."""

    use_required_attribute = False

    item = forms.TypedChoiceField(
        label="Which answer?",
        coerce=int,
    )
    value = forms.ChoiceField(
        label="What is right?",
        widget=forms.RadioSelect,
        choices=[*((str(one.value), one.words) for one in phq9.HOW_OFTEN), (BLANK, "I want to leave it blank")],
    )
    why = forms.CharField(label="Why", required=False)

    def __init__(self, *args: Any, of: Instrument = PHQ9, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item: Any = self.fields["item"]
        item.choices = [(number, f"{number}. {of.questions[number].words}") for number in of.scored]

    def change(self) -> dict[str, Any]:
        """The arguments of the service."""
        value = self.cleaned_data["value"]
        return {
            "item": self.cleaned_data["item"],
            "given": None if value == BLANK else value,
            "why": self.cleaned_data["why"],
        }


class ReminderForm(forms.Form):
    """Of which questionnaire she wants no reminder, and until when; or that she wants it again."""

    use_required_attribute = False

    questionnaire = forms.ChoiceField(choices=[(one.name, one.short) for one in INSTRUMENTS.values()])
    until = forms.DateField(
        label="Until the end of",
        required=False,
        help_text="Leave it empty to pause it until you resume it yourself.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Choose a day, or leave it empty."},
    )
    resume = forms.BooleanField(required=False)
