"""Upgrading a service that runs: what the check of migrations finds, and the operations that it asks for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from grader.operations.migrating import AddCheckOnline, AddIndexOnline
from grader.submissions.models import Draft
from scripts import check_migrations
from tests.conftest import POSTGRESQL

INDEX = models.Index(fields=["updated_at"], name="draft_by_age")
CHECK = models.CheckConstraint(condition=models.Q(revision__gte=1), name="draft_revision_positive")
NODE = ("submissions", "0099_next")


@pytest.fixture(scope="module")
def released() -> ProjectState:
    """The schema of the release before: here, today's."""
    return MigrationLoader(None).project_state()


def next_state(released: ProjectState, operation: Any, app: str = "submissions") -> ProjectState:
    state = ProjectState(released.models, released.real_apps).clone()
    operation.state_forwards(app, state)
    return state


def locks(released: ProjectState, *operations: Any, atomic: bool = True) -> list[str]:
    migration = SimpleNamespace(operations=list(operations), atomic=atomic)
    loader: Any = SimpleNamespace(disk_migrations={NODE: migration})
    return list(check_migrations.check_locks(loader, NODE, released))


@pytest.mark.parametrize(
    "operation, told",
    [
        (migrations.AddField("draft", "note", models.TextField(null=True)), ""),
        (migrations.AddField("draft", "note", models.TextField(db_default="")), ""),
        (migrations.AddField("draft", "note", models.TextField(default="")), "give it db_default"),
        (migrations.RemoveField("draft", "revision"), "still reads it"),
        (migrations.RenameField("draft", "revision", "number"), "still reads it"),
        (migrations.AlterField("draft", "revision", models.TextField()), "add a new column"),
        (migrations.AlterField("submission", "score", models.FloatField(default=0)), "must not be NULL any more"),
        (migrations.DeleteModel("tracedsubmission"), "still uses its table"),
        (migrations.AlterModelTable("draft", "drafts"), "still uses its table"),
        (migrations.CreateModel("new", [("id", models.BigAutoField(primary_key=True)), ("a", models.TextField())]), ""),
    ],
)
def test_old_code_goes_on_with_the_new_schema(released, operation, told):
    found = list(check_migrations.check_old_code(released, next_state(released, operation)))
    assert bool(found) == bool(told)
    assert all(told in text for text in found[:1])


@pytest.mark.parametrize(
    "operations, told",
    [
        ([migrations.AddIndex("draft", INDEX)], "use AddIndexOnline"),
        ([AddIndexOnline("draft", INDEX)], "needs atomic = False"),
        ([AddCheckOnline("draft", CHECK)], "needs atomic = False"),
        ([migrations.AddConstraint("submission", CHECK)], "use AddCheckOnline"),
        ([migrations.AlterField("draft", "revision", models.BigIntegerField())], "altered under a lock"),
        ([migrations.AddField("draft", "n", models.IntegerField(null=True, db_index=True))], "index of n"),
        ([migrations.RunPython(migrations.RunPython.noop)], "cannot be taken back"),
        ([migrations.AddField("draft", "n", models.IntegerField(null=True))], ""),
        ([migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)], ""),
        ([migrations.AddIndex("new", INDEX)], ""),  # a table of the same migration
    ],
)
def test_writers_of_large_tables_do_not_wait(released, operations, told):
    found = locks(released, *operations)
    assert bool(found) == bool(told)
    assert all(told in text for text in found)


def test_rows_and_schema_change_apart(released):
    move = migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)
    add = migrations.AddField("draft", "n", models.IntegerField(null=True))
    assert "make two migrations" in locks(released, add, move)[0]
    assert locks(released, AddIndexOnline("draft", INDEX), atomic=False) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", [AddIndexOnline("draft", INDEX), AddCheckOnline("draft", CHECK)])
def test_the_operations_work_and_can_be_taken_back(released, operation):
    def names() -> set[str]:
        with connection.cursor() as cursor:
            return set(connection.introspection.get_constraints(cursor, Draft._meta.db_table))

    before, after = released, next_state(released, operation)
    new = {INDEX.name, CHECK.name}
    assert not names() & new
    with connection.schema_editor(atomic=not POSTGRESQL) as editor:
        operation.database_forwards("submissions", editor, before, after)
    assert len(names() & new) == 1
    with connection.schema_editor(atomic=not POSTGRESQL) as editor:
        operation.database_backwards("submissions", editor, after, before)
    assert not names() & new
