"""Backup and restore: every row comes back as it was, into the same kind of database and into the other kind."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend
from django.utils import timezone

from grader.courses.audit import write
from grader.courses.models import AppendOnly, AuditEntry, Course
from grader.operations import schema
from grader.operations.archive import BadBackup, Reader
from grader.operations.backup import LEFT_OUT, back_up
from grader.operations.restoring import NotEmpty, restore
from grader.submissions.models import Draft, Submission
from tests.conftest import OWN, POSTGRESQL
from tests.grader.rows import at_once, outcome, queue

# Restoring into a database without tables migrates it from nothing.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
NASTY = bytes(range(256)) + "損失 = 梯度\r\n\0".encode()


@contextmanager
def other_database(settings_dict: dict[str, Any]) -> Iterator[None]:
    """Within the block, Django's one database is another one."""
    here = connections["default"]
    there = load_backend((here.settings_dict | settings_dict)["ENGINE"]).DatabaseWrapper
    connections["default"] = there({**here.settings_dict, **settings_dict}, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = here


@pytest.fixture(scope="module")
def elsewhere(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Settings of a second database of the same kind, which has no tables yet."""
    if not POSTGRESQL:
        yield {"NAME": str(OWN / "elsewhere.sqlite3")}
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE elsewhere")
    yield {"NAME": "elsewhere"}
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE elsewhere WITH (FORCE)")


@pytest.fixture
def filled(people: dict[str, Any], exercise: Any) -> dict[str, Any]:
    """A submission of every fate with sources that are hard to keep, a draft, the audit, and a hole in the numbering."""
    for state in ("queued", "graded", "errored"):
        submission = queue(
            people["student"], exercise, source=NASTY + state.encode(), answers={"a": [0.1 + 0.2, 10**30, "𝛁", None]}
        )
        if state != "queued":
            assert submission.claim()
            assert submission.finish(outcome(3.3)) if state == "graded" else submission.fail()
    Draft.objects.create(user=people["student"], exercise=exercise, source=NASTY, updated_at=timezone.now())
    write(people["teacher"].pk, Course.objects.get(slug="autograd"), "course.edit", {"title": "梯度"})
    gone = get_user_model().objects.create(username="gone")
    last = gone.pk
    gone.delete()
    return {"last": last}


def take() -> bytes:
    file = io.BytesIO()
    back_up(file)
    return file.getvalue()


def rows_of(backup: bytes) -> dict[str, list[Any]]:
    """Rows by table; the highest ids as a table more."""
    reader = Reader(io.BytesIO(backup))
    found = {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, columns, rows in reader.tables()}
    return {**found, "last ids": [reader.totals.last_ids]}


def put_back(backup: bytes, replace: bool = False) -> None:
    restore(Reader(io.BytesIO(backup)), replace, lambda text: None)


def through_sqlite(backup: bytes) -> bytes:
    """A backup of the backup's rows in the other kind of database."""
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(OWN / "between.sqlite3"), "OPTIONS": {}}
    with other_database(sqlite):
        put_back(backup)
        taken = take()
    assert rows_of(taken) == rows_of(backup)
    return taken


def remove_everything() -> None:
    with transaction.atomic():
        schema.empty(schema.tables_at(schema.applied()))


def test_everything_comes_back_into_an_empty_deployment(filled, elsewhere):
    sources = {row.pk: bytes(row.source) for row in Submission.objects.all()}
    assert len(sources) == 3
    before = take()
    moved = through_sqlite(before) if POSTGRESQL else before
    with other_database(elsewhere):
        put_back(moved)
        assert {row.pk: bytes(row.source) for row in Submission.objects.all()} == sources
        assert rows_of(take()) == rows_of(before)
        # Ids go on where they were: nobody becomes whoever was removed, and whom the audit still names.
        assert get_user_model().objects.create(username="new").pk == filled["last"] + 1
        with pytest.raises(AppendOnly):
            AuditEntry.objects.all().delete()

        with pytest.raises(NotEmpty, match="auth_user"):
            put_back(before)
        for damaged in (before[: len(before) // 2], spoil(before)):
            with pytest.raises(BadBackup):
                put_back(damaged, replace=True)
        assert get_user_model().objects.filter(username="new").exists()
        put_back(before, replace=True)
        assert rows_of(take()) == rows_of(before)
        remove_everything()


def spoil(backup: bytes) -> bytes:
    """The same with one row changed."""
    lines = gzip.decompress(backup).replace(b"course.edit", b"course.view")
    return gzip.compress(lines)


def test_a_backup_of_an_older_version_is_migrated(filled, elsewhere):
    """And one of a newer version is refused."""
    newest = schema.applied()
    before = take()
    with other_database(elsewhere):
        put_back(before, replace=True)
        MigrationExecutor(connection).migrate([("submissions", "0003_newest_of_an_assignment")])
        old = take()
        assert ["submissions", "0004_newest_submissions"] not in json.loads(gzip.decompress(old).splitlines()[0])[
            "migrations"
        ]
        with pytest.raises(schema.WrongSchema, match="older"):
            call_command("migrate", verbosity=0)
            put_back(old, replace=True)
        remove_everything()
        put_back(old)
        assert schema.applied() == newest
        assert rows_of(take())["submissions_submission"] == rows_of(before)["submissions_submission"]
        remove_everything()

    lines = gzip.decompress(before).splitlines(keepends=True)
    head = json.loads(lines[0])
    head["migrations"].append(["submissions", "0999_from_tomorrow"])
    tomorrow = gzip.compress(json.dumps(head).encode() + b"\n" + b"".join(lines[1:]))
    with pytest.raises(schema.WrongSchema, match="newer version of Gradus"):
        put_back(tomorrow, replace=True)


def test_the_commands(filled, tmp_path, client, capsys, people):
    client.force_login(people["student"])
    path = tmp_path / "gradus.backup"
    told = io.StringIO()
    call_command("backup", str(path), stderr=told)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["gradus.backup"]
    assert "LTI_KEY_SECRET" in told.getvalue()
    text = gzip.decompress(path.read_bytes())
    assert os.environ["SECRET_KEY"].encode() not in text
    assert not any(f'"table":"{name}"'.encode() in text for name in LEFT_OUT)
    with pytest.raises(CommandError, match="there is a file already"):
        call_command("backup", str(path))
    with pytest.raises(CommandError, match=r"not empty.*--replace"):
        call_command("restore", str(path), stdout=told)
    (tmp_path / "letter").write_text("Dear restore")
    with pytest.raises(CommandError, match="no backup of Gradus"):
        call_command("restore", str(tmp_path / "letter"))
    call_command("restore", str(path), "--check", stdout=told)
    assert "Whole: " in told.getvalue()
    Submission.objects.all().delete()
    call_command("restore", str(path), "--replace", stdout=told)
    assert Submission.objects.count() == 3


def test_a_backup_is_of_one_moment_and_nobody_waits_for_it(filled):
    people = get_user_model().objects
    with schema.snapshot():
        before = people.count()
        [late] = at_once(1, lambda _: people.create(username="late"))  # in a connection of its own
        assert people.count() == before
    assert people.get(username="late") == late
