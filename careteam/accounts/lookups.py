"""One more question that a queryset can ask, registered with the first models that load."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, ForeignObject, Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class Among(Lookup):  # type: ignore[type-arg] # generic in its stubs alone
    """`patient_id__among=ids`: one of an array. Unlike `__in` it is one statement, with one plan, for any number."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, before = self.process_lhs(compiler, connection)
        array, given = self.process_rhs(compiler, connection)
        return f"{column} = ANY({array})", [*before, *given]
