"""Forms about visits: when and with whom, questions to bring, plans, and asking for a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from careteam.accounts.viewer import Viewer
from careteam.sharing.codes import Category
from careteam.sharing.errors import Invalid
from careteam.sharing.pictures import MemberSight
from careteam.sharing.queries import sight
from careteam.visits.codes import Measure, Mode
from careteam.visits.pictures import PlanView, VisitView, visit_words
from frontend.forms import DayInput, tell
from frontend.forms.audience import AudienceForm
from frontend.forms.dates import PartialDateField
from frontend.templatetags.careteam import short_day

ELSE = "else"
WEEKS = [(str(number), "Every week" if number == 1 else f"Every {number} weeks") for number in range(1, 13)]
EMPTY = "Please write something here."


class TimeInput(forms.TimeInput):
    """A browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class VisitWordsForm(forms.Form):
    """When, with whom, how and where. Whom is somebody of the team or free words."""

    use_required_attribute = False

    day = forms.DateField(
        label="Which day?",
        widget=DayInput,
        error_messages={"required": "Choose a day.", "invalid": "Write a day like 2026-11-23."},
    )
    time = forms.TimeField(
        label="What time?",
        help_text="On your clock.",
        widget=TimeInput,
        error_messages={"required": "Choose a time.", "invalid": "Write a time like 14:20."},
    )
    practitioner = forms.ChoiceField(
        label="With whom?", required=False, error_messages={"invalid_choice": "Choose somebody on your team."}
    )
    with_words = forms.CharField(
        label="Somebody else", required=False, help_text="In your own words, when you chose “Somebody else”."
    )
    mode = forms.ChoiceField(label="How do you meet?", required=False, choices=Mode.choices)
    place = forms.CharField(label="Where?", required=False, help_text="Such as a room, a street or a link.")
    minutes = forms.IntegerField(
        label="How many minutes?",
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Write the minutes as a number, such as 50.", "min_value": "At least 1."},
    )

    def __init__(self, *args: Any, of: Viewer, seen: VisitView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.user), f"{one.name}, {one.role}") for one in sight(of, of.user).members]
        if seen and seen.practitioner and str(seen.practitioner) not in {user for user, _ in people}:
            people.append((str(seen.practitioner), seen.with_name))
        _offer(self, "practitioner", [("", "Not said"), *people, (ELSE, "Somebody else")])

    @staticmethod
    def typed(seen: VisitView) -> dict[str, Any]:
        """How a visit stands in the form."""
        at = seen.effective_at
        return {
            "day": at.date(),
            "time": at.time(),
            "practitioner": str(seen.practitioner or (ELSE if seen.with_name else "")),
            "with_words": "" if seen.practitioner else seen.with_name,
            "mode": seen.mode,
            "place": seen.place,
            "minutes": seen.minutes,
        }

    @property
    def words(self) -> dict[str, Any]:
        """The arguments of the service."""
        given = self.cleaned_data
        user = given["practitioner"]
        return {
            "start": datetime.combine(given["day"], given["time"].replace(second=0, microsecond=0)),
            "minutes": given["minutes"],
            "practitioner": UUID(user) if user not in ("", ELSE) else None,
            "with_words": given["with_words"] if user in ("", ELSE) else "",
            "mode": given["mode"],
            "place": given["place"],
        }

    def tell(self, refused: Invalid) -> None:
        """Put a refusal beside the fields; what is wrong with the start stands beside the time."""
        tell(self, Invalid(**{"time" if name == "start" else name: said for name, said in refused.fields.items()}))


class VisitForm(AudienceForm, VisitWordsForm):
    """A new visit. Whoever sees her visits sees it, unless she chooses otherwise."""

    field_order = tuple(VisitWordsForm.base_fields)
    category = Category.VISITS
    what = "this visit"

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, of=viewer, **kwargs)


class DecidedForm(forms.Form):
    """What was decided at a visit."""

    use_required_attribute = False

    decisions = forms.CharField(
        label="What was decided?",
        required=False,
        help_text="A few words are enough. It can stay empty, too.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class QuestionWordsForm(forms.Form):
    """A question, and which visit it is for."""

    use_required_attribute = False

    words = forms.CharField(
        label="What do you want to ask?",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": EMPTY},
    )
    visit = forms.ChoiceField(label="For which visit?", required=False)

    def __init__(self, *args: Any, visits: Sequence[VisitView] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.id), f"{visit_words(one.with_name)}, {short_day(one.effective_at)}") for one in visits]
        _offer(self, "visit", [("", "Whichever comes next"), *named])

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the service."""
        visit = self.cleaned_data["visit"]
        return {"words": self.cleaned_data["words"], "visit": UUID(visit) if visit else None}


class QuestionForm(AudienceForm, QuestionWordsForm):
    """A new question."""

    field_order = tuple(QuestionWordsForm.base_fields)
    category = Category.VISITS
    what = "this question"


class AnswerForm(forms.Form):
    """The answer to a question."""

    use_required_attribute = False

    answer = forms.CharField(
        label="What was the answer?",
        required=False,
        help_text="Leave it empty, and the question stays open.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlanForm(forms.Form):
    """How progress is checked with one person on the team."""

    use_required_attribute = False

    practitioner = forms.ChoiceField(
        label="With whom?",
        error_messages={"required": "Choose somebody.", "invalid_choice": "Choose somebody on your team."},
    )
    measures = forms.MultipleChoiceField(
        label="Which form?",
        widget=forms.CheckboxSelectMultiple,
        choices=Measure.choices,
        error_messages={"required": "Choose at least one of these."},
    )
    weeks = forms.TypedChoiceField(
        label="How often?", choices=WEEKS, coerce=int, error_messages={"required": "Choose how often."}
    )
    better = forms.CharField(
        label="What counts as better?",
        required=False,
        help_text="In your own words: a number, or something you could do again.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    review = PartialDateField(label="When do you look at it together?")

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.user), f"{one.name}, {one.role}") for one in sight(viewer, viewer.user).members]
        _offer(self, "practitioner", [("", "Choose"), *people])

    @staticmethod
    def typed(seen: PlanView) -> dict[str, Any]:
        """How a plan stands in the form."""
        return {
            "measures": list(seen.measures),
            "weeks": str(seen.weeks),
            "better": seen.better,
            "review": seen.review,
        }

    @property
    def words(self) -> dict[str, Any]:
        """The arguments of the service, without the person."""
        return {name: self.cleaned_data[name] for name in ("measures", "weeks", "better", "review")}


class PlanEditForm(PlanForm):
    """A plan that stands: the person stays."""

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(viewer, *args, **kwargs)
        del self.fields["practitioner"]


class CallForm(forms.Form):
    """Whom to ask for a call, and a few words."""

    use_required_attribute = False

    named = forms.MultipleChoiceField(
        label="Whom do you ask?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person.", "invalid_choice": "Please choose again."},
    )
    words = forms.CharField(label="A few words", required=False, help_text="Such as when you can talk. 200 characters.")

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "named", [(str(one.id), _may_ask(one)) for one in sight(viewer, viewer.user).members])

    @property
    def given(self) -> dict[str, Any]:
        """The arguments of the service."""
        return {
            "words": self.cleaned_data["words"],
            "named": [UUID(member) for member in self.cleaned_data["named"]],
        }


def _may_ask(one: MemberSight) -> str:
    if Category.VISITS.value in one.categories:
        return f"{one.name}\n{one.role}"
    return f"{one.name}\n{one.role}. You do not show your visits to this person, so this will not be seen."


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
