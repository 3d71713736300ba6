"""The forms of Account: who one is, and tokens for programs."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms

from careteam.accounts.names import NAME_MOST
from careteam.accounts.viewer import Viewer
from frontend.forms import DayInput


def zones(now: str) -> list[tuple[str, str]]:
    """Every place with a clock, and the zone in use now, by name: `America/New_York` reads America / New York."""
    named = (zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, zone.replace("/", " / ").replace("_", " ")) for zone in sorted({*named, "UTC", now})]


class SettingsForm(forms.Form):
    """Name, clock and weekly mail; a clinician's NPI, and no weekly mail for whom there are no weeks."""

    name = forms.CharField(label="Your name", help_text="As others see it.", max_length=NAME_MOST)
    weekly_mail = forms.BooleanField(
        label="Send me a mail when a weekly summary is ready",
        help_text="The mail says that there is something new, and nothing else.",
        required=False,
    )

    def __init__(self, viewer: Viewer, *args: Any, vouched: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer.is_admin:
            del self.fields["weekly_mail"]
        if viewer.is_clinician:
            self.fields["npi"] = forms.CharField(
                label="NPI",
                help_text="Ten digits (United States). People who confirm you read it, and your clinic compares it.",
                required=False,
            )
        if vouched:
            self.fields["name"].help_text = "As others see it. After a new name or NPI your clinic vouches anew."
        self.fields["zone"] = forms.ChoiceField(
            label="Your time zone",
            help_text="Days and weeks follow this clock. End dates you already set stay as they are.",
            choices=zones(self.initial["zone"]),
            error_messages={"invalid_choice": "Choose a time zone from the list."},
        )


class TokenForm(forms.Form):
    """A token for a program: what it is for, and its last day."""

    name = forms.CharField(label="What is it for?", help_text="For example “My spreadsheet”.", max_length=NAME_MOST)
    until = forms.DateField(
        label="Until when?",
        help_text="The last day it works. 12 months at most.",
        widget=DayInput,
        error_messages={"required": "Choose a date.", "invalid": "This is not a date. Choose one from the calendar."},
    )
