"""Other treatments, levels and conditions: list, one, create, change; the same four for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from careteam.accounts.viewer import Viewer
from careteam.api import shapes
from careteam.api.base import CHANGE, CREATE, GET_LIST, GET_ONE, Endpoint, Strict, listing
from careteam.api.pictures import Picture
from careteam.conditions import queries as conditions
from careteam.conditions import services as condition_services
from careteam.procedures import queries as procedures
from careteam.procedures import services as procedure_services
from careteam.safety import queries as safety
from careteam.safety import services as safety_services
from careteam.sharing.pictures import Paged, RecordView


@dataclass(frozen=True, slots=True)
class Entries:
    """How one kind of entry is read, written and shown; `name` is part of its address."""

    name: str
    many: Callable[..., Paged[Any]]
    one: Callable[..., RecordView]
    add: Callable[..., UUID]
    edit: Callable[..., int]
    withdraw: Callable[[Viewer, UUID], None]
    picture: type[Picture]
    given: type[Strict]
    changed: type[Strict]

    @property
    def place(self) -> str:
        """The name of the address of one."""
        return f"api_{self.word.removesuffix('s')}"

    @property
    def word(self) -> str:
        """The name as it stands in names of code."""
        return self.name.replace("-", "_")


ENTRIES = (
    Entries(
        "procedures",
        procedures.procedures,
        procedures.procedure,
        procedure_services.add_procedure,
        procedure_services.edit_procedure,
        procedure_services.withdraw_procedure,
        shapes.PROCEDURE,
        shapes.ProcedureIn,
        shapes.ProcedureChange,
    ),
    Entries(
        "levels",
        procedures.levels,
        procedures.level,
        procedure_services.add_level,
        procedure_services.edit_level,
        procedure_services.withdraw_level,
        shapes.LEVEL,
        shapes.LevelIn,
        shapes.LevelChange,
    ),
    Entries(
        "conditions",
        conditions.conditions,
        conditions.condition,
        condition_services.add_condition,
        condition_services.edit_condition,
        condition_services.withdraw_condition,
        shapes.CONDITION,
        shapes.ConditionIn,
        shapes.ConditionChange,
    ),
    Entries(
        "hard-days",
        safety.plans,
        safety.plan,
        safety_services.write_plan,
        safety_services.edit_plan,
        safety_services.withdraw_plan,
        shapes.HARD_DAYS,
        shapes.HardDaysIn,
        shapes.HardDaysChange,
    ),
)


def many_of(entries: Entries) -> type[Endpoint]:
    """The endpoint of the list."""

    class Many(Endpoint):
        """All that the viewer may see, newest first."""

        @extend_schema(operation_id=f"{entries.word}_list", parameters=GET_LIST, responses=listing(entries.picture))
        def get(self, request: Request, patient: UUID) -> Response:
            return self.page(entries.many(self.viewer, patient, **self.listing()), entries.picture)

        @extend_schema(
            operation_id=f"{entries.word}_create",
            parameters=CREATE,
            request=entries.given,
            responses={201: entries.picture},
        )
        def post(self, request: Request, patient: UUID) -> Response:
            """Write one down, for the patient's own record."""
            self.patient_only(patient)
            given = self.given(entries.given)
            made = self.once(lambda: entries.add(self.viewer, **given))
            return self.created(made, entries.one(self.viewer, patient, made.id), entries.picture, entries.place)

    return Many


def one_of(entries: Entries) -> type[Endpoint]:
    """The endpoint of a single one."""

    class One(Endpoint):
        """One, with everything that was written down."""

        @extend_schema(operation_id=f"{entries.word}_retrieve", parameters=GET_ONE, responses=entries.picture)
        def get(self, request: Request, patient: UUID, record: UUID) -> Response:
            self.asked()
            return self.record(entries.one(self.viewer, patient, record), entries.picture)

        @extend_schema(
            operation_id=f"{entries.word}_change",
            parameters=CHANGE,
            request=entries.changed,
            responses=entries.picture,
        )
        def patch(self, request: Request, patient: UUID, record: UUID) -> Response:
            """Correct one of one's own; what is left out stays, what stood there is kept in its history."""
            seen = entries.one(self.viewer, patient, record)
            self.patient_only(patient)
            expected = self.expected(seen, entries.picture)
            given = self.given(entries.changed)
            whole = {name: getattr(seen, name) for name in map(str, entries.changed().fields)} | given
            entries.edit(self.viewer, record, **whole, expected=expected)
            return self.record(entries.one(self.viewer, patient, record), entries.picture)

    return One
