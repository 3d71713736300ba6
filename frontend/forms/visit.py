"""Which days a visit summary covers, for whom it is, and on what paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from careteam.accounts.viewer import Viewer
from careteam.exchange.pdf import Paper
from careteam.sharing import queries as sharing
from careteam.sharing.team import months_after

FOUR_WEEKS = timedelta(days=27)  # both ends count
LETTER = ("America/", "US/", "Canada/", "Pacific/Honolulu")
PERIODS = (("4w", "The last 4 weeks"), ("3m", "The last 3 months"), ("own", "My own dates"))
MYSELF = "myself"
PAPERS = (("a4", "A4"), ("us-letter", "US Letter"))


def _day(label: str) -> forms.DateField:
    """A day of the calendar, by the browser's own picker where it has one."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Choose a day.", "invalid": "Write a day like 2026-11-23."},
    )


class PeriodForm(forms.Form):
    """Read from the address, so that a page can be kept and printed again. Nothing chosen is the last four weeks.

    The days of a preset stand in the two fields of one's own dates as well.
    """

    use_required_attribute = False

    period = forms.ChoiceField(label="Which days?", choices=PERIODS, widget=forms.RadioSelect)
    start = _day("From")
    end = _day("To")
    paper = forms.ChoiceField(label="Paper for the PDF", choices=PAPERS)

    def __init__(self, viewer: Viewer, given: QueryDict) -> None:
        self.viewer = viewer
        paper = "us-letter" if viewer.zone.startswith(LETTER) else "a4"
        data = {"period": "4w", "paper": paper, "recipient": MYSELF} | given.dict()
        today = viewer.today
        begins = {"4w": today - FOUR_WEEKS, "3m": months_after(today, -3)}.get(str(data["period"]))
        if begins:
            data |= {"start": begins.isoformat(), "end": today.isoformat()}
        super().__init__(data)

    @property
    def size(self) -> Paper:
        """The paper chosen."""
        return "us-letter" if self.cleaned_data["paper"] == "us-letter" else "a4"

    @property
    def chosen(self) -> dict[str, Any]:
        """What the summary is asked with."""
        return {name: self.cleaned_data[name] for name in ("start", "end")}


class MyPeriodForm(PeriodForm):
    """The patient's own: also for whom it is, and whether it holds what only she sees."""

    recipient = forms.ChoiceField(
        label="Who is it for?",
        help_text="A paper for somebody on your team holds only what that person can see in careteam.",
    )
    with_only_me = forms.BooleanField(
        label="Put in what only I can see",
        required=False,
        help_text="For your own paper alone. A paper for somebody else never holds it.",
    )

    def __init__(self, viewer: Viewer, given: QueryDict) -> None:
        super().__init__(viewer, given)
        team = [(str(member.id), member.name) for member in sharing.care_team(viewer, viewer.user)]
        recipient = self.fields["recipient"]
        if isinstance(recipient, forms.ChoiceField):
            recipient.choices = [(MYSELF, "Myself"), *team]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the summary is asked with."""
        whom = self.cleaned_data["recipient"]
        return {
            **super().chosen,
            "recipient": None if whom == MYSELF else UUID(whom),
            "with_only_me": self.cleaned_data["with_only_me"],
        }
