"""Signing up: a patient by herself, a clinician with an invitation."""

from __future__ import annotations

import zoneinfo
from datetime import date, timedelta
from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from careteam.accounts.models import ADULT, Patient, Practitioner, Role, User, age_on
from careteam.accounts.names import NAME_MOST, clean_name

OLDEST = 130
CODE_MINUTES = 15  # how long the code of a sign-up works


class TooYoung(Exception):
    """Somebody under 18 asked for an account; the page answers kindly with help."""


class SignUpForm(SignupForm):  # type: ignore[misc] # allauth ships no types
    """Name, address, password; a birth date for a patient, a profession for the invited. The browser tells the zone.

    `invited` is the address an open invitation was sent to: it makes this a clinician's form, for that address alone.
    """

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-zone": "1"}))
    birth_date = forms.DateField(label="Date of birth", widget=forms.DateInput(attrs={"type": "date"}))
    profession = forms.CharField(label="What you do", max_length=NAME_MOST)

    def __init__(self, *args: Any, invited: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = Role.PRACTITIONER if invited else Role.PATIENT
        if invited:
            self.fields["email"].initial = invited
            self.fields["email"].disabled = True
            del self.fields["birth_date"]
        else:
            del self.fields["profession"]

    def validate_unique_email(self, value: str) -> str:
        """An account whose address was never proven does not stand in the way of somebody who can prove it."""
        forget_unproven(value, at_once=self.role == Role.PRACTITIONER)
        address: str = super().validate_unique_email(value)
        return address

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if zone in zoneinfo.available_timezones() else "UTC"

    def clean_profession(self) -> str:
        try:
            return clean_name(self.cleaned_data["profession"])
        except ValueError as error:
            raise forms.ValidationError("Please write what you do, in a few words.") from error

    def clean(self) -> dict[str, Any]:
        """The password is weighed here: how long it must be depends on who signs up, which allauth does not know."""
        data: dict[str, Any] = super().clean()
        if password := data.get("password1"):
            somebody = User(email=data.get("email", ""), name=data.get("name", ""), role=self.role)
            try:
                validate_password(password, somebody)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        today = timezone.now().astimezone(zoneinfo.ZoneInfo(self.cleaned_data["zone"])).date()
        if born > today:
            raise forms.ValidationError("This date is in the future.")
        if age_on(born, today) > OLDEST:
            raise forms.ValidationError("Please check the year.")
        if age_on(born, today) < ADULT:
            raise TooYoung
        return born

    def try_save(self, request: HttpRequest) -> Any:
        """An address that has an account takes as long as a new one: hashing the password is most of it."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def save(self, request: HttpRequest) -> User:
        """The account with its identity row, in the one transaction of the request."""
        user: User = super().save(request)
        if self.role == Role.PATIENT:
            Patient.objects.create(user=user, birth_date=self.cleaned_data["birth_date"])
        else:
            Practitioner.objects.create(user=user, profession=self.cleaned_data["profession"])
            # The invitation's link reached this address and was opened here, which proves it: no code is asked for.
            EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
        return user


def forget_unproven(email: str, *, at_once: bool) -> None:
    """Delete an account that signed up with this address, never proved it and so never signed in.

    Somebody may have mistyped, or begun as a patient before she opened her invitation; the address would be lost for
    good. A code that still works is waited for, unless the address was just proven by an invitation's link (`at_once`).
    """
    unproven = EmailAddress.objects.filter(email=email, verified=False, user__email=email, user__last_login=None)
    for address in unproven.exclude(user__emailaddress__verified=True):
        if at_once or timezone.now() - address.user.joined_at > timedelta(minutes=CODE_MINUTES):
            with connection.cursor() as cursor:
                # Django would first delete what hangs on a patient, which the app role may not. Nothing can hang here.
                cursor.execute("DELETE FROM accounts_patient WHERE user_id = %s", [address.user_id])
            Practitioner.objects.filter(pk=address.user_id).delete()
            address.user.delete()
