"""The form of a plan for hard days: rows of one's own headings and people, as many as are wanted, without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from careteam.safety.queries import HardDaysView
from careteam.safety.services import CONTACTS_MOST, PARTS_MOST
from careteam.sharing.errors import Invalid

EMPTY_ROWS = 2
ROWS = {"parts": PARTS_MOST, "contacts": CONTACTS_MOST}
FIRST = {
    "parts": {"heading": "Heading", "words": "What you want to remember"},
    "contacts": {"name": "Name", "phone": "Phone number", "words": "A few words, if you like"},
}
LONG = {"words"}


class HardDaysForm(forms.Form):
    """Rows of `parts` and `contacts`; empty ones are left out. `?more` adds rows and saves nothing."""

    use_required_attribute = False

    def __init__(
        self, given: Mapping[str, Any] | None = None, *, plan: HardDaysView | None = None, more: bool = False
    ) -> None:
        super().__init__(given)
        self.counts: dict[str, int] = {}
        for name, most in ROWS.items():
            stored: Sequence[Any] = getattr(plan, name) if plan else ()
            there = self._sent(name) if given is not None else len(stored)
            count = there + (EMPTY_ROWS if more or given is None else 0)
            self.counts[name] = min(most, max(count, EMPTY_ROWS))
            for number in range(self.counts[name]):
                one = stored[number] if number < len(stored) else None
                for field, label in FIRST[name].items():
                    self.fields[f"{name}.{number}.{field}"] = self._field(name, field, label, getattr(one, field, ""))

    def _sent(self, name: str) -> int:
        first = next(iter(FIRST[name]))
        return sum(f"{name}.{number}.{first}" in self.data for number in range(ROWS[name]))

    @staticmethod
    def _field(name: str, field: str, label: str, initial: str) -> forms.CharField:
        attrs: dict[str, Any] = {"autocomplete": "off"}
        widget: forms.Widget = forms.TextInput(attrs=attrs)
        if name == "parts" and field in LONG:
            widget = forms.Textarea(attrs={"rows": 3})
        if field == "phone":
            widget = forms.TextInput(attrs={**attrs, "inputmode": "tel"})
        return forms.CharField(label=label, required=False, strip=False, initial=initial, widget=widget)

    def rows(self, name: str) -> Iterator[list[BoundField]]:
        """The fields of each row."""
        for number in range(self.counts[name]):
            yield [self[f"{name}.{number}.{field}"] for field in FIRST[name]]

    def part_rows(self) -> Iterator[list[BoundField]]:
        """The rows of what to remember."""
        return self.rows("parts")

    def contact_rows(self) -> Iterator[list[BoundField]]:
        """The rows of people."""
        return self.rows("contacts")

    @property
    def full(self) -> bool:
        """Whether there is no room for another row."""
        return all(self.counts[name] == most for name, most in ROWS.items())

    @property
    def written(self) -> dict[str, Any]:
        """What the service takes; the numbers of rows are those of the fields."""
        return {
            name: [
                {field: self.cleaned_data[f"{name}.{number}.{field}"] for field in FIRST[name]}
                for number in range(self.counts[name])
            ]
            for name in ROWS
        }

    def tell(self, refused: Invalid) -> None:
        """The service's words, each beside its field."""
        for field, words in refused.fields.items():
            self.add_error(field if field in self.fields else None, words)
