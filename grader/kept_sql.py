"""Queries whose SQL is written once.

Django writes a query's SQL anew each time, which takes it longer than to ask and to read the answer. What the pages of a
student ask is the same each time but for a few values, and a class that hands in at once asks it by the ten thousand.

    drafts = KeptSql(lambda user, exercise: Draft.objects.filter(user=user, exercise=exercise), int, int)
    drafts(user.pk, exercise.pk)     # a list of drafts

The values stand where the function's parameters were put, as they were: it must not compute with them, nor ask the time.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# Values that no row has, to be found again among the parameters of the SQL.
_MARKS: dict[type, Callable[[int], object]] = {
    int: lambda number: -7_130_001 - number,
    str: lambda number: f"kept-sql-{number}",
    UUID: lambda number: UUID(int=number + 1),
    datetime: lambda number: datetime(1, 1, number + 2, tzinfo=UTC),
}


class Written(NamedTuple):
    """`params`: what the SQL is given; `places`: which of them are values of the caller, by place."""

    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[object, ...]
    places: dict[int, int]


class KeptSql:
    """`build` makes the queryset of values of these types; models, `values_list` and `values` are answered as by Django."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *types: type) -> None:
        self.build, self.types = build, types

    def __call__(self, *values: object) -> list[Any]:
        return list(self._filled(values))

    def first(self, *values: object) -> Any:
        """The first row, None without one; the query itself says in which order, and that one is enough."""
        return next(iter(self._filled(values)), None)

    @cached_property
    def _written(self) -> Written:
        marks = [_MARKS[kind](number) for number, kind in enumerate(self.types)]
        queryset = self.build(*marks)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        by_mark = {adapt(mark): number for number, mark in enumerate(marks)}
        places = {place: by_mark[param] for place, param in enumerate(params) if is_mark(param, by_mark)}
        if missing := set(range(len(marks))) - set(places.values()):
            raise ValueError(f"kept SQL: values {sorted(missing)} are not in it as they were given: {sql}")
        _, again = self.build(*marks).query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        if params != again:
            raise ValueError(f"kept SQL: something in it is another each time, such as the time: {sql}")
        return Written(queryset, compiler, sql, params, places)

    def _filled(self, values: tuple[object, ...]) -> QuerySet[Any]:
        """The queryset, about to send the kept SQL with these values over this thread's connection."""
        written = self._written
        params = tuple(
            adapt(values[written.places[place]]) if place in written.places else param
            for place, param in enumerate(written.params)
        )
        compiler = copy.copy(written.compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_, **__: (written.sql, params)
        query = copy.copy(written.queryset.query)
        query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        queryset: QuerySet[Any] = object.__new__(type(written.queryset))  # copy.copy would ask the database
        queryset.__dict__ |= written.queryset.__dict__ | {"_query": query, "_result_cache": None}
        return queryset


def adapt(value: object) -> Any:
    """As Django's own fields hand it to this database."""
    connection = connections[DEFAULT_DB_ALIAS]
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def is_mark(param: object, marks: dict[Any, int]) -> bool:
    return isinstance(param, int | str | UUID | datetime) and not isinstance(param, bool) and param in marks
