"""Celery tasks: load by id, call one function."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from celery.exceptions import MaxRetriesExceededError
from django.db import OperationalError, transaction

from grader.submissions import grading, measures, tracing
from grader.submissions.models import Submission, TracedSubmission
from sandbox.client import SandboxBusy, SandboxUnavailable

logger = logging.getLogger(__name__)
MAX_RETRIES = 40  # with the delays below: about three minutes


def delay_before_retry_s(retries: int) -> float:
    """0.5, 1, 2, 4, then every 5 seconds: asking costs little, and a student waits."""
    return min(0.5 * 2.0**retries, 5.0)


@shared_task(bind=True, name="submissions.grade", max_retries=MAX_RETRIES)
def grade(self: Task, pk: str) -> None:
    """Grade one submission; while sandbox or database cannot, try again later, and give up after the bound."""
    delay_s = delay_before_retry_s(self.request.retries)
    try:
        grading.grade(pk, retry_after_s=delay_s)
    except Submission.DoesNotExist:
        logger.warning("Submission %s is gone", pk)
    except (grading.NotNow, OperationalError) as error:
        logger.warning("Submission %s: try %d: %s", pk, self.request.retries + 1, error)
        try:
            raise self.retry(countdown=delay_s)
        except MaxRetriesExceededError:
            give_up(pk)


def give_up(pk: str) -> None:
    """After the last try: errored, unless somebody else has it by now."""
    submission = Submission.objects.get(pk=pk)
    if submission.claim():
        grading.conclude(submission, None)
        logger.error("Submission %s: the sandbox did not take it in %d tries; given up", pk, MAX_RETRIES + 1)


@shared_task(bind=True, name="submissions.trace", max_retries=MAX_RETRIES)
def trace(self: Task, pk: str) -> None:
    """Trace one graded submission; while the sandbox is down or full, try again."""
    try:
        tracing.make(pk)
    except TracedSubmission.DoesNotExist:
        logger.warning("Submission %s is gone", pk)
    except (SandboxBusy, SandboxUnavailable, OperationalError) as error:
        raise self.retry(countdown=delay_before_retry_s(self.request.retries), exc=error) from error


@shared_task(name="submissions.reap")
def reap() -> None:
    """Look over what is pending; runs every few seconds."""
    from grader.submissions import reaper

    reaped = reaper.reap()
    measures.count_reaped(requeued=reaped.requeued, resent=reaped.resent, errored=reaped.errored)


def enqueue(pk: UUID) -> None:
    """Queue the grading once the current transaction commits.

    A broker that is down is logged and survived: the row is saved, and the reaper offers it again.
    """

    def send() -> Any:
        logger.info("Submission %s: queued", pk, extra={"submission": str(pk)})
        return grade.delay(str(pk))

    transaction.on_commit(send, robust=True)
