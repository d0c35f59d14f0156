"""The pipeline in this process, with the real sandbox: duplicates, a sandbox that is down, our own mistakes."""

from __future__ import annotations

import logging
import time

import pytest
from django.conf import settings
from django.db import OperationalError

from grader.submissions import grading, tasks
from grader.submissions.models import Status, Submission
from grader.submissions.signals import submission_graded
from sandbox.client import SandboxBusy, SandboxUnavailable
from tests.grader.conftest import SOLUTION
from tests.grader.rows import at_once, outcome, queue

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = "import time\ntime.sleep(1.6)\n" + SOLUTION


@pytest.fixture
def graded():
    """Ids announced by the signal."""
    announced = []

    def listen(sender, submission, **_):
        announced.append(submission.pk)

    submission_graded.connect(listen)
    yield announced
    submission_graded.disconnect(listen)


@pytest.fixture
def submission(people, exercise):
    return queue(people["student"], exercise, source=SOLUTION.encode())


def test_duplicate_deliveries_grade_once(submission, graded, sandbox_client):
    assert sorted(at_once(4, lambda _: grading.grade(submission.pk))) == [False, False, False, True]
    assert grading.grade(submission.pk) is False
    submission.refresh_from_db()
    assert (submission.status, submission.passed, submission.tries) == (Status.GRADED, True, 1)
    assert graded == [submission.pk]


def test_a_database_that_is_away_for_a_moment_costs_no_second_grading(submission, graded, sandbox_client, monkeypatch):
    finish, failures = Submission.finish, iter([OperationalError("server closed the connection"), None])

    def finish_later(self, result):
        if error := next(failures):
            raise error
        return finish(self, result)

    monkeypatch.setattr(Submission, "finish", finish_later)
    monkeypatch.setattr(grading, "WRITE_AGAIN_S", (0.0,))
    assert grading.grade(submission.pk)
    submission.refresh_from_db()
    assert (submission.status, submission.tries, submission.losses) == (Status.GRADED, 1, 0)
    assert graded == [submission.pk]


def test_a_listener_that_fails_takes_nothing_back(submission, graded, sandbox_client, caplog):
    def fail(sender, **_):
        raise RuntimeError("a listener's own trouble")

    submission_graded.connect(fail)
    try:
        assert grading.grade(submission.pk)
    finally:
        submission_graded.disconnect(fail)
    submission.refresh_from_db()
    assert submission.status == Status.GRADED
    assert "a listener's own trouble" in caplog.text


def test_the_heartbeat_beats_while_a_slow_submission_runs(people, exercise, sandbox_client):
    submission = queue(people["student"], exercise, source=SLOW.encode())
    assert settings.SUBMISSION_HEARTBEAT_S == 0.5
    beats = set()

    def watch(index):
        if index == 0:
            return grading.grade(submission.pk)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            row = Submission.objects.get(pk=submission.pk)
            beats.add(row.heartbeat_at)
            if not row.is_pending:
                return None
            time.sleep(0.1)
        return None

    assert at_once(2, watch)[0] is True
    assert len(beats) >= 4


def test_a_sandbox_that_is_down_leaves_the_submission_queued(submission, settings, tmp_path):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    with pytest.raises(grading.NotNow):
        grading.grade(submission.pk, retry_after_s=20)
    submission.refresh_from_db()
    assert (submission.status, submission.tries, submission.losses) == (Status.QUEUED, 1, 0)
    assert submission.breaks == 0


def test_a_sandbox_that_stays_down_ends_errored(submission, settings, tmp_path, monkeypatch, caplog):
    settings.SANDBOX_SOCKET = str(tmp_path / "nobody.sock")
    monkeypatch.setattr(tasks, "delay_before_retry_s", lambda retries: 0)
    # Without a broker in between: each retry runs at once, up to the bound.
    tasks.grade.apply(args=[str(submission.pk)])
    submission.refresh_from_db()
    assert (submission.status, submission.score) == (Status.ERRORED, None)
    assert submission.tries == tasks.MAX_RETRIES + 2
    assert "given up" in caplog.text


def test_an_exercise_that_breaks_our_code_ends_errored(submission, monkeypatch, sandbox_client, caplog):
    def broken(*args, **kwargs):
        raise KeyError("ours")

    monkeypatch.setattr(grading.exercise_grading, "grade", broken)
    with caplog.at_level(logging.ERROR):
        assert grading.grade(submission.pk)
    submission.refresh_from_db()
    assert (submission.status, submission.score) == (Status.ERRORED, None)


def test_a_run_that_always_breaks_ends_errored_and_what_else_delayed_it_does_not_count(submission, monkeypatch):
    broken = outcome(0.0, status="errored", outcome="sandbox_error")
    told = iter([SandboxBusy(), broken, SandboxUnavailable(), SandboxUnavailable(), broken, SandboxBusy(), broken])

    def grade(*args, **kwargs):
        answer = next(told)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(grading.exercise_grading, "grade", grade)
    for breaks in (0, 1, 1, 1, 2, 2):
        with pytest.raises(grading.NotNow):
            grading.grade(submission.pk, retry_after_s=0)
        submission.refresh_from_db()
        assert (submission.status, submission.breaks) == (Status.QUEUED, breaks)
    assert grading.grade(submission.pk)
    submission.refresh_from_db()
    assert (submission.status, submission.outcome, submission.tries) == (Status.ERRORED, "sandbox_error", 7)


def test_a_submission_that_is_gone_is_no_trouble(submission):
    pk = submission.pk
    submission.delete()
    tasks.grade.apply(args=[str(pk)], throw=True)
