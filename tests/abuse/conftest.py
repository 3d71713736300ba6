"""What the abuse cases are tried on: everything of Maren's, shared with Dr Lee but for one note of her own."""

from __future__ import annotations

from tests.api.programs import Program, program_of
from tests.api.world import World, world_of
from tests.conftest import Clinician, Maren
from tests.stage import stage
from tests.statements import statements

__all__ = ["statements"]


@stage.fixture
def world(patient: Maren, psychiatrist: Clinician) -> World:
    return world_of(patient, psychiatrist)


@stage.fixture
def maren(patient: Maren) -> Program:
    return program_of(patient)


@stage.fixture
def lee(psychiatrist: Clinician) -> Program:
    return program_of(psychiatrist)
