"""Correcting one answer of a sent questionnaire."""

from __future__ import annotations

from typing import Any

from django import forms

from careteam.measures.instruments import phq9

BLANK = "blank"


class CorrectForm(forms.Form):
    """Which answer, what it is now, and perhaps why."""

    use_required_attribute = False

    item = forms.TypedChoiceField(
        label="Which answer?",
        coerce=int,
        choices=[(number, f"{number}. {phq9.QUESTIONS[number].words}") for number in phq9.SCORED],
    )
    value = forms.ChoiceField(
        label="What is right?",
        widget=forms.RadioSelect,
        choices=[*((str(one.value), one.words) for one in phq9.HOW_OFTEN), (BLANK, "I want to leave it blank")],
    )
    why = forms.CharField(label="Why", required=False)

    def change(self) -> dict[str, Any]:
        """The arguments of the service."""
        value = self.cleaned_data["value"]
        return {
            "item": self.cleaned_data["item"],
            "given": None if value == BLANK else value,
            "why": self.cleaned_data["why"],
        }
