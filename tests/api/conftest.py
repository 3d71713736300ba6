"""Programs of the cast."""

from __future__ import annotations

from tests.api.programs import Program, program_of
from tests.api.world import World, world_of
from tests.conftest import Clinician, Maren
from tests.stage import stage
from tests.statements import statements

__all__ = ["statements"]


@stage.fixture
def maren(patient: Maren) -> Program:
    return program_of(patient)


@stage.fixture
def lee(psychiatrist: Clinician) -> Program:
    """Dr Lee's: she sees everything but labelled records."""
    return program_of(psychiatrist)


@stage.fixture
def yusuf(gp: Clinician) -> Program:
    """Dr Yusuf's: she sees medicines and goals."""
    return program_of(gp)


@stage.fixture
def nobody_known(stranger: Clinician) -> Program:
    """A clinician's who was never on the team."""
    return program_of(stranger)


@stage.fixture
def world(patient: Maren, psychiatrist: Clinician, gp: Clinician, therapist: Clinician) -> World:
    return world_of(patient, psychiatrist)
