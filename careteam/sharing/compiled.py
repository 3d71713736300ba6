"""A condition of the rule whose SQL is put together once for all who ask alike: that took longer than asking it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import lru_cache
from typing import Any, Self
from uuid import UUID

from django.db import connection, models
from django.db.models import Expression, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from careteam.accounts.viewer import Viewer

Rule = Callable[..., Q]  # of the model, the viewer, and what else is asked for
ANYBODY = UUID(int=0)  # stands where the viewer's id goes
TABLE = "{table}"  # stands where the table, or what the query calls it, goes
ALIAS = re.compile(r"\b[A-Z]+\d+\b")  # what Django calls the tables of sub-queries


class Compiled(Expression):
    """`rule` for rows of `model` and this viewer, and for `more` (that can be a key), for `filter`.

    What is kept is the question, never an answer. The rule may ask of a viewer who she is and what kind of viewer,
    and not what she is called or where she lives.
    """

    def __init__(self, rule: Rule, model: type[Model], viewer: Viewer, *more: Any) -> None:
        super().__init__(output_field=models.BooleanField())
        self.rule, self.model, self.viewer, self.more = rule, model, viewer, more
        self.table: str = model._meta.db_table

    def resolve_expression(self, query: Any = None, *_: Any, **__: Any) -> Self:
        """Bound to the query's own rows."""
        return self._of(query.get_initial_alias())

    def relabeled_clone(self, relabels: Mapping[str, str]) -> Self:
        """For a query that has become a part of another."""
        return self._of(relabels.get(self.table, self.table))

    def _of(self, table: str) -> Self:
        bound = copy(self)
        bound.table = table
        return bound

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        """The kept words, with this viewer and this query's name for the table in them."""
        anybody = replace(self.viewer, user=ANYBODY, name="", zone="UTC")
        sql, params = _words(self.rule, self.model, anybody, *self.more)
        mine = [self.viewer.user if one == ANYBODY else one for one in params]
        return sql.replace(TABLE, compiler.quote_name_unless_alias(self.table)), mine


@lru_cache(maxsize=1024)
def _words(rule: Rule, model: type[Model], anybody: Viewer, *more: Any) -> tuple[str, tuple[Any, ...]]:
    """The condition's SQL and parameters. Its inner tables get names that no query around it has."""
    query = QuerySet(model).filter(rule(model, anybody, *more)).query
    sql, params = query.where.as_sql(query.get_compiler(connection=connection), connection)
    if [table for table, times in query.alias_refcount.items() if times] != [model._meta.db_table]:
        raise ValueError(f"{rule.__name__} reaches beyond {model.__name__} outside of a sub-query")
    sql = ALIAS.sub(r"rule_\g<0>", sql).replace(f'"{model._meta.db_table}".', f"{TABLE}.")
    return f"({sql})", tuple(params)
