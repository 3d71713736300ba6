"""A date as people remember it: a year, a month of it, or a day, in three small fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from careteam.sharing.partial import MONTHS, PartialDate

MONTH_CHOICES = [("", "Not sure"), *((f"{number:02}", name) for number, name in enumerate(MONTHS, 1))]
YEAR_DIGITS = 4
DAY_DIGITS = 2
HINT = "A year is enough. Leave out what you do not know."


class PartialDateInput(forms.MultiWidget):
    """Month, day and year, each with its own name; a phone shows its number keys for the last two."""

    template_name = "frontend/widgets/partial_date.html"

    def __init__(self) -> None:
        digits = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "month": forms.Select(choices=MONTH_CHOICES),
                "day": forms.TextInput(attrs={**digits, "maxlength": DAY_DIGITS, "size": DAY_DIGITS}),
                "year": forms.TextInput(attrs={**digits, "maxlength": YEAR_DIGITS, "size": YEAR_DIGITS}),
            }
        )

    def decompress(self, value: Any) -> list[str]:
        """A stored `2025-03` in its three fields."""
        year, month, day = (*str(value or "").split("-"), "", "")[:3]
        return [month, day.removeprefix("0"), year]


class PartialDateField(forms.MultiValueField):
    """Gives `2025`, `2025-03`, `2025-03-14`, or an empty text when nothing was filled in."""

    widget = PartialDateInput

    def __init__(self, *, label: str, required: bool = False, help_text: str = HINT) -> None:
        super().__init__(
            fields=[forms.CharField(required=False, label=label) for label in ("Month", "Day", "Year")],
            label=label,
            required=required,
            require_all_fields=False,
            help_text=help_text,
        )

    def compress(self, data_list: Sequence[str]) -> str:
        """The three fields as one text; raises ValidationError in words."""
        month, day, year = (_digits(part) for part in data_list or ("", "", ""))
        if not (month or day or year):
            return ""
        if not year:
            raise ValidationError("Please add the year. A year alone is enough.")
        if len(year) != YEAR_DIGITS:
            raise ValidationError("Write the year with four digits, such as 2025.")
        if day and not month:
            raise ValidationError("Please add the month, or leave the day empty.")
        text = "-".join(part for part in (year, month, day.zfill(DAY_DIGITS) if day else "") if part)
        try:
            return PartialDate(text).text
        except ValueError as error:
            raise ValidationError(str(error)) from error


def _digits(typed: str) -> str:
    """What was typed in the digits of any script."""
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in typed.strip())
