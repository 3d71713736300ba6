"""Forms about check-ins and life events. Every line of a check-in can be left blank."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import TextChoices

from careteam.checkins.codes import Energy, Medicines, Mood, Sleep
from careteam.checkins.pictures import CheckInView
from careteam.sharing.codes import Audience, Category
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField

ANSWERS = ("mood", "sleep", "energy", "medicines", "words")


def _answer(label: str, choices: type[TextChoices]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        widget=forms.RadioSelect,
        choices=choices.choices,
        error_messages={"invalid_choice": "Choose one of these answers, or leave it blank."},
    )


class CheckInForm(forms.Form):
    """The answers of a day. A radio cannot be unchosen, so a line that has an answer offers to leave it blank again."""

    use_required_attribute = False

    mood = _answer("Mood", Mood)
    sleep = _answer("Sleep the night before", Sleep)
    energy = _answer("Energy", Energy)
    medicines = _answer("Medicines", Medicines)
    words = forms.CharField(label="A few words", help_text="Three words are plenty.", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in ANSWERS and isinstance(field, forms.ChoiceField) and self.initial.get(name):
                field.choices = [*field.choices, ("", "Leave it blank")]  # type: ignore[misc] # a list of pairs

    @property
    def answers(self) -> dict[str, Any]:
        """What was chosen, "" where nothing is."""
        return {name: self.cleaned_data[name] for name in ANSWERS}

    @staticmethod
    def typed(shown: CheckInView | None) -> dict[str, Any]:
        """A check-in as it stands in the form."""
        return {name: getattr(shown, name) for name in ANSWERS} if shown else {}


class CheckInNewForm(CheckInForm, AudienceForm):
    """The first check-in of a day. Whoever sees her check-ins sees it, unless she chooses otherwise."""

    field_order = (*ANSWERS, "audience", "named", "labels")
    category = Category.CHECK_INS
    what = "this check-in"

    def hesitation(self, *, takes_now: bool = False) -> list[str]:
        """What to say once before saving; nothing while she left the choice as it is every day."""
        chosen = self.chosen
        usual = chosen["audience"] == Audience.CATEGORY and not chosen["labels"]
        return [] if usual else super().hesitation(takes_now=takes_now)


class EventWordsForm(forms.Form):
    """Something that happened, and when."""

    use_required_attribute = False

    words = forms.CharField(
        label="What happened?",
        help_text="A few words, such as “Started night shifts”. It may also be something that is to come.",
        error_messages={"required": "Please write something here."},
    )
    on = PartialDateField(label="When?", required=True)


class EventForm(EventWordsForm, AudienceForm):
    """A new life event. Whoever sees her check-ins sees it, unless she chooses otherwise."""

    field_order = ("words", "on", "audience", "named", "labels")
    category = Category.CHECK_INS
    what = "this life event"
