"""Restoring a backup: into a schema of the backup's own age, all or nothing, then on to the schema of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.exceptions import IrreversibleError

from grader.operations import schema
from grader.operations.archive import BadBackup, Reader, Row, Totals
from grader.operations.schema import WrongSchema

ROWS_AT_ONCE = 500
Say = Callable[[str], None]


class NotEmpty(Exception):
    """There is something in the database; the text names the tables."""


def restore(reader: Reader, replace: bool, say: Say) -> Totals:
    """Put the backup's rows into the database. Raises BadBackup, WrongSchema, NotEmpty; then nothing has changed."""
    nodes = reader.header.migrations
    schema.check_known(nodes, "the backup")
    prepare(nodes, replace, say)
    tables = schema.tables_at(nodes)
    say("loading")
    try:
        with transaction.atomic():
            schema.empty(tables)
            load(reader, {model._meta.db_table: model for model in tables})
            schema.write_last_ids(tables, reader.totals.last_ids)
    except DatabaseError as error:
        raise BadBackup(f"the database did not take it ({error}); is the service stopped?") from error
    call_command("migrate", interactive=False, verbosity=0)
    return reader.totals


def prepare(nodes: list[schema.Node], replace: bool, say: Say) -> None:
    """Bring the schema to the backup's. Raises NotEmpty, WrongSchema."""
    now = schema.applied()
    filled = schema.filled_tables(schema.tables_at(now))
    if filled and not replace:
        raise NotEmpty(", ".join(filled[:5]) + (" …" if len(filled) > 5 else ""))
    if sorted(now) == sorted(nodes):
        return
    if filled:
        raise WrongSchema(
            "the backup's schema is older than the database's, and a filled database is not taken back: "
            "name a new, empty database in DATABASE_URL"
        )
    say("migrating to the backup's schema")
    try:
        schema.migrate_to(nodes)
    except IrreversibleError as error:
        raise WrongSchema(f"{error}: name a new database without tables in DATABASE_URL") from error


def load(reader: Reader, tables: dict[str, type[models.Model]]) -> None:
    for name, columns, rows in reader.tables():
        if name not in tables:
            raise BadBackup(f"its table {name} is not in the schema that it names")
        fields = {field.column: field for field in schema.columns_of(tables[name])}
        if set(columns) != set(fields):
            raise BadBackup(f"the columns of {name} are not those of the schema that it names")
        insert(name, [fields[column] for column in columns], rows)


def insert(table: str, fields: list[models.Field[Any, Any]], rows: Iterator[Row]) -> None:
    """Plain statements: saving through models would set times anew, and number rows."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of the schema
    with connection.cursor() as cursor:
        while batch := [prepared(fields, row) for row in islice(rows, ROWS_AT_ONCE)]:
            cursor.executemany(statement, batch)


def prepared(fields: list[models.Field[Any, Any]], row: Row) -> list[Any]:
    """A row's values as this database takes them."""
    return [
        field.get_db_prep_save(value if isinstance(field, models.JSONField) else field.to_python(value), connection)
        for field, value in zip(fields, row, strict=True)
    ]
