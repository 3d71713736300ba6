"""Forms about medicines: what it is, how much, when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from careteam.sharing.codes import Category
from careteam.sharing.errors import Invalid
from careteam.sharing.outcomes import Helped, StopReason
from careteam.treatments.codes import Status
from careteam.treatments.dose_table import by_ingredient
from careteam.treatments.doses import COUNTED, SPELLINGS, DosePeriod, dose_period
from careteam.treatments.queries import MedicineView
from careteam.treatments.taking import QUESTION, SEVEN
from frontend.forms import DayInput, tell
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField

EMPTY = "Please write something here."
SAID = {
    **{unit: f"{unit}s" for unit in COUNTED},
    "patch": "patches",
    "mcg": "mcg (micrograms)",
    "IU": "IU (units)",
    "mg/24 h": "mg in 24 hours (patch)",
}
INGREDIENTS = [("", "I do not know, or it is none of these"), *((name, name) for name in by_ingredient())]
UNIT_CHOICES = [("", "Choose"), *((unit, SAID.get(unit, unit)) for unit in SPELLINGS)]
REASONS = [(reason.value, reason.label) for reason in StopReason if reason]
NOW, BEFORE, PLANNED = "now", "before", "planned"
STANDS = [
    (NOW, "I take it now"),
    (BEFORE, "I took it before"),
    (PLANNED, "It is planned"),
]
STATUS = (Status.ACTIVE, Status.INTENDED, Status.ON_HOLD, Status.STOPPED, Status.COMPLETED, Status.NOT_TAKEN)


def _amount() -> forms.CharField:
    digits = {"inputmode": "decimal", "autocomplete": "off"}
    return forms.CharField(label="How much?", required=False, widget=forms.TextInput(attrs=digits))


def _unit() -> forms.ChoiceField:
    return forms.ChoiceField(label="Unit", required=False, choices=UNIT_CHOICES)


def _times() -> forms.CharField:
    return forms.CharField(
        label="At what time of day?",
        required=False,
        help_text="Such as “morning”. “Morning and night” is this much each time.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _sure() -> forms.BooleanField:
    """Shown only when a unit looks mixed up."""
    return forms.BooleanField(label="Yes, the unit is right", required=False)


def _per_cent(label: str, hint: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write a number from 0 to 100, or leave it empty."},
    )


def _best() -> forms.IntegerField:
    return _per_cent(
        "At its best, how much better did you feel?",
        "In per cent: 0 is no better, 50 is half as bad, 100 is well again. Leave it empty if you do not know.",
    )


def _at_end() -> forms.IntegerField:
    return _per_cent("And at the end, or now?", "In per cent. It may have helped at first and less later.")


class DoseForm(forms.Form):
    """One dose. Without an amount it is no dose, and nothing else of it counts."""

    use_required_attribute = False

    amount = _amount()
    unit = _unit()
    times = _times()

    def period(self, start: str | None = None, end: str | None = None) -> DosePeriod | None:
        """What was filled in, or None for an empty row; words about it are put on its fields and raised as Invalid."""
        given = self.cleaned_data
        if not given.get("amount"):
            if given.get("times") or given.get("unit"):
                refused = Invalid(amount="Write how much as a number, or leave the whole dose empty.")
                tell(self, refused)
                raise refused
            return None
        try:
            return dose_period(given["amount"], given.get("unit", ""), given.get("times", ""), start, end)
        except Invalid as refused:
            tell(self, refused)
            raise


class DoseRowForm(DoseForm):
    """One of several doses of a medicine, from one date to another."""

    start = PartialDateField(label="From", help_text="")
    end = PartialDateField(label="Until", help_text="Leave it empty while it goes on.")

    def row(self) -> DosePeriod | None:
        """The dose with its dates; None for one that is left empty or taken out."""
        if self.cleaned_data.get("DELETE"):
            return None
        return self.period(self.cleaned_data.get("start"), self.cleaned_data.get("end"))


DoseRows = forms.formset_factory(
    DoseRowForm, extra=1, can_delete=True, can_delete_extra=False, max_num=120, absolute_max=200
)


class AboutForm(forms.Form):
    """What a medicine is and what it is for."""

    use_required_attribute = False

    name = forms.CharField(
        label="Name",
        help_text="As it stands on the box, or as you call it. It is kept as you write it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "medicine-names"}),
        error_messages={"required": EMPTY},
    )
    purpose = forms.CharField(
        label="What is it for?", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    route_form = forms.CharField(
        label="In what form?",
        required=False,
        help_text="Such as “tablet, by mouth” or “patch”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    as_needed = forms.BooleanField(label="Only when I need it", required=False)
    start = PartialDateField(label="From when?")
    end = PartialDateField(label="Until when?")
    stop_reason = forms.ChoiceField(label="Why did it stop?", required=False, choices=StopReason.choices)
    stopped_why = forms.CharField(label="In your own words", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    helped = forms.ChoiceField(label="Did it help?", required=False, choices=Helped.choices)
    best = _best()
    at_end = _at_end()
    unit_confirmed = _sure()
    side_effects = forms.CharField(
        label="What do you notice with it?",
        required=False,
        help_text="Side effects, in your own words.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MedicineForm(AboutForm, DoseForm, AudienceForm):
    """A medicine that is written down for the first time, with the dose there is or was last."""

    category = Category.TREATMENTS
    what = "this medicine"

    stands = forms.ChoiceField(
        label="Do you take it now?",
        choices=STANDS,
        initial=NOW,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of these answers."},
    )

    @property
    def takes_now(self) -> bool:
        """Whether it is taken now, as far as she says."""
        return bool(self.cleaned_data.get("stands") == NOW)

    def words(self) -> dict[str, Any]:
        """What the service takes. What belongs to having stopped counts only for a medicine taken before."""
        given = self.cleaned_data
        period = self.period()
        over = given["stands"] == BEFORE
        return {
            **{name: given[name] for name in ("name", "purpose", "route_form", "as_needed", "side_effects")},
            "periods": [period] if period else [],
            "start": given["start"],
            "end": given["end"] if over else "",
            "status": {NOW: Status.ACTIVE, BEFORE: Status.STOPPED, PLANNED: Status.INTENDED}[given["stands"]].value,
            "stop_reason": given["stop_reason"] if over else "",
            "stopped_why": given["stopped_why"] if over else "",
            "helped": given["helped"] if over else "",
            "best": given["best"] if over else None,
            "at_end": given["at_end"] if over else None,
            "unit_confirmed": given["unit_confirmed"],
        }


class MedicineEditForm(AboutForm):
    """Everything about a medicine; its doses stand in rows of their own beside it."""

    ingredient = forms.ChoiceField(
        label="Which medicine is it?",
        required=False,
        choices=INGREDIENTS,
        help_text="For “What we tried”, when the name above is a brand or a name of your own.",
    )

    def __init__(self, *args: Any, stands: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [*STATUS, *({Status(stands)} - {*STATUS})]  # an import may have brought one that is not offered
        self.fields["status"] = forms.ChoiceField(
            label="How does it stand?", choices=[(status.value, status.label) for status in offered]
        )

    @classmethod
    def typed(cls, shown: MedicineView) -> dict[str, Any]:
        """How a medicine stands in the form."""
        names: tuple[str, ...] = (
            "name",
            "purpose",
            "route_form",
            "as_needed",
            "start",
            "end",
            "stop_reason",
            "stopped_why",
            "helped",
        )
        names += ("best", "at_end", "ingredient", "side_effects", "status")
        return {name: getattr(shown, name) for name in names}


def rows_of(periods: Sequence[DosePeriod]) -> list[dict[str, Any]]:
    """The doses as rows of a form."""
    return [
        {
            "amount": period.typed,
            "unit": period.unit,
            "times": period.times,
            "start": period.start.text if period.start else "",
            "end": period.end.text if period.end else "",
        }
        for period in periods
    ]


class NewDoseForm(DoseForm):
    """A change of dose: from when, and how much."""

    from_ = PartialDateField(label="From when?", required=True)
    unit_confirmed = _sure()
    field_order = ("amount", "unit", "times", "from_")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (("amount", "Write how much as a number, such as 100 or 37.5."), ("unit", "Choose a unit.")):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words
        self.fields["from_"].error_messages["required"] = "When did the dose change? A month and year are enough."


class StopForm(forms.Form):
    """When, why, did it help: all of it may be left open."""

    use_required_attribute = False

    when = PartialDateField(label="When did you stop?")
    reason = forms.ChoiceField(label="Why?", choices=REASONS, required=False, widget=forms.RadioSelect)
    why = forms.CharField(label="In your own words", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    helped = forms.ChoiceField(label="Did it help?", choices=Helped.choices, required=False)
    best = _best()
    at_end = _at_end()


class JudgeByForm(forms.Form):
    """The day to judge a medicine by; empty takes it out."""

    use_required_attribute = False

    on = forms.DateField(
        label="Which day?",
        required=False,
        help_text="Leave it empty to take the day out.",
        widget=DayInput,
        error_messages={"invalid": "This is not a date. Choose one from the calendar."},
    )


class TakenForm(forms.Form):
    """How many of the last seven days; without an answer nothing is written."""

    use_required_attribute = False

    days = forms.TypedChoiceField(
        label=QUESTION,
        coerce=int,
        choices=[("", "Choose"), *((number, str(number)) for number in range(SEVEN + 1))],
        error_messages={"required": "Choose a number, or leave it.", "invalid_choice": "Choose 0 to 7 days."},
    )


class SideEffectsForm(forms.Form):
    """What she notices, in her own words."""

    use_required_attribute = False

    words = forms.CharField(
        label="What do you notice?",
        required=False,
        help_text="What it is, when it comes, how much it bothers you. Empty takes it out.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
