"""The reaper: what a broker or a worker lost comes back, what lives is left alone."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from grader.submissions.live import redis_client
from grader.submissions.models import MAX_LOSSES, Status, Submission
from grader.submissions.reaper import Reaped, reap
from grader.submissions.tasks import enqueue
from tests.grader.rows import at_once, outcome, queue

pytestmark = pytest.mark.django_db(transaction=True)


def age(submission, seconds=None):
    then = timezone.now() - timedelta(seconds=seconds or settings.SUBMISSION_STALE_S + 1)
    Submission.objects.filter(pk=submission.pk).update(heartbeat_at=then)


def sent():
    """Ids of the submissions that the broker holds."""
    bodies = redis_client().lrange("submissions", 0, -1)
    return [json.loads(body)["headers"]["argsrepr"].strip("(),'") for body in bodies]


@pytest.fixture
def submission(people, exercise):
    return queue(people["student"], exercise)


def test_fresh_submissions_are_left_alone(submission, people, exercise):
    running = queue(people["student"], exercise)
    running.claim()
    assert reap() == Reaped(0, 0, 0)
    assert sent() == []


def test_a_submission_whose_message_was_lost_is_offered_again(submission):
    enqueue(submission.pk)
    assert sent() == [str(submission.pk)]
    redis_client().flushall()
    age(submission)
    assert reap() == Reaped(0, 1, 0)
    assert sent() == [str(submission.pk)]


def test_a_long_queue_is_offered_again_once_a_period_only(submission):
    age(submission)
    assert reap().resent == 1
    assert reap().resent == 0


def test_a_submission_whose_worker_vanished_is_queued_again(submission):
    submission.claim()
    age(submission)
    assert reap() == Reaped(1, 0, 0)
    submission.refresh_from_db()
    assert (submission.status, submission.tries, submission.losses) == (Status.QUEUED, 1, 1)
    assert sent() == [str(submission.pk)]


def test_after_too_many_losses_it_is_errored_and_not_scored(submission, caplog):
    for _ in range(MAX_LOSSES):
        assert submission.claim()
        age(submission)
        with caplog.at_level(logging.ERROR):
            reap()
    submission.refresh_from_db()
    assert (submission.status, submission.outcome, submission.score) == (Status.ERRORED, "worker_lost", None)
    assert submission.finished_at is not None
    assert str(submission.pk) in caplog.text


def test_a_heartbeat_keeps_a_long_grading_alive(submission):
    submission.claim()
    age(submission)
    assert submission.beat()
    assert reap() == Reaped(0, 0, 0)


def test_a_waiting_retry_is_left_alone(submission):
    submission.claim()
    submission.requeue(delay_s=20)
    assert reap() == Reaped(0, 0, 0)


def test_a_clock_that_was_set_back_hides_nothing(submission, people, exercise):
    running = queue(people["student"], exercise)
    running.claim()
    for one in (submission, running):
        age(one, seconds=-3600)
    assert reap() == Reaped(1, 1, 0)


def test_finished_submissions_are_never_touched(submission):
    submission.claim()
    submission.finish(outcome())
    age(submission, seconds=10_000)
    assert reap() == Reaped(0, 0, 0)


def test_two_reapers_at_once_act_once(submission, people, exercise):
    running = queue(people["student"], exercise)
    running.claim()
    age(submission)
    age(running)
    found = at_once(4, lambda _: reap())
    assert sum(one.requeued for one in found) == 1
    assert sum(one.resent for one in found) == 1
    running.refresh_from_db()
    assert running.losses == 1
