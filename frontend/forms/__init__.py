"""The pages' forms: what a browser sends, read into the arguments of a service."""

from __future__ import annotations

from django.forms import BaseForm, DateInput

from careteam.sharing.errors import Invalid


class DayInput(DateInput):
    """A browser's own date field: it wants the ISO form, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def tell(form: BaseForm, refused: Invalid) -> None:
    """Put a service's words on the fields they are about; what concerns none of them stands on top."""
    for field, words in refused.fields.items():
        form.add_error(field if field in form.fields else None, words)
