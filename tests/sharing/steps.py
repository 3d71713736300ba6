"""What tests of the team say: invite somebody, read a refusal, look at consents and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from careteam.audit.models import AuditEvent
from careteam.sharing import team
from careteam.sharing.errors import Invalid
from careteam.sharing.models import Consent
from tests.conftest import Clinician, Maren, as_owner

ADDRESS = "priya@clinic.example"


def said(patient: Maren, what: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, str]:
    """The words of a refusal, by field."""
    with pytest.raises(Invalid) as refused:
        patient.does(what, *args, **kwargs)
    return refused.value.fields


def token_of(patient: Maren, invitation: UUID) -> str:
    """The token as the mail would carry it."""
    made = patient.does(team.new_token, invitation)
    assert made is not None
    return str(made[1])


def invited(patient: Maren, email: str = ADDRESS, role: str = "Nurse") -> str:
    """Invite somebody; returns the hash that a browser holds which opened the mail's link."""
    return team.hash_of(token_of(patient, patient.does(team.invite, email=email, role=role)))


def rows(clinician: Clinician) -> list[Consent]:
    with as_owner():
        return list(Consent.objects.filter(user=clinician.user).order_by("created_at", "kind", "code"))


def acts(patient: Maren) -> list[str]:
    with as_owner():
        return list(
            AuditEvent.objects.filter(patient_id=patient.id).order_by("at", "id").values_list("action", flat=True)
        )
