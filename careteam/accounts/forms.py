"""Signing up: a patient by herself, a clinician with an invitation."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from careteam.accounts.models import ADULT, Patient, Practitioner, Role, User, age_on
from careteam.accounts.names import clean_name

INVITED = "invited_as"  # session key: the address an opened invitation was sent to
OLDEST = 130


class TooYoung(Exception):
    """Somebody under 18 asked for an account; the page answers kindly with help."""


class SignUpForm(SignupForm):  # type: ignore[misc] # allauth ships no types
    """Name, address, password, and for a patient the birth date; the browser fills the zone."""

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    birth_date = forms.DateField(label="Date of birth", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    profession = forms.CharField(label="What you do", required=False, max_length=200)
    zone = forms.CharField(required=False, widget=forms.HiddenInput)
    role = Role.PATIENT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].widget.attrs["data-zone"] = "1"

    def for_invited(self, email: str) -> None:
        """Make it a clinician's form, for the invited address alone."""
        self.role = Role.PRACTITIONER
        self.fields["email"].initial = email
        self.fields["email"].disabled = True
        del self.fields["birth_date"]

    def for_patient(self) -> None:
        """Make it a patient's form."""
        del self.fields["profession"]
        self.fields["birth_date"].required = True

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is None:
            return None
        today = timezone.now().date()
        if born > today:
            raise forms.ValidationError("This date is in the future.")
        if age_on(born, today) > OLDEST:
            raise forms.ValidationError("Please check the year.")
        if age_on(born, today) < ADULT:
            raise TooYoung
        return born

    def save(self, request: HttpRequest) -> User:
        """The account with its identity row, in the one transaction of the request."""
        user: User = super().save(request)
        if self.role == Role.PATIENT:
            Patient.objects.create(user=user, birth_date=self.cleaned_data["birth_date"])
        else:
            Practitioner.objects.create(user=user, profession=self.cleaned_data["profession"])
        return user
