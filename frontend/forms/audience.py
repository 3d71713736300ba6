"""Who is this for, and does it touch a sensitive topic: the same three questions on every record."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms

from careteam.accounts.viewer import Viewer
from careteam.sharing import queries
from careteam.sharing.codes import Audience, Category, Label
from careteam.sharing.pictures import MemberSight, listed
from careteam.sharing.preview import TOPICS, WouldSee, would_see

ALONE = "Only me\nNobody else sees it, and it stays out of every summary for your team."
UNNAMED = "Name at least one person, or choose only me."
GONE = "This person is not on your team any more. Please choose again."


class AudienceForm(forms.Form):
    """The part of a form that decides who sees a record of a category; `what` is what sentences call it."""

    use_required_attribute = False
    category: Category = Category.MY_NOTES
    may_name_later = False
    what = "this note"

    audience = forms.ChoiceField(
        label="Who is this for?", widget=forms.RadioSelect, error_messages={"required": "Choose who can see this."}
    )
    named = forms.MultipleChoiceField(
        label="People",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": GONE},
    )
    labels = forms.MultipleChoiceField(
        label="Does it touch a sensitive topic?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=Label.choices,
        help_text="If you tick one, people who cannot see that topic will not see this.",
    )

    def __init__(self, viewer: Viewer, *args: Any, category: str | None = None, what: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.category = Category(category) if category else self.category
        self.what = what or self.what
        self.sight = queries.sight(viewer, viewer.user)
        topic = TOPICS[self.category]
        seeing = [member.name for member in self.sight.members if self.category.value in member.categories]
        today = f"{listed(seeing)} today" if seeing else "Nobody today"
        choices = [(Audience.ONLY_ME.value, ALONE), (Audience.CATEGORY.value, f"Everybody who sees {topic}\n{today}")]
        if self.sight.members:
            choices.append((Audience.NAMED.value, f"People I choose\nFor {self.what} alone"))
        self._offer("audience", choices)
        self._offer("named", [(str(member.id), self._person(member, topic)) for member in self.sight.members])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def _person(self, member: MemberSight, topic: str) -> str:
        if self.category.value in member.categories:
            return f"{member.name}\n{member.role}"
        return f"{member.name}\n{member.role}. You do not show {topic} to this person; choosing does not change that."

    def clean(self) -> dict[str, Any]:
        """People I choose: at least one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        unnamed = given.get("audience") == Audience.NAMED and given.get("named") == []
        if unnamed and not self.may_name_later:
            self.add_error("named", UNNAMED)
        return given

    @property
    def chosen(self) -> dict[str, Any]:
        """Audience, named people and labels as services take them; people ticked and not asked for are left out."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else self.initial
        audience = given.get("audience") or Audience.ONLY_ME.value
        return {
            "audience": audience,
            "named": [UUID(member) for member in given.get("named") or ()] if audience == Audience.NAMED else [],
            "labels": list(given.get("labels") or ()),
        }

    @property
    def would(self) -> WouldSee:
        """Who would see it with these choices."""
        return would_see(self.viewer, self.category, sight=self.sight, **self.chosen)

    @property
    def sure(self) -> str:
        """These choices in one text: "keep it like this" counts for exactly what was read."""
        chosen = self.chosen
        return "|".join([chosen["audience"], *sorted(map(str, chosen["named"])), *chosen["labels"]])

    def hesitation(self, *, takes_now: bool = False) -> list[str]:
        """What to say once before saving, unless the person has read it; `takes_now`: a medicine taken now."""
        if self.data.get("sure") == self.sure:
            return []
        would, said = self.would, []
        if would.nobody_because:
            said.append(f"As it stands, nobody but you will see {self.what}. {would.nobody_because}")
        if takes_now and would.prescribers:
            said.append(f"Some medicines do not mix. {listed(would.prescribers)} will not see this one.")
        return said


def chosen_of(audience: str, named: Collection[UUID], labels: Collection[str]) -> dict[str, Any]:
    """How a record's audience stands in the form."""
    return {"audience": audience, "named": [str(member) for member in named], "labels": list(labels)}
