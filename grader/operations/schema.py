"""The database's schema as its own migrations left it, which need not be the one of this version's models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Made by `migrate` itself: a database with nothing else in it is empty.
MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}
Node = tuple[str, str]


class WrongSchema(Exception):
    """Database, file and version do not go together; the text is for the operator."""


def applied() -> list[Node]:
    """The migrations that the database has had. Raises WrongSchema for one that this version does not know."""
    found = sorted(MigrationRecorder(connection).applied_migrations())
    check_known(found, "the database")
    return found


def check_known(nodes: list[Node], owner: str) -> None:
    """Raises WrongSchema if this version does not know one of the migrations."""
    loader = MigrationLoader(None)
    unknown = [node for node in nodes if node not in loader.disk_migrations]
    if unknown:
        named = ", ".join(f"{app} {name}" for app, name in unknown[:3])
        raise WrongSchema(
            f"{owner} is of a newer version of Gradus, with migrations unknown here ({named}): use that version"
        )


def tables_at(nodes: list[Node]) -> list[type[models.Model]]:
    """The models as they were after these migrations, the tables between two of them included, by table name."""
    if not nodes:
        return []
    apps = MigrationLoader(None).project_state(list(nodes)).apps
    found = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)


def filled_tables(tables: list[type[models.Model]]) -> list[str]:
    """Those with rows that somebody made."""
    ours = [model for model in tables if model._meta.db_table not in MADE_BY_MIGRATE]
    return [model._meta.db_table for model in ours if model._base_manager.exists()]


def migrate_to(nodes: list[Node]) -> None:
    """Bring the schema of an empty database to exactly these migrations, forwards or backwards."""
    executor = MigrationExecutor(connection)
    graph, wanted = executor.loader.graph, set(nodes)
    targets: list[tuple[str, str | None]] = []
    for node in nodes:
        later = {child.key for child in graph.node_map[node].children if child.key[0] == node[0]}
        if not later & wanted:
            targets.append(node)
    without = {app for app, _ in executor.loader.applied_migrations} - {app for app, _ in nodes}
    targets += [(app, None) for app in sorted(without)]
    executor.migrate(targets)


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads of the block see the database at one moment, while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not atomic(): it takes SQLite's one write lock at once, and everybody else would wait for the backup.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def has_counter(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField | models.SmallAutoField)


def read_last_ids(tables: list[type[models.Model]]) -> dict[str, int]:
    """The highest id that each table ever gave: an id of something that was removed is not to come back as another's."""
    found = {}
    with connection.cursor() as cursor:
        for model in filter(has_counter, tables):
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', model._meta.pk.column])
                cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {cursor.fetchone()[0]}")  # noqa: S608
            else:
                cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            found[table] = (cursor.fetchone() or [0])[0]
    return found


def write_last_ids(tables: list[type[models.Model]], last_ids: dict[str, int]) -> None:
    """Let each table go on counting where it was."""
    with connection.cursor() as cursor:
        for model in filter(has_counter, tables):
            table = model._meta.db_table
            last = last_ids.get(table, 0)
            if connection.vendor == "postgresql":
                sequence = [f'"{table}"', model._meta.pk.column, max(last, 1), last > 0]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)", sequence)
                continue
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def empty(tables: list[type[models.Model]]) -> None:
    """Remove every row. On PostgreSQL TRUNCATE, which the audit's guard against DELETE lets pass."""
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Whoever still works on the tables would be waited for without end.
            cursor.execute("SET LOCAL lock_timeout = '10s'")
        for statement in connection.ops.sql_flush(no_style(), names):
            cursor.execute(statement)
