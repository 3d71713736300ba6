"""One more person for the tests of the team."""

from __future__ import annotations

import pytest

from careteam.accounts.models import Role
from tests.conftest import Clinician, Maren, as_owner, person
from tests.sharing.steps import ADDRESS


@pytest.fixture
def nurse(patient: Maren) -> Clinician:
    """Somebody with an account who is on nobody's team yet."""
    with as_owner():
        return Clinician(person(ADDRESS, "Priya Nair", Role.PRACTITIONER, profession="TMS clinic nurse"), patient)
