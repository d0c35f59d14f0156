"""Whether a service can be upgraded while it runs: `python -m scripts.check_migrations`, part of `make lint`.

The new version migrates the database first; until they are replaced, workers and web processes of the release before go on
with it. So what came since that release (`released_migrations.txt`)

- leaves old code working: no column or table is gone, renamed or of another type, and what is new may be left out by an
  INSERT that does not know it (NULL, or `db_default`; Django's `default` is no default of the database's);
- does not keep writers of large tables waiting: indexes and checks by `operations.migrating`, no rows looked through
  under a lock, and rows are not rewritten in one transaction with a change of the schema.

What must be otherwise is taken in two releases (first no code uses it, then it goes), or says `ACCEPTED = "why …"` in the
migration's file. `--release` notes all of today's migrations as released.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

RELEASED = Path(__file__).with_name("released_migrations.txt")
# Those that grow with students and their work; writers of any other can wait for the moment that its few rows take.
LARGE = {
    "admin.logentry", "analytics.openedhint", "auth.user", "courses.auditentry", "courses.enrollment", "courses.override",
    "gradebook.comment", "lti.launchrecord", "lti.ltiuser", "lti.scorepost", "regrading.item", "regrading.pastresult",
    "sessions.session", "submissions.draft", "submissions.submission", "submissions.tracedsubmission",
}  # fmt: skip
DATA = (ops.RunPython, ops.RunSQL)
Node = tuple[str, str]


def read_released() -> list[Node]:
    return [(app, name) for app, name in (line.split() for line in RELEASED.read_text().splitlines())]


def write_released(loader: MigrationLoader) -> None:
    RELEASED.write_text("".join(f"{app} {name}\n" for app, name in sorted(loader.disk_migrations)))


def check(loader: MigrationLoader, released: list[Node]) -> list[str]:
    """All that is wrong, each with the migration or the column, and the remedy."""
    old = loader.project_state([node for node in released if node in loader.disk_migrations])
    new = loader.project_state()
    fresh = [node for node in plan(loader) if node not in set(released)]
    accepted = {node for node in fresh if accepts(loader, node)}
    lost = [
        f"{app} {name}: was released and is gone: put it back"
        for app, name in released
        if (app, name) not in loader.disk_migrations
    ]
    found = lost + [text for node in fresh if node not in accepted for text in check_locks(loader, node, old)]
    return found + ([] if accepted else list(check_old_code(old, new)))


def plan(loader: MigrationLoader) -> list[Node]:
    return loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True)  # type: ignore[attr-defined,no-any-return]


def accepts(loader: MigrationLoader, node: Node) -> bool:
    module = sys.modules[loader.disk_migrations[node].__module__]
    return bool(getattr(module, "ACCEPTED", ""))


def check_old_code(old: ProjectState, new: ProjectState) -> Iterator[str]:
    """What code of the release would stumble over in the new schema."""
    for model in old.apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        try:
            successor = new.apps.get_model(model._meta.app_label, model._meta.model_name)
        except LookupError:
            successor = None
        if successor is None or successor._meta.db_table != model._meta.db_table:
            yield f"{label}: old code still uses its table: remove or rename it in the release after the one that stops"
            continue
        before = {field.column: field for field in model._meta.local_concrete_fields}
        after = {field.column: field for field in successor._meta.local_concrete_fields}
        for column, field in before.items():
            if column not in after:
                yield f"{label}.{column}: old code still reads it: remove it in the release after the one that stops"
            elif kind_of(field) != kind_of(after[column]) or (field.null and not after[column].null):
                yield f"{label}.{column}: it became another type, or must not be NULL any more: add a new column"
        for column in after.keys() - before.keys():
            if not after[column].null and not after[column].has_db_default():
                yield f"{label}.{column}: old code leaves it out of its INSERTs: give it db_default, or null=True"


def kind_of(field: Any) -> tuple[Any, ...]:
    return (field.get_internal_type(), field.max_length, field.unique)


def check_locks(loader: MigrationLoader, node: Node, old: ProjectState) -> Iterator[str]:
    """What would keep writers of large tables waiting."""
    migration = loader.disk_migrations[node]
    name = " ".join(node)
    changes_schema = any(not isinstance(operation, DATA) for operation in migration.operations)
    for operation in flat(migration.operations):
        if isinstance(operation, DATA):
            if changes_schema:
                yield f"{name}: rows are changed in one transaction with the schema, and all wait: make two migrations"
            if not operation.reversible:
                yield f"{name}: {operation.describe()} cannot be taken back: give it a reverse, or RunPython.noop"
            continue
        label = f"{node[0]}.{getattr(operation, 'model_name', '')}".lower()
        if label in LARGE and tuple(label.split(".")) in old.models:
            yield from (f"{name}: {label}: {text}" for text in waits_of(operation, bool(migration.atomic)))


def flat(operations: list[Any]) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from flat(operation.database_operations)
        else:
            yield operation


def waits_of(operation: Any, atomic: bool) -> Iterator[str]:
    """Why writers would wait for one operation on a large table."""
    from grader.operations.migrating import AddCheckOnline, AddIndexOnline

    if isinstance(operation, (AddIndexOnline, AddCheckOnline)):
        if atomic:
            yield f"{type(operation).__name__} needs atomic = False in the migration"
    elif isinstance(operation, ops.AddIndex):
        yield "an index is built while writers wait: use AddIndexOnline of grader.operations.migrating"
    elif isinstance(operation, ops.AddConstraint):
        yield "all rows are looked through while writers wait: use AddCheckOnline, or for what is unique a new table"
    elif isinstance(operation, ops.AlterField):
        yield "a column of all rows is altered under a lock: add a new column"
    elif isinstance(operation, ops.AddField) and (operation.field.db_index or operation.field.unique):
        yield f"the index of {operation.name} is built while writers wait: db_index=False (and for a foreign key db_constraint=False), then AddIndexOnline"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", action="store_true", help="note all migrations of today as released")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grader.settings")
    django.setup()
    loader = MigrationLoader(None)
    if options.release:
        write_released(loader)
        return 0
    found = check(loader, read_released())
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
