"""A worker's process keeps its connection between tasks, and gets another when it broke."""

from contextlib import suppress

import pytest
from celery import signals
from celery.fixups.django import DjangoWorkerFixup
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection

from grader import connections
from grader.celery import app
from grader.submissions import tasks


@pytest.fixture
def worker(transactional_db, monkeypatch):
    """What Celery does around each task, in this process."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    connection.close()
    connections.keep()
    fixup = DjangoWorkerFixup(app)
    task = tasks.reap

    def work() -> object:
        signals.task_prerun.send(sender=task, task=task)
        fixup.on_task_prerun(task)
        get_user_model().objects.count()
        used = connection.connection
        fixup.on_task_postrun(task)
        return used

    yield work
    connection.close()


def test_it_is_the_same_from_task_to_task(worker):
    assert worker() is worker() is not None


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a file has no server that restarts")
def test_another_comes_after_one_that_broke(worker):
    broken = worker()
    connection.connection.close()
    with suppress(DatabaseError):
        get_user_model().objects.count()
    assert worker() is not broken


def test_another_comes_after_a_while(worker, monkeypatch):
    monkeypatch.setattr(connections, "KEEP_S", -1)
    connections.keep()
    connection.close()
    assert worker() is not worker()
